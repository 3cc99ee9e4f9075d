using System.CommandLine;

namespace Curfew.Api.Commands;

/// <summary>
/// <c>initialize</c>: marks an empty Redis as this cluster's store. Without the mark nothing is answered, because a Redis
/// that lost its memory looks just like a new one.
/// </summary>
internal static class InitializeCommand
{
    // A Redis that is being started with this command answers a moment later.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15), Pause = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var command = new Command(
            "initialize",
            "Marks a new Redis as the cluster's store, or accepts that an emptied one has forgotten its revocations");
        command.SetAction((_, stop) => OperatorCommands.RunAsync(async () =>
        {
            var initialized = await InitializeAsync(stop);
            Console.WriteLine(initialized
                ? "curfew: the store is initialized"
                : "curfew: the store was initialized before; nothing was changed");
        }));
        return command;
    }

    private static async Task<bool> InitializeAsync(CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                var builder = Host.CreateApplicationBuilder();
                builder.Configuration.AddConfiguration(OperatorCommands.Configuration());
                return await builder.InitializeCurfewStoreAsync(stop);
            }
            catch (RevocationUnavailableException) when (TimeProvider.System.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(Pause, TimeProvider.System, stop);
            }
        }
    }
}
