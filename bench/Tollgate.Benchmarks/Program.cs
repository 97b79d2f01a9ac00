using BenchmarkDotNet.Running;
using Tollgate.Benchmarks;

if (args is ["cpu"])
{
    CpuTimes.Print();
    return;
}
if (args is ["cpu", "bills"])
{
    CpuTimes.PrintBills();
    return;
}
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
