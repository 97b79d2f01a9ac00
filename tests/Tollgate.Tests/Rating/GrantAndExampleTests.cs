using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating;

/// <summary>Grants of allowances, examples inside catalogues, explanations.</summary>
public sealed class GrantAndExampleTests
{
    private static readonly Allowance Minutes = new()
    {
        Code = "minutes", Name = "Minutes", Unit = Units.Minute, Amount = 6_000_000, Service = ServiceKind.Voice, Priority = 5,
    };

    private static readonly Allowance Abroad =
        Minutes with { Code = "abroad", Amount = 60_000, Zones = ["Abroad"], Priority = 1 };

    private static readonly RatePlan Voice = Plan(ServiceKind.Voice, PerMinute(0.09m, 60_000, 60_000, connect: 0.05m));

    private static CompiledOffer Compiled(params Allowance[] allowances) =>
        CompiledCatalogue.Compile(Catalogue(Voice, Offer("plan") with { Allowances = [.. allowances] })).Offers["offer"];

    [Theory]
    [InlineData(31, "2026-02-27T22:59:59Z", "2026-01-30T23:00:00Z", "2026-02-27T23:00:00Z")]
    [InlineData(31, "2026-02-27T23:00:00Z", "2026-02-27T23:00:00Z", "2026-03-30T22:00:00Z")]
    [InlineData(1, "2026-03-31T21:59:59Z", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z")]
    [InlineData(1, "2026-03-31T22:00:00Z", "2026-03-31T22:00:00Z", "2026-04-30T22:00:00Z")]
    public void Allowances_are_granted_whole_for_the_bill_period_in_the_accounts_zone(int day, string at, string from, string to)
    {
        var grants = AllowanceGrants.For(Compiled(Minutes, Abroad), new BillCycle(day), Berlin, Utc(at));

        Assert.Equal(
            [
                new AllowanceGrant(0, 6_000_000, 5, Utc(from), Utc(to)),
                new AllowanceGrant(1, 60_000, 1, Utc(from), Utc(to)),
            ],
            grants);
    }

    [Fact]
    public void An_offer_without_allowances_grants_nothing() =>
        Assert.Empty(AllowanceGrants.For(Compiled(), new BillCycle(1), Berlin, Noon));

    [Fact]
    public void A_grant_becomes_a_pocket_that_pays_for_the_event_it_was_granted_for()
    {
        var offer = Compiled(Minutes);
        var grant = AllowanceGrants.For(offer, new BillCycle(15), Berlin, Noon)[0];
        var pocket = grant.ToPocket(new PocketId(12));

        Assert.Equal((12, 0, 6_000_000, 5), (pocket.Id.Value, pocket.Allowance, pocket.Balance, pocket.Priority));
        Assert.True(pocket.ValidFrom <= Noon && Noon < pocket.ValidTo);
    }

    private static PriceExample Example(
        decimal amount, string offer = "offer", ServiceKind service = ServiceKind.Voice, long quantity = 61_000, int line = 7) =>
        new("A call of 61 s", offer, service, "4930", new LocalDateTime(2026, 3, 2, 12, 0),
            quantity, amount, "examples.yaml", line);

    [Fact]
    public void Examples_that_come_out_as_written_give_no_findings()
    {
        var data = Plan(ServiceKind.Data, new UsagePrice { Per = Units.Megabyte, PerUnit = 0.01m }) with { Code = "data" };
        var text = Plan(ServiceKind.Sms, new UsagePrice { Per = Units.Message, PerUnit = 0.09m }) with { Code = "sms" };
        var catalogue = Catalogue(Voice, Offer("plan", "data", "sms")) with
        {
            RatePlans = [Voice, data, text],
            Examples =
            [
                Example(0.23m),
                Example(0.05m, service: ServiceKind.Data, quantity: 5_000_000),
                Example(0.18m, service: ServiceKind.Sms, quantity: 2),
            ],
        };

        Assert.Empty(ExampleRunner.Run(CompiledCatalogue.Compile(catalogue)));
    }

    [Fact]
    public void Examples_that_fail_are_all_listed_with_place_and_steps()
    {
        var catalogue = Catalogue(Voice) with
        {
            Examples = [Example(0.18m), Example(0.23m),
                Example(1, offer: "none", line: 8), Example(1, service: ServiceKind.Mms, line: 9)],
        };

        var findings = ExampleRunner.Run(CompiledCatalogue.Compile(catalogue));

        Assert.Equal([7, 8, 9], findings.Select(finding => finding.Line));
        Assert.All(findings,
            finding =>
                Assert.Equal((Severity.Error, "CAT-EXAMPLE", "examples.yaml"), (finding.Severity, finding.Code, finding.File)));
        Assert.Equal("Example 'A call of 61 s': expected 0.18 EUR, got 0.23 EUR.", findings[0].Message);
        Assert.Contains("61 s used → 120 s charged (60/60)", findings[0].Cure, StringComparison.Ordinal);
        Assert.Contains("no offer none", findings[1].Message, StringComparison.Ordinal);
        Assert.Contains("got the refusal NoRatePlan", findings[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_else_comes_out_of_an_example_is_compared_when_it_is_written()
    {
        var offer = Offer("plan") with
        {
            Payment = PaymentModel.Prepaid,
            Allowances = [Minutes with { Thresholds = [50, 100] }],
            Legs = ["reseller"],
        };
        var reseller = Voice with { Code = "reseller", Prices = [PerMinute(0.02m)] };
        var right = Example(0.09m, quantity: 120_000) with
        {
            Allowances = new Dictionary<string, long> { ["minutes"] = 60_000 }.ToImmutableDictionary(),
            Money = 1m,
            Outcome = new ExampleOutcome
            {
                Charged = 120_000, FromMoney = 0.09m, Notes = UsageNotes.None,
                Left = new Dictionary<string, long> { ["minutes"] = 0 }.ToImmutableDictionary(),
                Legs = new Dictionary<string, decimal> { ["reseller"] = 0.04m }.ToImmutableDictionary(),
                Crosses = new Dictionary<string, int> { ["minutes"] = 100 }.ToImmutableDictionary(),
            },
        };
        var wrong = right with
        {
            Outcome = new ExampleOutcome
            {
                Charged = 60_000, FromMoney = 0.10m, Notes = UsageNotes.Throttle,
                Left = new Dictionary<string, long> { ["minutes"] = 1 }.ToImmutableDictionary(),
                Legs = new Dictionary<string, decimal> { ["reseller"] = 0.05m }.ToImmutableDictionary(),
                Crosses = new Dictionary<string, int> { ["minutes"] = 50 }.ToImmutableDictionary(),
            },
        };
        var catalogue = Catalogue(Voice, offer) with
        {
            RatePlans = [Voice, reseller],
            Legs = [new Leg { Code = "reseller", Kind = LegKind.Reseller, Party = "R", RatePlans = ["reseller"] }],
            Examples = [right, wrong],
        };

        var finding = Assert.Single(ExampleRunner.Run(CompiledCatalogue.Compile(catalogue)));

        Assert.Equal(
            "Example 'A call of 61 s': expected 60000 to be charged, got 120000 (ms, octets or events); "
            + "expected 0.10 EUR from money, got 0.09 EUR; expected the notes Throttle, got None; "
            + "expected 0.000017 MIN of minutes to be left, got 0 MIN; expected 0.05 for leg reseller, got 0.04; "
            + "expected minutes to cross 50 %, got 100 %.",
            finding.Message);
    }

    [Theory]
    [InlineData("2026-03-01T09:30:00Z", "2026-03-01T09:30:00Z", "2026-03-02T09:30:00Z")]
    [InlineData("2026-03-02T09:29:59Z", "2026-03-01T09:30:00Z", "2026-03-02T09:30:00Z")]
    [InlineData("2026-03-02T09:30:00Z", "2026-03-02T09:30:00Z", "2026-03-03T09:30:00Z")]
    [InlineData("2026-03-29T12:00:00Z", "2026-03-29T09:30:00Z", "2026-03-30T09:30:00Z")]
    [InlineData("2026-02-28T09:29:00Z", "2026-02-27T09:30:00Z", "2026-02-28T09:30:00Z")]
    public void Hours_are_counted_from_the_moment_of_activation_also_when_clocks_change(string at, string from, string to) =>
        Assert.Equal(
            (Utc(from), Utc(to)),
            AllowanceGrants.PeriodOf(
                new ResetRule(ResetEvery.Hours, 24), new GrantTerms(new BillCycle(1), Berlin),
                Utc("2026-03-01T09:30:00Z"), Utc(at)));

    [Fact]
    public void A_rate_plan_without_an_example_is_a_warning()
    {
        var other = Voice with { Code = "other" };
        var catalogue = Catalogue(Voice) with
        {
            RatePlans = [Voice, other], Offers = [Offer("plan"), Offer("other") with { Code = "second" }],
            Examples = [Example(0.18m)],
        };

        var finding = Assert.Single(ExampleRunner.Uncovered(CompiledCatalogue.Compile(catalogue)));

        Assert.Equal((Severity.Warning, "CAT-EXAMPLE", "No example is priced by rate plan 'other'."),
            (finding.Severity, finding.Code, finding.Message));
    }

    [Fact]
    public void A_trace_explains_every_step_in_words()
    {
        var bands = new TimeBandSet("bands", [new TimeBand("peak", TimeBand.EveryDay, 8 * 60, 18 * 60)]);
        var offer = Offer("plan") with { Allowances = [Minutes], Payment = PaymentModel.Hybrid };
        var voice = Voice with { Deck = "deck", TimeBands = "bands", ConnectFee = ConnectFeeRule.AnyMoney };
        var till = new Till(Catalogue(voice, offer) with
        {
            Decks = [Deck(("43", "Austria"), ("43699", "Austria Mobile"))],
            TimeBands = [bands],
        });

        var steps = till.Explain(Call(130_000, "4369912345"), Pocket(1, 0, 60_000), Cash(2, Cents(10)));

        Assert.Equal(
            [
                new TraceStep("plan", "Offer offer prices calls by rate plan plan."),
                new TraceStep("destination", "4369912345 matches prefix 43699: Austria Mobile"),
                new TraceStep("time-band", "Start Mon 2026-03-02 12:00:00 in Europe/Berlin is in band peak of bands."),
                new TraceStep("price-rule", "Rule for every zone and band: 0.09 EUR per minute, connect fee 0.05 EUR."),
                new TraceStep("increments", "130 s used → 180 s charged (60/60)"),
                new TraceStep("allowance", "60 s from allowance minutes (poc_1): 60 s → 0 s, 120 s left to pay"),
                new TraceStep("price", "0.05 EUR connect fee + 120 s × 0.09 EUR per minute = 0.23 EUR"),
                new TraceStep("rounding", "0.23 EUR rounded half up to 6 decimals = 0.23 EUR"),
                new TraceStep("money", "0.10 EUR from money pocket poc_2: 0.10 EUR → 0.00 EUR"),
                new TraceStep("money", "0.13 EUR goes on the bill (Hybrid)."),
            ],
            steps);
    }

    [Fact]
    public void A_trace_explains_a_refusal()
    {
        var till = new Till(Catalogue(Voice with { Deck = "deck" }) with { Decks = [Deck(("43", "Austria"))] });

        var unknown = till.Explain(Call(1, "4930"));
        var unserved = till.Explain(Call(1) with { Service = ServiceKind.Data });

        Assert.Equal(new TraceStep("destination", "'4930' matches no prefix of deck deck."), unknown[^2]);
        Assert.Equal(new TraceStep("refusal", "UnpricedDestination: '4930' has no price."), unknown[^1]);
        Assert.Equal(new TraceStep("refusal", "NoRatePlan: offer offer has no rate plan for Data."), unserved[^1]);
    }
}
