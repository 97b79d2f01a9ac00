using System.CommandLine;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using Tollgate.Catalog;
using Tollgate.Operations;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Customers.Onboarding;
using Tollgate.Storage;

namespace Tollgate.Host.Cli;

/// <summary>
/// <c>tollgate bench-onboarding</c> (hidden): generates customers as CSV, brings them into an empty database, then takes the rows
/// out and puts them back by raw binary COPY (PostgreSQL) or bare prepared inserts (SQLite), into the same tables with the same
/// indexes.
/// </summary>
internal static class OnboardBench
{
    /// <summary>In an order that foreign keys allow.</summary>
    private static readonly string[] Tables =
    [
        "customer", "party", "charging_head", "key_directory", "billing_account", "bill_slot", "subscription", "service_identity",
        "service_directory", "pocket", "journal_entry", "journal_line",
    ];

    internal static Command Build(Globals globals)
    {
        var customers = new Option<int>("--customers") { Description = "How many.", DefaultValueFactory = _ => 100_000 };
        var command = new Command(
            "bench-onboarding", "Measures onboarding on an empty database beside raw inserts of the same rows.")
        {
            customers,
        };
        command.Hidden = true;
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var context = session.Context;
            if ((await ReadCustomers.ListAsync(context, limit: 1, cancel: cancel)).Items.Length > 0)
            {
                throw new CommandRefusedException("The database holds customers. Give an empty one.");
            }
            (await CreateSeller.RunAsync(context, new NewSeller
            {
                Code = "bench", Name = "Bench", Country = "DE", TimeZone = "Europe/Berlin", Currency = "EUR",
            }, "external:bench", cancel)).OrFaults();
            var folder = Directory.CreateTempSubdirectory("tollgate-bench-").FullName;
            try
            {
                Generate(folder, parsed.GetValue(customers));
                globals.Output(parsed).Line((await MeasureAsync(context, folder, cancel)).ToJsonString());
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<JsonObject> MeasureAsync(OperationContext context, string folder, CancellationToken cancel)
    {
        OffersAt offers = (_, _) =>
            Task.FromResult(new Offers([("mobile", PaymentModel.Postpaid), ("prepaid", PaymentModel.Prepaid)]));
        var watch = Stopwatch.StartNew();
        var report = await OnboardCustomers.RunAsync(context, folder, offers, new OnboardingOptions(), null, cancel);
        var onboarding = watch.Elapsed.TotalSeconds;
        watch.Restart();
        var again = await OnboardCustomers.RunAsync(context, folder, offers, new OnboardingOptions(), null, cancel);
        var second = watch.Elapsed.TotalSeconds;
        var (rows, raw) = await RawAsync(context.Database, cancel);
        string Seconds(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["database"] = context.Database.Kind.ToString(), ["customers"] = report.Customers, ["created"] = report.Created,
            ["findings"] = report.FindingCount, ["rows"] = rows, ["onboardingSeconds"] = Seconds(onboarding),
            ["rawSeconds"] = Seconds(raw), ["ratio"] = Seconds(raw / onboarding), ["secondRunSeconds"] = Seconds(second),
            ["secondRunUnchanged"] = again.Unchanged,
            ["peakMegabytes"] = Process.GetCurrentProcess().PeakWorkingSet64 / 1_000_000,
        };
    }

    /// <summary>Takes the rows of all tables into memory, empties the tables and measures putting them back in one
    /// transaction.</summary>
    private static async Task<(long Rows, double Seconds)> RawAsync(Database database, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var copies = new List<(string Table, byte[] Bytes)>();
        var lists = new List<(string Table, List<object[]> Rows)>();
        var count = 0L;
        foreach (var table in Tables)
        {
            await using var counting = connection.CreateCommand();
            counting.CommandText = $"SELECT COUNT(*) FROM {table}";
            count += Convert.ToInt64(await counting.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture);
            if (connection is NpgsqlConnection postgres)
            {
                using var buffer = new MemoryStream();
                await using var export = await postgres.BeginRawBinaryCopyAsync(
                    $"COPY {table} TO STDOUT (FORMAT BINARY)", cancel);
                await export.CopyToAsync(buffer, cancel);
                copies.Add((table, buffer.ToArray()));
            }
            else
            {
                lists.Add((table, await ReadAsync(connection, table, cancel)));
            }
        }
        await using (var empty = connection.CreateCommand())
        {
            empty.CommandText = connection is NpgsqlConnection
                ? $"TRUNCATE {string.Join(", ", Tables)} CASCADE"
                : string.Concat(Tables.Reverse().Select(table => $"DELETE FROM {table};"));
            await empty.ExecuteNonQueryAsync(cancel);
        }
        var watch = Stopwatch.StartNew();
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var (table, bytes) in copies)
        {
            await using var import = await ((NpgsqlConnection)connection)
                .BeginRawBinaryCopyAsync($"COPY {table} FROM STDIN (FORMAT BINARY)", cancel);
            await import.WriteAsync(bytes, cancel);
        }
        foreach (var (table, rows) in lists)
        {
            Insert(transaction, table, rows);
        }
        await transaction.CommitAsync(cancel);
        return (count, watch.Elapsed.TotalSeconds);
    }

    private static async Task<List<object[]>> ReadAsync(DbConnection connection, string table, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM {table}";
        var rows = new List<object[]>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }
        return rows;
    }

    private static void Insert(DbTransaction transaction, string table, List<object[]> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }
        using var command = transaction.Command(
            $"INSERT INTO {table} VALUES "
                + $"({string.Join(", ", rows[0].Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"@p{i}")))})");
        for (var i = 0; i < rows[0].Length; i++)
        {
            command.Add(string.Create(CultureInfo.InvariantCulture, $"p{i}"), null);
        }
        command.Prepare();
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                command.Parameters[i].Value = row[i];
            }
            command.ExecuteNonQuery();
        }
    }

    /// <summary>One account per customer, 1.3 services, an opening balance for a third.</summary>
    private static void Generate(string folder, int customers)
    {
        using var people = Open(folder, "customers.csv", "customer_key,name,email,street,postcode,city,country");
        using var accounts = Open(folder, "accounts.csv", "account_key,customer_key,cycle_day,opened_on,language");
        using var services = Open(folder, "services.csv", "account_key,offer,identity_kind,identity,start_date,quantity");
        using var balances = Open(folder, "balances.csv", "account_key,unit,amount");
        for (var i = 1; i <= customers; i++)
        {
            var third = i % 3 == 0;
            people.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"C{i},Żaneta Müller {i},c{i}@example.org,Hauptstraße {i % 200},{10000 + i % 80000},Berlin,DE"));
            accounts.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A{i},C{i},{i % 31 + 1},2026-10-01,de"));
            services.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"A{i},{(third ? "prepaid" : "mobile")},msisdn,49170{1_000_000 + i},2026-10-01,1"));
            if (i % 10 < 3)
            {
                services.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"A{i},mobile,msisdn,49171{1_000_000 + i},2026-10-05,1"));
            }
            if (third)
            {
                balances.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A{i},EUR,{i % 50}.50"));
            }
        }
    }

    private static StreamWriter Open(string folder, string name, string header)
    {
        var writer = new StreamWriter(Path.Combine(folder, name), append: false, new UTF8Encoding(false));
        writer.WriteLine(header);
        return writer;
    }
}
