using System.Globalization;
using System.Text.Json;
using Curfew.Grains;

namespace Curfew.Api.Audit;

/// <summary>What a line of a trail tells, without its place in the chain.</summary>
/// <param name="At">When it was made, in UTC.</param>
internal abstract record AuditEvent(DateTimeOffset At)
{
    /// <summary>Somebody revoked something.</summary>
    public const string Revocation = "revocation";

    /// <summary>The first of a trail.</summary>
    public const string Begun = "begun";

    /// <summary>The first of a further file of a trail: the one before was moved away.</summary>
    public const string Continued = "continued";

    /// <summary>The service was started again.</summary>
    public const string Started = "started";

    /// <summary>The same, and it found an event that a death of the process or machine had left unfinished.</summary>
    public const string Recovered = "recovered";

    /// <summary>Events were lost: nothing could be written for so long that memory had no room for them.</summary>
    public const string Lost = "lost";

    protected abstract string Name { get; }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("at", At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteString("event", Name);
        WriteMembers(json);
    }

    protected abstract void WriteMembers(Utf8JsonWriter json);
}

/// <param name="Via">The endpoint: its method and route.</param>
/// <param name="From">The remote address, as the server's forwarded-headers settings have it.</param>
internal sealed record RevocationEvent(DateTimeOffset At, AuditedRevocation Revoked, string? Via, string? From) : AuditEvent(At)
{
    protected override string Name => Revocation;

    protected override void WriteMembers(Utf8JsonWriter json)
    {
        var spared = Revoked.Kind == "others" ? "kept_" : "";
        json.WriteString("kind", Revoked.Kind);
        json.WriteString("outcome", Revoked.IsConfirmed ? "done" : "unconfirmed");
        json.WriteString("iss", Revoked.Issuer);
        WriteIfSet(json, "sub", Revoked.Subject);
        WriteIfSet(json, "client_id", Revoked.ClientId);
        WriteIfSet(json, spared + "token", Revoked.TokenId);
        WriteIfSet(json, spared + "sid", Revoked.Session);
        if (Revoked.NotBefore is { } notBefore)
            json.WriteNumber("not_before", notBefore);
        if (Revoked.Facts is { } facts)
            json.WriteNumber("facts", facts);
        if (Revoked.By is { } by)
        {
            json.WriteStartObject("by");
            WriteIfSet(json, "iss", Revoked.ByIssuer);
            json.WriteString(Revoked.ByIssuer is null ? "name" : "sub", by);
            json.WriteEndObject();
        }

        WriteIfSet(json, "reason", Revoked.Reason);
        WriteIfSet(json, "via", Via);
        WriteIfSet(json, "from", From);
    }

    private static void WriteIfSet(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}

/// <summary>What the trail tells of itself: <see cref="AuditEvent.Begun"/> and the like.</summary>
internal sealed record TrailEvent(DateTimeOffset At, string Event) : AuditEvent(At)
{
    public AuditTail? Torn { get; init; }

    public long? Missing { get; init; }

    protected override string Name => Event;

    protected override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("node", Environment.MachineName);
        if (Torn is { TornBytes: > 0 } torn)
        {
            json.WriteNumber("torn_bytes", torn.TornBytes);
            json.WriteString("torn_sha256", torn.TornHash);
        }

        if (Missing is { } missing)
            json.WriteNumber("events", missing);
    }
}
