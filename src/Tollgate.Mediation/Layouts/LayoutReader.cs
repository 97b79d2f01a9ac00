using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Catalog.Reading;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Layouts;

/// <summary>Reads a layout file and lists everything that is wrong with it, each with place and cure.</summary>
public static class LayoutReader
{
    /// <summary>Largest layout file, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>The layout, or why there is none.</summary>
    public static Checked<UsageLayout> Read(CatalogueFile file)
    {
        var findings = new FindingList();
        var layout = Read(file, findings);
        return new Checked<UsageLayout>(findings.AnyError ? null : layout, findings.Sorted());
    }

    /// <summary>The keys that reading this file asks for, by the path of their mapping.</summary>
    internal static IReadOnlyCollection<(string Path, string Key)> KeysOf(CatalogueFile file)
    {
        var findings = new FindingList();
        Read(file, findings);
        return findings.Asked;
    }

    private static UsageLayout? Read(CatalogueFile file, FindingList findings)
    {
        if (file.Content.Length > MaxBytes)
        {
            findings.Error(CatalogueFindings.File, new Place(file.Name, 0),
                string.Create(CultureInfo.InvariantCulture, $"The file has more than {MaxBytes} bytes."),
                "A layout describes one kind of record; move lists of values out of it.");
            return null;
        }
        if (Utf8Text.Read(file, findings) is not { } text)
        {
            return null;
        }
        var root = YamlText.Parse(file.Name, text, findings, out var readable);
        if (root is not YamlMapping map)
        {
            if (readable)
            {
                findings.Error(CatalogueFindings.Shape, new Place(file.Name, 1), "This is no layout file.",
                    "Write the sections layout, file and usage; see docs/reference/layouts.md.");
            }
            return null;
        }
        var top = new Fields(map, findings);
        var (code, name) = Called(Section(top, "layout"));
        var form = Section(top, "file") is { } cut ? LayoutFormReader.Read(cut) : null;
        var slots = new SlotTable(form, findings);
        var ignore = Ignored(top, slots);
        var usage = Section(top, "usage") is { } section ? new LayoutUsageReader(slots, findings).Read(section) : null;
        top.Done();
        return findings.AnyError || form is null || usage is null ? null
            : new UsageLayout(code, name, text, slots.Finish(form), usage) { Fields = slots.Names, Ignore = ignore };
    }

    private static (string Code, string Name) Called(Fields? layout)
    {
        if (layout is null)
        {
            return ("", "");
        }
        var called = (layout.Code("code"), layout.Text("name"));
        layout.OptionalText("note");
        layout.Done();
        return called;
    }

    private static Fields? Section(Fields top, string key)
    {
        if (!top.Has(key))
        {
            top.Findings.Error(CatalogueFindings.Missing, top.Place, $"The section '{key}' is missing.", $"Add '{key}:'.");
        }
        return top.Nested(key);
    }

    private static ImmutableArray<IgnoreRule> Ignored(Fields top, SlotTable slots)
    {
        var rules = ImmutableArray.CreateBuilder<IgnoreRule>();
        foreach (var entry in top.Entries("ignore"))
        {
            var reason = entry.Code("reason");
            var slot = entry.Scalar("field", required: true) is { } field ? slots.Of(field) : 0;
            var (inverted, values) = (entry.Has("isNot"), entry.Scalars(entry.Has("isNot") ? "isNot" : "is"));
            entry.Knows(["is", "isNot"]);
            if (values.IsEmpty || (inverted && entry.Has("is")))
            {
                top.Findings.Error(CatalogueFindings.Missing, entry.Place, "An entry of 'ignore' has either 'is' or 'isNot'.",
                    "Write e.g. 'is: [\"0\", \"\"]'.");
            }
            rules.Add(new IgnoreRule(reason, slot, [.. values.Select(value => Encoding.UTF8.GetBytes(value.Text))], inverted));
            entry.Done();
        }
        return rules.ToImmutable();
    }
}

/// <summary>The fields that a layout reads, each with its slot; knows which ones the form has.</summary>
internal sealed class SlotTable(LayoutForm? form, FindingList findings)
{
    private readonly List<string> _names = [];

    internal ImmutableArray<string> Names => [.. _names];

    /// <summary>The slot of a field; a finding when the form does not have it. That the form names no fields at all is told
    /// there.</summary>
    internal int Of(YamlScalar field)
    {
        var known = form?.Kind switch
        {
            FormKind.Fixed => form.Columns,
            FormKind.Delimited when !form.Header => form.Columns,
            _ => default,
        };
        if (!known.IsDefaultOrEmpty && !known.Contains(field.Text, StringComparer.Ordinal))
        {
            findings.Error(CatalogueFindings.Reference, field.Place, $"The file has no field '{field.Text}'.", findings.DidYouMean(
                field.Text, known, form!.Kind == FormKind.Fixed ? "Name it in 'positions'." : "Name it in 'columns'."));
        }
        if (form?.Kind == FormKind.Json && JsonPaths.Steps(field.Text).Any(step => step.Length == 0))
        {
            findings.Error(CatalogueFindings.Value, field.Place, $"'{field.Text}' is no path into an object.",
                "Write names with dots between them, e.g. call.legs.0.number, or a pointer, e.g. /call/number.");
        }
        var slot = _names.FindIndex(name => name.Equals(
            field.Text, form?.Header == true ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal));
        if (slot < 0)
        {
            slot = _names.Count;
            _names.Add(field.Text);
        }
        return slot;
    }

    /// <summary>The form with the places of fixed fields in the order of the slots.</summary>
    internal LayoutForm Finish(LayoutForm read) => read.Kind != FormKind.Fixed ? read
        : read with { Places = [.. _names.Select(name => read.Places[read.Columns.IndexOf(name)])] };
}
