using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>
/// Prices usage records by one compiled catalogue. Reusable; keeps caches and is for one thread at a time. Allocates nothing
/// when no
/// trace is asked for. The same catalogue, record and pockets give the same outcome, in any order and with or without a trace.
/// </summary>
public sealed class Rater
{
    private readonly CompiledCatalogue catalogue;
    private readonly ZoneClock[] clocks;
    private readonly RatedPart[] parts = new RatedPart[1];
    private readonly RatedLeg[] legs = [];
    private readonly ThresholdCrossed[] thresholds = [];
    private int partCount;
    private int legCount;
    private int thresholdCount;

    public Rater(CompiledCatalogue catalogue)
    {
        this.catalogue = catalogue;
        clocks = [.. catalogue.TimeZones.Select(zone => new ZoneClock(zone))];
    }

    /// <summary>The parts of the last event by price key, in order of time; <see cref="RatedUsage.Parts"/> many. Valid until
    /// the next call.</summary>
    public ReadOnlySpan<RatedPart> Parts => parts.AsSpan(0, partCount);

    /// <summary>The further prices of the last event. Valid until the next call.</summary>
    public ReadOnlySpan<RatedLeg> Legs => legs.AsSpan(0, legCount);

    /// <summary>The thresholds that the last event crossed. Valid until the next call.</summary>
    public ReadOnlySpan<ThresholdCrossed> Thresholds => thresholds.AsSpan(0, thresholdCount);

    /// <summary>Rates one event: the steps of pricing are listed here, in their order, and nowhere else.</summary>
    /// <param name="offer">The subscriber's offer, of this rater's catalogue.</param>
    /// <param name="record">What was used.</param>
    /// <param name="pockets">The pockets it may draw from; their balances are changed. Money pockets are in the currency of
    /// the offer's
    /// plans.</param>
    /// <param name="draws">Receives what was taken, one entry per pocket that gave anything; at least as long as
    /// <paramref name="pockets"/>.</param>
    /// <param name="trace">Receives an explanation, or null.</param>
    /// <param name="facts">What else is known of the subscriber; null: nothing.</param>
    /// <returns>The charge; or a refusal, which leaves the pockets as they were.</returns>
    public RatedUsage Rate(
        CompiledOffer offer, UsageRecord record, Span<PocketState> pockets, Span<PocketDraw> draws, RatingTrace? trace,
        SubscriberFacts? facts = null)
    {
        if (offer.TimeZones != catalogue.TimeZones)
        {
            throw new ArgumentException($"Offer {offer.Code} is of another catalogue than this rater's.", nameof(offer));
        }
        if (draws.Length < pockets.Length)
        {
            throw new ArgumentException("There is less room for draws than pockets.", nameof(draws));
        }

        (partCount, legCount, thresholdCount) = (0, 0, 0);

        // 1. The plan for the service.
        var plan = offer.Plan(record.Service);
        if (plan is null)
        {
            return Refuse(HoldReason.NoRatePlan, trace, offer, record);
        }
        trace?.Plan(offer, plan);

        // 2. The destination's zone.
        if (!TryPlace(plan, record.Destination, out var place, trace))
        {
            return Refuse(HoldReason.UnpricedDestination, trace, offer, record);
        }

        // 3. The time band, by the start of the event.
        var band = plan.Week.DependsOnTime ? plan.Week.BandAt(clocks[plan.TimeZone].MinuteOfWeek(record.Start)) : 0;
        trace?.TimeBand(plan, record.Start, band);

        // 4. The most specific price rule.
        ref readonly var cell = ref plan.Cell(place, band);
        if (cell.Tariff < 0)
        {
            trace?.NoPrice(plan, place, band);
            return Refuse(HoldReason.UnpricedDestination, trace, offer, record);
        }
        ref readonly var tariff = ref plan.TariffOf(cell, place);
        trace?.PriceRule(plan, cell, tariff);

        // 5. Increments.
        if (!TryCount(tariff, record, out var used, out var charged))
        {
            return Refuse(HoldReason.AmountOverflow, trace, offer, record);
        }
        trace?.Increments(tariff, used, charged);

        // 6. Allowances.
        var drawn = 0;
        var rest = charged;
        if (charged > 0 && !offer.Covers.IsEmpty)
        {
            rest = DrawAllowances(offer, tariff.Basis, record, place.Zone, charged, pockets, draws, ref drawn);
        }
        trace?.Allowances(offer, tariff, pockets, draws[..drawn], charged);

        // 7. The price of the rest, with the connect fee if money pays for any part; 8. rounded by the plan.
        var amount = 0L;
        if (rest > 0 && !tariff.TryPrice(rest, plan.Rounding, out amount))
        {
            GiveBack(pockets, draws[..drawn]);
            return Refuse(HoldReason.AmountOverflow, trace, offer, record);
        }
        trace?.Price(plan, tariff, rest, amount);

        // 9. Money pockets, by the offer's payment model.
        var allowanceDraws = drawn;
        if (!TryDrawMoney(offer.Payment, record.Start, amount, pockets, draws, ref drawn, out var fromMoney))
        {
            GiveBack(pockets, draws[..drawn]);
            return Refuse(HoldReason.AmountOverflow, trace, offer, record);
        }
        trace?.Money(offer, plan, pockets, draws[allowanceDraws..drawn], amount, fromMoney);

        parts[partCount++] = new RatedPart(cell.PriceKey, used, charged, charged - rest, amount, fromMoney);
        return new RatedUsage
        {
            PriceKey = cell.PriceKey,
            Used = used,
            Charged = charged,
            FromAllowances = charged - rest,
            Amount = amount,
            FromMoney = fromMoney,
            Draws = drawn,
            Parts = 1,
        };
    }

