using System.Collections.Immutable;
using System.Text;

namespace Tollgate.Primitives;

/// <summary>Names of attributes that the product itself looks at. Operators may use any other name beside them.</summary>
public static class AttributeNames
{
    /// <summary>Access point name of a data session.</summary>
    public const string Apn = "apn";
    /// <summary>Rating group (3GPP TS 32.299 §7.2, Rating-Group).</summary>
    public const string RatingGroup = "rating-group";
    /// <summary>Service identifier (3GPP TS 32.299 §7.2, Service-Identifier).</summary>
    public const string ServiceId = "service-id";
    /// <summary>Content partner.</summary>
    public const string Partner = "partner";
    /// <summary>Device, e.g. an IMEI or its type allocation code.</summary>
    public const string Device = "device";
    /// <summary>Quality of service class.</summary>
    public const string Qos = "qos";
    /// <summary>Cell or location area.</summary>
    public const string Cell = "cell";
    /// <summary>Network that served the subscriber, as digits of its PLMN (MCC and MNC). Absent: at home.</summary>
    public const string VisitedNetwork = "visited-network";
    /// <summary>Trunk or route over which the event came or went.</summary>
    public const string Trunk = "trunk";
    /// <summary><c>no</c>: the call was not answered. Absent: it was.</summary>
    public const string Answered = "answered";
    /// <summary>Why the call ended, as the switch says it.</summary>
    public const string Cause = "cause";
    /// <summary>Price that somebody else put on the record: a number with a decimal point.</summary>
    public const string Price = "price";
    /// <summary>Currency of <see cref="Price"/>; absent: that of the rate plan.</summary>
    public const string PriceCurrency = "price-currency";
}

/// <summary>
/// What a record says beside its own fields: names with values, e.g. <c>apn</c> = <c>internet</c>. Immutable, sorted by name
/// (ordinal); two are equal when names and values are. <c>default</c> is empty.
/// </summary>
public readonly struct UsageAttributes : IEquatable<UsageAttributes>
{
    /// <summary>No attribute.</summary>
    public static readonly UsageAttributes Empty;

    /// <summary>The names that the product itself looks at.</summary>
    public static ImmutableArray<string> WellKnown { get; } =
    [
        AttributeNames.Apn, AttributeNames.RatingGroup, AttributeNames.ServiceId, AttributeNames.Partner, AttributeNames.Device,
        AttributeNames.Qos, AttributeNames.Cell, AttributeNames.VisitedNetwork, AttributeNames.Trunk, AttributeNames.Answered,
        AttributeNames.Cause, AttributeNames.Price, AttributeNames.PriceCurrency,
    ];

    // Names and values in turn: name 0, value 0, name 1, value 1, …
    private readonly string[]? pairs;

    private UsageAttributes(string[] pairs) => this.pairs = pairs;

    public int Count => pairs is null ? 0 : pairs.Length / 2;

    public bool IsEmpty => pairs is null;

    /// <summary>The value of a name, or null.</summary>
    public string? this[string name]
    {
        get
        {
            for (var i = 0; pairs is not null && i < pairs.Length; i += 2)
            {
                if (pairs[i] == name)
                {
                    return pairs[i + 1];
                }
            }
            return null;
        }
    }

    /// <summary>All names with their values, by name.</summary>
    public ImmutableArray<KeyValuePair<string, string>> All
    {
        get
        {
            var all = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>(Count);
            for (var i = 0; pairs is not null && i < pairs.Length; i += 2)
            {
                all.Add(new(pairs[i], pairs[i + 1]));
            }
            return all.ToImmutable();
        }
    }

    /// <summary>Attributes from names and values in any order.</summary>
    /// <exception cref="ArgumentException">A name is empty or there twice.</exception>
    public static UsageAttributes Of(IEnumerable<KeyValuePair<string, string>> attributes)
    {
        var sorted = attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        for (var i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].Key.Length == 0 || (i > 0 && sorted[i].Key == sorted[i - 1].Key))
            {
                throw new ArgumentException($"The attribute name '{sorted[i].Key}' is empty or there twice.", nameof(attributes));
            }
        }
        return sorted.Length == 0 ? Empty : new UsageAttributes([.. sorted.SelectMany(pair => new[] { pair.Key, pair.Value })]);
    }

    /// <summary>Attributes from names and values in turn, sorted by name (ordinal), no name twice: for readers that know their
    /// order. The array must not be changed afterwards.</summary>
    public static UsageAttributes FromSorted(string[] pairs) => pairs.Length == 0 ? Empty : new UsageAttributes(pairs);

    /// <summary>These attributes and one more; a value that was there is replaced.</summary>
    public UsageAttributes With(string name, string value) =>
        Of(All.Where(pair => pair.Key != name).Append(new(name, value)));

    public bool Equals(UsageAttributes other) =>
        ReferenceEquals(pairs, other.pairs) || (pairs ?? []).AsSpan().SequenceEqual(other.pairs ?? []);

    public override bool Equals(object? obj) => obj is UsageAttributes other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var text in pairs ?? [])
        {
            hash.Add(text, StringComparer.Ordinal);
        }
        return hash.ToHashCode();
    }

    /// <summary>
    /// The one text form that is stored: <c>apn=internet;qos=9</c>, by name; <c>\</c>, <c>;</c> and <c>=</c> within a name or
    /// value have a <c>\</c> before them. Empty text: no attribute.
    /// </summary>
    public string ToText()
    {
        if (pairs is null)
        {
            return "";
        }
        var text = new StringBuilder();
        for (var i = 0; i < pairs.Length; i++)
        {
            text.Append(i == 0 ? "" : i % 2 == 0 ? ";" : "=");
            foreach (var letter in pairs[i])
            {
                text.Append(letter is '\\' or ';' or '=' ? "\\" : "").Append(letter);
            }
        }
        return text.ToString();
    }

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    /// <exception cref="FormatException">The text is not of this form.</exception>
    public static UsageAttributes FromText(string text)
    {
        if (text.Length == 0)
        {
            return Empty;
        }
        var read = new List<string>();
        var part = new StringBuilder();
        for (var i = 0; i <= text.Length; i++)
        {
            var ends = i == text.Length || text[i] == (read.Count % 2 == 0 ? '=' : ';');
            if (ends)
            {
                read.Add(part.ToString());
                part.Clear();
                continue;
            }
            i += text[i] == '\\' ? 1 : 0;
            part.Append(i < text.Length ? text[i] : throw new FormatException("The attributes end within a name or value."));
        }
        return read.Count % 2 == 0
            ? Of(read.Chunk(2).Select(pair => KeyValuePair.Create(pair[0], pair[1])))
            : throw new FormatException($"The attributes '{text}' end with a name.");
    }

    /// <summary><c>apn=internet, qos=9</c>.</summary>
    public override string ToString() => string.Join(", ", All.Select(pair => $"{pair.Key}={pair.Value}"));

    public static bool operator ==(UsageAttributes left, UsageAttributes right) => left.Equals(right);

    public static bool operator !=(UsageAttributes left, UsageAttributes right) => !left.Equals(right);
}
