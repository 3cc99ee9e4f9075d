using System.Diagnostics;

namespace Curfew.System.Tests.Processes;

/// <summary>
/// Machines with network namespaces of their own behind one bridge, between any two of which the network can be cut. A cut is
/// silent, as a real one is: packets go to an Ethernet address that nobody has, and what TCP retransmits arrives late when it is healed.
/// </summary>
internal sealed class Network : IDisposable
{
    private static int _created;

    // Interfaces' names have 15 characters at most.
    private readonly string _name;
    private readonly string _prefix;
    private readonly List<string> _namespaces = [];

    private Network()
    {
        var number = Interlocked.Increment(ref _created);
        _name = $"cf{Environment.ProcessId % 1_000_000}x{number}";
        _prefix = $"10.213.{(Environment.ProcessId + number) % 256}.";
        try
        {
            Ip(null, $"link add {_name} type bridge", $"addr add {_prefix}1/24 dev {_name}", $"link set {_name} up");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Null where it isn't allowed, and why.</summary>
    public static Network? TryCreate(out string? obstacle)
    {
        try
        {
            obstacle = null;
            return new Network();
        }
        catch (Exception e) when (e is InvalidOperationException or global::System.ComponentModel.Win32Exception)
        {
            obstacle = $"network namespaces can't be made here ({e.Message.Trim()})";
            return null;
        }
    }

    public Machine Add(WallClock? clock = null)
    {
        var number = _namespaces.Count + 2;
        var (space, address) = ($"{_name}-{number}", $"{_prefix}{number}");
        _namespaces.Add(space);
        Ip(null, $"netns add {space}", $"link add {_name}p{number} type veth peer name eth0 netns {space}", $"link set {_name}p{number} master {_name} up");
        Ip(space, $"addr add {address}/24 dev eth0", "link set eth0 up", "link set lo up");
        return new Machine(address, space, clock);
    }

    public static void Cut(Machine one, Machine other)
    {
        Ip(one.NetworkNamespace, $"neigh replace {other.Address} lladdr 02:00:00:00:00:01 dev eth0 nud permanent");
        Ip(other.NetworkNamespace, $"neigh replace {one.Address} lladdr 02:00:00:00:00:01 dev eth0 nud permanent");
    }

    public static void Heal(Machine one, Machine other)
    {
        Ip(one.NetworkNamespace, $"neigh del {other.Address} dev eth0");
        Ip(other.NetworkNamespace, $"neigh del {one.Address} dev eth0");
    }

    public void Dispose()
    {
        foreach (var space in _namespaces)
            TryIp(null, $"netns del {space}");
        TryIp(null, $"link del {_name}");
    }

    private static void Ip(string? space, params string[] commands)
    {
        if (TryIp(space, commands) is { } error)
            throw new InvalidOperationException($"ip {string.Join("; ", commands)}: {error}");
    }

    // One process for all: on a busy machine each takes a while.
    private static string? TryIp(string? space, params string[] commands)
    {
        string[] options = space is null ? ["-batch", "-"] : ["-n", space, "-batch", "-"];
        using var process = Process.Start(new ProcessStartInfo("ip", options) { RedirectStandardInput = true, RedirectStandardError = true })!;
        process.StandardInput.Write(string.Join('\n', commands) + "\n");
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : errors;
    }
}
