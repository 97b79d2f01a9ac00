using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.TestSupport;

namespace Tollgate.Tests.Rating;

/// <summary>Laws that hold however models, axes, pockets, caps, discounts and legs are combined.</summary>
public sealed class RaterDepthLawTests
{
    private const int RecordsEach = 20;

    [Fact]
    public void Parts_and_draws_add_up_and_a_refusal_moves_nothing() => ForAll(400, (compiled, rater, record,
        pockets) =>
    {
        var (rated, draws, after) = Rate(compiled, rater, record, pockets, null);
        if (rated.Refusal is not null)
        {
            Assert.Equal(pockets, after);
            Assert.Empty(draws);
            return;
        }
        var parts = rater.Parts.ToArray();
        Assert.Equal(rated.Parts, parts.Length);
        Assert.Equal(rated.Amount, parts.Sum(part => part.Amount));
        Assert.Equal(rated.FromMoney, parts.Sum(part => part.FromMoney));
        Assert.Equal(rated.Used, parts.Sum(part => part.Used));
        Assert.Equal(rated.Charged, parts.Sum(part => part.Charged));
        Assert.Equal(rated.FromAllowances, parts.Sum(part => part.FromAllowances));
        Assert.Equal(draws.Length, draws.Select(draw => draw.Pocket).Distinct().Count());
        for (var i = 0; i < pockets.Length; i++)
        {
            Assert.Equal(pockets[i].Balance - draws.Where(draw => draw.Pocket == i).Sum(draw => draw.Taken), after[i].Balance);
        }
        var offer = compiled.Offers["offer"];
        var money = draws.Where(draw => pockets[draw.Pocket].Kind == PocketKind.Money
            || (pockets[draw.Pocket].Kind == PocketKind.Allowance
                && offer.Allowances[pockets[draw.Pocket].Allowance] is { Takes.IsEmpty: true } allowance
                && allowance.Unit == Units.Eur));
        Assert.Equal(rated.FromMoney, money.Sum(draw => draw.Taken));
        Assert.InRange(rated.FromAllowances, 0, rated.Charged);
    });

    [Fact]
    public void Explaining_is_charging_again_with_a_trace() => ForAll(200, (compiled, rater, record, pockets) =>
    {
        var trace = new RatingTrace();
        var silent = Rate(compiled, rater, record, pockets, null);
        var legs = rater.Legs.ToArray();
        var told = Rate(compiled, rater, record, pockets, trace);

        Assert.Equal(silent.Rated, told.Rated);
        Assert.Equal(silent.Draws, told.Draws);
        Assert.Equal(silent.After, told.After);
        Assert.Equal(legs, rater.Legs.ToArray());
        Assert.All(trace.Steps, step => Assert.Equal(
            step.Text, string.Format(System.Globalization.CultureInfo.InvariantCulture, step.Template, [.. step.Values])));
        Assert.Equal(told.Rated.Refusal is not null, trace.Steps.Any(step => step.Step == "refusal"));
    });

    [Fact]
    public void A_batch_in_any_split_is_rated_like_its_records_one_by_one() => Seeds(100, Batch);

    private static void Batch(int seed)
    {
        var generator = new DeepCatalogues(seed);
        var compiled = CompiledCatalogue.Compile(generator.Catalogue());
        var offer = compiled.Offers["offer"];
        var together = generator.Pockets(offer).ToArray();
        var alone = together.ToArray();
        var draws = new PocketDraw[together.Length];
        var rater = new Rater(compiled);
        foreach (var record in Enumerable.Range(0, 40).Select(_ => generator.Record()).ToArray())
        {
            var batch = rater.Rate(offer, record, together, draws, null);
            Assert.Equal(new Rater(compiled).Rate(offer, record, alone, draws, null), batch);
        }
        Assert.Equal(alone, together);
    }

    [Fact]
    public void Rating_in_depth_allocates_next_to_nothing()
    {
        var generator = new DeepCatalogues(12);
        var compiled = CompiledCatalogue.Compile(generator.Catalogue());
        var records = Enumerable.Range(0, 2_000).Select(_ => generator.Record()).ToArray();
        var pockets = generator.Pockets(compiled.Offers["offer"]).ToArray();
        var draws = new PocketDraw[pockets.Length];
        var rater = new Rater(compiled);
        RateAll();
        var before = GC.GetAllocatedBytesForCurrentThread();

        RateAll();

        // A refusal by overflow is an exception; nothing else may allocate.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, records.Length * 8);

        void RateAll()
        {
            foreach (var record in records)
            {
                rater.Rate(compiled.Offers["offer"], record, pockets, draws, null);
            }
        }
    }

    private delegate void Law(CompiledCatalogue compiled, Rater rater, UsageRecord record, ImmutableArray<PocketState> pockets);

    private static void Seeds(int many, Action<int> law) =>
        Prop.ForAll<DoNotSize<int>>(seed => law(seed.Item)).Holds(many);

    private static void ForAll(int many, Law law) => Seeds(many, seed => ForEach(seed, law));

    private static void ForEach(int seed, Law law)
    {
        var generator = new DeepCatalogues(seed);
        var compiled = CompiledCatalogue.Compile(generator.Catalogue());
        var rater = new Rater(compiled);
        for (var i = 0; i < RecordsEach; i++)
        {
            law(compiled, rater, generator.Record(), generator.Pockets(compiled.Offers["offer"]));
        }
    }

    private static (RatedUsage Rated, PocketDraw[] Draws, PocketState[] After) Rate(
        CompiledCatalogue compiled, Rater rater, UsageRecord record, ImmutableArray<PocketState> pockets, RatingTrace? trace)
    {
        var after = pockets.ToArray();
        var draws = new PocketDraw[after.Length];
        var rated = rater.Rate(compiled.Offers["offer"], record, after, draws, trace);
        return (rated, draws[..rated.Draws], after);
    }
}
