using System.Globalization;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Storage.Charging;

/// <summary>How much of an event could be paid.</summary>
internal static class CreditSearch
{
    /// <summary>
    /// The largest quantity that is allowed, found by halving: exact where more usage never costs less, else a quantity that is
    /// allowed. In base units: milliseconds, octets or events, as the service is used.
    /// </summary>
    internal static long Allowed(
        UsageRecord record, Func<UsageRecord, RatedUsage> rate, Func<RatedUsage, bool> affordable)
    {
        var (low, high) = (0L, Math.Max(0, Quantity(record) - 1));
        while (low < high)
        {
            var middle = low + (high - low + 1) / 2;
            var rated = rate(Cut(record, middle));
            if (rated.Refusal is null && affordable(rated))
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }
        return low;
    }

    /// <summary>A quantity as a person reads it.</summary>
    internal static string Words(UsageRecord record, long quantity) => record switch
    {
        { DurationMs: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{quantity / 1000m:0.###} seconds"),
        { OctetsUp: > 0 } or { OctetsDown: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{quantity} octets"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{quantity} events"),
    };

    private static long Quantity(UsageRecord record) => record switch
    {
        { DurationMs: > 0 } => record.DurationMs,
        { OctetsUp: > 0 } or { OctetsDown: > 0 } => record.OctetsUp + record.OctetsDown,
        _ => record.Events,
    };

    private static UsageRecord Cut(UsageRecord record, long quantity) => record switch
    {
        { DurationMs: > 0 } => record with { DurationMs = quantity },
        { OctetsUp: > 0 } or { OctetsDown: > 0 } => record with
        {
            OctetsDown = Math.Min(quantity, record.OctetsDown), OctetsUp = Math.Max(0, quantity - record.OctetsDown),
        },
        _ => record with { Events = (int)quantity },
    };
}
