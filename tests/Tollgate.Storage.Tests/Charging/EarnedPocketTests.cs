using NodaTime;
using Tollgate.Ledger;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Pockets;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;
using Tollgate.Storage.Replay;
using Tollgate.Storage.Tests.Customers;
using Tollgate.Storage.Tests.Replay;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>Pockets that usage and top-ups fill, and several plans for a service: what is stored of them.</summary>
public sealed class EarnedPocketTests
{
    private const string Number = "4915100000001";

    private const string Story = """
        units: [{ code: POINT, kind: count, baseUnits: 1 }]
        counters: [{ code: spent, of: money, reset: never }]
        ratePlans:
          - { code: calls, name: Calls, service: voice, tax: standard, revenueAccount: "4000",
              prices: [{ price: 0.10 per minute }] }
          - { code: evening, name: Evening, service: voice, tax: standard, revenueAccount: "4000",
              prices: [{ price: 0.05 per minute, when: 'destination = "4989"' }] }
        offers:
          - code: plain
            name: Plain
            payment: prepaid
            ratePlans: [calls]
            allowances:
              - { code: loyalty, name: Points, amount: 0 POINT, reset: month, rollOver: { periods: 12 } }
              - { code: gift, name: Gift, service: sms, amount: 0 SMS, grant: given, reset: 30 days }
            earns:
              - { code: points, name: Points, counter: spent, per: 1.00 EUR, give: 3 POINT, into: loyalty }
              - { code: ten, topUp: 20.00, per: 1.00 EUR, give: 0.10 EUR }
              - { code: texts, topUp: 10.00, give: 10 SMS, into: gift }
              - { code: more-texts, topUp: 20.00, give: 30 SMS, into: gift }
          - { code: extra, name: Extra, addOnTo: [plain], ratePlans: [evening] }
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Usage_earns_with_its_charge_and_again_with_its_correction(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await stage.World.AccountAsync(await stage.World.CustomerAsync());
        var plain = await stage.SubscribeAsync(account, "plain", Number);
        await ExtraAsync(stage, account, plain);
        Assert.Equal(22.50m + 2.20m, await TopUpAsync(stage, account, "one"));
        Assert.Equal(22.50m + 2.20m, await TopUpAsync(stage, account, "one"));
        UsageRecord[] calls =
        [
            stage.Call(Number, 6, 10, 540), stage.Call(Number, 6, 12, 540), stage.Call(Number, 7, 12, 1_800, "4989"),
            stage.Call(Number, 8, 12, 60),
        ];

        await stage.ChargeAsync(calls);
        await stage.ChargeAsync(calls);

        // 0.90 + 0.90 + 1.50 by the add-on's plan + 0.10: three whole euros.
        Assert.Equal(["gift 30", "loyalty 9"], await HeldAsync(stage, account));
        Assert.Equal(["10000000", "150000000", "90000000", "90000000"], await stage.RowsAsync("SELECT amount FROM charge"));
        var moves = (await ReadMovements.RunAsync(stage.World.Context, new MovementFilter(account), cancel: Stop)).Value!.Items
            .Where(move => move.Allowance == "loyalty").ToList();
        Assert.Equal([3m, 6m], moves.Where(move => move.What == "usage").Select(move => move.Amount));
        await AssertBooksAsync(stage);

        await stage.PublishAsync(Story.Replace("price: 0.10 per minute", "price: 0.05 per minute", StringComparison.Ordinal));
        await ReplayStage.ApproveAsync(stage.World.Context, (await ReplayStage.SelectAsync(
            stage.World.Context, new RerateSelection(Plan: "calls"))).Id);

        // 0.45 + 0.45 + 1.50 + 0.05: two.
        Assert.Equal(["gift 30", "loyalty 6"], await HeldAsync(stage, account));
        await AssertBooksAsync(stage);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task In_the_order_of_events_what_lapses_is_decided_at_the_end_of_its_period(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, """
            ratePlans:
              - { code: calls, name: Calls, service: voice, tax: standard, revenueAccount: "4000",
                  prices: [{ price: 0.10 per minute }] }
            offers:
              - code: plain
                name: Plain
                ratePlans: [calls]
                allowances:
                  - { code: minutes, name: Minutes, service: voice, amount: 10 minutes, reset: month,
                      rollOver: { periods: 1, cap: 2 minutes } }
            """);
        await stage.SubscribeAsync(await stage.World.AccountAsync(await stage.World.CustomerAsync()), "plain", Number);
        const string left = "SELECT balance FROM pocket WHERE allowance = 'minutes' AND valid_from < '2026-12-01'";

        // The 15th is charged before the 5th: it takes 7 of 9 minutes out, and one.
        await stage.ChargeAsync([stage.Call(Number, 10, 12, 60), stage.Call(Number, 31 + 15, 12, 60)]);
        await stage.ChargeAsync([stage.Call(Number, 31 + 5, 12, 180)]);
        Assert.Equal(["0", "480000"], await stage.RowsAsync(left));
        await ReplayStage.ApproveAsync(stage.World.Context, (await ReplayStage.SelectAsync(
            stage.World.Context, new RerateSelection(From: TimeCodec.ToMicroseconds(Instant.FromUtc(2026, 11, 1, 0, 0))),
            ReplayOrder.Event)).Id);

        // Two minutes were left at the end of October; nothing but the order of the draws is different.
        Assert.Equal(["0", "480000"], await stage.RowsAsync(left));
        await AssertBooksAsync(stage);
    }

    private static async Task ExtraAsync(DepthStage stage, AccountId account, SubscriptionId hangsOn) => CustomerWorld.Right(
        await CreateSubscription.RunAsync(stage.World.Context, new NewSubscription
        {
            Account = account, Offer = "extra", Base = hangsOn, StartedAt = Instant.FromUtc(2026, 10, 7, 0, 0),
        }, PublishedOffers.Of(stage.World.Context), stage.World.Key()));

    /// <summary>The money after a top-up of 22.50.</summary>
    private static async Task<decimal> TopUpAsync(DepthStage stage, AccountId account, string key)
    {
        var done = await TopUp.RunAsync(stage.World.Context, new TopUpRequest(
            account, new Money(22.50m, Units.Eur), PaymentChannel.Cash, new LocalDate(2026, 10, 5), key), Stop);
        Assert.True(done.Refusal is null, done.Refusal?.Message);
        Assert.Equal(done.Value!.Replayed ? [] : ["ten 2.2 EUR", "more-texts 30 SMS"], done.Value.Earned.Select(
            one => FormattableString.Invariant($"{one.Earning} {one.Amount:0.##} {one.Unit}")));
        return done.Value.Balance.Amount;
    }

    private static async Task<IEnumerable<string>> HeldAsync(DepthStage stage, AccountId account) =>
        (await ReadAccounts.PocketsAsync(stage.World.Context, account, Stop)).Value
        .Where(pocket => pocket is { Kind: "allowance", Balance: not 0 })
        .Select(pocket => FormattableString.Invariant($"{pocket.Allowance} {pocket.Balance:0}")).Order(StringComparer.Ordinal);

    private static async Task AssertBooksAsync(DepthStage stage)
    {
        Assert.Empty((await LedgerCheck.RunAsync(stage.World.Context, Stop)).SelectMany(proof => proof.Findings));
        Assert.Empty(await UsageProofs.CheckAsync(stage.World.Database, stage.World.Context.Tenant, Stop));
    }
}
