namespace Curfew.System.Tests.Processes;

/// <summary>
/// Where a process runs, and runs again: an address and ports that it keeps. A machine of a <see cref="Network"/> has an
/// address and a wall clock of its own; without one it is this machine's loopback.
/// </summary>
internal sealed class Machine(string address, string? networkNamespace = null, WallClock? clock = null)
{
    public string Address => address;

    public string? NetworkNamespace => networkNamespace;

    public WallClock? Clock => clock;

    public int HttpPort { get; } = FreePort.Next();

    public int SiloPort { get; } = FreePort.Next();

    public int GatewayPort { get; } = FreePort.Next();

    public Uri Url => new($"http://{address}:{HttpPort}");

    public static Machine This(WallClock? clock = null) => new("127.0.0.1", null, clock);

    public RunningProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var all = new Dictionary<string, string>(environment ?? new Dictionary<string, string>());
        foreach (var (name, value) in clock?.Environment ?? [])
            all[name] = value;
        return networkNamespace is null
            ? RunningProcess.Start(program, arguments, all)
            : RunningProcess.Start("ip", ["netns", "exec", networkNamespace, program, .. arguments], all);
    }
}
