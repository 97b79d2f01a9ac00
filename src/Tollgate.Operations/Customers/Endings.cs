using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>How an end spreads: an account's to its subscriptions, a subscription's to its add-ons and identities.</summary>
internal static class Endings
{
    /// <summary>Ends the subscriptions that have no end yet, or a later one, at this time; one that starts later ends as it
    /// starts.</summary>
    internal static async Task EndAsync(
        WriteScope scope, IEnumerable<SubscriptionRow> subscriptions, Instant at, CancellationToken cancel)
    {
        foreach (var subscription in subscriptions)
        {
            var end = Instant.Max(at, subscription.StartedAt);
            if (subscription.EndedAt is { } already && already <= end)
            {
                continue;
            }
            subscription.Phase = Phase.Ended;
            subscription.EndedAt = end;
            await EndIdentitiesAsync(scope, subscription, end, cancel);
        }
    }

    /// <summary>Ends an account's billing on the day of <paramref name="at"/> in its zone.</summary>
    internal static void End(BillingAccountRow account, Instant at)
    {
        var day = at.InZone(DateTimeZoneProviders.Tzdb[account.TimeZone]).Date;
        account.Phase = Phase.Ended;
        account.EndedOn = LocalDate.Max(day, account.OpenedOn);
    }

    private static async Task EndIdentitiesAsync(
        WriteScope scope, SubscriptionRow subscription, Instant at, CancellationToken cancel)
    {
        var identities = await scope.Db.Set<ServiceIdentityRow>()
            .Where(row => row.CustomerId == subscription.CustomerId && row.SubscriptionId == subscription.SubscriptionId)
            .ToListAsync(cancel);
        foreach (var identity in identities.Where(identity => identity.ValidTo is null || identity.ValidTo > at))
        {
            await EndAsync(scope, identity, at, cancel);
        }
    }

    /// <summary>Ends an identity; one that is not valid yet becomes valid never, and leaves the directory.</summary>
    internal static async Task EndAsync(WriteScope scope, ServiceIdentityRow identity, Instant at, CancellationToken cancel)
    {
        identity.ValidTo = Instant.Max(at, identity.ValidFrom);
        var database = scope.Context.Database;
        const string where =
            "WHERE tenant_id = @tenant AND kind = @kind AND value = @value AND valid_from = @from AND customer_id = @customer";
        (string, object?)[] key =
        [
            ("kind", (short)identity.Kind), ("value", identity.Value), ("from", database.TimeValue(identity.ValidFrom)),
            ("customer", identity.CustomerId),
        ];
        if (at <= identity.ValidFrom)
        {
            await scope.ExecuteAsync("DELETE FROM service_directory " + where, cancel, key);
            return;
        }
        await scope.ExecuteAsync(
            "UPDATE service_directory SET valid_to = @to " + where, cancel, [.. key, ("to", database.TimeValue(at))]);
    }
}
