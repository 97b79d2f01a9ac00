using System.Collections.Immutable;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating;

/// <summary>Allowances and money pockets.</summary>
public sealed class PocketTests
{
    private static readonly Allowance Minutes = new()
    {
        Code = "minutes", Name = "Minutes", Unit = Units.Minute, Amount = 6_000_000, Service = ServiceKind.Voice,
    };

    private static readonly RatePlan Voice = Plan(ServiceKind.Voice, PerMinute(0.60m, 60_000, 1_000, connect: 0.05m));

    private static Till WithAllowances(params Allowance[] allowances) =>
        new(Catalogue(Voice, Offer("plan") with { Allowances = [.. allowances] }));

    private static Till Paying(PaymentModel payment) => new(Catalogue(Voice, Offer("plan") with { Payment = payment }));

    [Fact]
    public void An_allowance_that_covers_the_event_leaves_nothing_to_pay()
    {
        var till = WithAllowances(Minutes);
        PocketState[] pockets = [Pocket(1, 0, 100_000)];

        var rated = till.Rate(Call(59_000), pockets);

        Assert.Equal((60_000, 60_000, 0), (rated.Charged, rated.FromAllowances, rated.Amount));
        Assert.Equal([new PocketDraw(0, 60_000, 100_000)], till.Draws);
        Assert.Equal(40_000, pockets[0].Balance);
    }

    [Fact]
    public void An_allowance_that_runs_out_pays_a_part_and_money_the_rest_without_connect_fee()
    {
        var till = WithAllowances(Minutes);
        PocketState[] pockets = [Pocket(1, 0, 50_000)];

        var rated = till.Rate(Call(80_000), pockets);

        Assert.Equal((80_000, 50_000, Cents(30)), (rated.Charged, rated.FromAllowances, rated.Amount));
        Assert.Equal(0, pockets[0].Balance);
    }

    [Fact]
    public void A_plan_can_ask_for_the_connect_fee_whenever_money_pays_a_part()
    {
        var plan = Voice with { ConnectFee = ConnectFeeRule.AnyMoney };
        var till = new Till(Catalogue(plan, Offer("plan") with { Allowances = [Minutes] }));

        Assert.Equal(Cents(35), till.Rate(Call(80_000), Pocket(1, 0, 50_000)).Amount);
        Assert.Equal(0, till.Rate(Call(80_000), Pocket(1, 0, 90_000)).Amount);
    }

    [Fact]
    public void Pockets_are_used_by_priority_then_expiry_then_id()
    {
        var till = WithAllowances(Minutes);
        PocketState[] pockets =
        [
            Pocket(9, 0, 10_000),
            Pocket(3, 0, 10_000),
            Pocket(8, 0, 10_000, to: "2026-06-01T00:00:00Z"),
            Pocket(7, 0, 10_000, priority: 1),
            Pocket(1, 0, 0, priority: 0),
        ];

        var rated = till.Rate(Call(60_000), pockets);

        Assert.Equal([7, 8, 3, 9], till.Draws.Select(draw => pockets[draw.Pocket].Id.Value));
        Assert.Equal((40_000, Cents(20)), (rated.FromAllowances, rated.Amount));
    }

    [Theory]
    [InlineData("2026-03-02T11:00:00Z", "2026-03-02T11:00:01Z", true)]
    [InlineData("2026-03-01T00:00:00Z", "2026-03-02T11:00:00Z", false)]
    [InlineData("2026-03-02T11:00:01Z", "2027-01-01T00:00:00Z", false)]
    public void A_pocket_is_valid_from_its_start_up_to_but_without_its_end(string from, string to, bool used)
    {
        // 12:00 in Berlin is 11:00 UTC; validity looks at the start of the event only.
        var till = WithAllowances(Minutes);

        var rated = till.Rate(Call(60_000), Pocket(1, 0, 100_000, from: from, to: to));

        Assert.Equal(used ? 60_000 : 0, rated.FromAllowances);
    }

    [Fact]
    public void An_allowance_pays_only_for_its_service_its_basis_and_its_zones()
    {
        var other = Minutes with { Code = "sms", Service = ServiceKind.Sms, Unit = Units.Message };
        var count = Minutes with { Code = "calls", Unit = Units.Event };
        var abroad = Minutes with { Code = "abroad", Zones = ["Abroad"] };
        var home = Minutes with { Code = "home", Zones = ["Home", "Nearby"] };
        var catalogue = Catalogue(
            Voice with { Deck = "deck" }, Offer("plan") with { Allowances = [other, count, abroad, home] });
        var till = new Till(catalogue with { Decks = [Deck(("49", "Home"), ("1", "Abroad"))] });
        PocketState[] pockets = [Pocket(1, 0, 90_000), Pocket(2, 1, 90_000), Pocket(3, 2, 90_000), Pocket(4, 3, 90_000)];

        till.Rate(Call(60_000, "4930"), pockets);
        Assert.Equal([new PocketDraw(3, 60_000, 90_000)], till.Draws);

        till.Rate(Call(60_000, "1212"), pockets);
        Assert.Equal([new PocketDraw(2, 60_000, 90_000)], till.Draws);
    }

