using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Replay;

namespace Tollgate.Operations.Usage;

/// <summary>A pocket before and after an event, in its unit.</summary>
/// <param name="Pocket">Null: it would be made by the event.</param>
/// <param name="Allowance">Code of the allowance; empty: money.</param>
public sealed record ExplainedPocket(PocketId? Pocket, string Allowance, string Unit, decimal Before, decimal Change,
    decimal After);

/// <summary>A line of a document that bills a charge.</summary>
/// <param name="Phase"><c>draft</c>, <c>accepted</c> or <c>issued</c>.</param>
public sealed record BilledOn(DocumentId Document, string? Number, string Phase, int Line, string Description, Money Net);

/// <summary>One version of a charge.</summary>
/// <param name="Generation">0: as first charged.</param>
/// <param name="Run">The re-rating that made it, or null.</param>
/// <param name="Reason">Why it was re-rated, or empty.</param>
public sealed record ChargeGeneration(
    int Generation, Money Amount, string Label, int CatalogVersion, int Slot, Instant RatedAt, RerateRunId? Run, string Reason);

/// <summary>How a charge came about.</summary>
/// <param name="Amount">As stored.</param>
/// <param name="FromMoney">Part of it that money pockets paid.</param>
/// <param name="Steps">In order, from the record to the bill.</param>
/// <param name="Pockets">What it drew, as the rater comes to it now.</param>
/// <param name="Generations">The charge and its corrections, oldest first; the last one is explained.</param>
/// <param name="Billed">The lines that bill it; empty: none yet.</param>
/// <param name="Agrees">True: rating it again comes to exactly what is stored.</param>
/// <param name="Differences">Where not, in words.</param>
public sealed record ChargeExplanation(
    string Id, AccountId Account, SubscriptionId Subscription, Instant EventTime, string Label, Money Amount, Money FromMoney,
    int CatalogVersion, ImmutableArray<TraceStep> Steps, ImmutableArray<ExplainedPocket> Pockets,
    ImmutableArray<ChargeGeneration> Generations, ImmutableArray<BilledOn> Billed, bool Agrees,
        ImmutableArray<string> Differences);

/// <summary>
/// Explains a stored charge by rating it once more: the same rater with a trace, by the catalogue version that priced it, over
/// the stored
/// inputs and the pockets as they were. What comes out is compared with what is stored.
/// </summary>
public static class ExplainCharge
{
    private static readonly Instant Ever = Instant.FromUtc(1970, 1, 1, 0, 0);
    private static readonly Instant Never = Instant.FromUtc(9999, 12, 31, 0, 0);

    /// <summary>Refusal <c>unknown-charge</c>: there is none, or its detail has expired.</summary>
    public static async Task<Outcome<ChargeExplanation>> RunAsync(
        OperationContext context, CatalogueTimeline timeline, ChargeId id, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        var keys = await PriceKeys.LoadAsync(work, cancel);
        if (await ChargeHistory.FindAsync(work, id, keys, cancel) is not { } charge)
        {
            return new Refusal("unknown-charge",
                $"There is no charge {id}, or its detail has expired. See: tollgate usage list.", Retry.AfterCure);
        }
        long[] customer = [id.Customer.Value];
        var all = await ChargeHistory.ChargesAsync(work, customer, Ever, Never, keys, cancel);
        var movements = await ChargeHistory.MovementsAsync(work, customer, cancel);
        var facts = await ExplanationFacts.LoadAsync(work, charge, cancel);
        var guided = facts.Identity is { } identity
            ? charge with { Record = charge.Record with { Subject = identity.Identity } } : charge;
        var tried = await ChargeTrial.AgainAsync(work, guided, all, movements, timeline, context.Now, cancel);
        var key = keys[charge.PriceKeyId];
        var currency = Units.Find(key.Currency) ?? Units.Currency(key.Currency, 2);
        var differences = Differences(charge, tried, key, movements, currency);
        var billed = await facts.BilledAsync(work, charge, currency, cancel);
        return new ChargeExplanation(
            id.ToString(), charge.Account, charge.Subscription, charge.Record.Start, key.Label,
            Money.FromStorage(charge.Amount, currency), Money.FromStorage(charge.FromMoney, currency), charge.CatalogVersion,
            [
                .. facts.Before(guided), .. Catalogue(charge, tried), .. tried.Steps,
                .. facts.After(charge, key, tried.Entry?.Compiled.Source, billed, currency),
            ],
            [.. tried.Draws.Select(draw => Pocket(draw, tried.Entry?.Compiled.Source))],
            await GenerationsAsync(work, id, keys, currency, cancel), [.. billed], differences.Count == 0, [.. differences]);
    }

