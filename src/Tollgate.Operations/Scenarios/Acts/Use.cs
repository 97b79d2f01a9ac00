using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Scenarios.Reading;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Scenarios.Acts;

/// <summary>What is used: so many events of a service, each of a quantity, to a destination.</summary>
/// <param name="Times">Number of records.</param>
/// <param name="DurationMs">For each call; 0 otherwise.</param>
/// <param name="Octets">For each session; 0 otherwise.</param>
/// <param name="To">As dialled or with + and country code; may be empty.</param>
internal sealed record Usage(ServiceKind Service, int Times, long DurationMs, long Octets, string To, string Text)
{
    private const string Cure = "Write e.g. '3 calls of 61 seconds to +493012345', '2 messages to +493012345', '500 MB', "
        + "'2 sessions of 500 MB' or '1 item to partner'.";

    private static readonly Dictionary<string, ServiceKind> Nouns = new(StringComparer.Ordinal)
    {
        ["call"] = ServiceKind.Voice, ["calls"] = ServiceKind.Voice, ["message"] = ServiceKind.Sms,
        ["messages"] = ServiceKind.Sms,
        ["picture"] = ServiceKind.Mms, ["pictures"] = ServiceKind.Mms, ["session"] = ServiceKind.Data,
        ["sessions"] = ServiceKind.Data,
        ["item"] = ServiceKind.Content, ["items"] = ServiceKind.Content,
    };

    /// <summary>Reads the phrase; a finding and one silent call when it cannot be read.</summary>
    internal static Usage Read(ScenarioScope scope, YamlScalar scalar)
    {
        var words = scalar.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var to = "";
        if (words is [.., "to", var destination])
        {
            to = destination;
            words = words[..^2];
        }
        if (words is [var amount, var unit] && !Nouns.ContainsKey(unit))
        {
            return Of(scope, scalar, ServiceKind.Data, 1, $"{amount} {unit}", to);
        }
        if (words is [var times, var noun, .. var rest] && Nouns.TryGetValue(noun, out var service)
            && int.TryParse(times, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 100_000
            && rest is [] or ["of", _, _])
        {
            return Of(scope, scalar, service, count, rest.Length == 0 ? "" : $"{rest[1]} {rest[2]}", to);
        }
        scope.Findings.Error(CatalogueFindings.Value, scalar.Place, $"This usage cannot be read: '{scalar.Text}'.", Cure);
        return new Usage(ServiceKind.Voice, 1, 0, 0, "", scalar.Text);
    }

    private static Usage Of(ScenarioScope scope, YamlScalar scalar, ServiceKind service, int times, string quantity, string to)
    {
        var usage = new Usage(service, times, 0, 0, to, scalar.Text);
        if (quantity.Length == 0)
        {
            return usage;
        }
        var (unit, steps) = scope.Quantities.Quantity(scalar with { Text = quantity }, "use", positive: false);
        switch (unit.Kind)
        {
            case UnitKind.Duration:
                return usage with { DurationMs = steps };
            case UnitKind.Volume:
                return usage with { Octets = steps };
            default:
                if (unit != Quantities.Unknown)
                {
                    scope.Findings.Error(CatalogueFindings.Unit, scalar.Place, $"Usage is not given in {unit.Code}.", Cure);
                }
                return usage;
        }
    }
}

/// <summary>
/// <c>use</c>: records come in from the network as a file and are imported. The records follow each other every so often from
/// <c>at</c> on (default: now); the clock then stands at the last one's end.
/// </summary>
internal sealed record Use(Usage What, string? Subscription, string? By, Instant? At, Duration Every, string? Id) : Act
{
    /// <summary>Columns beside the common ones: <c>origin</c>, and attributes by their names.</summary>
    internal ImmutableArray<(string Column, string Value)> More { get; init; } = [];

    internal override string Words => $"{By ?? Subscription} uses {What.Text}";

