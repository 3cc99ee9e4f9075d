using System.Buffers;
using System.Text.Json;
using Orleans.Storage;

namespace Curfew.Grains;

/// <summary>
/// Stores facts as JSON with names of its own, so that classes may be renamed and other tools may read it:
/// <c>{"v":1,"facts":[{"kind":1,"id":"jti:…","expires":…,"at":…,"by":"…","by_iss":"…","reason":"…"}]}</c>.
/// What a newer version wrote is refused, never half understood: dropping a fact would bring tokens back.
/// </summary>
/// <remarks>
/// Read and written token by token: a start reads all users, and a logout writes all facts of one. Objects for the serializer
/// in between took most of the time of both.
/// </remarks>
public sealed class FactSerializer : IGrainStorageSerializer
{
    internal const int Version = 1;

    // What most facts take, so that the buffer seldom grows.
    private const int UsualSize = 160;

    public BinaryData Serialize<T>(T? input)
    {
        if (input is not StoredFacts stored)
            throw new NotSupportedException($"Only {nameof(StoredFacts)} are stored, not {typeof(T)}.");
        var buffer = new ArrayBufferWriter<byte>((stored.Facts.Count + 1) * UsualSize);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v"u8, Version);
            json.WriteStartArray("facts"u8);
            foreach (var fact in stored.Facts)
                Write(json, fact);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return new BinaryData(buffer.WrittenMemory);
    }

    public T Deserialize<T>(BinaryData input)
    {
        if (typeof(T) != typeof(StoredFacts))
            throw new NotSupportedException($"Only {nameof(StoredFacts)} are stored, not {typeof(T)}.");
        return (T)(object)Read(input.ToMemory().Span);
    }

    /// <exception cref="JsonException">The data is damaged, or a newer version's.</exception>
    public static StoredFacts Read(ReadOnlySpan<byte> data) => new() { Facts = new StoredFactsReader(data).Read() };

    /// <summary>Whether facts of the kind have a number; others are stored without.</summary>
    internal static bool HasNumber(FactKind kind) => kind is not (FactKind.Token or FactKind.Session);

    private static void Write(Utf8JsonWriter json, Fact fact)
    {
        json.WriteStartObject();
        json.WriteNumber("kind"u8, (int)fact.Id.Kind);
        WriteText(json, "id"u8, fact.Id.Id.Length == 0 ? null : fact.Id.Id);
        if (HasNumber(fact.Id.Kind))
            json.WriteNumber("number"u8, fact.Number);
        json.WriteNumber("expires"u8, fact.Expires);
        if (fact.Origin is { } origin)
        {
            json.WriteNumber("at"u8, origin.At);
            WriteText(json, "by"u8, origin.By);
            WriteText(json, "by_iss"u8, origin.ByIssuer);
            WriteText(json, "reason"u8, origin.Reason);
        }

        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }
}
