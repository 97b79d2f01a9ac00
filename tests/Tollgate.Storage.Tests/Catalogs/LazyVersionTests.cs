using System.Text;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Operations.Catalogs;
using Tollgate.Storage.Tests.Charging;

namespace Tollgate.Storage.Tests.Catalogs;

/// <summary>A long history of versions costs nothing until one of them is needed.</summary>
public sealed class LazyVersionTests
{
    private const int Versions = 40;
    private const string Number = "4915100000001";

    private static readonly Instant First = Instant.FromUtc(2026, 10, 1, 0, 0);

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Only_the_versions_that_price_something_are_read(DatabaseKind kind)
    {
        var run = $"read {kind}"; // so that no other test has read the same content in this process
        await using var stage = await DepthStage.CreateAsync(kind, Yaml(run, 0));
        var context = stage.World.Context;
        for (var i = 1; i < Versions; i++)
        {
            Assert.Null((await PublishCatalogue.RunAsync(
                context, [new CatalogueFile("depth.yaml", Encoding.UTF8.GetBytes(DepthStage.Head + Yaml(run, i)))],
                First + Duration.FromDays(i), null, "")).Refusal);
        }
        await stage.SubscribeAsync(await stage.World.AccountAsync(await stage.World.CustomerAsync()), "o", Number);

        var timeline = await CatalogueVersions.LoadAsync(context);
        Assert.Equal(Versions, timeline.Entries.Count);
        Assert.Equal([Versions], Read());

        await stage.ChargeAsync([stage.Call(Number, 9, 10, 60), stage.Call(Number, 21, 10, 60)], timeline: timeline);

        // From 1 October on a version a day: the 9th belongs to version 9, the 21st to version 21.
        Assert.Equal([9, 21, Versions], Read());
        Assert.Equal(["20000000|21", "8000000|9"], await stage.RowsAsync("SELECT amount, catalog_version FROM charge"));

        IEnumerable<int> Read() => timeline.Versions.Where(version => version.IsRead).Select(version => version.Version);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_damaged_version_harms_only_what_it_prices(DatabaseKind kind)
    {
        var run = $"damaged {kind}";
        await using var stage = await DepthStage.CreateAsync(kind, Yaml(run, 0));
        foreach (var version in new[] { 1, 2 })
        {
            await PublishCatalogue.RunAsync(
                stage.World.Context,
                [new CatalogueFile("depth.yaml", Encoding.UTF8.GetBytes(DepthStage.Head + Yaml(run, version)))],
                First + Duration.FromDays(7 * version), null, "");
        }
        await stage.SubscribeAsync(await stage.World.AccountAsync(await stage.World.CustomerAsync()), "o", Number);
        await stage.RowsAsync("UPDATE catalog_version SET content = '' WHERE version = 2");

        var outcome = await stage.ChargeAsync([stage.Call(Number, 21, 10, 60), stage.Call(Number, 9, 10, 60)]);

        Assert.Equal((1, 1), (outcome.Rated, outcome.Held));
        Assert.Equal(["3"], await stage.RowsAsync("SELECT catalog_version FROM charge"));
    }

    private static string Yaml(string run, int version) => FormattableString.Invariant(
        $$"""
        # {{run}}
        ratePlans:
          - { code: unit, name: Unit, service: voice, tax: standard, revenueAccount: "4000",
              prices: [{ price: {{version * 0.01m}} per minute }] }
        offers:
          - { code: o, name: O, ratePlans: [unit] }
        """);
}
