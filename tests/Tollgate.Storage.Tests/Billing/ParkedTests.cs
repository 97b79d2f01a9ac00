using NodaTime;
using Tollgate.Catalog;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage.Catalogs;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>Accounts that a run cannot bill, and the retry once the cause is mended.</summary>
public sealed class ParkedTests
{
    private static CatalogueTimeline With(BillingStory story, Offer more) => new(
        [new CatalogueEntry(1, Instant.FromUtc(2020, 1, 1, 0, 0), CompiledCatalogue.Compile(
            story.Catalogues.Entries[0].Compiled.Source with
            {
                Offers = [.. story.Catalogues.Entries[0].Compiled.Source.Offers, more],
            }), [])]);

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_retry_bills_what_is_mended_in_the_run_that_parked_it_and_leaves_the_rest(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.AddCustomerAsync(200, offer: "lost");
        await story.AddCustomerAsync(300, offer: "gone");

        var run = await story.BillAsync(November);
        Assert.Equal((3, 1, 2), (run.Accounts, run.Done, run.Parked));
        Assert.Equal(
            ["unknown-offer", "unknown-offer"], (await ReadDocuments.ParkedAsync(story.Context)).Select(row => row.Reason));

        var mended = With(story, new Offer { Code = "lost", Name = "Found" });
        var retried = Assert.Single(await RetryParked.RunAsync(story.Context, mended));
        Assert.Equal((run.Run, 3, 2, 1), (retried.Run, retried.Accounts, retried.Done, retried.Parked));
        Assert.Equal("gone", Assert.Single(await ReadDocuments.ParkedAsync(story.Context)).Detail.Split('\'')[1]);
        Assert.Single(await RetryParked.RunAsync(story.Context, mended));
        Assert.Single(await story.DocumentsAsync());
        Assert.Equal([1L], await story.ReadAsync("SELECT count(*) FROM alert WHERE closed_at IS NULL"));
    }
}
