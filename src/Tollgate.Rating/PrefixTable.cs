namespace Tollgate.Rating;

/// <summary>
/// Longest-prefix look-up of digit strings. Every prefix is an interval of numbers as long as the longest prefix; nested
/// intervals are
/// flattened into sorted bounds. The first digits of a number choose a bucket of a few bounds that lie side by side, so a
/// look-up touches about two lines of memory however many prefixes there are. Immutable and safe to share.
/// </summary>
public sealed class PrefixTable
{
    /// <summary>Longest prefix that can be held: E.164 numbers have at most 15 digits.</summary>
    public const int MaxDigits = 15;

    private const int None = -1;

    // Nine digits fit 32 bits; with at most six digits for the bucket, fifteen in all.
    private const int MaxRestDigits = 9;

    private static readonly ulong[] Powers = PowersOfTen();

    private readonly int bucketDigits;
    private readonly int restDigits;
    private readonly int longest;

    // Bounds before each bucket's first number; the bounds, and apart from them, because it is rarely needed, the prefix of
    // each.
    private readonly int[] buckets;
    private readonly Bound[] bounds;
    private readonly int[] prefixOfBound;
    private readonly int[] parents;
    private readonly int[] values;
    private readonly byte[] lengths;

    private PrefixTable(byte[] lengths, int[] values, Func<int, (ulong[] Keys, int[] Order)> sort)
    {
        this.lengths = lengths;
        this.values = values;
        longest = lengths.Length == 0 ? 0 : lengths.Max();
        bucketDigits = Math.Max(longest - MaxRestDigits, lengths.Length switch { <= 500 => 3, <= 100_000 => 5, _ => 6 });
        restDigits = Math.Max(0, longest - bucketDigits);
        parents = new int[lengths.Length];
        var (keys, order) = sort(bucketDigits + restDigits);
        var flat = Flatten(keys, order);
        var bucketSize = Powers[restDigits];
        bounds = [.. flat.Select(bound => new Bound((uint)(bound.From % bucketSize), ValueOf(bound.Prefix)))];
        prefixOfBound = [.. flat.Select(bound => bound.Prefix)];
        buckets = BucketsOf(flat, (int)Powers[bucketDigits], bucketSize);
    }

    /// <summary>Number of prefixes.</summary>
    public int Count => values.Length;

    /// <summary>Builds the table; the empty prefix matches every number.</summary>
    /// <param name="prefixes">Digits, each at most <see cref="MaxDigits"/> long, no two alike.</param>
    /// <param name="values">One per prefix, 0 or more.</param>
    /// <exception cref="ArgumentException">A prefix is not digits, too long or given twice, a value is negative, or the
    /// lists differ in
    /// length.</exception>
    public static PrefixTable Build(IReadOnlyList<string> prefixes, IReadOnlyList<int> values)
    {
        if (prefixes.Count != values.Count || values.Any(value => value < 0))
        {
            throw new ArgumentException("One value, 0 or more, per prefix is needed.", nameof(values));
        }
        var digits = new byte[prefixes.Count];
        for (var i = 0; i < digits.Length; i++)
        {
            if (prefixes[i].Length > MaxDigits || prefixes[i].AsSpan().ContainsAnyExceptInRange('0', '9'))
            {
                throw new ArgumentException($"Prefix '{prefixes[i]}' is not up to {MaxDigits} digits.", nameof(prefixes));
            }
            digits[i] = (byte)prefixes[i].Length;
        }
        return new PrefixTable(digits, [.. values], width => Sorted(prefixes, width));
    }

    /// <summary>Finds the value of the longest prefix of a number. Looks at the digits before the first other character
    /// only.</summary>
    public bool TryFind(ReadOnlySpan<char> number, out int value)
    {
        var bound = BoundOf(number, out var digits);
        value = digits >= longest ? bounds[bound].Value : ValueOf(LongestOf(bound, digits));
        return value != None;
    }

    /// <summary>Which prefix is the longest, in the order they were handed in; -1: none.</summary>
    public int IndexOf(ReadOnlySpan<char> number)
    {
        var bound = BoundOf(number, out var digits);
        return LongestOf(bound, digits);
    }

    /// <summary>The value of a prefix, in the order they were handed in.</summary>
    internal int ValueAt(int prefix) => values[prefix];

    /// <summary>The longest prefix that another begins with; -1: none.</summary>
    internal int Above(int prefix) => parents[prefix];

