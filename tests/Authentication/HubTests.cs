using System.Net;
using System.Net.WebSockets;
using System.Text;
using Curfew.Authentication.Tests.Hosting;
using Curfew.Grains;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Curfew.Authentication.Tests;

/// <summary>A SignalR hub over a real WebSocket: its connection ends with the logout of who opened it.</summary>
public sealed class HubTests
{
    // What ends a message of SignalR's JSON protocol.
    private const char End = '\u001e';

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Red without UseAbortOnRevocation.
    [Fact]
    public async Task A_logout_ends_the_hubs_connection_and_nobody_elses()
    {
        var disconnected = new Disconnections();
        await using var app = await GuardedApp.StartAsync(
            (builder, _) =>
            {
                var facts = new ProcessFacts();
                facts.FilledWhole();
                builder.Services.AddSingleton(facts).AddSingleton<ILocalVerdicts>(facts);
                builder.Services.AddSingleton(disconnected).AddSignalR();
            },
            app =>
            {
                app.UseAbortOnRevocation();
                app.MapHub<EchoHub>("/hub");
            });
        var token = app.Mint.Token();
        using var socket = await OpenAsync(app, token);
        using var other = await OpenAsync(app, app.Mint.Token("bob"));
        Assert.Contains("hello", await EchoAsync(socket), StringComparison.Ordinal);

        using (var answer = await app.LogOutAsync(token))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        Assert.True(await IsClosedAsync(socket));
        Assert.Equal("alice", await disconnected.First.Task.WaitAsync(Patience));
        Assert.Contains("hello", await EchoAsync(other), StringComparison.Ordinal);
    }

    private static async Task<ClientWebSocket> OpenAsync(GuardedApp app, string token)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        await socket.ConnectAsync(new UriBuilder(app.Client.BaseAddress!) { Scheme = "ws", Path = "/hub" }.Uri, CancellationToken.None);
        await SendAsync(socket, """{"protocol":"json","version":1}""");
        Assert.Equal("{}", await ReceiveAsync(socket, _ => true));
        return socket;
    }

    private static async Task<string> EchoAsync(ClientWebSocket socket)
    {
        await SendAsync(socket, """{"type":1,"invocationId":"1","target":"Echo","arguments":["hello"]}""");
        return await ReceiveAsync(socket, message => message.Contains("invocationId", StringComparison.Ordinal));
    }

    private static Task SendAsync(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message + End), WebSocketMessageType.Text, true, CancellationToken.None);

    private static async Task<string> ReceiveAsync(ClientWebSocket socket, Func<string, bool> isWanted)
    {
        var buffer = new byte[4096];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Patience);
            foreach (var message in Encoding.UTF8.GetString(buffer, 0, received.Count).Split(End, StringSplitOptions.RemoveEmptyEntries))
            {
                if (isWanted(message))
                    return message;
            }
        }
    }

    // Aborted, or closed: pings that were under way come first.
    private static async Task<bool> IsClosedAsync(ClientWebSocket socket)
    {
        var buffer = new byte[4096];
        try
        {
            while ((await socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Patience)).MessageType != WebSocketMessageType.Close)
            {
            }

            return true;
        }
        catch (WebSocketException)
        {
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    [Authorize]
    private sealed class EchoHub(Disconnections disconnections) : Hub
    {
        public string Echo(string text) => $"{text}, {Context.ConnectionId}";

        public override Task OnDisconnectedAsync(Exception? exception)
        {
            disconnections.First.TrySetResult(Context.User?.FindFirst("sub")?.Value ?? Context.UserIdentifier ?? "");
            return base.OnDisconnectedAsync(exception);
        }
    }

    private sealed class Disconnections
    {
        public TaskCompletionSource<string> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
