using System.Text;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Mediation;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Tests.Customers;

namespace Tollgate.Storage.Tests.Catalogs;

/// <summary>A dearer version reaches usage of existing subscriptions when their offer says so.</summary>
public sealed class KeptPricesTests
{
    private static readonly UsageSource Calls = new() { Code = "calls", Format = "generic-csv", Service = ServiceKind.Voice };

    /// <summary>A minute each on 20 October and 10 November, subscribed on 5 October for a month at 0.10; from 10 October on
    /// 0.20.</summary>
    public static TheoryData<DatabaseKind, string, long, long> Policies
    {
        get
        {
            var rows = new TheoryData<DatabaseKind, string, long, long>();
            foreach (var row in Databases.All)
            {
                rows.Add(row.Data, "current", 20_000_000, 20_000_000);
                rows.Add(row.Data, "renewal", 10_000_000, 20_000_000);
                rows.Add(row.Data, "keep", 10_000_000, 10_000_000);
            }
            return rows;
        }
    }

    [Theory, MemberData(nameof(Policies))]
    public async Task Usage_is_priced_by_the_version_that_the_offer_keeps(
        DatabaseKind kind, string policy, long first, long second)
    {
        await using var world = await CustomerWorld.CreateAsync(kind);
        var folder = Directory.CreateTempSubdirectory("tollgate-kept-");
        try
        {
            await PublishAsync(world.Context, policy, "0.10", Instant.FromUtc(2025, 1, 1, 0, 0));
            var account = await world.AccountAsync(await world.CustomerAsync());
            CustomerWorld.Right(await CreateSubscription.RunAsync(world.Context, new NewSubscription
            {
                Account = account, Offer = "o", StartedAt = Instant.FromUtc(2026, 10, 5, 0, 0),
                Identities = [new NewIdentity { Kind = "msisdn", Value = "4915100000001" }],
            }, PublishedOffers.Of(world.Context), world.Key()));
            await PublishAsync(world.Context, "current", "0.20", Instant.FromUtc(2026, 10, 10, 0, 0));

            Assert.Equal(first, await CallAsync(world, folder.FullName, "2026-10-20"));
            Assert.Equal(first + second, await CallAsync(world, folder.FullName, "2026-11-10"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_change_of_plan_takes_the_prices_of_its_day_and_keeps_those(DatabaseKind kind)
    {
        await using var world = await CustomerWorld.CreateAsync(kind);
        var folder = Directory.CreateTempSubdirectory("tollgate-kept-");
        try
        {
            await PublishAsync(world.Context, "keep", "0.10", Instant.FromUtc(2025, 1, 1, 0, 0), "keep");
            var account = await world.AccountAsync(await world.CustomerAsync());
            var subscription = CustomerWorld.Right(await CreateSubscription.RunAsync(world.Context, new NewSubscription
            {
                Account = account, Offer = "o", StartedAt = Instant.FromUtc(2026, 10, 5, 0, 0),
                Identities = [new NewIdentity { Kind = "msisdn", Value = "4915100000001" }],
            }, PublishedOffers.Of(world.Context), world.Key()));
            await PublishAsync(world.Context, "keep", "0.20", Instant.FromUtc(2026, 10, 10, 0, 0), "keep");
            CustomerWorld.Right(await ChangeSubscription.RunAsync(world.Context, subscription,
                new SubscriptionChange { Offer = "p", At = Instant.FromUtc(2026, 10, 20, 0, 0) },
                PublishedOffers.Of(world.Context), world.Key()));
            await PublishAsync(world.Context, "keep", "0.40", Instant.FromUtc(2026, 11, 1, 0, 0), "keep");

            // Before the change at the price of the start, after it at the price of the change.
            Assert.Equal(10_000_000, await CallAsync(world, folder.FullName, "2026-10-15"));
            Assert.Equal(10_000_000 + 20_000_000, await CallAsync(world, folder.FullName, "2026-11-10"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>All charges after a minute on that day.</summary>
    private static async Task<long> CallAsync(CustomerWorld world, string folder, string day)
    {
        var path = Path.Combine(folder, day + ".csv");
        await File.WriteAllTextAsync(path,
            $"record_id,service,subject,destination,start,duration_s\n{day},voice,4915100000001,49301,{day}T10:00:00,60\n");
        var outcome = await UsageImport.RunAsync(world.Context, await CatalogueVersions.LoadAsync(world.Context), Calls, path);
        Assert.Equal(1, Right(outcome).File.Rated);
        return await world.NumberAsync("SELECT sum(amount) FROM charge");
    }

    private static async Task PublishAsync(
        OperationContext context, string policy, string price, Instant from, string? other = null)
    {
        var text = $$"""
            catalog: { code: c, currency: EUR, timeZone: UTC }
            taxes: [{ code: vat, name: VAT, rates: [{ country: DE, percent: 19, from: 2007-01-01 }] }]
            ratePlans:
              - { code: calls, name: Calls, service: voice, tax: vat, revenueAccount: r,
                  prices: [{ price: {{price}} per minute }] }
            offers:
              - { code: o, name: O, ratePlans: [calls], priceChanges: {{policy}}, minimumTerm: { length: month } }
              - { code: p, name: P, ratePlans: [calls], priceChanges: {{other ?? policy}} }
            """;
        CatalogueFile[] files = [new("catalogue.yaml", Encoding.UTF8.GetBytes(text))];
        Right(await PublishCatalogue.RunAsync(context, files, from, null, ""));
    }

    private static T Right<T>(Outcome<T> outcome)
    {
        Assert.Null(outcome.Refusal);
        return outcome.Value!;
    }
}
