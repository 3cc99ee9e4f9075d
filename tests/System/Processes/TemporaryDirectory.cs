namespace Curfew.System.Tests.Processes;

internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("curfew-system-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
