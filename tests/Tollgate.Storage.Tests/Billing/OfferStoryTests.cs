using NodaTime;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>Every kind of discount, commitment, cap, phase and bundle through three bill runs: one customer for each.</summary>
public sealed class OfferStoryTests
{
    private static readonly LocalDate January = new(2027, 1, 1);

    private const string Catalogue = """
        catalog: { code: offers, currency: EUR, timeZone: Europe/Berlin }
        taxes: [ { code: standard, name: VAT, rates: [ { country: DE, percent: 19, from: 2007-01-01 } ] } ]
        discounts:
          - { code: once, name: Welcome, amount: 10.00, periods: 1 }
          - { code: two, name: Two months, percent: 20, periods: 2 }
          - { code: always, name: Loyal, percent: 10 }
          - { code: together, name: Both from one hand, amount: 5.00, offers: [duo], requires: [fibre] }
          - { code: many, name: Volume, offers: [seats], steps: [ { from: 50, percent: 5 }, { from: 100, percent: 10 } ] }
          - { code: hello, name: Hello, percent: 50, periods: 1, coupon: { code: HELLO, redemptions: 1 } }
          - { code: pack, name: Pack, percent: 20 }
        offers:
          - code: base
            template: yes
            recurring: [ { code: fee, name: Fee, amount: 30.00, timing: arrears, tax: standard, revenueAccount: 4000-fees } ]
          - { code: plain, name: Plain, extends: base }
          - { code: first, name: Once, extends: base, discounts: [once] }
          - { code: some, name: Some, extends: base, discounts: [two] }
          - { code: loyal, name: Loyal, extends: base, discounts: [always] }
          - { code: duo, name: Duo, extends: base, discounts: [together] }
          - code: fibre
            name: Fibre
            recurring: [ { code: line, name: Line, amount: 40.00, timing: arrears, tax: standard, revenueAccount: 4000-fees } ]
          - code: seats
            name: Seats
            recurring: [ { code: seat, name: Seat, amount: 10.00, timing: arrears, tax: standard, revenueAccount: 4000-fees } ]
            discounts: [many]
          - code: least
            name: Least
            spend: [ { code: least, name: Least, bound: minimum, amount: 10.00, tax: standard, revenueAccount: 4400-minimum } ]
          - code: contract
            name: Contract
            spend:
              - { code: deal, name: Deal, bound: minimum, amount: 30.00, window: 3 months,
                  tax: standard, revenueAccount: 4400-minimum }
          - code: most
            name: Most
            extends: base
            spend: [ { code: most, name: Most, bound: maximum, amount: 8.00, tax: standard, revenueAccount: 4100-voice } ]
          - code: stages
            name: Stages
            phases:
              - { code: trial, name: Trial, for: 14 days }
              - { code: intro, name: Intro, for: month }
              - { code: paid, name: Paid }
            recurring:
              - { code: intro, name: Intro, amount: 10.00, timing: arrears, phases: [intro],
                  tax: standard, revenueAccount: 4000-fees }
              - { code: fee, name: Fee, amount: 30.00, timing: arrears, phases: [paid], tax: standard, revenueAccount: 4000-fees }
          - { code: all, name: Everything, includes: [fibre, seats, stages2], discounts: [pack] }
          - code: stages2
            name: Switch-on
            oneTime: [ { code: on, name: Switch-on, amount: 25.00, tax: standard, revenueAccount: 4010-once } ]
        """;

