using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Security;

/// <summary>What a key may do.</summary>
public enum ApiRole
{
    /// <summary>Read only.</summary>
    Read,
    /// <summary>Read and write.</summary>
    Write,
}

/// <summary>A key to the API; its secret is not stored.</summary>
public sealed record ApiKey(string Id, TenantId Tenant, string Name, ApiRole Role, Instant CreatedAt, Instant? RevokedAt);

/// <summary>Creates, lists, checks and revokes API keys. A key is written <c>tg_ID_SECRET</c>; only the SHA-256 of the secret is
/// kept.</summary>
public static class ApiKeys
{
    /// <summary>Random bytes that a new key takes: the first 8 name it, the rest is its secret.</summary>
    public const int RandomBytes = 40;

    /// <summary>Creates a key. Refusal <c>invalid</c>: no name.</summary>
    /// <param name="random"><see cref="RandomBytes"/> bytes from a cryptographic source.</param>
    /// <returns>The whole key, to be shown once.</returns>
    public static async Task<Outcome<string>> CreateAsync(
        OperationContext context, string name, ApiRole role, ReadOnlyMemory<byte> random, CancellationToken cancel = default)
    {
        if (random.Length != RandomBytes)
        {
            throw new ArgumentException($"A key takes {RandomBytes} random bytes.", nameof(random));
        }
        if (string.IsNullOrWhiteSpace(name) || name.Length > 100)
        {
            return new Refusal("invalid", "The key needs a name of 1 to 100 characters that says who uses it.", Field: "name");
        }
        var id = Convert.ToHexStringLower(random.Span[..8]);
        var secret = Convert.ToHexStringLower(random.Span[8..]);
        var audit = context.Ids.Next();
        await using var db = context.Database.Context();
        db.Add(new ApiKeyRow
        {
            KeyId = id, TenantId = context.Tenant.Value, Name = name, SecretHash = Hash(secret), Role = Text(role),
            CreatedAt = context.Now,
        });
        db.Add(Audit(context, audit, "apikey.create", id, $"{name}, {Text(role)}"));
        await db.SaveChangesAsync(cancel);
        return $"tg_{id}_{secret}";
    }

    /// <summary>All keys of the tenant, oldest first, revoked ones too.</summary>
    public static async Task<ImmutableArray<ApiKey>> ListAsync(OperationContext context, CancellationToken cancel = default)
    {
        await using var db = context.Database.Context();
        var rows = await db.Set<ApiKeyRow>().Where(row => row.TenantId == context.Tenant.Value)
            .OrderBy(row => row.CreatedAt).ThenBy(row => row.KeyId).ToListAsync(cancel);
        return [.. rows.Select(View)];
    }

    /// <summary>Revokes a key at once. Refusals: <c>unknown-apikey</c>, <c>already-ended</c>.</summary>
    public static async Task<Outcome<ApiKey>> RevokeAsync(OperationContext context, string id, CancellationToken cancel = default)
    {
        var audit = context.Ids.Next();
        await using var db = context.Database.Context();
        var row = await db.Set<ApiKeyRow>().AsTracking()
            .SingleOrDefaultAsync(row => row.TenantId == context.Tenant.Value && row.KeyId == id, cancel);
        if (row is null)
        {
            return new Refusal("unknown-apikey", $"There is no API key '{id}'. List them with: tollgate apikey list.");
        }
        if (row.RevokedAt is not null)
        {
            return new Refusal("already-ended", $"The API key '{id}' is revoked already.", Retry.Never);
        }
        row.RevokedAt = context.Now;
        db.Add(Audit(context, audit, "apikey.revoke", id, ""));
        await db.SaveChangesAsync(cancel);
        return View(row);
    }

    /// <summary>The key that was presented, or null when it is unknown, wrong or revoked. Takes the same time for every wrong
    /// secret.</summary>
    public static async Task<ApiKey?> CheckAsync(Database database, string presented, CancellationToken cancel = default)
    {
        var parts = presented.Split('_');
        if (parts is not ["tg", { Length: 16 } id, { Length: > 0 and <= 128 } secret])
        {
            return null;
        }
        await using var db = database.Context();
        var row = await db.Set<ApiKeyRow>().SingleOrDefaultAsync(row => row.KeyId == id, cancel);
        var right = CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(row?.SecretHash ?? new string('0', 64)), Encoding.ASCII.GetBytes(Hash(secret)));
        return right && row is { RevokedAt: null } ? View(row) : null;
    }

    private static ApiKey View(ApiKeyRow row) => new(
        row.KeyId, new TenantId(row.TenantId), row.Name, row.Role == Text(ApiRole.Write) ? ApiRole.Write : ApiRole.Read,
        row.CreatedAt, row.RevokedAt);

    private static AuditEntryRow Audit(OperationContext context, long id, string action, string subject, string detail) => new()
    {
        AuditId = id, TenantId = context.Tenant.Value, At = context.Now, Actor = context.Actor, Action = action,
        Subject = subject, Detail = detail,
    };

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static string Text(ApiRole role) => role == ApiRole.Write ? "write" : "read";
}
