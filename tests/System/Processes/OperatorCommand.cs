namespace Curfew.System.Tests.Processes;

/// <summary>A subcommand of the service's executable, as an operator runs it.</summary>
internal static class OperatorCommand
{
    public static RunningProcess Start((string Name, string Value)[] settings, params string[] arguments) =>
        RunningProcess.Start(
            "dotnet", [Repository.Program("Api", "Curfew.Api"), .. arguments],
            settings.ToDictionary(setting => setting.Name.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value));

    public static async Task<(int Status, string Output)> RunAsync((string Name, string Value)[] settings, params string[] arguments)
    {
        await using var command = Start(settings, arguments);
        var status = await command.ExitAsync();
        return (status, command.Output);
    }
}
