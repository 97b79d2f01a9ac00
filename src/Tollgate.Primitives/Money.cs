using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Tollgate.Primitives;

/// <summary>
/// An exact amount of one currency, unrounded until a named rounding. Amounts of different currencies are never added.
/// <c>default</c> has no currency and may only be compared.
/// </summary>
/// <param name="Amount">The amount in major units (euros, not cents).</param>
/// <param name="Currency">A unit of kind <see cref="UnitKind.Currency"/>.</param>
public readonly record struct Money(decimal Amount, Unit Currency) : IComparable<Money>
{
    /// <summary>Nothing, in this currency.</summary>
    public static Money Zero(Unit currency) => new(0m, currency);

    /// <summary>From the currency's minor units (cents), as documents and the journal hold them.</summary>
    public static Money FromMinor(long minor, Unit currency) =>
        new(currency.FromMinor(minor), currency);

    /// <summary>From stored steps of the currency's storage scale.</summary>
    public static Money FromStorage(long stored, Unit currency) => new(currency.FromStorage(stored), currency);

    /// <summary>The same amount rounded to the currency's minor unit.</summary>
    public Money RoundToMinor(RoundingMode mode) => new(Rounding.Round(Amount, Currency.MinorDigits, mode), Currency);

    /// <summary>The amount in minor units.</summary>
    /// <exception cref="InvalidOperationException">The amount has parts of a minor unit: round it first.</exception>
    public long ToMinor()
    {
        var minor = Amount * DecimalPowers.Of(Currency.MinorDigits);
        return minor == decimal.Truncate(minor)
            ? (long)minor
            : throw new InvalidOperationException($"{this} is not a whole number of minor units.");
    }

    /// <summary>Splits into parts in proportion to the weights; parts are whole minor units and sum to the whole
    /// (largest remainder; ties go to the earlier part).</summary>
    /// <exception cref="ArgumentException">No weight is positive, or one is negative.</exception>
    public ImmutableArray<Money> Split(IReadOnlyList<decimal> weights)
    {
        if (!weights.Any(weight => weight > 0) || weights.Any(weight => weight < 0))
        {
            throw new ArgumentException("Weights must be non-negative and not all zero.", nameof(weights));
        }
        var minor = ToMinor();
        var sign = Math.Sign(minor);
        var shares = Shares(BigInteger.Abs(minor), weights);
        var parts = shares.Select(share => share.Part).ToArray();
        var order = Enumerable.Range(0, parts.Length).OrderByDescending(i => shares[i].Remainder).ThenBy(i => i).ToArray();
        var left = (int)(BigInteger.Abs(minor) - parts.Aggregate(BigInteger.Zero, BigInteger.Add));
        for (var i = 0; i < left; i++)
        {
            parts[order[i]]++;
        }
        var currency = Currency;
        return [.. parts.Select(part => FromMinor((long)(sign * part), currency))];
    }

    /// <inheritdoc/>
    public int CompareTo(Money other) => Same(this, other).Amount.CompareTo(other.Amount);

    public static Money operator +(Money left, Money right) => new(Same(left, right).Amount + right.Amount, left.Currency);

    public static Money operator -(Money left, Money right) => new(Same(left, right).Amount - right.Amount, left.Currency);

    public static Money operator -(Money money) => new(-money.Amount, money.Currency);

    public static Money operator *(Money money, decimal factor) => new(money.Amount * factor, money.Currency);

    public static bool operator <(Money left, Money right) => left.CompareTo(right) < 0;

    public static bool operator >(Money left, Money right) => left.CompareTo(right) > 0;

    public static bool operator <=(Money left, Money right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Money left, Money right) => left.CompareTo(right) >= 0;

    /// <summary>Invariant text with at least the minor digits, e.g. <c>16.13 EUR</c>; every decimal that matters is
    /// kept.</summary>
    public override string ToString()
    {
        var minor = Currency?.MinorDigits ?? 0;
        var text = Amount.ToString("0." + new string('0', minor) + new string('#', 28 - minor), CultureInfo.InvariantCulture);
        return $"{text} {Currency?.Code}";
    }

    /// <summary>Each weight's share of the whole, rounded down, and what is left of it; in integers, because the product of two
    /// decimals may not fit a decimal.</summary>
    private static (BigInteger Part, BigInteger Remainder)[] Shares(BigInteger whole, IReadOnlyList<decimal> weights)
    {
        var scale = weights.Max(weight => weight.Scale);
        var scaled = weights.Select(weight => Mantissa(weight) * BigInteger.Pow(10, scale - weight.Scale)).ToArray();
        var total = scaled.Aggregate(BigInteger.Zero, BigInteger.Add);
        return [.. scaled.Select(weight => (BigInteger.DivRem(whole * weight, total, out var remainder), remainder))];
    }

    private static BigInteger Mantissa(decimal positive)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(positive, bits);
        return new BigInteger(MemoryMarshal.AsBytes(bits[..3]), isUnsigned: true);
    }

    private static Money Same(Money left, Money right) => left.Currency == right.Currency
        ? left
        : throw new InvalidOperationException($"Currencies differ: {left} and {right}.");
}
