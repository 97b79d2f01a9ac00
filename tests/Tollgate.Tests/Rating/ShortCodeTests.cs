using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Tests.Rating;

/// <summary>A short code is dialled whole; it is not the beginning of an international number.</summary>
public sealed class ShortCodeTests
{
    [Theory]
    [InlineData("112", "Emergency")]
    [InlineData("110", null)]
    [InlineData("1120", null)]
    [InlineData("123456", null)]
    [InlineData("1234567", "North America")]
    public void A_short_code_is_priced_only_by_a_row_of_exactly_its_digits(string destination, string? zone)
    {
        var plan = Catalogues.Plan(ServiceKind.Voice, Catalogues.PerMinute(0.10m)) with { Deck = "deck" };
        var catalogue = Catalogues.Catalogue(plan) with { Numbering = new NumberingPlan(),
            Decks = [Catalogues.Deck(("1", "North America"), ("112", "Emergency"))] };
        var compiled = CompiledCatalogue.Compile(catalogue);
        var trace = new RatingTrace();

        var rated = new Rater(compiled).Rate(compiled.Offers["offer"], Catalogues.Call(60_000, destination), [], [], trace);

        Assert.Equal(zone is null ? HoldReason.UnpricedDestination : null, rated.Refusal);
        if (zone is not null)
        {
            Assert.Equal(zone, compiled.PriceKeys[rated.PriceKey].Zone);
        }
        Assert.Contains(trace.Steps, step => step.Step == "destination" && (zone is null
            || step.Text.Contains(zone, StringComparison.Ordinal)));
    }
}
