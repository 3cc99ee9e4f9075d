namespace Curfew.Api.OAuth;

/// <summary>RFC 7662, 2.2. Times are Unix seconds.</summary>
internal sealed record Introspected(bool Active)
{
    /// <summary>Whatever the reason: nothing more is told.</summary>
    public static readonly Introspected Inactive = new(false);

    public string? Iss { get; init; }

    public string? Sub { get; init; }

    /// <summary>A text, or an array of texts where the token names several.</summary>
    public object? Aud { get; init; }

    public long? Exp { get; init; }

    public long? Iat { get; init; }

    public string? Jti { get; init; }

    public string? ClientId { get; init; }

    /// <summary>Space-separated.</summary>
    public string? Scope { get; init; }

    public string? Username { get; init; }

    public string? Sid { get; init; }

    public string? TokenType { get; init; }
}
