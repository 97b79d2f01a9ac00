using NodaTime;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Tests.Api;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>Usage that is priced with tax, beside usage that is not; and a call that a spending cap made cheaper.</summary>
public sealed class PricedWithTaxTests
{
    private const string Number = "4915100000001";
    private const string Second = "4915100000002";

    private const string Story = """
        ratePlans:
          - { code: gross, name: Gross, service: voice, tax: standard, taxIncluded: true, revenueAccount: "4000",
              prices: [{ price: 1.19 per minute }] }
          - { code: net, name: Net, service: voice, tax: standard, revenueAccount: "4000", prices: [{ price: 1.00 per minute }] }
        counters:
          - { code: spend, of: money, limit: 10.00, reset: month }
        offers:
          - code: capped
            name: Capped
            ratePlans: [gross]
            spendingCaps: [{ code: month, counter: spend, limit: 10.00, then: free }]
          - { code: business, name: Business, ratePlans: [net] }
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Margin_and_report_compare_without_tax_and_the_itemised_call_names_its_cap(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var context = stage.World.Context;
        var account = await stage.World.AccountAsync(await stage.World.CustomerAsync());
        await ChangeAccount.RunAsync(context, account, new AccountChange { UsageDetail = "full", Language = "de" }, cancel: Stop);
        await stage.SubscribeAsync(account, "capped", Number);
        await stage.SubscribeAsync(account, "business", Second);
        await stage.ChargeAsync(
        [
            stage.Call(Number, 7, 10, 60), stage.Call(Number, 9, 10, 1200), stage.Call(Second, 9, 10, 60),
        ]);

        var margin = await ReadMargin.RunAsync(context, Day(1), Day(31), Stop);
        Assert.Equal([("gross", 1_000_000_000L, 840_336_134L), ("net", 100_000_000L, 100_000_000L)],
            margin.Select(row => (row.Plan, row.Priced, row.Retail)));
        await using var api = await ApiWorld.OverAsync(stage.World);
        var report = (await api.GetAsync("/api/v1/usage/report?by=service&from=2026-10-01&to=2026-11-01")).Body[0];
        Assert.Equal(("11", "9.40336134"), (Value("amount"), Value("net")));
        Assert.Equal(400, (await api.GetAsync("/api/v1/usage/report?from=2026-11-01&to=2026-10-01")).Status);

        await RunBilling.RunAsync(context, await CatalogueVersions.LoadAsync(context, Stop),
            new RunBillingRequest(31, new LocalDate(2026, 10, 31)), cancel: Stop);
        var draft = Assert.Single(await ReadDocuments.ListAsync(context, new DocumentFilter(Account: account), Stop));
        var view = (await ReadDocuments.ViewAsync(context, draft.Id, Stop)).Value!;
        Assert.Equal([null, "Kostengrenze erreicht (month)", null],
            view.Usage.SelectMany(section => section.Groups).SelectMany(group => group.Rows).Select(row => row.Note));

        string Value(string name) => decimal.Parse(
            report.GetProperty(name).GetProperty("value").GetString()!, System.Globalization.CultureInfo.InvariantCulture)
            .ToString("0.########", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Instant Day(int day) => Instant.FromUtc(2026, 10, day, 0, 0);
}
