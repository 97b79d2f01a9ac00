using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Catalog.Decks;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Storage.Tests.Customers;

namespace Tollgate.Storage.Tests.Catalogs;

/// <summary>Versions of a catalogue: published on a base, in conflict, taken back, withdrawn.</summary>
public sealed class CatalogueLifeTests
{
    private static readonly Duration Day = Duration.FromDays(1);

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_catalogue_whose_example_fails_is_not_published(DatabaseKind kind)
    {
        await using var world = await CustomerWorld.CreateAsync(kind);
        var refused = await PublishCatalogue.RunAsync(
            world.Context, Files("0.10", example: "0.11"), world.Context.Now, null, "");
        Assert.Equal("catalogue-invalid", refused.Refusal?.Code);
        Assert.Contains("expected 0.11 EUR, got 0.10 EUR", refused.Refusal!.Message, StringComparison.Ordinal);
        Assert.Empty(await CatalogueVersions.ListAsync(world.Context));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Who_publishes_on_an_old_base_is_told_what_both_changed(DatabaseKind kind)
    {
        await using var world = await CustomerWorld.CreateAsync(kind);
        await PublishAsync(world, Files("0.10"), 0);
        await PublishAsync(world, Files("0.12"), 1);
        var refused = await PublishCatalogue.RunAsync(world.Context, Files("0.09"), world.Context.Now, 1, "");
        Assert.Equal("version-conflict", refused.Refusal?.Code);
        var message = refused.Refusal!.Message;
        Assert.Contains("Changed from version 1 to 2:", message, StringComparison.Ordinal);
        Assert.Contains("Calls: 0.10 → 0.12 EUR per minute (+20 %)", message, StringComparison.Ordinal);
        Assert.Contains("Calls: 0.10 → 0.09 EUR per minute (−10 %)", message, StringComparison.Ordinal);
        Assert.Contains("Changed by both: rate plan calls/", message, StringComparison.Ordinal);
        Assert.Equal(2, (await CatalogueVersions.ListAsync(world.Context)).Length);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_roll_back_is_a_new_version_with_the_old_content(DatabaseKind kind)
    {
        await using var world = await CustomerWorld.CreateAsync(kind);
        await PublishAsync(world, Files("0.10"), 0);
        await PublishAsync(world, Files("0.12"), 1);
        var files = await CatalogueChoice.FilesAsync(world.Context, "1");
        var back = await PublishAsync(world, files.Value, 2);
        var versions = await CatalogueVersions.ListAsync(world.Context);
        Assert.Equal((3, 2, versions[0].ContentHash), (back.Version, versions[2].Base, back.ContentHash));
        var timeline = await CatalogueVersions.LoadAsync(world.Context);
        Assert.Equal(3, timeline.At(world.Context.Now)!.Version);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_version_can_be_withdrawn_until_it_is_in_force(DatabaseKind kind)
    {
        await using var world = await CustomerWorld.CreateAsync(kind);
        await PublishAsync(world, Files("0.10"), 0);
        await PublishAsync(world, Files("0.12"), 1, world.Context.Now + Day);
        Assert.Equal("version-in-force", (await RetireVersion.RunAsync(world.Context, 1)).Refusal?.Code);
        Assert.Equal("unknown-version", (await RetireVersion.RunAsync(world.Context, 7)).Refusal?.Code);
        Assert.Equal(world.Context.Now, (await RetireVersion.RunAsync(world.Context, 2)).Value?.RetiredAt);

        Assert.Equal(1, (await CatalogueVersions.LoadAsync(world.Context)).At(world.Context.Now + Day + Day)!.Version);
        Assert.Equal(3, (await PublishAsync(world, Files("0.13"), 1)).Version);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_rate_list_becomes_a_version_while_who_rates_keeps_the_one_it_began_with(DatabaseKind kind)
    {
        await using var world = await CustomerWorld.CreateAsync(kind);
        await PublishAsync(world, DeckFiles("43,Austria,0.20\n44,UK,0.30\n"), 0);
        var rating = (await CatalogueVersions.LoadAsync(world.Context)).At(world.Context.Now)!;
        var files = (await CatalogueChoice.FilesAsync(world.Context, CatalogueChoice.Newest)).Value;
        var imported = ImportDeck.Prepare(files, new DeckImport("world", Encoding.UTF8.GetBytes(
                "Dial Code;Destination;Rate\n43;Austria;0,25\n45;Denmark;0,10\n"), DeckLayout.Usual,
            new LocalDate(2026, 1, 1), KeepMissing: false, CostDeck: null)).Value!;
        await PublishAsync(world, imported.Files, 1);

        Assert.Equal(["43 0.20", "44 0.30"], Rows(rating.Compiled.Source));
        Assert.Equal(["43 0.25", "45 0.10"],
            Rows((await CatalogueVersions.LoadAsync(world.Context)).At(world.Context.Now)!.Compiled.Source));
        Assert.Equal(["44"], imported.Report.Missing.Select(row => row.Prefix));
        var unfit = ImportDeck.Prepare(files, new DeckImport("world", "Prefix,Rate\n43,1\n"u8.ToArray(),
            DeckLayout.Usual with { Names = DeckLayout.Usual.Names.Add(DeckColumn.Rate, "XX") }, new LocalDate(2026, 1, 1),
            KeepMissing: false, CostDeck: null)).Refusal;
        Assert.Equal(("deck-unreadable", "The list has no column 'XX'. It has: Prefix, Rate."), (unfit?.Code, unfit?.Message));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_same_content_is_a_new_version_only_from_another_date_that_is_asked_for(DatabaseKind kind)
    {
        await using var world = await CustomerWorld.CreateAsync(kind);
        var (now, earlier) = (world.Context.Now, world.Context.Now - Day);
        async Task<int> AgainAsync(Instant? from) => Right(await PublishCatalogue.RunAsync(
            world.Context, Files("0.10"), from, null, "")).Version;
        async Task<int> DraftAsync(Instant? from)
        {
            var draft = Right(await CatalogueDrafts.SaveAsync(world.Context, "same", Files("0.10"), null, null, ""));
            return Right(await CatalogueDrafts.PublishAsync(world.Context, "same", draft.Etag, from)).Version;
        }

        Assert.Equal(1, await AgainAsync(now));
        Assert.Equal(1, await AgainAsync(now));
        Assert.Equal(1, await AgainAsync(null));
        Assert.Equal(1, await DraftAsync(null));
        Assert.Equal(2, await AgainAsync(earlier));
        Assert.Equal(2, await AgainAsync(earlier));
        Assert.Equal(3, await DraftAsync(earlier - Day));
        Assert.Equal(3, (await CatalogueVersions.LoadAsync(world.Context)).At(earlier)!.Version);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_draft_is_saved_on_what_was_read_and_published_on_its_base(DatabaseKind kind)
    {
        await using var world = await CustomerWorld.CreateAsync(kind);
        await PublishAsync(world, Files("0.10"), 0);
        var first = Right(await CatalogueDrafts.SaveAsync(world.Context, "summer", Files("0.12", "9"), null, null,
            "dearer"));
        Assert.Equal(1, first.Base);
        Assert.Equal("draft-changed", (await CatalogueDrafts.SaveAsync(world.Context, "summer", Files("1"), null, null,
            "")).Refusal?.Code);
        Assert.Equal("catalogue-invalid",
            (await CatalogueDrafts.PublishAsync(world.Context, "summer", first.Etag, world.Context.Now)).Refusal?.Code);
        var second = Right(
            await CatalogueDrafts.SaveAsync(world.Context, "summer", Files("0.12"), first.Etag, null, "dearer"));
        Assert.NotEqual(first.Etag, second.Etag);
        Assert.Equal("draft-changed", (await CatalogueDrafts.DropAsync(world.Context, "summer", first.Etag)).Refusal?.Code);
        var published = Right(
            await CatalogueDrafts.PublishAsync(world.Context, "summer", second.Etag, world.Context.Now));
        Assert.Equal((2, 1, "dearer"), (published.Version, published.Base, published.Note));
        Assert.Empty(await CatalogueDrafts.ListAsync(world.Context));
        Assert.Equal("unknown-draft", (await CatalogueDrafts.FilesAsync(world.Context, "summer")).Refusal?.Code);
    }

    private static List<string> Rows(Tollgate.Catalog.Catalogue catalogue) => [.. catalogue.Decks[0].Rows.Select(row =>
        string.Create(CultureInfo.InvariantCulture, $"{row.Prefix} {row.Price!.PerUnit:0.00}"))];

    private static async Task<PublishedVersion> PublishAsync(
        CustomerWorld world, ImmutableArray<CatalogueFile> files, int basis, Instant? from = null) =>
        Right(await PublishCatalogue.RunAsync(world.Context, files, from ?? world.Context.Now, basis, ""));

    private static ImmutableArray<CatalogueFile> Files(string price, string? example = null) =>
    [
        File("catalogue.yaml", $$"""
            catalog: { code: c, currency: EUR, timeZone: UTC }
            taxes: [{ code: vat, name: VAT, rates: [{ country: DE, percent: 19, from: 2007-01-01 }] }]
            ratePlans:
              - { code: calls, name: Calls, service: voice, tax: vat, revenueAccount: r,
                  prices: [{ price: {{price}} per minute }] }
            offers: [{ code: o, name: O, ratePlans: [calls] }]
            examples: [{ name: A minute, offer: o, service: voice, at: 2026-01-01 10:00, use: 1 minute,
                amount: {{example ?? price}} }]
            """),
    ];

    private static ImmutableArray<CatalogueFile> DeckFiles(string rows) =>
    [
        File("catalogue.yaml", """
            catalog: { code: c, currency: EUR, timeZone: UTC }
            decks: [{ code: world, per: minute }]
            """),
        File("decks/world.csv", "prefix,zone,price\n" + rows),
    ];

    private static CatalogueFile File(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));

    private static T Right<T>(Outcome<T> outcome)
    {
        Assert.Null(outcome.Refusal);
        return outcome.Value!;
    }
}
