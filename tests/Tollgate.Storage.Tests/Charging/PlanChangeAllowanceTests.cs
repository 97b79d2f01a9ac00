using NodaTime;
using Tollgate.Mediation;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;
using Tollgate.Storage.Tests.Customers;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>A change of plan in the middle of a period tops allowances of the same code up to what the new plan grants.</summary>
public sealed class PlanChangeAllowanceTests
{
    private static readonly UsageSource Packet = new() { Code = "packet", Format = "generic-csv", Service = ServiceKind.Data };

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_larger_plan_of_a_period_grants_once_and_nothing_is_taken_away(DatabaseKind kind)
    {
        await using var world = await CustomerWorld.CreateAsync(kind);
        var folder = Directory.CreateTempSubdirectory("tollgate-plan-");
        try
        {
            var files = CatalogueFolder.Read(Path.Combine(AppContext.BaseDirectory, "catalogs", "demo"));
            Assert.Null((await PublishCatalogue.RunAsync(
                world.Context, files, Instant.FromUtc(2026, 1, 1, 0, 0), null, "")).Refusal);
            var offers = PublishedOffers.Of(world.Context);
            var subscription = CustomerWorld.Right(await CreateSubscription.RunAsync(world.Context, new NewSubscription
            {
                Account = await world.AccountAsync(await world.CustomerAsync()), Offer = "mobile-s",
                StartedAt = Instant.FromUtc(2026, 10, 1, 0, 0),
                Identities = [new NewIdentity { Kind = "msisdn", Value = "4915100000001" }],
            }, offers, world.Key()));
            async Task UseAsync(int day, long octets)
            {
                var path = Path.Combine(folder.FullName, FormattableString.Invariant($"day{day}.csv"));
                await File.WriteAllTextAsync(path, "record_id,service,subject,destination,start,octets_down\n"
                    + FormattableString.Invariant($"r{day},data,4915100000001,,2026-10-{day}T10:00:00,{octets}\n"));
                Assert.Equal(1, (await UsageImport.RunAsync(
                    world.Context, await CatalogueVersions.LoadAsync(world.Context), Packet, path)).Value!.File.Rated);
            }
            async Task ChangeAsync(int day, string offer) => CustomerWorld.Right(await ChangeSubscription.RunAsync(
                world.Context, subscription, new SubscriptionChange { Offer = offer, At = Instant.FromUtc(2026, 10, day, 0, 0) },
                offers));
            Task<long> Left() => world.NumberAsync("SELECT sum(balance) FROM pocket WHERE allowance = 'data'");
            Task<long> Paid() => world.NumberAsync("SELECT coalesce(sum(amount), 0) FROM charge");

            await UseAsync(10, 500_000_000); // all of the 500 MB
            await ChangeAsync(15, "mobile-m"); // 5 GB: 4.5 GB more
            await UseAsync(16, 1_000_000_000);
            Assert.Equal((3_500_000_000L, 0L), (await Left(), await Paid()));
            await ChangeAsync(18, "mobile-s");
            await UseAsync(19, 1_000_000_000); // what is left stays until the period ends
            await ChangeAsync(21, "mobile-m");
            await UseAsync(22, 1_000_000_000); // granted once
            Assert.Equal((1_500_000_000L, 0L), (await Left(), await Paid()));
            Assert.Empty(await UsageProofs.CheckAsync(world.Context.Database, world.Context.Tenant));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
