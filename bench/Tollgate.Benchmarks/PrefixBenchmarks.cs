using BenchmarkDotNet.Attributes;
using Tollgate.Rating;

namespace Tollgate.Benchmarks;

/// <summary>How the numbers that are looked up are drawn.</summary>
public enum Traffic
{
    /// <summary>Every prefix of the deck as often as any other: the worst case for caches.</summary>
    Uniform,

    /// <summary>As calls are: the n-th prefix of a shuffled deck with weight 1/n.</summary>
    Weighted,
}

/// <summary>Longest-prefix look-up of random numbers that are in the deck; one operation is one look-up.</summary>
[MemoryDiagnoser]
[InProcess]
public class PrefixBenchmarks
{
    internal const int Numbers = 100_000;

    private PrefixTable table = null!;
    private string[] numbers = [];

    [Params(5_000, 500_000)]
    public int Prefixes { get; set; }

    [Params(Traffic.Uniform, Traffic.Weighted)]
    public Traffic Traffic { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var deck = SampleDeck.Of(Prefixes);
        table = PrefixTable.Build([.. deck.Rows.Select(row => row.Prefix)],
            [.. Enumerable.Range(0, deck.Rows.Length).Select(row => row % 900)]);
        numbers = Traffic == Traffic.Uniform ? SampleDeck.Numbers(deck, Numbers) : SampleDeck.WeightedNumbers(deck, Numbers);
    }

    [Benchmark(OperationsPerInvoke = Numbers)]
    public long Find()
    {
        var sum = 0L;
        foreach (var number in numbers)
        {
            table.TryFind(number, out var value);
            sum += value;
        }
        return sum;
    }
}
