using Tollgate.Primitives;

namespace Tollgate.Tests.Primitives;

public sealed class ChargeIdTests
{
    [Fact]
    public void The_text_form_reads_back_for_any_charge()
    {
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[16];
            random.NextBytes(bytes);
            var id = new ChargeId(
                new CustomerId(1 + random.NextInt64(1L << random.Next(1, 56))), random.NextInt64(1L << random.Next(1, 56)),
                EventId.FromBytes(bytes));

            var text = id.ToString();

            Assert.Matches("^ch_[0-9a-hjkmnp-tv-z]{48}$", text);
            Assert.True(ChargeId.TryParse(text, out var read));
            Assert.Equal(id, read);
            Assert.True(ChargeId.TryParse(text.ToUpperInvariant(), out var shouted));
            Assert.Equal(id, shouted);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ch_")]
    [InlineData("acc_1042")]
    [InlineData("ch_000000000000000000000000000000000000000000000000")]
    [InlineData("ch_0000000007q01m8qk8w8h2v6m0c9d3r5q7t1x4z6a8c0e2g")]
    [InlineData("ch_0000000007q01m8qk8w8h2v6m0c9d3r5q7t1x4z6a8c0e2gu")]
    public void Any_other_text_is_no_charge(string? text) => Assert.False(ChargeId.TryParse(text, out _));
}
