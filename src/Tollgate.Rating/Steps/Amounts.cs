using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>Steps 6 to 10: from chargeable quantity to the amount that is charged.</summary>
internal static class Amounts
{
    /// <summary>The amount in stored steps. A refusal is left in the event.</summary>
    /// <param name="discount">What discounts took off.</param>
    internal static long Of(
        PricedEvent priced, SubscriberFacts facts, ref PocketBook book, RatingTrace? trace, out long discount)
    {
        var amount = BeforeCaps(priced, facts, ref book, trace, out discount);
        if (priced.Refusal is not null)
        {
            return 0;
        }
        if (priced.Added != 0)
        {
            amount += priced.Added;
            trace?.Added(priced, amount);
        }
        return priced.Offer!.Caps.IsEmpty ? amount : Capping.Apply(priced, book, amount, trace);
    }

    private static long BeforeCaps(
        PricedEvent priced, SubscriberFacts facts, ref PocketBook book, RatingTrace? trace, out long discount)
    {
        discount = 0;
        if (IsSimple(priced))
        {
            return Simple(priced, ref book, trace);
        }
        var exact = Pricing.Price(priced, ref book);
        if (priced.Refusal is not null)
        {
            return 0;
        }
        trace?.Allowances(priced, book);
        trace?.Price(priced, exact);
        var offer = priced.Offer!;
        var left = offer.Discounts.IsEmpty ? exact : Discounting.Apply(priced, facts, exact, trace);
        var (rule, rounding) = (priced.Pieces[0].Rule, priced.Plan.Rounding);
        if (!rule.TryStore(left, rounding, out var amount) || !rule.TryStore(exact, rounding, out var before))
        {
            priced.Refusal = HoldReason.AmountOverflow;
            return 0;
        }
        discount = before - amount;
        trace?.Rounding(priced, left, amount);
        return amount;
    }

    private static bool IsSimple(PricedEvent priced) =>
        priced.Count == 1 && priced.Pieces[0].Rule.Simple && priced.Offer!.SimplePrice && priced.Charged > 0
        && priced.Plan.Source.RoundAt != RoundingPoint.Part;

    /// <summary>Units × price + fee, rounded: the same as <see cref="Pricing"/> gives, in 64 bits.</summary>
    private static long Simple(PricedEvent priced, ref PocketBook book, RatingTrace? trace)
    {
        if (book.Units > 0)
        {
            AllowanceDrawing.Draw(priced, 0, ref book);
            if (priced.Refusal is not null)
            {
                return 0;
            }
        }
        ref var piece = ref priced.Pieces[0];
        var rest = piece.To - piece.MoneyFrom;
        var amount = 0L;
        ref readonly var tariff = ref priced.Plan.Tariffs[piece.Tariff];
        var withFee = piece.MoneyFrom == piece.From || priced.Plan.Source.ConnectFee == ConnectFeeRule.AnyMoney;
        if (rest > 0 && !tariff.TryPrice(rest, withFee, priced.Plan.Rounding, out amount))
        {
            priced.Refusal = HoldReason.AmountOverflow;
            return 0;
        }
        if (trace is not null)
        {
            var decimals = priced.Plan.Rounding.Decimals;
            piece.Rate = tariff.Rate(decimals);
            piece.Fee = rest > 0 && withFee ? tariff.Fee(decimals) : default;
            piece.Price = piece.Rate * rest;
            piece.Amount = piece.Price + piece.Fee;
            trace.Allowances(priced, book);
            trace.Price(priced, piece.Amount);
            trace.Rounding(priced, piece.Amount, amount);
        }
        return amount;
    }
}
