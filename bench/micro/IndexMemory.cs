using System.Diagnostics;
using System.Globalization;
using Curfew.Index;

namespace Curfew.Bench.Micro;

/// <summary>Bytes per live fact while the index grows: of its tables, of the managed heap, and of the process.</summary>
internal static class IndexMemory
{
    public static void Run(int facts)
    {
        var index = new FactIndex();
        var idle = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        var idleResident = process.WorkingSet64;
        double worst = 0, peakHeap = 0;
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < facts; i++)
        {
            index.Add(Tokens.User(i), Tokens.Ended(i));
            if (i >= 100_000 && i % 10_000 == 0)
            {
                worst = Math.Max(worst, index.Bytes / (double)(i + 1));
                peakHeap = Math.Max(peakHeap, (GC.GetTotalMemory(false) - idle) / (double)(i + 1));
            }
        }

        process.Refresh();
        var seconds = clock.Elapsed.TotalSeconds;
        var resident = process.WorkingSet64 - idleResident;
        var heap = GC.GetTotalMemory(forceFullCollection: true) - idle;
        Print($"facts                            {index.Count:N0}");
        Print($"fill, one thread                 {seconds:F1} s, {facts / seconds:N0}/s");
        Print($"tables, bytes a fact             {index.Bytes / (double)facts:F1}");
        Print($"tables, worst from 100,000 on    {worst:F1}");
        Print($"heap after a collection          {heap / (double)facts:F1}");
        Print($"heap, peak with garbage          {peakHeap:F1}");
        Print($"resident at the end              {resident / (double)facts:F1}");
        GC.KeepAlive(index);
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
