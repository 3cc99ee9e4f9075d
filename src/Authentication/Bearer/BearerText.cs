namespace Curfew.Authentication.Bearer;

/// <summary>The token in an <c>Authorization</c> header (RFC 6750, 2.1), as JwtBearer's own handler finds it.</summary>
internal static class BearerText
{
    private const string Scheme = "Bearer ";

    /// <summary>Empty: there is none.</summary>
    public static ReadOnlySpan<char> TokenIn(string header) =>
        header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header.AsSpan(Scheme.Length).Trim() : default;
}
