using NodaTime;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Tests.Customers;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>Who draws from which allowance, over accounts, services and products.</summary>
public sealed class SharingTests
{
    private const string Number = "4915100000001";
    private const string Second = "4915100000002";
    private const string Third = "4915100000003";

    private const string Story = """
        ratePlans:
          - { code: unit, name: Unit, service: voice, tax: standard, revenueAccount: "4000",
              prices: [{ price: 0.10 per minute }] }
          - { code: data, name: Data, service: data, tax: standard, revenueAccount: "4001", prices: [{ price: 0.01 per MB }] }
        offers:
          - { code: plain, name: Plain, ratePlans: [unit, data] }
          - code: company
            name: Company
            ratePlans: [unit]
            allowances:
              - { code: all, name: All, service: voice, amount: 100 minutes, shared: customer, reset: month, thresholds: [50] }
          - code: points
            name: Points
            ratePlans: [unit, data]
            allowances:
              - { code: points, name: Points, services: [voice, data], amount: 100 event, reset: month,
                  takes: [{ when: service = "voice", take: 2 event, per: 1 minute }, { take: 1 event, per: 1 MB }] }
          - code: bonus
            name: Bonus
            addOnTo: [family]
            allowances: [{ code: gift, name: Gift, service: voice, amount: 30 minutes, grant: once, reset: 10 days, priority: 1 }]
          - code: prorated
            name: Prorated
            ratePlans: [unit]
            allowances:
              - { code: part, name: Part, service: voice, amount: 310 minutes, reset: month, first: days, thresholds: [50] }
          - { code: bundled, name: Bundled, ratePlans: [unit],
              usageDiscounts: [{ code: both, percent: 50, withOffers: [points] }] }

        """ + DepthStage.Family;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_offer_without_the_shared_allowance_draws_from_it_too(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await stage.AccountAsync();
        await stage.SubscribeAsync(account, "family", Number);
        await stage.SubscribeAsync(account, "plain", Second);

        await stage.ChargeAsync([stage.Call(Second, 6, 10, 70 * 60)]);
        await stage.ChargeAsync([stage.Call(Number, 6, 12, 50 * 60)]);

        // The member limit holds for whoever draws: 60 of 70 minutes, then 40 of 50.
        Assert.Equal(["10|40", "10|60"], await stage.RowsAsync(
            "SELECT (charged - from_allowances) / 60000, from_allowances / 60000 FROM charge"));
        Assert.Equal(1, await stage.NumberAsync("SELECT count(*) FROM pocket WHERE kind = 'allowance'"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Nobody_draws_before_the_sharing_subscription_begins_or_after_it_ends(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await stage.AccountAsync();
        await stage.SubscribeAsync(account, "plain", Second);
        var sharing = await stage.SubscribeAsync(account, "family", Number);
        Assert.Null((await EndSubscription.RunAsync(stage.World.Context, sharing, Instant.FromUtc(2026, 10, 10, 0, 0))).Refusal);

        await stage.ChargeAsync([stage.Call(Second, 9, 10, 60), stage.Call(Second, 11, 10, 60)]);

        Assert.Equal(["0", "10000000"], await stage.RowsAsync("SELECT amount FROM charge"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Accounts_of_a_customer_share_and_other_customers_do_not(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var customer = await stage.World.CustomerAsync();
        await stage.SubscribeAsync(await stage.World.AccountAsync(customer), "company", Number);
        await stage.SubscribeAsync(await stage.World.AccountAsync(customer), "plain", Second);
        await stage.SubscribeAsync(await stage.AccountAsync(), "plain", Third);

        await stage.ChargeAsync(
            [stage.Call(Number, 6, 10, 30 * 60), stage.Call(Second, 6, 11, 40 * 60), stage.Call(Third, 6, 12, 600)]);
        await stage.ChargeAsync([stage.Call(Second, 7, 11, 40 * 60)]);

        Assert.Equal(["0|600000", "1800000|1800000", "1800000|2400000", "2400000|2400000"], await stage.RowsAsync(
            "SELECT from_allowances, charged FROM charge"));
        Assert.Equal(["50"], await stage.RowsAsync("SELECT percent FROM usage_threshold"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task One_allowance_pays_for_several_services_each_at_its_rate(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        await stage.SubscribeAsync(await stage.AccountAsync(), "points", Number);

        await stage.ChargeAsync([stage.Call(Number, 6, 10, 20 * 60), stage.Call(Number, 6, 11, 0) with
        {
            Service = ServiceKind.Data, OctetsDown = 70_000_000,
        }]);

        // 40 points for 20 minutes, 60 for 60 MB; 10 MB are paid.
        Assert.Equal(0, await stage.NumberAsync("SELECT balance FROM pocket WHERE kind = 'allowance'"));
        Assert.Equal(["0", "10000000"], await stage.RowsAsync("SELECT amount FROM charge"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_bonus_is_used_first_and_ends_after_its_days(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await stage.AccountAsync();
        var sharing = await stage.SubscribeAsync(account, "family", Number);
        Assert.Null((await CreateSubscription.RunAsync(stage.World.Context, new NewSubscription
        {
            Account = account, Offer = "bonus", Base = sharing, StartedAt = Instant.FromUtc(2026, 10, 5, 0, 0),
        }, PublishedOffers.Of(stage.World.Context), stage.World.Key())).Refusal);

        await stage.ChargeAsync([stage.Call(Number, 6, 10, 20 * 60), stage.Call(Number, 20, 10, 20 * 60)]);

        Assert.Equal(["bonus/gift|600000", "together|4800000"], await stage.RowsAsync(
            "SELECT allowance, balance FROM pocket WHERE kind = 'allowance'"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Thresholds_are_percentages_of_what_was_granted(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        await stage.SubscribeAsync(await stage.AccountAsync(), "prorated", Number);

        // From 5 October: 270 of 310 minutes; half of it are 135.
        await stage.ChargeAsync([stage.Call(Number, 6, 10, 134 * 60)]);
        Assert.Empty(await stage.RowsAsync("SELECT percent FROM usage_threshold"));
        await stage.ChargeAsync([stage.Call(Number, 7, 10, 60)]);

        Assert.Equal(["50|16200000"], await stage.RowsAsync("SELECT percent, limit_steps FROM usage_threshold"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_discount_asks_for_another_product_of_the_customer(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var customer = await stage.World.CustomerAsync();
        await stage.SubscribeAsync(await stage.World.AccountAsync(customer), "bundled", Number);

        await stage.ChargeAsync([stage.Call(Number, 6, 10, 60)]);
        await stage.SubscribeAsync(await stage.World.AccountAsync(customer), "points", Second);
        await stage.ChargeAsync([stage.Call(Number, 7, 10, 60)]);

        Assert.Equal(["10000000", "5000000"], await stage.RowsAsync("SELECT amount FROM charge"));
    }
}
