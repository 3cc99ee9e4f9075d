using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Curfew.Proxies.Tests.Running;

/// <summary>The answer to a request that was written byte by byte: HttpClient would tidy paths and headers up.</summary>
public sealed record RawAnswer(int Status, string Head)
{
    /// <summary>Sends lines and a body, and reads until the other side closes.</summary>
    public static async Task<RawAnswer> ToAsync(int port, string[] lines, byte[]? body = null)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        var head = string.Join("\r\n", lines) + "\r\n\r\n";
        await stream.WriteAsync((byte[])[.. Encoding.Latin1.GetBytes(head), .. body ?? []]);

        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer);
        }
        catch (IOException) when (answer.Length > 0)
        {
            // Answered and reset, for it didn't want the body.
        }

        var text = Encoding.Latin1.GetString(answer.ToArray());
        return new RawAnswer(int.Parse(text.Split(' ')[1], null), text.Split("\r\n\r\n")[0]);
    }

    /// <summary>The values of a header, in order.</summary>
    public IEnumerable<string> Header(string name) => Head.Split("\r\n").Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim());
}
