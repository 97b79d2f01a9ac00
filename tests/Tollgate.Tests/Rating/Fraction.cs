using System.Numerics;
using Tollgate.Primitives;

namespace Tollgate.Tests.Rating;

/// <summary>A fraction of big whole numbers.</summary>
internal readonly record struct Fraction(BigInteger Top, BigInteger Bottom)
{
    internal Fraction(decimal value) : this(new BigInteger(value * Scale(value)), new BigInteger(Scale(value)))
    {
    }

    internal BigInteger Whole => BigInteger.Divide(Top, Bottom);

    public static Fraction operator +(Fraction a, Fraction b) => new(a.Top * b.Bottom + b.Top * a.Bottom, a.Bottom * b.Bottom);

    public static Fraction operator -(Fraction a, Fraction b) => new(a.Top * b.Bottom - b.Top * a.Bottom, a.Bottom * b.Bottom);

    public static Fraction operator *(Fraction a, Fraction b) => new(a.Top * b.Top, a.Bottom * b.Bottom);

    public static Fraction operator *(Fraction a, long b) => new(a.Top * b, a.Bottom);

    public static Fraction operator /(Fraction a, long b) => new(a.Top, a.Bottom * b);

    public static bool operator <(Fraction a, Fraction b) => a.Top * b.Bottom < b.Top * a.Bottom;

    public static bool operator >(Fraction a, Fraction b) => b < a;

    public static bool operator <=(Fraction a, Fraction b) => !(b < a);

    public static bool operator >=(Fraction a, Fraction b) => !(a < b);

    internal Fraction Rounded(int decimals, RoundingMode mode)
    {
        var scale = BigInteger.Pow(10, decimals);
        var (floor, rest) = (BigInteger.Divide(Top * scale, Bottom), BigInteger.Remainder(Top * scale, Bottom));
        if (rest.Sign < 0)
        {
            (floor, rest) = (floor - 1, rest + Bottom);
        }
        var half = (rest * 2).CompareTo(Bottom);
        var up = !rest.IsZero && mode switch
        {
            RoundingMode.Floor => false,
            RoundingMode.Ceiling => true,
            RoundingMode.Down => Top.Sign < 0,
            RoundingMode.Up => Top.Sign > 0,
            RoundingMode.HalfUp => half > 0 || (half == 0 && Top.Sign > 0),
            RoundingMode.HalfEven => half > 0 || (half == 0 && !floor.IsEven),
            _ => throw new InvalidOperationException($"Unknown mode {mode}."),
        };
        return new Fraction(floor + (up ? 1 : 0), scale);
    }

    private static decimal Scale(decimal value) => (decimal)BigInteger.Pow(10, value.Scale);
}
