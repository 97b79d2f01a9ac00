using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>A recurring price, a one-time price or an instalment, or what a discount takes off one.</summary>
/// <param name="Offer">Code of the offer that it is of; empty for what belongs to the whole account.</param>
/// <param name="AmountMinor">As priced; negative for a discount.</param>
public readonly record struct FixedFee(SubscriptionId Subscription, string Offer, long AmountMinor);

/// <summary>The fees of an account.</summary>
/// <param name="Problems">What cannot be priced, in words with the cure; empty: everything is.</param>
public sealed record FixedFeesOfAccount(ImmutableArray<FixedFee> Fees, ImmutableArray<string> Problems);

/// <summary>
/// What accounts owe beside usage by a history of catalogues: every fee whose days begin within a time, whole. In advance or
/// in arrears makes no difference, nor does what was billed. Discounts on fees count; those on usage, commitments and spending
/// limits need the usage and are left out. For comparing catalogues. Immutable.
/// </summary>
public sealed class FixedFees
{
    private readonly CatalogueHistory history;
    private readonly ImmutableArray<BillInterval> inArrears;

    public FixedFees(CatalogueHistory history)
    {
        this.history = history;
        inArrears =
        [
            .. history.Versions.SelectMany(version => version.Catalogue.Offers).SelectMany(offer => offer.Recurring)
                .Where(price => price.Timing == Timing.Arrears).Select(price => price.Every).Distinct(),
        ];
    }

    /// <summary>The fees of one account.</summary>
    /// <param name="input">The account with its subscriptions and discounts; its catalogues and period are not looked at.</param>
    /// <param name="time">Days of the account's zone.</param>
    public FixedFeesOfAccount Of(BillingInput input, BillPeriod time)
    {
        // A bill so late that what is due in arrears is due by then.
        var date = inArrears.Select(every => every.Boundary(time.To, 1)).Append(time.To).Max();
        var months = Period.Between(time.From, date, PeriodUnits.Months).Months + 1;
        var work = new BillWork(input with
        {
            Catalogues = history, Period = new BillPeriod(time.From, date), IssueDate = date, Usage = [],
            Policy = input.Policy with { LookBackMonths = Math.Max(input.Policy.LookBackMonths, months) },
        });
        var due = new List<DueItem>();
        foreach (var subscription in input.Subscriptions)
        {
            Entitlement.Collect(work, subscription, due);
        }
        var first = due.Count;
        if (history.HasWindows || !input.Discounts.IsEmpty)
        {
            DiscountItems.Collect(work, Charges.Of(work, due), due);
            Reductions.Join(due, first);
        }
        return new FixedFeesOfAccount(
            [
                .. due.Select(item => new FixedFee(item.Key.Subscription, item.Key.Offer, Within(work, item, time)))
                    .Where(fee => fee.AmountMinor != 0),
            ],
            [.. work.Problems.Select(problem => problem.Detail)]);
    }

    /// <summary>The parts of an item that begin within the time; each whole.</summary>
    private static long Within(BillWork work, DueItem item, BillPeriod time)
    {
        if (item.Parts is not { } parts)
        {
            return time.From <= item.First.Days.From && item.First.Days.From < time.To ? item.AmountMinor : 0;
        }
        var inside = Array.FindAll(parts, part => time.From <= part.Days.From && part.Days.From < time.To);
        return inside.Length == parts.Length ? item.AmountMinor : work.Minor(inside.Sum(part => part.Exact));
    }
}
