using System.Net;
using System.Net.Sockets;

namespace Curfew.System.Tests.Processes;

internal static class FreePort
{
    // Below those that systems give to outgoing connections: a process that is started again finds its port free, and a client
    // that connects to it meanwhile doesn't get connected to itself.
    private const int First = 15_000;
    private const int Last = 32_000;

    private static readonly HashSet<int> Given = [];

    /// <summary>A port of loopback that nobody listens on just now, and that this process has not given before.</summary>
    public static int Next()
    {
        lock (Given)
        {
            while (true)
            {
                var port = Random.Shared.Next(First, Last);
                if (!Given.Add(port))
                    continue;
                try
                {
                    using var socket = new TcpListener(IPAddress.Loopback, port);
                    socket.Start();
                    return port;
                }
                catch (SocketException)
                {
                    // Somebody's already.
                }
            }
        }
    }
}
