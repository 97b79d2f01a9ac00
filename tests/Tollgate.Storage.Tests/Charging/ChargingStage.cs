using System.Buffers;
using System.Data.Common;
using System.Globalization;
using NodaTime;
using Tollgate.Host.Cli;
using Tollgate.Mediation.Writing;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>An operator with a few customers on a fresh database, at a fixed time, and the means to import call files and to
/// look.</summary>
public sealed class ChargingStage : IAsyncDisposable
{
    public static readonly LocalDate Since = new(2026, 10, 1);
    public static readonly Instant Now = Instant.FromUtc(2026, 11, 20, 12, 0);

    private readonly TestDatabase home;
    private readonly string folder;

    private ChargingStage(TestDatabase place, OperationContext context)
    {
        home = place;
        Context = context;
        folder = Directory.CreateTempSubdirectory("tollgate-charging-").FullName;
    }

    public OperationContext Context { get; }

    public Database Database => Context.Database;

    public string Spec => home.ConnectionSpec;

    /// <param name="customers">Customer i has number 0151 followed by i as 8 digits; offers: i mod 4 = 0 bundle, 1 prepaid, else
    /// plain.</param>
    public static async Task<ChargingStage> CreateAsync(DatabaseKind kind, int customers = 8)
    {
        var place = await TestDatabase.CreateAsync(kind);
        var database = place.Open();
        var tenant = new TenantId(1);
        await TenantClock.EnsureTenantAsync(database, tenant, Now);
        await TenantClock.SetAsync(database, tenant, Now);
        var context = new OperationContext(
            database, new IdBlock(database), await TenantClock.LoadAsync(database, tenant, SystemClock.Instance), tenant, "test");
        await BenchOperator.CreateAsync(context, customers, Since);
        return new ChargingStage(place, context);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await home.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    public Task<CatalogueTimeline> TimelineAsync() => CatalogueVersions.LoadAsync(Context);

    /// <summary>One answered call; times are local to Berlin.</summary>
    public static string Call(
        int customer, LocalDateTime answer, int seconds, string destination = "03012345678", string key = "")
    {
        var output = new ArrayBufferWriter<byte>();
        var number = string.Create(CultureInfo.InvariantCulture, $"0151{customer:00000000}");
        AsteriskCsvWriter.Write(output, new AsteriskCall(
            "", number, destination, "from-subscribers", number, "PJSIP/a", "PJSIP/b", "Dial", "", answer.PlusSeconds(-5), answer,
            answer.PlusSeconds(seconds), seconds + 5, seconds, "ANSWERED", "DOCUMENTATION",
            string.Create(CultureInfo.InvariantCulture, $"{answer:uuuuMMddHHmmss}.{customer}{key}"), ""));
        return System.Text.Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public string PathOf(string name) => Path.Combine(folder, name);

    public async Task<string> FileAsync(string name, params string[] lines)
    {
        await File.WriteAllTextAsync(PathOf(name), string.Concat(lines));
        return PathOf(name);
    }

    /// <summary>Imports a file; its counters.</summary>
    public async Task<UsageFile> ImportAsync(string path, int batch = 20_000)
    {
        await using var import = new UsageImport(Context, await TimelineAsync(), new ImportSettings { BatchRecords = batch });
        return await ImportAsync(import, path);
    }

    public static async Task<UsageFile> ImportAsync(UsageImport import, string path)
    {
        var outcome = await import.RunAsync(BenchOperator.Source, path, null, TestContext.Current.CancellationToken);
        Assert.Null(outcome.Refusal);
        return outcome.Value!.File;
    }

    public async Task<ReplayResult> ReplayAsync(HoldReason? reason = null) =>
        await UsageReplay.RunAsync(Context, await TimelineAsync(), new HeldFilter(reason), TestContext.Current.CancellationToken);

    public Task<List<HeldRecord>> HeldAsync() => HeldStore.ListAsync(Database, Context.Tenant, new HeldFilter(), null, 1000);

    /// <summary>Gives a customer another number, as onboarding does.</summary>
    public async Task AddNumberAsync(int customer, string number, LocalDate from)
    {
        var valid = Database.TimeValue(from.AtMidnight().InUtc().ToInstant());
        await RunAsync(
            "INSERT INTO service_identity (customer_id, subscription_id, kind, value, valid_from, tenant_id) "
            + "SELECT customer_id, subscription_id, 1, @number, @from, 1 FROM subscription WHERE external_key = @key",
            ("number", number), ("from", valid), ("key", Key(customer)));
        await RunAsync(
            "INSERT INTO service_directory (tenant_id, kind, value, valid_from, customer_id, subscription_id) "
            + "SELECT 1, 1, @number, @from, customer_id, subscription_id FROM subscription WHERE external_key = @key",
            ("number", number), ("from", valid), ("key", Key(customer)));
        await TouchAsync(customer);
    }

    /// <summary>Raises the version of a customer's head, as every change of what charging sees must.</summary>
    public Task TouchAsync(int customer) => RunAsync(
        "UPDATE charging_head SET version = version + 1 WHERE customer_id = (SELECT customer_id FROM customer WHERE "
            + "external_key = @key)",
        ("key", Key(customer)));

    public static string Key(int customer) => customer.ToString(CultureInfo.InvariantCulture);

    public async Task RunAsync(string sql, params (string Name, object Value)[] values)
    {
        await using var connection = await Database.OpenAsync();
        await using var command = Command(connection, sql, values);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<long> NumberAsync(string sql, params (string Name, object Value)[] values)
    {
        await using var connection = await Database.OpenAsync();
        await using var command = Command(connection, sql, values);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>All proofs hold.</summary>
    public async Task ProveAsync() => Assert.Empty(await UsageProofs.CheckAsync(Database, Context.Tenant));

    /// <summary>Charges, totals and pockets as text without ids that two databases need not share.</summary>
    public async Task<IReadOnlyList<string>> SnapshotAsync() =>
    [
        .. await RowsAsync(
            "SELECT s.external_key, c.event_id, c.seq, c.slot_no, c.price_key_id, c.catalog_version, c.file_offset, c.subject, "
                + "c.destination, "
            + "c.duration_ms, c.charged, c.from_allowances, c.amount, c.from_money FROM charge c JOIN subscription s "
            + "ON s.customer_id = c.customer_id AND s.subscription_id = c.subscription_id"),
        .. await RowsAsync(
            "SELECT s.external_key, t.slot_no, t.price_key_id, CAST(t.event_period AS text), t.events, t.used, t.charged, "
                + "t.from_allowances, "
            + "t.amount, t.from_money FROM usage_total t JOIN subscription s "
            + "ON s.customer_id = t.customer_id AND s.subscription_id = t.subscription_id"),
        .. await RowsAsync(
            "SELECT a.external_key, p.kind, p.allowance, p.granted, p.balance FROM pocket p JOIN billing_account a "
            + "ON a.customer_id = p.customer_id AND a.account_id = p.account_id"),
        .. await RowsAsync("SELECT record_key, line, reason, raw, phase FROM held_record"),
    ];

    private static DbCommand Command(DbConnection connection, string sql, (string Name, object Value)[] values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of the tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            command.Add(name, value);
        }
        return command;
    }

    private async Task<List<string>> RowsAsync(string sql)
    {
        await using var connection = await Database.OpenAsync();
        await using var command = Command(connection, sql, []);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            var cells = Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) switch
            {
                byte[] bytes => Convert.ToHexStringLower(bytes),
                Guid guid => Convert.ToHexStringLower(guid.ToByteArray(bigEndian: true)),
                var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            });
            rows.Add(string.Join('|', cells));
        }
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }
}
