using System.CommandLine;

namespace Curfew.Api.Commands;

/// <summary>
/// <c>initialize</c>: marks an empty Redis as this cluster's store. Without the mark nothing is answered, because a Redis
/// that lost its memory looks just like a new one.
/// </summary>
internal static class InitializeCommand
{
    public static Command Create()
    {
        var command = new Command(
            "initialize",
            "Marks a new Redis as the cluster's store, or accepts that an emptied one has forgotten its revocations");
        command.SetAction((_, stop) => OperatorCommands.RunAsync(async () =>
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Configuration.AddConfiguration(OperatorCommands.Configuration());
            var initialized = await builder.InitializeCurfewStoreAsync(stop);
            Console.WriteLine(initialized
                ? "curfew: the store is initialized"
                : "curfew: the store was initialized before; nothing was changed");
        }));
        return command;
    }
}
