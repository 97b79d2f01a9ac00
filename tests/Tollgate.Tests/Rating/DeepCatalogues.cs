using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating;

/// <summary>Random catalogues of voice plans in which every model, axis, pocket, cap, discount and leg meets every other. The
/// same seed gives the same.</summary>
internal sealed class DeepCatalogues(int seed)
{
    private static readonly string[] Zones = ["Home", "Abroad", "Mobile"];
    private static readonly string[] Bands = ["peak", "night"];
    private static readonly string[] Prefixes = ["1", "2", "3", "12"];
    private static readonly string?[] Conditions = [null, null, "duration > 60", "trunk = \"T1\"",
        "net = \"on-net\" or kind = \"mobile\""];

    private readonly Random random = new(seed);

    internal Catalogue Catalogue()
    {
        var rows = Prefixes.SelectMany(Rows).ToImmutableArray();
        var plan = Plan("plan");
        return new Catalogue
        {
            Code = "deep",
            Currency = Units.Eur,
            TimeZone = Berlin,
            Numbering = new NumberingPlan(ShortCodeDigits: 0),
            TimeBands = [new TimeBandSet("bands", [new TimeBand("peak", 0b1_1111, 480, 1200), new TimeBand("night", 127, 0, 360)
            {
                Months = Chance(70) ? 0 : random.Next(0, 4096), MonthDays = Chance(70) ? 0 : (uint)random.Next(),
            }])],
            Decks = [new Deck("deck", rows)],
            Counters =
            [
                new Counter { Code = "minutes", Name = "M", Of = Chance(50) ? CounterOf.Charged : CounterOf.Paid,
                    Unit = Units.Minute },
                new Counter { Code = "spend", Name = "S", Of = CounterOf.Money, Unit = Units.Eur, Limit = Cents(500),
                    Thresholds = [50, 100] },
                new Counter { Code = "prices", Name = "P", Of = CounterOf.Price, Unit = Units.Eur },
            ],
            Portability = [new PortabilityTable("ported", [.. Ported()])],
            RatePlans = [plan, Plan("leg") with { RoundAt = RoundingPoint.Event }],
            Legs = [new Leg { Code = "leg", Kind = LegKind.Reseller, Party = "P", RatePlans = ["leg"], When = When(),
                AddsToRetail = Chance(30) }],
            Offers = [Offer()],
        };
    }

    internal UsageRecord Record() => Call(
        Chance(10) ? 0 : random.Next(0, 9_000_000), $"{random.Next(1, 5)}{random.Next(1, 3)}3") with
    {
        Origin = Chance(30) ? "" : $"{random.Next(1, 5)}55",
        Start = Noon + Duration.FromSeconds(random.Next(0, 200 * 86_400)),
        Attributes = Chance(50) ? default : UsageAttributes.Empty.With("trunk", "T1")
            .With("price", Pick(["1.5", "0.07", "12", "-2.5"]))
            .With(Chance(10) ? "answered" : "cause", "no").With("visited-network", Pick(["", "26201"])),
    };

    /// <summary>A prefix, maybe with another row from some day on, or with none.</summary>
    private IEnumerable<DeckRow> Rows(string prefix)
    {
        if (prefix.Length > 1 && Chance(50))
        {
            yield break;
        }
        LocalDate? change = Chance(50) ? Noon.InZone(Berlin).Date.PlusDays(random.Next(0, 200)) : null;
        yield return Row(prefix, null, change);
        if (change is not null && Chance(80))
        {
            yield return Row(prefix, change, null);
        }
    }

    private DeckRow Row(string prefix, LocalDate? from, LocalDate? to) =>
        new(prefix, Pick(Zones), Chance(30) ? new DeckPrice(Price(), 0, null) : null)
        {
            Detail = new DeckDetail(Chance(50) ? "mobile" : null, Chance(50) ? "red" : null, from, to),
        };

