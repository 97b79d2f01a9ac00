using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>Why two bills of an account differ.</summary>
public enum DifferenceReason
{
    /// <summary>Charges of subscriptions that the earlier bill did not have.</summary>
    New,
    /// <summary>Charges of subscriptions that the later bill no longer has.</summary>
    Gone,
    /// <summary>Periods that are not whole.</summary>
    PartPeriods,
    /// <summary>A price with the same code costs another amount.</summary>
    Price,
    /// <summary>Other changes of recurring prices, e.g. more units or more periods.</summary>
    Recurring,
    /// <summary>Prices charged once.</summary>
    OneTime,
    /// <summary>Usage of one service.</summary>
    Usage,
    /// <summary>What is missing to commitments.</summary>
    Commitments,
    /// <summary>Discounts on other lines.</summary>
    Discounts,
    /// <summary>Charges and credits that came computed, e.g. by hand.</summary>
    Given,
    /// <summary>Credits and advances of the customer set off before tax.</summary>
    SetOff,
    /// <summary>Corrections of earlier bills, usage rated again among them.</summary>
    Corrections,
    /// <summary>Tax.</summary>
    Tax,
}

/// <summary>A line of one of the bills, as far as it matters for the comparison.</summary>
/// <param name="Kind">What it charges for.</param>
/// <param name="Subscription">Whose line it is, or null.</param>
/// <param name="Label">What the customer knows the subscription by.</param>
/// <param name="Code">Of the price.</param>
/// <param name="Name">As printed.</param>
/// <param name="UnitPrice">Exact text of the price of one unit; empty where there is no single one.</param>
/// <param name="PartPeriod">The line charges a part of a period.</param>
/// <param name="Service">For usage.</param>
/// <param name="NetMinor">Without tax.</param>
public sealed record ComparedLine(
    BillLineKind Kind, SubscriptionId? Subscription, string Label, string Code, string Name, string UnitPrice, bool PartPeriod,
    ServiceKind? Service, long NetMinor)
{
    /// <summary>The line is the difference to what an earlier bill has.</summary>
    public bool Corrects { get; init; }
}

/// <summary>One reason with its effect.</summary>
/// <param name="About">Labels of the subscriptions, or the name of the price; empty where the reason says all.</param>
/// <param name="Service">For usage.</param>
/// <param name="Minor">Later less earlier bill; never 0.</param>
public sealed record BillDifference(DifferenceReason Reason, ImmutableArray<string> About, ServiceKind? Service, long Minor);

/// <summary>
/// Explains the difference of the totals of two bills. Every line of both bills counts for exactly one reason, the earlier bill's
/// with its sign turned, so the reasons add up to the difference, tax included.
/// </summary>
public static class BillComparison
{
    private readonly record struct Bucket(DifferenceReason Reason, string About, ServiceKind? Service);

    /// <summary>The reasons in the order of <see cref="DifferenceReason"/>; those that cancel out are left out.</summary>
    public static ImmutableArray<BillDifference> Of(
        IReadOnlyCollection<ComparedLine> earlier, long earlierTaxMinor, IReadOnlyCollection<ComparedLine> later,
            long laterTaxMinor)
    {
        var before = Standing(earlier);
        var after = Standing(later);
        var prices = Prices(earlier).Concat(Prices(later)).ToLookup(pair => pair.Key, pair => pair.UnitPrice);
        var sums = new Dictionary<Bucket, long>();
        void Add(Bucket bucket, long minor) => sums[bucket] = sums.GetValueOrDefault(bucket) + minor;
        foreach (var line in earlier)
        {
            Add(BucketOf(line, before, after, prices), -line.NetMinor);
        }
        foreach (var line in later)
        {
            Add(BucketOf(line, before, after, prices), line.NetMinor);
        }
        Add(new Bucket(DifferenceReason.Tax, "", null), laterTaxMinor - earlierTaxMinor);
        return
        [
            .. sums.GroupBy(pair => (pair.Key.Reason, Named: Single(pair.Key.Reason) ? pair.Key.About : "", pair.Key.Service))
                .Select(group => new BillDifference(
                    group.Key.Reason,
                    [.. group.Where(pair => pair.Value != 0).Select(pair => pair.Key.About).Where(about => about.Length > 0)
                        .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                    group.Key.Service, group.Sum(pair => pair.Value)))
                .Where(difference => difference.Minor != 0)
                .OrderBy(difference => difference.Reason).ThenBy(difference => difference.Service)
                .ThenBy(difference => string.Concat(difference.About), StringComparer.Ordinal),
        ];
    }

    /// <summary>Prices are told one by one, subscriptions together.</summary>
    private static bool Single(DifferenceReason reason) => reason == DifferenceReason.Price;

    private static Bucket BucketOf(
        ComparedLine line, HashSet<SubscriptionId> before, HashSet<SubscriptionId> after,
        ILookup<(SubscriptionId, string), string> prices)
    {
        if (ByKind(line) is { } reason)
        {
            return new Bucket(reason, "", reason == DifferenceReason.Usage ? line.Service : null);
        }
        if (line.Subscription is not { } subscription)
        {
            return new Bucket(
                line.Kind == BillLineKind.OneTime ? DifferenceReason.OneTime : DifferenceReason.Recurring, "", null);
        }
        if (!before.Contains(subscription) && after.Contains(subscription))
        {
            return new Bucket(DifferenceReason.New, line.Label, null);
        }
        if (before.Contains(subscription) && !after.Contains(subscription))
        {
            return new Bucket(DifferenceReason.Gone, line.Label, null);
        }
        return line.Kind == BillLineKind.OneTime ? new Bucket(DifferenceReason.OneTime, "", null)
            : line.PartPeriod ? new Bucket(DifferenceReason.PartPeriods, "", null)
            : prices[(subscription, line.Code)].Distinct(StringComparer.Ordinal).Count() > 1
                ? new Bucket(DifferenceReason.Price, line.Name, null)
                : new Bucket(DifferenceReason.Recurring, "", null);
    }

    /// <summary>The reason of a line that has the same one on any bill; null: the other lines tell. What is set off is never a
    /// correction, though an advance's lines are taken back by it.</summary>
    private static DifferenceReason? ByKind(ComparedLine line) => line.Kind switch
    {
        BillLineKind.Credit => DifferenceReason.SetOff,
        BillLineKind.Adjustment => DifferenceReason.Corrections,
        _ when line.Corrects => DifferenceReason.Corrections,
        BillLineKind.Usage => DifferenceReason.Usage,
        BillLineKind.Discount => DifferenceReason.Discounts,
        BillLineKind.Commitment => DifferenceReason.Commitments,
        BillLineKind.Given => DifferenceReason.Given,
        _ => null,
    };

    /// <summary>Subscriptions with charges of their own on a bill.</summary>
    private static HashSet<SubscriptionId> Standing(IEnumerable<ComparedLine> lines) =>
    [
        .. lines.Where(line => line.Kind is BillLineKind.Recurring or BillLineKind.OneTime && line.Subscription is not null)
            .Select(line => line.Subscription!.Value),
    ];

    private static IEnumerable<((SubscriptionId, string) Key, string UnitPrice)> Prices(IEnumerable<ComparedLine> lines) => lines
        .Where(line => line.Kind == BillLineKind.Recurring && line.Subscription is not null && !line.PartPeriod)
        .Select(line => ((line.Subscription!.Value, line.Code), line.UnitPrice));
}
