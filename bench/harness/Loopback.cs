using System.Net;
using System.Net.Sockets;

namespace Curfew.Bench.Harness;

public static class Loopback
{
    /// <summary>A port that was free just now; should another process take it first, who binds it says so.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until something listens on <paramref name="port"/>.</summary>
    /// <exception cref="InvalidOperationException"><paramref name="process"/> ended, or 60 seconds passed.</exception>
    public static async Task ListeningAsync(int port, ChildProcess process)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var attempt = 0; attempt < 1200 && !process.HasExited; attempt++)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await timer.WaitForNextTickAsync();
            }
        }

        throw new InvalidOperationException($"{process.Name} does not listen on {port}:\n{process.Output}");
    }
}
