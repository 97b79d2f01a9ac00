namespace Tollgate.Rating;

/// <summary>
/// Longest-prefix look-up of digit strings: a <see cref="DigitTree"/> answers which value a number has, the sorted prefixes which
/// of them it begins with. Immutable and safe to share.
/// </summary>
public sealed class PrefixTable
{
    /// <summary>Longest prefix that can be held: E.164 numbers have at most 15 digits.</summary>
    public const int MaxDigits = 15;

    private const int None = -1;

    private static readonly ulong[] Powers = PowersOfTen();

    private readonly DigitTree tree;

    // In order of the first number of 15 digits that begins with the prefix, an outer prefix before those inside it.
    private readonly ulong[] firsts;
    private readonly byte[] lengths;
    private readonly int[] order;
    private readonly int[] places;

    // The place of the longest prefix that another begins with.
    private readonly int[] parents;
    private readonly int[] values;

    private PrefixTable(IReadOnlyList<string> prefixes, IReadOnlyList<int> values)
    {
        (firsts, order) = Sorted(prefixes);
        lengths = [.. order.Select(prefix => (byte)prefixes[prefix].Length)];
        places = new int[order.Length];
        for (var place = 0; place < order.Length; place++)
        {
            places[order[place]] = place;
        }
        this.values = [.. values];
        parents = new int[order.Length];
        tree = DigitTree.Build(Flatten());
    }

    /// <summary>Number of prefixes.</summary>
    public int Count => values.Length;

    /// <summary>Builds the table; the empty prefix matches every number.</summary>
    /// <param name="prefixes">Digits, each at most <see cref="MaxDigits"/> long, no two alike.</param>
    /// <param name="values">One per prefix, 0 or more, less than 2³¹ − 1.</param>
    /// <exception cref="ArgumentException">A prefix is not digits, too long or given twice, a value is negative, or the
    /// lists differ in length.</exception>
    public static PrefixTable Build(IReadOnlyList<string> prefixes, IReadOnlyList<int> values)
    {
        if (prefixes.Count != values.Count || values.Any(value => value is < 0 or int.MaxValue))
        {
            throw new ArgumentException("One value, 0 or more, per prefix is needed.", nameof(values));
        }
        foreach (var prefix in prefixes)
        {
            if (prefix.Length > MaxDigits || prefix.AsSpan().ContainsAnyExceptInRange('0', '9'))
            {
                throw new ArgumentException($"Prefix '{prefix}' is not up to {MaxDigits} digits.", nameof(prefixes));
            }
        }
        return new PrefixTable(prefixes, values);
    }

    /// <summary>Finds the value of the longest prefix of a number. Looks at the digits before the first other character
    /// only.</summary>
    public bool TryFind(ReadOnlySpan<char> number, out int value)
    {
        if (!tree.TryFind(number, out value))
        {
            value = ValueOf(IndexOf(number));
        }
        return value != None;
    }

    /// <summary>Which prefix is the longest, in the order they were handed in; -1: none.</summary>
    public int IndexOf(ReadOnlySpan<char> number)
    {
        var first = Read(number, out var digits);
        var place = Array.BinarySearch(firsts, first);
        if (place < 0)
        {
            place = ~place - 1;
        }
        // Of prefixes with the same first number the last is the longest.
        while (place + 1 < firsts.Length && firsts[place + 1] == first)
        {
            place++;
        }
        while (place != None && (lengths[place] > digits || first - firsts[place] >= Powers[MaxDigits - lengths[place]]))
        {
            place = parents[place];
        }
        return place == None ? None : order[place];
    }

    /// <summary>The value of a prefix, in the order they were handed in.</summary>
    internal int ValueAt(int prefix) => values[prefix];

    /// <summary>The longest prefix that another begins with; -1: none.</summary>
    internal int Above(int prefix) => parents[places[prefix]] is var place and not None ? order[place] : None;

    private int ValueOf(int prefix) => prefix == None ? None : values[prefix];

    /// <summary>The leading digits, at most 15, as a number padded on the right to 15.</summary>
    private static ulong Read(ReadOnlySpan<char> text, out int digits)
    {
        var value = 0UL;
        digits = 0;
        while (digits < MaxDigits && digits < text.Length && char.IsAsciiDigit(text[digits]))
        {
            value = value * 10 + (uint)(text[digits++] - '0');
        }
        return value * Powers[MaxDigits - digits];
    }

    private static (ulong[] Firsts, int[] Order) Sorted(IReadOnlyList<string> prefixes)
    {
        const int lengthBits = 4;
        var keys = new ulong[prefixes.Count];
        var sorted = new int[prefixes.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = (Read(prefixes[i], out var length) << lengthBits) | (uint)length;
            sorted[i] = i;
        }
        Array.Sort(keys, sorted);
        for (var i = 1; i < keys.Length; i++)
        {
            if (keys[i] == keys[i - 1])
            {
                throw new ArgumentException($"Prefix '{prefixes[sorted[i]]}' is given twice.", nameof(prefixes));
            }
        }
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] >>= lengthBits;
        }
        return (keys, sorted);
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
    private List<DigitBound> Flatten()
    {
        var flat = new List<DigitBound>(firsts.Length * 2 + 1) { new(0, None) };
        var open = new Stack<(int Place, ulong End)>();
        for (var place = 0; place < firsts.Length; place++)
        {
            CloseUpTo(firsts[place]);
            parents[place] = open.Count == 0 ? None : open.Peek().Place;
            Add(firsts[place], place);
            open.Push((place, firsts[place] + Powers[MaxDigits - lengths[place]]));
        }
        CloseUpTo(Powers[MaxDigits] - 1);
        return flat;

        void CloseUpTo(ulong limit)
        {
            while (open.Count > 0 && open.Peek().End <= limit)
            {
                var end = open.Pop().End;
                Add(end, open.Count == 0 ? None : open.Peek().Place);
            }
        }

        void Add(ulong from, int place)
        {
            if (flat[^1].From == from)
            {
                flat.RemoveAt(flat.Count - 1);
            }
            flat.Add(new DigitBound(from, place == None ? None : values[order[place]]));
        }
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
}
