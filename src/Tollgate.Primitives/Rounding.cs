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
