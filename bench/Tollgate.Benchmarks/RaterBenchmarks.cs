using BenchmarkDotNet.Attributes;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Benchmarks;

/// <summary>
/// One core rates calls and data sessions of a year in random order: 20,000 prefixes, three time bands in Europe/Berlin, an
/// allowance and a
/// money pocket of a hybrid offer. One operation is one record.
/// </summary>
[MemoryDiagnoser]
[InProcess]
public class RaterBenchmarks
{
    private const int Records = 100_000;
    private const int Prefixes = 20_000;

    private readonly PocketState[] pockets = new PocketState[2];
    private readonly PocketDraw[] draws = new PocketDraw[2];
    private UsageRecord[] records = [];
    private CompiledOffer offer = null!;
    private Rater rater = null!;

    [GlobalSetup]
    public void Setup()
    {
        var deck = SampleDeck.Of(Prefixes);
        var compiled = CompiledCatalogue.Compile(CatalogueOf(deck));
        offer = compiled.Offers["hybrid"];
        rater = new Rater(compiled);
        var random = new Random(3);
        records =
        [
            .. SampleDeck.Numbers(deck, Records).Select(number => new UsageRecord
            {
                EventId = default,
                Service = random.Next(4) == 0 ? ServiceKind.Data : ServiceKind.Voice,
                Subject = new ServiceIdentity(IdentityKind.Msisdn, "491701234567"),
                Destination = number,
                Start = Instant.FromUtc(2026, 1, 1, 0, 0) + Duration.FromSeconds(random.Next(365 * 86_400)),
                DurationMs = random.Next(600_000),
                OctetsUp = random.Next(10_000_000),
                OctetsDown = random.Next(100_000_000),
            }),
        ];
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public long Rate()
    {
        // The allowance lasts for about half of the calls, the money for about half of the rest.
        pockets[0] = Pocket(1, 0, Records * 100_000L);
        pockets[1] = Pocket(2, -1, Records * 3_000_000L);
        var sum = 0L;
        foreach (var record in records)
        {
            sum += rater.Rate(offer, record, pockets, draws, null).Amount;
        }
        return sum;
    }

    private static PocketState Pocket(long id, int allowance, long balance) => new()
    {
        Id = new PocketId(id),
        Kind = allowance < 0 ? PocketKind.Money : PocketKind.Allowance,
        Allowance = allowance,
        Balance = balance,
        Priority = 100,
        ValidFrom = Instant.FromUtc(2025, 1, 1, 0, 0),
        ValidTo = Instant.FromUtc(2028, 1, 1, 0, 0),
    };

    internal static Catalogue CatalogueOf(Deck deck)
    {
        var zone = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
        var voice = new RatePlan
        {
            Code = "voice",
            Name = "Voice",
            Service = ServiceKind.Voice,
            Currency = Units.Eur,
            TimeZone = zone,
            Deck = deck.Code,
            TimeBands = "week",
            Prices =
            [
                new UsagePrice { FromDeck = true, Per = Units.Minute, Increments = new Increments(60_000, 1_000) },
                new UsagePrice { FromDeck = true, Band = "peak", Per = Units.Minute,
                    Increments = new Increments(60_000, 60_000) },
            ],
            Tax = "standard",
            RevenueAccount = "4000-voice",
        };
        var data = voice with
        {
            Code = "data",
            Service = ServiceKind.Data,
            Deck = null,
            Prices = [new UsagePrice { Per = Units.Megabyte, PerUnit = 0.0123m, Increments = new Increments(0, 10_240) }],
        };
        return new Catalogue
        {
            Code = "bench",
            Currency = Units.Eur,
            TimeZone = zone,
            TimeBands =
            [
                new TimeBandSet("week",
                [
                    new TimeBand("peak", 0b001_1111, 8 * 60, 18 * 60),
                    new TimeBand("weekend", 0b110_0000, 0, 1440),
                ]),
            ],
            Decks = [deck],
            RatePlans = [voice, data],
            Offers =
            [
                new Offer
                {
                    Code = "hybrid",
                    Name = "Hybrid",
                    Payment = PaymentModel.Hybrid,
                    RatePlans = ["voice", "data"],
                    Allowances =
                    [
                        new Allowance
                        {
                            Code = "minutes", Name = "Minutes", Unit = Units.Minute, Amount = 1, Service = ServiceKind.Voice,
                        },
                    ],
                },
            ],
        };
    }
}
