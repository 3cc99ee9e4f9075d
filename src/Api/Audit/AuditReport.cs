namespace Curfew.Api.Audit;

/// <summary>What a verification found.</summary>
internal sealed class AuditReport
{
    private const int MaxFindings = 100;

    private readonly List<string> _findings = [];
    private readonly List<string> _notes = [];

    /// <summary>What was changed, dropped or moved, each with its file and line: the first 100.</summary>
    public IReadOnlyList<string> Findings => _findings;

    public long FindingCount { get; private set; }

    /// <summary>What an operator should know of a trail that is whole.</summary>
    public IReadOnlyList<string> Notes => _notes;

    public long Events { get; set; }

    /// <summary>The first event's number.</summary>
    public long First { get; set; }

    /// <summary>The last event.</summary>
    public AuditHead? Head { get; set; }

    public void Find(string what)
    {
        FindingCount++;
        if (_findings.Count < MaxFindings)
            _findings.Add(what);
    }

    public void Note(string what) => _notes.Add(what);
}
