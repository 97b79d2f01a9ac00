using NodaTime;
using Tollgate.Catalog;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>Discounts by hand and coupons, from the operation to the bill.</summary>
public sealed class DiscountTests
{
    private static Catalogue Coupons(int? redemptions, int perCustomer = 1) => new()
    {
        Code = "test", Currency = Units.Eur, TimeZone = DateTimeZone.Utc,
        Discounts =
        [
            new Discount
            {
                Code = "welcome", Name = "Welcome", Percent = 50m, Periods = 1,
                Coupon = new Coupon("Hello", redemptions, perCustomer, null, December),
            },
        ],
    };

    private static async Task<GrantId> GrantAsync(BillingStory story, NewDiscount discount)
    {
        var granted = await GrantDiscount.RunAsync(
            story.Context, new AccountId(101), discount with { Reason = "Complaint" }, null);
        Assert.Null(granted.Refusal);
        return granted.Value.Id;
    }

    private static Task<Outcome<Written<GrantId>>> RedeemAsync(
        BillingStory story, Catalogue catalogue, long account = 101, string code = " hELLO") =>
        RedeemCoupon.RunAsync(story.Context, new AccountId(account), null, code, catalogue);

    private static Task<List<long>> LinesAsync(BillingStory story) => story.ReadAsync(
        "SELECT l.amount_minor FROM document_line l JOIN document d ON d.document_id = l.document_id AND d.customer_id = "
        + "l.customer_id WHERE d.phase = 'draft' ORDER BY l.document_id, l.line_no");

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_discount_by_hand_is_on_the_bill_as_previewed_and_its_end_in_the_past_brings_it_back(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 5), 10m);
        var percent = await GrantAsync(story, new NewDiscount { Percent = 10m, From = October });
        await GrantAsync(story, new NewDiscount { Amount = 4m, On = "usage", From = October, Periods = 1, Name = "Sorry" });

        var preview = (await PreviewBill.RunAsync(
            story.Context, story.Catalogues, new PreviewRequest(new AccountId(101)))).Value!;
        var run = await story.BillAsync(November);

        // October and November less a tenth each, usage of 10.00 less 4.00.
        Assert.Equal([3000L, 3000, 1000, -300, -300, -400], await LinesAsync(story));
        Assert.Equal([(long)(preview.Gross.Amount * 100)], await story.ReadAsync("SELECT gross_minor FROM document"));
        Assert.Contains(preview.Lines, line => line.Description == "Sorry");
        await story.IssueAsync(run.Run);

        Assert.Null((await EndDiscount.RunAsync(story.Context, percent, November)).Refusal);
        Assert.Equal("already-ended", (await EndDiscount.RunAsync(story.Context, percent, December)).Refusal?.Code);
        await story.IssueAsync((await story.BillAsync(December)).Run);
        Assert.Equal(
            [3000L, 300], await story.ReadAsync(
                "SELECT amount_minor FROM document_line l WHERE l.document_id = (SELECT max(document_id) FROM document) "
                + "ORDER BY line_no"));
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_coupon_counts_per_customer_and_over_all(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        for (var customer = 100; customer <= 300; customer += 100)
        {
            await story.AddCustomerAsync(customer, openedOn: November);
        }
        var catalogue = Coupons(redemptions: 2);

        Assert.Equal("unknown-coupon", (await RedeemAsync(story, catalogue, code: "bye")).Refusal?.Code);
        Assert.Null((await RedeemAsync(story, catalogue)).Refusal);
        Assert.Equal("coupon-used", (await RedeemAsync(story, catalogue)).Refusal?.Code);
        Assert.Null((await RedeemAsync(story, catalogue, 201)).Refusal);
        Assert.Equal("coupon-used-up", (await RedeemAsync(story, catalogue, 301)).Refusal?.Code);
        Assert.Equal([2L], await story.ReadAsync("SELECT uses FROM coupon_use"));

        var tomorrow = story.Context with { Clock = new At(December.At(LocalTime.Noon).InUtc().ToInstant()) };
        Assert.Equal("coupon-not-valid", (await RedeemCoupon.RunAsync(
            tomorrow, new AccountId(101), null, "hello", catalogue)).Refusal?.Code);
    }

    private sealed class At(Instant time) : IClock
    {
        public Instant GetCurrentInstant() => time;
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_last_coupons_go_to_as_many_customers_at_the_same_time_as_there_are(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        for (var customer = 100; customer <= 1000; customer += 100)
        {
            await story.AddCustomerAsync(customer);
        }
        var catalogue = Coupons(redemptions: 4);

        var answers = await Task.WhenAll(Enumerable.Range(1, 10).Select(
            no => Task.Run(() => RedeemAsync(story, catalogue, no * 100 + 1))));

        Assert.Equal(4, answers.Count(answer => answer.Refusal is null));
        Assert.All(answers.Where(answer => answer.Refusal is not null),
            answer => Assert.Equal("coupon-used-up", answer.Refusal!.Code));
        Assert.Equal([4L], await story.ReadAsync("SELECT count(*) FROM discount_grant"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_coupon_that_may_be_redeemed_twice_reduces_twice_and_nothing_is_added_by_billing_again(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100, openedOn: November);
        var catalogue = Coupons(redemptions: null, perCustomer: 2);
        Assert.Null((await RedeemAsync(story, catalogue)).Refusal);
        Assert.Null((await RedeemAsync(story, catalogue)).Refusal);
        var offers = story.Catalogues.Entries[0].Compiled.Source with { Discounts = catalogue.Discounts };
        story.Catalogues = new Storage.Catalogs.CatalogueTimeline(
            [new Storage.Catalogs.CatalogueEntry(
                1, Instant.FromUtc(2020, 1, 1, 0, 0), Rating.CompiledCatalogue.Compile(offers), [])]);

        await story.IssueAsync((await story.BillAsync(December)).Run);
        // 30.00 for November, half off, half of the rest off; December whole.
        Assert.Equal([3750L], await story.ReadAsync("SELECT sum(amount_minor) FROM document_line"));
        await story.BillAsync(new LocalDate(2027, 1, 1));
        Assert.Equal([3000L], await LinesAsync(story));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_is_wrong_with_a_discount_is_said_field_by_field(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);

        var refusal = (await GrantDiscount.RunAsync(
            story.Context, new AccountId(101), new NewDiscount { Percent = 120m, Amount = 1m, Scope = "all", On = "some" }, null))
            .Refusal!;
        Assert.Equal(["reason", "discount", "percent", "scope", "on"], refusal.Faults.Select(fault => fault.Field));
        Assert.Equal("unknown-subscription", (await GrantDiscount.RunAsync(
            story.Context, new AccountId(101),
            new NewDiscount { Subscription = new SubscriptionId(9), Percent = 5m, Reason = "x" }, null)).Refusal?.Code);
        Assert.Empty((await ReadDiscounts.ListAsync(story.Context, new AccountId(101))).Value!);
    }
}
