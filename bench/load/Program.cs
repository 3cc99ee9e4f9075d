// run [quick] [contender ...]: measures all contenders, or those named, and writes bench/results/latest.json.
// cluster [quick]: measures checks and logouts of a cluster, and writes bench/results/cluster.json.
// serve <contender>: is one of them. The same program, so that a contender is one file.

using Curfew.Bench.Load;
using Curfew.Bench.Load.Cluster;
using Curfew.Bench.Load.Contenders;
using Curfew.Bench.Load.Measuring;

switch (args)
{
    case ["serve", var name, .. var rest] when AllContenders.Named(name) is AspNetContender contender:
        await contender.ServeAsync(rest);
        return 0;

    case ["silo", .. var rest]:
        await CurfewSilo.ServeAsync(rest);
        return 0;

    case ["cluster", .. var rest]:
        await ClusterBench.RunAsync(rest.Contains("quick"), Console.Out);
        return 0;

    case ["cluster-silo", .. var rest]:
        await BenchSilo.ServeAsync(rest);
        return 0;

    case ["cluster-node", .. var rest]:
        await BenchNode.ServeAsync(rest);
        return 0;

    case ["run", .. var rest]:
        var names = rest.Where(word => word != "quick").ToArray();
        var unknown = names.Where(name => AllContenders.Named(name) is null).ToArray();
        if (unknown.Length > 0)
        {
            var known = AllContenders.InOrder.Select(contender => "  " + contender.Name);
            Console.Error.WriteLine($"No such contender: {string.Join(", ", unknown)}. There are:");
            Console.Error.WriteLine(string.Join('\n', known));
            return 2;
        }

        var contenders = AllContenders.InOrder.Where(contender => names.Length == 0 || names.Contains(contender.Name));
        var settings = rest.Contains("quick") ? LoadSettings.Quick : LoadSettings.Full;
        return await new LoadTest(settings, Console.Out).RunAsync([.. contenders]) ? 0 : 1;

    default:
        Console.Error.WriteLine("usage: run [quick] [contender ...] | cluster [quick] | serve <contender>");
        return 2;
}
