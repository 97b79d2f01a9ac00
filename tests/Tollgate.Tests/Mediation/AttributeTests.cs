using System.Text;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Mediation;
using Tollgate.Primitives;

namespace Tollgate.Tests.Mediation;

/// <summary>Columns of a generic file that become attributes; national rules of numbers; attribute sets.</summary>
public sealed class AttributeTests
{
    private sealed class Sink : IDecodedSink
    {
        internal List<UsageRecord> Records { get; } = [];

        public void Usage(UsageRecord record) => Records.Add(record);

        public void Rejected(RejectedRecord record) => throw new InvalidOperationException(record.Detail);

        public void Ignored(long offset, string reason)
        {
        }
    }

    [Fact]
    public void Well_known_columns_and_own_ones_become_attributes_when_they_are_not_empty()
    {
        const string file = "subject,start,rating_group,APN,x_colour,note\n"
            + "491701,2026-10-05T10:00:00Z,20,internet,,kept out\n491701,2026-10-05T10:00:01Z,,,red,\n";
        var sink = new Sink();
        var decoder = Decoders.Create(new UsageSource
        {
            Code = "test", Format = "generic-csv", TimeZone = DateTimeZone.Utc, Numbering = new NumberingPlan(),
        });

        var bytes = Encoding.UTF8.GetBytes(file);
        decoder.Decode(bytes, 0, true, 100, sink);

        Assert.Equal(["apn=internet, rating-group=20", "colour=red"], sink.Records.Select(record =>
            record.Attributes.ToString()));
    }

    [Theory]
    [InlineData("0800123456", "49800123456")]
    [InlineData("115", "49115")]
    [InlineData("11551", "11551")]
    [InlineData("+115", "115")]
    [InlineData("030123456", "4930123456")]
    public void National_rules_come_before_the_general_ones(string dialled, string number)
    {
        var plan = new NumberingPlan("49")
        {
            Rules = [new NumberRule("0800", "49800"), new NumberRule("115", "49115", 3, 3)],
        };

        Assert.Equal(number, new NumberNormaliser(plan).Normalise(dialled));
    }

    [Fact]
    public void Attribute_sets_are_equal_by_names_and_values()
    {
        var one = UsageAttributes.Of([new("b", "2"), new("a", "1")]);

        Assert.Equal(one, UsageAttributes.Empty.With("a", "0").With("b", "2").With("a", "1"));
        Assert.Equal(one.GetHashCode(), UsageAttributes.FromSorted(["a", "1", "b", "2"]).GetHashCode());
        Assert.NotEqual(one, UsageAttributes.Empty);
        Assert.Equal(("1", null, 2), (one["a"], one["c"], one.Count));
        Assert.Throws<ArgumentException>(() => UsageAttributes.Of([new("a", "1"), new("a", "2")]));
    }
}
