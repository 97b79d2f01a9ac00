using System.Globalization;
using System.Text;
using NodaTime;
using NodaTime.Text;
using Tollgate.Primitives;

namespace Tollgate.Scenarios;

/// <summary>
/// A story that a seed decides: an account, and one of a partner; policies; subscriptions with commitments, caps, allowances and
/// discounts; usage with a leg for the partner; coupons, discounts, credits, lines and deposits; changes that are considered and
/// then made, at once or for later; a bill at each boundary.
/// </summary>
internal sealed class RandomStory
{
    private const int Periods = 6;

    private static readonly string[] Offers = ["m", "late", "thirty", "year", "seats", "pre", "deal", "capped"];

    /// <summary>Offers between which a subscription may change.</summary>
    private static readonly string[] Plans = ["m", "late", "thirty", "deal", "capped"];

    private readonly Random random;
    private readonly HashSet<string> paused = new(StringComparer.Ordinal);
    private readonly StringBuilder steps = new();
    private readonly List<(string Key, string Offer)> alive = [];
    private int count;
    private int coupons;

    internal RandomStory(int seed)
    {
        random = new Random(seed);
        var day = random.Next(1, 32);
        var start = new LocalDate(2026, 12, 1).PlusDays(random.Next(0, 60));
        var cycle = new BillCycle(day);
        Subscribe(start);
        var from = start;
        for (var i = 0; i < Periods; i++)
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
            {Catalogue.Replace("FEE", "name: Fee, tax: standard, revenueAccount: 4100-subscriptions", StringComparison.Ordinal)}
            start: {Iso(start)}
            policies: {"{"} billing: {"{"} {Policy()} {"}"} {"}"}
            accounts: [ {"{"} key: A, cycleDay: {day} {"}"}, {"{"} key: P, cycleDay: {day} {"}"} ]
            story:
            {steps}
            """);
    }

    internal string Text { get; }

    /// <summary>All prices are taxed and booked alike.</summary>
    private const string Catalogue = """
          counters: [ { code: spend, of: money, limit: 2.00 } ]
          legs: [ { code: carrier, kind: wholesale, party: P, ratePlans: [wholesale] } ]
          ratePlans:
            - code: wholesale
              name: Wholesale
              service: voice
              tax: standard
              revenueAccount: 4040-wholesale
              prices: [ { price: 0.013 per minute } ]
          discounts:
            - { code: hello, name: Welcome, percent: 33, periods: 2, coupon: { code: HELLO, redemptions: 3, perCustomer: 2 } }
            - { code: both, name: Both, amount: 2.50, offers: [m], requires: [seats] }
            - code: much
              name: Much
              scope: invoice
              "on": usage
              by: amount
              steps: [ { from: 1, percent: 5 }, { from: 3, percent: 10 } ]
          offers:
            - { code: m, legs: [carrier], discounts: [both] }
            - { code: late, extends: m, name: In arrears, recurring: [ { code: monthly, amount: 33.33, timing: arrears, FEE } ] }
            - code: thirty
              extends: m
              name: Thirty days
              recurring: [ { code: monthly, amount: 20.01, entry: thirty-days, exit: none, FEE } ]
            - code: deal
              extends: late
              name: Deal
              discounts: [much]
              spend:
                - { code: least, bound: minimum, amount: 7.77, FEE }
                - { code: contract, bound: minimum, amount: 41.00, window: 3 months, FEE }
            - code: capped
              extends: late
              name: Capped
              spend: [ { code: most, bound: maximum, amount: 1.50, FEE } ]
              spendingCaps: [ { code: month, counter: spend, limit: 2.00, then: free } ]
              allowances: [ { code: minutes, name: Minutes, service: voice, amount: 3 minutes } ]
            - code: year
              name: Yearly
              recurring: [ { code: monthly, amount: 99.99, months: 12, FEE } ]
              oneTime: [ { code: last, amount: 7.77, at: termination, FEE } ]
            - code: seats
              name: Seats
              recurring: [ { code: monthly, amount: 4.99, taxIncluded: yes, FEE } ]
              oneTime: [ { code: first, amount: 1.11, at: activation, FEE } ]
        """;

    private string Policy()
    {
        string[][] settings =
        [
            ["lastDayBilled: yes", "lastDayBilled: no"], ["taxRounding: per-line", "taxRounding: per-document"],
            ["lineRounding: down", "lineRounding: half-even", "lineRounding: half-up"],
            ["quantityOfDay: highest", "quantityOfDay: last"], ["creditsBeforeTax: yes", "creditsBeforeTax: no"],
            ["cashStepMinor: 5", "cashStepMinor: 1"],
        ];
        return string.Join(", ", settings.Select(choices => choices[random.Next(choices.Length)]));
    }

    /// <summary>What happens in one period: perhaps something new or given, some usage, and at the end a change that is
    /// considered first.</summary>
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
        Give(from.PlusDays(1));
        foreach (var (key, offer) in alive.Where(one => one.Offer is not ("year" or "seats") && random.Next(2) == 0))
        {
            var what = $"{random.Next(1, 5)} calls of {random.Next(1, 500)} seconds to 030123456";
            Step(from.PlusDays(2), $"use: {{ what: {what}, by: {key}, at: {Iso(from.PlusDays(2))} }}");
        }
        Change(from.PlusDays(random.Next(3, days)), to);
    }

    /// <summary>Something that is given to the account by hand.</summary>
    private void Give(LocalDate on)
    {
        var key = alive[random.Next(alive.Count)].Key;
        switch (random.Next(8))
        {
            case 0 when coupons++ < 2:
                Step(on, "redeem: { coupon: HELLO, account: A }");
                break;
            case 1:
                Step(on, $"discount: {{ percent: {random.Next(1, 30)}, account: A, subscription: {key}, periods: 2 }}");
                break;
            case 2:
                var since = Iso(on.PlusDays(-1));
                Step(on, $"discount: {{ amount: {random.Next(1, 500)}.01, account: A, \"on\": all, from: {since} }}");
                break;
            case 3:
                Step(on, $"adjust: {{ credit: {random.Next(1, 60)}.55, text: Sorry, account: A }}");
                break;
            case 4:
                Step(on, $"adjust: {{ charge: {random.Next(1, 20)}.05, text: Visit, tax: standard, account: A }}");
                break;
            case 5:
                var name = $"deposit{++count}";
                Step(on, $"deposit: {{ amount: 15.00, account: A, key: {name} }}");
                Step(on, $"releaseDeposit: {{ deposit: {name} }}");
                break;
        }
    }

    private void Change(LocalDate on, LocalDate to)
    {
        switch (random.Next(6))
        {
            case 0 or 1 when alive.Count > 1:
                var (gone, when) = (alive[random.Next(alive.Count)].Key, Later(on, to));
                Consider(on, $"do: end, subscription: {gone}, at: {when}", $"end: {{ subscription: {gone}, from: {when} }}");
                alive.RemoveAll(one => one.Key == gone);
                break;
            case 2:
                var (seats, many, more) = (alive[random.Next(alive.Count)].Key, random.Next(4, 9), Later(on, to));
                Consider(
                    on, $"do: quantity, subscription: {seats}, quantity: {many}, at: {more}",
                    $"change: {{ subscription: {seats}, quantity: {many}, from: {more} }}");
                break;
            case 3 when alive.FindIndex(one => Plans.Contains(one.Offer)) is >= 0 and var at:
                var plan = Plans[(Array.IndexOf(Plans, alive[at].Offer) + 1) % Plans.Length];
                Consider(
                    on, $"do: plan, subscription: {alive[at].Key}, offer: {plan}",
                    $"change: {{ subscription: {alive[at].Key}, offer: {plan} }}");
                alive[at] = (alive[at].Key, plan);
                break;
            case 4:
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
                Step(on, $"preview: {{ account: A, with: [ {{ do: add, offer: {offer}, quantity: {units} }} ] }}");
                Subscribe(on, offer, units);
                break;
        }
    }

    /// <summary>A time of that day or of a later one until the boundary, also within a day.</summary>
    private string Later(LocalDate on, LocalDate to)
    {
        var day = on.PlusDays(random.Next(0, Period.DaysBetween(on, to) + 1));
        return Iso(day) + (random.Next(2) == 0 ? " 15:30" : day == on ? " 00:00" : "");
    }

    private void Consider(LocalDate on, string considered, string made)
    {
        Step(on, $"preview: {{ account: A, with: [ {{ {considered} }} ] }}");
        Step(on, made);
    }

    private void Subscribe(LocalDate on, string? offer = null, int? units = null)
    {
        offer ??= Offers[random.Next(Offers.Length)];
        var key = string.Create(CultureInfo.InvariantCulture, $"s{++count}");
        Step(on, $"subscribe: {{ offer: {offer}, account: A, key: {key}, quantity: {units ?? random.Next(1, 4)} }}");
        alive.Add((key, offer));
    }

    private void Step(LocalDate on, string what) =>
        steps.Append(CultureInfo.InvariantCulture, $"  - at: {Iso(on)}\n    {what}\n");

    private static string Iso(LocalDate date) => LocalDatePattern.Iso.Format(date);
}
