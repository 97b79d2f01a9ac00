using System.Globalization;
using System.Text;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;
using Tollgate.Storage.Tests.Customers;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>A small catalogue, a few subscriptions, and events that are charged directly.</summary>
internal sealed class DepthStage(CustomerWorld world, CatalogueFile[] catalogue) : IAsyncDisposable
{
    internal const string Head = """
        catalog: { code: depth, currency: EUR, timeZone: Europe/Berlin }
        taxes:
          - { code: standard, name: VAT, rates: [{ country: DE, percent: 19, from: 2007-01-01 }] }

        """;

    /// <summary>An offer that shares minutes within the account; the plan <c>unit</c> and other offers stand before it.</summary>
    internal const string Family = """
          - code: family
            name: Family
            ratePlans: [unit]
            allowances:
              - { code: together, name: Together, service: voice, amount: 100 minutes, shared: account, memberLimit: 60 minutes,
                  reset: month }
        """;

    private int events;

    internal CustomerWorld World => world;

    internal static async Task<DepthStage> CreateAsync(DatabaseKind kind, string yaml)
    {
        var world = await CustomerWorld.CreateAsync(kind);
        CatalogueFile[] files = [new CatalogueFile("depth.yaml", Encoding.UTF8.GetBytes(Head + yaml))];
        var published = await PublishCatalogue.RunAsync(world.Context, files, Instant.FromUtc(2026, 1, 1, 0, 0), null, "");
        Assert.True(published.Refusal is null, published.Refusal?.Message);
        return new DepthStage(world, files);
    }

    public async ValueTask DisposeAsync()
    {
        Assert.NotEmpty(catalogue);
        await world.DisposeAsync();
    }

    /// <summary>Publishes another catalogue for the same time.</summary>
    internal async Task PublishAsync(string yaml)
    {
        var published = await PublishCatalogue.RunAsync(
            world.Context, [new CatalogueFile("depth.yaml", Encoding.UTF8.GetBytes(Head + yaml))],
            Instant.FromUtc(2026, 1, 1, 0, 0), null, "");
        Assert.True(published.Refusal is null, published.Refusal?.Message);
    }

    /// <summary>An account of a new customer.</summary>
    internal async Task<AccountId> AccountAsync() => await world.AccountAsync(await world.CustomerAsync());

    internal async Task<SubscriptionId> SubscribeAsync(AccountId account, string offer, string number) =>
        CustomerWorld.Right(await Operations.Customers.CreateSubscription.RunAsync(world.Context,
            new Operations.Customers.NewSubscription
            {
                Account = account, Offer = offer, StartedAt = Instant.FromUtc(2026, 10, 5, 0, 0),
                Identities = [new Operations.Customers.NewIdentity { Kind = "msisdn", Value = number }],
            }, Operations.Customers.PublishedOffers.Of(world.Context), world.Key()));

    /// <summary>One call; the time is UTC.</summary>
    internal UsageRecord Call(
        string number, int day, int hour, int seconds, string destination = "4930", string attributes = "") =>
        new()
        {
            EventId = EventId.Of("depth", (++events).ToString(CultureInfo.InvariantCulture)),
            Service = ServiceKind.Voice,
            Subject = new ServiceIdentity(IdentityKind.Msisdn, number),
            Destination = destination,
            Start = Instant.FromUtc(2026, 10, 1, hour, 0) + Duration.FromDays(day - 1),
            DurationMs = seconds * 1000L,
            Attributes = UsageAttributes.FromText(attributes),
        };

    /// <summary>Charges in batches of a size, and proves the books of usage.</summary>
    internal async Task<ChargeOutcome> ChargeAsync(
        IReadOnlyList<UsageRecord> usage, int batch = 1000, bool ahead = false, CatalogueTimeline? timeline = null)
    {
        timeline ??= await CatalogueVersions.LoadAsync(world.Context);
        await using var charging = new ChargeBatch(world.Database, world.Context.Ids, world.Context.Tenant);
        var sum = default(ChargeOutcome);
        var works = usage.Chunk(batch).Select(chunk => new ChargeWork
        {
            Source = "depth", File = new UsageFileId(1), Usage = chunk, Text = NoText.Instance,
        });
        if (ahead)
        {
            await foreach (var outcome in charging.RunAllAsync(works.ToAsyncEnumerable(), timeline, () => world.Context.Now))
            {
                Add(outcome);
            }
        }
        else
        {
            foreach (var work in works)
            {
                Add(await charging.RunAsync(work, timeline, world.Context.Now));
            }
        }
        Assert.Empty(await UsageProofs.CheckAsync(world.Database, world.Context.Tenant));
        return sum;

        void Add(ChargeOutcome outcome) => sum = new ChargeOutcome(
            sum.Read + outcome.Read, sum.Rated + outcome.Rated, sum.Held + outcome.Held, sum.Duplicates + outcome.Duplicates,
            sum.Ignored + outcome.Ignored, Duration.Zero);
    }

    internal Task<long> NumberAsync(string sql) => world.NumberAsync(sql);

    /// <summary>Rows as text, without ids that two databases need not share.</summary>
    internal async Task<List<string>> RowsAsync(string sql)
    {
        await using var connection = await world.Database.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of the tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) switch
            {
                byte[] bytes => Convert.ToHexStringLower(bytes),
                Guid guid => Convert.ToHexStringLower(guid.ToByteArray(bigEndian: true)),
                var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            })));
        }
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private sealed class NoText : IRecordText
    {
        internal static readonly NoText Instance = new();

        public string Raw(UsageRecord record) => record.EventId.ToString();

        public long Line(UsageRecord record) => 1;
    }
}
