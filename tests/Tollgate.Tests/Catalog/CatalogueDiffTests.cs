using System.Collections.Immutable;
using Tollgate.Catalog;
using Tollgate.Catalog.Changes;
using Tollgate.Primitives;

namespace Tollgate.Tests.Catalog;

public sealed class CatalogueDiffTests
{
    private static readonly Tollgate.Catalog.Catalogue Demo = Read();

    [Fact]
    public void A_catalogue_does_not_differ_from_itself()
    {
        var difference = CatalogueDiff.Between(Demo, Read());
        Assert.False(difference.Any);
        Assert.Equal(["No difference."], DifferenceText.Lines(difference));
    }

    [Theory]
    [InlineData("mobile.yaml", "band: peak, price: 0.09 per minute, increments: 60/1 }",
        "band: peak, price: 0.12 per minute, increments: 60/1 }",
        "  Calls to Germany Fixed, Germany Mobile, peak: 0.09 → 0.12 EUR per minute (+33.3 %)")]
    [InlineData("mobile.yaml", "amount: 12.60", "amount: 10", "  Mobile M monthly fee: 12.60 → 10 EUR per month (−20.6 %)")]
    [InlineData("mobile.yaml", "amount: 5 GB", "amount: 8 GB", "  allowance 5 GB: 5 → 8 GB (+60 %)")]
    [InlineData("mobile.yaml", "price: 0.02 per MB, increments: 100KB/100KB", "price: 0.02 per MB, increments: 1MB/10KB",
        "  Data, counted: by steps of 100 KB, each begun one whole (100KB/100KB) → "
            + "the first MB whole, then by steps of 10 KB (1MB/10KB)")]
    [InlineData("mobile.yaml", "- price: 0.39 per event", "- price: 0.39 per event\n        connectFee: 0.10",
        "  Picture messages, connect fee: 0 → 0.10 EUR per event")]
    [InlineData("fixed.yaml", "rounding: 4 half-up", "rounding: 3 down", "  rounding: 4 decimals, half up → 3 decimals, down")]
    [InlineData("mobile.yaml", "    payment: prepaid", "    payment: hybrid", "  payment: prepaid → hybrid")]
    [InlineData("fixed.yaml", "  - code: trunk\n    name: Nordwind Trunk", "  - code: line\n    name: Nordwind Line",
        "  removed offer Nordwind Trunk: payment postpaid, rate plans trunk-voice")]
    public void A_change_is_told_in_words_and_money(string file, string text, string instead, string line)
    {
        var after = Read((file, text, instead));
        Assert.Contains(line, DifferenceText.Lines(CatalogueDiff.Between(Demo, after)));
    }

    [Fact]
    public void A_dearer_price_and_a_smaller_allowance_are_both_dearer_for_who_pays()
    {
        var after = Read(("mobile.yaml", "amount: 12.60", "amount: 14"), ("mobile.yaml", "amount: 25 GB", "amount: 20 GB"));
        var changes = CatalogueDiff.Between(Demo, after).Groups.SelectMany(group => group.Changes).ToList();
        Assert.Equal(2, changes.Count);
        Assert.All(changes, change => Assert.Equal(ChangeEffect.Dearer, change.Effect));
        Assert.Equal([11.1m, -20m], changes.Select(change => change.Percent ?? 0));
    }

    [Fact]
    public void Decks_are_counted_and_their_largest_changes_listed()
    {
        var before = Deck("43,Austria,0.20,0,", "4366,Austria Mobile,0.10,0,", "4367,Austria Mobile,0.10,0,", "44,UK,0.30,0,",
            "45,DK,1,0,");
        var after = Deck("43,Austria,0.10,0,", "4366,Austria Mobile,0.15,0,", "4367,Austria Mobile,0.15,0,",
            "44,UK,0.30,0,60/60", "46,SE,1,0,");
        var change = Assert.Single(CatalogueDiff.Between(before, after).Decks);
        Assert.Equal(("world", 1, 1, 2, 1, 1, 0),
            (change.Deck, change.New, change.Removed, change.Dearer, change.Cheaper, change.Moved, change.Unchanged));
        Assert.Equal([new ZoneChange("Austria", 1, 0.20m, 0.10m), new ZoneChange("Austria Mobile", 2, 0.10m, 0.15m)],
            change.Largest);
        Assert.Equal(50m, change.Largest[1].Percent);
    }

    [Fact]
    public void The_first_version_of_a_catalogue_is_all_new()
    {
        var groups = CatalogueDiff.Between(null, Demo).Groups;
        Assert.All(groups, group => Assert.Equal(ChangeKind.New, group.Changes[0].Kind));
        Assert.Equal(Demo.Offers.Length, groups.Count(group => group.Kind == "offer"));
    }

    [Fact]
    public void Two_changes_of_the_same_part_meet_and_others_do_not()
    {
        var theirs = Read(("mobile.yaml", "amount: 12.60", "amount: 13"), ("mobile.yaml", "amount: 25 GB", "amount: 30 GB"));
        var mine = Read(("mobile.yaml", "amount: 12.60", "amount: 12"), ("mobile.yaml", "amount: 5 GB", "amount: 6 GB"));
        var three = ThreeWay.Between(Demo, theirs, mine);
        Assert.Equal(["offer mobile-m/monthly"], three.Both);
        Assert.Empty(ThreeWay.Between(Demo, theirs, theirs).Both);
        Assert.Contains(three.Lines(1, 2), line => line.StartsWith("Changed by both: offer mobile-m/monthly.",
            StringComparison.Ordinal));
    }

    private static Tollgate.Catalog.Catalogue Deck(params string[] rows) => Good(CatalogueReader.Read(
    [
        CatalogueFolder.Of("catalogue.yaml",
            "catalog: { code: c, currency: EUR, timeZone: UTC }\ndecks: [{ code: world, per: minute }]\n"),
        CatalogueFolder.Of("decks/world.csv", "prefix,zone,price,connectFee,increments\n" + string.Join('\n', rows)),
    ]));

    private static Tollgate.Catalog.Catalogue Read(params (string File, string Text, string Instead)[] edits) =>
        Good(CatalogueReader.Read(
        [
            .. CatalogueFolder.Demo().Select(file =>
            {
                var text = System.Text.Encoding.UTF8.GetString(file.Content.Span);
                foreach (var (_, find, instead) in edits.Where(edit => edit.File == file.Name))
                {
                    Assert.Contains(find, text, StringComparison.Ordinal);
                    text = text.Replace(find, instead, StringComparison.Ordinal);
                }
                return CatalogueFolder.Of(file.Name, text);
            }).Where(file => edits.Length == 0 || file.Name != "examples.yaml"),
        ]));

    private static Tollgate.Catalog.Catalogue Good(Checked<Tollgate.Catalog.Catalogue> read)
    {
        Assert.True(read.Ok, string.Join('\n', read.Findings.Select(finding => finding.ToString())));
        return read.Value!;
    }
}
