using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating;

/// <summary>Small random catalogues, records and pockets in which everything meets everything. The same seed gives the
/// same.</summary>
internal sealed class RandomCatalogues(int seed)
{
    private static readonly string[] Zones = ["Home", "Abroad", "Mobile", "Satellite"];
    private static readonly string[] Bands = ["peak", "weekend", "night"];
    private static readonly ServiceKind[] Services = [ServiceKind.Voice, ServiceKind.Sms, ServiceKind.Data];
    private static readonly Unit[] Per = [Units.Minute, Units.Second, Units.Megabyte, Units.Mebibyte, Units.Message, Units.Event];
    private static readonly string[] TimeZones = ["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "UTC"];

    private readonly Random random = new(seed);

    internal Catalogue Catalogue()
    {
        var bands = Some(4).Select(_ => Band()).ToImmutableArray();
        var rows = Enumerable.Range(0, random.Next(1, 30)).Select(_ => Digits(1, 4)).Distinct(StringComparer.Ordinal)
            .Select(prefix => new DeckRow(prefix, Pick(Zones), Chance(50) ? DeckPrice() : null)).ToImmutableArray();
        var plans = Services.Where(_ => Chance(85)).SelectMany(service => Enumerable.Range(0, Chance(60) ? 1 : random.Next(2, 4))
            .Select(number => Plan(service) with { Code = $"plan-{service}-{number}" })).ToImmutableArray();
        return new Catalogue
        {
            Numbering = new NumberingPlan(ShortCodeDigits: 0),
            Code = "random",
            Currency = Units.Eur,
            TimeZone = Berlin,
            TimeBands = [new TimeBandSet("bands", bands)],
            Decks = [new Deck("deck", rows)],
            RatePlans = plans,
            Offers =
            [
                new Offer
                {
                    Code = "offer",
                    Name = "Offer",
                    Payment = Pick(Enum.GetValues<PaymentModel>()),
                    RatePlans = [.. plans.Select(Entry)],
                    Allowances = [.. Some(4).Select(Allowance)],
                },
            ],
        };
    }

    internal UsageRecord Record() => Call(Quantity(3_700_000), Chance(90) ? Digits(0, 7) : "4x9") with
    {
        Service = Pick(Services),
        Start = Noon + Duration.FromSeconds(random.Next(0, 400 * 86_400)),
        OctetsUp = Quantity(50_000_000),
        OctetsDown = Quantity(50_000_000),
        Events = random.Next(0, 4),
    };

    internal ImmutableArray<PocketState> Pockets(int allowances)
    {
        var order = Enumerable.Range(1, 5).ToArray();
        random.Shuffle(order);
        return [.. order.Take(random.Next(0, 6)).Select(id => Pocket(
            id, random.Next(-1, allowances), random.Next(-3, 10) * (Chance(50) ? 3_333_333L : 30_000L), random.Next(1, 3),
            Chance(80) ? "2026-01-01T00:00:00Z" : "2026-07-01T00:00:00Z",
            Chance(50) ? "2028-01-01T00:00:00Z" : "2026-12-01T00:00:00Z"))];
    }

    private RatePlan Plan(ServiceKind service) =>
        Catalogues.Plan(service, [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Rule())]) with
    {
        Deck = Chance(75) ? "deck" : null,
        TimeBands = Chance(75) ? "bands" : null,
        TimeZone = DateTimeZoneProviders.Tzdb[Pick(TimeZones)],
        Rounding = new Rounding(random.Next(0, 11), Pick(Enum.GetValues<RoundingMode>())),
    };

    private OfferPlan Entry(RatePlan plan) => new(plan.Code)
    {
        Priority = Chance(70) ? 100 : random.Next(99, 102),
        From = Chance(80) ? null : new LocalDate(2026, random.Next(1, 13), 15),
        To = Chance(80) ? null : new LocalDate(2027, random.Next(1, 13), 15),
        When = Chance(80) ? null : Condition.Parse("events > 1"),
    };

    private UsagePrice Rule() => new()
    {
        Zone = Chance(50) ? null : Pick([.. Zones, "any"]),
        Band = Chance(50) ? null : Pick([.. Bands, "other"]),
        FromDeck = Chance(30),
        Per = Pick(Per),
        PerUnit = Price(),
        ConnectFee = Chance(50) ? 0 : Price(),
        Increments = Steps(),
    };

    private TimeBand Band()
    {
        var from = random.Next(0, 1440);
        return new TimeBand(Pick(Bands), random.Next(1, 128), from, random.Next(from + 1, 1441));
    }

    private Allowance Allowance(int number) => new()
    {
        Code = "allowance-" + number,
        Name = "Allowance",
        Unit = Pick(Per),
        Amount = 1,
        Service = Pick(Services),
        Zones = Chance(50) ? [] : [Pick(Zones), Pick([.. Zones, "any"])],
    };

    private DeckPrice DeckPrice() => new(Price(), Chance(50) ? 0 : Price(), Chance(50) ? null : Steps());

    private Increments Steps() => Chance(30)
        ? Increments.Exact with { Next = 7_777 }
        : new Increments(random.Next(0, 3) * 30_000, random.Next(1, 3) * 6_000);

    private decimal Price() => new(random.Next(0, 2_000), 0, 0, false, (byte)random.Next(0, 7));

    private long Quantity(int most) => Chance(10) ? 0 : random.Next(0, most);

    private string Digits(int least, int most) =>
        string.Concat(Enumerable.Range(0, random.Next(least, most + 1)).Select(_ => (char)('0' + random.Next(0, 4))));

    private IEnumerable<int> Some(int most) => Enumerable.Range(0, random.Next(0, most + 1));

    private bool Chance(int percent) => random.Next(100) < percent;

    private T Pick<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];
}
