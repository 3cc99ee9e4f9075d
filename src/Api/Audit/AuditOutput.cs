namespace Curfew.Api.Audit;

/// <summary>Standard output. What was written there before can't be read: each start begins a trail.</summary>
internal sealed class AuditOutput : IAuditDestination
{
    private readonly Stream _output = Console.OpenStandardOutput();
    private bool _begun;

    public string Name => "standard output";

    public AuditTail Open() => AuditTail.OfNothing;

    public bool Begin() => !_begun;

    public void Append(ReadOnlySpan<byte> lines)
    {
        _output.Write(lines);
        _output.Flush();
        _begun = true;
    }

    public void Dispose() => _output.Dispose();
}
