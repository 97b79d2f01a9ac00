using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>The part of a recurring price that is charged, as an exact fraction; 1/1 is the whole.</summary>
/// <param name="Numerator">0 or more.</param>
/// <param name="Denominator">1 or more.</param>
public readonly record struct PriceShare(long Numerator, long Denominator)
{
    public static readonly PriceShare Whole = new(1, 1);

    public bool IsWhole => Numerator == Denominator;
}

/// <summary>How much of a recurring price a part of its period costs.</summary>
public static class Prorating
{
    /// <summary>The share that the part <paramref name="part"/> of the whole period <paramref name="basis"/> costs.</summary>
    /// <param name="basis">A whole period of the price's grid.</param>
    /// <param name="part">The days on which the subscription lived in it; within <paramref name="basis"/>.</param>
    /// <param name="price">Its rules for a first and a last part, and its length in months.</param>
    public static PriceShare Share(BillPeriod basis, BillPeriod part, RecurringPrice price)
    {
        var entered = part.From > basis.From;
        var left = part.To < basis.To;
        if (!entered && !left)
        {
            //  basis  |--------------------|
            //  part   |====================|
            return PriceShare.Whole;
        }
        if (entered && !left)
        {
            //  basis  |--------------------|
            //  part            |===========|
            return Of(price.Entry, part.Days, basis, price.Every.ThirtyDayLength);
        }
        if (!entered)
        {
            //  basis  |--------------------|
            //  part   |===========|
            return Of(price.Exit, part.Days, basis, price.Every.ThirtyDayLength);
        }
        //  basis  |--------------------|
        //  part        |=========|
        if (price.Entry == price.Exit)
        {
            return Of(price.Entry, part.Days, basis, price.Every.ThirtyDayLength);
        }
        // Each side by its own rule: what the first days save by Entry and what the last days save by Exit is taken off the
        // whole.
        //  entry       |===============|   e
        //  exit   |==============|         x      share = e + x − 1, at least 0
        var e = Of(price.Entry, Period.DaysBetween(part.From, basis.To), basis, price.Every.ThirtyDayLength);
        var x = Of(price.Exit, Period.DaysBetween(basis.From, part.To), basis, price.Every.ThirtyDayLength);
        var numerator = e.Numerator * x.Denominator + x.Numerator * e.Denominator - e.Denominator * x.Denominator;
        return numerator <= 0 ? new PriceShare(0, 1) : new PriceShare(numerator, e.Denominator * x.Denominator);
    }

    /// <summary>The amount in minor units for a quantity; the only place where a recurring amount is rounded.</summary>
    public static long AmountMinor(PriceShare share, Money price, int quantity, RoundingMode rounding)
    {
        var amount = price.Amount * quantity;
        if (!share.IsWhole)
        {
            amount = amount * share.Numerator / share.Denominator;
        }
        return new Money(amount, price.Currency).RoundToMinor(rounding).ToMinor();
    }

    /// <summary>How the amount came about, e.g. 10 of 31 days × 50.00 = 16.13; nothing for one whole unit.</summary>
    public static LineExplanation Explain(BillPeriod basis, BillPeriod part, RecurringPrice price, int quantity, long amountMinor)
    {
        var result = Result(price.Amount, quantity, amountMinor);
        var share = Share(basis, part, price);
        if (share.IsWhole)
        {
            if (part == basis)
            {
                return quantity == 1 ? LineExplanation.None : result;
            }
            return LineExplanation.Of(ExplanationKind.FullPrice).Then(result);
        }
        var entered = part.From > basis.From;
        var both = entered && part.To < basis.To && price.Entry != price.Exit;
        return LineExplanation.Of(both ? ExplanationKind.Share : ExplanationKind.Days, share.Numerator, share.Denominator)
            .Then(result);
    }

    internal static LineExplanation Result(Money price, int quantity, long amountMinor) => LineExplanation.Of(
        ExplanationKind.Price, quantity, price.Amount, Money.FromMinor(amountMinor, price.Currency).Amount);

    private static PriceShare Of(Proration rule, int days, BillPeriod basis, int thirties) => rule switch
    {
        Proration.Days or Proration.Seconds => new PriceShare(days, basis.Days),
        Proration.ThirtyDays => new PriceShare(Math.Min(days, thirties), thirties),
        Proration.None => PriceShare.Whole,
        _ => throw new ArgumentOutOfRangeException(nameof(rule)),
    };
}
