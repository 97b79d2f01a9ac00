using System.Collections.Frozen;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating;

/// <summary>Counters, thresholds, spending caps, discounts and legs.</summary>
public sealed class CounterTests
{
    private static readonly RatePlan Voice = Plan(ServiceKind.Voice, PerMinute(0.60m));

    private static readonly Counter Spend = new()
    {
        Code = "spend", Name = "Spend", Of = CounterOf.Money, Unit = Units.Eur, Limit = Cents(1000), Thresholds = [50, 80, 100],
    };

    private static Till Till(Offer offer, params Counter[] counters) => new(Catalogue(Voice,
        offer) with { Counters = [.. counters] });

    [Fact]
    public void Counters_count_what_they_say_and_only_what_they_are_for()
    {
        static Counter Of(CounterOf of, Unit unit, string? when = null) => new()
        {
            Code = $"{of}-{unit}-{when is not null}", Name = "C", Of = of, Unit = unit,
                When = when is null ? null : Condition.Parse(when),
        };
        Counter[] counters =
        [
            Of(CounterOf.Used, Units.Minute), Of(CounterOf.Charged, Units.Second), Of(CounterOf.Paid, Units.Minute),
            Of(CounterOf.Events, Units.Event), Of(CounterOf.Money, Units.Eur), Of(CounterOf.Charged, Units.Megabyte),
            Of(CounterOf.Events, Units.Event, "duration > 60"),
        ];
        var minutes = new Allowance
        {
            Code = "minutes", Name = "Minutes", Unit = Units.Minute, Amount = 1, Service = ServiceKind.Voice,
        };
        var till = new Till(Catalogue(
            Voice with { Prices = [PerMinute(0.60m, 60_000, 60_000)] },
            Offer("plan") with { Allowances = [minutes], Counters = [.. counters.Select(counter => counter.Code)] })
            with { Counters = [.. counters] });
        PocketState[] pockets = [Pocket(1, 0, 20_000), .. Enumerable.Range(0, 7).Select(i => Catalogues.Counter(i + 2, i, 1))];

        till.Rate(Call(50_000), pockets);

        Assert.Equal([50_001, 60_001, 40_001, 2, Cents(40) + 1, 1, 1], pockets[1..].Select(pocket => pocket.Balance));
    }

    [Theory]
    [InlineData(0, 499, "")]
    [InlineData(0, 500, "50")]
    [InlineData(499, 301, "50 80")]
    [InlineData(500, 299, "")]
    [InlineData(700, 400, "80 100")]
    [InlineData(1000, 400, "")]
    public void Thresholds_are_told_when_they_are_crossed(int before, int cents, string crossed)
    {
        var till = Till(Offer("plan") with { Counters = ["spend"] }, Spend);

        till.Rate(Call(cents * 1_000), Catalogues.Counter(1, 0, Cents(before)));

        Assert.Equal(crossed, string.Join(' ', till.Thresholds.Select(one => one.Percent)));
    }

    [Fact]
    public void Thresholds_of_an_allowance_are_parts_of_its_amount()
    {
        var minutes = new Allowance
        {
            Code = "minutes", Name = "Minutes", Unit = Units.Minute, Amount = 100_000, Service = ServiceKind.Voice,
                Thresholds = [80, 100],
        };
        var till = Till(Offer("plan") with { Allowances = [minutes] });

        till.Rate(Call(60_000), Pocket(1, 0, 60_000));

        Assert.Equal([new ThresholdCrossed(0, 80, 100_000), new ThresholdCrossed(0, 100, 100_000)], till.Thresholds);
    }

    [Theory]
    [InlineData(AtCap.Free, 995, 5, UsageNotes.CapReached)]
    [InlineData(AtCap.Throttle, 995, 5, UsageNotes.CapReached | UsageNotes.Throttle)]
    [InlineData(AtCap.Block, 995, 5, UsageNotes.CapReached | UsageNotes.Disconnect)]
    [InlineData(AtCap.Free, 1000, 0, UsageNotes.CapReached)]
    [InlineData(AtCap.Free, 940, 60, UsageNotes.None)]
    public void A_cap_leaves_what_may_still_be_spent(AtCap then, int spent, int cents, UsageNotes notes)
    {
        var offer = Offer("plan") with { SpendingCaps = [new SpendingCap("cap", "spend", Cents(1000), then)] };

        var rated = Till(offer, Spend).Rate(Call(60_000), Catalogues.Counter(1, 0, Cents(spent)));

        Assert.Equal((Cents(cents), notes), (rated.Amount, rated.Notes));
    }

    [Fact]
    public void A_cap_that_blocks_refuses_what_comes_after_it()
    {
        var offer = Offer("plan") with { SpendingCaps = [new SpendingCap("cap", "spend", Cents(1000), AtCap.Block)] };
        PocketState[] pockets = [Catalogues.Counter(1, 0, Cents(1000))];

        Assert.Equal(HoldReason.SpendingCapReached, Till(offer, Spend).Rate(Call(60_000), pockets).Refusal);
        Assert.Equal(Cents(1000), pockets[0].Balance);
    }

