using NodaTime;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;

namespace Tollgate.Storage.Replay;

/// <summary>What an event took from, or gave to, a pocket.</summary>
/// <param name="Allowance">Code of the allowance; empty: money.</param>
/// <param name="Amount">Stored steps of the unit, signed.</param>
/// <param name="Before">Balance before.</param>
public sealed record PocketChange(PocketId Pocket, string Allowance, string Unit, long Amount, long Before)
{
    public long After => Before + Amount;
}

/// <summary>An event charged in memory, with its steps.</summary>
/// <param name="Refusal">Why it is not charged, or empty.</param>
/// <param name="Entry">The catalogue version that priced it; null when none is in force.</param>
/// <param name="Key">What it is billed as; null when refused.</param>
/// <param name="PriceKeyId">Id of the key; an index for a catalogue that is not published.</param>
public sealed record TriedCharge(
    string Refusal, CatalogueEntry? Entry, PriceKey? Key, int PriceKeyId, RatedUsage Rated, IReadOnlyList<PocketChange> Draws,
    IReadOnlyList<TraceStep> Steps)
{
    /// <summary>The reason of the refusal, when charging gave one.</summary>
    public HoldReason? Reason { get; init; }

    /// <summary>Refused for the credit limit: how much would have been allowed, in base units.</summary>
    public long? Allowed { get; init; }
}

/// <summary>Charges one event in memory on the way that fresh usage takes, with a trace; nothing is changed.</summary>
public static class ChargeTrial
{
    /// <summary>A timeline on which a catalogue that is not published prices every time.</summary>
    public static CatalogueTimeline Unpublished(CompiledCatalogue catalogue) => ReplaySession.Candidate(catalogue);

    /// <summary>A timeline on which a published version prices every time, or null when there is no such version.</summary>
    public static CatalogueTimeline? Only(CatalogueTimeline timeline, int version) =>
        timeline.Versions.FirstOrDefault(entry => entry.Version == version) is { } entry ? ReplaySession.Single(entry) : null;

    /// <summary>A new event of a subscription, against the pockets as they are now.</summary>
    public static async Task<TriedCharge> TryAsync(
        BookWork work, CustomerId customer, SubscriptionId subscription, UsageRecord record, CatalogueTimeline timeline,
            Instant now,
        CancellationToken cancel)
    {
        var session = new ReplaySession(work.Database, work.Tenant);
        await session.LoadAsync(work, [customer.Value], now, cancel);
        var state = session.Cache.Find(customer.Value)?.Subscriptions.Find(one => one.Id == subscription.Value
            && TimeCodec.ToMicroseconds(record.Start) is var at && one.Paid.Exists(paid => paid.From <= at && at < paid.To));
        session.Pass.BeyondCredit = BeyondCredit.Refuse;
        return state is null ? Nobody(subscription) : Charge(session, state, record, timeline);
    }

    /// <summary>A stored charge once more: by the catalogue version that priced it, against the pockets as they were before
    /// it.</summary>
    public static async Task<TriedCharge> AgainAsync(
        BookWork work, StoredCharge charge, IReadOnlyList<StoredCharge> all, IReadOnlyList<StoredMovement> movements,
        CatalogueTimeline timeline, Instant now, CancellationToken cancel)
    {
        var session = new ReplaySession(work.Database, work.Tenant);
        await session.LoadAsync(work, [charge.Id.Customer.Value], now, cancel);
        var customer = session.Cache.Find(charge.Id.Customer.Value);
        var state = customer?.Subscriptions.Find(
            one => one.Id == charge.Subscription.Value && one.Account.Id == charge.Account.Value);
        if (customer is null || state is null)
        {
            return Nobody(charge.Subscription);
        }
        if (session.Version(timeline, charge.CatalogVersion) is not { } version)
        {
            return Refused(FormattableString.Invariant($"Catalogue version {charge.CatalogVersion} is gone."), null, []);
        }
        session.Replay.Before(customer, new ReplayPlan
        {
            Charges = all, Movements = movements, Selected = _ => null, Version = _ => null,
        }, charge);
        return Charge(session, state, charge.Record, version);
    }

    private static TriedCharge Charge(
        ReplaySession session, SubscriptionState state, UsageRecord record, CatalogueTimeline timeline)
    {
        var trace = new RatingTrace();
        session.Pass.Trace = trace;
        var work = new ChargeWork { Source = "", File = default, Usage = [record], Text = NoText.Instance };
        session.Pass.Charge(work, 0, TimeCodec.ToMicroseconds(record.Start), state, timeline);
        session.Pass.Trace = null;
        var rows = session.Pass.Rows;
        var entry = timeline.At(ChargePass.PriceTime(timeline, state, record.Start));
        if (rows.Charges.Count == 0)
        {
            var held = rows.Held[^1];
            return Refused(held.Detail, entry, trace.Steps) with
            {
                Reason = held.Reason, Allowed = held.Reason == HoldReason.CreditLimitReached ? session.Pass.Allowed : null,
            };
        }
        var charge = rows.Charges[0];
        return new TriedCharge(
            "", entry, entry!.Compiled.PriceKeys[charge.Rated.PriceKey], charge.PriceKeyId, charge.Rated,
            rows.Movements.ConvertAll(row => new PocketChange(
                new PocketId(row.Pocket.Id < Pocket.Unnumbered ? row.Pocket.Id : 0), row.Pocket.Allowance, row.Pocket.Unit,
                row.Amount, row.Before)),
            trace.Steps);
    }

    private static TriedCharge Nobody(SubscriptionId subscription) =>
        Refused($"{subscription} is not there, or its customer was never charged.", null, []);

    private static TriedCharge Refused(string why, CatalogueEntry? entry, IReadOnlyList<TraceStep> steps) =>
        new(why, entry, null, -1, default, [], steps);
}

/// <summary>Events that are charged in memory have no text of their own.</summary>
internal sealed class NoText : IRecordText
{
    internal static readonly NoText Instance = new();

    public string Raw(UsageRecord record) => "";

    public long Line(UsageRecord record) => 0;
}
