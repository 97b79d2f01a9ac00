using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>The answer of a write: what it made or changed, and whether this was a replay of an earlier request.</summary>
/// <param name="Id">Of the thing created, changed or ended.</param>
/// <param name="Replayed">True: the same caller key and content came before, and nothing was done now.</param>
public readonly record struct Written<TId>(TId Id, bool Replayed) where TId : struct, IId<TId>;

/// <summary>
/// One write: a transaction, the ids it may use, and the caller key that makes it safe to repeat. Same key and content: the
/// earlier answer. Same key, other content: refusal <c>key-reused</c>. A refused write leaves nothing behind, its caller key
/// included.
/// </summary>
public sealed class WriteScope
{
    private const int ReservedIds = 4;
    private long nextId;
    private readonly long endOfIds;

    private WriteScope(OperationContext context, TollgateDb db, DbTransaction transaction, long firstId, int ids)
    {
        (Context, Db, Transaction, nextId, endOfIds) = (context, db, transaction, firstId, firstId + ids);
        Now = context.Now;
    }

    public OperationContext Context { get; }

    public TollgateDb Db { get; }

    public DbTransaction Transaction { get; }

    public Instant Now { get; }

    public int Tenant => Context.Tenant.Value;

    /// <summary>An id reserved before the transaction began.</summary>
    public long NextId() => nextId < endOfIds
        ? nextId++
        : throw new InvalidOperationException("This write uses more ids than it reserved.");

    /// <summary>Runs one write.</summary>
    /// <param name="context">Where, who, when.</param>
    /// <param name="operation">Name in the audit log and beside the caller key, e.g. <c>customer.create</c>.</param>
    /// <param name="callerKey">The caller's own key of this request; empty: not repeatable.</param>
    /// <param name="content">Everything the request says.</param>
    /// <param name="work">Loads, decides and adds rows; saved here unless it refuses.</param>
    /// <param name="ids">How many ids it may use.</param>
    internal static async Task<Outcome<Written<TId>>> RunAsync<TId>(
        OperationContext context, string operation, string callerKey, Fingerprint content,
        Func<WriteScope, Task<Outcome<TId>>> work, CancellationToken cancel, int ids = ReservedIds)
        where TId : struct, IId<TId>
    {
        if (callerKey.Length > 200)
        {
            return new Refusal("invalid", "The caller key is longer than 200 characters.", Retry.AfterCure, "callerKey");
        }
        var firstId = context.Ids.Next(ids);
        await using var db = context.Database.Context();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.TrackAll;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var scope = new WriteScope(context, db, transaction.GetDbTransaction(), firstId, ids);
        if (callerKey.Length > 0 && !await scope.ClaimCallerKeyAsync(operation, callerKey, content, cancel))
        {
            return await scope.ReplayAsync<TId>(operation, callerKey, content, cancel);
        }
        var outcome = await work(scope);
        if (outcome.Refusal is { } refusal)
        {
            return refusal;
        }
        var id = outcome.Value;
        db.Add(new AuditEntryRow
        {
            AuditId = scope.NextId(), TenantId = scope.Tenant, At = scope.Now, Actor = context.Actor, Action = operation,
            Subject = id.ToString()!,
        });
        await db.SaveChangesAsync(cancel);
        if (callerKey.Length > 0)
        {
            await scope.ExecuteAsync(
                "UPDATE idempotency SET response = @response WHERE tenant_id = @tenant AND operation = @operation AND "
                    + "caller_key = @key",
                cancel, ("response", id.ToString()), ("operation", operation), ("key", callerKey));
        }
        await transaction.CommitAsync(cancel);
        return new Written<TId>(id, false);
    }

    /// <summary>Locks a customer's head and raises its version, so that charging and guiding see the change. False: no such
    /// customer.</summary>
    public async Task<bool> RaiseVersionAsync(long customerId, CancellationToken cancel) =>
        await ExecuteAsync("UPDATE charging_head SET version = version + 1 WHERE customer_id = @customer AND tenant_id = @tenant",
            cancel, ("customer", customerId)) == 1;

    /// <summary>Runs one statement inside the transaction; <c>@tenant</c> is given.</summary>
    /// <returns>Rows affected.</returns>
    public async Task<int> ExecuteAsync(string sql, CancellationToken cancel, params (string Name, object? Value)[] values)
    {
        await using var command = Transaction.Command(sql);
        if (sql.Contains("@tenant", StringComparison.Ordinal))
        {
            command.Add("tenant", Tenant);
        }
        foreach (var (name, value) in values)
        {
            command.Add(name, value);
        }
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Takes one of the operator's own keys. False: it belongs to something else.</summary>
    public async Task<bool> ClaimExternalKeyAsync(
        string kind, string key, long customerId, long entityId, Fingerprint content, CancellationToken cancel) =>
        await ExecuteAsync(
            "INSERT INTO key_directory (tenant_id, kind, external_key, customer_id, entity_id, content_hash) "
            + "VALUES (@tenant, @kind, @key, @customer, @entity, @content) ON CONFLICT DO NOTHING",
            cancel, ("kind", kind), ("key", key), ("customer", customerId), ("entity", entityId),
            ("content", content.ToString())) == 1;

    private async Task<bool> ClaimCallerKeyAsync(
        string operation, string callerKey, Fingerprint content, CancellationToken cancel) =>
        await ExecuteAsync(
            "INSERT INTO idempotency (tenant_id, operation, caller_key, request_hash, response, created_at) "
            + "VALUES (@tenant, @operation, @key, @hash, '', @now) ON CONFLICT DO NOTHING",
            cancel, ("operation", operation), ("key", callerKey), ("hash", content.ToString()),
            ("now", Context.Database.TimeValue(Now))) == 1;

    private async Task<Outcome<Written<TId>>> ReplayAsync<TId>(
        string operation, string callerKey, Fingerprint content, CancellationToken cancel) where TId : struct, IId<TId>
    {
        var earlier = await Db.Set<IdempotencyRow>().SingleAsync(
            row => row.TenantId == Tenant && row.Operation == operation && row.CallerKey == callerKey, cancel);
        if (Fingerprint.Difference(earlier.RequestHash, content.ToString()) is { } field)
        {
            return new Refusal("key-reused",
                $"The key '{callerKey}' was used for another request: '{field}' differs. Use a new key for a new request.",
                Retry.Never, field);
        }
        return Id.TryParse<TId>(earlier.Response, out var id)
            ? new Written<TId>(id, true)
            : throw new InvalidOperationException($"The recorded answer '{earlier.Response}' is not an id.");
    }
}
