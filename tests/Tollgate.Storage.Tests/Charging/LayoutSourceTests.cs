using System.Text;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Mediation;
using Tollgate.Mediation.Layouts;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Storage.Charging;
using Tollgate.Storage.Tests.Customers;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>A source whose records a layout file describes: parking tickets, charged at the price that they bring.</summary>
public sealed class LayoutSourceTests
{
    private const string Catalogue = """
        catalog: { code: c, currency: EUR, timeZone: Europe/Berlin }
        taxes: [{ code: vat, name: VAT, rates: [{ country: DE, percent: 19, from: 2007-01-01 }] }]
        ratePlans:
          - { code: parking, name: Parking, service: content, tax: vat, revenueAccount: r, prices: [{ external: {} }] }
        offers:
          - { code: card, name: Parking card, ratePlans: [parking] }
        """;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_file_is_charged_by_the_stored_layout_and_held_records_are_read_again_by_the_present_one(DatabaseKind kind)
    {
        await using var world = await CustomerWorld.CreateAsync(kind);
        var context = world.Context;
        Right(await PublishCatalogue.RunAsync(
            context, [new("catalogue.yaml", Encoding.UTF8.GetBytes(Catalogue))], Instant.FromUtc(2026, 1, 1, 0, 0), null, ""));
        var account = await world.AccountAsync(await world.CustomerAsync());
        foreach (var card in new[] { "5501", "5502", "5503" })
        {
            CustomerWorld.Right(await CreateSubscription.RunAsync(context, new NewSubscription
            {
                Account = account, Offer = "card", StartedAt = Instant.FromUtc(2026, 10, 1, 0, 0),
                Identities = [new NewIdentity { Kind = "account-code", Value = card }],
            }, PublishedOffers.Of(context), world.Key()));
        }
        var layout = await File.ReadAllTextAsync(Path.Combine(Layouts, "parking.yaml"));
        Right(await UsageSources.AddAsync(context, new NewUsageSource { Code = "tickets", Layout = layout }));
        using var folder = new TestFolder();
        var tickets = Path.Combine(folder.Path, "tickets.csv");
        var july = await File.ReadAllTextAsync(Path.Combine(Layouts, "samples", "parking.csv"));
        await File.WriteAllTextAsync(tickets, july.Replace(".07.2026", ".10.2026", StringComparison.Ordinal));
        var stored = (await SourceStore.FindAsync(context.Database, context.Tenant, "tickets"))!;
        var timeline = await CatalogueVersions.LoadAsync(context);

        var first = Right(await UsageImport.RunAsync(context, timeline, stored, tickets)).File;
        var again = Right(await UsageImport.RunAsync(context, timeline, stored, tickets)).File;
        Right(await UsageSources.ChangeAsync(context, "tickets", new UsageSourceChange
        {
            Layout = layout.Replace("  end: {", "  # end: {", StringComparison.Ordinal),
        }));
        var other = layout.Replace("id: Ticket", "id: [Ticket, Karte]", StringComparison.Ordinal);
        var unasked = await UsageSources.AddAsync(context, new NewUsageSource { Code = "tickets", Layout = other });
        var otherKey = await UsageSources.ChangeAsync(context, "tickets", new UsageSourceChange { Layout = other });
        var replayed = await UsageReplay.RunAsync(context, timeline, new HeldFilter());

        Assert.Equal(layout, stored.Layout!.Text);
        Assert.Equal((5L, 2L, 1L, 2L), (first.Read, first.Rated, first.Held, first.Ignored));
        Assert.Equal("duplicate", again.Phase);
        Assert.Equal(("source-exists", "record-key-changed"), (unasked.Refusal?.Code, otherKey.Refusal?.Code));
        Assert.Contains("records by Ticket, Karte, but", otherKey.Refusal!.Message, StringComparison.Ordinal);
        Assert.Equal((1L, 1L), (replayed.Tried, replayed.Charged));
        Assert.Equal(675_000_000L + 1_200_000_000 + 300_000_000, await world.NumberAsync("SELECT sum(amount) FROM charge"));
        Assert.Equal(2, await world.NumberAsync("SELECT count(*) FROM usage_layout"));
    }

    private static string Layouts
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Tollgate.slnx")))
            {
                folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
            }
            return Path.Combine(folder.FullName, "layouts");
        }
    }

    private static T Right<T>(Outcome<T> outcome)
    {
        Assert.Null(outcome.Refusal);
        return outcome.Value!;
    }

    /// <summary>A folder that is gone afterwards.</summary>
    private sealed class TestFolder : IDisposable
    {
        internal string Path { get; } = Directory.CreateTempSubdirectory("tollgate-layout-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
