using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using Tollgate.Operations.Scenarios;
using Tollgate.Primitives;

namespace Tollgate.Scenarios;

/// <summary>On random stories: every bill is what its preview said, also with a change that was only considered then and made
/// afterwards.</summary>
public sealed class PreviewLawTests(ScenarioStage stage) : IClassFixture<ScenarioStage>
{
    private const int Stories = 40;

    [Fact]
    public async Task A_preview_is_the_later_bill_to_the_cent()
    {
        var (bills, changes) = (0, 0);
        for (var seed = 1; seed <= Stories; seed++)
        {
            var text = new RandomStory(seed).Text;
            var read = ScenarioReader.Read(Encoding.UTF8.GetBytes(text), $"seed-{seed}.yaml", GalleryTests.Root);
            Assert.True(read.Value is not null, $"{string.Join('\n', read.Findings)}\n{text}");

            var result = await stage.Runner.RunAsync(read.Value!, new ScenarioSettings { Final = true });

            // The law of the runner: the preview just before each bill run is the bill.
            Assert.True(result.Passed,
                $"{result.Fault}\n{string.Join('\n', result.BrokenProofs)}\n{string.Join('\n', result.Differences)}\n{text}");
            bills += result.Final!["documents"]!.AsArray().Count;
            changes += ConsideredAndMade(result, text);
        }

        Assert.True(bills > 3 * Stories, $"Only {bills} bills in {Stories} stories.");
        Assert.True(changes > Stories, $"Only {changes} considered changes in {Stories} stories.");
    }

    /// <summary>Compares each preview with the first bill of its account on or after it.</summary>
    private static int ConsideredAndMade(ScenarioResult result, string text)
    {
        var compared = 0;
        foreach (var step in result.Steps.Where(step => step.Preview is not null))
        {
            var preview = Comparable(step.Preview!);
            var bill = result.Final!["documents"]!.AsArray().OfType<JsonObject>().SingleOrDefault(
                document => document["account"]!.ToString() == preview["account"]!.ToString()
                    && document["period"]!.ToString() == preview["period"]!.ToString());
            var real = bill is null ? null : Comparable(bill);
            var nothing = real is null && preview["lines"]!.AsArray().Count == 0;
            Assert.True(nothing || JsonNode.DeepEquals(preview, real), $"{step.What}\npreview {preview}\nbill    {real}\n{text}");
            compared++;
        }
        return compared;
    }

    /// <summary>Without what a preview cannot know: the number, and the key of what was only considered.</summary>
    private static JsonObject Comparable(JsonObject document)
    {
        var copy = document.DeepClone().AsObject();
        foreach (var key in new[] { "seller", "phase", "number" })
        {
            copy.Remove(key);
        }
        foreach (var line in copy["lines"]!.AsArray())
        {
            line!.AsObject().Remove("subscription");
        }
        return copy;
    }
}

/// <summary>A story that a seed decides: one account, some subscriptions, usage, changes that are considered and then made, a
/// bill at each boundary.</summary>
internal sealed class RandomStory
{
    private static readonly string[] Offers = ["m", "late", "thirty", "year", "seats", "pre"];

    /// <summary>Offers between which a subscription may change.</summary>
    private static readonly string[] Plans = ["m", "late", "thirty"];

    private readonly Random random;
    private readonly HashSet<string> paused = new(StringComparer.Ordinal);
    private readonly StringBuilder steps = new();
    private readonly List<(string Key, string Offer)> alive = [];
    private int count;

    internal RandomStory(int seed)
    {
        random = new Random(seed);
        var day = random.Next(1, 32);
        var start = new LocalDate(2026, 12, 1).PlusDays(random.Next(0, 60));
        var cycle = new BillCycle(day);
        Subscribe(start);
        var from = start;
        for (var i = 0; i < 6; i++)
        {
            var to = cycle.PeriodContaining(from).To;
            Live(from, to);
            Step(to, "invoice: {}");
            from = to;
        }
        Text = string.Create(CultureInfo.InvariantCulture,
            $"""
            scenario: Random story {seed}
            catalogue:
              base: catalogue
              offers:
                - code: late
                  extends: m
                  name: In arrears
                  recurring: [ {Price(33.33m, "timing: arrears")} ]
                - code: thirty
                  extends: m
                  name: Thirty days
                  recurring: [ {Price(20.01m, "entry: thirty-days, exit: none")} ]
                - code: year
                  name: Yearly
                  recurring: [ {Price(99.99m, "months: 12")} ]
                  oneTime: [ {Price(7.77m, "at: termination")} ]
                - code: seats
                  name: Seats
                  recurring: [ {Price(4.99m, "taxIncluded: yes")} ]
                  oneTime: [ {Price(1.11m, "at: activation")} ]
            start: {Iso(start)}
            accounts: [ {"{"} key: A, cycleDay: {day} {"}"} ]
            story:
            {steps}
            """);
    }

