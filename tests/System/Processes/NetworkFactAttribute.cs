namespace Curfew.System.Tests.Processes;

/// <summary>A test on machines of a network of its own; skipped where namespaces can't be made.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NetworkFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Obstacle = new(() =>
    {
        using var network = Network.TryCreate(out var obstacle);
        return obstacle;
    });

    public NetworkFactAttribute() => Skip = Obstacle.Value;
}
