using System.Reflection;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Primitives;

namespace Tollgate.Tests.Primitives;

public sealed class IdTests
{
    [Fact]
    public void The_text_of_an_id_is_read_back() =>
        Prop.ForAll(Gen.Choose(1, int.MaxValue).ToArbitrary(), number =>
        {
            var id = new AccountId(number * 4_000_000_007L);
            return Id.TryParse<AccountId>(id.ToString(), out var read) && read == id;
        }).Holds();

    [Theory]
    [InlineData("acc_1042", 1042)]
    [InlineData("1042", 1042)]
    [InlineData("acc_9223372036854775807", long.MaxValue)]
    public void An_id_is_written_with_its_kind_or_as_a_bare_number(string text, long value)
    {
        Assert.True(Id.TryParse<AccountId>(text, out var id));
        Assert.Equal(new AccountId(value), id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("acc_")]
    [InlineData("acc")]
    [InlineData("cus_1042")]
    [InlineData("ACC_1042")]
    [InlineData("acc_acc_1")]
    [InlineData("acc_0")]
    [InlineData("0")]
    [InlineData("acc_-1")]
    [InlineData("acc_+1")]
    [InlineData("acc_1,000")]
    [InlineData(" acc_1")]
    [InlineData("acc_1 ")]
    [InlineData("acc_1.0")]
    [InlineData("acc_9223372036854775808")]
    [InlineData("acc_\u0661\u0662")]
    public void Anything_else_is_refused(string? text)
    {
        Assert.False(Id.TryParse<AccountId>(text, out var id));
        Assert.Equal(default, id);
    }

    [Fact]
    public void Every_kind_of_id_has_a_prefix_of_its_own()
    {
        var prefixes = typeof(Id).Assembly.GetTypes()
            .Where(type => type.IsValueType)
            .Where(type => type.GetInterfaces().Any(face => face.Name.StartsWith("IId`", StringComparison.Ordinal)))
            .Select(type => (string)type.GetProperty("Prefix", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!)
            .ToArray();

        Assert.True(prefixes.Length >= 10);
        Assert.Equal(prefixes.Length, prefixes.Distinct(StringComparer.Ordinal).Count());
        Assert.All(prefixes, prefix => Assert.Matches("^[a-z]{2,4}$", prefix));
    }
}

public sealed class EventIdTests
{
    /// <summary>The digests are those of another implementation of RFC 7693.</summary>
    [Theory]
    [InlineData("pbx-berlin", "1700000000.42", "9a6f82f62734b28760e94b537f8da444")]
    [InlineData("pbx", "Ünïcødé-\U0001F4DE", "c158f9b65848cd3c5ac1577fca358474")]
    [InlineData("", "", "7025e075d5e2f6cde3cc051a31f07660")]
    public void An_event_id_is_the_hash_of_source_and_key(string source, string key, string digest)
    {
        Assert.Equal(digest, EventId.Of(source, key).ToString());
        Assert.Equal(digest, EventId.Of(source, Encoding.UTF8.GetBytes(key)).ToString());
    }

    [Theory]
    [InlineData(124, "897085e1d176223eb5ef542dded3b392")]
    [InlineData(125, "b19427ef752df2990fb41306bc41cdc1")]
    [InlineData(126, "ba046a096ad220e029d6d38ae69ab9f6")]
    [InlineData(127, "01315edae1ea683979f6b597061843bc")]
    [InlineData(128, "3973e3267a6ceb1b52cbc6e0821323ca")]
    [InlineData(254, "ccca593ea665b8097c3b8845321405ae")]
    [InlineData(255, "af40b94e15fc1e3f7f88e6025674273b")]
    [InlineData(400, "0204454aef2a31392cea0a6604810690")]
    [InlineData(5000, "3fc9d660748934ef3bb842d51b594de4")]
    public void A_key_of_any_length_is_hashed_whole(int length, string digest) =>
        Assert.Equal(digest, EventId.Of("s", new string('k', length)).ToString());

    [Fact]
    public void Moving_a_character_between_source_and_key_makes_another_event() =>
        Assert.NotEqual(EventId.Of("ab", "c"), EventId.Of("a", "bc"));

    [Fact]
    public void An_event_id_is_read_back_from_bytes_and_from_a_uuid_and_sorts_like_its_bytes() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (a, b) =>
        {
            var (left, right) = (EventId.Of("s", $"{a}"), EventId.Of("s", $"{b}"));
            Span<byte> leftBytes = stackalloc byte[16];
            Span<byte> rightBytes = stackalloc byte[16];
            left.WriteTo(leftBytes);
            right.WriteTo(rightBytes);
            return EventId.FromBytes(leftBytes) == left
                && EventId.FromGuid(left.ToGuid()) == left
                && left.ToGuid().ToString("N") == left.ToString()
                && Math.Sign(left.CompareTo(right)) == Math.Sign(leftBytes.SequenceCompareTo(rightBytes))
                && left < right == leftBytes.SequenceCompareTo(rightBytes) < 0;
        }).Holds();
}
