using System.Data.Common;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Operations;
using Tollgate.Operations.Reports;
using Tollgate.Primitives;

namespace Tollgate.Storage.Tests.Reports;

/// <summary>The figures of the operator's first page, from rows that are written by hand.</summary>
public sealed class ReadSummaryTests
{
    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Files_show_where_every_record_went(DatabaseKind kind)
    {
        var files = (await SummaryAsync(kind)).Files;

        Assert.Equal(4, files.Count);
        Assert.Equal(new RecordCounts(1_292_000, 1_290_990, 610, 300, 100), files.Totals);
        Assert.Equal(0, files.Totals.Difference);
        Assert.Equal(["duplicate", "importing", "done", "done"], files.Rows.Select(row => row.Phase));
        Assert.Equal("cdr-20260601.csv", files.Rows[^1].Name);
        Assert.Equal(1_048_576, files.Rows[^1].Size);
        Assert.Equal(new RecordCounts(1_000_000, 999_000, 600, 300, 100), files.Rows[^1].Counts);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_file_with_a_difference_comes_first(DatabaseKind kind)
    {
        var files = (await SummaryAsync(kind, (rows, transaction) =>
            rows.FileAsync(transaction, -5, "lost.csv", "done", read: 10, rated: 7, held: 1, duplicate: 0, ignored: 0))).Files;

        Assert.Equal("lost.csv", files.Rows[0].Name);
        Assert.Equal(2, files.Rows[0].Counts.Difference);
        Assert.Equal(2, files.Totals.Difference);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Usage_is_summed_by_service_and_bills_by_kind(DatabaseKind kind)
    {
        var summary = await SummaryAsync(kind);

        const int ToCustomers = SummaryRows.Customers * (SummaryRows.Customers + 1) / 2;
        const int ToInvoices = SummaryRows.Invoices * (SummaryRows.Invoices + 1) / 2;
        Assert.Equal(
            [
                new UsageRevenue(
                    ServiceKind.Voice, PriceBasis.Duration, false, 100 * SummaryRows.Customers + ToCustomers,
                    6_000_000m * ToCustomers, Eur(1.23456789m * ToCustomers), Eur(0)),
                new UsageRevenue(ServiceKind.Sms, PriceBasis.Events, false, 620, 620, Eur(0.9m * 62), Eur(0)),
                new UsageRevenue(ServiceKind.Data, PriceBasis.Volume, true, 310, 46_500_000_000, Eur(155), Eur(124)),
            ],
            summary.Usage);
        Assert.Equal(
            [
                new BilledRevenue("recurring", 24, Eur(7m * ToInvoices)), new BilledRevenue("usage", 24, Eur(3m * ToInvoices)),
                new BilledRevenue("adjustment", 1, Eur(-5)),
            ],
            summary.Billed);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Customers_are_counted_by_offer_and_on_all_31_cycle_days(DatabaseKind kind)
    {
        var customers = (await SummaryAsync(kind)).Customers;

        Assert.Equal((62, 62, 62, 0), (customers.Customers, customers.Accounts, customers.Subscriptions, customers.Ended));
        Assert.Equal([new OfferCount("mobile-flat", 42), new OfferCount("prepaid-classic", 20)], customers.ByOffer);
        Assert.Equal(Enumerable.Repeat(2L, 31), customers.ByCycleDay);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Documents_are_counted_by_phase_and_the_latest_and_largest_are_listed(DatabaseKind kind)
    {
        var summary = await SummaryAsync(kind);

        const int ToInvoices = SummaryRows.Invoices * (SummaryRows.Invoices + 1) / 2;
        Assert.Equal(
            [
                new DocumentCount("invoice", "draft", 2, Eur(510), Eur(96.9m), Eur(606.9m), Eur(0)),
                new DocumentCount("invoice", "issued", 24, Eur(10 * ToInvoices), Eur(1.9m * ToInvoices),
                    Eur(11.9m * ToInvoices), Eur(0)),
                new DocumentCount("credit-note", "issued", 1, Eur(-5), Eur(-0.95m), Eur(-5.95m), Eur(0)),
            ],
            summary.Documents);
        Assert.Equal(20, summary.LatestDocuments.Length);
        Assert.Equal(20, summary.LargestDocuments.Length);
        Assert.Equal(new LocalDate(2026, 6, 5), summary.LatestDocuments[0].IssueDate);
        Assert.Equal(
            new IssuedDocument(
                new DocumentId(1_003_024), "N-2026-0024", "invoice", "Customer 24", "A-24", new LocalDate(2026, 6, 5),
                new LocalDate(2026, 6, 15), Eur(285.6m), Eur(0), Eur(285.6m)),
            summary.LargestDocuments[0]);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_is_open_is_what_was_asked_for_less_what_was_paid_and_set_off(DatabaseKind kind)
    {
        var summary = await SummaryAsync(kind);
        var documents = summary.LatestDocuments.Concat(summary.LargestDocuments).DistinctBy(document => document.Id)
            .ToDictionary(document => document.Number);

        Assert.Equal(Eur(0), documents["N-2026-0008"].Open);
        Assert.Equal(Eur(107.1m), documents["N-2026-0009"].Open);
        Assert.Equal(Eur(-3.95m), documents["G-2026-0001"].Open);
        // Invoices 9 to 24 are open; those due on days 11 to 14 (i mod 5 < 4) are overdue on the 15th, as the credit note is.
        var unpaid = Enumerable.Range(9, 16).ToArray();
        var open = 11.9m * unpaid.Sum() - 3.95m + 1;
        var overdue = 11.9m * unpaid.Where(i => i % 5 < 4).Sum() - 3.95m;
        Assert.Equal([new Receivable(Eur(open), Eur(overdue))], summary.Receivables);
        Assert.Equal([new PaymentCount("direct-debit", 4, Eur(11.9m * 16)), new PaymentCount("transfer", 4, Eur(11.9m * 20))],
            summary.Payments);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Held_records_are_grouped_with_the_newest_as_example_and_closed_alerts_are_gone(DatabaseKind kind)
    {
        var summary = await SummaryAsync(kind);

        var newest = SummaryRows.Now.Plus(Duration.FromSeconds(1));
        Assert.Equal(
            [
                new HeldReason(HoldReason.UnknownSubscriber, 5, newest, "cdr-20260601.csv", 5, "detail 4",
                    "4930<123>4;2026-06-01"),
                new HeldReason(HoldReason.BadTime, 1, newest, "cdr-20260601.csv", 6, "detail 5", "4930<123>5;2026-06-01"),
            ],
            summary.Held);
        Assert.Equal(2, summary.Alerts.Open);
        Assert.Equal([7L, 6L], summary.Alerts.Rows.Select(row => row.Count));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_ledger_has_two_equal_sides(DatabaseKind kind)
    {
        var summary = await SummaryAsync(kind);

        const int ToInvoices = SummaryRows.Invoices * (SummaryRows.Invoices + 1) / 2;
        Assert.Equal(
            [
                new LedgerRow("1010-bank", Eur(11.9m * 20), Eur(0)), new LedgerRow("1020-direct-debit", Eur(11.9m * 16), Eur(0)),
                new LedgerRow("1200-receivables", Eur(11.9m * ToInvoices), Eur(11.9m * 36 + 5.95m)),
                new LedgerRow("2200-vat-DE-19", Eur(0.95m), Eur(1.9m * ToInvoices)),
                new LedgerRow("4000-usage", Eur(5), Eur(10m * ToInvoices)),
            ],
            summary.Ledger);
        Assert.Equal(Eur(0), Assert.Single(summary.LedgerTotals).Difference);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Sums_beyond_64_bits_are_exact(DatabaseKind kind)
    {
        var summary = await SummaryAsync(kind, async (rows, transaction) =>
        {
            await rows.PriceKeyAsync(transaction, 8, service: 5, basis: 2, taxIncluded: false);
            await rows.PriceKeyAsync(transaction, 9, service: 3, basis: 2, taxIncluded: false);
            for (var customer = 1; customer <= 3; customer++)
            {
                await rows.UsageTotalAsync(transaction, customer, 8, 1, long.MaxValue, long.MaxValue - customer, 0);
                await rows.UsageTotalAsync(transaction, customer, 9, 1, 0, long.MinValue, 0);
                await rows.ItemAsync(transaction, 70 + customer, customer, long.MaxValue, new LocalDate(2026, 7, 1));
                await rows.EntryAsync(transaction, 300 + customer, "adjustment");
                await rows.JournalAsync(transaction, 300 + customer, 1, "1000-cash", "JPY", long.MaxValue);
                await rows.JournalAsync(transaction, 300 + customer, 2, "7900-rounding", "JPY", -long.MaxValue);
            }
        });

        var content = summary.Usage.Single(row => row.Service == ServiceKind.Content);
        Assert.Equal(3m * long.MaxValue, content.Quantity);
        Assert.Equal(Eur((3m * long.MaxValue - 6) / 100_000_000), content.Amount);
        Assert.Equal(Eur(3m * long.MinValue / 100_000_000), summary.Usage.Single(row => row.Service == ServiceKind.Mms).Amount);
        Assert.True(summary.Receivables[0].Open.Amount > 3m * long.MaxValue / 100);
        var yen = summary.LedgerTotals.Single(total => total.Debit.Currency.Code == "JPY");
        Assert.Equal(3m * long.MaxValue, yen.Debit.Amount);
        Assert.Equal(0, yen.Difference.Amount);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Another_tenant_sees_nothing_of_it(DatabaseKind kind)
    {
        await using var place = await TestDatabase.CreateAsync(kind);
        await using var database = place.Open();
        await new SummaryRows(database, 1).WriteAsync();

        var summary = await ReadAsync(database, tenant: 2);

        Assert.Equal(new OperatorHead(
            [], SummaryRows.Now, new LocalDate(2026, 6, 15)) with { Sellers = summary.Operator.Sellers }, summary.Operator);
        Assert.Empty(summary.Operator.Sellers);
        Assert.Equal((0, default(RecordCounts)), (summary.Files.Count, summary.Files.Totals));
        Assert.Equal(Enumerable.Repeat(0L, 31), summary.Customers.ByCycleDay);
        Assert.Equal(
            0, summary.Usage.Length + summary.Billed.Length
                + summary.Documents.Length + summary.LatestDocuments.Length + summary.Receivables.Length
            + summary.Payments.Length + summary.Held.Length
            + summary.Alerts.Rows.Length + summary.Ledger.Length + summary.LedgerTotals.Length);
    }

    private static Money Eur(decimal amount) => new(amount, Units.Eur);

    private static async Task<OperatorSummary> SummaryAsync(
        DatabaseKind kind, Func<SummaryRows, DbTransaction, Task>? more = null)
    {
        await using var place = await TestDatabase.CreateAsync(kind);
        await using var database = place.Open();
        var rows = new SummaryRows(database, 1);
        await rows.WriteAsync();
        await new SummaryRows(database, 2).WriteAsync();
        if (more is not null)
        {
            await using var connection = await database.OpenAsync(TestContext.Current.CancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await more(rows, transaction);
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }
        return await ReadAsync(database, tenant: 1);
    }

    private static Task<OperatorSummary> ReadAsync(Database database, int tenant) => ReadSummary.RunAsync(
        new OperationContext(database, new IdBlock(database), new StandingClock(), new TenantId(tenant), "test"),
        TestContext.Current.CancellationToken);

    private sealed class StandingClock : IClock
    {
        public Instant GetCurrentInstant() => SummaryRows.Now;
    }
}
