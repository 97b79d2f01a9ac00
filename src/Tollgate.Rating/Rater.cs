using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>
/// Prices usage records by one compiled catalogue. Reusable; keeps caches and is for one thread at a time. Allocates nothing
/// when no trace is asked for. The same catalogue, record, pockets and facts give the same outcome, in any order and with or
/// without a trace.
/// </summary>
public sealed class Rater
{
    private readonly CompiledCatalogue catalogue;
    private readonly PricedEvent retail;
    private readonly PricedEvent other;
    private readonly PocketRoom room = new();
    private readonly List<RatedPart> parts = [];
    private readonly List<RatedLeg> legs = [];
    private readonly List<ThresholdCrossed> thresholds = [];

    public Rater(CompiledCatalogue catalogue)
    {
        this.catalogue = catalogue;
        BandClock[] clocks = [.. catalogue.Clocks.Select(clock => new BandClock(clock.Zone, clock.Week))];
        retail = new PricedEvent(clocks);
        other = new PricedEvent(clocks);
    }

    /// <summary>The parts of the last event by price key, in order of time; <see cref="RatedUsage.Parts"/> many. Valid until
    /// the next call.</summary>
    public ReadOnlySpan<RatedPart> Parts => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(parts);

    /// <summary>The further prices of the last event. Valid until the next call.</summary>
    public ReadOnlySpan<RatedLeg> Legs => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(legs);

    /// <summary>The thresholds that the last event crossed. Valid until the next call.</summary>
    public ReadOnlySpan<ThresholdCrossed> Thresholds => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(thresholds);

    /// <summary>Code of the rate plan that was asked last: the one that refused an event for another reason than that none has a
    /// price.</summary>
    public string LastPlan => retail.Plan.Source.Code;

    /// <summary>Rates one event.</summary>
    /// <param name="offer">The subscriber's offer, of this rater's catalogue.</param>
    /// <param name="record">What was used.</param>
    /// <param name="pockets">The pockets and counters it may move; their balances are changed. Money pockets are in the
    /// currency of the offer's plans.</param>
    /// <param name="draws">Receives how they were moved, one entry per pocket that moved; at least as long as
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
        parts.Clear();
        legs.Clear();
        thresholds.Clear();
        var book = new PocketBook(room, offer, record.Start, pockets, draws);
        RatedUsage rated;
        try
        {
            rated = Charge(offer, record, facts ?? SubscriberFacts.None, ref book, trace);
        }
        catch (OverflowException)
        {
            rated = new RatedUsage { Refusal = HoldReason.AmountOverflow };
        }
        if (rated.Refusal is { } refusal)
        {
            book.GiveBack();
            parts.Clear();
            legs.Clear();
            trace?.Refusal(refusal, offer, record);
            return new RatedUsage { Refusal = refusal, PriceKey = -1 };
        }
        if (!offer.Legs.IsEmpty || catalogue.TrunkLegs.Count > 0)
        {
            LegPricing.Price(catalogue, offer, retail, other, ref book, legs, trace, adding: false);
            rated = rated with { Draws = book.Drawn };
        }
        return rated;
    }

    /// <summary>The steps of pricing, in their order; they are listed here and nowhere else.</summary>
    private RatedUsage Charge(
        CompiledOffer offer, UsageRecord record, SubscriberFacts facts, ref PocketBook book, RatingTrace? trace)
    {
        var priced = retail;
        if (offer.Plans.Only(record.Service) is { } plan)
        {
            // 1. The plan for the service.
            priced.Begin(record, plan, offer, (int)record.Service);
            trace?.Plan(offer, plan);

            // 2. The destination's place.
            Placing.Find(priced);
            trace?.Destination(priced);

            // 3. Time bands, 4. price rules, 5. increments.
            if (priced.Refusal is null)
            {
                Metering.Cut(priced);
                trace?.Pieces(priced);
            }
        }
        else if (offer.Plans.Several(record.Service) is { } asked)
        {
            // 1. to 5. for each plan, up to the first that has a price.
            PlanChoosing.Choose(priced, offer, asked, record, trace);
        }
        else
        {
            return new RatedUsage { Refusal = HoldReason.NoRatePlan };
        }
        if (priced.Refusal is { } unpriced)
        {
            return new RatedUsage { Refusal = unpriced };
        }
        if (!offer.Counters.IsEmpty)
        {
            Counting.Read(priced, book);
        }

        if (catalogue.AddsToRetail)
        {
            LegPricing.Price(catalogue, offer, retail, other, ref book, legs, trace, adding: true);
        }

        // 6. Allowances, 7. the price of the rest, 8. discounts, 9. rounding, what other parties' prices add, 10. caps.
        var amount = Amounts.Of(priced, facts, ref book, trace, out var discount);
        if (priced.Refusal is { } refusal)
        {
            return new RatedUsage { Refusal = refusal };
        }

        // 11. Money.
        var (drawn, owed) = (book.Drawn, amount);
        var fromMoney = MoneyDrawing.Draw(priced, ref amount, ref book);
        if (priced.Refusal is { } exhausted)
        {
            return new RatedUsage { Refusal = exhausted };
        }
        trace?.Money(priced, book, drawn, owed, amount, fromMoney);

        // 12. Counters and thresholds.
        if (!offer.Counters.IsEmpty)
        {
            Counting.Advance(offer, priced, -1, ref book, amount, trace);
        }
        Counting.Cross(offer, book, thresholds);
        trace?.Thresholds(offer, book, thresholds);

        Parting.Add(priced, amount, fromMoney, parts);
        return new RatedUsage
        {
            PriceKey = priced.Pieces[0].PriceKey,
            Used = priced.Used,
            Charged = priced.Charged,
            FromAllowances = priced.FromAllowances,
            Amount = amount,
            FromMoney = fromMoney,
            Discount = discount,
            Draws = book.Drawn,
            Parts = parts.Count,
            Notes = priced.Notes,
        };
    }
}
