using System.Globalization;
using NodaTime;

namespace Tollgate.Primitives;

/// <summary>What a <see cref="BillInterval"/> counts.</summary>
public enum IntervalUnit
{
    Day,
    /// <summary>Seven days.</summary>
    Week,
    /// <summary>Calendar months; a day that a month does not have is its last day.</summary>
    Month,
    /// <summary>Twelve months.</summary>
    Year,
}

/// <summary>
/// A length of time on the calendar: <c>month</c>, <c>2 weeks</c>, <c>14 days</c>, <c>3 months</c>, <c>year</c>. Its periods are
/// counted
/// from an anchor, each by itself, so that a short month does not shift the following ones. <c>default</c> (0 days) is no
/// interval.
/// </summary>
/// <param name="Count">1 or more.</param>
/// <param name="Unit">Of what.</param>
public readonly record struct BillInterval(int Count, IntervalUnit Unit)
{
    /// <summary>Longest interval that text may name, in its unit.</summary>
    public const int Longest = 1200;

    /// <summary>One month.</summary>
    public static readonly BillInterval Month = OfMonths(1);

    /// <summary>One year.</summary>
    public static readonly BillInterval Year = new(1, IntervalUnit.Year);

    /// <summary>So many months.</summary>
    public static BillInterval OfMonths(int months) => new(months, IntervalUnit.Month);

    /// <summary>So many days.</summary>
    public static BillInterval OfDays(int days) => new(days, IntervalUnit.Day);

    /// <summary>Length in months; 0 for days and weeks.</summary>
    public int Months => Unit switch
    {
        IntervalUnit.Month => Count,
        IntervalUnit.Year => 12 * Count,
        IntervalUnit.Day or IntervalUnit.Week => 0,
        _ => throw new InvalidOperationException($"Unknown unit {Unit}."),
    };

    /// <summary>Length in days; 0 for months and years.</summary>
    public int Days => Unit switch
    {
        IntervalUnit.Day => Count,
        IntervalUnit.Week => 7 * Count,
        IntervalUnit.Month or IntervalUnit.Year => 0,
        _ => throw new InvalidOperationException($"Unknown unit {Unit}."),
    };

    /// <summary>Days when every month has thirty.</summary>
    public int ThirtyDayLength => Months * 30 + Days;

    /// <summary>The boundary that is <paramref name="n"/> intervals after the anchor (before it for a negative one).</summary>
    public LocalDate Boundary(LocalDate anchor, int n) => Months > 0 ? anchor.PlusMonths(n * Months) : anchor.PlusDays(n * Days);

    /// <summary>The period between the boundaries <paramref name="n"/> and n + 1.</summary>
    public BillPeriod Nth(LocalDate anchor, int n) => new(Boundary(anchor, n), Boundary(anchor, n + 1));

    /// <summary>Number of the period that contains a day; negative before the anchor.</summary>
    public int IndexOf(LocalDate anchor, LocalDate day)
    {
        if (Months == 0)
        {
            return FloorDivide(Period.DaysBetween(anchor, day), Days);
        }
        var months = (day.Year - anchor.Year) * 12 + day.Month - anchor.Month;
        var n = FloorDivide(months, Months);
        // The months are in the period's first month when the day is before the boundary in it.
        return Boundary(anchor, n) > day ? n - 1 : n;
    }

    /// <summary>The period that contains a day.</summary>
    public BillPeriod Containing(LocalDate anchor, LocalDate day) => Nth(anchor, IndexOf(anchor, day));

    /// <summary><c>month</c>, <c>3 months</c>, <c>2 weeks</c>; also reads <c>quarter</c>, <c>2 quarters</c> and <c>1 month</c>.
    /// False on other
    /// text.</summary>
    public static bool TryParse(string? text, out BillInterval interval)
    {
        interval = default;
        var parts = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var count = 1;
        if (parts.Length is 0 or > 2
            || (parts.Length == 2
                && (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out count)
                    || count is < 1 or > Longest)))
        {
            return false;
        }
        (int Times, IntervalUnit Unit)? found = parts[^1] switch
        {
            "day" or "days" => (1, IntervalUnit.Day),
            "week" or "weeks" => (1, IntervalUnit.Week),
            "month" or "months" => (1, IntervalUnit.Month),
            "quarter" or "quarters" => (3, IntervalUnit.Month),
            "year" or "years" => (1, IntervalUnit.Year),
            _ => null,
        };
        if (found is not { } one)
        {
            return false;
        }
        interval = new BillInterval(count * one.Times, one.Unit);
        return true;
    }

    public override string ToString()
    {
        var word = Unit switch
        {
            IntervalUnit.Day => "day",
            IntervalUnit.Week => "week",
            IntervalUnit.Month => "month",
            IntervalUnit.Year => "year",
            _ => throw new InvalidOperationException($"Unknown unit {Unit}."),
        };
        return Count == 1 ? word : string.Create(CultureInfo.InvariantCulture, $"{Count} {word}s");
    }

    private static int FloorDivide(int value, int by) => value >= 0 ? value / by : -((by - 1 - value) / by);
}
