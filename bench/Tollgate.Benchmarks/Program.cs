using BenchmarkDotNet.Running;
using Tollgate.Benchmarks;

if (args is ["cpu"])
{
    CpuTimes.Print();
    return;
}
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
