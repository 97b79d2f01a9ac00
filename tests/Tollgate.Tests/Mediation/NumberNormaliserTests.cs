using Tollgate.Catalog;
using Tollgate.Mediation;

namespace Tollgate.Tests.Mediation;

public sealed class NumberNormaliserTests
{
    private static readonly NumberingPlan Germany = new("49");
    private static readonly NumberingPlan America = new("1", "011", "1");
    private static readonly NumberingPlan Spain = new("34", "00", "");
    private static readonly NumberingPlan None = new();

    public static TheoryData<string, NumberingPlan, string> Cases => new()
    {
        { "+49 (30) 123-456", Germany, "4930123456" },
        { "0049.30.123456", Germany, "4930123456" },
        { "030/123456", Germany, "4930123456" },
        { "4930123456", Germany, "4930123456" },
        { "sip:+4930123456@example.org;user=phone", Germany, "4930123456" },
        { "SIPS:030123456@example.org", Germany, "4930123456" },
        { "tel:+49-30-123456", Germany, "4930123456" },
        { "110", Germany, "110" },
        { "116117", Germany, "116117" },
        { "+110", Germany, "110" },
        { "*97", Germany, "*97" },
        { "voice mail", Germany, "voice mail" },
        { "sip:alice@example.org", Germany, "alice" },
        { "", Germany, "" },
        { "  ", Germany, "" },
        { "+", Germany, "+" },
        { "1+2345678", Germany, "1+2345678" },
        { "(212) 555-0100", America, "12125550100" },
        { "1-212-555-0100", America, "12125550100" },
        { "011 49 30 123456", America, "4930123456" },
        { "612 345 678", Spain, "34612345678" },
        { "+34612345678", Spain, "34612345678" },
        { "917-375-0980", None, "9173750980" },
        { "0043720123456", None, "43720123456" },
        { "030123456", None, "030123456" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Numbers_become_E164_digits(string written, NumberingPlan plan, string expected) =>
        Assert.Equal(expected, new NumberNormaliser(plan).Normalise(written));

    [Fact]
    public void More_digits_than_any_number_has_are_kept_as_text() =>
        Assert.Equal(new string('1', 100), new NumberNormaliser(Germany).Normalise(new string('1', 100)));
}
