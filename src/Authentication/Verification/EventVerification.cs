using System.Text.Json;

namespace Curfew.Authentication;

/// <summary>What a verification of a security event token (RFC 8417) found.</summary>
/// <param name="Issuer">The <c>iss</c>; empty where it is refused.</param>
/// <param name="Type">The header's <c>typ</c>, where it has one.</param>
/// <param name="Claims">All claims, where it is not refused; no member stands twice, every text is well-formed.</param>
public sealed record EventVerification(
    EventRefusal Refusal, string Issuer = "", string? Type = null, JsonElement Claims = default);
