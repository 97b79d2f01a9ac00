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
        return rows.Count == 0 ? Refusals.Unknown("subscription", id) : (await ViewAsync(context, db, rows, cancel))[0];
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
        return Paging.Page(await ViewAsync(context, db, rows, cancel), limit, view => view.Id.ToString());
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

    /// <summary>Everything recorded after the start, in the order of recording; refusal <c>unknown-subscription</c>.</summary>
    public static async Task<Outcome<ImmutableArray<RecordedChange>>> HistoryAsync(
        OperationContext context, SubscriptionId id, CancellationToken cancel = default)
    {
        await using var db = context.Database.Context();
        var known = await db.Set<SubscriptionRow>()
            .AnyAsync(row => row.TenantId == context.Tenant.Value && row.SubscriptionId == id.Value, cancel);
        if (!known)
        {
            return Refusals.Unknown("subscription", id);
        }
        var rows = await db.Set<SubscriptionChangeRow>()
            .Where(row => row.TenantId == context.Tenant.Value && row.SubscriptionId == id.Value).OrderBy(row => row.ChangeNo)
            .ToListAsync(cancel);
        var withdrawn = rows.Select(row => row.Withdraws).OfType<int>().ToHashSet();
        return ImmutableArray.CreateRange(rows.Select(row => new RecordedChange(
            row.ChangeNo, row.Kind, row.At, What(row), withdrawn.Contains(row.ChangeNo), row.Note, row.Actor, row.RecordedAt)));
    }

    private static string What(SubscriptionChangeRow row) => row.Kind switch
    {
        ChangeKind.Quantity => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"quantity {row.Quantity}"),
        ChangeKind.Plan => $"offer {row.Offer}",
        ChangeKind.Price => row.Amount.Length == 0
            ? $"{row.PriceCode} at the catalogue's price" : $"{row.PriceCode} at {row.Amount}",
        ChangeKind.Limit => Limit(row),
        ChangeKind.Suspend => row.Charged ? "pauses, charged" : "pauses, free",
        ChangeKind.Resume => "goes on",
        ChangeKind.Transfer => $"paid by {new AccountId(row.AccountId ?? 0)}",
        ChangeKind.Leave =>
            $"goes to {new AccountId(row.AccountId ?? 0)} as {new SubscriptionId(row.OtherSubscriptionId ?? 0)}",
        ChangeKind.Join => $"came from another customer, there {new SubscriptionId(row.OtherSubscriptionId ?? 0)}",
        ChangeKind.End => row.FeeWaived ? "ends without a fee" : "ends",
        ChangeKind.Withdraw => string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"change {row.Withdraws} is taken back"),
        _ => row.Kind,
    };

    private static async Task<List<Subscription>> ViewAsync(
        OperationContext context, TollgateDb db, List<SubscriptionRow> rows, CancellationToken cancel)
    {
        var customers = rows.Select(row => row.CustomerId).Distinct().ToList();
        var ids = rows.Select(row => row.SubscriptionId).ToList();
        var identities = await db.Set<ServiceIdentityRow>()
            .Where(row => customers.Contains(row.CustomerId) && ids.Contains(row.SubscriptionId)).ToListAsync(cancel);
        var changes = (await db.Set<SubscriptionChangeRow>()
            .Where(row => customers.Contains(row.CustomerId) && ids.Contains(row.SubscriptionId)).ToListAsync(cancel))
            .ToLookup(row => row.SubscriptionId);
        var bySubscription = identities.ToLookup(row => row.SubscriptionId);
        return [.. rows.Select(row =>
            View(row, Now(row, changes[row.SubscriptionId], context.Now), bySubscription[row.SubscriptionId]))];
    }

    /// <summary>Offer, quantity, account and pause of now.</summary>
    private static (string Offer, int Quantity, long Account, bool Suspended) Now(
        SubscriptionRow row, IEnumerable<SubscriptionChangeRow> changes, NodaTime.Instant now)
    {
        var (offer, quantity, account, suspended) = (row.Offer, row.Quantity, row.AccountId, false);
        foreach (var change in SubscriptionChangeRow.Standing(changes).Where(change => change.At <= now).OrderBy(change =>
            change.At))
        {
            offer = change.Kind == ChangeKind.Plan ? change.Offer : offer;
            quantity = change.Kind == ChangeKind.Quantity ? change.Quantity ?? quantity : quantity;
            account = change.Kind == ChangeKind.Transfer ? change.AccountId ?? account : account;
            suspended = change.Kind == ChangeKind.Suspend || (suspended && change.Kind != ChangeKind.Resume);
        }
        return (offer, quantity, account, suspended);
    }

    private static Subscription View(
        SubscriptionRow row, (string Offer, int Quantity, long Account, bool Suspended) now,
        IEnumerable<ServiceIdentityRow> identities) => new(
        new SubscriptionId(row.SubscriptionId), row.ExternalKey, new CustomerId(row.CustomerId), new AccountId(now.Account),
        row.BaseSubscriptionId is { } hangsOn ? new SubscriptionId(hangsOn) : null, now.Offer, now.Quantity, row.Phase,
        row.StartedAt, row.EndedAt,
        [
            .. identities.OrderBy(identity => identity.ValidFrom).ThenBy(identity => identity.Value, StringComparer.Ordinal)
                .Select(identity => new Identity(
                    new SubscriptionId(row.SubscriptionId), IdentityKinds.Name(identity.Kind), identity.Value, identity.ValidFrom,
                    identity.ValidTo)),
        ])
    {
        Suspended = now.Suspended,
    };

    private static string Limit(SubscriptionChangeRow row)
    {
        if (SubscriptionChangeRow.LimitOf(row.Amount) is not { } limit)
        {
            return $"limit {row.PriceCode}: the offer's";
        }
        // A unit of the catalogue is told in its stored steps, which are what is compared.
        var unit = Units.Find(limit.Unit);
        return string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"limit {row.PriceCode}: {unit?.FromStorage(limit.Steps) ?? limit.Steps:0.#########} {limit.Unit}");
    }
}