    internal static ExplainedPocket Pocket(PocketChange change, Catalog.Catalogue? catalogue)
    {
        var unit = Units.Find(change.Unit) ?? catalogue?.Units.FirstOrDefault(one => one.Code == change.Unit)
            ?? catalogue?.Offers.SelectMany(offer => offer.Allowances).FirstOrDefault(one => one.Unit.Code == change.Unit)?.Unit
            ?? new Unit(change.Unit, UnitKind.Count, 1, 0);
        return new ExplainedPocket(
            change.Pocket.Value == 0 ? null : change.Pocket, change.Allowance, unit.Code, unit.FromStorage(change.Before),
            unit.FromStorage(change.Amount), unit.FromStorage(change.After));
    }

    private static IEnumerable<TraceStep> Catalogue(StoredCharge charge, TriedCharge tried)
    {
        if (tried.Entry is not { } entry)
        {
            return [];
        }
        return
        [
            new TraceStep("catalogue", string.Create(CultureInfo.InvariantCulture,
                $"Catalogue version {charge.CatalogVersion} ({entry.Compiled.Source.Code}) priced it, as it was charged at ")
                + $"{InstantPattern.ExtendedIso.Format(charge.RatedAt)}."),
        ];
    }

    /// <summary>Where rating it again comes to something else than what is stored.</summary>
    private static List<string> Differences(
        StoredCharge charge, TriedCharge tried, PriceKey key, List<StoredMovement> movements, Unit currency)
    {
        if (tried.Refusal.Length > 0)
        {
            return [$"It is not charged now: {tried.Refusal}"];
        }
        var found = new List<string>();
        Compare("price key", $"{key.Plan}/{key.Zone}/{key.Band}", $"{tried.Key!.Plan}/{tried.Key.Zone}/{tried.Key.Band}");
        if (found.Count == 0 && key != tried.Key)
        {
            found.Add($"The price key differs in its terms: {key} is stored, {tried.Key} comes out now.");
        }
        Compare("charged quantity", charge.Charged, tried.Rated.Charged);
        Compare("quantity from allowances", charge.FromAllowances, tried.Rated.FromAllowances);
        Compare("amount", Money.FromStorage(charge.Amount, currency), Money.FromStorage(tried.Rated.Amount, currency));
        Compare("part from money pockets", Money.FromStorage(charge.FromMoney, currency),
            Money.FromStorage(tried.Rated.FromMoney, currency));
        var stored = movements.FindAll(movement => movement.Seq == charge.Seq);
        foreach (var pocket in stored.Select(movement => movement.Pocket).Union(tried.Draws.Select(draw => draw.Pocket.Value)))
        {
            Compare($"draw from {new PocketId(pocket)}", stored.Find(movement => movement.Pocket == pocket)?.Amount ?? 0,
                tried.Draws.FirstOrDefault(draw => draw.Pocket.Value == pocket)?.Amount ?? 0);
        }
        return found;

        void Compare(string what, object old, object now)
        {
            if (!old.Equals(now))
            {
                found.Add(string.Create(CultureInfo.InvariantCulture, $"The {what} is stored as {old}; it comes to {now} now."));
            }
        }
    }

    private static async Task<ImmutableArray<ChargeGeneration>> GenerationsAsync(
        BookWork work, ChargeId id, PriceKeys keys, Unit currency, CancellationToken cancel) =>
        [
            .. await work.ReadAsync(
                "SELECT c.generation, c.amount, c.price_key_id, c.catalog_version, c.slot_no, c.rated_at, r.run_id, coalesce(n.reason, '') "
                + "FROM posted_charge c LEFT JOIN charge_revision r ON r.customer_id = c.customer_id AND r.event_time = c.event_time "
                + "AND r.event_id = c.event_id AND r.generation = c.generation AND r.kind = 0 "
                + "LEFT JOIN rerate_run n ON n.run_id = r.run_id WHERE c.customer_id = @customer AND c.event_time = @time "
                + "AND c.event_id = @event AND c.kind = 0 AND c.tenant_id = @tenant ORDER BY c.generation",
                reader => new ChargeGeneration(
                    reader.GetInt32(0), Money.FromStorage(reader.GetInt64(1), currency), keys[reader.GetInt32(2)].Label,
                    reader.GetInt32(3), reader.GetInt32(4), reader.GetTime(5),
                    reader.GetLongOrNull(6) is { } run ? new RerateRunId(run) : null, reader.GetString(7)),
                cancel, ("customer", id.Customer.Value), ("time", TimeCodec.FromMicroseconds(id.Time)),
                ("event", ChargeHistory.EventValue(work, id.Event))),
        ];
}
