using System.Globalization;
using Tollgate.Rating;

namespace Tollgate.Benchmarks;

/// <summary>What a deck of 500,000 prefixes keeps in memory, as charging holds it: rows and compiled form. <c>-- memory</c></summary>
internal static class DeckMemory
{
    private const int Prefixes = 500_000;

    internal static void Print()
    {
        var (before, set) = Now();
        var compiled = Compiled();
        var (after, setAfter) = Now();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Prefixes:N0} prefixes: {(after - before) / 1e6:N1} MB of objects, working set {(setAfter - set) / 1e6:N1} MB more"));
        GC.KeepAlive(compiled);
    }

    private static CompiledCatalogue Compiled() => CompiledCatalogue.Compile(RaterBenchmarks.CatalogueOf(SampleDeck.Of(Prefixes)));

    private static (long Objects, long WorkingSet) Now()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return (GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
    }
}