    internal string Text { get; }

    /// <summary>What happens in one period: some usage, perhaps something new, and at the end a change that is considered
    /// first.</summary>
    private void Live(LocalDate from, LocalDate to)
    {
        var days = Period.DaysBetween(from, to);
        if (days < 4)
        {
            return;
        }
        if (random.Next(3) == 0)
        {
            Subscribe(from.PlusDays(1));
        }
        foreach (var (key, offer) in alive.Where(_ => random.Next(2) == 0))
        {
            if (offer is "m" or "late" or "thirty" or "pre")
            {
                var what = $"{random.Next(1, 5)} calls of {random.Next(1, 500)} seconds to 030123456";
                Step(from.PlusDays(2), $"use: {{ what: {what}, by: {key}, at: {Iso(from.PlusDays(2))} }}");
            }
        }
        var on = from.PlusDays(random.Next(3, days));
        switch (random.Next(5))
        {
            case 0 when alive.Count > 1:
                var gone = alive[random.Next(alive.Count)];
                Consider(on, $"do: end, subscription: {gone.Key}", $"end: {{ subscription: {gone.Key} }}");
                alive.Remove(gone);
                break;
            case 1:
                var (seats, many) = (alive[random.Next(alive.Count)].Key, random.Next(4, 9));
                Consider(
                    on, $"do: quantity, subscription: {seats}, quantity: {many}",
                        $"change: {{ subscription: {seats}, quantity: {many} }}");
                break;
            case 2 when alive.FindIndex(one => Plans.Contains(one.Offer)) is >= 0 and var at:
                var plan = Plans[(Array.IndexOf(Plans, alive[at].Offer) + 1) % Plans.Length];
                Consider(
                    on, $"do: plan, subscription: {alive[at].Key}, offer: {plan}",
                    $"change: {{ subscription: {alive[at].Key}, offer: {plan} }}");
                alive[at] = (alive[at].Key, plan);
                break;
            case 3:
                var key = alive[random.Next(alive.Count)].Key;
                var verb = paused.Remove(key) ? "resume" : "suspend";
                Consider(on, $"do: {verb}, subscription: {key}", $"{verb}: {{ subscription: {key} }}");
                if (verb == "suspend")
                {
                    paused.Add(key);
                }
                break;
            default:
                var (offer, units) = (Offers[random.Next(Offers.Length)], random.Next(1, 4));
                Step(on, $"preview: {{ with: [ {{ do: add, offer: {offer}, quantity: {units} }} ] }}");
                Subscribe(on, offer, units);
                break;
        }
    }

    private void Consider(LocalDate on, string considered, string made)
    {
        Step(on, $"preview: {{ with: [ {{ {considered} }} ] }}");
        Step(on, made);
    }

    private void Subscribe(LocalDate on, string? offer = null, int? units = null)
    {
        offer ??= Offers[random.Next(Offers.Length)];
        var key = string.Create(CultureInfo.InvariantCulture, $"s{++count}");
        Step(on, $"subscribe: {{ offer: {offer}, key: {key}, quantity: {units ?? random.Next(1, 4)} }}");
        alive.Add((key, offer));
    }

    private void Step(LocalDate on, string what) =>
        steps.Append(CultureInfo.InvariantCulture, $"  - at: {Iso(on)}\n    {what}\n");

    private static string Iso(LocalDate date) => LocalDatePattern.Iso.Format(date);

    private static string Price(decimal amount, string rules) => string.Create(CultureInfo.InvariantCulture,
        $"{{ code: monthly, name: Fee, amount: {amount}, tax: standard, revenueAccount: 4100-subscriptions, {rules} }}");
}
