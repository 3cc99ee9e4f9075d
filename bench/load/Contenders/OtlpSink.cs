using System.Net;
using Curfew.Bench.Harness;

namespace Curfew.Bench.Load.Contenders;

/// <summary>A collector that takes everything and keeps nothing, in the process of the bench: its CPU time counts for nobody.</summary>
internal sealed class OtlpSink : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _taking;

    public OtlpSink()
    {
        Address = $"http://127.0.0.1:{Loopback.FreePort()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _taking = TakeAsync();
    }

    public string Address { get; }

    /// <exception cref="InvalidOperationException">Nothing did.</exception>
    public async Task SomethingArrivedAsync(TimeSpan within)
    {
        try
        {
            await _arrived.Task.WaitAsync(within);
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException($"Nothing was exported to {Address}.", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _taking;
    }

    private async Task TakeAsync()
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                await context.Request.InputStream.CopyToAsync(Stream.Null);
                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
                _arrived.TrySetResult();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
            {
                // The exporter's process ended in the middle, or the bench did.
                if (!_listener.IsListening)
                    return;
            }
        }
    }
}
