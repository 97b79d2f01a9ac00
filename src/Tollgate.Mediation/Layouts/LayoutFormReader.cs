using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Catalog.Reading;

namespace Tollgate.Mediation.Layouts;

/// <summary>Reads the <c>file</c> section of a layout.</summary>
internal static class LayoutFormReader
{
    private const int LongestLine = 64 * 1024;

    private static readonly Dictionary<string, byte> Characters = new(StringComparer.Ordinal)
    {
        ["comma"] = (byte)',',
        ["semicolon"] = (byte)';',
        ["tab"] = (byte)'\t',
        ["pipe"] = (byte)'|',
        ["blank"] = (byte)' ',
        ["none"] = 0,
    };

    /// <summary>Which keys belong to which forms; the others belong to all.</summary>
    private static readonly Dictionary<string, FormKind[]> Belongs = new(StringComparer.Ordinal)
    {
        ["separator"] = [FormKind.Delimited, FormKind.Pairs],
        ["quote"] = [FormKind.Delimited],
        ["equals"] = [FormKind.Pairs, FormKind.Blocks],
        ["header"] = [FormKind.Delimited],
        ["columns"] = [FormKind.Delimited],
        ["fewest"] = [FormKind.Delimited],
        ["positions"] = [FormKind.Fixed],
        ["trimmed"] = [FormKind.Fixed],
        ["skip"] = [FormKind.Delimited, FormKind.Fixed, FormKind.Pairs],
        ["skipLines"] = [FormKind.Delimited, FormKind.Fixed, FormKind.Pairs],
    };

    /// <summary>The form; null when its kind is not known.</summary>
    internal static LayoutForm? Read(Fields file)
    {
        var kind = file.Choice<FormKind>("form");
        var form = new LayoutForm
        {
            Kind = kind ?? FormKind.Json,
            TimeZone = Zone(file, "timeZone"),
            Separator = Character(file, "separator", (byte)','),
            Quote = kind == FormKind.Delimited ? Character(file, "quote", (byte)'"') : (byte)0,
            EqualSign = Character(file, "equals", (byte)'='),
            DecimalSign = Character(file, "decimalSign", (byte)'.'),
            Header = file.Flag("header", otherwise: false),
            Columns = [.. file.Scalars("columns").Select(name => name.Text)],
            Fewest = file.Whole("fewest", 0, 1, DelimitedDecoder.MaxColumns),
            Trimmed = file.Flag("trimmed", otherwise: false),
            Skip = [.. file.Scalars("skip").Where(text => text.Text.Length > 0).Select(text => Encoding.UTF8.GetBytes(text.Text))],
            SkipLines = file.Whole("skipLines", 0, 0, 1000),
        };
        file.Knows(["quote", "positions"]);
        foreach (var (key, kinds) in Belongs.Where(pair => kind is not null && file.Has(pair.Key)))
        {
            if (!kinds.Contains(kind!.Value))
            {
                file.Findings.Error(CatalogueFindings.Conflict, file.PlaceOf(key),
                    $"'{key}' has no meaning for the form {Words<FormKind>.Of(kind.Value)}.", "Remove it.");
            }
        }
        form = kind switch
        {
            FormKind.Delimited => Delimited(file, form),
            FormKind.Fixed => Positions(file, form),
            _ => form,
        };
        file.Done();
        return kind is null ? null : form;
    }

    /// <summary>The zone that a key names, or null.</summary>
    internal static DateTimeZone? Zone(Fields fields, string key)
    {
        if (fields.Scalar(key, required: false) is not { } scalar)
        {
            return null;
        }
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(scalar.Text);
        if (zone is null)
        {
            fields.Findings.Error(CatalogueFindings.Value, scalar.Place, $"There is no time zone '{scalar.Text}'.",
                fields.Findings.DidYouMean(scalar.Text, DateTimeZoneProviders.Tzdb.Ids, "Write e.g. UTC or Europe/Berlin."));
        }
        return zone;
    }

    /// <summary>The two numbers of <c>3-17</c> as a range from 0, the end exclusive.</summary>
    internal static (int From, int To)? Range(YamlScalar scalar, FindingList findings)
    {
        var parts = scalar.Text.Split('-');
        if (parts.Length is 1 or 2 && Number(parts[0], out var first) && Number(parts[^1], out var last)
            && first >= 1 && last >= first && last <= LongestLine)
        {
            return (first - 1, last);
        }
        findings.Error(CatalogueFindings.Value, scalar.Place, $"'{scalar.Text}' does not say from where to where.",
            "Write the first and the last byte, counted from 1, e.g. 3-17.");
        return null;
    }

    private static bool Number(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static LayoutForm Delimited(Fields file, LayoutForm form)
    {
        if (form.Header == !form.Columns.IsEmpty)
        {
            file.Findings.Error(form.Header ? CatalogueFindings.Conflict : CatalogueFindings.Missing, file.PlaceOf("columns"),
                form.Header ? "The columns are named by the header row and by 'columns'." : "Nothing names the columns.",
                form.Header ? "Remove one of the two." : "Write 'header: yes', or their names in order as 'columns: [a, b, c]'.");
        }
        foreach (var twice in form.Columns.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            file.Findings.Error(CatalogueFindings.Duplicate, file.PlaceOf("columns"), $"The column '{twice.Key}' is there twice.",
                "Give the second one another name.");
        }
        if (form.Columns.Length > DelimitedDecoder.MaxColumns || (!form.Header && form.Fewest > form.Columns.Length))
        {
            file.Findings.Error(CatalogueFindings.Range, file.PlaceOf("columns"),
                "There are more than 512 columns, or fewer than 'fewest'.", "Name all columns that a line may have.");
        }
        if (form.Separator == form.Quote || form.Separator == 0)
        {
            file.Findings.Error(CatalogueFindings.Conflict, file.PlaceOf("separator"),
                "The separator and the quote are the same, or there is no separator.", "Choose another separator.");
        }
        return form with { Fewest = form.Fewest == 0 ? form.Columns.Length : form.Fewest };
    }

    private static LayoutForm Positions(Fields file, LayoutForm form)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var places = ImmutableArray.CreateBuilder<(int, int)>();
        if (file.Nested("positions") is { Map.Entries.Count: > 0 } positions)
        {
            foreach (var (name, _) in positions.Map.Entries)
            {
                // A field whose place is wrong is known all the same.
                names.Add(name.Text);
                places.Add(positions.Scalar(name.Text, required: true) is { } written
                    && Range(written, file.Findings) is { } range ? range : (0, 1));
            }
        }
        else
        {
            file.Findings.Error(CatalogueFindings.Missing, file.PlaceOf("positions"), "Nothing says where the fields are.",
                "Write e.g. 'positions: { caller: 3-17, start: 18-31 }'.");
        }
        return form with { Columns = names.ToImmutable(), Places = places.ToImmutable() };
    }

    private static byte Character(Fields file, string key, byte otherwise)
    {
        if (file.Scalar(key, required: false) is not { } scalar)
        {
            return otherwise;
        }
        if (Characters.TryGetValue(scalar.Text, out var known))
        {
            return known;
        }
        if (scalar.Text.Length == 1 && scalar.Text[0] is > '\u001F' and < '\u007F')
        {
            return (byte)scalar.Text[0];
        }
        file.Findings.Error(CatalogueFindings.Value, scalar.Place, $"'{key}: {scalar.Text}' is not one character.",
            $"Write one ASCII character in quotes, or one of {string.Join(", ", Characters.Keys)}.");
        return otherwise;
    }
}
