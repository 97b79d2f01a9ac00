using BenchmarkDotNet.Running;
using Tollgate.Benchmarks;

switch (args)
{
    case ["cpu"]:
        CpuTimes.Print();
        break;
    case ["cpu", "bills"]:
        CpuTimes.PrintBills();
        break;
    case ["cpu", "decoders"]:
        CpuTimes.PrintDecoders();
        break;
    case ["memory"]:
        DeckMemory.Print();
        break;
    case ["sql"]:
        SqlYardstick.Print();
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}
