using System.Reflection;
using System.Security.Cryptography;
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
        }).QuickCheckThrowOnFailure();

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
    [Theory]
    [InlineData("pbx-berlin", "1700000000.42")]
    [InlineData("pbx", "Ünïcødé-\U0001F4DE")]
    [InlineData("", "")]
    public void An_event_id_is_the_first_half_of_the_hash_of_source_and_key(string source, string key)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(source + "\0" + key));

        Assert.Equal(Convert.ToHexStringLower(hash.AsSpan(0, 16)), EventId.Of(source, key).ToString());
    }

    [Fact]
    public void A_long_key_is_hashed_whole()
    {
        var key = new string('k', 5000);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes("s\0" + key));

        Assert.Equal(Convert.ToHexStringLower(hash.AsSpan(0, 16)), EventId.Of("s", key).ToString());
        Assert.NotEqual(EventId.Of("s", key), EventId.Of("s", key + "k"));
    }

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
        }).QuickCheckThrowOnFailure();
}
