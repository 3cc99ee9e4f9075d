using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Curfew.Interop.Tests.Hosting;

/// <summary>A program of <c>node/</c> that answers lines of JSON with lines of JSON.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly Lock Installing = new();

    private readonly Process _process;

    private NodeProcess(Process process) => _process = process;

    public static NodeProcess Start(string program)
    {
        Install();
        var start = new ProcessStartInfo("node", [Path.Combine(Built.Node, program)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Built.Node,
        };
        return new NodeProcess(Process.Start(start)!);
    }

    public async Task<JsonNode> AskAsync(JsonObject question)
    {
        await _process.StandardInput.WriteLineAsync(question.ToJsonString());
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
            ?? throw new InvalidOperationException("The program ended; its errors are above.");
        return JsonNode.Parse(line)!;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
    }

    private static void Install()
    {
        lock (Installing)
        {
            if (Directory.Exists(Path.Combine(Built.Node, "node_modules", "openid-client")))
                return;
            using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]) { WorkingDirectory = Built.Node })!;
            npm.WaitForExit();
            if (npm.ExitCode != 0)
                throw new InvalidOperationException("npm ci failed; its errors are above.");
        }
    }
}
