using System.Numerics;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>
/// One price, ready to be applied: amount = connect fee + quantity × price per unit ÷ base units per unit, rounded once, exactly,
/// in whole numbers. Nothing is lost in between: the fraction is (<c>fixedPart</c> + quantity × <c>factor</c>) ÷
/// <c>divisor</c>, in steps of
/// the plan's rounding.
/// </summary>
internal readonly struct Tariff
{
    /// <summary>Decimals that a price may have; with at most 18, what fits the result fits the calculation.</summary>
    internal const int MaxDecimals = 18;

    private readonly long factor;
    private readonly long fixedPart;
    private readonly long divisor;
    private readonly long maxQuantity;

    internal Tariff(UsagePrice rule, decimal perUnit, decimal connectFee, Increments increments, int decimals)
    {
        if (perUnit < 0 || connectFee < 0)
        {
            throw new ArgumentException("A price must not be negative.", nameof(perUnit));
        }
        if (perUnit.Scale > MaxDecimals || connectFee.Scale > MaxDecimals)
        {
            perUnit = Trimmed(perUnit);
            connectFee = Trimmed(connectFee);
        }
        PerUnit = perUnit;
        ConnectFee = connectFee;
        Increments = increments;
        Basis = rule.Basis;
        BasePerUnit = rule.Per.StoragePerUnit;
        Unit = rule.Per.Code;
        var fraction = FractionOrRefuse(decimals);
        if (fraction.Factor <= long.MaxValue && fraction.FixedPart < long.MaxValue && fraction.Divisor <= long.MaxValue)
        {
            factor = (long)fraction.Factor;
            fixedPart = (long)fraction.FixedPart;
            divisor = (long)fraction.Divisor;
            maxQuantity = factor == 0 ? long.MaxValue : (long.MaxValue - fixedPart) / factor;
        }
        else
        {
            maxQuantity = -1;
        }
    }

    /// <summary>Price of one unit, in the plan's currency.</summary>
    internal decimal PerUnit { get; }

    /// <summary>Once per event that money pays any part of.</summary>
    internal decimal ConnectFee { get; }

    internal Increments Increments { get; }

    internal PriceBasis Basis { get; }

    /// <summary>Base units (ms, octets, events) in one unit.</summary>
    internal long BasePerUnit { get; }

    internal string Unit { get; }

    /// <summary>The rounded amount for a quantity, in stored steps. False: it does not fit.</summary>
    internal bool TryPrice(long quantity, in StoredRounding rounding, out long stored)
    {
        if (quantity <= maxQuantity)
        {
            return rounding.TryStore(Fractions.Divide(fixedPart + quantity * factor, divisor, rounding.Mode), out stored);
        }
        var fraction = Fraction(rounding.Decimals);
        stored = 0;
        return (fraction.Factor == 0 || quantity <= (Int128.MaxValue - fraction.FixedPart) / fraction.Factor)
            && rounding.TryStore(
                Fractions.Divide(fraction.FixedPart + quantity * fraction.Factor, fraction.Divisor, rounding.Mode), out stored);
    }

    private (Int128 Factor, Int128 FixedPart, Int128 Divisor) FractionOrRefuse(int decimals)
    {
        try
        {
            return Fraction(decimals);
        }
        catch (OverflowException overflow)
        {
            throw new ArgumentException(
                $"A price is too large: {PerUnit} per {Unit} and {ConnectFee}.", nameof(decimals), overflow);
        }
    }

    private (Int128 Factor, Int128 FixedPart, Int128 Divisor) Fraction(int decimals)
    {
        var scale = Math.Max(decimals, Math.Max(PerUnit.Scale, ConnectFee.Scale));
        var perUnit = Fractions.Scaled(PerUnit, scale);
        var fee = Fractions.Scaled(ConnectFee, scale) * BasePerUnit;
        var whole = BasePerUnit * Fractions.Power(scale - decimals);
        var common = Fractions.CommonDivisor(Fractions.CommonDivisor(perUnit, fee), whole);
        return (perUnit / common, fee / common, whole / common);
    }

    private static decimal Trimmed(decimal price)
    {
        var trimmed = price / 1.0000000000000000000000000000m;
        return trimmed.Scale <= MaxDecimals
            ? trimmed
            : throw new ArgumentException($"A price must not have more than {MaxDecimals} decimals: {price}.", nameof(price));
    }
}

/// <summary>A plan's rounding, followed by the currency's storage scale.</summary>
internal readonly struct StoredRounding
{
    private readonly long factor;
    private readonly long divisor;

    internal StoredRounding(Rounding rounding, Unit currency)
    {
        Decimals = rounding.Decimals;
        Mode = rounding.Mode;
        var unit = (long)Fractions.Power(rounding.Decimals);
        var common = (long)Fractions.CommonDivisor(currency.StoragePerUnit, unit);
        factor = currency.StoragePerUnit / common;
        divisor = unit / common;
    }

    internal int Decimals { get; }

    internal RoundingMode Mode { get; }

    /// <summary>An amount in steps of the rounding to stored steps; the same mode where storage is coarser than the
    /// rounding.</summary>
    internal bool TryStore(long rounded, out long stored)
    {
        if (divisor == 1 && rounded <= long.MaxValue / factor)
        {
            stored = rounded * factor;
            return true;
        }
        return TryStore((Int128)rounded, out stored);
    }

    internal bool TryStore(Int128 rounded, out long stored)
    {
        stored = 0;
        if (rounded > Int128.MaxValue / factor)
        {
            return false;
        }
        var exact = Fractions.Divide(rounded * factor, divisor, Mode);
        if (exact > long.MaxValue)
        {
            return false;
        }
        stored = (long)exact;
        return true;
    }
}

/// <summary>Whole-number arithmetic of non-negative fractions.</summary>
internal static class Fractions
{
    /// <summary>Divides and rounds by the mode. Both numbers are not negative.</summary>
    internal static T Divide<T>(T value, T divisor, RoundingMode mode) where T : IBinaryInteger<T>
    {
        var quotient = value / divisor;
        var remainder = value - quotient * divisor;
        if (remainder == T.Zero)
        {
            return quotient;
        }
        var missing = divisor - remainder;
        var up = mode switch
        {
            RoundingMode.HalfUp => remainder >= missing,
            RoundingMode.HalfEven => remainder > missing || (remainder == missing && T.IsOddInteger(quotient)),
            RoundingMode.Up or RoundingMode.Ceiling => true,
            RoundingMode.Down or RoundingMode.Floor => false,
            _ => throw new ArgumentOutOfRangeException(nameof(mode)),
        };
        return up ? quotient + T.One : quotient;
    }

    /// <summary>A decimal as a whole number of 10^-<paramref name="scale"/>.</summary>
    internal static Int128 Scaled(decimal value, int scale)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var digits = unchecked(new UInt128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]));
        return (Int128)digits * Power(scale - value.Scale);
    }

    internal static Int128 Power(int exponent)
    {
        Int128 power = 1;
        for (var i = 0; i < exponent; i++)
        {
            power *= 10;
        }
        return power;
    }

    internal static Int128 CommonDivisor(Int128 left, Int128 right)
    {
        while (right != 0)
        {
            (left, right) = (right, left % right);
        }
        return left;
    }
}
