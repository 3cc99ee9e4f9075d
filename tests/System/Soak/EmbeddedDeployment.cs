using System.Diagnostics;
using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Soak;

/// <summary>One process and its SQLite file, on a file system that can be filled where that is allowed.</summary>
internal sealed class EmbeddedDeployment : Deployment
{
    private const string Api = "api-1";
    private readonly TemporaryDirectory _directory = new();
    private readonly string _data;
    private readonly bool _isMounted;

    public EmbeddedDeployment()
    {
        _data = Directory.CreateDirectory(Path.Combine(_directory.Path, "data")).FullName;
        _isMounted = Mount("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", _data);
        var clock = WallClock.TryCreate(_directory.Path, Api);
        var machine = Machine.This(clock);
        Add(Api, machine, () => LaunchApi(machine, Quiet.Settings));
        if (_isMounted)
            MayFail(FaultKind.FullDisk, Api);
        else
            Lacks("a full disk", "a file system can't be mounted here");
        if (clock is null)
            Lacks("clocks that step", WallClock.Obstacle);
    }

    public override string DataDirectory => _data;

    public override Task StartAsync() => Do(Members[0].Launch);

    public override async Task KillAllAndStartAsync()
    {
        await Members[0].KillAsync();
        Members[0].Launch();
    }

    public override async Task<Func<Task>> InjectAsync(PlannedFault planned)
    {
        if (planned.Fault.Kind != FaultKind.FullDisk)
            return await base.InjectAsync(planned);
        var ballast = Path.Combine(_data, "ballast");
        Fill(ballast);
        return () => Do(() => File.Delete(ballast));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_isMounted)
            Mount("umount", _data);
        _directory.Dispose();
    }

    private static void Fill(string file)
    {
        using var ballast = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[64 * 1024];
        for (var size = block.Length; size >= 512; size /= 2)
        {
            try
            {
                while (true)
                    ballast.Write(block, 0, size);
            }
            catch (IOException)
            {
                // No room for as much: less.
            }
        }
    }

    private static bool Mount(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
