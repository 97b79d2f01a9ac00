using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.TestSupport;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating;

/// <summary>Longest prefix and the order of rules.</summary>
public sealed class DestinationTests
{
    private static PrefixTable Table(params string[] prefixes) =>
        PrefixTable.Build(prefixes, [.. Enumerable.Range(0, prefixes.Length).Select(i => i * 10)]);

    [Theory]
    [InlineData("43", 0)]
    [InlineData("4312345678", 0)]
    [InlineData("4366", 1)]
    [InlineData("436991234", 2)]
    [InlineData("43699", 2)]
    [InlineData("43690", 0)]
    [InlineData("4300", 4)]
    [InlineData("430", 3)]
    [InlineData("999999999999999", 5)]
    [InlineData("9999999999999990001", 5)]
    [InlineData("43699-1234", 2)]
    [InlineData("436x9912", 0)]
    public void The_longest_prefix_wins(string number, int index)
    {
        var table = Table("43", "4366", "43699", "430", "4300", "999999999999999");

        Assert.True(table.TryFind(number, out var value));
        Assert.Equal((index, index * 10), (table.IndexOf(number), value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("4")]
    [InlineData("44")]
    [InlineData("42999999")]
    [InlineData("429")]
    [InlineData("internet.apn")]
    [InlineData("+4366")]
    [InlineData("99999999999999")]
    public void A_number_that_begins_with_no_prefix_is_not_found(string number) =>
        Assert.False(Table("43", "4366", "43699", "430", "4300", "999999999999999").TryFind(number, out _));

    [Fact]
    public void The_empty_prefix_matches_everything()
    {
        var table = Table("43", "");

        Assert.True(table.TryFind("", out var empty));
        Assert.True(table.TryFind("4", out var four));
        Assert.True(table.TryFind("apn", out var name));
        Assert.Equal([10, 10, 10], [empty, four, name]);
    }

    [Theory]
    [InlineData("43", "43")]
    [InlineData("43", "4a")]
    [InlineData("43", "1234567890123456")]
    public void A_prefix_given_twice_not_of_digits_or_too_long_is_refused(string first, string second) =>
        Assert.Throws<ArgumentException>(() => Table(first, second));

    [Fact]
    public void Look_up_agrees_with_a_linear_scan()
    {
        var random = new Random(7);
        for (var round = 0; round < Effort.Of(150); round++)
        {
            var digits = random.Next(1, 11);
            var most = random.Next(0, 16);
            var prefixes = Enumerable.Range(0, random.Next(0, 2) * 600 + random.Next(0, 200))
                .Select(_ => Digits(random, digits, most)).Distinct(StringComparer.Ordinal).ToArray();
            var table = Table(prefixes);
            for (var i = 0; i < 100; i++)
            {
                var number = prefixes.Length > 0 && random.Next(2) == 0
                    ? prefixes[random.Next(prefixes.Length)] + Digits(random, digits, 4)
                    : Digits(random, digits, 18);
                var longest = prefixes.Where(prefix => number.StartsWith(prefix, StringComparison.Ordinal))
                    .OrderByDescending(prefix => prefix.Length).FirstOrDefault();

                Assert.Equal(longest is not null, table.TryFind(number, out var value));
                Assert.Equal(Array.IndexOf(prefixes, longest), table.IndexOf(number));
                Assert.Equal(longest is null ? -1 : table.IndexOf(number) * 10, value);
            }
        }
    }

    [Fact]
    public void Half_a_million_prefixes_take_less_than_200_megabytes_to_compile()
    {
        var random = new Random(11);
        var rows = Enumerable.Range(0, 500_000)
            .Select(i => new DeckRow($"{i + 1_000_000}{random.Next(10)}", $"Zone {i % 900}", new DeckPrice(i % 700, 0, null)))
            .ToArray();
        var plan = Plan(ServiceKind.Voice, PerMinute(0) with { FromDeck = true }) with { Deck = "deck" };
        var catalogue = Catalogue(plan) with { Decks = [new Deck("deck", [.. rows])] };
        var before = GC.GetAllocatedBytesForCurrentThread();

        var till = new Till(catalogue);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 200_000_000);
        Assert.Equal(699m, till.Price(Call(60_000, rows[699].Prefix)));
    }

    [Fact]
    public void Half_a_million_prefixes_are_found_like_a_few()
    {
        var random = new Random(12);
        var prefixes = Enumerable.Range(0, 500_000).Select(_ => Digits(random, 10, 12)).Append("4").Append("49")
            .Distinct(StringComparer.Ordinal).ToArray();
        var values = prefixes.Select((_, i) => i % 40_000).ToArray();
        var table = PrefixTable.Build(prefixes, values);
        var known = prefixes.Select((prefix, i) => (prefix, i))
            .ToDictionary(pair => pair.prefix, pair => pair.i, StringComparer.Ordinal);

        for (var i = 0; i < 20_000; i++)
        {
            var number = prefixes[random.Next(prefixes.Length)] + Digits(random, 10, 15);
            var longest = Enumerable.Range(0, number.Length + 1).Reverse()
                .Select(length => known.TryGetValue(number[..length], out var index) ? index : -1).First(index => index >= 0);

            Assert.Equal(longest, table.IndexOf(number));
            Assert.True(table.TryFind(number, out var value));
            Assert.Equal(values[longest], value);
        }
    }

    [Fact]
    public void Plans_that_use_the_same_deck_share_its_table()
    {
        var voice = Plan(ServiceKind.Voice, PerMinute(1)) with { Deck = "deck" };
        var text = Plan(ServiceKind.Sms, new UsagePrice { Per = Units.Message, PerUnit = 1 })
            with { Code = "sms", Deck = "deck" };
        var catalogue = Catalogue(voice, Offer("plan", "sms")) with { Decks = [Deck(("49", "Home"))], RatePlans = [voice, text] };
        var offer = CompiledCatalogue.Compile(catalogue).Offers["offer"];

        Assert.NotNull(offer.Currency(ServiceKind.Sms));
        Assert.Null(offer.Currency(ServiceKind.Mms));
        Assert.Null(offer.Currency((ServiceKind)99));
        Assert.Equal(
            [("plan", "Home", "Calls to Home"), ("sms", "Home", "Messages to Home")],
            CompiledCatalogue.Compile(catalogue).PriceKeys.Select(key => (key.Plan, key.Zone, key.Label)));
    }

    [Fact]
    public void Versions_with_the_same_deck_keep_it_once()
    {
        var plan = Plan(ServiceKind.Voice, PerMinute(1)) with { Deck = "deck" };
        Catalogue With(params DeckRow[] rows) => Catalogue(plan) with { Decks = [new Deck("deck", [.. rows])] };
        DeckRow Row(string zone) => new("49", zone, new DeckPrice(1, 0, null));
        var first = CompiledCatalogue.Compile(With(Row("Home")));

        var same = CompiledCatalogue.Compile(With(Row("Home")), [first]);
        var other = CompiledCatalogue.Compile(With(Row("Abroad")), [first, same]);

        Assert.Same(first.Source.Decks[0], same.Source.Decks[0]);
        Assert.NotSame(first.Source.Decks[0], other.Source.Decks[0]);
        Assert.Equal(["Home", "Home", "Abroad"], new[] { first, same, other }.Select(one => one.PriceKeys[0].Zone));
    }

    private static readonly UsagePrice ZoneAndBand = PerMinute(4) with { Zone = "Home", Band = "peak" };
    private static readonly UsagePrice OnlyZone = PerMinute(3) with { Zone = "Home" };
    private static readonly UsagePrice OnlyBand = PerMinute(2) with { Band = "peak" };
    private static readonly UsagePrice Neither = PerMinute(1);
    private static readonly UsagePrice FromDeck = PerMinute(0) with { FromDeck = true };

    private static decimal PriceWith(string destination, params UsagePrice[] rules)
    {
        var plan = Plan(ServiceKind.Voice, rules) with { Deck = "deck", TimeBands = "bands" };
        var deck = new Deck("deck",
        [
            new DeckRow("49", "Home", null),
            new DeckRow("4970", "Home", new DeckPrice(70, 0, null)),
            new DeckRow("4971", "Home", new DeckPrice(71, 0.5m, new Increments(120_000, 1))),
        ]);
        var bands = new TimeBandSet("bands", [new TimeBand("peak", TimeBand.EveryDay, 8 * 60, 18 * 60)]);
        return new Till(Catalogue(plan) with { Decks = [deck], TimeBands = [bands] }).Price(Call(60_000, destination));
    }

    [Fact]
    public void The_more_specific_rule_wins_whatever_the_order_in_the_file()
    {
        Assert.Equal(4, PriceWith("4930", Neither, OnlyBand, OnlyZone, ZoneAndBand));
        Assert.Equal(4, PriceWith("4930", ZoneAndBand, OnlyZone, OnlyBand, Neither));
        Assert.Equal(3, PriceWith("4930", Neither, OnlyBand, OnlyZone));
        Assert.Equal(3, PriceWith("4930", OnlyZone, OnlyBand, Neither));
        Assert.Equal(2, PriceWith("4930", Neither, OnlyBand));
        Assert.Equal(1, PriceWith("4930", Neither, OnlyBand with { Band = "other" }, OnlyZone with { Zone = "Abroad" }));
    }

    [Fact]
    public void A_decks_own_price_ranks_as_if_its_zone_were_named()
    {
        Assert.Equal(70, PriceWith("4970", Neither, OnlyBand, FromDeck));
        Assert.Equal(4, PriceWith("4970", Neither, FromDeck, ZoneAndBand));
        Assert.Equal(70, PriceWith("4970", OnlyZone, FromDeck with { Band = "peak" }));
        Assert.Equal(2, PriceWith("4930", Neither, OnlyBand, FromDeck));
    }

    [Fact]
    public void Of_rules_that_rank_alike_the_first_in_the_file_wins()
    {
        Assert.Equal(3, PriceWith("4970", OnlyZone, FromDeck));
        Assert.Equal(70, PriceWith("4970", FromDeck, OnlyZone));
        Assert.Equal(1, PriceWith("4930", Neither, PerMinute(9)));
    }

    [Fact]
    public void A_decks_own_increments_and_connect_fee_replace_the_rules() =>
        Assert.Equal(71 * 2 + 0.5m, PriceWith("4971", FromDeck));

    [Fact]
    public void A_place_without_a_rule_or_price_is_unpriced()
    {
        var plan = Plan(ServiceKind.Voice, FromDeck, OnlyZone with { Zone = "Abroad" }) with { Deck = "deck" };
        var till = new Till(Catalogue(plan) with { Decks = [Deck(("49", "Home"), ("1", "Abroad"))] });

        Assert.Equal(HoldReason.UnpricedDestination, till.Rate(Call(60_000, "4930")).Refusal);
        Assert.Null(till.Rate(Call(60_000, "1212")).Refusal);
    }

    [Fact]
    public void A_catalogue_with_broken_references_does_not_compile()
    {
        var plan = Plan(ServiceKind.Voice, Neither);

        Assert.Throws<ArgumentException>(() => new Till(Catalogue(plan, Offer("missing"))));
        Assert.Throws<ArgumentException>(() => new Till(Catalogue(plan with { Deck = "missing" })));
        Assert.Throws<ArgumentException>(() => new Till(Catalogue(plan with { TimeBands = "missing" })));
        Assert.Throws<ArgumentException>(() => new Till(Catalogue(plan) with
        {
            Legs = [new Leg { Code = "leg", Kind = LegKind.Reseller, Party = "P", RatePlans = ["plan", "plan"] }],
        }));
        Assert.Throws<ArgumentException>(() => new Till(Catalogue(plan) with { RatePlans = [plan, plan] }));
    }

    private static string Digits(Random random, int kinds, int most)
    {
        var text = new char[random.Next(0, most + 1)];
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = (char)('0' + random.Next(Math.Min(kinds, 10)));
        }
        return new string(text);
    }
}
