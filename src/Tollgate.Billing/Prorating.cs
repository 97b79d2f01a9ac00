using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>What the numbers of a share count.</summary>
public enum ShareKind
{
    /// <summary>Days of a period, or of months of thirty days.</summary>
    Days,
    /// <summary>Seconds of a period.</summary>
    Seconds,
    /// <summary>Different things at the two ends.</summary>
    Mixed,
}

/// <summary>The part of a recurring price that is charged, as an exact fraction; 1/1 is the whole.</summary>
/// <param name="Numerator">0 or more.</param>
/// <param name="Denominator">1 or more.</param>
/// <param name="Kind">For the explanation.</param>
public readonly record struct PriceShare(long Numerator, long Denominator, ShareKind Kind = ShareKind.Days)
{
    public static readonly PriceShare Whole = new(1, 1);

    public bool IsWhole => Numerator == Denominator;
}

/// <summary>What lies at an end of a part of a period.</summary>
public enum PartEdge
{
    /// <summary>The subscription or the account begins or ends: the rules for entry and exit.</summary>
    Life,
    /// <summary>Something changes: the rule for changes.</summary>
    Change,
}

/// <summary>A part of a whole period in which nothing changes.</summary>
/// <param name="Days">Its days.</param>
/// <param name="From">Exact begin, for proration by seconds.</param>
/// <param name="To">Exact end.</param>
public readonly record struct PeriodPart(BillPeriod Days, Instant From, Instant To, PartEdge Begin, PartEdge End)
{
    /// <summary>Whole days, between the beginning and the end of a life.</summary>
    public static PeriodPart Of(BillPeriod days, DateTimeZone zone)
    {
        var time = days.In(zone);
        return new PeriodPart(days, time.Start, time.End, PartEdge.Life, PartEdge.Life);
    }
}

/// <summary>How much of a recurring price a part of its period costs.</summary>
public static class Prorating
{
    /// <summary>The share that the part <paramref name="part"/> of the whole period <paramref name="basis"/> costs.</summary>
    /// <param name="basis">A whole period of the price's grid.</param>
    /// <param name="part">A part of it in which nothing changes.</param>
    /// <param name="price">Its rules for the ends of a life and for changes, and its length.</param>
    /// <param name="zone">The account's zone, for seconds.</param>
    public static PriceShare Share(BillPeriod basis, PeriodPart part, RecurringPrice price, DateTimeZone zone)
    {
        // By seconds a part may begin or end within a day; by days its first and last day belong to it whole.
        var exactly = price.Entry == Proration.Seconds || price.Exit == Proration.Seconds || price.Change == Proration.Seconds;
        var entered = exactly ? part.From > Timeline.Start(basis.From, zone) : part.Days.From > basis.From;
        var left = exactly ? part.To < Timeline.Start(basis.To, zone) : part.Days.To < basis.To;
        if (!entered && !left)
        {
            //  basis  |--------------------|
            //  part   |====================|
            return PriceShare.Whole;
        }
        var entry = part.Begin == PartEdge.Life ? price.Entry : price.Change;
        var exit = part.End == PartEdge.Life ? price.Exit : price.Change;
        if (entered && !left)
        {
            //  basis  |--------------------|
            //  part            |===========|      at a change: what the days before do not cost
            return Begin(basis, part, price, zone);
        }
        if (!entered)
        {
            //  basis  |--------------------|
            //  part   |===========|
            return End(basis, part, exit, price, zone);
        }
        //  basis  |--------------------|
        //  part        |=========|
        if (entry == exit && part.Begin == PartEdge.Life && part.End == PartEdge.Life && exit != Proration.None)
        {
            return entry == Proration.Seconds
                ? Seconds(part.From, part.To, basis, zone)
                : Days(entry, part.Days.Days, basis, price);
        }
        // Each side by its own rule: what the first days save and what the last days save is taken off the whole.
        //  begin       |===============|   b
        //  end    |==============|         e      share = b + e − 1, at least 0
        var b = Begin(basis, part, price, zone);
        var e = End(basis, part, exit, price, zone);
        if (b.Denominator == e.Denominator && b.Kind == e.Kind)
        {
            return new PriceShare(Math.Max(0, b.Numerator + e.Numerator - b.Denominator), b.Denominator, b.Kind);
        }
        var numerator = b.Numerator * e.Denominator + e.Numerator * b.Denominator - b.Denominator * e.Denominator;
        return numerator <= 0
            ? new PriceShare(0, 1)
            : b.IsWhole ? e : e.IsWhole ? b : new PriceShare(numerator, b.Denominator * e.Denominator, ShareKind.Mixed);
    }

