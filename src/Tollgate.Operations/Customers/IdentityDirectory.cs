using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>Keeps every identity one subscription's at any time, over all customers of a tenant.</summary>
internal static class IdentityDirectory
{
    /// <summary>Checks identities and writes them for a subscription and into the directory.</summary>
    /// <returns>Null, or why nothing may be saved: <c>invalid</c> or <c>identity-taken</c>.</returns>
    internal static async Task<Refusal?> AddAsync(
        WriteScope scope, SubscriptionRow subscription, ImmutableArray<NewIdentity> identities, CancellationToken cancel)
    {
        if (identities.IsDefaultOrEmpty)
        {
            return null;
        }
        var faults = new Faults();
        var rows = new List<ServiceIdentityRow>();
        for (var i = 0; i < identities.Length; i++)
        {
            var field = identities.Length == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"identities[{i}].");
            if (Read(faults, field, identities[i], subscription) is { } row)
            {
                rows.Add(row);
            }
        }
        if (faults.Refusal is { } refusal)
        {
            return refusal;
        }
        await LockAsync(scope.Context.Database, scope.Transaction, rows, scope.Tenant, cancel);
        foreach (var row in rows)
        {
            if (await OwnerAsync(scope, row, cancel) is { } owner)
            {
                return Taken(row, owner);
            }
            scope.Db.Add(row);
            scope.Db.Add(new ServiceDirectoryRow
            {
                TenantId = scope.Tenant, Kind = row.Kind, Value = row.Value, ValidFrom = row.ValidFrom, ValidTo = row.ValidTo,
                CustomerId = row.CustomerId, SubscriptionId = row.SubscriptionId,
            });
            await scope.Db.SaveChangesAsync(cancel);
        }
        return null;
    }

    private static ServiceIdentityRow? Read(Faults faults, string field, NewIdentity identity, SubscriptionRow subscription)
    {
        var before = faults.Count;
        if (IdentityKinds.Find(identity.Kind) is not { } kind)
        {
            faults.Add(field + "kind", $"'{FieldRules.Short(identity.Kind)}' is not a kind of identity.",
                $"Use one of {string.Join(", ", IdentityKinds.All)}.");
            return null;
        }
        var value = FieldRules.Identity(faults, field + "value", kind, identity.Value);
        var from = identity.ValidFrom ?? subscription.StartedAt;
        var to = identity.ValidTo ?? subscription.EndedAt;
        if (from < subscription.StartedAt)
        {
            faults.Add(field + "validFrom", "It is before the subscription's start.",
                $"Give {InstantPattern.ExtendedIso.Format(subscription.StartedAt)} or later.");
        }
        if (to <= from || to > subscription.EndedAt)
        {
            faults.Add(field + "validTo", "It is not after the beginning, or after the subscription's end.",
                "Give a time in between.");
        }
        return faults.Count > before ? null : new ServiceIdentityRow
        {
            CustomerId = subscription.CustomerId, SubscriptionId = subscription.SubscriptionId, Kind = kind, Value = value,
            ValidFrom = from, ValidTo = to, TenantId = subscription.TenantId,
        };
    }

    /// <summary>
    /// Holds off other writers of the same identities until the transaction ends. PostgreSQL: an advisory lock per identity, in
    /// value order, and a table lock that a bulk writer's stronger one excludes; SQLite has one writer anyway.
    /// </summary>
    private static async Task LockAsync(
        Database database, DbTransaction transaction, List<ServiceIdentityRow> rows, int tenant, CancellationToken cancel)
    {
        if (database.Kind != DatabaseKind.Postgres)
        {
            return;
        }
        await using var table = transaction.Command("LOCK TABLE service_directory IN ROW EXCLUSIVE MODE");
        await table.ExecuteNonQueryAsync(cancel);
        foreach (var row in rows.OrderBy(row => row.Kind).ThenBy(row => row.Value, StringComparer.Ordinal))
        {
            await using var identity = transaction.Command("SELECT pg_advisory_xact_lock(hashtextextended(@name, 0))");
            identity.Add("name", string.Create(CultureInfo.InvariantCulture, $"identity {tenant} {(int)row.Kind} {row.Value}"));
            await identity.ExecuteNonQueryAsync(cancel);
        }
    }

    private static async Task<ServiceDirectoryRow?> OwnerAsync(
        WriteScope scope, ServiceIdentityRow row, CancellationToken cancel) =>
        await scope.Db.Set<ServiceDirectoryRow>().AsNoTracking()
            .Where(other => other.TenantId == scope.Tenant && other.Kind == row.Kind && other.Value == row.Value
                && (other.ValidTo == null || other.ValidTo > row.ValidFrom)
                && (row.ValidTo == null || other.ValidFrom < row.ValidTo))
            .OrderBy(other => other.ValidFrom)
            .FirstOrDefaultAsync(cancel);

    private static Refusal Taken(ServiceIdentityRow row, ServiceDirectoryRow owner)
    {
        var until = owner.ValidTo is { } to ? $"until {InstantPattern.ExtendedIso.Format(to)}" : "without end";
        return new Refusal("identity-taken",
            $"The {IdentityKinds.Name(row.Kind)} {row.Value} belongs to {new SubscriptionId(owner.SubscriptionId)} of "
            + $"{new CustomerId(owner.CustomerId)} from {InstantPattern.ExtendedIso.Format(owner.ValidFrom)} {until}. "
            + "End it there first, or begin later.",
            Retry.AfterCure, "value");
    }
}
