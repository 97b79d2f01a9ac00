using NodaTime;
using Tollgate.Mediation;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Tests.Customers;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>Extra data bought in the middle of the month pays for the plan's usage from then on.</summary>
public sealed class AddOnTests
{
    private const string Header = "record_id,service,subject,destination,start,octets_down\n";

    private static readonly UsageSource Packet = new() { Code = "packet", Format = "generic-csv", Service = ServiceKind.Data };

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_add_ons_allowance_pays_from_its_start(DatabaseKind kind)
    {
        await using var world = await CustomerWorld.CreateAsync(kind);
        var folder = Directory.CreateTempSubdirectory("tollgate-addon-");
        try
        {
            await PublishDemoAsync(world.Context);
            var account = await world.AccountAsync(await world.CustomerAsync());
            var basis = await SubscribeAsync(world, account, "mobile-s", new LocalDate(2026, 10, 1), null, "4915100000001");
            await SubscribeAsync(world, account, "extra-data", new LocalDate(2026, 10, 15), basis);
            // 700 MB of 500 MB on the 14th: 200 MB at 0.02. 300 MB on the 16th: the add-on pays.
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "day14.csv"),
                Header + "r1,data,4915100000001,,2026-10-14T10:00:00,700000000\n");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "day16.csv"),
                Header + "r2,data,4915100000001,,2026-10-16T10:00:00,300000000\n");

            await ImportAsync(world.Context, Path.Combine(folder.FullName, "day14.csv"));
            Assert.Equal(400_000_000, await world.NumberAsync("SELECT sum(amount) FROM charge"));
            await ImportAsync(world.Context, Path.Combine(folder.FullName, "day16.csv"));

            Assert.Equal(400_000_000, await world.NumberAsync("SELECT sum(amount) FROM charge"));
            Assert.Equal(9_700_000_000,
                await world.NumberAsync("SELECT balance FROM pocket WHERE allowance = 'extra-data/extra-data'"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_promotion_is_tried_with_its_base_and_its_allowance_has_its_name_on_the_bill()
    {
        await using var stage = await DepthStage.CreateAsync(DatabaseKind.Sqlite, """
            ratePlans:
              - { code: unit, name: Unit, service: voice, tax: standard, revenueAccount: "4000",
                  prices: [{ price: 0.10 per minute }] }
            offers:
              - { code: plain, name: Plain, ratePlans: [unit],
                  recurring: [{ code: fee, name: Fee, amount: 5.00, tax: standard, revenueAccount: "4100" }] }
              - { code: autumn, name: Autumn, addOnTo: [plain], promotion: { from: 2026-10-01, to: 2026-12-01 },
                  allowances: [{ code: gift, name: Gift minutes, service: voice, amount: 30 minutes, reset: month }] }
            """);
        var account = await stage.World.AccountAsync(await stage.World.CustomerAsync());
        await stage.SubscribeAsync(account, "plain", "4915100000001");
        await stage.ChargeAsync([stage.Call("4915100000001", 6, 10, 600)]);
        var timeline = await CatalogueVersions.LoadAsync(stage.World.Context);

        var tried = await TryUsage.RunAsync(stage.World.Context, timeline, new TryRequest
        {
            Account = account, Destination = "4930", DurationMs = 25 * 60_000, At = Instant.FromUtc(2026, 10, 7, 10, 0),
        });
        var run = (await RunBilling.RunAsync(
            stage.World.Context, timeline, new RunBillingRequest(31, new LocalDate(2026, 10, 31)))).Value!;
        var bill = Assert.Single(await ReadDocuments.ListAsync(stage.World.Context, new DocumentFilter(run.Run)));
        var view = (await ReadDocuments.ViewAsync(stage.World.Context, bill.Id)).Value!;

        // 20 of 30 minutes are left: 5 of 25 cost money.
        Assert.Null(tried.Refusal);
        Assert.Equal("0.50 EUR", tried.Value!.Amount.ToString());
        Assert.Equal(2, await stage.NumberAsync("SELECT count(*) FROM subscription"));
        Assert.Equal([("Gift minutes", 10m)], view.Allowances.Select(use => (use.Name, use.Used)));
    }

    private static async Task PublishDemoAsync(OperationContext context)
    {
        var files = CatalogueFolder.Read(Path.Combine(AppContext.BaseDirectory, "catalogs", "demo"));
        Assert.Null((await PublishCatalogue.RunAsync(context, files, Instant.FromUtc(2026, 1, 1, 0, 0), null, "")).Refusal);
    }

    private static async Task<SubscriptionId> SubscribeAsync(
        CustomerWorld world, AccountId account, string offer, LocalDate from, SubscriptionId? basis, params string[] numbers) =>
        CustomerWorld.Right(await CreateSubscription.RunAsync(world.Context, new NewSubscription
        {
            Account = account, Offer = offer, StartedAt = from.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant(), Base = basis,
            Identities = [.. numbers.Select(number => new NewIdentity { Kind = "msisdn", Value = number })],
        }, PublishedOffers.Of(world.Context), world.Key()));

    private static async Task ImportAsync(OperationContext context, string path)
    {
        var timeline = await CatalogueVersions.LoadAsync(context);
        var outcome = await UsageImport.RunAsync(context, timeline, Packet, path);
        Assert.Null(outcome.Refusal);
        Assert.Equal(1, outcome.Value!.File.Rated);
    }
}
