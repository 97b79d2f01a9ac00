using Tollgate.Catalog;
using Tollgate.TestSupport;

namespace Tollgate.Tests.Rating;

/// <summary>The expression language of conditions and formulas.</summary>
public sealed class ExpressionTests
{
    private sealed class Facts : ExpressionFacts
    {
        public override string Text(Fact fact) => fact == Fact.Destination ? "4930123" : fact.ToString().ToLowerInvariant();

        public override decimal Number(Fact fact) => fact == Fact.Duration ? 90m : 7m;

        public override string? Attribute(string name) => name switch
        {
            "apn" => "internet", "rating-group" => "10", "empty" => "", "ip" => "10.15.1.2", "ip6" => "2001:db8::7",
            "large" => "79228162514264337593543950335", _ => null,
        };
    }

    [Theory]
    [InlineData("apn = \"internet\"", true)]
    [InlineData("apn != 'internet'", false)]
    [InlineData("rating-group = 10", true)]
    [InlineData("rating-group in (9, 10)", true)]
    [InlineData("rating-group in ('9', '11')", false)]
    [InlineData("apn in (\"ims\", \"internet\") and duration > 60", true)]
    [InlineData("not (duration > 60) or events = 7", true)]
    [InlineData("begins(destination, \"49\")", true)]
    [InlineData("ends(apn, \"net\") and not ends(apn, \"inter\") and ends(apn, \"internet\")", true)]
    [InlineData("ends(missing, \"\")", false)]
    [InlineData("has(apn) and not has(missing)", true)]
    [InlineData("inNetwork('::ffff:10.1.2.3', '10.0.0.0/8') and inNetwork('1:2:3:4:5:6:7:8', '1:2::/32', '::/127')", true)]
    [InlineData("inNetwork('1::2::3', '::/0') or inNetwork('1.2.3', '::/0') or inNetwork('1.2.3.256', '::/0')", false)]
    [InlineData("inNetwork('1:2:3:4:5:6:7:', '::/0') or inNetwork('12345::', '::/0') or inNetwork('', '::/0')", false)]
    [InlineData("inNetwork('10.0.0.1', '10.0.0.1') and not inNetwork('10.0.0.2', '10.0.0.1')", true)]
    [InlineData("matches(destination, \"^49(30|40)\\d{3}$\") and not matches(destination, \"^49$\")", true)]
    [InlineData("matches(missing, \".*\") or matches(apn, \"^NET\")", false)]
    [InlineData("inNetwork(ip, \"10.0.0.0/12\")", true)]
    [InlineData("inNetwork(ip, \"10.16.0.0/12\", \"2001:db8::/32\") or inNetwork(missing, \"0.0.0.0/0\")", false)]
    [InlineData("inNetwork(ip6, \"10.16.0.0/12\", \"2001:db8::/32\") and not inNetwork(apn, \"0.0.0.0/0\")", true)]
    [InlineData("missing = 1", false)]
    [InlineData("missing != 1", false)]
    [InlineData("missing = \"x\" or missing != \"x\"", false)]
    [InlineData("apn > 3", false)]
    [InlineData("duration / 0 > 1", false)]
    [InlineData("large * 10 > 1", false)]
    [InlineData("2 + 3 * 4 = 14 and (2 + 3) * 4 = 20 and -2 - -3 = 1 and 7 - 2 - 1 = 4", true)]
    [InlineData("if(duration > 60, \"long\", \"short\") = \"long\"", true)]
    [InlineData("or-not = 1 or andy = 2", false)]
    public void A_condition_holds_or_does_not(string text, bool holds) => Assert.Equal(holds,
        Condition.Parse(text).Holds(new Facts()));

    [Theory]
    [InlineData("min(3, 2, 5) + max(1, 4)", 6)]
    [InlineData("round(duration / 7, 3)", 12.857)]
    [InlineData("round(2.5) + abs(-2) + floor(1.9) + ceil(1.1)", 8)]
    [InlineData("rating-group * 2", 20)]
    [InlineData("if(apn = \"internet\", 1, 2)", 1)]
    [InlineData("if(has(rating-group), rating-group, 2)", 10)]
    [InlineData("if(has(missing), missing, 2) + if(has(missing), 1, rating-group)", 12)]
    public void A_formula_gives_a_number(string text, decimal value)
    {
        Assert.True(Formula.Parse(text).TryEvaluate(new Facts(), out var got));
        Assert.Equal(value, got);
    }

    [Theory]
    [InlineData("missing + 1")]
    [InlineData("1 / 0")]
    [InlineData("large * 10")]
    [InlineData("round(1, 0.5)")]
    public void A_formula_may_have_no_value(string text) => Assert.False(Formula.Parse(text).TryEvaluate(new Facts(), out _));

    [Theory]
    [InlineData("", 0)]
    [InlineData("apn =", 5)]
    [InlineData("apn = \"x", 6)]
    [InlineData("apn", 0)]
    [InlineData("(apn = 1", 8)]
    [InlineData("apn = 1 2", 8)]
    [InlineData("exec(\"rm\") = 1", 0)]
    [InlineData("(1 = 1) = 2", 8)]
    [InlineData("1 and 2", 5)]
    [InlineData("1.2.3 = 1", 0)]
    [InlineData("apn = #", 6)]
    [InlineData("inNetwork(apn, \"10.0.0.0/40\")", 0)]
    [InlineData("inNetwork(apn, apn)", 0)]
    [InlineData("matches(apn, apn)", 0)]
    [InlineData("matches(apn, \"(\")", 0)]
    [InlineData("matches(apn, \"(?=a)\")", 0)]
    [InlineData("matches(apn, \"((a{1000}){1000}){1000}\")", 0)]
    public void What_is_no_condition_is_refused_with_its_place(string text, int at)
    {
        Assert.Null(Condition.TryParse(text, out var error));
        Assert.Equal(at, error!.At);
        Assert.NotEqual("", error.Cure);
    }

    [Fact]
    public void Expressions_are_bounded()
    {
        Assert.Null(Condition.TryParse(new string('(', 40) + "1 = 1" + new string(')', 40), out var deep));
        Assert.Null(Condition.TryParse(string.Concat(Enumerable.Repeat("not ", 40)) + "1 = 1", out _));
        Assert.Null(Formula.TryParse("1" + string.Concat(Enumerable.Repeat("+1", 250)), out _));
        Assert.Null(Formula.TryParse(new string('1', 1_001), out _));
        Assert.Contains("nested", deep!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_is_parsed_or_refused_and_never_throws()
    {
        const string alphabet = "()\"' ,.+-*/<>=!abcnotandorif123";
        var random = new Random(3);
        for (var i = 0; i < Effort.Of(20_000); i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(0,
                40)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            Condition.TryParse(text, out _)?.Holds(new Facts());
            Formula.TryParse(text, out _)?.TryEvaluate(new Facts(), out _);
        }
    }
}
