using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Curfew.Api.Errors;

/// <summary>
/// A request's JSON object, read strictly: bounded, no member twice. Unknown members are ignored; the first one of a wrong
/// type is named in <see cref="Error"/>.
/// </summary>
internal sealed class JsonBody : IDisposable
{
    private const int MaxBytes = 64 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly JsonDocument _document;
    private readonly JsonElement _object;

    private JsonBody(JsonDocument document)
    {
        _document = document;
        _object = document.RootElement;
    }

    private JsonBody(JsonBody parent, JsonElement member)
    {
        _document = parent._document;
        _object = member;
    }

    /// <summary>What was wrong with the members that were asked for, the first of it.</summary>
    public string? Error { get; private set; }

    /// <summary>The body, or the problem that is the answer.</summary>
    public static async ValueTask<(JsonBody? Body, ProblemHttpResult? Problem)> ReadAsync(
        HttpRequest request, CancellationToken aborted)
    {
        if (!request.HasJsonContentType())
            return (null, TypedResults.Problem("The body must be application/json.", statusCode: StatusCodes.Status415UnsupportedMediaType));
        var bytes = new byte[MaxBytes + 1];
        var read = await request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, aborted);
        if (read > MaxBytes)
            return (null, TypedResults.Problem($"The body is over {MaxBytes} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge));
        try
        {
            var document = JsonDocument.Parse(bytes.AsMemory(0, read), Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return (new JsonBody(document), null);
            document.Dispose();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name with an escaped lone surrogate, met in the search for names that stand twice.
        }

        return (null, Problems.BadRequest("The body is not a JSON object, or names a member twice."));
    }

    public string? Text(string name) => Member(name, JsonValueKind.String) is { } member ? TextOf(name, member) : null;

    public bool? Flag(string name) =>
        Member(name, JsonValueKind.True, JsonValueKind.False) is { } member ? member.GetBoolean() : null;

    public long? Whole(string name)
    {
        if (Member(name, JsonValueKind.Number) is not { } member)
            return null;
        if (member.TryGetInt64(out var number))
            return number;
        Error ??= $"{name} must be a whole number.";
        return null;
    }

    /// <summary>The object under a name; errors found in it are to be asked of it.</summary>
    public JsonBody? Object(string name) => Member(name, JsonValueKind.Object) is { } member ? new JsonBody(this, member) : null;

    public void Dispose() => _document.Dispose();

    private JsonElement? Member(string name, params ReadOnlySpan<JsonValueKind> kinds)
    {
        if (!_object.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null)
            return null;
        if (kinds.Contains(member.ValueKind))
            return member;
        Error ??= $"{name} must be {(kinds[0] switch
        {
            JsonValueKind.String => "a text",
            JsonValueKind.Number => "a whole number",
            JsonValueKind.Object => "an object",
            _ => "true or false",
        })}.";
        return null;
    }

    private string? TextOf(string name, JsonElement member)
    {
        try
        {
            return member.GetString();
        }
        catch (InvalidOperationException)
        {
            // An escaped lone surrogate: it has no UTF-8 form.
            Error ??= $"{name} is not well-formed text.";
            return null;
        }
    }
}
