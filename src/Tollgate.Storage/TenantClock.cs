using System.Globalization;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Storage;

/// <summary>The clock of a tenant: the host's, or a test clock that stands still where it was set.</summary>
public sealed class TenantClock : IClock
{
    private readonly IClock host;
    private readonly Instant? fixedAt;

    private TenantClock(IClock host, Instant? fixedAt) => (this.host, this.fixedAt) = (host, fixedAt);

    /// <summary>True when it stands still where it was set.</summary>
    public bool IsTest => fixedAt is not null;

    public Instant GetCurrentInstant() => fixedAt ?? host.GetCurrentInstant();

    /// <summary>Reads the tenant's setting.</summary>
    public static async Task<TenantClock> LoadAsync(
        Database database, TenantId tenant, IClock host, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT test_clock FROM tenant WHERE tenant_id = @tenant";
        command.Add("tenant", tenant.Value);
        return new TenantClock(host, await command.ExecuteScalarAsync(cancel) switch
        {
            DateTime time => Instant.FromDateTimeUtc(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
            long microseconds => TimeCodec.FromMicroseconds(microseconds),
            _ => null,
        });
    }

    /// <summary>Sets the tenant's test clock, or returns it to the host's clock (null).</summary>
    public static async Task SetAsync(Database database, TenantId tenant, Instant? time, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE tenant SET test_clock = @time WHERE tenant_id = @tenant";
        command.Add("tenant", tenant.Value).Add("time", time is { } at ? database.TimeValue(at) : null);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Creates the tenant row if there is none.</summary>
    public static async Task EnsureTenantAsync(
        Database database, TenantId tenant, Instant now, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT INTO tenant (tenant_id, code, name, created_at) VALUES (@tenant, @code, @code, @now) ON CONFLICT DO NOTHING";
        command.Add("tenant", tenant.Value).Add("now", database.TimeValue(now))
            .Add("code", string.Create(CultureInfo.InvariantCulture, $"tenant-{tenant.Value}"));
        await command.ExecuteNonQueryAsync(cancel);
    }
}
