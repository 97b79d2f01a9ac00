using NodaTime;
using Tollgate.Mediation;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;
using Tollgate.Storage.Tests.Customers;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>A subscription that another account pays from a day on: usage goes by its own time, allowances go along, also to
/// another customer.</summary>
public sealed class TransferUsageTests
{
    private const string Header = "record_id,service,subject,destination,start,octets_down\n";

    private static readonly UsageSource Packet = new() { Code = "packet", Format = "generic-csv", Service = ServiceKind.Data };

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Usage_of_the_day_and_later_goes_to_the_new_account_with_what_is_left_of_the_allowance(DatabaseKind kind)
    {
        await using var world = await CustomerWorld.CreateAsync(kind);
        var folder = Directory.CreateTempSubdirectory("tollgate-transfer-");
        try
        {
            var files = CatalogueFolder.Read(Path.Combine(AppContext.BaseDirectory, "catalogs", "demo"));
            Assert.Null((await PublishCatalogue.RunAsync(
                world.Context, files, Instant.FromUtc(2026, 1, 1, 0, 0), null, "")).Refusal);
            var customer = await world.CustomerAsync();
            var (first, second) = (await world.AccountAsync(customer), await world.AccountAsync(customer));
            var offers = PublishedOffers.Of(world.Context);
            var subscription = CustomerWorld.Right(await CreateSubscription.RunAsync(world.Context, new NewSubscription
            {
                Account = first, Offer = "mobile-s", StartedAt = Instant.FromUtc(2026, 10, 1, 0, 0),
                Identities = [new NewIdentity { Kind = "msisdn", Value = "4915100000001" }],
            }, offers, world.Key()));
            Task ImportAsync(string name, string row) => ImportFileAsync(world.Context, folder.FullName, name, row);

            // 400 of 500 MB before; 300 MB after: 100 MB are left, 200 MB at 0.02. A late record is the first account's.
            await ImportAsync("day14.csv", "r1,data,4915100000001,,2026-10-14T10:00:00,400000000\n");
            CustomerWorld.Right(await TransferSubscription.RunAsync(
                world.Context, subscription, second, offers, Instant.FromUtc(2026, 10, 15, 0, 0)));
            await ImportAsync("day16.csv", "r2,data,4915100000001,,2026-10-16T10:00:00,300000000\n");
            await ImportAsync("late.csv", "r3,data,4915100000001,,2026-10-13T10:00:00,50000000\n");

            Task<long> Sum(AccountId account) => world.NumberAsync(
                $"SELECT coalesce(sum(amount), 0) FROM usage_total WHERE account_id = {account.Value}");
            Assert.Equal((100_000_000L, 400_000_000L), (await Sum(first), await Sum(second)));
            Assert.Equal(1, await world.NumberAsync("SELECT count(*) FROM pocket WHERE kind = 'allowance' AND unit <> 'MIN' "
                + "AND unit <> 'SMS'"));
            Assert.Empty(await UsageProofs.CheckAsync(world.Context.Database, world.Context.Tenant));

            // And back again.
            CustomerWorld.Right(await TransferSubscription.RunAsync(
                world.Context, subscription, first, offers, Instant.FromUtc(2026, 10, 18, 0, 0)));
            await ImportAsync("day19.csv", "r4,data,4915100000001,,2026-10-19T10:00:00,50000000\n");
            await ImportAsync("day17.csv", "r5,data,4915100000001,,2026-10-17T10:00:00,50000000\n");
            Assert.Equal((200_000_000L, 500_000_000L), (await Sum(first), await Sum(second)));
            Assert.Empty(await UsageProofs.CheckAsync(world.Context.Database, world.Context.Tenant));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_number_goes_to_another_customer_with_what_is_left_of_its_allowance(DatabaseKind kind)
    {
        await using var world = await CustomerWorld.CreateAsync(kind);
        var folder = Directory.CreateTempSubdirectory("tollgate-transfer-");
        try
        {
            var files = CatalogueFolder.Read(Path.Combine(AppContext.BaseDirectory, "catalogs", "demo"));
            Assert.Null((await PublishCatalogue.RunAsync(
                world.Context, files, Instant.FromUtc(2026, 1, 1, 0, 0), null, "")).Refusal);
            var first = await world.AccountAsync(await world.CustomerAsync());
            var second = await world.AccountAsync(await world.CustomerAsync("Ben"));
            var offers = PublishedOffers.Of(world.Context);
            var subscription = CustomerWorld.Right(await CreateSubscription.RunAsync(world.Context, new NewSubscription
            {
                Account = first, Offer = "mobile-s", StartedAt = Instant.FromUtc(2026, 10, 1, 0, 0),
                Identities = [new NewIdentity { Kind = "msisdn", Value = "4915100000001" }],
            }, offers, world.Key()));
            Task ImportAsync(string name, string row) => ImportFileAsync(world.Context, folder.FullName, name, row);

            // 400 of 500 MB before. 300 MB after: 100 MB are left, 200 MB at 0.02. A late record of before finds nothing left.
            await ImportAsync("day14.csv", "r1,data,4915100000001,,2026-10-14T10:00:00,400000000\n");
            var moved = CustomerWorld.Right(await TransferSubscription.RunAsync(
                world.Context, subscription, second, offers, Instant.FromUtc(2026, 10, 15, 0, 0)));
            await ImportAsync("day16.csv", "r2,data,4915100000001,,2026-10-16T10:00:00,300000000\n");
            await ImportAsync("late.csv", "r3,data,4915100000001,,2026-10-13T10:00:00,50000000\n");

            Task<long> Sum(AccountId account) => world.NumberAsync(
                $"SELECT coalesce(sum(amount), 0) FROM usage_total WHERE account_id = {account.Value}");
            Assert.Equal((100_000_000L, 400_000_000L), (await Sum(first), await Sum(second)));
            Assert.Empty(await UsageProofs.CheckAsync(world.Context.Database, world.Context.Tenant));

            // A month later there is a new allowance at the new customer, and none at the old one.
            await ImportAsync("nov.csv", "r4,data,4915100000001,,2026-11-05T10:00:00,400000000\n");
            Assert.Equal(400_000_000L, await Sum(second));
            Assert.Equal(2, await world.NumberAsync(
                $"SELECT count(*) FROM pocket WHERE subscription_id = {moved.Value} AND unit NOT IN ('MIN', 'SMS')"));
            Assert.Empty(await UsageProofs.CheckAsync(world.Context.Database, world.Context.Tenant));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task ImportFileAsync(OperationContext context, string folder, string name, string row)
    {
        var path = Path.Combine(folder, name);
        await File.WriteAllTextAsync(path, Header + row);
        var outcome = await UsageImport.RunAsync(context, await CatalogueVersions.LoadAsync(context), Packet, path);
        Assert.Null(outcome.Refusal);
        Assert.Equal(1, outcome.Value!.File.Rated);
    }
}
