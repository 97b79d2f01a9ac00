using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Tests.Primitives;

public sealed class FindingTests
{
    private static readonly Finding Fault = new(Severity.Error, "CAT-REF", "offers.yaml", 12, "No plan 'x'.", "Add the plan.");

    [Fact]
    public void A_finding_names_place_code_fault_and_cure()
    {
        Assert.Equal("offers.yaml:12: error CAT-REF: No plan 'x'. Cure: Add the plan.", Fault.ToString());
        Assert.Equal(
            "offers.yaml: warning CAT-REF: No plan 'x'. Cure: Add the plan.",
            (Fault with { Severity = Severity.Warning, Line = 0 }).ToString());
    }

    [Theory]
    [InlineData(true, Severity.Warning, true)]
    [InlineData(true, Severity.Error, false)]
    [InlineData(false, Severity.Warning, false)]
    public void A_value_may_be_used_when_it_is_there_and_no_finding_is_an_error(bool present, Severity severity, bool ok)
    {
        var read = new Checked<string>(present ? "value" : null, ImmutableArray.Create(Fault with { Severity = severity }));

        Assert.Equal(ok, read.Ok);
    }
}