    /// <summary>Offer by customer, and what the bills of 1 November, 1 December and 1 January charge without tax, in cents; 0: no
    /// bill.</summary>
    private static readonly (string Offer, int Quantity, long November, long December, long January)[] Customers =
    [
        ("plain", 1, 3000, 1500, 3000),         // a coupon of 50 % redeemed on 1 November
        ("first", 1, 2000, 3000, 3000),
        ("some", 1, 2400, 2400, 3000),
        ("loyal", 2, 5400, 5400, 5400),
        ("duo", 1, 3000, 5000, 6500),           // fibre from 16 November: 15 of 30 days, the discount from December on
        ("seats", 60, 57_000, 57_000, 90_000),  // 100 seats from December: 10 % of all
        ("least", 1, 1000, 1200, 1000),         // used 4.00, 12.00, nothing
        ("contract", 1, 1000, 0, 2000),         // used 10.00, nothing, 5.00: 15.00 are missing to 30.00
        ("most", 1, 3800, 3500, 3800),          // used 12.00, 5.00, 8.50
        ("stages", 1, 548, 2067, 3000),         // 17/31 × 10.00; 14/30 × 10.00 + 16/30 × 30.00
        ("all", 1, 6500, 4000, 4000),           // fibre and a seat less a fifth; 25.00 once
    ];

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Each_rule_of_an_offer_makes_the_bills_that_it_says_as_previewed(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        story.Sell(Catalogue);
        for (var i = 0; i < Customers.Length; i++)
        {
            await story.AddCustomerAsync(Id(i), offer: Customers[i].Offer);
            await story.ExecuteAsync("UPDATE subscription SET quantity = @quantity WHERE subscription_id = @id",
                ("quantity", Customers[i].Quantity), ("id", Id(i) + 2));
        }
        await UseAsync(story);
        Assert.Null((await RedeemCoupon.RunAsync(
            story.Context, new AccountId(Id("plain") + 1), null, "hello", story.Catalogues.Entries[0].Compiled.Source)).Refusal);
        Assert.Null((await CreateSubscription.RunAsync(story.Context, new NewSubscription
        {
            Account = new AccountId(Id("duo") + 1), Offer = "fibre", StartedAt = Start(new LocalDate(2026, 11, 16)),
        }, story.OnSale, "fibre")).Refusal);
        Assert.Null((await ChangeSubscription.RunAsync(
            story.Context, new SubscriptionId(Id("seats") + 2), new SubscriptionChange { Quantity = 100, At = Start(December) },
            story.OnSale)).Refusal);

        await CompareAsync(story, November, [.. Customers.Select(one => one.November)]);
        await CompareAsync(story, December, [.. Customers.Select(one => one.December)]);
        await CompareAsync(story, January, [.. Customers.Select(one => one.January)]);
    }

    private static long Id(int index) => 100 * (index + 1);

    private static long Id(string offer) => Id(Array.FindIndex(Customers, one => one.Offer == offer));

    private static async Task UseAsync(BillingStory story)
    {
        foreach (var (offer, day, amount) in new[]
        {
            ("least", new LocalDate(2026, 10, 5), 4m), ("least", new LocalDate(2026, 11, 5), 12m),
            ("contract", new LocalDate(2026, 10, 5), 10m), ("contract", new LocalDate(2026, 12, 5), 5m),
            ("most", new LocalDate(2026, 10, 5), 12m), ("most", new LocalDate(2026, 11, 5), 5m),
            ("most", new LocalDate(2026, 12, 5), 8.50m),
        })
        {
            await story.AddUsageAsync(Id(offer), day, amount);
        }
    }

    /// <summary>Bills a date: as previewed, as expected, and a second run over everything finds nothing.</summary>
    private static async Task CompareAsync(BillingStory story, LocalDate date, long[] expected)
    {
        var previewed = new List<long>();
        for (var i = 0; i < Customers.Length; i++)
        {
            previewed.Add((await PreviewBill.RunAsync(story.On(date), story.Catalogues,
                new PreviewRequest(new AccountId(Id(i) + 1)) { Date = date })).Value!.Net.ToMinor());
        }
        var run = await story.BillAsync(date);
        Assert.Equal((0, expected.Count(net => net > 0)), (run.Parked, run.Drafted));
        var billed = (await story.DocumentsAsync("draft")).ToDictionary(head => head.Account.Value, head => head.NetMinor);
        Assert.Equal(
            Customers.Zip(expected).Select(pair => $"{pair.First.Offer} {pair.Second}"),
            Customers.Select((one, i) => $"{one.Offer} {billed.GetValueOrDefault(Id(i) + 1)}"));
        Assert.Equal(expected, previewed);
        await story.IssueAsync(run.Run);
        await story.AssertNothingMoreAsync(date);
        await story.AssertBooksAsync();
    }
}
