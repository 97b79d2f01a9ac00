using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using Npgsql;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate bench import</c>.</summary>
internal static class BenchCommands
{
    private static readonly LocalDate Since = new(2026, 10, 1);
    private const int WarmRecords = 100_000;
    private const int WarmBatch = 10_000;

    private static readonly Instant Now = Instant.FromUtc(2026, 11, 1, 0, 0);

    internal static Command Build(Globals globals)
    {
        var command = new Command("bench", "Measures this machine.");
        command.Add(Import(globals));
        return command;
    }

    private static Command Import(Globals globals)
    {
        var records = Number("--records", 1_000_000, "Records in the generated call file.");
        var customers = Number("--customers", 20_000, "Customers who make the calls.");
        var batch = Number("--batch", new ImportSettings().BatchRecords, "Records per transaction.");
        var command = new Command("import",
            "Generates a call file and customers, imports the file, and measures records per second from the file to durable\n"
            + "charges; then, in the same run, the yardstick: the rows that the import left behind, written from memory "
            + "as fast as\n"
            + "the database can (binary COPY, or prepared inserts) into the same tables. Prints JSON with both rates and their\n"
            + "ratio. The database must be empty and is left with the rows; it is for measuring only.\n\n"
            + "Example: tollgate bench import --records 1000000 --db sqlite:/tmp/bench.db")
        {
            records, customers, batch,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var size = new Size(parsed.GetValue(records), parsed.GetValue(customers), parsed.GetValue(batch));
            if (size.Records < 1 || size.Customers < 1 || size.Batch < 1)
            {
                throw new CommandRefusedException("--records, --customers and --batch must be 1 or more.", ExitCodes.Usage);
            }
            await using var database = new Database(globals.Spec(parsed));
            var folder = Directory.CreateTempSubdirectory("tollgate-bench-").FullName;
            try
            {
                new Output(OutputFormat.Json, globals.Terminal).Json(await MeasureAsync(database, size, folder, cancel));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<JsonObject> MeasureAsync(Database database, Size size, string folder, CancellationToken cancel)
    {
        var path = Path.Combine(folder, "calls.csv");
        var context = await PrepareAsync(database, size, cancel);
        await BenchOperator.WriteFileAsync(path, size.Records, size.Customers, Since, seed: 1, strangers: 5_000, cancel: cancel);
        var timeline = await CatalogueVersions.LoadAsync(context, cancel);
        await WarmAsync(context, timeline, size, folder, cancel);
        await SettleAsync(database, cancel);
        var server = await BenchProcessor.FindAsync(database, cancel);

        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var serverBefore = server?.Used() ?? default;
        var started = Stopwatch.GetTimestamp();
        ImportedFile imported;
        await using (var import = new UsageImport(context, timeline, new ImportSettings { BatchRecords = size.Batch }))
        {
            imported = (await import.RunAsync(BenchOperator.Source, path, null, cancel)).OrRefuse();
        }
        var time = Stopwatch.GetElapsedTime(started);
        process.Refresh();
        var used = new Used(
            process.PeakWorkingSet64, process.TotalProcessorTime - before, server?.Used() - serverBefore ?? default);
        await VerifyAsync(context, imported.File, size, cancel);

        var yardstick = database.Kind == DatabaseKind.Postgres
            ? await BenchYardstick.PostgresAsync(database, server, cancel)
            : await BenchYardstick.SqliteAsync(database, Path.Combine(folder, "yardstick.db"), size.Batch, cancel);
        return Report(database, size, imported, time, used, yardstick);
    }

    private static async Task<OperationContext> PrepareAsync(Database database, Size size, CancellationToken cancel)
    {
        var tenant = new TenantId(1);
        await Migrator.MigrateAsync(database, Now, cancel);
        await using (var connection = await database.OpenAsync(cancel))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM customer";
            if (Convert.ToInt64(await command.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture) > 0)
            {
                throw new CommandRefusedException(
                    "The database has customers: give one that is empty, it is filled and emptied.");
            }
        }
        await TenantClock.EnsureTenantAsync(database, tenant, Now, cancel);
        await TenantClock.SetAsync(database, tenant, Now, cancel);
        var clock = await TenantClock.LoadAsync(database, tenant, SystemClock.Instance, cancel);
        var context = new OperationContext(database, new IdBlock(database), clock, tenant, "bench");
        await BenchOperator.CreateAsync(context, size.Customers, Since, cancel);
        return context;
    }

    /// <summary>Imports a small file, so that the measured one meets a compiled program and a warm database as in a service that
    /// runs all day; and makes the database again what it was.</summary>
    private static async Task WarmAsync(
        OperationContext context, CatalogueTimeline timeline, Size size, string folder, CancellationToken cancel)
    {
        var path = Path.Combine(folder, "warm.csv");
        var records = Math.Min(size.Records, WarmRecords);
        await BenchOperator.WriteFileAsync(path, records, size.Customers, Since, seed: 2, cancel: cancel);
        await using (var import = new UsageImport(context, timeline, new ImportSettings { BatchRecords = WarmBatch }))
        {
            (await import.RunAsync(BenchOperator.Source, path, null, cancel)).OrRefuse();
        }
        await using var connection = await context.Database.OpenAsync(cancel);
        var postgres = context.Database.Kind == DatabaseKind.Postgres;
        string[] filled = ["charge", "pocket_movement", "usage_total", "held_record", "alert", "usage_file"];
        string[] statements =
        [
            .. filled.Select(table => (postgres ? "TRUNCATE " : "DELETE FROM ") + table),
            "DELETE FROM pocket WHERE kind = 'allowance'",
            "UPDATE pocket SET balance = granted",
            "UPDATE charging_head SET seq = 0, version = version + 1, last_event_time = NULL",
            .. postgres ? (string[])["VACUUM FULL pocket", "VACUUM FULL charging_head", "ANALYZE"] : ["VACUUM"],
        ];
        foreach (var statement in statements)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = statement;
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    private static async Task SettleAsync(Database database, CancellationToken cancel)
    {
        if (database.Kind == DatabaseKind.Postgres)
        {
            await using var connection = (NpgsqlConnection)await database.OpenAsync(cancel);
            await BenchYardstick.CheckpointAsync(connection, cancel);
        }
    }

    /// <summary>Every record has exactly one end, and the proofs hold.</summary>
    private static async Task VerifyAsync(OperationContext context, UsageFile file, Size size, CancellationToken cancel)
    {
        var failures = await UsageProofs.CheckAsync(context.Database, context.Tenant, cancel);
        if (failures.Count > 0 || file.Read != size.Records || file.Phase != UsageFile.Done)
        {
            throw new InvalidOperationException($"The import is wrong: {file}. {string.Join(' ', failures)}");
        }
    }

    private static JsonObject Report(
        Database database, Size size, ImportedFile imported, TimeSpan time, Used used,
        BenchYardstick.Result yardstick)
    {
        var locked = imported.Locked.Order().ToList();
        var report = new JsonObject
        {
            ["database"] = database.Kind.ToString().ToLowerInvariant(),
            ["records"] = size.Records,
            ["customers"] = size.Customers,
            ["batch"] = size.Batch,
            ["bytes"] = imported.File.Size,
            ["rated"] = imported.File.Rated,
            ["held"] = imported.File.Held,
            ["ignored"] = imported.File.Ignored,
            ["importSeconds"] = Math.Round(time.TotalSeconds, 3),
            ["importRecordsPerSecond"] = (long)(size.Records / time.TotalSeconds),
            ["yardstickRows"] = yardstick.Rows,
            ["yardstickSeconds"] = Math.Round(yardstick.Time.TotalSeconds, 3),
            ["yardstickRecordsPerSecond"] = (long)(size.Records / yardstick.Time.TotalSeconds),
            ["ratio"] = Math.Round(yardstick.Time / time, 3),
            ["importProcessorSeconds"] = Math.Round(used.Processor.TotalSeconds, 3),
            ["peakMemoryMegabytes"] = used.Memory / 1_000_000,
            ["lockMillisecondsMedian"] = (long)locked[locked.Count / 2].TotalMilliseconds,
            ["lockMillisecondsMax"] = (long)locked[^1].TotalMilliseconds,
        };
        if (used.Server > TimeSpan.Zero)
        {
            report["importDatabaseProcessorSeconds"] = Math.Round(used.Server.TotalSeconds, 3);
            report["yardstickProcessorSeconds"] = Math.Round(yardstick.Processor.TotalSeconds, 3);
        }
        return report;
    }

    private static Option<int> Number(string name, int preset, string description) =>
        new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => preset };

    /// <summary>What an import took. Server: processor time of the database's processes; zero: not known.</summary>
    private sealed record Used(long Memory, TimeSpan Processor, TimeSpan Server);

    private sealed record Size(int Records, int Customers, int Batch);
}
