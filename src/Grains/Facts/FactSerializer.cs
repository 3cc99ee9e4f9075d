using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Storage;

namespace Curfew.Grains;

/// <summary>
/// Stores facts as JSON with names of its own, so that classes may be renamed and other tools may read it:
/// <c>{"v":1,"facts":[{"kind":1,"id":"jti:…","expires":…,"at":…,"by":"…","by_iss":"…","reason":"…"}]}</c>.
/// What a newer version wrote is refused, never half understood: dropping a fact would bring tokens back.
/// </summary>
public sealed partial class FactSerializer : IGrainStorageSerializer
{
    private const int Version = 1;

    public BinaryData Serialize<T>(T? input)
    {
        if (input is not StoredFacts stored)
            throw new NotSupportedException($"Only {nameof(StoredFacts)} are stored, not {typeof(T)}.");
        var document = new StoredDocument(Version, [.. stored.Facts.Select(StoredFact.From)]);
        return new BinaryData(JsonSerializer.SerializeToUtf8Bytes(document, JsonContext.Default.StoredDocument));
    }

    public T Deserialize<T>(BinaryData input)
    {
        if (typeof(T) != typeof(StoredFacts))
            throw new NotSupportedException($"Only {nameof(StoredFacts)} are stored, not {typeof(T)}.");
        return (T)(object)Read(input.ToMemory().Span);
    }

    /// <exception cref="JsonException">The data is damaged, or a newer version's.</exception>
    public static StoredFacts Read(ReadOnlySpan<byte> data)
    {
        var document = JsonSerializer.Deserialize(data, JsonContext.Default.StoredDocument)
            ?? throw new JsonException("The stored facts are null.");
        if (document.Facts is null || document.Facts.Contains(null!))
            throw new JsonException("A stored fact is null.");
        if (document.Version != Version)
            throw new JsonException($"The stored facts have version {document.Version}; this program reads {Version}.");
        return new StoredFacts { Facts = [.. document.Facts.Select(Sharing())] };
    }

    // Who asked is nearly always who asked last: one text in memory, not one a fact.
    private static Func<StoredFact, Fact> Sharing()
    {
        string? by = null, issuer = null;
        return fact =>
        {
            by = fact.By == by ? by : fact.By;
            issuer = fact.ByIssuer == issuer ? issuer : fact.ByIssuer;
            return (fact with { By = by, ByIssuer = issuer }).ToFact();
        };
    }

    internal sealed record StoredDocument(
        [property: JsonPropertyName("v"), JsonRequired] int Version,
        [property: JsonPropertyName("facts"), JsonRequired] IReadOnlyList<StoredFact> Facts);

    internal sealed record StoredFact(
        [property: JsonPropertyName("kind"), JsonRequired] int Kind,
        [property: JsonPropertyName("id")] string? Id,
        [property: JsonPropertyName("number")] long? Number,
        [property: JsonPropertyName("expires"), JsonRequired] long Expires,
        [property: JsonPropertyName("at")] long? At,
        [property: JsonPropertyName("by")] string? By,
        [property: JsonPropertyName("by_iss")] string? ByIssuer,
        [property: JsonPropertyName("reason")] string? Reason)
    {
        public static StoredFact From(Fact fact) =>
            new((int)fact.Id.Kind, fact.Id.Id.Length == 0 ? null : fact.Id.Id,
                HasNumber(fact.Id.Kind) ? fact.Number : null, fact.Expires,
                fact.Origin?.At, fact.Origin?.By, fact.Origin?.ByIssuer, fact.Origin?.Reason);

        public Fact ToFact()
        {
            var kind = (FactKind)Kind;
            if (!Enum.IsDefined(kind) || kind == FactKind.None)
                throw new JsonException($"The stored facts have one of the unknown kind {Kind}.");

            // Without them, or with one where none belongs, no check would ever find the fact.
            if (string.IsNullOrEmpty(Id) != (kind is FactKind.UserCutoff or FactKind.IssuerCutoff or FactKind.UnsparingCutoff))
                throw new JsonException($"A stored fact of kind {Kind} has no id, or one too many.");
            if (Number is null && HasNumber(kind))
                throw new JsonException($"A stored fact of kind {Kind} has no number.");
            return new Fact(new FactId(kind, Id ?? ""), Number ?? 0, Expires,
                At is { } at ? new FactOrigin(at, By, Reason, ByIssuer) : null);
        }

        private static bool HasNumber(FactKind kind) => kind is not (FactKind.Token or FactKind.Session);
    }

    [JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonSerializable(typeof(StoredDocument))]
    internal sealed partial class JsonContext : JsonSerializerContext;
}
