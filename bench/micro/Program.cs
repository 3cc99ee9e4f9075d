using BenchmarkDotNet.Running;
using Curfew.Bench.Micro;

// "memory [facts]" prints what BenchmarkDotNet can't see: bytes per live fact, and the peak, while the index grows.
if (args is ["memory", ..])
    IndexMemory.Run(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 10_000_000);
else
    BenchmarkSwitcher.FromAssembly(typeof(VerdictBenchmarks).Assembly).Run(args);