    private static RatedUsage Refuse(HoldReason reason, RatingTrace? trace, CompiledOffer offer, UsageRecord record)
    {
        trace?.Refusal(reason, offer, record);
        return new RatedUsage { Refusal = reason, PriceKey = -1 };
    }

    private static bool TryPlace(CompiledPlan plan, string destination, out Place place, RatingTrace? trace)
    {
        place = new Place(0, -1);
        if (plan.Deck is not { } deck)
        {
            trace?.AnyDestination(plan);
            return true;
        }
        var found = deck.TryFind(destination, out var value);
        if (found)
        {
            place = deck.Places[value];
        }
        trace?.Destination(deck, destination);
        return found;
    }

    /// <summary>Used and chargeable quantity. False: they do not fit 64 bits.</summary>
    private static bool TryCount(in Tariff tariff, UsageRecord record, out long used, out long charged)
    {
        used = 0;
        charged = 0;
        switch (tariff.Basis)
        {
            case PriceBasis.Duration:
                used = record.DurationMs;
                break;
            case PriceBasis.Volume:
                if (record.OctetsUp > long.MaxValue - Math.Max(0, record.OctetsDown))
                {
                    return false;
                }
                used = record.Octets;
                break;
            case PriceBasis.Events:
                used = record.Events;
                break;
            default:
                throw new InvalidOperationException($"Unknown price basis {tariff.Basis}.");
        }
        if (used > tariff.Increments.First && used > long.MaxValue - tariff.Increments.Next)
        {
            return false;
        }
        charged = tariff.Increments.Apply(used);
        return true;
    }

    /// <summary>Draws from allowance pockets that cover the event, in their order; returns what they leave for money.</summary>
    private static long DrawAllowances(
        CompiledOffer offer, PriceBasis basis, UsageRecord record, int zone, long charged,
        Span<PocketState> pockets, Span<PocketDraw> draws, ref int drawn)
    {
        var rest = charged;
        var at = -1;
        while (rest > 0 && (at = Next(pockets, at, record.Start, money: false)) >= 0)
        {
            ref var pocket = ref pockets[at];
            if (pocket.Balance <= 0 || !offer.Covers[pocket.Allowance].Covers(record.Service, basis, zone))
            {
                continue;
            }
            var taken = Math.Min(rest, pocket.Balance);
            draws[drawn++] = new PocketDraw(at, taken, pocket.Balance);
            pocket.Balance -= taken;
            rest -= taken;
        }
        return rest;
    }

    /// <summary>
    /// Draws an amount from money pockets. Postpaid: nothing. Hybrid: what is there, never below zero. Prepaid: everything;
    /// when all are
    /// empty, the last pocket goes below zero. False: a balance would not fit 64 bits.
    /// </summary>
    private static bool TryDrawMoney(
        PaymentModel payment, Instant start, long amount, Span<PocketState> pockets, Span<PocketDraw> draws, ref int drawn,
        out long fromMoney)
    {
        fromMoney = 0;
        if (payment == PaymentModel.Postpaid || amount == 0)
        {
            return true;
        }
        var firstDraw = drawn;
        var last = -1;
        var at = -1;
        while (fromMoney < amount && (at = Next(pockets, at, start, money: true)) >= 0)
        {
            last = at;
            ref var pocket = ref pockets[at];
            if (pocket.Balance <= 0)
            {
                continue;
            }
            var taken = Math.Min(amount - fromMoney, pocket.Balance);
            draws[drawn++] = new PocketDraw(at, taken, pocket.Balance);
            pocket.Balance -= taken;
            fromMoney += taken;
        }
        var rest = amount - fromMoney;
        if (rest == 0 || last < 0 || payment != PaymentModel.Prepaid)
        {
            return true;
        }
        if (pockets[last].Balance < long.MinValue + rest)
        {
            return false;
        }
        if (drawn > firstDraw && draws[drawn - 1].Pocket == last)
        {
            draws[drawn - 1] = draws[drawn - 1] with { Taken = draws[drawn - 1].Taken + rest };
        }
        else
        {
            draws[drawn++] = new PocketDraw(last, rest, pockets[last].Balance);
        }
        pockets[last].Balance -= rest;
        fromMoney = amount;
        return true;
    }

    /// <summary>Index of the next pocket after one, in the order priority, earlier end, lower id, among those valid at an
    /// instant; -1 at
    /// the end. Begin with -1.</summary>
    private static int Next(ReadOnlySpan<PocketState> pockets, int after, Instant start, bool money)
    {
        var next = -1;
        for (var i = 0; i < pockets.Length; i++)
        {
            ref readonly var pocket = ref pockets[i];
            if ((pocket.Kind == PocketKind.Money) == money
                && pocket.ValidFrom <= start && start < pocket.ValidTo
                && (after < 0 || Compare(pockets[after], pocket) < 0)
                && (next < 0 || Compare(pocket, pockets[next]) < 0))
            {
                next = i;
            }
        }
        return next;
    }

    private static int Compare(in PocketState left, in PocketState right)
    {
        var order = left.Priority.CompareTo(right.Priority);
        if (order == 0)
        {
            order = left.ValidTo.CompareTo(right.ValidTo);
        }
        return order != 0 ? order : left.Id.Value.CompareTo(right.Id.Value);
    }

    private static void GiveBack(Span<PocketState> pockets, ReadOnlySpan<PocketDraw> draws)
    {
        foreach (var draw in draws)
        {
            pockets[draw.Pocket].Balance = draw.Before;
        }
    }
}
