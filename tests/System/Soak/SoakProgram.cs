using System.Globalization;
using System.Runtime.InteropServices;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Soak;

/// <summary><c>./test.sh soak [minutes] [--seed N] [--only embedded|strict|leased|control]</c></summary>
internal static class SoakProgram
{
    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(3);

    // Half of the time is for leased checks, which have the most to lose.
    private static readonly (string Name, int Share)[] Runs = [("embedded", 1), ("strict", 2), ("leased", 3)];

    private static readonly Lock Disposal = new();
    private static Deployment? _running;
    private static Task _disposing = Task.CompletedTask;

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is not ["soak", .. var options] || !TryParse(options, out var minutes, out var seed, out var only))
        {
            Console.Error.WriteLine("usage: soak [minutes] [--seed N] [--only embedded|strict|leased|control]");
            return 2;
        }

        Console.WriteLine($"seed {seed}, {minutes} minutes");
        static void CleanUp(PosixSignalContext signal)
        {
            signal.Cancel = true;
            _ = EndAsync();
        }

        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, CleanUp);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, CleanUp);
        var results = new List<SoakResult>();
        var runs = Runs.Where(run => only is null || run.Name == only).ToList();
        foreach (var (name, share) in runs)
        {
            await OverAsync(Make(name), async deployment =>
            {
                results.Add(await RunAsync(name, deployment, seed, TimeSpan.FromMinutes(minutes) * share / runs.Sum(run => run.Share)));
                if (results[^1].Violations.Count > 0)
                    Keep(deployment, results[^1], seed);
            });
            Console.WriteLine(SoakReport.Tables(results));
        }

        var isControlled = true;
        if (only is null or "control")
        {
            var control = await ControlAsync(seed);
            isControlled = control.Violations.Count > 0;
            Console.WriteLine(SoakReport.Tables([control]));
            Console.WriteLine(SoakReport.Line("control", [control]));
            if (!isControlled)
                Console.WriteLine("The control found nothing though its silos don't wait for leases: this soak can't be trusted.");
        }

        Console.WriteLine(SoakReport.Line("soak", results));
        return isControlled && results.All(result => result.Violations.Count == 0) ? 0 : 1;
    }

    private static async Task OverAsync(Deployment deployment, Func<Deployment, Task> run)
    {
        lock (Disposal)
            _running = deployment;
        try
        {
            await run(deployment);
        }
        finally
        {
            await DisposeAsync();
        }
    }

    // Processes, namespaces and mounts go, too: once, by the run that ended or by a signal, and the other waits.
    private static Task DisposeAsync()
    {
        lock (Disposal)
        {
            if (_running is not null)
                _disposing = _running.DisposeAsync().AsTask();
            _running = null;
            return _disposing;
        }
    }

    private static async Task EndAsync()
    {
        try
        {
            await DisposeAsync();
        }
        finally
        {
            Environment.Exit(1);
        }
    }

    private static Deployment Make(string name) =>
        name == "embedded" ? new EmbeddedDeployment() : new ClusterDeployment([name, name], LeaseLength);

    // The same clients, checker and faults over silos that acknowledge without the wait for leases: it has to find that.
    private static async Task<SoakResult> ControlAsync(int seed)
    {
        var silo = Repository.Program(Path.Combine("..", "tests", "ImpatientSilo"), "Curfew.ImpatientSilo");
        SoakResult? result = null;
        await OverAsync(new ClusterDeployment(["leased", "leased"], LeaseLength, silo), async deployment =>
            result = await new SoakRun("control", deployment, FaultSchedule.Of(seed, deployment.Faults), seed, Tell).RunAsync(RoundLength, RoundLength, killsAllAtTheEnd: false));
        return result!;
    }

    // A run that breaks is none that found nothing: what it has is reported, and it counts as a violation.
    private static async Task<SoakResult> RunAsync(string name, Deployment deployment, int seed, TimeSpan length)
    {
        var run = new SoakRun(name, deployment, FaultSchedule.Of(seed, deployment.Faults), seed, Tell);
        try
        {
            return await run.RunAsync(length, RoundLength);
        }
#pragma warning disable CA1031 // Whatever it was, it is told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Tell($"{name}: the run broke: {e}");
            run.Result.Violations.Add($"the run broke: {e.Message}");
            return run.Result;
        }
    }

    private static void Tell(string what) =>
        Console.WriteLine($"{TimeProvider.System.GetUtcNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture)} {what}");

    // What the processes said, for whoever looks for the cause.
    private static void Keep(Deployment deployment, SoakResult result, int seed)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", $"soak-{result.Name}-{seed}")).FullName;
        foreach (var member in deployment.Members)
            File.WriteAllText(Path.Combine(folder, $"{member.Name}.log"), member.Current.Process.Output);
        File.WriteAllLines(Path.Combine(folder, "violations.txt"), result.Violations);
        Console.WriteLine($"What the processes said is in {folder}.");
    }

    internal static bool TryParse(string[] options, out double minutes, out int seed, out string? only)
    {
        (minutes, seed, only) = (30, Random.Shared.Next(1, 1_000_000), null);
        for (var i = 0; i < options.Length; i++)
        {
            if (options[i] == "--seed" && ++i < options.Length)
            {
                if (!int.TryParse(options[i], CultureInfo.InvariantCulture, out seed))
                    return false;
            }
            else if (options[i] == "--only" && ++i < options.Length)
            {
                only = options[i];
                if (only != "control" && Runs.All(run => run.Name != options[i]))
                    return false;
            }
            else if (!double.TryParse(options[i], CultureInfo.InvariantCulture, out minutes) || minutes <= 0)
            {
                return false;
            }
        }

        return true;
    }
}
