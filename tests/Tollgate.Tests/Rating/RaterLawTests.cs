using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.TestSupport;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating;

/// <summary>What holds for every catalogue, record and pocket.</summary>
public sealed class RaterLawTests
{
    private const int CataloguesTried = 400;
    private const int RecordsEach = 25;

    [Fact]
    public void The_rater_agrees_with_the_reference()
    {
        var charged = 0;
        var drawn = 0;
        ForEach((catalogue, compiled, rater, record, pockets, label) =>
        {
            var expected = ReferenceRater.Rate(catalogue, catalogue.Offers[0], record, pockets);
            var got = Rate(rater, compiled, record, pockets, null);
            Assert.True(expected.Refusal == got.Rated.Refusal, label);
            Assert.True(
                expected.Key == (got.Rated.PriceKey < 0
                    ? null : compiled.PriceKeys[got.Rated.PriceKey] with { Label = "" }), label);
            Assert.True(
                (expected.Used, expected.Charged, expected.FromAllowances, expected.Amount, expected.FromMoney)
                == (got.Rated.Used, got.Rated.Charged, got.Rated.FromAllowances, got.Rated.Amount, got.Rated.FromMoney),
                $"{label}: {expected} {got.Rated}");
            Assert.True(expected.Draws.SequenceEqual(got.Draws), label);
            Assert.True(expected.Balances.SequenceEqual(got.Pockets.Select(pocket => pocket.Balance)), label);
            charged += got.Rated.Amount > 0 ? 1 : 0;
            drawn += got.Rated.Draws;
        });
        Assert.True(charged > Effort.Of(CataloguesTried) * RecordsEach / 8, $"only {charged} records cost anything");
        Assert.True(drawn > Effort.Of(CataloguesTried) * RecordsEach / 16, $"only {drawn} draws");
    }

    [Fact]
    public void Draws_add_up_to_what_pockets_paid_and_balances_fall_by_them() =>
        ForEach((_, compiled, rater, record, pockets, label) =>
    {
        var (rated, draws, after) = Rate(rater, compiled, record, pockets, null);

        Assert.True(
            rated.FromAllowances == draws.Where(draw => pockets[draw.Pocket].Allowance >= 0).Sum(draw => draw.Taken), label);
        Assert.True(rated.FromMoney == draws.Where(draw => pockets[draw.Pocket].Allowance < 0).Sum(draw => draw.Taken), label);
        Assert.True(draws.All(draw => draw.Taken > 0 && draw.Before == pockets[draw.Pocket].Balance), label);
        Assert.True(draws.Select(draw => draw.Pocket).Distinct().Count() == draws.Length, label);
        for (var i = 0; i < pockets.Length; i++)
        {
            var taken = draws.Where(draw => draw.Pocket == i).Sum(draw => draw.Taken);
            Assert.True(after[i] == pockets[i] with { Balance = pockets[i].Balance - taken }, label);
        }
        Assert.True(
            rated.FromMoney <= rated.Amount && rated.FromAllowances <= rated.Charged && rated.Used <= rated.Charged, label);
    });

    [Fact]
    public void A_trace_changes_nothing_and_always_says_something() => ForEach((_, compiled, rater, record, pockets, label) =>
    {
        var trace = new RatingTrace();
        var silent = Rate(rater, compiled, record, pockets, null);
        var told = Rate(rater, compiled, record, pockets, trace);

        Assert.True(silent.Rated == told.Rated, label);
        Assert.True(silent.Draws.SequenceEqual(told.Draws) && silent.Pockets.SequenceEqual(told.Pockets), label);
        Assert.True(trace.Steps.Count > 0 && trace.Steps.All(step => step.Text.Length > 0), label);
        Assert.True((told.Rated.Refusal is not null) == trace.Steps.Any(step => step.Step == "refusal"), label);
    });

    [Fact]
    public void A_batch_is_rated_like_its_records_one_by_one()
    {
        for (var seed = 0; seed < Effort.Of(60); seed++)
        {
            var generator = new RandomCatalogues(seed);
            var catalogue = generator.Catalogue();
            var compiled = CompiledCatalogue.Compile(catalogue);
            var records = Enumerable.Range(0, 50).Select(_ => generator.Record()).ToArray();
            var together = generator.Pockets(catalogue.Offers[0].Allowances.Length).ToArray();
            var alone = together.ToArray();
            var rater = new Rater(compiled);
            foreach (var record in records)
            {
                var draws = new PocketDraw[together.Length];
                var batch = rater.Rate(compiled.Offers["offer"], record, together, draws, null);
                var fresh = new Rater(compiled).Rate(compiled.Offers["offer"], record, alone, draws, null);
                Assert.Equal(fresh, batch);
            }
            Assert.Equal(alone, together);
        }
    }

    [Fact]
    public void Rating_allocates_nothing()
    {
        var bands = new TimeBandSet("bands", [new TimeBand("peak", 0b1_1111, 480, 1080)]);
        var allowance = new Allowance
        {
            Code = "minutes", Name = "Minutes", Unit = Units.Minute, Amount = 1, Service = ServiceKind.Voice, Zones = ["Home"],
        };
        var plan = Plan(ServiceKind.Voice, PerMinute(0.09m, 60_000, 1_000, 0.05m)) with { Deck = "deck", TimeBands = "bands" };
        var offer = Offer("plan") with { Allowances = [allowance], Payment = PaymentModel.Prepaid };
        var compiled = CompiledCatalogue.Compile(Catalogue(plan, offer) with
        {
            TimeBands = [bands],
            Decks = [Deck(("49", "Home"), ("1", "Abroad"))],
        });
        var records = Enumerable.Range(0, 10_000).Select(i => Call(
            i * 37, (i % 3) switch { 0 => "4930123456", 1 => "12125550100", _ => "7" },
            Noon + Duration.FromMinutes(i * 53))).ToArray();
        var rater = new Rater(compiled);
        PocketState[] pockets = [Pocket(1, 0, 100_000_000), Cash(2, 1_000_000)];
        var draws = new PocketDraw[2];
        RateAll();
        RateAll();
        var before = GC.GetAllocatedBytesForCurrentThread();

        RateAll();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void RateAll()
        {
            foreach (var record in records)
            {
                rater.Rate(compiled.Offers["offer"], record, pockets, draws, null);
            }
        }
    }

    private delegate void Law(
        Catalogue catalogue, CompiledCatalogue compiled, Rater rater, UsageRecord record, ImmutableArray<PocketState> pockets,
        string label);

    private static void ForEach(Law law)
    {
        for (var seed = 0; seed < Effort.Of(CataloguesTried); seed++)
        {
            var generator = new RandomCatalogues(seed);
            var catalogue = generator.Catalogue();
            var compiled = CompiledCatalogue.Compile(catalogue);
            var rater = new Rater(compiled);
            for (var i = 0; i < RecordsEach; i++)
            {
                law(catalogue, compiled, rater, generator.Record(), generator.Pockets(catalogue.Offers[0].Allowances.Length),
                    $"seed {seed}, record {i}");
            }
        }
    }

    private static (RatedUsage Rated, ImmutableArray<PocketDraw> Draws, ImmutableArray<PocketState> Pockets) Rate(
        Rater rater, CompiledCatalogue compiled, UsageRecord record, ImmutableArray<PocketState> pockets, RatingTrace? trace)
    {
        var changed = pockets.ToArray();
        var draws = new PocketDraw[changed.Length];
        var rated = rater.Rate(compiled.Offers["offer"], record, changed, draws, trace);
        return (rated, [.. draws.Take(rated.Draws)], [.. changed]);
    }
}
