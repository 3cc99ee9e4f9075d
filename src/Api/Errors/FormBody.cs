using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Curfew.Api.Errors;

/// <summary>
/// A request's <c>application/x-www-form-urlencoded</c> parameters, read by RFC 6749, 3.2 and appendix B: bounded, UTF-8, none
/// twice; one without a value is none.
/// </summary>
internal sealed class FormBody
{
    public const string ContentType = "application/x-www-form-urlencoded";

    // A token of 16 KiB, should each of its characters be percent-encoded, and the rest.
    private const int MaxBytes = 64 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private FormBody()
    {
    }

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>The parameters, or what is wrong with them.</summary>
    public static async ValueTask<(FormBody? Form, string? Error)> ReadAsync(HttpRequest request, CancellationToken aborted)
    {
        if (!IsForm(request))
            return (null, $"The body must be {ContentType} in UTF-8.");
        var bytes = new byte[MaxBytes + 1];
        try
        {
            var read = await request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, aborted);
            return read > MaxBytes ? (null, $"The body is over {MaxBytes} bytes.") : Parse(StrictUtf8.GetString(bytes, 0, read));
        }
        catch (DecoderFallbackException)
        {
            return (null, "The body is not UTF-8.");
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            return (null, "The body could not be read.");
        }
    }

    private static (FormBody? Form, string? Error) Parse(string text)
    {
        var form = new FormBody();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        using var reader = new FormReader(text);
        while (reader.ReadNextPair() is var (name, value))
        {
            if (!seen.Add(name))
                return (null, "A parameter is repeated.");
            if (value.Length > 0)
                form._values.Add(name, value);
        }

        return (form, null);
    }

    private static bool IsForm(HttpRequest request) =>
        request.GetTypedHeaders().ContentType is { } type
        && type.MediaType.Equals(ContentType, StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
