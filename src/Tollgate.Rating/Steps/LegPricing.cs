using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>Step 13: the prices of other parties for the same event.</summary>
internal static class LegPricing
{
    /// <summary>Prices the legs of the offer and of the trunk; what has no price is noted and refuses nothing else.</summary>
    /// <param name="adding">Only those whose amount is added to the retail price, or only the others.</param>
    internal static void Price(
        CompiledCatalogue catalogue, CompiledOffer offer, PricedEvent retail, PricedEvent scratch, ref PocketBook book,
        List<RatedLeg> legs, RatingTrace? trace, bool adding)
    {
        foreach (var leg in offer.Legs)
        {
            Add(catalogue, offer, leg, retail, scratch, ref book, legs, trace, adding);
        }
        if (catalogue.TrunkLegs.Count > 0 && retail.Record.Attributes[AttributeNames.Trunk] is { } trunk
            && catalogue.TrunkLegs.TryGetValue(trunk, out var ofTrunk))
        {
            foreach (var leg in ofTrunk)
            {
                if (!offer.Legs.Contains(leg))
                {
                    Add(catalogue, offer, leg, retail, scratch, ref book, legs, trace, adding);
                }
            }
        }
    }

    private static void Add(
        CompiledCatalogue catalogue, CompiledOffer offer, int index, PricedEvent retail, PricedEvent scratch, ref PocketBook book,
        List<RatedLeg> legs, RatingTrace? trace, bool adding)
    {
        var leg = catalogue.CompiledLegs[index];
        if (leg.Source.AddsToRetail != adding || leg.Plan(retail.Record.Service) is not { } plan
            || (leg.Source.When is not null && !leg.Source.When.Holds(retail)))
        {
            return;
        }
        RatedLeg rated;
        try
        {
            rated = Price(offer, index, plan, retail.Record, scratch, book);
        }
        catch (OverflowException)
        {
            rated = new RatedLeg(index, HoldReason.AmountOverflow, -1, 0, 0, 0);
        }
        legs.Add(rated);
        retail.Added += adding ? rated.Amount : 0;
        trace?.Leg(leg.Source, plan, rated);
        if (rated.Refusal is null && offer.LegCounters(index) is not null)
        {
            Counting.Advance(offer, scratch, index, ref book, rated.Amount, trace);
        }
    }

    private static RatedLeg Price(
        CompiledOffer offer, int index, CompiledPlan plan, UsageRecord record, PricedEvent priced, in PocketBook counters)
    {
        var counted = offer.LegCounters(index);
        priced.BeginLeg(record, plan, offer, counted);
        if (counted is not null)
        {
            Counting.Read(priced, counters);
        }
        Placing.Find(priced);
        if (priced.Refusal is null)
        {
            Metering.Cut(priced);
        }
        var amount = 0L;
        if (priced.Refusal is null)
        {
            var book = default(PocketBook);
            var exact = Pricing.Price(priced, ref book);
            if (priced.Refusal is null && !priced.Pieces[0].Rule.TryStore(exact, plan.Rounding, out amount))
            {
                priced.Refusal = HoldReason.AmountOverflow;
            }
        }
        return priced.Refusal is { } refusal
            ? new RatedLeg(index, refusal, -1, 0, 0, 0)
            : new RatedLeg(index, null, priced.Pieces[0].PriceKey, priced.Used, priced.Charged, amount);
    }
}
