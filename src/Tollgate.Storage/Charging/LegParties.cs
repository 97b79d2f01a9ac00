using System.Data.Common;
using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Storage.Charging;

/// <summary>Who the parties of legs are: accounts by their external keys, and the reseller above a customer. For one thread at
/// a time.</summary>
internal sealed class LegParties
{
    /// <summary>Party of a <see cref="LegKind.Reseller"/> leg that is the customer's own parent.</summary>
    internal const string Parent = "parent";

    /// <summary>Before the customer whose reseller it is, in <see cref="DueKey.PartyKey"/>.</summary>
    internal const string ParentOf = "parent:";

    private readonly Dictionary<string, LegParty> known = new(StringComparer.Ordinal);

    /// <summary>Looks up parties that are not known yet; nothing when the catalogues have no legs.</summary>
    internal async Task LoadAsync(
        DbTransaction transaction, int tenant, CatalogueTimeline timeline, CancellationToken cancel)
    {
        foreach (var entry in timeline.Entries)
        {
            foreach (var key in entry.Traits.Parties)
            {
                if (key != Parent && !known.ContainsKey(key) && await FindAsync(transaction, tenant, key, cancel) is { } party)
                {
                    known.Add(key, party);
                }
            }
        }
    }

    /// <summary>The party of a leg of a customer's usage, or null when nobody has its key.</summary>
    internal LegParty? Find(Leg leg, CustomerState customer)
    {
        if (leg.Party == Parent)
        {
            return customer.ParentAccountId == 0 ? null : new LegParty(customer.ParentId, customer.ParentAccountId);
        }
        return known.TryGetValue(leg.Party, out var party) ? party : null;
    }

    /// <summary>What the roll-up finds the party of a leg by.</summary>
    /// <param name="leg">In the catalogue that priced it; null when that version is gone.</param>
    /// <param name="party">Who it is, when that is known.</param>
    internal static DueKey Due(
        string code, LegKind kind, Leg? leg, LegParty? party, CustomerState customer, int priceKey, Instant at) => new(
            party ?? default,
            party is not null ? "" : leg is null || leg.Party == Parent
                ? string.Create(CultureInfo.InvariantCulture, $"{ParentOf}{customer.Id}") : leg.Party,
            code, kind, priceKey, at.InUtc().Date);

    private static async Task<LegParty?> FindAsync(
        DbTransaction transaction, int tenant, string key, CancellationToken cancel)
    {
        await using var command = transaction.Command(
            "SELECT customer_id, entity_id FROM key_directory WHERE tenant_id = @tenant AND kind = 'account' AND external_key = @key");
        command.Add("tenant", tenant).Add("key", key);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? new LegParty(reader.GetInt64(0), reader.GetInt64(1)) : null;
    }
}
