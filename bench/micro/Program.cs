using BenchmarkDotNet.Running;
using Curfew.Bench.Micro;
using Curfew.Bench.Micro.Scale;

// "scale <folder>" answers the questions of scale, with charts. "durable" compares acknowledged revocations with single appends on the same disk.
// "remembered [tokens]" prints the bytes that a remembered token takes; "memory [facts]" what BenchmarkDotNet can't see: bytes
// per live fact, and the peak, while the index grows.
if (args is ["memory", ..])
    IndexMemory.Run(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 10_000_000);
else if (args is ["remembered", ..])
    await RememberedMemory.RunAsync(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 100_000);
else if (args is ["scale", var folder])
    await ScaleRun.RunAsync(folder);
else if (args is ["durable", ..])
    await DurableRevocations.RunAsync(rounds: 5);
else
    BenchmarkSwitcher.FromAssembly(typeof(VerdictBenchmarks).Assembly).Run(args);
