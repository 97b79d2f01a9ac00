using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;

namespace Tollgate.Storage.Replay;

/// <summary>
/// Loads customers as charging sees them, without locking anybody out, and charges their stored events again in memory. For one
/// thread
/// at a time; keeps raters between customers.
/// </summary>
internal sealed class ReplaySession
{
    /// <summary>Pockets of any age are put back.</summary>
    private static readonly Instant Ever = Instant.FromUtc(1970, 1, 1, 0, 0);

    private readonly ChargeReader reader;
    private readonly Dictionary<(CatalogueTimeline, int), CatalogueTimeline?> versions = [];
    private int attempt;

    internal ReplaySession(Database database, TenantId tenant)
    {
        reader = new ChargeReader(database, tenant.Value);
        Cache = new CustomerCache(int.MaxValue);
        Pass = new ChargePass(Cache, new ChargeSettings { BeyondCredit = BeyondCredit.Ignore });
        Replay = new CustomerReplay(Pass);
    }

    internal CustomerCache Cache { get; }

    internal ChargePass Pass { get; }

    internal CustomerReplay Replay { get; }

    /// <summary>Loads customers afresh; what was loaded before is forgotten.</summary>
    /// <returns>Their heads as they are in this transaction, in id order; a customer without one was never charged and gets one
    /// of
    /// version 0.</returns>
    internal async Task<List<Head>> LoadAsync(BookWork work, long[] customers, Instant now, CancellationToken cancel)
    {
        Cache.Clear();
        Pass.Start(++attempt, now, new ChargeRows());
        var heads = await work.ReadAsync(
            "SELECT customer_id, seq, version, last_event_time FROM charging_head WHERE customer_id IN @customers "
            + "AND tenant_id = @tenant ORDER BY customer_id",
            row => new Head(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2),
                row.GetTimeOrNull(3) is { } last ? TimeCodec.ToMicroseconds(last) : long.MinValue),
            cancel, ("customers", customers));
        heads.AddRange(customers.Except(heads.ConvertAll(head => head.Customer))
            .Select(customer => new Head(customer, 0, 0, long.MinValue)));
        heads.Sort((a, b) => a.Customer.CompareTo(b.Customer));
        await reader.LoadAsync(work.Transaction, heads, Ever, Cache, cancel);
        return heads;
    }

    /// <summary>A timeline on which one version prices every time, or null when it is gone.</summary>
    internal CatalogueTimeline? Version(CatalogueTimeline timeline, int version)
    {
        if (!versions.TryGetValue((timeline, version), out var single))
        {
            single = timeline.Versions.FirstOrDefault(entry => entry.Version == version) is { } entry ? Single(entry) : null;
            versions.Add((timeline, version), single);
        }
        return single;
    }

    /// <summary>A timeline on which this catalogue prices every time.</summary>
    internal static CatalogueTimeline Single(CatalogueEntry entry) => new([entry with { EffectiveFrom = Instant.MinValue }]);

    /// <summary>A catalogue that is not published: its price keys count as ids.</summary>
    internal static CatalogueTimeline Candidate(Rating.CompiledCatalogue catalogue) => Single(
        new CatalogueEntry(0, default, catalogue, [.. Enumerable.Range(0, catalogue.PriceKeys.Length)]));
}
