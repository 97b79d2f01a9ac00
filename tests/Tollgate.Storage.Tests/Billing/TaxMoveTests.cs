using NodaTime;
using Tollgate.Operations;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>Accounts that move to another country or become a business: earlier periods keep the taxes of their time.</summary>
public sealed class TaxMoveTests
{
    private static async Task MoveAsync(BillingStory story, string country, LocalDate? from = null) => Assert.Null((
        await ChangeAccount.RunAsync(
            story.Context, new AccountId(101), new AccountChange { TaxCountry = country, TaxCountryFrom = from })).Refusal);

    private static Task<List<long>> LinesAsync(BillingStory story, string what) => story.ReadAsync(
        $"SELECT {what} FROM document_line l JOIN document d ON d.document_id = l.document_id AND d.customer_id = l.customer_id "
        + "WHERE d.phase = 'draft' ORDER BY l.line_no");

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_move_today_leaves_earlier_periods_and_taxes_later_ones_anew(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.IssueAsync((await story.BillAsync(November)).Run); // October and November, at 19 %

        await MoveAsync(story, "FR"); // on 1 November
        await MoveAsync(story, "FR");
        await story.BillAsync(December);

        // November is taken back at 19 % and charged at 20 %, December at 20 %; October stays.
        Assert.Equal([3000L, -3000, 3000], await LinesAsync(story, "l.amount_minor"));
        Assert.Equal([600L, -570, 600], await LinesAsync(story, "l.tax_minor"));
        Assert.Equal([2L], await story.ReadAsync("SELECT count(*) FROM tax_standing"));
        Assert.Equal([1L], await story.ReadAsync("SELECT count(*) FROM billing_account WHERE tax_country = 'FR'"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_move_that_is_made_known_late_corrects_from_its_day_on(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.IssueAsync((await story.BillAsync(November)).Run);

        await MoveAsync(story, "FR", October);
        await story.BillAsync(December);

        Assert.Equal([3000L, -3000, 3000, -3000, 3000], await LinesAsync(story, "l.amount_minor"));
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_move_that_is_planned_counts_from_its_day_on_only(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await MoveAsync(story, "FR", December);

        await story.IssueAsync((await story.BillAsync(November)).Run);
        Assert.Equal([1140L], await story.ReadAsync("SELECT tax_minor FROM document"));
        Assert.Equal([1L], await story.ReadAsync("SELECT count(*) FROM billing_account WHERE tax_country = 'DE'"));

        await story.BillAsync(December);
        Assert.Equal([600L], await LinesAsync(story, "l.tax_minor"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_tax_id_makes_a_business_from_its_day_on(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        var change = new CustomerChange { TaxId = "DE999", TaxIdFrom = November };
        Assert.Null((await ChangeCustomer.RunAsync(story.Context, new CustomerId(100), change)).Refusal);

        Assert.Equal(
            [0L, 1],
            await story.ReadAsync("SELECT CASE type WHEN 'business' THEN 1 ELSE 0 END FROM tax_standing ORDER BY valid_from"));
        Assert.Null((await ChangeCustomer.RunAsync(
            story.Context, new CustomerId(100), new CustomerChange { TaxId = "", TaxIdFrom = December })).Refusal);
        Assert.Equal(
            [0L, 1, 0],
            await story.ReadAsync("SELECT CASE type WHEN 'business' THEN 1 ELSE 0 END FROM tax_standing ORDER BY valid_from"));
    }
}
