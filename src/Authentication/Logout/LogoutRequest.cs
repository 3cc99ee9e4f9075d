using System.Text.Json;
using Curfew.Grains;
using Microsoft.AspNetCore.Http;

namespace Curfew.Authentication.Logout;

/// <summary>What a logout's body asks for; no body asks for the default.</summary>
internal readonly record struct LogoutRequest(LogoutScope? Scope, IResult? Problem)
{
    // {"scope":"everywhere"} and members that we ignore.
    private const int MaxBody = 16 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    public static async ValueTask<LogoutRequest> ReadAsync(HttpRequest request, CancellationToken aborted)
    {
        var body = new byte[request.ContentLength is { } length and <= MaxBody ? (int)length + 1 : MaxBody + 1];
        int read;
        try
        {
            read = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, aborted);
        }
        catch (BadHttpRequestException e)
        {
            return Refused("The body could not be read.", e.StatusCode);
        }

        if (read == 0)
            return default;
        if (read > MaxBody)
            return Refused($"The body is over {MaxBody} bytes.", StatusCodes.Status413PayloadTooLarge);
        if (!request.HasJsonContentType())
            return Refused("The body must be application/json.", StatusCodes.Status415UnsupportedMediaType);
        try
        {
            using var json = JsonDocument.Parse(body.AsMemory(0, read), Strict);
            return Parse(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name or a scope with an escaped lone surrogate.
            return Refused("The body is not a JSON object, or names a member twice.");
        }
    }

    private static LogoutRequest Parse(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return Refused("The body is not a JSON object.");
        if (!json.TryGetProperty("scope", out var scope) || scope.ValueKind == JsonValueKind.Null)
            return default;
        LogoutScope? parsed = scope.ValueKind != JsonValueKind.String ? null
            : scope.ValueEquals("token"u8) ? LogoutScope.Token
            : scope.ValueEquals("session"u8) ? LogoutScope.Session
            : scope.ValueEquals("others"u8) ? LogoutScope.Others
            : scope.ValueEquals("everywhere"u8) ? LogoutScope.Everywhere
            : null;
        return parsed is null
            ? Refused("scope must be \"token\", \"session\", \"others\" or \"everywhere\".")
            : new LogoutRequest(parsed, null);
    }

    private static LogoutRequest Refused(string detail, int status = StatusCodes.Status400BadRequest) =>
        new(null, TypedResults.Problem(detail, statusCode: status));
}
