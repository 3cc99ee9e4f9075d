namespace Curfew.Authentication;

/// <summary>
/// Endpoint metadata: here an unknown answer is 503 even where <see cref="CurfewBearerOptions.FailOpen"/> is set. For
/// logout, administration and what must not be reached with a revoked token.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequireRevocationCheckAttribute : Attribute;
