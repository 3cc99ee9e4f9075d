using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Curfew.Api.Audit;

/// <summary>
/// One line of a trail: a JSON object that begins with <c>seq</c> and, with a key, ends with <c>previous</c>, the HMAC of the event
/// before, and <c>mac</c>, the HMAC-SHA256 over all bytes of the line before <c>,"mac":</c>. So no canonical form of JSON is needed,
/// and what is verified is what stands there.
/// </summary>
/// <param name="Sequence">1 for the first of a trail, then one more each.</param>
/// <param name="Event">See <see cref="AuditEvent"/>.</param>
internal sealed record AuditLine(long Sequence, string Event, string? Previous, string? Mac, long? TornBytes, string? TornHash)
{
    private static readonly byte[] MacStart = Encoding.ASCII.GetBytes(",\"mac\":\"");
    private static readonly byte[] MacEnd = "\"}"u8.ToArray();

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public AuditHead Head => new(Sequence, Mac);

    /// <summary>Appends a line, its end included.</summary>
    /// <returns>The new head.</returns>
    public static AuditHead Write(IBufferWriter<byte> lines, AuditHead previous, byte[]? key, AuditEvent audited)
    {
        var content = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(content))
        {
            json.WriteStartObject();
            json.WriteNumber("seq", previous.Sequence + 1);
            audited.Write(json);
            if (key is not null)
                json.WriteString("previous", previous.Mac);
            json.WriteEndObject();
        }

        if (key is null)
        {
            lines.Write(content.WrittenSpan);
            lines.Write("\n"u8);
            return new AuditHead(previous.Sequence + 1, null);
        }

        // Open again: the HMAC is the last member.
        var covered = content.WrittenSpan[..^1];
        var mac = Convert.ToHexStringLower(HMACSHA256.HashData(key, covered));
        lines.Write(covered);
        lines.Write(MacStart);
        lines.Write(Encoding.ASCII.GetBytes(mac));
        lines.Write(MacEnd);
        lines.Write("\n"u8);
        return new AuditHead(previous.Sequence + 1, mac);
    }

    /// <summary>Reads a line without its end; null for what is no event. Whether its HMAC is right is <see cref="Holds"/>.</summary>
    public static AuditLine? Read(ReadOnlySequence<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line, Strict);
            var root = json.RootElement;
            return root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("seq", out var seq) && seq.ValueKind == JsonValueKind.Number && seq.TryGetInt64(out var sequence)
                && sequence > 0 && Text(root, "event") is { } name
                ? new(sequence, name, Text(root, "previous"), Text(root, "mac"), Number(root, "torn_bytes"), Text(root, "torn_sha256"))
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escaped lone surrogate.
            return null;
        }
    }

    /// <summary>Whether the line ends with an HMAC by the key over all that stands before it.</summary>
    public static bool Holds(ReadOnlySpan<byte> line, byte[] key)
    {
        var ending = MacStart.Length + AuditHead.MacDigits + MacEnd.Length;
        if (line.Length <= ending || !line[^ending..].StartsWith(MacStart) || !line.EndsWith(MacEnd))
            return false;
        var mac = Convert.ToHexStringLower(HMACSHA256.HashData(key, line[..^ending]));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(mac), line[^(ending - MacStart.Length)..^MacEnd.Length]);
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;
}
