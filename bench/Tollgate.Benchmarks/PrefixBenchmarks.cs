using BenchmarkDotNet.Attributes;
using Tollgate.Rating;

namespace Tollgate.Benchmarks;

/// <summary>Longest-prefix look-up of random numbers that are in the deck; one operation is one look-up.</summary>
[MemoryDiagnoser]
[InProcess]
public class PrefixBenchmarks
{
    private const int Numbers = 100_000;

    private PrefixTable table = null!;
    private string[] numbers = [];

    [Params(5_000, 500_000)]
    public int Prefixes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var deck = SampleDeck.Of(Prefixes);
        table = PrefixTable.Build([.. deck.Rows.Select(row => row.Prefix)],
            [.. Enumerable.Range(0, deck.Rows.Length).Select(row => row % 900)]);
        numbers = SampleDeck.Numbers(deck, Numbers);
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
