using NodaTime;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Tests.Customers;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>What rating in depth decides is stored and used by the next batch.</summary>
public sealed class StoredDepthTests
{
    private const string Number = "4915100000001";
    private const string Second = "4915100000002";

    private const string Story = """
        counters:
          - { code: minutes, of: charged, unit: minute, reset: month, limit: 100 minutes, thresholds: [50, 100] }
          - { code: spend, of: money, reset: month }
        timeBands:
          - { code: week, bands: [{ code: peak, days: Mon-Fri, from: "08:00", to: "20:00" }] }
        ratePlans:
          - { code: tiered, name: Tiered, service: voice, tax: standard, revenueAccount: "4000",
              prices: [{ tiers: { counter: minutes, levels: [{ upTo: 100 minutes, price: 0.05 }, { price: 0.03 }] } }] }
          - { code: unit, name: Unit, service: voice, tax: standard, revenueAccount: "4000",
              prices: [{ price: 0.10 per minute }] }
          - { code: carrier, name: Carrier, service: voice, tax: standard, revenueAccount: "5000",
              prices: [{ price: 0.02 per minute }] }
          - { code: split, name: Split, service: voice, tax: standard, revenueAccount: "4000", timeBands: week, boundary: split,
              prices: [{ band: peak, price: 0.60 per minute }, { price: 0.06 per minute }] }
          - { code: night, name: Night, service: voice, tax: standard, revenueAccount: "4000", timeBands: week, boundary: split,
              prices: [{ band: peak, price: 0.60 per minute }, { price: barred }] }
        legs:
          - { code: carrier, kind: interconnect, party: CARRIER-1, ratePlans: [carrier], trunks: [T1] }
        offers:
          - { code: night, name: Night, ratePlans: [{ plan: night, when: duration > 1 }, unit] }
          - { code: tiered, name: Tiered, ratePlans: [tiered] }
          - { code: split, name: Split, ratePlans: [split] }
          - { code: capped, name: Capped, ratePlans: [unit],
              spendingCaps: [{ code: month, counter: spend, limit: 1.00, then: block }] }
          - { code: friends, name: Friends, ratePlans: [unit],
              usageDiscounts: [{ code: friends, percent: 50, numbers: friends },
                               { code: both, percent: 50, withOffers: [capped] }] }
          - code: roll
            name: Roll
            ratePlans: [unit]
            allowances:
              - { code: rolling, name: Rolling, service: voice, amount: 100 minutes, reset: month, first: days,
                  rollOver: { periods: 1, cap: 20 minutes } }
          - code: twice
            name: Twice
            ratePlans: [unit]
            allowances:
              - { code: far, name: Far, service: voice, amount: 100 minutes, reset: month,
                  takes: [{ when: visited != "home", factor: 2 }],
                  thresholds: [50] }
              - { code: credit, name: Credit, service: voice, amount: 5.00 EUR, reset: month }

        """ + DepthStage.Family;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_tier_goes_on_in_the_next_batch_and_its_thresholds_are_told_once(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        await stage.SubscribeAsync(await stage.AccountAsync(), "tiered", Number);

        await stage.ChargeAsync([stage.Call(Number, 6, 10, 90 * 60)]);
        await stage.ChargeAsync([stage.Call(Number, 7, 10, 20 * 60)]);

        // 90 minutes at 0.05; then 10 at 0.05 and 10 at 0.03.
        Assert.Equal(["450000000", "80000000"], await stage.RowsAsync("SELECT amount FROM charge"));
        Assert.Equal(110 * 60_000, await stage.NumberAsync(
            "SELECT balance FROM pocket WHERE kind = 'counter' AND allowance = 'minutes'"));
        Assert.Equal(["100|6000000", "50|6000000"], await stage.RowsAsync("SELECT percent, limit_steps FROM usage_threshold"));
        Assert.Equal(1, await stage.NumberAsync("SELECT count FROM alert WHERE kind = 'limit-reached' AND subject = 'minutes'"));
        // November begins at zero.
        await stage.ChargeAsync([stage.Call(Number, 33, 10, 60)]);
        Assert.Equal(2, await stage.NumberAsync("SELECT count(*) FROM pocket WHERE kind = 'counter' AND allowance = 'minutes'"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_spending_cap_holds_across_batches(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        await stage.SubscribeAsync(await stage.AccountAsync(), "capped", Number);

        await stage.ChargeAsync([stage.Call(Number, 6, 10, 8 * 60)]);
        await stage.ChargeAsync([stage.Call(Number, 7, 10, 8 * 60)]);
        var last = await stage.ChargeAsync([stage.Call(Number, 8, 10, 60)]);

        Assert.Equal(100_000_000, await stage.NumberAsync("SELECT sum(amount) FROM charge"));
        Assert.True(await stage.NumberAsync("SELECT notes FROM charge WHERE amount = 20000000") > 0);
        Assert.Equal(1, last.Held);
        Assert.Equal((long)HoldReason.SpendingCapReached, await stage.NumberAsync("SELECT reason FROM held_record"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_call_over_a_band_boundary_adds_to_both_totals(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        await stage.SubscribeAsync(await stage.AccountAsync(), "split", Number);

        // 19:00 in Berlin on a Tuesday, 90 minutes: 60 of peak, 30 after it.
        await stage.ChargeAsync([stage.Call(Number, 6, 17, 90 * 60, attributes: "cell=A\\;1;qos=9")]);

        Assert.Equal(2, await stage.NumberAsync("SELECT count(*) FROM charge_part"));
        Assert.Equal(["1|3600000|3600000000", "0|1800000|180000000"],
            (await stage.RowsAsync("SELECT events, used, amount FROM usage_total")).OrderDescending(StringComparer.Ordinal));
        Assert.Equal(["cell=A\\;1;qos=9"], await stage.RowsAsync("SELECT attributes FROM charge"));
    }

    [Fact]
    public async Task A_call_into_a_barred_band_is_charged_up_to_it_and_a_call_in_it_names_the_plan_that_bars_it()
    {
        await using var stage = await DepthStage.CreateAsync(DatabaseKind.Sqlite, Story);
        await stage.SubscribeAsync(await stage.AccountAsync(), "night", Number);

        // 19:00 in Berlin, 90 minutes: peak ends after 60 of them.
        await stage.ChargeAsync([stage.Call(Number, 6, 17, 90 * 60), stage.Call(Number, 6, 20, 60)]);

        Assert.Equal(["3600000|3600000000|1"], await stage.RowsAsync(
            $"SELECT charged, amount, (notes & {(int)UsageNotes.Disconnect}) <> 0 FROM charge"));
        Assert.Equal(["Rate plan 'night' does not allow usage of '4930'."],
            await stage.RowsAsync("SELECT detail FROM held_record"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_family_shares_an_allowance_and_each_member_has_a_limit(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await stage.AccountAsync();
        await stage.SubscribeAsync(account, "family", Number);
        await stage.SubscribeAsync(account, "family", Second);

        await stage.ChargeAsync([stage.Call(Number, 6, 10, 70 * 60)]);
        await stage.ChargeAsync([stage.Call(Second, 6, 10, 50 * 60)]);

        // The first takes 60 of its 70 minutes, the second the 40 that are left of its 50.
        Assert.Equal(["10|40", "10|60"], await stage.RowsAsync(
            "SELECT (charged - from_allowances) / 60000, from_allowances / 60000 FROM charge"));
        Assert.Equal(1, await stage.NumberAsync("SELECT count(*) FROM pocket WHERE kind = 'allowance'"));
        Assert.Equal(0, await stage.NumberAsync("SELECT balance FROM pocket WHERE kind = 'allowance'"));
        Assert.Equal(2, await stage.NumberAsync("SELECT count(*) FROM pocket WHERE allowance = 'together/member'"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_rolls_over_is_capped_by_a_movement_at_the_end_of_the_period(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        await stage.SubscribeAsync(await stage.AccountAsync(), "roll", Number);

        await stage.ChargeAsync([stage.Call(Number, 6, 10, 30 * 60)]);
        var granted = await stage.NumberAsync("SELECT granted FROM pocket");
        await stage.ChargeAsync([stage.Call(Number, 33, 10, 25 * 60)]);

        // From 5 October: 27 of 31 days, less when the zone's day began before.
        Assert.Equal(6_000_000 * 27 / 31 + 1, granted);
        Assert.Equal(20 * 60_000 - (granted - 30 * 60_000), await stage.NumberAsync(
            "SELECT amount FROM pocket_movement WHERE kind = 'expiry'"));
        // 20 minutes of October, then 5 of November.
        Assert.Equal(["0", "5700000"], await stage.RowsAsync("SELECT balance FROM pocket"));
        Assert.Equal(0, await stage.NumberAsync("SELECT sum(amount) FROM charge"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_roaming_minute_takes_two_and_money_allowances_pay_amounts(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        await stage.SubscribeAsync(await stage.AccountAsync(), "twice", Number);

        await stage.ChargeAsync([stage.Call(Number, 6, 10, 30 * 60, attributes: "visited-network=23201")]);
        await stage.ChargeAsync([stage.Call(Number, 7, 10, 60 * 60)]);

        Assert.Equal(0, await stage.NumberAsync("SELECT balance FROM pocket WHERE allowance = 'far'"));
        Assert.Equal(500_000_000 - 200_000_000, await stage.NumberAsync("SELECT balance FROM pocket WHERE allowance = 'credit'"));
        Assert.Equal(200_000_000, await stage.NumberAsync("SELECT sum(from_money) FROM charge"));
        Assert.Equal(["50"], await stage.RowsAsync("SELECT percent FROM usage_threshold"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Any_batch_split_gives_the_same(DatabaseKind kind)
    {
        List<List<string>> states = [];
        foreach (var (size, ahead) in new[] { (1000, false), (1, false), (7, true) })
        {
            await using var stage = await DepthStage.CreateAsync(kind, Story);
            var account = await stage.AccountAsync();
            string[] offers = ["family", "roll", "twice", "tiered", "split", "capped", "family"];
            for (var i = 0; i < offers.Length; i++)
            {
                await stage.SubscribeAsync(account, offers[i], $"491510000001{i}");
            }
            var random = new Random(17);
            var usage = Enumerable.Range(0, 120).Select(i => stage.Call(
                $"491510000001{random.Next(offers.Length)}", 6 + i / 3, 6 + random.Next(14), random.Next(60 * 60),
                attributes: random.Next(3) == 0 ? "visited-network=23201" : "")).ToList();
            await stage.ChargeAsync(usage, size, ahead);
            states.Add(
            [
                .. await stage.RowsAsync("SELECT record_key, reason, detail FROM held_record"),
                .. await stage.RowsAsync(
                    "SELECT event_id, price_key_id, charged, from_allowances, amount, from_money, notes FROM charge"),
                .. await stage.RowsAsync("SELECT event_id, part, price_key_id, used, charged, amount FROM charge_part"),
                .. await stage.RowsAsync("SELECT kind, allowance, granted, balance, shared FROM pocket"),
                .. await stage.RowsAsync("SELECT price_key_id, events, used, charged, amount FROM usage_total"),
                .. await stage.RowsAsync("SELECT code, percent, event_id FROM usage_threshold"),
            ]);
        }
        Assert.Equal(states[0], states[1]);
        Assert.Equal(states[0], states[2]);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_list_of_friends_counts_from_the_day_it_is_set(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var subscription = await stage.SubscribeAsync(await stage.AccountAsync(), "friends", Number);

        await stage.ChargeAsync([stage.Call(Number, 6, 10, 60, "4930")]);
        Assert.Null((await SetNumbers.RunAsync(stage.World.Context, subscription, "friends", ["4930", "4940"])).Refusal);
        await stage.ChargeAsync([stage.Call(Number, 7, 10, 60, "4930"), stage.Call(Number, 51, 10, 60, "4930") with
        {
            Start = CustomerWorld.Now,
        }]);

        Assert.Equal(["10000000", "10000000", "5000000"], await stage.RowsAsync("SELECT amount FROM charge"));
        Assert.NotNull((await SetNumbers.RunAsync(stage.World.Context, subscription, "friends", ["+49"])).Refusal);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_carriers_price_is_stored_with_the_charge_and_rolled_up_once(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        await stage.SubscribeAsync(await stage.AccountAsync(), "capped", Number);
        Assert.Null((await CreateAccount.RunAsync(stage.World.Context, new NewAccount
        {
            Customer = await stage.World.CustomerAsync("Carrier"), CycleDay = 1, OpenedOn = new LocalDate(2026, 10, 1),
            ExternalKey = "CARRIER-1",
        }, stage.World.Key())).Refusal);

        await stage.ChargeAsync([stage.Call(Number, 6, 10, 60, attributes: "trunk=T1"), stage.Call(Number, 6, 11, 60)]);
        Assert.Equal(1, (await LegRollup.RunAsync(stage.World.Context)).Taken);
        Assert.Equal(0, (await LegRollup.RunAsync(stage.World.Context)).Taken);
        await stage.ChargeAsync([stage.Call(Number, 7, 10, 120, attributes: "trunk=T1")]);
        Assert.Equal(1, (await LegRollup.RunAsync(stage.World.Context)).Taken);

        // The carrier is paid: negative on its account.
        Assert.Equal(["2|180000|-6000000"], await stage.RowsAsync("SELECT events, used, amount FROM leg_total"));
        Assert.Empty(await stage.RowsAsync("SELECT 1 FROM leg_due"));
        var margin = Assert.Single(await ReadMargin.RunAsync(
            stage.World.Context, Instant.FromUtc(2026, 10, 1, 0, 0), Instant.FromUtc(2026, 11, 1, 0, 0)));
        Assert.Equal((40_000_000L, 6_000_000L), (margin.Retail, margin.Cost));
    }
}
