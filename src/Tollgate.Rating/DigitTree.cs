using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tollgate.Rating;

/// <summary>From this number of 15 digits on, a value applies; -1: none.</summary>
internal readonly record struct DigitBound(ulong From, int Value);

/// <summary>
/// Which value numbers have, three digits at a time. A node says for each of its thousand groups of three digits either the
/// value of all numbers that go on like that, or the node that looks at the next three digits. Groups in a row with the same
/// answer are kept once, by their first: a node of a large deck is some five entries in one line of memory, and no comparison
/// decides a branch, so that the processor looks up several numbers at the same time. Immutable and safe to share.
/// </summary>
/// <remarks>
/// All nodes lie in one array of 16-bit numbers, none across two lines of memory that fits into one: the number of entries
/// (negative: wide ones), the first group of each, then the entries. A narrow entry is a value; a wide one has 32 bits: a value v
/// as −2 − v, or where the next node is. A node with more than <see cref="MostSearched"/> entries has all thousand, wide, without
/// their groups, and no search.
/// </remarks>
internal sealed class DigitTree
{
    private const int Stride = 3;
    private const int Groups = 1000;

    /// <summary>Beyond so many entries a thousand of them cost less than looking for the right one.</summary>
    private const int MostSearched = 64;

    /// <summary>A line of memory, in 16-bit numbers.</summary>
    private const int Line = 32;

    // Does not move, so that lines stay where they are; the nodes begin at the first whole line.
    private readonly short[] nodes;
    private readonly int origin;
    private readonly int root;

    private DigitTree(List<short> written, int root)
    {
        // A vector may be read beyond the last node.
        nodes = GC.AllocateArray<short>(written.Count + Line + Vector256<short>.Count, pinned: true);
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(nodes, 0);
        origin = (int)(-(address / sizeof(short)) & (Line - 1));
        written.CopyTo(nodes, origin);
        this.root = root;
    }

    /// <summary>Builds the tree.</summary>
    /// <param name="bounds">Ascending, the first from 0; values are less than 2³¹ − 1.</param>
    internal static DigitTree Build(List<DigitBound> bounds)
    {
        var builder = new Builder(bounds);
        var first = builder.Node(0, 1_000_000_000_000_000, 0, bounds.Count, -1, 0);
        return new DigitTree(builder.Nodes, first);
    }

    /// <summary>The value of all numbers that begin with these digits; false when there are too few digits to say.</summary>
    internal bool TryFind(ReadOnlySpan<char> number, out int value)
    {
        var node = root;
        while (number.Length >= Stride)
        {
            if (!char.IsAsciiDigit(number[0]) || !char.IsAsciiDigit(number[1]) || !char.IsAsciiDigit(number[2]))
            {
                break;
            }
            var entry = Entry(node, unchecked(number[0] * 100 + number[1] * 10 + number[2] - '0' * 111));
            if (entry < 0)
            {
                value = -2 - entry;
                return true;
            }
            node = entry;
            number = number[Stride..];
        }
        value = -1;
        return false;
    }

    /// <summary>A value v as −2 − v, or where the next node is.</summary>
    private int Entry(int node, int group)
    {
        unchecked
        {
            var at = origin + node;
            int count = nodes[at++];
            if (count == -Groups)
            {
                return Wide(at + 2 * group);
            }
            var size = count < 0 ? -count : count;
            var place = PlaceOf(at, size, (short)group);
            at += size;
            return count < 0 ? Wide(at + 2 * place) : -2 - nodes[at + place];
        }
    }

    private int Wide(int at) => MemoryMarshal.Read<int>(MemoryMarshal.AsBytes(nodes.AsSpan(at, 2)));

    /// <summary>The last of so many ascending numbers that is not above the one that is wanted; the first never is.</summary>
    private int PlaceOf(int at, int count, short wanted)
    {
        var all = Vector256.Create(wanted);
        var place = -1;
        while (true)
        {
            var notAbove = Vector256.LessThanOrEqual(Vector256.Create(nodes.AsSpan(at, Vector256<short>.Count)), all)
                .ExtractMostSignificantBits();
            if (count <= Vector256<short>.Count)
            {
                return place + BitOperations.PopCount(notAbove & ((1u << count) - 1));
            }
            place += BitOperations.PopCount(notAbove);
            at += Vector256<short>.Count;
            count -= Vector256<short>.Count;
        }
    }

    /// <summary>Writes nodes, those below before the one that leads to them.</summary>
    private sealed class Builder(List<DigitBound> bounds)
    {
        // The entries of the node that is being made, and of those above it.
        private readonly List<(short Group, int Entry)>[] open = [[], [], [], [], []];

        internal List<short> Nodes { get; } = [];

        /// <summary>Writes the node of the numbers in [from, from + size).</summary>
        /// <param name="from">First number.</param>
        /// <param name="size">How many numbers.</param>
        /// <param name="low">First bound that is within.</param>
        /// <param name="high">First bound that is not.</param>
        /// <param name="value">What applies before the first bound.</param>
        /// <param name="depth">How many nodes are above.</param>
        /// <returns>Where it is.</returns>
        internal int Node(ulong from, ulong size, int low, int high, int value, int depth)
        {
            var groups = open[depth];
            groups.Clear();
            var step = size / Groups;
            var next = 0;
            for (var at = low; at < high;)
            {
                var group = (int)((bounds[at].From - from) / step);
                var start = from + (ulong)group * step;
                if (next < group)
                {
                    Add(groups, next, -2 - value);
                }
                var end = at + 1;
                while (end < high && bounds[end].From < start + step)
                {
                    end++;
                }
                Add(groups, group, end == at + 1 && bounds[at].From == start
                    ? -2 - bounds[at].Value
                    : Node(start, step, at, end, value, depth + 1));
                value = bounds[end - 1].Value;
                next = group + 1;
                at = end;
            }
            if (next < Groups)
            {
                Add(groups, next, -2 - value);
            }
            return Write(groups);
        }

        private static void Add(List<(short Group, int Entry)> groups, int group, int entry)
        {
            if (groups.Count == 0 || groups[^1].Entry != entry)
            {
                groups.Add(((short)group, entry));
            }
        }

        private int Write(List<(short Group, int Entry)> groups)
        {
            if (groups.Count > MostSearched)
            {
                return WriteAll(groups);
            }
            var narrow = groups.TrueForAll(group => group.Entry is < 0 and >= -2 - short.MaxValue);
            var size = 1 + groups.Count * (narrow ? 2 : 3);
            var left = Line - Nodes.Count % Line;
            if (size <= Line && left < size)
            {
                Nodes.AddRange(new short[left]);
            }
            var node = Nodes.Count;
            Nodes.Add((short)(narrow ? groups.Count : -groups.Count));
            foreach (var (group, _) in groups)
            {
                Nodes.Add(group);
            }
            foreach (var (_, entry) in groups)
            {
                if (narrow)
                {
                    Nodes.Add((short)(-2 - entry));
                }
                else
                {
                    AddWide(entry);
                }
            }
            return node;
        }

        private int WriteAll(List<(short Group, int Entry)> groups)
        {
            var node = Nodes.Count;
            Nodes.Add(-Groups);
            for (var (group, at) = (0, 0); group < Groups; group++)
            {
                at += at + 1 < groups.Count && groups[at + 1].Group == group ? 1 : 0;
                AddWide(groups[at].Entry);
            }
            return node;
        }

        private void AddWide(int entry)
        {
            ReadOnlySpan<short> halves = MemoryMarshal.Cast<int, short>([entry]);
            Nodes.AddRange(halves);
        }
    }
}
