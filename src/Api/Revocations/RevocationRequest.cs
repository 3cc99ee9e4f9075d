namespace Curfew.Api.Revocations;

/// <summary>
/// What is to be revoked. The target: <c>sub</c>, or <c>client_id</c>, or neither (the issuer, with
/// <c>"confirm":"issuer"</c>). What, for a user: exactly one of <c>token</c>, <c>session</c> and <c>everything</c>.
/// </summary>
/// <param name="Before">With <c>everything</c>: the cutoff in Unix seconds, not later than now.</param>
/// <param name="Reason">Why, for people to read: up to 1,024 characters.</param>
internal sealed record RevocationRequest(
    string Iss,
    string? Sub,
    string? ClientId,
    string? Confirm,
    RevocationRequest.TokenTarget? Token,
    RevocationRequest.SessionTarget? Session,
    bool? Everything,
    long? Before,
    string? Reason)
{
    /// <summary>A token by its <c>jti</c>, or by the <c>id</c> under which it is listed.</summary>
    internal sealed record TokenTarget(string? Jti, string? Id);

    internal sealed record SessionTarget(string Sid);
}

/// <summary>What was revoked: <c>token</c>, <c>session</c> or <c>everything</c>.</summary>
/// <param name="NotBefore">With a cutoff: the first second whose tokens are accepted again, in Unix time.</param>
/// <param name="Warning">What may not have been meant: this service accepts no tokens of the issuer. It is revoked all the same.</param>
internal sealed record Revoked(
    [property: System.Text.Json.Serialization.JsonPropertyName("revoked")] string What,
    string Iss,
    string? Sub,
    string? ClientId,
    long? NotBefore,
    string? Warning);
