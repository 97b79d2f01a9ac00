using System.Collections.Frozen;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>A counter in index form. Immutable.</summary>
internal sealed class CompiledCounter
{
    private readonly FrozenSet<string> zones;
    private readonly PriceBasis? basis;

    internal CompiledCounter(Counter source, bool member)
    {
        Source = source;
        IsMember = member;
        zones = source.Zones.ToFrozenSet(StringComparer.Ordinal);
        basis = source.Unit.Kind switch
        {
            UnitKind.Duration => PriceBasis.Duration,
            UnitKind.Volume => PriceBasis.Volume,
            UnitKind.Count => PriceBasis.Events,
            _ => null,
        };
    }

    internal Counter Source { get; }

    /// <summary>It counts what a member takes of a shared allowance, and nothing else.</summary>
    internal bool IsMember { get; }

    /// <summary>Index of the leg whose prices it counts for; -1: of none.</summary>
    internal int Leg { get; init; } = -1;

    internal bool Counts(PricedEvent priced, int leg) =>
        !IsMember && Leg == leg
        && (Source.Services.IsEmpty || Source.Services.Contains(priced.Record.Service))
        && (zones.Count == 0 || zones.Contains(priced.ZoneName))
        && Source.Of switch
        {
            CounterOf.Money or CounterOf.Price => Source.Unit == priced.Plan.Source.Currency,
            CounterOf.Events => true,
            _ => basis == priced.Basis,
        }
        && (Source.When is null || Source.When.Holds(priced));

    internal long Of(PricedEvent priced, long amount) => Source.Of switch
    {
        CounterOf.Charged => priced.Charged,
        CounterOf.Paid => priced.Charged - priced.Unpaid,
        CounterOf.Used => priced.Used,
        CounterOf.Events => priced.Record.Events,
        CounterOf.Money => amount,
        CounterOf.Price => priced.TryExternalPrice(Source.Unit, out var price)
            ? Source.Unit.ToStorage(price, RoundingMode.HalfUp) : 0,
        _ => throw new InvalidOperationException($"Unknown counter {Source.Of}."),
    };
}

/// <summary>What usage earns, in index form.</summary>
/// <param name="Counter">Index in <see cref="CompiledOffer.Counters"/>.</param>
/// <param name="Into">Index in <see cref="CompiledOffer.Allowances"/>.</param>
internal sealed record CompiledEarning(Earning Source, int Counter, int Into);

/// <summary>Step 12: counters advance and earn; thresholds that they and the allowances pass are told.</summary>
internal static class Counting
{
    /// <summary>Tells the event what the tiers need to know, before prices are looked at.</summary>
    internal static void Read(PricedEvent priced, in PocketBook book)
    {
        for (var place = book.MoneyEnd; place < book.CountersEnd; place++)
        {
            ref readonly var pocket = ref book.Pockets[book[place]];
            priced.SetCounter(pocket.Allowance, pocket.Balance);
        }
    }

    /// <param name="leg">Index of the leg that is priced; -1: the retail price.</param>
    internal static void Advance(
        CompiledOffer offer, PricedEvent priced, int leg, ref PocketBook book, long amount, RatingTrace? trace)
    {
        for (var place = book.MoneyEnd; place < book.CountersEnd; place++)
        {
            var pocket = book[place];
            var counter = offer.CountersCompiled[book.Pockets[pocket].Allowance];
            if (counter.Counts(priced, leg))
            {
                var before = book.Pockets[pocket].Balance;
                book.Take(pocket, -counter.Of(priced, amount));
                trace?.Counter(counter.Source, before, book.Pockets[pocket].Balance);
                if (leg < 0 && !offer.Earnings.IsEmpty)
                {
                    Earn(offer, ref book, pocket, before, trace);
                }
            }
        }
    }

    /// <summary>What the advance of a counter earns goes into the pocket of the allowance whose period is the latest.</summary>
    private static void Earn(CompiledOffer offer, ref PocketBook book, int counter, long before, RatingTrace? trace)
    {
        foreach (var earning in offer.Earnings)
        {
            if (earning.Counter != book.Pockets[counter].Allowance)
            {
                continue;
            }
            var into = -1;
            for (var place = 0; place < book.MoneyEnd; place++)
            {
                ref readonly var pocket = ref book.Pockets[book[place]];
                if (pocket.Kind == PocketKind.Allowance && pocket.Allowance == earning.Into
                    && (into < 0 || pocket.ValidFrom > book.Pockets[into].ValidFrom))
                {
                    into = book[place];
                }
            }
            var earned = earning.Source.Between(before, book.Pockets[counter].Balance);
            if (into >= 0 && earned != 0)
            {
                book.Take(into, -earned);
                trace?.Earned(earning.Source, offer.Allowances[earning.Into].Unit, earned, book.Pockets[into]);
            }
        }
    }

    /// <summary>Adds the thresholds that the draws crossed.</summary>
    internal static void Cross(CompiledOffer offer, in PocketBook book, List<ThresholdCrossed> crossed)
    {
        foreach (var draw in book.Draws)
        {
            ref readonly var pocket = ref book.Pockets[draw.Pocket];
            if (pocket.Kind == PocketKind.Counter)
            {
                var counter = offer.Counters[pocket.Allowance];
                Cross(draw.Pocket, counter.Thresholds.AsSpan(), counter.Limit ?? 0, draw.Before, pocket.Balance, crossed);
            }
            else if (pocket.Kind == PocketKind.Allowance)
            {
                var allowance = offer.Allowances[pocket.Allowance];
                var granted = pocket.Granted > 0 ? pocket.Granted : allowance.Amount;
                Cross(draw.Pocket, allowance.Thresholds.AsSpan(), granted, granted - draw.Before, granted - pocket.Balance,
                    crossed);
            }
        }
    }

    private static void Cross(
        int pocket, ReadOnlySpan<int> thresholds, long limit, long before, long after, List<ThresholdCrossed> crossed)
    {
        foreach (var percent in thresholds)
        {
            var at = ((Int128)limit * percent + 99) / 100;
            if (limit > 0 && before < at && at <= after)
            {
                crossed.Add(new ThresholdCrossed(pocket, percent, limit));
            }
        }
    }
}
