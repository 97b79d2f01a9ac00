using System.Collections.Immutable;
using NodaTime;
using NodaTime.TimeZones;

namespace Tollgate.Operations.Reports;

/// <summary>
/// Reads the figures of the operator's first page, in a fixed number of queries over one snapshot. Their cost grows with
/// customers, documents and held records, not with charges: usage comes from its totals.
/// </summary>
public static class ReadSummary
{
    /// <summary>The figures of the context's tenant; a tenant without data has empty lists and zeros.</summary>
    public static async Task<OperatorSummary> RunAsync(OperationContext context, CancellationToken cancel = default)
    {
        await using var reader = await SummaryReader.OpenAsync(context, cancel);
        var head = await HeadAsync(reader, context.Now, cancel);
        return new OperatorSummary
        {
            Operator = head,
            Files = await SummaryOfUsage.FilesAsync(reader, cancel),
            Usage = await SummaryOfUsage.RevenueAsync(reader, cancel),
            Held = await SummaryOfUsage.HeldAsync(reader, cancel),
            Alerts = await SummaryOfUsage.AlertsAsync(reader, cancel),
            Customers = await CustomersAsync(reader, cancel),
            Billed = await SummaryOfBills.LinesAsync(reader, cancel),
            Documents = await SummaryOfBills.DocumentsAsync(reader, cancel),
            LatestDocuments = await SummaryOfBills.LatestAsync(reader, cancel),
            LargestDocuments = await SummaryOfBills.LargestAsync(reader, cancel),
            Receivables = await SummaryOfBooks.ReceivablesAsync(reader, context.Database.DateValue(head.Today), cancel),
            Payments = await SummaryOfBooks.PaymentsAsync(reader, cancel),
            Ledger = await SummaryOfBooks.LedgerAsync(reader, cancel),
        };
    }

    private static async Task<OperatorHead> HeadAsync(SummaryReader reader, Instant now, CancellationToken cancel)
    {
        var sellers = await reader.RowsAsync(
            "SELECT name, time_zone FROM seller WHERE tenant_id = @tenant AND ended_at IS NULL ORDER BY seller_id",
            row => (Name: row.GetString(0), Zone: row.GetString(1)), cancel);
        var zone = sellers.IsEmpty ? DateTimeZone.Utc : TzdbDateTimeZoneSource.Default.ForId(sellers[0].Zone);
        return new OperatorHead([.. sellers.Select(seller => seller.Name)], now, now.InZone(zone).Date);
    }

    private static async Task<CustomerSummary> CustomersAsync(SummaryReader reader, CancellationToken cancel)
    {
        var customers = (await reader.RowsAsync(
            "SELECT COUNT(CASE WHEN ended_at IS NULL THEN 1 END), COUNT(ended_at) FROM customer WHERE tenant_id = @tenant",
            row => (Active: row.GetInt64(0), Ended: row.GetInt64(1)), cancel))[0];
        var accounts = await reader.RowsAsync(
            "SELECT cycle_day, COUNT(*) FROM billing_account WHERE tenant_id = @tenant AND phase <> 'ended' GROUP BY cycle_day",
            row => (Day: row.GetInt32(0), Count: row.GetInt64(1)), cancel);
        var offers = await reader.RowsAsync(
            "SELECT offer, COUNT(*) FROM subscription WHERE tenant_id = @tenant AND phase <> 'ended' GROUP BY offer",
            row => new OfferCount(row.GetString(0), row.GetInt64(1)), cancel);
        return new CustomerSummary(
            customers.Active, accounts.Sum(day => day.Count), offers.Sum(offer => offer.Subscriptions), customers.Ended,
            [.. offers.OrderByDescending(offer => offer.Subscriptions).ThenBy(offer => offer.Offer, StringComparer.Ordinal)],
            [.. Enumerable.Range(1, 31)
                .Select(day => accounts.Where(account => account.Day == day).Sum(account => account.Count))]);
    }
}
