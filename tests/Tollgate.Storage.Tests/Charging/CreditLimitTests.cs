using NodaTime;
using Tollgate.Ledger;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Tests.Api;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>Usage up to what there is and the credit limit, and beyond it.</summary>
public sealed class CreditLimitTests
{
    private const string Number = "4915100000001";

    private const string Story = """
        ratePlans:
          - { code: unit, name: Unit, service: voice, tax: standard, revenueAccount: "4000",
              prices: [{ price: 0.60 per minute }] }
        offers:
          - { code: prepaid, name: Prepaid, payment: prepaid, ratePlans: [unit] }
          - { code: hybrid, name: Hybrid, payment: hybrid, ratePlans: [unit] }
          - { code: postpaid, name: Postpaid, ratePlans: [unit] }
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Each kind of offer on each database.</summary>
    public static TheoryData<DatabaseKind, string> Offers
    {
        get
        {
            var rows = new TheoryData<DatabaseKind, string>();
            foreach (var offer in (string[])["prepaid", "hybrid", "postpaid"])
            {
                foreach (var row in Databases.All)
                {
                    rows.Add(row.Data, offer);
                }
            }
            return rows;
        }
    }

    [Theory, MemberData(nameof(Offers))]
    public async Task Usage_is_held_beyond_balance_and_credit_to_the_cent_and_charged_after_more_money(
        DatabaseKind kind, string offer)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await StartAsync(stage, offer, limit: 1, BeyondCreditSettings.Hold);
        // Money in a pocket counts for whoever draws it; a postpaid account pays its bill ahead.
        await PayAsync(stage, account, offer, 2);

        // 3 EUR are 300 seconds: 200, then 100, then nothing.
        var first = await stage.ChargeAsync([stage.Call(Number, 6, 10, 200), stage.Call(Number, 6, 11, 101)]);
        var second = await stage.ChargeAsync([stage.Call(Number, 6, 12, 100)]);
        var third = await stage.ChargeAsync([stage.Call(Number, 6, 13, 1)]);

        Assert.Equal((1L, 1L), (first.Rated, first.Held));
        Assert.Equal((1L, 0L), (second.Rated, second.Held));
        Assert.Equal((0L, 1L), (third.Rated, third.Held));
        Assert.Equal(
            ["40|It costs 1.01 EUR, and 1.00 EUR are left within the credit limit: 100 seconds would have been allowed."],
            await stage.RowsAsync("SELECT reason, detail FROM held_record WHERE detail LIKE '%1.01%'"));
        var credit = (await ReadAccounts.CreditAsync(stage.World.Context, account, Stop)).Value!;
        Assert.Equal(0m, credit.Available!.Value.Amount);
        await PayAsync(stage, account, offer, 0.01m);
        Assert.Equal(1, (await stage.ChargeAsync([stage.Call(Number, 6, 14, 1)])).Rated);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task By_default_usage_that_has_happened_is_charged_noted_and_told(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await StartAsync(stage, "prepaid", limit: 1, BeyondCreditSettings.Charge);

        var outcome = await stage.ChargeAsync(
            [stage.Call(Number, 6, 10, 100), stage.Call(Number, 6, 11, 50), stage.Call(Number, 6, 12, 50)], batch: 1);

        Assert.Equal(3, outcome.Rated);
        Assert.Equal(2, await stage.NumberAsync("SELECT count(*) FROM charge WHERE notes = 32"));
        Assert.Equal([$"credit-limit|{account}|2"], await stage.RowsAsync("SELECT kind, subject, count FROM alert"));
        var credit = (await ReadAccounts.CreditAsync(stage.World.Context, account, Stop)).Value!;
        Assert.Equal((-2m, -1m), (credit.Money.Amount, credit.Available!.Value.Amount));
        await ChangeAsync(stage, account, new AccountChange { RemoveCreditLimit = true });
        Assert.Null((await ReadAccounts.CreditAsync(stage.World.Context, account, Stop)).Value!.Available);
        await stage.ChargeAsync([stage.Call(Number, 6, 13, 50)]);
        Assert.Equal(2, await stage.NumberAsync("SELECT count(*) FROM charge WHERE notes = 32"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_trial_is_refused_and_says_how_much_would_have_been_allowed(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await StartAsync(stage, "hybrid", limit: 1, BeyondCreditSettings.Charge);
        await stage.ChargeAsync([stage.Call(Number, 6, 10, 60)]);
        await using var api = await ApiWorld.OverAsync(stage.World);
        var request = new TryRequest
        {
            Account = account, Destination = "4930", DurationMs = 60_000, At = Instant.FromUtc(2026, 10, 7, 10, 0),
        };
        var timeline = await CatalogueVersions.LoadAsync(stage.World.Context, Stop);

        var refused = (await TryUsage.RunAsync(stage.World.Context, timeline, request, Stop)).Value!;
        var allowed = (await TryUsage.RunAsync(
            stage.World.Context, timeline, request with { DurationMs = refused.Allowed!.Value }, Stop)).Value!;
        var over = (await api.GetAsync(
            $"/api/v1/try?account={account}&to=4930&durationMs=60000&at=2026-10-07T10:00:00Z")).Body;
        var credit = (await api.GetAsync($"/api/v1/accounts/{account}/credit")).Body;

        Assert.Equal(("CreditLimitReached", 40_000), (refused.Reason, refused.Allowed));
        Assert.Null(refused.Amount);
        Assert.Equal((0.4m, ""), (allowed.Amount!.Value.Amount, allowed.Refusal));
        Assert.Equal(40_000, over.GetProperty("allowed").GetInt64());
        Assert.Equal("0.4", credit.GetProperty("available").GetProperty("value").GetString()!.TrimEnd('0'));
    }

    private static async Task<AccountId> StartAsync(DepthStage stage, string offer, decimal limit, string beyond)
    {
        var account = await stage.World.AccountAsync(await stage.World.CustomerAsync());
        await ChangeAsync(stage, account, new AccountChange { CreditLimit = new Money(limit, Units.Eur), BeyondCredit = beyond });
        await stage.SubscribeAsync(account, offer, Number);
        return account;
    }

    private static async Task ChangeAsync(DepthStage stage, AccountId account, AccountChange change) =>
        Assert.Null((await ChangeAccount.RunAsync(stage.World.Context, account, change, "", Stop)).Refusal);

    private static async Task PayAsync(DepthStage stage, AccountId account, string offer, decimal amount)
    {
        var (money, on) = (new Money(amount, Units.Eur), new LocalDate(2026, 10, 5));
        Assert.Null(offer == "postpaid"
            ? (await RecordPayment.RunAsync(stage.World.Context, new PaymentRequest(
                account, money, PaymentChannel.Transfer, on, stage.World.Key()), Stop)).Refusal
            : (await TopUp.RunAsync(stage.World.Context, new TopUpRequest(
                account, money, PaymentChannel.Cash, on, stage.World.Key()), Stop)).Refusal);
    }
}
