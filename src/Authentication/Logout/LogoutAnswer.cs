using System.Text.Json.Serialization;

namespace Curfew.Authentication.Logout;

/// <param name="NotBefore">The first second, in Unix time, whose tokens are accepted again.</param>
internal sealed record LogoutAnswer(
    [property: JsonPropertyName("revoked")] string Revoked,
    [property: JsonPropertyName("iss")] string Issuer,
    [property: JsonPropertyName("sub")] string Subject,
    [property: JsonPropertyName("not_before"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? NotBefore);
