using System.Net.WebSockets;
using System.Text;
using Curfew.Authentication.Streams;
using Curfew.Grains;

var builder = WebApplication.CreateBuilder(args);

// Under leased checks revocations are pushed to this process: nothing polls, and a socket ends at once.
if (builder.Configuration["Curfew:Hosting"] == "embedded")
    builder.AddCurfewEmbedded("data");
else
    builder.AddCurfewCluster(consistency: Consistency.Leased);

builder.Services.AddAuthentication().AddJwtBearer().AddCurfew();
builder.Services.AddAuthorization();

var app = builder.Build();
app.UseWebSockets();
app.MapGet("/ticks", async Task<IResult> (HttpContext context, TimeProvider time) =>
{
    if (!context.WebSockets.IsWebSocketRequest)
        return TypedResults.Problem("A WebSocket is wanted here.", statusCode: StatusCodes.Status400BadRequest);
    using var socket = await context.WebSockets.AcceptWebSocketAsync();
    using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
    var loggedOut = context.GetRevocationToken();
    try
    {
        do
        {
            await socket.SendAsync(
                Encoding.UTF8.GetBytes($"{time.GetUtcNow():O}"), WebSocketMessageType.Text, true, context.RequestAborted);
        }
        while (await timer.WaitForNextTickAsync(loggedOut));
    }
    catch (OperationCanceledException) when (loggedOut.IsCancellationRequested)
    {
        await socket.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, "logged out", context.RequestAborted);
    }

    return TypedResults.Empty;
}).RequireAuthorization();
app.MapCurfewLogout();
app.Run();
