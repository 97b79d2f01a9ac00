using System.Buffers;
using System.Data.Common;
using System.Globalization;
using System.Text;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Mediation;
using Tollgate.Mediation.Writing;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Storage;
using Tollgate.Storage.Charging;

namespace Tollgate.Host.Cli;

/// <summary>
/// An operator made for measuring and for killing: customers by the thousand, one voice service each, on all bill cycles, on
/// three offers (plain, with minutes included, prepaid); and call files of any length. The same numbers give the same bytes.
/// </summary>
public static class BenchOperator
{
    public const string SourceCode = "bench-pbx";

    private const long FirstNumber = 49_151_000_000_00;
    private const int IdsPerCustomer = 4;

    private static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];

    /// <summary>The source of the call files.</summary>
    public static UsageSource Source { get; } = new()
    {
        Code = SourceCode,
        Format = "asterisk-csv",
        TimeZone = Berlin,
    };

    /// <summary>Publishes the catalogue, stores the source and makes customers.</summary>
    public static async Task CreateAsync(
        OperationContext context, int customers, LocalDate since, CancellationToken cancel = default)
    {
        var start = Berlin.AtStartOfDay(since).ToInstant();
        await PublishCatalogue.RunAsync(context, Catalogue(), start, null, "for measuring", cancel);
        await SourceStore.PutAsync(context.Database, context.Tenant, Source, cancel);
        var seller = context.Ids.Next();
        var first = context.Ids.Next(customers * IdsPerCustomer);
        await using var connection = await context.Database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var sql in Statements)
        {
            await using var command = transaction.Command(sql.Replace("$N",
                "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < @customers)",
                StringComparison.Ordinal));
            command.CommandTimeout = 0;
            Add(command, "customers", customers);
            Add(command, "seller", seller);
            Add(command, "first", first);
            Add(command, "tenant", context.Tenant.Value);
            Add(command, "start", context.Database.TimeValue(start));
            Add(command, "day", context.Database.DateValue(since));
            Add(command, "number", FirstNumber);
            Add(command, "until", context.Database.TimeValue(Instant.FromUtc(9999, 12, 31, 0, 0)));
            await command.ExecuteNonQueryAsync(cancel);
        }
        await transaction.CommitAsync(cancel);
        if (context.Database.Kind == DatabaseKind.Postgres)
        {
            await using var analyze = connection.CreateCommand();
            analyze.CommandText = "ANALYZE";
            await analyze.ExecuteNonQueryAsync(cancel);
        }

        void Add(DbCommand command, string name, object value)
        {
            if (command.CommandText.Contains("@" + name, StringComparison.Ordinal))
            {
                command.Add(name, value);
            }
        }
    }

    /// <summary>Writes an Asterisk call file, in the order in which calls end, over the 28 days from <paramref name="day"/> on.
    /// About one call in twelve is not answered.</summary>
    /// <param name="strangers">One answered call in this many is from a number that no customer has; 0: none.</param>
    public static async Task WriteFileAsync(
        string path, int records, int customers, LocalDate day, int seed, int strangers = 0, CancellationToken cancel = default)
    {
        var random = new Random(seed);
        var start = day.AtMidnight();
        var step = 28L * NodaConstants.SecondsPerDay * 1000 / Math.Max(1, records);
        var buffer = new ArrayBufferWriter<byte>(1 << 20);
        await using var file = File.Create(path);
        for (var i = 0; i < records; i++)
        {
            var stranger = strangers > 0 && i % strangers == strangers - 1;
            var caller = Pick(random, customers) + (stranger ? 50_000_000 : 0);
            Write(buffer, random, i, start.PlusMilliseconds(i * step), caller);
            if (buffer.WrittenCount > (1 << 20) - 4096 || i == records - 1)
            {
                await file.WriteAsync(buffer.WrittenMemory, cancel);
                buffer.ResetWrittenCount();
            }
        }
    }

    /// <summary>Some customers call much more than others: the smaller of two draws.</summary>
    private static int Pick(Random random, int customers) => Math.Min(random.Next(customers), random.Next(customers));

    private static void Write(ArrayBufferWriter<byte> buffer, Random random, int i, LocalDateTime end, int caller)
    {
        var answered = random.Next(12) != 0;
        var seconds = answered ? 1 + random.Next(60) * random.Next(12) : 0;
        var ring = 2 + random.Next(20);
        var number = string.Create(CultureInfo.InvariantCulture, $"0{FirstNumber + caller - 490_000_000_000_0:0}");
        var begin = end.PlusSeconds(-seconds - ring);
        var channel = string.Create(CultureInfo.InvariantCulture, $"PJSIP/{caller}-{i:x8}");
        AsteriskCsvWriter.Write(buffer, new AsteriskCall(
            "", number, Destination(random), "from-subscribers",
            $"\"{number}\" <{number}>", channel, answered ? $"PJSIP/trunk-{i:x8}" : "",
            "Dial", "PJSIP/trunk,60", begin, answered ? begin.PlusSeconds(ring) : null, end, ring + seconds, seconds,
            answered ? "ANSWERED" : "NO ANSWER", "DOCUMENTATION",
            string.Create(CultureInfo.InvariantCulture, $"1790000000.{i}"), ""));
    }

    private static string Destination(Random random) => random.Next(100) switch
    {
        < 45 => string.Create(CultureInfo.InvariantCulture, $"030{random.Next(1_000_000, 9_999_999)}"),
        < 85 => string.Create(CultureInfo.InvariantCulture, $"017{random.Next(0, 9)}{random.Next(1_000_000, 9_999_999)}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"00{random.Next(30, 48)}{random.Next(10_000_000, 99_999_999)}"),
    };

    private static readonly string[] Statements =
    [
        "INSERT INTO seller (seller_id, tenant_id, code, name, legal_name, country, time_zone, currency, created_at) "
        + "VALUES (@seller, @tenant, 'bench', 'Bench', 'Bench Ltd', 'DE', 'Europe/Berlin', 'EUR', @start)",
        "$N INSERT INTO customer (customer_id, tenant_id, seller_id, external_key, phase, created_at) "
        + "SELECT @first + i * 4, @tenant, @seller, CAST(i AS text), 'active', @start FROM n",
        "$N INSERT INTO charging_head (customer_id, tenant_id, seq, version) SELECT @first + i * 4, @tenant, 0, 1 FROM n",
        "$N INSERT INTO billing_account (customer_id, account_id, tenant_id, seller_id, external_key, currency, cycle_day, "
            + "time_zone, "
        + "tax_country, phase, opened_on, billed_to, created_at) "
        + "SELECT @first + i * 4, @first + i * 4 + 1, @tenant, @seller, CAST(i AS text), 'EUR', 1 + i % 31, 'Europe/Berlin', "
        + "'DE', 'active', "
        + "@day, @day, @start FROM n",
        "$N INSERT INTO bill_slot (customer_id, account_id, slot_no, tenant_id) SELECT @first + i * 4, @first + i * 4 + 1, 1, "
            + "@tenant FROM n",
        "$N INSERT INTO subscription (customer_id, subscription_id, tenant_id, account_id, external_key, offer, phase, "
            + "started_at, created_at) "
        + "SELECT @first + i * 4, @first + i * 4 + 2, @tenant, @first + i * 4 + 1, CAST(i AS text), "
        + "CASE i % 4 WHEN 0 THEN 'bundle' WHEN 1 THEN 'prepaid' ELSE 'plain' END, 'active', @start, @start FROM n",
        "$N INSERT INTO pocket (customer_id, pocket_id, tenant_id, account_id, kind, unit, granted, balance, priority, "
            + "valid_from, valid_to) "
        + "SELECT @first + i * 4, @first + i * 4 + 3, @tenant, @first + i * 4 + 1, 'money', 'EUR', 2000000000, 2000000000, "
        + "100, @start, "
        + "@until FROM n WHERE i % 4 = 1",
        "$N INSERT INTO service_identity (customer_id, subscription_id, kind, value, valid_from, tenant_id) "
        + "SELECT @first + i * 4, @first + i * 4 + 2, 1, CAST(@number + i AS text), @start, @tenant FROM n",
        "$N INSERT INTO service_directory (tenant_id, kind, value, valid_from, customer_id, subscription_id) "
        + "SELECT @tenant, 1, CAST(@number + i AS text), @start, @first + i * 4, @first + i * 4 + 2 FROM n",
    ];

    private static CatalogueFile[] Catalogue()
    {
        var deck = new StringBuilder(
            "prefix,zone,price\n49,Germany,0.05\n4915,Germany Mobile,0.09\n4916,Germany Mobile,0.09\n4917,Germany Mobile,0.09\n");
        foreach (var country in Enumerable.Range(30, 18))
        {
            for (var area = 0; area < 100; area++)
            {
                var zone = $"Country {country}{(area < 20 ? " Mobile" : "")}";
                deck.Append(CultureInfo.InvariantCulture, $"{country}{area:00},{zone},0.{country + area % 7}\n");
            }
        }
        return
        [
            new CatalogueFile("bench.yaml", Encoding.UTF8.GetBytes(Yaml)),
            new CatalogueFile("decks/bench.csv", Encoding.UTF8.GetBytes(deck.ToString())),
        ];
    }

    private const string Yaml = """
        catalog:
          code: bench
          currency: EUR
          timeZone: Europe/Berlin
          numbering: { countryCode: "49" }
        taxes:
          - { code: standard, name: VAT, rates: [ { country: DE, percent: 19, from: 2007-01-01 } ] }
        timeBands:
          - code: week
            bands:
              - { code: peak, days: Mon-Fri, from: "08:00", to: "20:00" }
        decks:
          - { code: bench, file: decks/bench.csv, per: minute }
        ratePlans:
          - code: voice
            name: Calls
            service: voice
            deck: bench
            timeBands: week
            tax: standard
            revenueAccount: 4000-voice
            prices:
              - { zone: Germany, band: peak, price: 0.06 per minute, increments: 60/1 }
              - { price: deck, increments: 60/1 }
        offers:
          - { code: plain, name: Plain, payment: postpaid, ratePlans: [voice] }
          - code: bundle
            name: Bundle
            payment: postpaid
            ratePlans: [voice]
            allowances:
              - { code: minutes, name: 60 minutes, service: voice, amount: 60 minutes, zones: [Germany, Germany Mobile] }
          - { code: prepaid, name: Prepaid, payment: prepaid, ratePlans: [voice] }
        """;
}