    private IEnumerable<PortedRange> Ported()
    {
        for (var country = 1; country < 5; country++)
        {
            if (Chance(50))
            {
                yield return new PortedRange($"{country}13", $"{country}{(Chance(50) ? "13" : "23")}", Pick(["red", "blue"]));
            }
        }
    }

    internal ImmutableArray<PocketState> Pockets(CompiledOffer offer)
    {
        var pockets = ImmutableArray.CreateBuilder<PocketState>();
        var id = 1;
        foreach (var index in Enumerable.Range(0, offer.Allowances.Length))
        {
            var steps = offer.Allowances[index].Unit.Kind == UnitKind.Duration ? 400_000L
                : offer.Allowances[index].Unit == Units.Eur ? Cents(90) : 9;
            pockets.Add(Pocket(id++, index, Chance(20) ? 0 : random.NextInt64(0, steps), random.Next(1, 4)));
        }
        foreach (var index in Enumerable.Range(0, offer.Counters.Length))
        {
            pockets.Add(Catalogues.Counter(id++, index, offer.Counters[index].Unit == Units.Eur
                ? Cents(random.Next(0, 600)) : random.Next(0, 9_000_000)));
        }
        pockets.Add(Cash(id++, Cents(random.Next(-10, 300))));
        pockets.Add(Cash(id, Cents(random.Next(0, 300)), 5));
        var order = pockets.ToArray();
        random.Shuffle(order);
        return [.. order];
    }

