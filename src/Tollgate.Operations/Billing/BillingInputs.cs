using NodaTime;
using Tollgate.Billing;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Billing;

/// <summary>Makes the calculator's input of what a chunk loaded.</summary>
internal static class BillingInputs
{
    internal static BillingInput Of(
        DueAccount account, RunBillingRequest request, CatalogueHistory history, BillingPolicy policy,
        IEnumerable<SubscriptionTimes> subscriptions, IEnumerable<SlotUsage> usage, IEnumerable<BilledItem> billed) => new()
        {
            Seller = new SellerFacts(account.Seller, account.SellerCountry, account.SellerZone),
            Account = account.Facts,
            Period = new BillPeriod(LocalDate.Max(account.BilledTo, account.Facts.OpenedOn), request.Date),
            IssueDate = request.Date,
            Catalogues = history,
            Subscriptions = [.. subscriptions.Select(one => Facts(one, account.Facts, policy))],
            Usage = [.. usage.Select(one => one.Line)],
            Billed = [.. billed],
            Policy = policy,
        };

    /// <summary>Days of the account's zone: the day of the start counts, the day of the end by policy. An end at midnight is no
    /// part of the
    /// day that begins with it.</summary>
    internal static SubscriptionFacts Facts(SubscriptionTimes one, AccountFacts account, BillingPolicy policy)
    {
        var zone = account.Zone;
        LocalDate? ended = one.Ended is { } end ? EndOf(end, zone, policy) : null;
        return new SubscriptionFacts(one.Id, one.Offer, one.Quantity, one.Started.InZone(zone).Date, ended, one.Label)
        {
            Base = one.Base,
            Account = one.Account,
            StartedAt = one.Started,
            EndedAt = one.Ended,
            FeeWaived = one.Changes.Any(change => change is { Kind: ChangeKind.End, FeeWaived: true }),
            Changes = [.. one.Changes.Select(change => change.ToChange(account.Currency)).OfType<TimelineChange>()],
        };
    }

    /// <summary>The first day that is no longer billed for an end.</summary>
    internal static LocalDate EndOf(Instant end, DateTimeZone zone, BillingPolicy policy)
    {
        var day = end.InZone(zone).Date;
        return policy.LastDayBilled && zone.AtStartOfDay(day).ToInstant() < end ? day.PlusDays(1) : day;
    }
}
