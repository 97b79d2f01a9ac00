using System.Numerics;

namespace Tollgate.Host.Demo;

/// <summary>A small seeded generator (SplitMix64) whose sequence never changes with the runtime: the same seed makes the same
/// operator.</summary>
internal sealed class DemoRandom(ulong seed)
{
    private ulong state = seed;

    /// <summary>A generator of its own for a part of the work, so that parts don't shift one another.</summary>
    internal DemoRandom Fork(ulong part) => new(Mix(state ^ Mix(part)));

    /// <summary>0 ≤ result &lt; <paramref name="bound"/>.</summary>
    internal int Next(int bound)
    {
        state = unchecked(state + 0x9E3779B97F4A7C15UL);
        return (int)Math.BigMul(Mix(state), (ulong)bound, out _);
    }

    internal int Between(int from, int to) => from + Next(to - from + 1);

    internal bool Chance(int percent) => Next(100) < percent;

    internal T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>An index, by weight.</summary>
    internal int Weighted(ReadOnlySpan<int> weights)
    {
        var total = 0;
        foreach (var weight in weights)
        {
            total += weight;
        }
        var at = Next(total);
        for (var i = 0; ; i++)
        {
            at -= weights[i];
            if (at < 0)
            {
                return i;
            }
        }
    }

    /// <summary>Mostly small, sometimes large: a length or volume with this typical size.</summary>
    internal int Skewed(int typical) => 1 + (int)((long)typical * (1 << Next(5)) / (4 + Next(12)));

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
            return value ^ (value >> 31) ^ BitOperations.RotateLeft(value, 7);
        }
    }
}
