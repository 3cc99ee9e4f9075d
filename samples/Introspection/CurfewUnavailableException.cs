namespace Sample.Introspection;

/// <summary>Nobody can tell whether a token is still good.</summary>
public sealed class CurfewUnavailableException(Exception cause) : Exception("Curfew gave no answer about a token.", cause);
