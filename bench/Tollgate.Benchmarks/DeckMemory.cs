using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tollgate.Catalog;
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
        Times(SampleDeck.Of(Prefixes));
    }

    /// <summary>What publishing and starting do with such a deck.</summary>
    private static void Times(Deck deck)
    {
        var text = new StringBuilder("prefix,zone,price\n");
        foreach (var row in deck.Rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Prefix},{row.Zone},{row.Price!.PerUnit}\n");
        }
        const string yaml = """
            catalog: { code: bench, currency: EUR, timeZone: Europe/Berlin }
            decks: [{ code: deck, per: minute }]
            taxes: [{ code: standard, name: VAT, rates: [{ country: DE, percent: 19, from: 2007-01-01 }] }]
            ratePlans:
              - { code: voice, name: Voice, service: voice, tax: standard, revenueAccount: r, deck: deck, prices: [{ price: deck }] }
            offers: [{ code: o, name: O, ratePlans: [voice] }]
            """;
        CatalogueFile[] files =
        [
            new("catalogue.yaml", Encoding.UTF8.GetBytes(yaml)), new("decks/deck.csv", Encoding.UTF8.GetBytes(text.ToString())),
        ];
        for (var round = 0; round < 3; round++)
        {
            CataloguePackage package = null!;
            Catalogue catalogue = null!;
            CompiledCatalogue compiled = null!;
            var pack = Time(() => package = CataloguePackage.Pack(files));
            var read = Time(() => catalogue = CatalogueReader.Read(CataloguePackage.Unpack(package.Blob.AsSpan())).Value!);
            var compile = Time(() => compiled = CompiledCatalogue.Compile(catalogue));
            var again = Time(() => CompiledCatalogue.Compile(catalogue, [compiled]));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"pack {pack:0.00} s ({package.Blob.Length / 1e6:0.0} MB), unpack and read {read:0.00} s, compile {compile:0.00} s, ")
                + string.Create(CultureInfo.InvariantCulture, $"a second version with the same deck {again:0.00} s of CPU"));
        }
    }

    private static double Time(Action work)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        work();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalSeconds;
    }

    private static CompiledCatalogue Compiled() => CompiledCatalogue.Compile(RaterBenchmarks.CatalogueOf(SampleDeck.Of(Prefixes)));

    private static (long Objects, long WorkingSet) Now()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return (GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
    }
}
