using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Scenarios.Reading;
using Tollgate.Operations.Usage;

namespace Tollgate.Operations.Scenarios.Acts;

/// <summary>A verb of the scenario format with what it is about. Each plays one or more real operations.</summary>
internal abstract record Act
{
    /// <summary>What happens, as a person would note it.</summary>
    internal abstract string Words { get; }

    /// <summary>Plays it. A business "no" is an answer, not an exception.</summary>
    internal abstract Task<Played> PlayAsync(Stage stage, CancellationToken cancel);
}

/// <summary>What came of an act.</summary>
/// <param name="Outcome">In words; empty: nothing more to say.</param>
internal sealed record Played(string Outcome = "")
{
    /// <summary>Why it was refused, or null.</summary>
    internal Refusal? Refusal { get; init; }

    /// <summary>What became of usage records, or null.</summary>
    internal UsageCounts? Usage { get; init; }

    /// <summary>The bill that a preview computed, or null.</summary>
    internal JsonObject? Preview { get; init; }

    /// <summary>What a re-rating came to, by currency.</summary>
    internal ImmutableArray<RerateSum> Rerated { get; init; } = [];

    internal static Played Refused(Refusal refusal) => new() { Refusal = refusal };
}

/// <summary>The verbs by their names in a step.</summary>
internal static class Verbs
{
    internal delegate Act Reader(ScenarioScope scope, YamlValue value);

    internal static readonly ImmutableDictionary<string, Reader> All = new Dictionary<string, Reader>(StringComparer.Ordinal)
    {
        ["subscribe"] = Mapping(Subscribe.Read),
        ["change"] = Mapping(Change.Read),
        ["suspend"] = Mapping(Pause.ReadSuspend),
        ["resume"] = Mapping(Pause.ReadResume),
        ["withdraw"] = Mapping(Withdraw.Read),
        ["moveCycle"] = Mapping(MoveToCycle.Read),
        ["end"] = Mapping(End.Read),
        ["transfer"] = Mapping(Transfer.Read),
        ["identify"] = Mapping(Identify.Read),
        ["changeAccount"] = Mapping(ChangeAccountFields.Read),
        ["use"] = Use.Read,
        ["correctHeld"] = Mapping(CorrectRecords.Read),
        ["dropHeld"] = Mapping(DropRecords.Read),
        ["replay"] = Mapping(Replay.Read),
        ["rerate"] = Mapping(RerateUsage.Read),
        ["redeem"] = Mapping(Redeem.Read),
        ["discount"] = Mapping(Discount.Read),
        ["topUp"] = Mapping(TopUpMoney.Read),
        ["pay"] = Mapping(Pay.Read),
        ["adjust"] = Mapping(Adjust.Read),
        ["deposit"] = Mapping(TakeDeposit.Read),
        ["releaseDeposit"] = Mapping(GiveDepositUp.ReadRelease),
        ["returnDeposit"] = Mapping(GiveDepositUp.ReadReturn),
        ["publish"] = Mapping(Publish.Read),
        ["bill"] = Mapping(Bill.Read),
        ["retryParked"] = Mapping(RetryBills.Read),
        ["accept"] = Mapping(Accept.Read),
        ["issue"] = Mapping(Issue.Read),
        ["invoice"] = Mapping(Invoice.Read),
        ["preview"] = Mapping(Preview.Read),
        ["cancelDraft"] = Mapping(CancelDraft.Read),
        ["credit"] = Mapping(Credit.Read),
        ["debit"] = Mapping(Demand.ReadDebit),
        ["advance"] = Mapping(Demand.ReadAdvance),
        ["correctTax"] = Mapping(RightTax.Read),
        ["statement"] = Mapping(Statement.Read),
    }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>A verb whose details are a mapping; nothing after the colon counts as an empty one.</summary>
    private static Reader Mapping(Func<ScenarioScope, Fields, Act> read) => (scope, value) =>
    {
        if (value is YamlMapping map)
        {
            return read(scope, new Fields(map, scope.Findings));
        }
        if (value is not YamlScalar { IsNull: true })
        {
            scope.Findings.Error(Catalog.CatalogueFindings.Shape, value.Place, $"This is {value.Shape}; a mapping is expected.",
                "Write '{ key: value }', or '{}' for what is plain.");
        }
        return read(scope, new Fields(new YamlMapping(value.Place, []), scope.Findings));
    };
}