    /// <summary>The exact amount for a quantity, in major units.</summary>
    public static decimal Exact(PriceShare share, Money price, int quantity, Rounding? ratio)
    {
        var amount = price.Amount * quantity;
        return share.IsWhole ? amount
            : ratio is { } rounding ? amount * rounding.Apply((decimal)share.Numerator / share.Denominator)
            : amount * share.Numerator / share.Denominator;
    }

    /// <summary>The amount in minor units; the only place where a recurring amount is rounded.</summary>
    public static long Minor(decimal exact, Unit currency, RoundingMode rounding) =>
        new Money(exact, currency).RoundToMinor(rounding).ToMinor();

    /// <summary>How the amount came about, e.g. 10 of 31 days × 50.00 = 16.13; nothing for one whole unit.</summary>
    /// <param name="amount">Result in major units.</param>
    public static LineExplanation Explain(
        BillPeriod basis, BillPeriod part, PriceShare share, Money price, int quantity, decimal amount)
    {
        if (share.IsWhole && part == basis && quantity == 1)
        {
            return LineExplanation.None;
        }
        var result = LineExplanation.Of(ExplanationKind.Price, quantity, price.Amount, amount);
        if (share.IsWhole)
        {
            return part != basis ? LineExplanation.Of(ExplanationKind.FullPrice).Then(result) : result;
        }
        var kind = share.Kind switch
        {
            ShareKind.Days => ExplanationKind.Days,
            ShareKind.Seconds => ExplanationKind.Seconds,
            ShareKind.Mixed => ExplanationKind.Share,
            _ => throw new ArgumentOutOfRangeException(nameof(share)),
        };
        return LineExplanation.Of(kind, share.Numerator, share.Denominator).Then(result);
    }

    private static PriceShare Begin(BillPeriod basis, PeriodPart part, RecurringPrice price, DateTimeZone zone)
    {
        if (part.Begin == PartEdge.Life)
        {
            return price.Entry switch
            {
                Proration.None => PriceShare.Whole,
                Proration.Seconds => Seconds(part.From, Timeline.Start(basis.To, zone), basis, zone),
                Proration.Days or Proration.ThirtyDays =>
                    Days(price.Entry, Period.DaysBetween(part.Days.From, basis.To), basis, price),
                _ => throw new ArgumentOutOfRangeException(nameof(price)),
            };
        }
        var before = price.Change switch
        {
            Proration.None => PriceShare.Whole,
            Proration.Seconds => Seconds(Timeline.Start(basis.From, zone), part.From, basis, zone),
            Proration.Days or Proration.ThirtyDays =>
                Days(price.Change, Period.DaysBetween(basis.From, part.Days.From), basis, price),
            _ => throw new ArgumentOutOfRangeException(nameof(price)),
        };
        return before with { Numerator = before.Denominator - before.Numerator };
    }

    private static PriceShare End(BillPeriod basis, PeriodPart part, Proration rule, RecurringPrice price, DateTimeZone zone) =>
        rule switch
        {
            Proration.None => PriceShare.Whole,
            Proration.Seconds => Seconds(Timeline.Start(basis.From, zone), part.To, basis, zone),
            Proration.Days or Proration.ThirtyDays => Days(rule, Period.DaysBetween(basis.From, part.Days.To), basis, price),
            _ => throw new ArgumentOutOfRangeException(nameof(rule)),
        };

    private static PriceShare Days(Proration rule, int days, BillPeriod basis, RecurringPrice price)
    {
        if (rule == Proration.Days)
        {
            return new PriceShare(Math.Min(days, basis.Days), basis.Days);
        }
        var thirties = price.Every.ThirtyDayLength;
        return new PriceShare(Math.Min(days, thirties), thirties);
    }

    private static PriceShare Seconds(Instant from, Instant to, BillPeriod basis, DateTimeZone zone)
    {
        var whole = basis.In(zone);
        return new PriceShare(
            to.ToUnixTimeSeconds() - from.ToUnixTimeSeconds(), whole.End.ToUnixTimeSeconds() - whole.Start.ToUnixTimeSeconds(),
            ShareKind.Seconds);
    }
}
