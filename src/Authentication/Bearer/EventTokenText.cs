using System.Text.Json;
using System.Text.Unicode;

namespace Curfew.Authentication.Bearer;

/// <summary>What a security event token says, taken apart by the letter and not verified yet.</summary>
internal sealed record EventTokenText(string Text, string? Issuer, string? Type, JsonElement Claims)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Null: it is malformed.</summary>
    public static EventTokenText? Read(string token)
    {
        if (!CompactJwt.TryDecode(token, out var header, out var payload)
            || ReadObject(header) is not { } head || ReadObject(payload) is not { } claims
            || head.TryGetProperty("crit", out _))
        {
            return null;
        }

        var typed = head.TryGetProperty("typ", out var type);
        if (typed && type.ValueKind != JsonValueKind.String)
            return null;
        var issuer = claims.TryGetProperty("iss", out var iss) && iss.ValueKind == JsonValueKind.String ? iss.GetString() : null;
        return new(token, ClaimText.IsValid(issuer) ? issuer : null, typed ? type.GetString() : null, claims);
    }

    private static JsonElement? ReadObject(byte[] json)
    {
        // Neither reader looks at the bytes of a text that nobody asks for.
        if (!Utf8.IsValid(json))
            return null;
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                if (reader.ValueIsEscaped)
                    _ = reader.GetString();
            }

            using var document = JsonDocument.Parse(json, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escaped lone surrogate.
            return null;
        }
    }
}
