using NodaTime;
using Tollgate.Operations;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Tests.Api;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>Limits of usage that a subscription has in place of its offer's; reports and traces of usage.</summary>
public sealed class SubscriptionLimitTests
{
    private const string Number = "4915100000001";
    private const string Second = "4915100000002";

    private const string Story = """
        ratePlans:
          - { code: unit, name: Unit, service: voice, tax: standard, revenueAccount: "4000",
              prices: [{ price: 0.60 per minute }] }
        counters:
          - { code: spend, of: money, limit: 10.00, thresholds: [50], reset: month }
        offers:
          - code: capped
            name: Capped
            ratePlans: [unit]
            spendingCaps: [{ code: month, counter: spend, limit: 10.00, then: free }]
          - code: minutes
            name: Minutes
            ratePlans: [unit]
            allowances: [{ code: minutes, name: Minutes, service: voice, amount: 100 minutes, reset: month }]
          - code: seats
            name: Seats
            ratePlans: [unit]
            allowances: [{ code: minutes, name: Minutes, service: voice, amount: 1 minute, reset: month, perQuantity: yes }]
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_spending_cap_of_the_subscription_holds_from_its_time_and_thresholds_follow_it(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await stage.World.AccountAsync(await stage.World.CustomerAsync());
        var own = await stage.SubscribeAsync(account, "capped", Number);
        await stage.SubscribeAsync(account, "capped", Second);
        await LimitAsync(stage, own, "month", "2.00 EUR", Day(8));

        await stage.ChargeAsync(
        [
            stage.Call(Number, 7, 10, 60), stage.Call(Second, 9, 10, 900),
            stage.Call(Number, 9, 10, 60), stage.Call(Number, 9, 12, 600), stage.Call(Number, 10, 12, 60),
        ]);

        Assert.Equal(["0", "60000000", "60000000", "80000000", "900000000"], await stage.RowsAsync("SELECT amount FROM charge"));
        Assert.Equal(
            ["50|1000000000", "50|200000000"], await stage.RowsAsync("SELECT percent, limit_steps FROM usage_threshold"));
        await LimitAsync(stage, own, "month", null, Day(12));
        await stage.ChargeAsync([stage.Call(Number, 13, 10, 100)]);
        Assert.Equal(100_000_000, await stage.NumberAsync("SELECT max(amount) FROM charge WHERE amount < 900000000"));
        var history = (await ReadSubscriptions.HistoryAsync(stage.World.Context, own, Stop)).Value;
        Assert.Equal(["limit month: 2 EUR", "limit month: the offer's"], history.Select(change => change.What));
        Assert.Equal([Day(8), Day(12)], history.Select(change => change.At));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_is_granted_for_each_one_follows_the_quantity_from_its_day_on(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await stage.World.AccountAsync(await stage.World.CustomerAsync());
        var seats = await stage.SubscribeAsync(account, "seats", Number);
        await stage.ChargeAsync([stage.Call(Number, 7, 10, 600)]);
        Assert.Null((await ChangeSubscription.RunAsync(
            stage.World.Context, seats, new SubscriptionChange { Quantity = 3, At = Day(8) },
            PublishedOffers.Of(stage.World.Context), "", Stop)).Refusal);

        await stage.ChargeAsync([stage.Call(Number, 7, 12, 600), stage.Call(Number, 9, 10, 600), stage.Call(Number, 10, 10, 60)]);

        // A minute before the change; two more from it on; none is left then.
        Assert.Equal(["0", "0", "120000", "60000"], await stage.RowsAsync("SELECT from_allowances FROM charge"));
        Assert.Equal(180_000, await stage.NumberAsync("SELECT sum(granted) FROM pocket WHERE allowance = 'minutes'"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_a_subscription_may_take_of_an_allowance_can_be_limited_and_a_wrong_limit_is_told(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await stage.World.AccountAsync(await stage.World.CustomerAsync());
        var subscription = await stage.SubscribeAsync(account, "minutes", Number);
        await using var api = await ApiWorld.OverAsync(stage.World);

        var changed = await api.PatchAsync(
            $"/api/v1/subscriptions/{subscription}", """{"limitCode":"minutes","limit":"2 MIN","at":"2026-10-06T00:00:00Z"}""");
        await stage.ChargeAsync([stage.Call(Number, 7, 10, 180)]);

        Assert.Equal(200, changed.Status);
        Assert.Equal(["120000|60000000"], await stage.RowsAsync("SELECT from_allowances, amount FROM charge"));
        Assert.Equal(("invalid", "limitCode"), await WrongAsync(stage, subscription, "none", "2 MIN"));
        Assert.Equal(("invalid", "limit"), await WrongAsync(stage, subscription, "minutes", "2 EUR"));
        Assert.Equal(("invalid", "limit"), await WrongAsync(stage, subscription, "minutes", "much"));
        Assert.Equal(("invalid", "limitCode"), await WrongAsync(stage, subscription, null, "2 MIN"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Usage_is_found_by_the_device_and_reported_by_plan_tariff_service_and_offer_of_its_time(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await stage.World.AccountAsync(await stage.World.CustomerAsync());
        var subscription = await stage.SubscribeAsync(account, "minutes", Number);
        Assert.Null((await ChangeSubscription.RunAsync(
            stage.World.Context, subscription, new SubscriptionChange { Offer = "capped", At = Day(8) },
            PublishedOffers.Of(stage.World.Context), "", Stop)).Refusal);
        await stage.ChargeAsync(
        [
            stage.Call(Number, 7, 10, 60, attributes: "imei=356938035643809;port=ge-1_0"),
            stage.Call(Number, 9, 10, 60, attributes: "imei=356938035643810;port=ge-1x0"),
            stage.Call(Number, 9, 12, 60, attributes: "imei=356938035643809"),
        ]);
        await using var api = await ApiWorld.OverAsync(stage.World);
        const string time = "from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z";

        var device = (await api.GetAsync($"/api/v1/charges?attribute=imei=356938035643809&{time}")).Body.GetProperty("items");
        var port = (await api.GetAsync($"/api/v1/charges?attribute=port=ge-1_0&account={account}")).Body.GetProperty("items");
        var offers = (await ReportAsync(stage, UsageSplit.Offer, account)).Select(Text);
        var plans = (await ReportAsync(stage, UsageSplit.Plan, null)).Select(Text);

        Assert.Equal(2, device.GetArrayLength());
        Assert.Equal("356938035643809", device[0].GetProperty("attributes").GetProperty("imei").GetString());
        Assert.Equal(1, port.GetArrayLength());
        Assert.Equal(["capped duration 2 120000 0 1.2", "minutes duration 1 60000 60000 0"], offers);
        Assert.Equal(["unit duration 3 180000 60000 1.2"], plans);
        Assert.Equal(["voice duration 3 180000 60000 1.2"], (await ReportAsync(stage, UsageSplit.Service, null)).Select(Text));
        Assert.StartsWith("unit: ", (await ReportAsync(stage, UsageSplit.Tariff, null))[0].Name);
        Assert.Equal(1, (await api.GetAsync($"/api/v1/usage/report?by=service&{time}")).Body.GetArrayLength());
        Assert.Equal(400, (await api.GetAsync($"/api/v1/usage/report?by=colour&{time}")).Status);
        Assert.Equal(422, (await api.GetAsync("/api/v1/charges?attribute=imei=1")).Status);

        static string Text(UsageReportLine line) => FormattableString.Invariant(
            $"{line.Name} {line.Counts} {line.Events} {line.Charged} {line.FromAllowances} {line.Amount.Amount:0.##}");
    }

    private static Instant Day(int day) => Instant.FromUtc(2026, 10, day, 0, 0);

    private static async Task<IReadOnlyList<UsageReportLine>> ReportAsync(DepthStage stage, UsageSplit by, AccountId? account) =>
        (await ReadUsageReport.RunAsync(stage.World.Context, by, Day(1), Day(31), account, Stop)).Value;

    private static Task<Outcome<Written<SubscriptionId>>> ChangeAsync(
        DepthStage stage, SubscriptionId subscription, string? code, string? limit, Instant at) => ChangeSubscription.RunAsync(
            stage.World.Context, subscription, new SubscriptionChange { LimitCode = code, Limit = limit, At = at },
            PublishedOffers.Of(stage.World.Context), "", Stop);

    private static async Task LimitAsync(DepthStage stage, SubscriptionId subscription, string code, string? limit, Instant at)
    {
        var changed = await ChangeAsync(stage, subscription, code, limit, at);
        Assert.True(changed.Refusal is null, changed.Refusal?.Message);
    }

    private static async Task<(string, string)> WrongAsync(
        DepthStage stage, SubscriptionId subscription, string? code, string limit)
    {
        var refusal = (await ChangeAsync(stage, subscription, code, limit, Day(9))).Refusal!;
        return (refusal.Code, refusal.Faults is [var fault, ..] ? fault.Field : refusal.Field);
    }
}