    internal static Act Read(ScenarioScope scope, YamlValue value)
    {
        if (value is YamlScalar scalar)
        {
            return Advance(scope, new Use(
                Usage.Read(scope, scalar),
                scope.Subscriptions.Use(new Fields(new YamlMapping(value.Place, []), scope.Findings), "by"), null,
                null, Duration.Zero, null));
        }
        if (value is not YamlMapping map)
        {
            scope.Findings.Error(CatalogueFindings.Shape, value.Place, "A usage is a phrase or a mapping with 'what'.",
                "Write e.g. '3 calls of 61 seconds to +493012345'.");
            return new Use(new Usage(ServiceKind.Voice, 1, 0, 0, "", ""), null, "", null, Duration.Zero, null);
        }
        var fields = new Fields(map, scope.Findings);
        var what = fields.Scalar("what", required: true) is { } phrase
            ? Usage.Read(scope, phrase) : new Usage(ServiceKind.Voice, 1, 0, 0, "", "");
        var number = fields.Scalar("number", required: false);
        var by = fields.Scalar("by", required: false);
        var act = new Use(
            what,
            number is not null ? null : by is not null ? scope.Subscriptions.Known(by) : scope.Subscriptions.Use(fields, "by"),
            number?.Text, scope.OptionalTime(fields, "at"), Interval(scope, fields), fields.OptionalText("id"))
        {
            More = MoreColumns(fields),
        };
        scope.Done(fields, "use");
        return Advance(scope, act);
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var number = stage.NextNumber();
        var name = string.Create(CultureInfo.InvariantCulture, $"usage-{number}.csv");
        var path = Path.Combine(stage.Folder, name);
        await File.WriteAllTextAsync(path, Csv(stage, number), cancel);
        if (At is null)
        {
            stage.Clock.AdvanceTo(End(stage.Context.Now, What, Every));
        }
        var imported = await UsageImport.RunAsync(
            stage.Context, await stage.TimelineAsync(cancel), stage.Source, path, cancel: cancel);
        File.Delete(path);
        if (imported.Refusal is { } refusal)
        {
            return Played.Refused(refusal);
        }
        var file = imported.Value!.File;
        return await UsageCounts.ToldAsync(
            stage, new ChargeOutcome(file.Read, file.Rated, file.Held, file.Duplicates, file.Ignored, default),
            new HeldFilter(File: file.Id), cancel);
    }

    private static Instant End(Instant start, Usage what, Duration every) =>
        start + every * (what.Times - 1) + Duration.FromMilliseconds(what.DurationMs);

    private static Use Advance(ScenarioScope scope, Use act)
    {
        if (act.At is null)
        {
            scope.Clock = End(scope.Clock, act.What, act.Every);
        }
        return act;
    }

    /// <summary>The caller, and attributes: those that the product knows by their names, others as the operator's own.</summary>
    private static ImmutableArray<(string Column, string Value)> MoreColumns(Fields fields)
    {
        var more = ImmutableArray.CreateBuilder<(string, string)>();
        if (fields.OptionalText("origin") is { } origin)
        {
            more.Add(("origin", origin));
        }
        if (fields.Nested("attributes") is { } attributes)
        {
            foreach (var (name, value) in attributes.Map.Entries)
            {
                var known = UsageAttributes.WellKnown.Contains(name.Text, StringComparer.Ordinal);
                if (!name.Text.All(IsOfName) || value is not YamlScalar scalar)
                {
                    fields.Findings.Error(CatalogueFindings.Value, name.Place, $"'{name.Text}' is no attribute with a value.",
                        "Write 'name: value', the name in small letters, digits and dashes, e.g. 'apn: internet'.");
                    continue;
                }
                more.Add(((known ? "" : "x_") + name.Text.Replace('-', '_'), scalar.Text));
            }
        }
        return more.ToImmutable();
    }

    private static bool IsOfName(char letter) =>
        char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-';

    private static Duration Interval(ScenarioScope scope, Fields fields)
    {
        if (fields.Scalar("every", required: false) is not { } scalar)
        {
            return Duration.Zero;
        }
        var (word, factor) = scalar.Text switch
        {
            ['1', ' ', 'd', 'a', 'y'] => ("24 hours", 1L),
            var text when text.EndsWith(" days", StringComparison.Ordinal) => (text[..^5] + " hours", 24L),
            var text => (text, 1L),
        };
        if (word.EndsWith(" hours", StringComparison.Ordinal) || word == "1 hour")
        {
            (word, factor) = (word.Split(' ')[0] + " minutes", factor * 60);
        }
        var (_, steps) = scope.Quantities.Quantity(scalar with { Text = word }, "every", positive: true);
        return Duration.FromMilliseconds(steps * factor);
    }

    private string Csv(Stage stage, int number)
    {
        var text = new StringBuilder("record_id,service,subject,destination,start,duration_s,octets_down,events");
        var more = "";
        foreach (var (column, value) in More)
        {
            text.Append(',').Append(column);
            more += $",\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        }
        text.Append('\n');
        var subject = By ?? "+" + stage.Identities[Subscription!];
        var start = At ?? stage.Context.Now;
        for (var i = 0; i < What.Times; i++)
        {
            var id = Id is null
                ? string.Create(CultureInfo.InvariantCulture, $"{number}-{i}")
                : What.Times == 1 ? Id : string.Create(CultureInfo.InvariantCulture, $"{Id}-{i}");
            text.Append(CultureInfo.InvariantCulture,
                $"{id},{What.Service.ToString().ToLowerInvariant()},{subject},{What.To},"
                + $"{start + Every * i:uuuu-MM-dd'T'HH:mm:ss.fff'Z'},"
                + $"{What.DurationMs / 1000}.{What.DurationMs % 1000:000},{What.Octets},1{more}\n");
        }
        return text.ToString();
    }
}
