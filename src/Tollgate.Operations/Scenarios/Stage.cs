using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Mediation;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Scenarios.Reading;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Scenarios;

/// <summary>A clock that somebody sets; it never goes back.</summary>
internal sealed class StoryClock(Instant start) : IClock
{
    private Instant now = start;

    public Instant GetCurrentInstant() => now;

    internal void AdvanceTo(Instant time) => now = Instant.Max(now, time);
}

/// <summary>Where a scenario plays: a database of its own, the hand-set clock, and the ids behind the story's keys.</summary>
internal sealed class Stage(Database database, Scenario scenario, string folder)
{
    /// <summary>Ids are plenty here, and a reservation costs a transaction.</summary>
    private const int IdsAtOnce = 1_000_000;

    private readonly StoryClock clock = new(scenario.Start);
    private CatalogueTimeline? timeline;
    private int count;
    private OperationContext? context;

    internal OperationContext Context =>
        context ??= new OperationContext(database, new IdBlock(database, IdsAtOnce), clock, new TenantId(1), "scenario");

    internal Scenario Scenario => scenario;

    internal DateTimeZone Zone => scenario.Zone;

    internal StoryClock Clock => clock;

    internal LocalDate Today => Context.Now.InZone(Zone).Date;

    internal Dictionary<string, SellerId> Sellers { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, CustomerId> Customers { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, AccountId> Accounts { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, SubscriptionId> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>The identity that usage of a subscription comes with unless the story says otherwise.</summary>
    internal Dictionary<string, string> Identities { get; } = new(StringComparer.Ordinal);

    /// <summary>Discounts given by the story.</summary>
    internal Dictionary<string, GrantId> Discounts { get; } = new(StringComparer.Ordinal);

    /// <summary>Ids of lines, credits and deposits (<c>giv_…</c>, <c>crd_…</c>).</summary>
    internal Dictionary<string, string> Adjustments { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, Unit> Currencies { get; } = new(StringComparer.Ordinal);

    /// <summary>The bill runs of the last step that billed.</summary>
    internal List<BillRunId> LastRuns { get; } = [];

    /// <summary>Where a bill was not what its preview had said; a sound story has none.</summary>
    internal List<string> WrongPreviews { get; } = [];

    /// <summary>Number of a thing that the story does not name: a file, a payment.</summary>
    internal int NextNumber() => ++count;

    /// <summary>A caller key that no other step has.</summary>
    internal string NextKey() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"story-{NextNumber()}");

    internal SubscriptionId? Subscription(string? key) => key is null ? null : Subscriptions[key];

    /// <summary>Folder for files of this scenario.</summary>
    internal string Folder => folder;

    /// <summary>Where usage of the story comes from: CSV files with international numbers or as dialled in the catalogue's
    /// country.</summary>
    internal UsageSource Source { get; private set; } = new() { Code = "scenario", Format = "generic-csv" };

    internal string AccountKey(long id) => Accounts.FirstOrDefault(pair => pair.Value.Value == id).Key ?? new AccountId(id)
        .ToString();

    internal string SellerKey(long id) => Sellers.FirstOrDefault(pair => pair.Value.Value == id).Key ?? new SellerId(id)
        .ToString();

    internal string SubscriptionKey(long id) =>
        Subscriptions.FirstOrDefault(pair => pair.Value.Value == id).Key ?? new SubscriptionId(id).ToString();

    /// <summary>All published versions, read again only after a publication.</summary>
    internal async Task<CatalogueTimeline> TimelineAsync(CancellationToken cancel) =>
        timeline ??= await CatalogueVersions.LoadAsync(Context, cancel);

    /// <summary>The catalogue in force now, or null.</summary>
    internal async Task<Catalogue?> CatalogueInForceAsync(CancellationToken cancel) =>
        (await TimelineAsync(cancel)).At(Context.Now)?.Compiled.Source;

    /// <summary>The offers in force at a time, or those of the first version before it.</summary>
    internal async Task<Offers> OffersAsync(Instant at, CancellationToken cancel)
    {
        var versions = await TimelineAsync(cancel);
        var entry = versions.At(at) ?? (versions.Entries.Count > 0 ? versions.Entries[^1] : null);
        return entry is null ? new Offers([]) : new Offers(entry.Compiled.Source);
    }

    /// <summary>Publishes a catalogue as the next version.</summary>
    internal async Task<Outcome<PublishedVersion>> PublishAsync(CatalogueTree tree, Instant from, CancellationToken cancel)
    {
        var published = await PublishCatalogue.RunAsync(Context, tree.ToFiles(), from, null, "", cancel);
        if (published.Refusal is null)
        {
            timeline = null;
            var usual = Source with { TimeZone = Zone };
            if (usual != Source)
            {
                Source = usual;
                await SourceStore.PutAsync(Context.Database, Context.Tenant, usual, cancel); // a replay reads it from there
            }
        }
        return published;
    }

    /// <summary>The bill cycles of the accounts that get bills of their own, by their keys.</summary>
    internal async Task<Dictionary<string, BillCycle>> CyclesAsync(CancellationToken cancel)
    {
        await using var db = Context.Database.Context();
        var rows = await db.Set<BillingAccountRow>().Where(row => row.TenantId == Context.Tenant.Value
            && row.BillsToAccountId == null)
            .Select(row => new { row.AccountId, row.Cycle, row.CycleDay }).ToListAsync(cancel);
        return rows.ToDictionary(
            row => AccountKey(row.AccountId), row => AccountTimes.CycleOf(row.Cycle, row.CycleDay), StringComparer.Ordinal);
    }

    /// <summary>A date and time for people, in the story's zone.</summary>
    internal string Local(Instant time) =>
        time.InZone(Zone).LocalDateTime is var local && local.TimeOfDay == LocalTime.Midnight
            ? local.Date.ToString("uuuu-MM-dd", System.Globalization.CultureInfo.InvariantCulture)
            : local.ToString(
                local.Second == 0 ? "uuuu-MM-dd HH:mm" : "uuuu-MM-dd HH:mm:ss",
                    System.Globalization.CultureInfo.InvariantCulture);
}
