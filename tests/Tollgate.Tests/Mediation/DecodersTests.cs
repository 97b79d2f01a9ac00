using Tollgate.Mediation;

namespace Tollgate.Tests.Mediation;

public sealed class DecodersTests
{
    [Fact]
    public void Every_format_has_a_decoder_and_a_description()
    {
        foreach (var format in Decoders.Formats)
        {
            Assert.True(Decoders.TryCreate(Decoding.Source(format.Code), "", out var decoder, out var problem), problem);
            Assert.Equal("", decoder.State);
            Assert.Same(format, Decoders.Find(format.Code));
            Assert.NotEmpty(format.Description);
        }
    }

    [Theory]
    [InlineData("asterisk_csv", "asterisk-csv")]
    [InlineData("Asterisk", "asterisk-csv")]
    [InlineData("radius-detial", "radius-detail")]
    [InlineData("radius", "radius-detail")]
    [InlineData("cucm-flat-file-of-1999", null)]
    public void An_unknown_format_is_answered_with_the_nearest_one(string wrong, string? nearest)
    {
        Assert.Equal(nearest, Decoders.Nearest(wrong));
        Assert.Null(Decoders.Find(wrong));
        Assert.False(Decoders.TryCreate(Decoding.Source(wrong), "", out _, out var problem));
        Assert.Contains(nearest ?? "Known are: asterisk-csv", problem, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Decoders.Create(Decoding.Source(wrong)));
    }

    [Fact]
    public void An_unknown_subject_field_lists_the_known_ones()
    {
        Assert.False(Decoders.TryCreate(
            Decoding.Source("asterisk-csv") with { SubjectField = "sorce" }, "", out _, out var problem));
        Assert.Contains("accountcode, src, dst", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0;0;")]
    [InlineData("1;2;")]
    [InlineData("-1;0;")]
    public void A_state_that_no_decoder_wrote_is_refused(string state) =>
        Assert.False(Decoders.TryCreate(Decoding.Source("asterisk-csv"), state, out _, out _));

    [Fact]
    public void Control_accounts_add_up()
    {
        var sum = new FileControl(5, 2, 2, 1).Add(new FileControl(3, 3, 0, 0));

        Assert.Equal(new FileControl(8, 5, 2, 1), sum);
        Assert.True(sum.Balanced);
        Assert.False((sum with { Read = 9 }).Balanced);
        Assert.True(default(FileControl).Balanced);
    }
}
