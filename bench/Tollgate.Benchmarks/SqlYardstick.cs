using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Mediation;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Benchmarks;

/// <summary>
/// The same CSV file of calls, rated by what <c>tollgate price</c> runs and by SQL in DuckDB: longest prefix, increments, amount
/// rounded to a millionth, sum. Both must come to the same sum. <c>-- sql</c>
/// </summary>
/// <remarks>What differs: the product normalises numbers, reads times with their zones, makes the ids by which records are known
/// again, and has a result for each record; the SQL reads just the two columns that it needs, and knows nothing but these
/// prices.</remarks>
internal static class SqlYardstick
{
    private const int Records = 1_000_000;
    private const int Prefixes = 20_000;
    private const int Rounds = 5;

    internal static void Print()
    {
        var deck = SampleDeck.Of(Prefixes);
        var path = Path.Combine(Path.GetTempPath(), $"tollgate-yardstick-{Environment.ProcessId}.csv");
        try
        {
            Write(path, SampleDeck.WeightedNumbers(deck, Records));
            using var sql = Connect(deck);
            var compiled = CompiledCatalogue.Compile(CatalogueOf(deck));
            var product = new List<Result>();
            var one = new List<Result>();
            var all = new List<Result>();
            for (var round = 0; round <= Rounds; round++)
            {
                Add(round, product, () => Product(compiled, path));
                Add(round, one, () => Sql(sql, deck, path, 1));
                Add(round, all, () => Sql(sql, deck, path, Environment.ProcessorCount));
            }
            Print("tollgate price, decoding ahead", product);
            Print("DuckDB, one thread", one);
            Print(string.Create(CultureInfo.InvariantCulture, $"DuckDB, {Environment.ProcessorCount} threads"), all);
            foreach (var (name, results) in new[] { ("one thread", one), ("all threads", all) })
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"DuckDB with {name} takes {Median(results).Seconds / Median(product).Seconds:0.00} times as long"));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The first round warms up.</summary>
    private static void Add(int round, List<Result> results, Func<(long Count, long Sum)> work)
    {
        var started = Stopwatch.GetTimestamp();
        var (count, sum) = work();
        if (round > 0)
        {
            results.Add(new Result(Stopwatch.GetElapsedTime(started).TotalSeconds, count, sum));
        }
    }

    private static Result Median(List<Result> results) => results.OrderBy(result => result.Seconds).ElementAt(results.Count / 2);

    private static void Print(string what, List<Result> results)
    {
        var median = Median(results);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: median {median.Seconds:0.000} s of {Rounds}, least {results.Min(result => result.Seconds):0.000} s, ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{median.Count / median.Seconds / 1e6:0.00} million/s; {median.Count} records, sum {median.Sum}"));
    }

    private static (long Count, long Sum) Product(CompiledCatalogue compiled, string path)
    {
        var (count, sum) = (0L, 0L);
        var pricing = new PriceUsage(compiled, compiled.Offers["plain"], explain: false, priced =>
        {
            count += priced.Key is null ? 0 : 1;
            sum += priced.Rated.Amount;
        });
        using var file = File.OpenRead(path);
        pricing.RunAsync(new UsageSource { Code = "yardstick", Format = "generic-csv" }, file).GetAwaiter().GetResult();
        return (count, sum);
    }

    private static (long Count, long Sum) Sql(DuckDBConnection connection, Deck deck, string path, int threads)
    {
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"SET threads = {threads}"));
        var lengths = deck.Rows.Select(row => row.Prefix.Length).Distinct().OrderDescending().ToArray();
        var joins = string.Concat(lengths.Select(length => string.Create(CultureInfo.InvariantCulture,
            $" LEFT JOIN deck{length} d{length} ON d{length}.prefix = left(u.destination, {length})")));
        var price = string.Join(", ", lengths.Select(length => string.Create(CultureInfo.InvariantCulture, $"d{length}.price")));
        using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT count(price), sum((price * CASE WHEN seconds = 0 THEN 0 ELSE greatest(seconds, 60) END + 30) // 60)::BIGINT "
            + $"FROM (SELECT coalesce({price}) AS price, u.duration_s AS seconds FROM read_csv('{path}', header = true, "
            + "auto_detect = false, delim = ',', columns = {'record_id': 'VARCHAR', 'subject': 'VARCHAR', "
            + $"'destination': 'VARCHAR', 'start': 'VARCHAR', 'duration_s': 'BIGINT'}}) u{joins})";
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>A table for each length, so that each join is by equality.</summary>
    private static DuckDBConnection Connect(Deck deck)
    {
        var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        foreach (var rows in deck.Rows.GroupBy(row => row.Prefix.Length))
        {
            var table = string.Create(CultureInfo.InvariantCulture, $"deck{rows.Key}");
            Execute(connection, $"CREATE TABLE {table} (prefix VARCHAR, price BIGINT)");
            using var appender = connection.CreateAppender(table);
            foreach (var row in rows)
            {
                appender.CreateRow().AppendValue(row.Prefix).AppendValue((long)(row.Price!.PerUnit * 1_000_000)).EndRow();
            }
        }
        return connection;
    }

    private static void Execute(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static void Write(string path, string[] numbers)
    {
        var random = new Random(5);
        using var writer = new StreamWriter(path);
        writer.NewLine = "\n";
        writer.WriteLine("record_id,subject,destination,start,duration_s");
        for (var i = 0; i < numbers.Length; i++)
        {
            var start = Instant.FromUtc(2026, 10, 1, 0, 0) + Duration.FromSeconds(random.Next(30 * 86_400));
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"r{i},49170{random.Next(10_000_000):0000000},{numbers[i]},{start:uuuu-MM-dd'T'HH:mm:ss'Z'},{random.Next(600)}"));
        }
    }

    private static Catalogue CatalogueOf(Deck deck) => new()
    {
        Code = "yardstick",
        Currency = Units.Eur,
        TimeZone = DateTimeZone.Utc,
        Decks = [deck],
        RatePlans =
        [
            new RatePlan
            {
                Code = "plain", Name = "Plain", Service = ServiceKind.Voice, Currency = Units.Eur, TimeZone = DateTimeZone.Utc,
                Deck = deck.Code, Tax = "standard", RevenueAccount = "4000",
                Prices = [new UsagePrice { FromDeck = true, Per = Units.Minute, Increments = new Increments(60_000, 1_000) }],
            },
        ],
        Offers = [new Offer { Code = "plain", Name = "Plain", RatePlans = ["plain"] }],
    };

    private readonly record struct Result(double Seconds, long Count, long Sum);
}
