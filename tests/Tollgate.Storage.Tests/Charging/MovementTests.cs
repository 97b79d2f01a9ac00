using NodaTime;
using Tollgate.Ledger;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Pockets;
using Tollgate.Primitives;
using Tollgate.Storage.Tests.Api;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>The history of pockets.</summary>
public sealed class MovementTests
{
    private const string Number = "4915100000001";

    private const string Story = """
        ratePlans:
          - { code: unit, name: Unit, service: voice, tax: standard, revenueAccount: "4000",
              prices: [{ price: 0.10 per minute }] }
        offers:
          - code: prepaid
            name: Prepaid
            payment: prepaid
            ratePlans: [unit]
            allowances:
              - { code: minutes, name: Minutes, service: voice, amount: 30 minutes, reset: month,
                  rollOver: { periods: 1, cap: 10 minutes } }
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Each_line_begins_where_the_one_before_ended_and_all_add_up_to_the_balance(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await StartAsync(stage);
        var random = new Random(11);
        for (var i = 0; i < 12; i++)
        {
            await stage.ChargeAsync([.. Enumerable.Range(0, 5).Select(_ =>
                stage.Call(Number, random.Next(6, 45), random.Next(0, 24), random.Next(1, 400)))]);
            await TopUpAsync(stage, account, 1 + random.Next(0, 3));
        }

        var lines = await AllAsync(stage, account, page: 7);
        var days = (await ReadMovements.ByDayAsync(stage.World.Context, new MovementFilter(account), Stop)).Value;
        var pockets = (await ReadAccounts.PocketsAsync(stage.World.Context, account, Stop)).Value;

        Assert.Contains(lines, line => line.What == "expiry");
        Assert.Equal(12, lines.Count(line => line.What == "top-up"));
        Assert.All(lines.Where(line => line.What == "usage"), line => Assert.StartsWith("ch_", line.Charge));
        foreach (var list in new[] { lines, [.. days] })
        {
            foreach (var pocket in list.GroupBy(line => line.Pocket))
            {
                // In stored steps: a third of a minute has no end as a decimal.
                var unit = Units.Get(pocket.First().Unit);
                long Steps(decimal amount) => unit.ToStorage(amount, RoundingMode.HalfUp);
                var balance = 0L;
                foreach (var line in pocket)
                {
                    Assert.Equal(balance, Steps(line.Before));
                    balance += Steps(line.Amount);
                    Assert.Equal(balance, Steps(line.After));
                }
                Assert.Equal(Steps(pockets.FirstOrDefault(one => one.Id == pocket.Key)?.Balance ?? 0), balance);
            }
        }
        Assert.True(days.Length < lines.Count);
        Assert.Equal(lines.Count, days.Sum(day => day.Events));
        Assert.Empty((await LedgerCheck.RunAsync(stage.World.Context, Stop)).SelectMany(proof => proof.Findings));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_pocket_and_a_time_can_be_chosen_and_what_is_left_at_the_end_lapses(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await StartAsync(stage);
        await TopUpAsync(stage, account, 5);
        await stage.ChargeAsync([stage.Call(Number, 6, 10, 600), stage.Call(Number, 7, 10, 1500)]);

        var filter = new MovementFilter(account);
        var october = await AllAsync(stage, account);
        var second = (await ReadMovements.RunAsync(stage.World.Context, filter with
        {
            From = Instant.FromUtc(2026, 10, 7, 0, 0), To = Instant.FromUtc(2026, 10, 8, 0, 0),
        }, cancel: Stop)).Value!.Items;
        await stage.ChargeAsync([stage.Call(Number, 40, 10, 60)]);
        var later = stage.World.Context with { Clock = new March() };
        var november = (await AllAsync(stage, account)).Last(line => line.Kind == "allowance").Pocket;
        var afterwards = (await ReadMovements.RunAsync(later, filter with { Pocket = november }, cancel: Stop)).Value!.Items;

        Assert.Equal(
            ["minutes grant 30", "minutes usage -10", "minutes usage -20", "money top-up 5", "money usage -0.5"],
            october.Select(Text).Order(StringComparer.Ordinal));
        Assert.Equal(["minutes usage -20", "money usage -0.5"], second.Select(Text).Order(StringComparer.Ordinal));
        Assert.Equal(["minutes grant 30", "minutes usage -1", "minutes lapse -29"], afterwards.Select(Text));
        Assert.Equal("unknown-pocket", (await ReadMovements.RunAsync(
            later, filter with { Pocket = new PocketId(1) }, cancel: Stop)).Refusal!.Code);
        Assert.Equal("invalid", (await ReadMovements.RunAsync(later, filter, "7", cancel: Stop)).Refusal!.Code);
        Assert.Equal("unknown-account", (await ReadMovements.RunAsync(
            later, new MovementFilter(new AccountId(1)), cancel: Stop)).Refusal!.Code);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_history_is_read_page_by_page_over_http(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var account = await StartAsync(stage);
        await TopUpAsync(stage, account, 5);
        await stage.ChargeAsync([stage.Call(Number, 6, 10, 600), stage.Call(Number, 6, 12, 600)]);
        await using var api = await ApiWorld.OverAsync(stage.World);

        var first = (await api.GetAsync($"/api/v1/accounts/{account}/movements?limit=3")).Body;
        var next = (await api.GetAsync(
            $"/api/v1/accounts/{account}/movements?after={first.GetProperty("next").GetString()}")).Body;
        var days = (await api.GetAsync($"/api/v1/accounts/{account}/movements/days")).Body;

        Assert.Equal(3, first.GetProperty("items").GetArrayLength());
        Assert.Equal(1, next.GetProperty("items").GetArrayLength());
        Assert.Equal(3, days.GetArrayLength());
        Assert.Equal(404, (await api.GetAsync("/api/v1/accounts/acc_1/movements")).Status);
        Assert.Equal(422, (await api.GetAsync($"/api/v1/accounts/{account}/movements?after=x")).Status);
    }

    private static string Text(PocketMovement line) => FormattableString.Invariant(
        $"{(line.Allowance.Length == 0 ? line.Kind : line.Allowance)} {line.What} {line.Amount:0.####}");

    private static async Task<AccountId> StartAsync(DepthStage stage)
    {
        var account = await stage.World.AccountAsync(await stage.World.CustomerAsync());
        await stage.SubscribeAsync(account, "prepaid", Number);
        return account;
    }

    private static async Task TopUpAsync(DepthStage stage, AccountId account, decimal amount)
    {
        var done = await TopUp.RunAsync(stage.World.Context, new TopUpRequest(
            account, new Money(amount, Units.Eur), PaymentChannel.Cash, new LocalDate(2026, 10, 6), stage.World.Key()), Stop);
        Assert.Null(done.Refusal);
    }

    private static async Task<List<PocketMovement>> AllAsync(DepthStage stage, AccountId account, int page = 100)
    {
        var lines = new List<PocketMovement>();
        string? after = null;
        do
        {
            var found = (await ReadMovements.RunAsync(
                stage.World.Context, new MovementFilter(account), after, page, Stop)).Value!;
            Assert.InRange(found.Items.Length, 0, page);
            lines.AddRange(found.Items);
            after = found.Next;
        }
        while (after is not null);
        return lines;
    }

    private sealed class March : IClock
    {
        public Instant GetCurrentInstant() => Instant.FromUtc(2027, 3, 1, 0, 0);
    }
}
