namespace Tollgate.Primitives;

/// <summary>How a value between two representable ones is decided. There is no default: every rounding is named.</summary>
public enum RoundingMode
{
    /// <summary>To the nearest; a tie goes away from zero (commercial rounding).</summary>
    HalfUp,
    /// <summary>To the nearest; a tie goes to the even neighbour (banker's rounding).</summary>
    HalfEven,
    /// <summary>Away from zero.</summary>
    Up,
    /// <summary>Towards zero.</summary>
    Down,
    /// <summary>Towards positive infinity.</summary>
    Ceiling,
    /// <summary>Towards negative infinity.</summary>
    Floor,
}

/// <summary>A named rounding: to how many decimals, and how. <c>default</c> rounds half up to whole units.</summary>
/// <param name="Decimals">Decimals kept, 0 to 18.</param>
/// <param name="Mode">How ties and remainders are decided.</param>
public readonly record struct Rounding(int Decimals, RoundingMode Mode)
{
    /// <summary>Rounds a value by this rule.</summary>
    public decimal Apply(decimal value) => Round(value, Decimals, Mode);

    /// <summary>What is added to a quotient in whole numbers, cut towards zero, to round it: −1, 0 or 1.</summary>
    /// <param name="whole">The quotient.</param>
    /// <param name="rest">What the division left, not 0; it has the sign of the exact quotient.</param>
    /// <param name="divisor">More than 0.</param>
    /// <param name="mode">How remainders are decided.</param>
    internal static int Step(long whole, long rest, long divisor, RoundingMode mode)
    {
        var away = Math.Sign(rest);
        var half = Math.Abs(rest).CompareTo(divisor - Math.Abs(rest));
        return mode switch
        {
            RoundingMode.HalfUp => half >= 0 ? away : 0,
            RoundingMode.HalfEven => half > 0 || (half == 0 && whole % 2 != 0) ? away : 0,
            RoundingMode.Up => away,
            RoundingMode.Down => 0,
            RoundingMode.Ceiling => away > 0 ? 1 : 0,
            RoundingMode.Floor => away < 0 ? -1 : 0,
            _ => throw new ArgumentOutOfRangeException(nameof(mode)),
        };
    }

    /// <summary>Rounds a value to <paramref name="decimals"/> decimals.</summary>
    public static decimal Round(decimal value, int decimals, RoundingMode mode) => mode switch
    {
        RoundingMode.HalfUp => decimal.Round(value, decimals, MidpointRounding.AwayFromZero),
        RoundingMode.HalfEven => decimal.Round(value, decimals, MidpointRounding.ToEven),
        RoundingMode.Up => decimal.Round(value, decimals,
            value >= 0 ? MidpointRounding.ToPositiveInfinity : MidpointRounding.ToNegativeInfinity),
        RoundingMode.Down => decimal.Round(value, decimals, MidpointRounding.ToZero),
        RoundingMode.Ceiling => decimal.Round(value, decimals, MidpointRounding.ToPositiveInfinity),
        RoundingMode.Floor => decimal.Round(value, decimals, MidpointRounding.ToNegativeInfinity),
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };
}
