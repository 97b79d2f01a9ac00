using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>Reads subscriptions with their identities.</summary>
public static class ReadSubscriptions
{
    /// <summary>One subscription; refusal <c>unknown-subscription</c>.</summary>
    public static async Task<Outcome<Subscription>> OneAsync(
        OperationContext context, SubscriptionId id, CancellationToken cancel = default)
    {
        await using var db = context.Database.Context();
        var rows = await db.Set<SubscriptionRow>()
            .Where(row => row.TenantId == context.Tenant.Value && row.SubscriptionId == id.Value).ToListAsync(cancel);
        return rows.Count == 0 ? Refusals.Unknown("subscription", id) : (await ViewAsync(db, rows, cancel))[0];
    }

    /// <summary>In id order.</summary>
    /// <param name="customer">Only this customer's.</param>
    /// <param name="account">Only this account's.</param>
    /// <param name="externalKey">Only the subscription with this key.</param>
    /// <param name="after">Last id of the page before.</param>
    public static async Task<Page<Subscription>> ListAsync(
        OperationContext context, CustomerId? customer = null, AccountId? account = null, string? externalKey = null,
        string? after = null, int limit = Paging.Default, CancellationToken cancel = default)
    {
        var from = Paging.After<SubscriptionId>(after);
        await using var db = context.Database.Context();
        var query = db.Set<SubscriptionRow>().Where(row => row.TenantId == context.Tenant.Value && row.SubscriptionId > from);
        if (customer is { } owner)
        {
            query = query.Where(row => row.CustomerId == owner.Value);
        }
        if (account is { } id)
        {
            query = query.Where(row => row.AccountId == id.Value);
        }
        if (externalKey is not null)
        {
            var keyed = await ReadCustomers.KeyAsync(db, context, "subscription", externalKey, cancel);
            query = query.Where(row => row.SubscriptionId == keyed);
        }
        var rows = await query.OrderBy(row => row.SubscriptionId).Take(limit + 1).ToListAsync(cancel);
        return Paging.Page(await ViewAsync(db, rows, cancel), limit, view => view.Id.ToString());
    }

    /// <summary>Who has an identity at a time; refusal <c>unknown-identity</c>.</summary>
    /// <param name="kind">As in the API, e.g. <c>msisdn</c>.</param>
    /// <param name="at">Default: now.</param>
    public static async Task<Outcome<Subscription>> ByIdentityAsync(
        OperationContext context, string kind, string value, NodaTime.Instant? at = null, CancellationToken cancel = default)
    {
        var time = at ?? context.Now;
        var known = IdentityKinds.Find(kind);
        var normal = known is { } k ? FieldRules.Identity(new Faults(), "value", k, value) : value;
        long owner;
        await using (var db = context.Database.Context())
        {
            owner = await db.Set<ServiceDirectoryRow>()
                .Where(row => row.TenantId == context.Tenant.Value
                    && row.Kind == known && row.Value == normal && row.ValidFrom <= time
                    && (row.ValidTo == null || row.ValidTo > time))
                .Select(row => row.SubscriptionId).FirstOrDefaultAsync(cancel);
        }
        return owner == 0
            ? new Refusal("unknown-identity",
                $"No subscription has the {FieldRules.Short(kind)} '{FieldRules.Short(value)}' at that time.")
            : await OneAsync(context, new SubscriptionId(owner), cancel);
    }

    private static async Task<List<Subscription>> ViewAsync(TollgateDb db, List<SubscriptionRow> rows, CancellationToken cancel)
    {
        var customers = rows.Select(row => row.CustomerId).Distinct().ToList();
        var ids = rows.Select(row => row.SubscriptionId).ToList();
        var identities = await db.Set<ServiceIdentityRow>()
            .Where(row => customers.Contains(row.CustomerId) && ids.Contains(row.SubscriptionId)).ToListAsync(cancel);
        var bySubscription = identities.ToLookup(row => row.SubscriptionId);
        return [.. rows.Select(row => View(row, bySubscription[row.SubscriptionId]))];
    }

    private static Subscription View(SubscriptionRow row, IEnumerable<ServiceIdentityRow> identities) => new(
        new SubscriptionId(row.SubscriptionId), row.ExternalKey, new CustomerId(row.CustomerId), new AccountId(row.AccountId),
        row.BaseSubscriptionId is { } hangsOn ? new SubscriptionId(hangsOn) : null, row.Offer, row.Quantity, row.Phase,
        row.StartedAt, row.EndedAt,
        [
            .. identities.OrderBy(identity => identity.ValidFrom).ThenBy(identity => identity.Value, StringComparer.Ordinal)
                .Select(identity => new Identity(
                    new SubscriptionId(row.SubscriptionId), IdentityKinds.Name(identity.Kind), identity.Value, identity.ValidFrom,
                    identity.ValidTo)),
        ]);
}
