using System.Net;
using System.Net.Sockets;

namespace Curfew.System.Tests.Processes;

internal static class FreePort
{
    private static readonly HashSet<int> Given = [];

    /// <summary>A port of loopback that nobody listens on just now, and that this process has not given before.</summary>
    public static int Next()
    {
        lock (Given)
        {
            while (true)
            {
                using var socket = new TcpListener(IPAddress.Loopback, 0);
                socket.Start();
                var port = ((IPEndPoint)socket.LocalEndpoint).Port;
                if (Given.Add(port))
                    return port;
            }
        }
    }
}
