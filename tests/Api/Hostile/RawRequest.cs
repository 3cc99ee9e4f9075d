using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Curfew.Api.Tests.Hostile;

/// <summary>A request as bytes, for HttpClient would tidy up what an attacker wouldn't.</summary>
/// <param name="Target">Of the request line, as it is sent.</param>
/// <param name="Headers">Lines, without Host and Content-Length.</param>
internal sealed record RawRequest(string Method, string Target, IReadOnlyList<string> Headers, byte[]? Body = null)
{
    // Far more than any answer but an event stream has.
    private const int MaxAnswer = 64 * 1024;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public RawRequest With(string header) => this with { Headers = [.. Headers, header] };

    public byte[] ToBytes()
    {
        var length = Body is null ? "" : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {Body.Length}\r\n");
        var head = $"{Method} {Target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{length}"
            + string.Concat(Headers.Select(header => header + "\r\n")) + "\r\n";
        return [.. Encoding.UTF8.GetBytes(head), .. Body ?? []];
    }

    public Task<Answer> SendAsync(int port) => SendAsync(port, ToBytes());

    /// <summary>Sends the bytes and no more. A stream's answer is read up to the end of its head.</summary>
    public static async Task<Answer> SendAsync(int port, byte[] request)
    {
        using var timeout = new CancellationTokenSource(Patience, TimeProvider.System);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, timeout.Token);
        var answer = new byte[MaxAnswer];
        var read = 0;
        try
        {
            var stream = client.GetStream();
            await stream.WriteAsync(request, timeout.Token);

            // Who waits for more of the request is told that there is none. Not at once: an answer would be given up with the caller.
            using var told = TimeProvider.System.CreateTimer(_ => Stop(client), null, Quiet, Timeout.InfiniteTimeSpan);
            for (var more = -1; more != 0 && read < answer.Length && !IsStream(answer.AsSpan(0, read)); read += more)
                more = await stream.ReadAsync(answer.AsMemory(read), timeout.Token);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Reset, because it was answered before all was read.
        }

        return Answer.Read(Encoding.Latin1.GetString(answer, 0, read));
    }

    private static void Stop(TcpClient client)
    {
        try
        {
            client.Client?.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was over already.
        }
    }

    private static bool IsStream(ReadOnlySpan<byte> answer) =>
        answer.IndexOf("\r\n\r\n"u8) >= 0 && answer.IndexOf("text/event-stream"u8) >= 0;

    /// <param name="Status">0: the connection was closed without an answer.</param>
    internal sealed record Answer(int Status, string Text)
    {
        public static Answer Read(string text) =>
            new(text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0, text);
    }
}
