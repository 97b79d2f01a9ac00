using BenchmarkDotNet.Attributes;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Benchmarks;

/// <summary>
/// One core rates calls by a plan of full depth: 20,000 prefixes, split over three time bands, a condition, graduated tiers
/// over a counter, five pockets and counters of a hybrid offer, a discount, and two legs by plans of their own. And one call of
/// a minute beside one of a day, both by the second over the bands. One operation is one record.
/// </summary>
[MemoryDiagnoser]
[InProcess]
public class RaterDepthBenchmarks
{
    private const int Records = 100_000;
    private const int Prefixes = 20_000;

    private static readonly Instant Far = Instant.FromUtc(2028, 1, 1, 0, 0);
    private static readonly Instant Before = Instant.FromUtc(2025, 1, 1, 0, 0);

    private readonly PocketState[] pockets = new PocketState[7];
    private readonly PocketDraw[] draws = new PocketDraw[7];
    private UsageRecord[] records = [];
    private CompiledOffer deep = null!;
    private CompiledOffer split = null!;
    private Rater rater = null!;

    [GlobalSetup]
    public void Setup()
    {
        var deck = SampleDeck.Of(Prefixes);
        var compiled = CompiledCatalogue.Compile(Catalogue(deck));
        (deep, split) = (compiled.Offers["deep"], compiled.Offers["split"]);
        rater = new Rater(compiled);
        var random = new Random(3);
        var trunk = UsageAttributes.Empty.With("trunk", "T1");
        records =
        [
            .. SampleDeck.Numbers(deck, Records).Select(number => new UsageRecord
            {
                EventId = default,
                Service = ServiceKind.Voice,
                Subject = new ServiceIdentity(IdentityKind.Msisdn, "491701234567"),
                Destination = number,
                Start = Instant.FromUtc(2026, 1, 1, 0, 0) + Duration.FromSeconds(random.Next(365 * 86_400)),
                DurationMs = random.Next(600_000),
                Attributes = trunk,
            }),
        ];
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public long FivePocketsTiersAndTwoLegs()
    {
        Fill();
        var sum = 0L;
        foreach (var record in records)
        {
            sum += rater.Rate(deep, record, pockets, draws, null).Amount + rater.Legs[0].Amount;
        }
        return sum;
    }

    [Benchmark]
    public long SplitCallOfAMinute() => rater.Rate(split, records[0] with { DurationMs = 60_000 }, [], [], null).Amount;

    [Benchmark]
    public long SplitCallOfADay() => rater.Rate(split, records[0] with { DurationMs = 86_400_000 }, [], [], null).Amount;

    private void Fill()
    {
        for (var i = 0; i < pockets.Length; i++)
        {
            pockets[i] = new PocketState
            {
                Id = new PocketId(i + 1),
                Kind = i < 4 ? PocketKind.Allowance : i == 4 ? PocketKind.Money : PocketKind.Counter,
                Allowance = i < 4 ? i : i == 4 ? -1 : i - 5,
                Balance = i < 4 ? Records * 30_000L : i == 4 ? Records * 3_000_000L : 0,
                Priority = 100 + i,
                ValidFrom = Before,
                ValidTo = Far,
            };
        }
    }

    private static Catalogue Catalogue(Deck deck)
    {
        var minute = new UsagePrice { Per = Units.Minute, Increments = new Increments(60_000, 1_000) };
        var tiers = new TieredPrice(
            TierRule.Graduated, [new Tier(6_000_000, 0.12m, 0), new Tier(60_000_000, 0.09m, 0), new Tier(null, 0.05m, 0)],
                "minutes");
        var plan = new RatePlan
        {
            Code = "deep", Name = "Deep", Service = ServiceKind.Voice, Currency = Units.Eur,
            TimeZone = DateTimeZoneProviders.Tzdb["Europe/Berlin"], Deck = deck.Code, TimeBands = "week", Tax = "standard",
            RevenueAccount = "4000-voice",
            Prices =
            [
                minute with { Model = tiers },
                minute with { PerUnit = 0.03m, When = Condition.Parse("apn = \"internet\" or duration > 100000") },
            ],
        };
        var leg = plan with { Code = "leg", Prices = [minute with { FromDeck = true }] };
        var divided = plan with
        {
            Code = "split", Boundary = BandBoundary.Split,
            Prices = [minute with { PerUnit = 0.03m }, minute with { PerUnit = 0.09m, Band = "peak" }],
        };
        var allowance = new Allowance
        {
            Code = "a", Name = "Minutes", Unit = Units.Minute, Amount = 1, Service = ServiceKind.Voice,
        };
        return new Catalogue
        {
            Code = "bench", Currency = Units.Eur, TimeZone = plan.TimeZone, Decks = [deck], RatePlans = [plan, leg, divided],
            TimeBands =
            [
                new TimeBandSet("week",
                    [new TimeBand("peak", 0b001_1111, 480, 1080), new TimeBand("weekend", 0b110_0000, 0, 1440)]),
            ],
            Counters =
            [
                new Counter { Code = "minutes", Name = "Minutes", Of = CounterOf.Charged, Unit = Units.Minute },
                new Counter { Code = "spend", Name = "Spend", Of = CounterOf.Money, Unit = Units.Eur },
            ],
            Legs =
            [
                new Leg { Code = "reseller", Kind = LegKind.Reseller, Party = "R", RatePlans = ["leg"] },
                new Leg { Code = "carrier", Kind = LegKind.Interconnect, Party = "C", RatePlans = ["leg"], Trunks = ["T1"] },
            ],
            Offers =
            [
                new Offer
                {
                    Code = "deep", Name = "Deep", Payment = PaymentModel.Hybrid, RatePlans = ["deep"], Legs = ["reseller"],
                    Counters = ["minutes", "spend"],
                    Allowances =
                    [
                        allowance,
                        allowance with { Code = "b", Bands = ["peak"] },
                        allowance with { Code = "c", Takes = [new AllowanceRate(2, 1)] },
                        allowance with { Code = "d", Bands = ["weekend"] },
                    ],
                    UsageDiscounts = [new UsageDiscount { Code = "ten", Name = "Ten", Percent = 10 }],
                },
                new Offer { Code = "split", Name = "Split", RatePlans = ["split"] },
            ],
        };
    }
}
