namespace Curfew.Sqlite.Tests.Support;

/// <summary>A state.</summary>
public sealed record Note(string Text)
{
    public Note() : this("")
    {
    }
}