    private RatePlan Plan(string code) =>
        Catalogues.Plan(ServiceKind.Voice, [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Rule())]) with
        {
            Code = code,
            Deck = "deck",
            TimeBands = "bands",
            OwnNetworks = ["red"],
            Portability = Chance(50) ? "ported" : null,
            Boundary = Pick(Enum.GetValues<BandBoundary>()),
            ConnectFee = Pick(Enum.GetValues<ConnectFeeRule>()),
            ZeroUse = Pick(Enum.GetValues<NoUseRule>()),
            Unanswered = Pick(Enum.GetValues<NoUseRule>()),
            Rounding = new Rounding(random.Next(0, 7), Pick(Enum.GetValues<RoundingMode>())),
            RoundAt = Pick(Enum.GetValues<RoundingPoint>()),
        };

    private UsagePrice Rule() => new()
    {
        Zone = Chance(60) ? null : Pick(Zones),
        From = Chance(75) ? null : Pick(Zones),
        Visited = Chance(80) ? null : Pick(["home", "26201"]),
        Band = Chance(60) ? null : Pick([.. Bands, "other"]),
        Net = Chance(80) ? null : Pick(Enum.GetValues<Net>()),
        NumberKind = Chance(80) ? null : "mobile",
        When = When(),
        Priority = random.Next(1, 4),
        Per = Units.Minute,
        PerUnit = Price() * (Chance(10) ? -1 : 1),
        ConnectFee = Chance(50) ? 0 : Price(),
        Increments = new Increments(random.Next(0, 3) * 30_000, random.Next(1, 60_000)),
        FreeUnits = Chance(80) ? 0 : random.Next(0, 100_000),
        MinimumCharge = Chance(80) ? 0 : Price(),
        MaximumCharge = Chance(70) ? null : Price() + 1,
        AtMaximum = Pick(Enum.GetValues<AtMaximum>()),
        Model = Model(),
        Rounding = Chance(80) ? null : new Rounding(random.Next(0, 7), Pick(Enum.GetValues<RoundingMode>())),
    };

    private PriceModel Model() => random.Next(10) switch
    {
        0 => new AgeStepsPrice([new AgeStep(0, Price(), 60_000), new AgeStep(90_000, Price(), random.Next(1, 9_000))]),
        1 => new FlatPrice(Price()),
        2 => new PackagePrice(random.Next(1, 600_000), Price(), Chance(50) ? "minutes" : null),
        3 => new TieredPrice(Pick(Enum.GetValues<TierRule>()), [new Tier(5_000_000, Price(), Price()), new Tier(null, Price(),
            0)],
            Chance(70) ? "minutes" : null),
        4 => new ExternalPrice(random.Next(-50, 50), Price()),
        5 => new FormulaPrice(Formula.Parse("quantity * 0.01 + if(band = \"peak\", 1, 0)")),
        6 => Chance(80) ? FreePrice.Default : BarredPrice.Default,
        7 => new PercentagePrice(
            [.. Chance(50) ? [new PercentTier(3m, random.Next(0, 5000) / 100m)] : Array.Empty<PercentTier>(),
                new PercentTier(null, random.Next(0, 5000) / 100m)],
            Chance(60) ? "prices" : null),
        _ => PerUnitPrice.Default,
    };

    private Offer Offer() => Catalogues.Offer("plan") with
    {
        Payment = Pick(Enum.GetValues<PaymentModel>()),
        Counters = ["minutes", "spend"],
        Legs = ["leg"],
        Allowances = [.. Enumerable.Range(0, random.Next(0, 4)).Select(Allowance)],
        SpendingCaps = Chance(60) ? [] : [new SpendingCap("cap", "spend", Cents(500), Pick(Enum.GetValues<AtCap>()))],
        UsageDiscounts = [.. Enumerable.Range(0, random.Next(0, 3)).Select(i => new UsageDiscount
        {
            Code = $"d{i}", Name = "D", Percent = random.Next(0, 101), Amount = Chance(70) ? 0 : Price(), When = When(),
                Exclusive = Chance(20),
        })],
    };

    private Allowance Allowance(int number)
    {
        var unit = Pick([Units.Minute, Units.Minute, Units.Event, Units.Eur]);
        var allowance = new Allowance
        {
            Code = $"a{number}",
            Name = "A",
            Unit = unit,
            Amount = 400_000,
            Service = ServiceKind.Voice,
            Bands = Chance(70) ? [] : [Pick(Bands)],
            When = When(),
            Takes = unit == Units.Event ? [.. Others(), new AllowanceRate(random.Next(0, 3), Chance(50) ? 0 : 60_000)
                {
                    Basis = Chance(80) ? PriceBasis.Duration : null,
                }]
                : Chance(60) ? [] : [.. Others(), new AllowanceRate(random.Next(0, 4), random.Next(1, 4))
                {
                    Basis = unit == Units.Eur ? PriceBasis.Duration : null,
                }],
            Overage = Chance(70) ? Overage.Price : Pick(Enum.GetValues<Overage>()),
            ConnectFee = Chance(80) ? 0 : Price(),
            MemberLimit = Chance(80) ? null : unit == Units.Eur ? Cents(random.Next(1, 100)) : random.Next(1, 300_000),
            Thresholds = [50, 100],
        };
        var priced = Chance(30) && allowance.Takes.All(rate => rate.Per > 0) && (unit != Units.Eur || !allowance.Takes.IsEmpty);
        allowance = Chance(70) || unit == Units.Eur || allowance.Takes.Any(rate => rate.Per == 0 || rate.Basis is not null)
            ? allowance : allowance with { Increments = new Increments(random.Next(0, 3) * 20_000, random.Next(1, 50_000)) };
        return priced ? allowance with { Price = new UnitPrice(Price(), Units.Minute) } : allowance;
    }

    /// <summary>What is taken for usage that is counted in something else.</summary>
    private IEnumerable<AllowanceRate> Others() => Chance(70) ? []
        : [new AllowanceRate(random.Next(0, 5), 1) { Basis = Pick([PriceBasis.Events, PriceBasis.Volume]) }];

    private Condition? When() => Pick(Conditions) is { } text && Chance(50) ? Condition.Parse(text) : null;

    private decimal Price() => new(random.Next(0, 2_000), 0, 0, false, (byte)random.Next(2, 6));

    private bool Chance(int percent) => random.Next(100) < percent;

    private T Pick<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];
}
