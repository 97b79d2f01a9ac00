using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Catalog;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Scenarios.Reading;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Scenarios.Acts;

/// <summary>Which held records a step is about.</summary>
/// <param name="Number">1, 2, 3 … in the order in which they came; null: all of them.</param>
internal sealed record HeldChoice(int? Number)
{
    internal string Name => Number is { } number
        ? string.Create(CultureInfo.InvariantCulture, $"held record {number} is") : "what is held is";

    internal static HeldChoice Read(Fields fields) => new(
        fields.Scalar("record", required: false) is null ? null : fields.Whole("record", 1, 1, 10_000));

    /// <summary>Their keys; one that nothing has when there is none, so that the operation says so.</summary>
    internal async Task<ImmutableArray<EventId>> KeysAsync(Stage stage, CancellationToken cancel)
    {
        var held = await HeldStore.ListAsync(
            stage.Context.Database, stage.Context.Tenant, new HeldFilter(), null, 10_000, cancel);
        var chosen = Number is { } number ? held.Skip(number - 1).Take(1) : held;
        return [.. chosen.Select(record => record.Key).DefaultIfEmpty()];
    }
}

/// <summary><c>correctHeld</c>: fields of held records are set right, for the next replay.</summary>
internal sealed record CorrectRecords(HeldChoice Which, ImmutableDictionary<string, string> Set, string Reason) : Act
{
    internal override string Words => $"{Which.Name} corrected: "
        + string.Join(", ", Set.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"));

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var set = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (fields.Nested("set") is { } values)
        {
            foreach (var name in HeldFields.Names)
            {
                if (values.OptionalText(name) is { } value)
                {
                    set[name] = value;
                }
            }
            scope.Done(values, "heldFields");
        }
        var act = new CorrectRecords(
            HeldChoice.Read(fields), set.ToImmutable(), fields.OptionalText("reason") ?? "as the story says");
        scope.Done(fields, "correctHeld");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var keys = await Which.KeysAsync(stage, cancel);
        foreach (var key in keys)
        {
            var corrected = await CorrectHeld.RunAsync(stage.Context, key, new HeldCorrectionRequest(Set, Reason), cancel);
            if (corrected.Refusal is { } refusal)
            {
                return Played.Refused(refusal);
            }
        }
        return new Played(string.Create(CultureInfo.InvariantCulture, $"{keys.Length} corrected"));
    }
}

/// <summary><c>dropHeld</c>: held records are written off.</summary>
internal sealed record DropRecords(HeldChoice Which, string Reason) : Act
{
    internal override string Words => $"{Which.Name} written off: {Reason}";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var act = new DropRecords(HeldChoice.Read(fields), fields.Text("reason"));
        scope.Done(fields, "dropHeld");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var keys = await Which.KeysAsync(stage, cancel);
        foreach (var key in keys)
        {
            if ((await DropHeld.RunAsync(stage.Context, key, Reason, cancel)).Refusal is { } refusal)
            {
                return Played.Refused(refusal);
            }
        }
        return new Played(string.Create(CultureInfo.InvariantCulture, $"{keys.Length} dropped"));
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
        var filter = new HeldFilter(Reason);
        var result = await UsageReplay.RunAsync(stage.Context, await stage.TimelineAsync(cancel), filter, cancel);
        return await UsageCounts.ToldAsync(
            stage, new ChargeOutcome(result.Tried, result.Charged, result.Held, result.Duplicates, 0, default), filter, cancel);
    }
}

/// <summary>What became of the records of a step, with the reasons of those that are held.</summary>
internal sealed record UsageCounts(ChargeOutcome Counts, ImmutableSortedDictionary<string, int> Reasons)
{
    /// <summary>As a person reads it.</summary>
    /// <param name="held">Which held records the step left.</param>
    internal static async Task<Played> ToldAsync(
        Stage stage, ChargeOutcome counts, HeldFilter held, CancellationToken cancel)
    {
        var records = counts.Held == 0 ? [] : await HeldStore.ListAsync(
            stage.Context.Database, stage.Context.Tenant, held, null, 10_000, cancel);
        var reasons = records.GroupBy(record => record.Reason.ToString(), StringComparer.Ordinal).ToImmutableSortedDictionary(
            group => group.Key, group => group.Count(), StringComparer.Ordinal);
        var words = new[]
        {
            (counts.Rated, "rated"), (counts.Held, "held"), (counts.Duplicates, "duplicate"), (counts.Ignored, "ignored"),
        }.Where(pair => pair.Item1 > 0).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Item1} {pair.Item2}"));
        var why = records.GroupBy(record => (record.Reason, record.Detail)).Select(
            group => group.Key.Detail.Length > 0 ? $"{group.Key.Reason}: {group.Key.Detail}" : $"{group.Key.Reason}");
        return new Played(string.Join("; ", [string.Join(", ", words), .. why]))
        {
            Usage = new UsageCounts(counts, reasons),
        };
    }
}
