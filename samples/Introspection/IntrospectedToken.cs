using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sample.Introspection;

/// <summary>What Curfew says of a token. Times are Unix seconds.</summary>
public sealed record IntrospectedToken(
    [property: JsonRequired] bool Active, string? Iss, string? Sub, JsonElement Aud, long Exp, string? Scope)
{
    /// <summary><c>aud</c> is one text or several.</summary>
    public bool IsFor(string audience) => Aud.ValueKind switch
    {
        JsonValueKind.String => Aud.ValueEquals(audience),
        JsonValueKind.Array => Aud.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(audience)),
        _ => false,
    };
}
