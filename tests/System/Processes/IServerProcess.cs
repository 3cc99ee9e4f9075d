namespace Curfew.System.Tests.Processes;

/// <summary>A silo or an API node.</summary>
internal interface IServerProcess : IAsyncDisposable
{
    RunningProcess Process { get; }
}
