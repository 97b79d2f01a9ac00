using System.Numerics;
using Tollgate.Catalog;
using Tollgate.Catalog.Wording;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>
/// One price, ready to be applied: amount = connect fee + quantity × price per unit ÷ base units per unit, rounded once,
/// exactly, in whole numbers. Nothing is lost in between: the fraction is (<c>fixedPart</c> + quantity × <c>factor</c>) ÷
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
        Unit = Say.English.Word(rule.Per);
        var fraction = FractionOrRefuse(decimals);
        if (Int128.Abs(fraction.Factor) <= long.MaxValue && Int128.Abs(fraction.FixedPart) < long.MaxValue
            && fraction.Divisor <= long.MaxValue)
        {
            factor = (long)fraction.Factor;
            fixedPart = (long)fraction.FixedPart;
            divisor = (long)fraction.Divisor;
            maxQuantity = factor == 0 ? long.MaxValue : (long.MaxValue - Math.Abs(fixedPart)) / Math.Abs(factor);
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

    /// <summary>In words, e.g. <c>minute</c>.</summary>
    internal string Unit { get; }

    /// <summary>The rounded amount for a quantity, in stored steps. False: it does not fit.</summary>
    internal bool TryPrice(long quantity, bool withFee, in StoredRounding rounding, out long stored)
    {
        if (quantity <= maxQuantity)
        {
            return rounding.TryStore(
                Fractions.Divide((withFee ? fixedPart : 0) + quantity * factor, divisor, rounding.Mode), out stored);
        }
        var fraction = Fraction(rounding.Decimals);
        stored = 0;
        var fee = withFee ? fraction.FixedPart : 0;
        return (fraction.Factor == 0 || quantity <= (Int128.MaxValue - Int128.Abs(fee)) / Int128.Abs(fraction.Factor))
            && rounding.TryStore(Fractions.Divide(fee + quantity * fraction.Factor, fraction.Divisor, rounding.Mode), out stored);
    }

    /// <summary>Price of one base unit, in steps of so many decimals, as the tariff was made for.</summary>
    internal Exact Rate(int decimals)
    {
        if (maxQuantity >= 0)
        {
            return new Exact(factor, divisor);
        }
        var fraction = Fraction(decimals);
        return new Exact(fraction.Factor, fraction.Divisor);
    }

    /// <summary>The connect fee in the same steps.</summary>
    internal Exact Fee(int decimals)
    {
        if (maxQuantity >= 0)
        {
            return new Exact(fixedPart, divisor);
        }
        var fraction = Fraction(decimals);
        return new Exact(fraction.FixedPart, fraction.Divisor);
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
        var common = Fractions.CommonDivisor(Fractions.CommonDivisor(Int128.Abs(perUnit), Int128.Abs(fee)), whole);
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

    /// <summary>An exact amount in stored steps. False: it does not fit.</summary>
    internal bool TryStore(in Exact amount, out long stored) =>
        TryStore(Fractions.DivideWide(amount.Numerator, amount.Divisor, Mode), out stored);

    /// <summary>Stored steps as an exact amount in steps of this rounding.</summary>
    internal Exact FromStored(long stored) => Exact.Reduced((Int128)stored * divisor, factor);

    /// <summary>An amount in steps of the rounding to stored steps; the same mode where storage is coarser than the
    /// rounding.</summary>
    internal bool TryStore(long rounded, out long stored)
    {
        if (divisor == 1 && rounded <= long.MaxValue / factor && rounded >= long.MinValue / factor)
        {
            stored = rounded * factor;
            return true;
        }
        return TryStore((Int128)rounded, out stored);
    }

    internal bool TryStore(Int128 rounded, out long stored)
    {
        stored = 0;
        if (rounded > Int128.MaxValue / factor || rounded < Int128.MinValue / factor)
        {
            return false;
        }
        var exact = Fractions.DivideWide(rounded * factor, divisor, Mode);
        if (exact > long.MaxValue || exact < long.MinValue)
        {
            return false;
        }
        stored = (long)exact;
        return true;
    }
}

/// <summary>Whole-number arithmetic of fractions.</summary>
internal static class Fractions
{
    /// <summary>Divides by a positive number and rounds by the mode.</summary>
    internal static T Divide<T>(T value, T divisor, RoundingMode mode) where T : IBinaryInteger<T>
    {
        if (value < T.Zero)
        {
            var mirrored = mode switch
            {
                RoundingMode.Ceiling => RoundingMode.Floor,
                RoundingMode.Floor => RoundingMode.Ceiling,
                _ => mode,
            };
            return -Divide(-value, divisor, mirrored);
        }
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

    /// <summary>As <see cref="Divide{T}"/>, in 64 bits where both fit.</summary>
    internal static Int128 DivideWide(Int128 value, Int128 divisor, RoundingMode mode) =>
        value >= -long.MaxValue && value <= long.MaxValue && divisor <= long.MaxValue
            ? Divide((long)value, (long)divisor, mode)
            : Divide(value, divisor, mode);

    /// <summary>A decimal as a whole number of 10^-<paramref name="scale"/>.</summary>
    internal static Int128 Scaled(decimal value, int scale)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var digits = unchecked(new UInt128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]));
        var whole = (Int128)digits * Power(scale - value.Scale);
        return decimal.IsNegative(value) ? -whole : whole;
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
            if (left <= long.MaxValue && right <= long.MaxValue)
            {
                return CommonDivisor((ulong)left, (ulong)right);
            }
            (left, right) = (right, left % right);
        }
        return left;
    }

    private static ulong CommonDivisor(ulong left, ulong right)
    {
        while (right != 0)
        {
            (left, right) = (right, left % right);
        }
        return left;
    }
}