    [Fact]
    public void Discounts_apply_in_their_order_each_to_what_is_left()
    {
        var offer = Offer("plan") with
        {
            UsageDiscounts =
            [
                new UsageDiscount { Code = "amount", Name = "Amount", Amount = 0.10m },
                new UsageDiscount { Code = "half", Name = "Half", Percent = 50, Priority = 10 },
                new UsageDiscount { Code = "third", Name = "Third", Percent = 33.333m, Priority = 20,
                    When = Condition.Parse("duration > 60") },
            ],
        };

        var till = Till(offer);

        Assert.Equal((Cents(20), Cents(40)), (till.Rate(Call(60_000)).Amount, till.Rate(Call(60_000)).Discount));
        Assert.Equal(0.300002m, Units.Eur.FromStorage(till.Rate(Call(120_000)).Amount));
        Assert.Equal(0, till.Rate(Call(10_000)).Amount);
    }

    [Fact]
    public void Friends_groups_and_other_offers_come_from_the_subscriber()
    {
        var offer = Offer("plan") with
        {
            UsageDiscounts =
            [
                new UsageDiscount { Code = "friends", Name = "Friends", Percent = 100, Numbers = "friends", Exclusive = true },
                new UsageDiscount { Code = "bundle", Name = "Bundle", Percent = 10, WithOffers = ["tv", "fibre"] },
            ],
        };
        var facts = new SubscriberFacts
        {
            Numbers = new Dictionary<string, FrozenSet<string>>(StringComparer.Ordinal)
            {
                ["friends"] = FrozenSet.Create(StringComparer.Ordinal, "4930123456"),
            }.ToFrozenDictionary(StringComparer.Ordinal),
            Offers = FrozenSet.Create(StringComparer.Ordinal, "plan", "tv"),
        };
        var known = new Till(Catalogue(Voice, offer)) { Facts = facts };

        Assert.Equal(
            [0, Cents(54), Cents(60)],
            [known.Rate(Call(60_000)).Amount, known.Rate(Call(60_000, "4930999")).Amount, Till(offer).Rate(Call(60_000)).Amount]);
    }

    [Fact]
    public void Legs_are_priced_in_the_same_pass_in_their_own_currency_and_refuse_nothing_else()
    {
        var dollars = Voice with { Code = "cost", Currency = Units.Get("USD"), Prices = [PerMinute(0.01m, 60_000, 60_000)] };
        var deck = Voice with { Code = "far", Deck = "deck" };
        var catalogue = Catalogue(Voice, Offer("plan") with { Legs = ["reseller"] }) with
        {
            RatePlans = [Voice, dollars, deck],
            Decks = [Deck(("1", "America"))],
            Legs =
            [
                new Leg { Code = "carrier", Kind = LegKind.Interconnect, Party = "C1", RatePlans = ["cost"], Trunks = ["T1",
                    "T2"] },
                new Leg { Code = "reseller", Kind = LegKind.Reseller, Party = "R1", RatePlans = ["far"] },
                new Leg { Code = "long", Kind = LegKind.Roaming, Party = "R2", RatePlans = ["cost"], Trunks = ["T1"],
                    When = Condition.Parse("duration > 100") },
            ],
        };
        var till = new Till(catalogue);

        var rated = till.Rate(Call(61_000) with { Attributes = UsageAttributes.Empty.With("trunk", "T1") });

        Assert.Equal(Cents(61), rated.Amount);
        Assert.Equal([(1, HoldReason.UnpricedDestination), (0, null)], till.Legs.Select(leg => (leg.Leg, leg.Refusal)));
        var carrier = till.Legs[1];
        Assert.Equal((61_000, 120_000, Cents(2)), (carrier.Used, carrier.Charged, carrier.Amount));
        Assert.Equal("USD", till.Compiled.PriceKeys[carrier.PriceKey].Currency);
        till.Rate(Call(61_000));
        Assert.Equal([1], till.Legs.Select(leg => leg.Leg));
    }

    [Fact]
    public void A_leg_may_be_part_of_the_customers_price_before_caps()
    {
        var carrier = Voice with { Code = "carrier", Prices = [PerMinute(0.20m)] };
        var offer = Offer("plan") with
        {
            Legs = ["carrier"], SpendingCaps = [new SpendingCap("cap", "spend", Cents(70), AtCap.Free)],
        };
        var till = new Till(Catalogue(Voice, offer) with
        {
            Counters = [Spend],
            RatePlans = [Voice, carrier],
            Legs =
            [
                new Leg
                {
                    Code = "carrier", Kind = LegKind.Interconnect, Party = "C", RatePlans = ["carrier"], AddsToRetail = true,
                },
            ],
        });

        Assert.Equal(Cents(40), till.Rate(Call(30_000), Catalogues.Counter(1, 0, 0)).Amount);
        Assert.Equal(Cents(70), till.Rate(Call(60_000), Catalogues.Counter(1, 0, 0)).Amount);
        Assert.Equal((0, Cents(20)), till.Legs.Select(leg => (leg.Leg, leg.Amount)).Single());
        Assert.Contains(
            new TraceStep("leg", "0.20 EUR of it is added to the customer's price: 0.60 EUR → 0.80 EUR"),
            till.Explain(Call(60_000), Catalogues.Counter(1, 0, 0)));
        Assert.Equal(HoldReason.NoRatePlan, till.Rate(Call(60_000) with { Service = ServiceKind.Sms }).Refusal);
        Assert.Empty(till.Legs);
    }
}
