using System.Numerics;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>
/// An exact amount: a whole number over a whole divisor, in steps of the plan's rounding. <c>default</c> is 0. Arithmetic is
/// checked: what does not fit 128 bits throws <see cref="OverflowException"/>, which the rater answers as a refusal.
/// </summary>
internal readonly struct Exact
{
    private readonly Int128 divisor;

    internal Exact(Int128 numerator, Int128 divisor)
    {
        Numerator = numerator;
        this.divisor = divisor;
    }

    internal Int128 Numerator { get; }

    /// <summary>1 or more.</summary>
    internal Int128 Divisor => divisor == 0 ? 1 : divisor;

    internal bool IsZero => Numerator == 0;

    internal bool IsPositive => Numerator > 0;

    /// <summary>A decimal in major units as steps of so many decimals.</summary>
    internal static Exact Of(decimal amount, int decimals)
    {
        var scale = Math.Max(decimals, amount.Scale);
        return Reduced(Fractions.Scaled(amount, scale), Fractions.Power(scale - decimals));
    }

    internal static Exact Reduced(Int128 numerator, Int128 divisor)
    {
        var common = Fractions.CommonDivisor(Int128.Abs(numerator), divisor);
        return new Exact(numerator / common, divisor / common);
    }

    public static Exact operator +(in Exact left, in Exact right)
    {
        if (left.IsZero || right.IsZero)
        {
            return left.IsZero ? right : left;
        }
        if (left.Divisor == right.Divisor)
        {
            return new Exact(left.Numerator + right.Numerator, left.Divisor);
        }
        var common = Fractions.CommonDivisor(left.Divisor, right.Divisor);
        var factor = right.Divisor / common;
        return new Exact(left.Numerator * factor + right.Numerator * (left.Divisor / common), left.Divisor * factor);
    }

    public static Exact operator -(in Exact left, in Exact right) => left + new Exact(-right.Numerator, right.Divisor);

    public static Exact operator *(in Exact left, long factor) =>
        left.Numerator >= int.MinValue && left.Numerator <= int.MaxValue && factor is >= int.MinValue and <= int.MaxValue
            ? new((long)left.Numerator * factor, left.Divisor)
            : new(left.Numerator * factor, left.Divisor);

    /// <summary>This × numerator ÷ divisor.</summary>
    internal Exact Times(Int128 numerator, Int128 by)
    {
        var common = Fractions.CommonDivisor(Int128.Abs(Numerator), by);
        return common == 0
            ? default
            : new Exact(Numerator / common * numerator, Divisor * (by / common));
    }

    internal int CompareTo(in Exact other) => Divisor == other.Divisor
        ? Numerator.CompareTo(other.Numerator)
        : (Numerator * other.Divisor).CompareTo(other.Numerator * Divisor);

    /// <summary>How often a positive part is in this, rounded down; 0 when this is negative.</summary>
    internal long WholeTimes(in Exact part)
    {
        var times = Numerator * part.Divisor / (part.Numerator * Divisor);
        return times <= 0 ? 0 : times > long.MaxValue ? long.MaxValue : (long)times;
    }

    /// <summary>In major units, to 12 decimals, for people.</summary>
    internal decimal Shown(int decimals)
    {
        var scaled = (BigInteger)Numerator * BigInteger.Pow(10, 13) / ((BigInteger)Divisor * BigInteger.Pow(10, decimals));
        return Rounding.Round((decimal)scaled / 10_000_000_000_000m, 12, RoundingMode.HalfEven);
    }
}
