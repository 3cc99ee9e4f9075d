using Curfew.Sqlite.Tests.Support;

namespace Curfew.Sqlite.Tests;

/// <summary>The process that the tests start, watch and kill: <c>hold</c> or <c>write</c>, and a data directory.</summary>
internal static class Program
{
    private const int Callers = 32;

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [var command, var directory])
            return 2;

        var test = TestDatabase.Open(directory);
        Console.WriteLine("open");
        if (command == "write") await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => WriteForever(test, caller)));

        // Until the parent's end of standard input is gone, so that no child outlives its test.
        await Console.In.ReadToEndAsync();
        return 0;
    }

    /// <summary>Names a grain on standard output only after its write was acknowledged.</summary>
    private static async Task WriteForever(TestDatabase test, int caller)
    {
        for (var i = 0; ; i++)
        {
            var key = $"{Environment.ProcessId}-{caller}-{i}";
            try
            {
                await test.Storage.WriteStateAsync("facts", TestDatabase.Grain(key), new GrainState<Note>(new Note(key)));
                Console.WriteLine(key);
            }
            catch (StorageUnavailableException)
            {
                Console.WriteLine($"refused {key}");
                return;
            }
        }
    }
}
