using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using Tollgate.Mediation.Reading;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Layouts;

/// <summary>
/// How the records of some system are written and what they mean: a layout file, read and checked (<see cref="LayoutReader"/>).
/// Immutable; two are equal when their texts are.
/// </summary>
public sealed class UsageLayout : IEquatable<UsageLayout>
{
    /// <summary>The <see cref="UsageSource.Format"/> of sources that have a layout.</summary>
    public const string Format = "layout";

    internal UsageLayout(string code, string name, string text, LayoutForm form, LayoutUsage usage) =>
        (Code, Name, Text, Form, Usage) = (code, name, text, form, usage);

    /// <summary>The file's name of itself, e.g. <c>cucm-cdr</c>.</summary>
    public string Code { get; }

    /// <summary>One line for people.</summary>
    public string Name { get; }

    /// <summary>The layout file as it was written, without a byte order mark.</summary>
    public string Text { get; }

    /// <summary>Names the content: SHA-256 of the text, in hex.</summary>
    public string Version => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    /// <summary>The fields that name a record for ever; empty: all of it does.</summary>
    public ImmutableArray<string> KeyFields => [.. Usage.Id.Select(slot => Fields[slot])];

    internal LayoutForm Form { get; }

    internal LayoutUsage Usage { get; }

    /// <summary>The fields of a record that the layout reads, by slot.</summary>
    internal ImmutableArray<string> Fields { get; init; } = [];

    /// <summary>Records that are understood and not charged; the first that holds counts.</summary>
    internal ImmutableArray<IgnoreRule> Ignore { get; init; } = [];

    public bool Equals(UsageLayout? other) => other is not null && Text == other.Text;

    public override bool Equals(object? obj) => Equals(obj as UsageLayout);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}

/// <summary>How a file is cut into records, and a record into fields.</summary>
internal enum FormKind
{
    /// <summary>A line of values with a separator between them.</summary>
    Delimited,
    /// <summary>A line in which every field has its place.</summary>
    Fixed,
    /// <summary>A line of NAME=VALUE.</summary>
    Pairs,
    /// <summary>NAME = VALUE, one on a line, a blank line after each record.</summary>
    Blocks,
    /// <summary>JSON objects.</summary>
    Json,
}

/// <summary>The <c>file</c> section of a layout.</summary>
internal sealed record LayoutForm
{
    public required FormKind Kind { get; init; }

    /// <summary>Zone of local times; null: the source's.</summary>
    public DateTimeZone? TimeZone { get; init; }

    /// <summary>Lines that begin so are no records (comments, headers, trailers).</summary>
    public ImmutableArray<byte[]> Skip { get; init; } = [];

    /// <summary>How many lines at the top of a file are no records.</summary>
    public int SkipLines { get; init; }

    /// <summary>Between fields, or between pairs.</summary>
    public byte Separator { get; init; }

    /// <summary>Around values; 0: nothing.</summary>
    public byte Quote { get; init; }

    /// <summary>Between name and value.</summary>
    public byte EqualSign { get; init; }

    /// <summary>Between the whole and the decimals of a number.</summary>
    public byte DecimalSign { get; init; } = (byte)'.';

    /// <summary>The first line that has all fields names the columns.</summary>
    public bool Header { get; init; }

    /// <summary>Names of the columns without a header row.</summary>
    public ImmutableArray<string> Columns { get; init; } = [];

    /// <summary>Fewest columns of a row without a header row.</summary>
    public int Fewest { get; init; }

    /// <summary>Of fixed width, by slot: where the field begins, from 0, and ends, exclusive.</summary>
    public ImmutableArray<(int From, int To)> Places { get; init; } = [];

    /// <summary>Of fixed width: blanks at the end of lines may be cut off.</summary>
    public bool Trimmed { get; init; }
}

/// <summary>Records that are not charged.</summary>
/// <param name="Reason">Short stable text.</param>
/// <param name="Slot">The field that is compared.</param>
/// <param name="Values">Sorted.</param>
/// <param name="Inverted">They hold for all other values.</param>
internal sealed record IgnoreRule(string Reason, int Slot, ImmutableArray<byte[]> Values, bool Inverted)
{
    internal bool Holds(in LayoutRow row)
    {
        var value = row[Slot];
        var found = false;
        foreach (var one in Values)
        {
            found |= value.SequenceEqual(one);
        }
        return found != Inverted;
    }
}

/// <summary>The <c>usage</c> section of a layout: where the parts of a usage record come from. Null: not there.</summary>
internal sealed record LayoutUsage
{
    /// <summary>Fields that together are the record's key; empty: all of the record.</summary>
    public ImmutableArray<int> Id { get; init; } = [];

    /// <summary>The one service of all records; null: <see cref="Service"/>, else the source's.</summary>
    public ServiceKind? OneService { get; init; }

    public LayoutValue? Service { get; init; }

    public required LayoutValue Subject { get; init; }

    /// <summary>Null: the source's.</summary>
    public IdentityKind? SubjectKind { get; init; }

    public LayoutValue? Origin { get; init; }

    public LayoutValue? Destination { get; init; }

    public LayoutTime? Start { get; init; }

    public LayoutTime? End { get; init; }

    public LayoutDuration? Duration { get; init; }

    public LayoutCount? Up { get; init; }

    public LayoutCount? Down { get; init; }

    /// <summary>Octets that are not told apart by direction; counted as received.</summary>
    public LayoutCount? Octets { get; init; }

    public LayoutCount? Events { get; init; }

    public LayoutPrice? Price { get; init; }

    public ImmutableArray<(string Name, LayoutValue Value)> Attributes { get; init; } = [];
}

/// <summary>A point in time.</summary>
/// <param name="Value">Its text.</param>
/// <param name="PerSecond">Of a count since 1970: how many there are in a second; 0: it is no count.</param>
/// <param name="Pattern">Of a date and time; null: ISO 8601.</param>
/// <param name="Zone">Of a local time; null: the layout's.</param>
internal sealed record LayoutTime(LayoutValue Value, long PerSecond, TimePattern? Pattern, DateTimeZone? Zone);

/// <summary>How a duration is written.</summary>
internal enum DurationUnit
{
    Seconds,
    Milliseconds,
    Microseconds,
    Minutes,
    Hours,
    /// <summary>H:MM:SS or MM:SS.</summary>
    Clock,
    /// <summary>HHMMSS; fewer digits are minutes and seconds, or seconds.</summary>
    Digits,
}

/// <summary>A duration.</summary>
internal sealed record LayoutDuration(LayoutValue Value, DurationUnit Unit);

/// <summary>A number of octets or events.</summary>
/// <param name="Value">Its text.</param>
/// <param name="Unit">How many octets or events one is.</param>
/// <param name="Gigawords">How often a counter of 32 bits began anew; null: never.</param>
internal sealed record LayoutCount(LayoutValue Value, long Unit, LayoutValue? Gigawords);

/// <summary>A price that somebody else put on the record.</summary>
/// <param name="Value">Its text.</param>
/// <param name="Decimals">How many of its digits are decimals, of a number without a decimal sign.</param>
/// <param name="Currency">Null: that of the rate plan.</param>
internal sealed record LayoutPrice(LayoutValue Value, int Decimals, LayoutValue? Currency);