    [Fact]
    public void Postpaid_usage_leaves_money_pockets_alone()
    {
        var till = Paying(PaymentModel.Postpaid);
        PocketState[] pockets = [Cash(1, Cents(500))];

        var rated = till.Rate(Call(60_000), pockets);

        Assert.Equal((Cents(65), 0, 0), (rated.Amount, rated.FromMoney, rated.Draws));
        Assert.Equal(Cents(500), pockets[0].Balance);
    }

    [Fact]
    public void Prepaid_usage_drains_pockets_in_order_and_the_last_goes_below_zero()
    {
        var till = Paying(PaymentModel.Prepaid);
        PocketState[] pockets = [Cash(2, Cents(20)), Cash(1, Cents(30)), Cash(3, Cents(-5), priority: 1)];

        var rated = till.Rate(Call(60_000), pockets);

        Assert.Equal((Cents(65), Cents(65)), (rated.Amount, rated.FromMoney));
        Assert.Equal([Cents(5 - 20), 0, Cents(-5)], pockets.Select(pocket => pocket.Balance));
        Assert.Equal([new PocketDraw(1, Cents(30), Cents(30)), new PocketDraw(0, Cents(35), Cents(20))], till.Draws);
    }

    [Fact]
    public void Prepaid_usage_makes_an_empty_pocket_negative()
    {
        var till = Paying(PaymentModel.Prepaid);
        PocketState[] pockets = [Cash(1, 0)];

        var rated = till.Rate(Call(60_000), pockets);

        Assert.Equal(Cents(65), rated.FromMoney);
        Assert.Equal([new PocketDraw(0, Cents(65), 0)], till.Draws);
        Assert.Equal(Cents(-65), pockets[0].Balance);
    }

    [Fact]
    public void Prepaid_usage_without_a_money_pocket_is_charged_and_drawn_from_nothing()
    {
        var rated = Paying(PaymentModel.Prepaid).Rate(Call(60_000));

        Assert.Equal((Cents(65), 0), (rated.Amount, rated.FromMoney));
    }

    [Fact]
    public void Hybrid_usage_takes_what_is_there_and_the_rest_goes_on_the_bill()
    {
        var till = Paying(PaymentModel.Hybrid);
        PocketState[] pockets = [Cash(1, Cents(20)), Cash(2, Cents(-5)), Cash(3, Cents(10))];

        var rated = till.Rate(Call(60_000), pockets);

        Assert.Equal((Cents(65), Cents(30), 2), (rated.Amount, rated.FromMoney, rated.Draws));
        Assert.Equal([0, Cents(-5), 0], pockets.Select(pocket => pocket.Balance));
    }

    [Fact]
    public void A_refusal_for_a_missing_plan_or_destination_leaves_pockets_as_they_were()
    {
        var offer = Offer("plan") with { Allowances = [Minutes], Payment = PaymentModel.Prepaid };
        var till = new Till(Catalogue(Voice with { Deck = "deck" }, offer) with { Decks = [Deck(("49", "Home"))] });
        PocketState[] pockets = [Pocket(1, 0, 90_000), Cash(2, 100)];
        var before = pockets.ToImmutableArray();

        Assert.Equal(HoldReason.NoRatePlan, till.Rate(Call(60_000) with { Service = ServiceKind.Mms }, pockets).Refusal);
        Assert.Equal(HoldReason.UnpricedDestination, till.Rate(Call(60_000, "1212"), pockets).Refusal);
        Assert.Equal(HoldReason.UnpricedDestination, till.Rate(Call(60_000, ""), pockets).Refusal);
        Assert.Equal(before, pockets);
    }

    [Fact]
    public void A_refusal_for_overflow_gives_back_what_allowances_had_paid()
    {
        var offer = Offer("plan") with { Allowances = [Minutes] };
        var till = new Till(Catalogue(Plan(ServiceKind.Voice, PerMinute(1_000_000_000m)), offer));
        PocketState[] pockets = [Pocket(1, 0, 90_000), Pocket(2, 0, 5)];
        var before = pockets.ToImmutableArray();

        var rated = till.Rate(Call(600_000_000), pockets);

        Assert.Equal((HoldReason.AmountOverflow, 0, 0), (rated.Refusal, rated.Draws, rated.Charged));
        Assert.Equal(before, pockets);
    }

    [Fact]
    public void A_money_pocket_that_would_fall_below_what_can_be_stored_is_left_alone()
    {
        var offer = Offer("plan") with { Allowances = [Minutes], Payment = PaymentModel.Prepaid };
        var till = new Till(Catalogue(Voice, offer));
        PocketState[] pockets = [Pocket(1, 0, 10_000), Cash(2, 7, priority: 1), Cash(3, long.MinValue + 5)];
        var before = pockets.ToImmutableArray();

        Assert.Equal(HoldReason.AmountOverflow, till.Rate(Call(60_000), pockets).Refusal);
        Assert.Equal(before, pockets);
    }

    [Fact]
    public void An_offer_of_another_catalogue_is_a_programmers_error()
    {
        var offer = CompiledCatalogue.Compile(Catalogue(Voice)).Offers["offer"];
        var rater = new Rater(CompiledCatalogue.Compile(Catalogue(Voice)));

        Assert.Throws<ArgumentException>(() => rater.Rate(offer, Call(1), [], [], null));
    }
}