    /// <summary>The last bound that is not after the number, padded with zeros.</summary>
    private int BoundOf(ReadOnlySpan<char> number, out int digits)
    {
        var bucket = Read(number, bucketDigits, out digits);
        var rest = 0u;
        if (digits == bucketDigits && restDigits > 0)
        {
            rest = Read(number[bucketDigits..], restDigits, out var more);
            digits += more;
        }
        var low = buckets[bucket] - 1;
        var high = buckets[bucket + 1] - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >> 1;
            if (bounds[middle].Rest <= rest)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }
        return low;
    }

    /// <summary>The bound's prefix; for a number that is shorter, the longest one above it that the number really begins
    /// with.</summary>
    private int LongestOf(int bound, int digits)
    {
        var prefix = prefixOfBound[bound];
        while (prefix != None && lengths[prefix] > digits)
        {
            prefix = parents[prefix];
        }
        return prefix;
    }

    private int ValueOf(int prefix) => prefix == None ? None : values[prefix];

    /// <summary>The leading digits, at most so many, as a number padded on the right to so many.</summary>
    private static uint Read(ReadOnlySpan<char> text, int most, out int digits)
    {
        var value = 0u;
        var count = 0;
        while (count < text.Length && count < most)
        {
            var digit = unchecked((uint)(text[count] - '0'));
            if (digit > 9)
            {
                break;
            }
            value = value * 10 + digit;
            count++;
        }
        digits = count;
        return count == most ? value : value * (uint)Powers[most - count];
    }

    /// <summary>Prefixes by their first number of this many digits, an outer one before those inside it.</summary>
    private static (ulong[] Keys, int[] Order) Sorted(IReadOnlyList<string> prefixes, int width)
    {
        const int lengthBits = 4;
        var keys = new ulong[prefixes.Count];
        var order = new int[prefixes.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            var first = 0UL;
            foreach (var digit in prefixes[i])
            {
                first = first * 10 + (uint)(digit - '0');
            }
            keys[i] = ((first * Powers[width - prefixes[i].Length]) << lengthBits) | (uint)prefixes[i].Length;
            order[i] = i;
        }
        Array.Sort(keys, order);
        for (var i = 1; i < keys.Length; i++)
        {
            if (keys[i] == keys[i - 1])
            {
                throw new ArgumentException($"Prefix '{prefixes[order[i]]}' is given twice.", nameof(prefixes));
            }
        }
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] >>= lengthBits;
        }
        return (keys, order);
    }

    /// <summary>
    /// Sweeps over the prefixes in order of their first number, keeping the chain of prefixes that are open:
    /// <code>
    /// 43      [-----------------------)
    /// 4366        [---)
    /// 43699                [--)
    /// bounds  43  4366 43  43699 43   none
    /// </code>
    /// </summary>
    private List<(ulong From, int Prefix)> Flatten(ulong[] keys, int[] order)
    {
        var flat = new List<(ulong From, int Prefix)>(keys.Length * 2 + 1) { (0, None) };
        var open = new Stack<(int Prefix, ulong End)>();
        var width = bucketDigits + restDigits;
        for (var i = 0; i < keys.Length; i++)
        {
            CloseUpTo(keys[i]);
            var prefix = order[i];
            parents[prefix] = open.Count == 0 ? None : open.Peek().Prefix;
            Add(keys[i], prefix);
            open.Push((prefix, keys[i] + Powers[width - lengths[prefix]]));
        }
        CloseUpTo(Powers[width] - 1);
        return flat;

        void CloseUpTo(ulong limit)
        {
            while (open.Count > 0 && open.Peek().End <= limit)
            {
                var end = open.Pop().End;
                Add(end, open.Count == 0 ? None : open.Peek().Prefix);
            }
        }

        void Add(ulong from, int prefix)
        {
            if (flat[^1].From == from)
            {
                flat.RemoveAt(flat.Count - 1);
            }
            flat.Add((from, prefix));
        }
    }

    /// <summary>How many bounds lie before each bucket, and all of them at the end.</summary>
    private static int[] BucketsOf(List<(ulong From, int Prefix)> flat, int count, ulong size)
    {
        var index = new int[count + 1];
        var at = 0;
        for (var bucket = 0; bucket <= count; bucket++)
        {
            while (at < flat.Count && flat[at].From < (ulong)bucket * size)
            {
                at++;
            }
            index[bucket] = at;
        }
        return index;
    }

    private static ulong[] PowersOfTen()
    {
        var powers = new ulong[MaxDigits + 1];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++)
        {
            powers[i] = powers[i - 1] * 10;
        }
        return powers;
    }

    /// <summary>From this number of its bucket on, this value applies; -1: none.</summary>
    private readonly record struct Bound(uint Rest, int Value);
}
