using NodaTime;
using Tollgate.Ledger;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Pockets;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;
using Tollgate.Storage.Tests.Api;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>Pockets in any unit: given, drawn by usage, exchanged, used up.</summary>
public sealed class PocketUnitTests
{
    private const string Number = "4915100000001";

    private const string Story = """
        units:
          - { code: POINT, kind: count, baseUnits: 100, decimals: 2 }
          - { code: FILM, kind: count, baseUnits: 1 }
          - { code: PARKING, kind: duration, baseUnits: 3600000, decimals: 2 }
        ratePlans:
          - { code: unit, name: Unit, service: voice, tax: standard, revenueAccount: "4000",
              prices: [{ price: 0.10 per minute }] }
          - { code: video, name: Video, service: content, tax: standard, revenueAccount: "4001", prices: [{ flat: 3.00 }] }
        offers:
          - code: plain
            name: Plain
            payment: prepaid
            ratePlans: [unit, video]
            allowances:
              - { code: films, name: Films, service: content, amount: 2 FILM, grant: given, reset: 30 days, when: device = "tv",
                  takes: [{ take: 1 FILM, per: event }] }
              - { code: coins, name: Coins, service: voice, amount: 0.001 BTC, grant: given, reset: never, priority: 200,
                  takes: [{ take: 0.00001 BTC, per: 1 minute }] }
              - { code: points, name: Points, service: sms, amount: 1000 POINT, reset: month,
                  takes: [{ take: 1 POINT, per: event }] }
          - { code: postpaid, name: Postpaid, ratePlans: [unit] }
        exchanges:
          - { code: points-credit, name: Points for credit, take: 300 POINT, give: 1.00 EUR, minimum: 600 POINT, step: 1 POINT }
          - { code: points-film, take: 500 POINT, give: 1 FILM, pocket: films, lasts: 7 days }
          - { code: package, take: 1 EVENT, from: packages, give: 60 minutes, pocket: extra, lasts: 30 days }
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Units_that_are_given_pay_for_the_usage_that_the_offer_names_and_not_for_other(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await StartAsync(stage);
        await TopUpAsync(stage, account, 20);
        var films = await GrantAsync(stage, new NewGrant(account, "films") { From = Early });
        var coins = await GrantAsync(stage, new NewGrant(account, "coins", 0.00005m, "BTC") { From = Early });
        await GrantAsync(stage, new NewGrant(account, "parking", 2.5m, "PARKING"));

        await stage.ChargeAsync(
        [
            Video(stage, 6, "tv"), Video(stage, 6, "phone"), Video(stage, 7, "tv"), Video(stage, 8, "tv"),
            stage.Call(Number, 9, 10, 120), stage.Call(Number, 9, 11, 240),
        ]);

        // Two films of three on the television, five of six minutes in coins.
        Assert.Equal(["0", "0", "0", "10000000", "300000000", "300000000"],
            await stage.RowsAsync("SELECT amount FROM charge"));
        Assert.Equal((2m, "FILM", 0.00005m, "BTC"), (films.Balance, films.Unit, coins.Balance, coins.Unit));
        var pockets = (await ReadAccounts.PocketsAsync(stage.World.Context, account, Stop)).Value;
        Assert.Equal(["coins 0 BTC", "parking 2.5 PARKING"], pockets.Where(pocket => pocket.Kind == "allowance")
            .Select(pocket => FormattableString.Invariant($"{pocket.Allowance} {pocket.Balance:0.####} {pocket.Unit}"))
            .Where(text => text[0] is 'c' or 'p' && !text.StartsWith("points", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));
        await AssertBooksAsync(stage);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_grant_says_what_is_wrong_with_it_and_is_given_once_for_a_key(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await StartAsync(stage);
        var grant = new NewGrant(account, "films", 1, "FILM");

        var first = (await Give(grant, "one")).Value!;
        var again = (await Give(grant, "one")).Value!;

        Assert.Equal((first.Pocket, false, true), (again.Pocket, first.Replayed, again.Replayed));
        Assert.Equal(first with { Replayed = true }, again);
        Assert.Equal("key-reused", (await Give(grant with { Amount = 2 }, "one")).Refusal!.Code);
        Assert.Equal(("invalid", "unit"), Wrong(await Give(grant with { Unit = "POINT" }, "a")));
        Assert.Equal(("invalid", "unit"), Wrong(await Give(grant with { Unit = "NONE" }, "a")));
        Assert.Equal(("invalid", "unit"), Wrong(await Give(new NewGrant(account, "own"), "a")));
        Assert.Equal(("invalid", "amount"), Wrong(await Give(grant with { Amount = 0.5m }, "a")));
        Assert.Equal(("invalid", "amount"), Wrong(await Give(grant with { Amount = -1 }, "a")));
        Assert.Equal(("invalid", "to"), Wrong(await Give(grant with { From = Early, To = Early }, "a")));
        Assert.Equal("unknown-account", (await Give(grant with { Account = new AccountId(1) }, "a")).Refusal!.Code);
        await stage.SubscribeAsync(account, "plain", "4915100000002");
        Assert.Equal("several-subscriptions", (await Give(grant, "a")).Refusal!.Code);

        async Task<Outcome<PocketGrant>> Give(NewGrant what, string key) => await GrantPocket.RunAsync(
            stage.World.Context, what, await CatalogueVersions.LoadAsync(stage.World.Context, Stop), key, Stop);

        static (string, string) Wrong(Outcome<PocketGrant> outcome) => (outcome.Refusal!.Code, outcome.Refusal.Field);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Points_become_credit_rounded_down_and_both_pockets_move_or_none(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await StartAsync(stage);

        // The offer grants 1,000 points a month; no usage has needed them yet.
        var done = (await ExchangeAsync(stage, account, "points-credit", 700, "x")).Value!;
        var again = (await ExchangeAsync(stage, account, "points-credit", 700, "x")).Value!;

        Assert.Equal((700m, "POINT", 300m, 2.33m, "EUR"), (done.Taken, done.Unit, done.Left, done.Given, done.GivenUnit));
        Assert.Equal(done with { Replayed = true }, again);
        Assert.Equal("key-reused", (await ExchangeAsync(stage, account, "points-credit", 701, "x")).Refusal!.Code);
        Assert.Equal("exchange-step", (await ExchangeAsync(stage, account, "points-credit", null, "y")).Refusal!.Code);
        Assert.Equal("exchange-step", (await ExchangeAsync(stage, account, "points-credit", 599, "y")).Refusal!.Code);
        Assert.Equal("exchange-step", (await ExchangeAsync(stage, account, "points-credit", 700.5m, "y")).Refusal!.Code);
        Assert.Equal("not-enough", (await ExchangeAsync(stage, account, "points-credit", 600, "y")).Refusal!.Code);
        Assert.Equal("invalid", (await ExchangeAsync(stage, account, "points-credit", 0.001m, "y")).Refusal!.Code);
        Assert.Equal("unknown-exchange", (await ExchangeAsync(stage, account, "none", 1, "y")).Refusal!.Code);
        Assert.Equal(233_000_000, await stage.NumberAsync("SELECT balance FROM pocket WHERE kind = 'money'"));
        Assert.Equal(30_000, await stage.NumberAsync("SELECT balance FROM pocket WHERE allowance = 'points'"));
        Assert.Equal(2, await stage.NumberAsync("SELECT count(*) FROM pocket_movement WHERE kind = 'exchange'"));
        await AssertBooksAsync(stage);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Without_a_money_pocket_credit_waits_for_the_bill(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await stage.World.AccountAsync(await stage.World.CustomerAsync());
        await stage.SubscribeAsync(account, "postpaid", Number);
        await GrantAsync(stage, new NewGrant(account, "bonus", 600, "POINT"));

        var done = (await ExchangeAsync(stage, account, "points-credit", 600, "x")).Value!;

        Assert.Equal((2m, true, true), (done.Given, done.Pocket is null, done.Credit is not null));
        Assert.Equal(200, await stage.NumberAsync("SELECT amount_minor FROM account_credit"));
        await AssertBooksAsync(stage);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_right_is_used_once_whoever_races_for_it(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await StartAsync(stage);
        await GrantAsync(stage, new NewGrant(account, "packages", 1, "EVENT"));

        var raced = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
            await UseAsync(stage, account, "packages", $"race-{i}"))));

        var won = Assert.Single(raced, one => one.Refusal is null).Value!;
        Assert.All(raced.Where(one => one.Refusal is not null), one => Assert.Equal("not-enough", one.Refusal!.Code));
        Assert.Equal((1m, 0m, 60m, "MIN"), (won.Taken, won.Left, won.Given, won.GivenUnit));
        Assert.Equal(3_600_000, await stage.NumberAsync("SELECT balance FROM pocket WHERE allowance = 'extra'"));
        Assert.Equal("unknown-pocket", (await UseAsync(stage, account, "nothing", "n")).Refusal!.Code);
        await AssertBooksAsync(stage);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_right_that_usage_has_used_up_cannot_be_used_by_hand_nor_the_other_way_round(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await StartAsync(stage);
        await GrantAsync(stage, new NewGrant(account, "films", 2, "FILM") { From = Early });
        await stage.ChargeAsync([Video(stage, 6, "tv")]);

        var used = (await UseAsync(stage, account, "films", "u")).Value!;
        var racing = await Task.WhenAll(
            new[] { Video(stage, 7, "tv"), Video(stage, 8, "tv") }.Select(video => Task.Run(() => stage.ChargeAsync([video]))));

        Assert.Equal((1m, 0m), (used.Taken, used.Left));
        Assert.Equal(["1 × Films|0|standard"], await stage.RowsAsync("SELECT description || '|' || amount_minor || '|' || tax "
            + "FROM given_line WHERE kind = 'use'"));
        Assert.Equal("not-enough", (await UseAsync(stage, account, "films", "v")).Refusal!.Code);
        Assert.Equal(2, racing.Sum(one => one.Rated));
        Assert.Equal(["0", "300000000", "300000000"],
            await stage.RowsAsync("SELECT amount FROM charge"));
        Assert.Equal(0, await stage.NumberAsync("SELECT min(balance) FROM pocket WHERE allowance = 'films'"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Units_are_given_exchanged_and_used_over_http_and_a_unit_keeps_its_scale(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await StartAsync(stage);
        await using var api = await ApiWorld.OverAsync(stage.World);
        var path = $"/api/v1/accounts/{account}";

        var granted = await api.PostAsync($"{path}/grants", """{"pocket":"films","amount":"1","unit":"FILM"}""");
        var exchanged = await api.PostAsync($"{path}/exchanges", """{"code":"points-film","amount":"500"}""");
        var used = await api.PostAsync($"{path}/uses", """{"code":"films","amount":"2"}""");
        var none = await api.PostAsync($"{path}/uses", """{"code":"films"}""");
        var other = await api.PostAsync($"{path}/uses", """{"code":"films","amount":"1","unit":"GB"}""");
        var points = await api.PostAsync($"{path}/exchanges", """{"code":"points-film","amount":"500","unit":"EUR"}""");
        var changed = await PublishCatalogue.RunAsync(
            stage.World.Context, [new Tollgate.Catalog.CatalogueFile("depth.yaml", System.Text.Encoding.UTF8.GetBytes(
                DepthStage.Head + Story.Replace("baseUnits: 100,", "baseUnits: 1000,", StringComparison.Ordinal)))],
            Instant.FromUtc(2026, 1, 1, 0, 0), null, "", Stop);

        Assert.Equal(200, granted.Status);
        Assert.Equal("1", granted.Body.GetProperty("balance").GetString());
        Assert.Equal("1", exchanged.Body.GetProperty("given").GetString());
        Assert.Equal("0", used.Body.GetProperty("left").GetString());
        Assert.Equal((409, "not-enough"), (none.Status, none.Body.GetProperty("code").GetString()));
        Assert.Equal("'films' is counted in FILM, not in GB. Give the amount in FILM.",
            other.Body.GetProperty("detail").GetString());
        Assert.Equal((422, "invalid"), (points.Status, points.Body.GetProperty("code").GetString()));
        Assert.Equal("unit-in-use", changed.Refusal!.Code);
    }

    private static readonly Instant Early = Instant.FromUtc(2026, 10, 5, 0, 0);

    private static async Task<AccountId> StartAsync(DepthStage stage)
    {
        var account = await stage.World.AccountAsync(await stage.World.CustomerAsync());
        await stage.SubscribeAsync(account, "plain", Number);
        return account;
    }

    private static async Task TopUpAsync(DepthStage stage, AccountId account, decimal amount) => Assert.Null(
        (await TopUp.RunAsync(stage.World.Context, new TopUpRequest(
            account, new Money(amount, Units.Eur), PaymentChannel.Cash, new LocalDate(2026, 10, 5), stage.World.Key()), Stop))
        .Refusal);

    private static UsageRecord Video(DepthStage stage, int day, string device) =>
        stage.Call(Number, day, 20, 0, "films.example", $"device={device}") with { Service = ServiceKind.Content };

    private static async Task<PocketGrant> GrantAsync(DepthStage stage, NewGrant grant)
    {
        var given = await GrantPocket.RunAsync(
            stage.World.Context, grant with { To = grant.To ?? Instant.FromUtc(2027, 1, 1, 0, 0) },
            await CatalogueVersions.LoadAsync(stage.World.Context, Stop), stage.World.Key(), Stop);
        Assert.True(given.Refusal is null, given.Refusal?.Message);
        return given.Value!;
    }

    private static async Task<Outcome<UnitsExchanged>> ExchangeAsync(
        DepthStage stage, AccountId account, string code, decimal? amount, string key) => await ExchangeUnits.RunAsync(
            stage.World.Context, account, code, amount, await CatalogueVersions.LoadAsync(stage.World.Context, Stop), key,
            cancel: Stop);

    private static async Task<Outcome<UnitsExchanged>> UseAsync(DepthStage stage, AccountId account, string code, string key) =>
        await ExchangeUnits.UseAsync(
            stage.World.Context, account, code, null, await CatalogueVersions.LoadAsync(stage.World.Context, Stop), key,
            cancel: Stop);

    private static async Task AssertBooksAsync(DepthStage stage)
    {
        Assert.Empty((await LedgerCheck.RunAsync(stage.World.Context, Stop)).SelectMany(proof => proof.Findings));
        Assert.Empty(await UsageProofs.CheckAsync(stage.World.Database, stage.World.Context.Tenant, Stop));
    }
}
