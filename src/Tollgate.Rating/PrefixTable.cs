namespace Tollgate.Rating;

/// <summary>The longest prefix that a number begins with.</summary>
/// <param name="Index">Which prefix, in the order they were handed in.</param>
/// <param name="Value">What was handed in with it.</param>
public readonly record struct PrefixMatch(int Index, int Value);

/// <summary>
/// Longest-prefix look-up of digit strings. Every prefix is an interval of 15-digit numbers (E.164 numbers have at most 15 digits);
/// nested intervals are flattened into sorted bounds, so that a look-up is one predecessor search in a small bucket of neighbours
/// that lie side by side in memory. Immutable and safe to share.
/// </summary>
public sealed class PrefixTable
{
    /// <summary>Longest prefix that can be held; more digits of a number than this are not looked at.</summary>
    public const int MaxDigits = 15;

    private const int None = -1;
    // The first five digits choose a bucket: 100,000 buckets of 10^10 numbers.
    private const ulong BucketSize = 10_000_000_000;
    private const int Buckets = 100_000;
    private const int LengthBits = 4;
    private const ulong LengthMask = 15;

    private static readonly ulong[] Powers = PowersOfTen();

    private readonly Bound[] bounds;
    private readonly int[] buckets;
    private readonly int[] parents;
    private readonly int[] values;
    private readonly byte[] lengths;

    /// <summary>Sorts nothing: <paramref name="keys"/> are in order, each with its prefix in <paramref name="order"/>.</summary>
    private PrefixTable(ulong[] keys, int[] order, int[] values, byte[] lengths)
    {
        this.values = values;
        this.lengths = lengths;
        parents = new int[keys.Length];
        bounds = Flatten(keys, order);
        buckets = IndexOf(bounds);
    }

    /// <summary>Number of prefixes.</summary>
    public int Count => values.Length;

    /// <summary>Builds the table; the empty prefix matches every number.</summary>
    /// <param name="prefixes">Digits, each at most <see cref="MaxDigits"/> long, no two alike.</param>
    /// <param name="values">One per prefix.</param>
    /// <exception cref="ArgumentException">A prefix is not digits, too long or given twice, or the lists differ in length.</exception>
    public static PrefixTable Build(IReadOnlyList<string> prefixes, IReadOnlyList<int> values)
    {
        if (prefixes.Count != values.Count)
        {
            throw new ArgumentException("One value per prefix is needed.", nameof(values));
        }
        var keys = new ulong[prefixes.Count];
        var order = new int[prefixes.Count];
        var digitsOf = new byte[prefixes.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            var low = Read(prefixes[i], out var digits);
            if (digits != prefixes[i].Length)
            {
                throw new ArgumentException($"Prefix '{prefixes[i]}' is not up to {MaxDigits} digits.", nameof(prefixes));
            }
            digitsOf[i] = (byte)digits;
            keys[i] = (low << LengthBits) | (uint)digits;
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
        return new PrefixTable(keys, order, [.. values], digitsOf);
    }

    /// <summary>Finds the longest prefix of a number. Looks at the digits before the first other character only.</summary>
    public bool TryFind(ReadOnlySpan<char> number, out PrefixMatch match)
    {
        var key = Read(number, out var digits);
        var bucket = (int)(key / BucketSize);
        var probe = (key << LengthBits) | LengthMask;
        var low = buckets[bucket];
        var high = buckets[bucket + 1];
        while (low < high)
        {
            var middle = (int)((uint)(low + high + 1) >> 1);
            if (bounds[middle].Key <= probe)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }
        ref readonly var bound = ref bounds[low];
        if ((int)(bound.Key & LengthMask) > digits)
        {
            return TryFindShorter(bound.Prefix, digits, out match);
        }
        match = new PrefixMatch(bound.Prefix, bound.Value);
        return bound.Prefix != None;
    }

    /// <summary>The number is shorter than the prefix found for it padded with zeros: go up to one that it really begins with.</summary>
    private bool TryFindShorter(int prefix, int digits, out PrefixMatch match)
    {
        while (prefix != None && lengths[prefix] > digits)
        {
            prefix = parents[prefix];
        }
        match = new PrefixMatch(prefix, prefix == None ? 0 : values[prefix]);
        return prefix != None;
    }

    /// <summary>The leading digits as a number padded on the right to 15 digits.</summary>
    private static ulong Read(ReadOnlySpan<char> text, out int digits)
    {
        var value = 0UL;
        var count = 0;
        while (count < text.Length && count < MaxDigits)
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
        return value * Powers[MaxDigits - count];
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
    private Bound[] Flatten(ulong[] keys, int[] order)
    {
        var flat = new List<Bound>(keys.Length * 2 + 1) { new(0, None, 0) };
        var open = new Stack<(int Prefix, ulong End)>();
        for (var i = 0; i < keys.Length; i++)
        {
            var low = keys[i] >> LengthBits;
            CloseUpTo(low);
            var prefix = order[i];
            parents[prefix] = open.Count == 0 ? None : open.Peek().Prefix;
            Add(low, prefix);
            open.Push((prefix, low + Powers[MaxDigits - lengths[prefix]]));
        }
        CloseUpTo(ulong.MaxValue);
        return [.. flat];

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
            var length = prefix == None ? 0u : lengths[prefix];
            var bound = new Bound((from << LengthBits) | length, prefix, prefix == None ? 0 : values[prefix]);
            if (flat[^1].Key >> LengthBits == from)
            {
                flat[^1] = bound;
            }
            else
            {
                flat.Add(bound);
            }
        }
    }

    /// <summary>For every value of the first digits: the last bound at or before its first number.</summary>
    private static int[] IndexOf(Bound[] bounds)
    {
        var index = new int[Buckets + 1];
        var at = 0;
        for (var bucket = 0; bucket <= Buckets; bucket++)
        {
            var start = (ulong)bucket * BucketSize;
            while (at + 1 < bounds.Length && bounds[at + 1].Key >> LengthBits <= start)
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

    /// <summary>From this number on (15 digits, then 4 bits for the prefix's length) this prefix is the longest.</summary>
    private readonly record struct Bound(ulong Key, int Prefix, int Value);
}
