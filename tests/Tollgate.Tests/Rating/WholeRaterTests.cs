using FsCheck;
using FsCheck.Fluent;
using Tollgate.Rating;

namespace Tollgate.Tests.Rating;

/// <summary>The rater against the plain one, over whole random offers.</summary>
public sealed class WholeRaterTests
{
    private const int RecordsEach = 10;

    [Fact]
    public void Whole_offers_cost_what_the_plain_rater_says() => Prop.ForAll<DoNotSize<int>>(seed => Compare(seed.Item))
        .Holds(300);

    private static void Compare(int seed)
    {
        var generator = new DeepCatalogues(seed);
        var catalogue = generator.Catalogue();
        var compiled = CompiledCatalogue.Compile(catalogue);
        var offer = compiled.Offers["offer"];
        var rater = new Rater(compiled);
        for (var i = 0; i < RecordsEach; i++)
        {
            var (record, pockets) = (generator.Record(), generator.Pockets(offer));
            var expected = new WholeRater(catalogue, offer.Counters).Rate(record, pockets);
            var after = pockets.ToArray();

            var rated = rater.Rate(offer, record, after, new PocketDraw[after.Length], null);

            Assert.Equal(
                (expected.Refusal, expected.Used, expected.Charged, expected.FromAllowances, expected.Amount, expected.FromMoney),
                (rated.Refusal, rated.Used, rated.Charged, rated.FromAllowances, rated.Amount, rated.FromMoney));
            Assert.Equal(expected.Balances, after.Select(pocket => pocket.Balance));
            if (expected.Leg is { } leg)
            {
                var other = rater.Legs[0];
                Assert.Equal(leg, (other.Refusal, other.Used, other.Charged, other.Amount));
            }
        }
    }
}
