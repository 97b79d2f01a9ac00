using System.Diagnostics;
using System.Globalization;

namespace Tollgate.Benchmarks;

/// <summary>CPU time of the benchmarks of rating, billing and decoding, for machines that do other work meanwhile:
/// <c>-- cpu</c>, <c>-- cpu bills</c>, <c>-- cpu decoders</c>. Elapsed time says little there; the CPU time of this process, all
/// its threads, is an upper bound of what the work costs.</summary>
internal static class CpuTimes
{
    private const int Rounds = 30;

    // CPU time is counted in steps of ten milliseconds.
    private const int PrefixRounds = 10;

    internal static void Print()
    {
        foreach (var traffic in Enum.GetValues<Traffic>())
        {
            foreach (var prefixes in new[] { 5_000, 500_000 })
            {
                var table = new PrefixBenchmarks { Prefixes = prefixes, Traffic = traffic };
                table.Setup();
                Print(string.Create(CultureInfo.InvariantCulture, $"longest prefix of {prefixes}, {traffic}"),
                    PrefixBenchmarks.Numbers * PrefixRounds, () => Repeat(table.Find, PrefixRounds));
            }
        }
        var simple = new RaterBenchmarks();
        simple.Setup();
        Print("simple plan, allowance, money", 100_000, () => simple.Rate());
        var deep = new RaterDepthBenchmarks();
        deep.Setup();
        Print("five pockets, tiers, discount, two legs", 100_000, () => deep.FivePocketsTiersAndTwoLegs());
        Print("split call of a minute", 100_000, () => Repeat(deep.SplitCallOfAMinute, 100_000));
        Print("split call of a day", 100_000, () => Repeat(deep.SplitCallOfADay, 100_000));
    }

    internal static void PrintBills()
    {
        var bills = new BillCalculatorBenchmarks();
        bills.Prepare();
        Print("first bill of an account", 10_000, () => Repeat(bills.FirstBill, 100));
        Print("bill after thirteen months", 5_000, () => Repeat(bills.WithThirteenMonthsOfHistory, 50));
        Print("30,000 subscriptions", 1, bills.ThirtyThousandSubscriptions);
    }

    internal static void PrintDecoders()
    {
        var decoders = new DecoderBenchmarks();
        decoders.Setup();
        Print("Asterisk CSV", 100_000, () => decoders.DecodeAsteriskCsv());
        Print("FreeSWITCH CSV", 100_000, () => decoders.DecodeFreeSwitchCsv());
        Print("RADIUS detail", 100_000, () => decoders.DecodeRadiusDetail());
        Print("generic CSV", 100_000, () => decoders.DecodeGenericCsv());
        Print("the same file by a layout", 100_000, () => decoders.DecodeGenericCsvByLayout());
        Print("JSON lines by a layout", 100_000, () => decoders.DecodeJsonByLayout());
        Print("CsvHelper reads the fields of Asterisk CSV", 100_000, () => decoders.YardstickCsvHelperReadsAsteriskFields());
    }

    private static long Repeat(Func<long> call, int times)
    {
        var sum = 0L;
        for (var i = 0; i < times; i++)
        {
            sum += call();
        }
        return sum;
    }

    private static void Print(string what, int records, Func<long> round)
    {
        // Until the compiler has done its best with what runs often.
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < TimeSpan.FromSeconds(3);)
        {
            round();
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        round();
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        using var process = Process.GetCurrentProcess();
        var times = new long[Rounds];
        for (var i = 0; i < Rounds; i++)
        {
            process.Refresh();
            var before = process.TotalProcessorTime;
            round();
            process.Refresh();
            times[i] = (process.TotalProcessorTime - before).Ticks * 100_000 / records;
        }
        Array.Sort(times);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: least {times[0] / 1000m:0.0} ns, median {times[Rounds / 2] / 1000m:0.0} ns of CPU each, ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{1_000_000_000_000m / times[Rounds / 2]:0.#} per second, {allocated / records} bytes"));
    }
}
