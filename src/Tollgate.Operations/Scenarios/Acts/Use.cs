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
            number?.Text, scope.OptionalTime(fields, "at"), Interval(scope, fields), fields.OptionalText("id"));
        scope.Done(fields, "use");
        return Advance(scope, act);
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var number = ++stage.Count;
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
        var counts = new ChargeOutcome(file.Read, file.Rated, file.Held, file.Duplicates, file.Ignored, default);
        return new Played(Says(counts)) { Usage = counts };
    }

    internal static string Says(ChargeOutcome counts) => string.Join(", ", new[]
    {
        (counts.Rated, "rated"), (counts.Held, "held"), (counts.Duplicates, "duplicate"), (counts.Ignored, "ignored"),
    }.Where(pair => pair.Item1 > 0).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Item1} {pair.Item2}")));

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
        var text = new StringBuilder("record_id,service,subject,destination,start,duration_s,octets_down,events\n");
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
                + $"{What.DurationMs / 1000}.{What.DurationMs % 1000:000},{What.Octets},1\n");
        }
        return text.ToString();
    }
}

/// <summary><c>replay</c>: held records are tried again.</summary>
internal sealed record Replay(HoldReason? Reason) : Act
{
    internal override string Words => Reason is null ? "held records are replayed" : $"records held for {Reason} are replayed";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        HoldReason? reason = null;
        if (fields.Scalar("reason", required: false) is { } word)
        {
            reason = Enum.TryParse<HoldReason>(word.Text, out var found) && Enum.IsDefined(found) ? found : null;
            if (reason is null)
            {
                scope.Findings.Error(CatalogueFindings.Value, word.Place, $"There is no reason '{word.Text}'.",
                    scope.Findings.DidYouMean(
                        word.Text, Enum.GetNames<HoldReason>(), "Use a reason for which records are held."));
            }
        }
        scope.Done(fields, "replay");
        return new Replay(reason);
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var result = await UsageReplay.RunAsync(
            stage.Context, await stage.TimelineAsync(cancel), new HeldFilter(Reason), cancel);
        var counts = new ChargeOutcome(result.Tried, result.Charged, result.Held, result.Duplicates, 0, default);
        return new Played(Use.Says(counts)) { Usage = counts };
    }
}
