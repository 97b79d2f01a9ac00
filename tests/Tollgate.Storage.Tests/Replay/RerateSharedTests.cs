using System.Globalization;
using Tollgate.Primitives;
using Tollgate.Storage.Replay;
using Tollgate.Storage.Tests.Charging;
using Tollgate.TestSupport;
using static Tollgate.Storage.Tests.Replay.ReplayStage;

namespace Tollgate.Storage.Tests.Replay;

/// <summary>Rating again where subscriptions share allowances, limits and counters, and where allowances roll over.</summary>
public sealed class RerateSharedTests
{
    private const string Story = """
        counters:
          - { code: minutes, of: charged, unit: minute, reset: month, shared: customer }
        ratePlans:
          - { code: unit, name: Unit, service: voice, tax: standard, revenueAccount: "4000",
              prices: [{ price: 0.10 per minute, increments: 60/60 }] }
          - { code: tiered, name: Tiered, service: voice, tax: standard, revenueAccount: "4000",
              prices: [{ tiers: { counter: minutes, levels: [{ upTo: 100 minutes, price: 0.08 }, { price: 0.03 }] } }] }
        offers:
          - { code: plain, name: Plain, ratePlans: [unit] }
          - { code: tiers, name: Tiers, ratePlans: [tiered] }
          - code: company
            name: Company
            ratePlans: [unit]
            allowances:
              - { code: all, name: All, service: voice, amount: 60 minutes, shared: customer, reset: week,
                  rollOver: { periods: 1, cap: 20 minutes } }
          - code: own
            name: Own
            ratePlans: [unit]
            allowances:
              - { code: mine, name: Mine, service: voice, amount: 40 minutes, reset: week,
                  rollOver: { periods: 1, cap: 10 minutes } }

        """ + DepthStage.Family;

    private static readonly (string Old, string New)[] Changes =
    [
        ("price: 0.10 per minute", "price: 0.12 per minute"),
        ("increments: 60/60", "increments: 30/6"),
        ("amount: 100 minutes", "amount: 70 minutes"),
        ("memberLimit: 60 minutes", "memberLimit: 45 minutes"),
        ("amount: 60 minutes", "amount: 90 minutes"),
        ("cap: 20 minutes", "cap: 5 minutes"),
        ("rollOver: { periods: 1, cap: 20 minutes }", "overage: price"),
        ("amount: 40 minutes", "amount: 25 minutes"),
        ("cap: 10 minutes", "cap: 30 minutes"),
        ("upTo: 100 minutes, price: 0.08", "upTo: 60 minutes, price: 0.09"),
        ("shared: account, memberLimit: 60 minutes", "shared: customer"),
    ];

    private static readonly string[] Offers = ["plain", "tiers", "family", "company", "own"];

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Re_rating_comes_to_what_charging_from_scratch_does_also_a_second_time(DatabaseKind kind)
    {
        var changed = 0L;
        for (var seed = 1; seed <= Effort.Of(3); seed++)
        {
            var random = new Random(seed);
            var first = Changed(random, Story);
            var second = Changed(random, first);
            await using var stage = await DepthStage.CreateAsync(kind, Story);
            var numbers = await PeopleAsync(stage, seed);
            await stage.ChargeAsync(Calls(stage, numbers, seed), 25);

            foreach (var story in new[] { first, second })
            {
                await stage.PublishAsync(story);
                var run = await SelectAsync(stage.World.Context, reason: story);
                var approved = await ApproveAsync(stage.World.Context, run.Id);

                await using var scratch = await DepthStage.CreateAsync(kind, story);
                await PeopleAsync(scratch, seed);
                await scratch.ChargeAsync(Calls(scratch, numbers, seed), 25);
                Assert.Empty(approved.Problems);
                Assert.Equal(await TruthAsync(scratch.World.Context), await TruthAsync(stage.World.Context));
                Assert.Empty(await Storage.Charging.UsageProofs.CheckAsync(stage.World.Database, stage.World.Context.Tenant));
                changed += approved.Sums.Sum(sum => sum.Changed);
            }
        }
        Assert.True(changed > 200, $"Only {changed} charges changed: the test says little.");
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Without_a_change_of_the_catalogue_nothing_differs(DatabaseKind kind)
    {
        for (var seed = 11; seed <= 10 + Effort.Of(2); seed++)
        {
            await using var stage = await DepthStage.CreateAsync(kind, Story);
            await stage.ChargeAsync(Calls(stage, await PeopleAsync(stage, seed), seed), 25);

            var run = await SelectAsync(stage.World.Context);

            Assert.Empty(run.Sums);
            Assert.Equal(run.Customers, run.Phases[RerateCustomer.Same]);
        }
    }

    private static string Changed(Random random, string story)
    {
        foreach (var (old, now) in random.GetItems(Changes, 3).Distinct())
        {
            story = story.Replace(old, now, StringComparison.Ordinal);
        }
        return story;
    }

    /// <summary>Three customers with two accounts each and up to three numbers on each account.</summary>
    private static async Task<List<string>> PeopleAsync(DepthStage stage, int seed)
    {
        var random = new Random(seed);
        var numbers = new List<string>();
        for (var customer = 0; customer < 3; customer++)
        {
            var id = await stage.World.CustomerAsync(externalKey: customer.ToString(CultureInfo.InvariantCulture));
            for (var account = 0; account < 2; account++)
            {
                var payer = await stage.World.AccountAsync(id);
                for (var i = random.Next(3); i >= 0; i--)
                {
                    numbers.Add(string.Create(CultureInfo.InvariantCulture, $"49151{numbers.Count:00000000}"));
                    await stage.SubscribeAsync(payer, Offers[random.Next(Offers.Length)], numbers[^1]);
                }
            }
        }
        return numbers;
    }

    /// <summary>Calls of six weeks, some of which come late.</summary>
    private static List<UsageRecord> Calls(DepthStage stage, List<string> numbers, int seed)
    {
        var random = new Random(seed * 7);
        return
        [
            .. Enumerable.Range(0, 120).Select(_ => (
                    Day: 6 + random.Next(40), Hour: random.Next(24), Number: numbers[random.Next(numbers.Count)],
                    Seconds: random.Next(1, 1500), Late: random.Next(8) == 0 ? random.Next(200) : 0))
                .OrderBy(call => call.Day * 24 + call.Hour + call.Late)
                .Select(call => stage.Call(call.Number, call.Day, call.Hour, call.Seconds)),
        ];
    }
}
