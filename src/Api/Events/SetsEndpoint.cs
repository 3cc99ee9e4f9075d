using System.Text;
using Curfew.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Api.Events;

/// <summary>Push delivery of security event tokens (RFC 8935): a CAEP transmitter says that a user's sessions are revoked.</summary>
internal static class SetsEndpoint
{
    public const string ContentType = "application/secevent+jwt";

    private const int MaxBytes = 16 * 1024;

    // CAEP interoperability profile 1.0, 2.6.
    private static readonly string[] Algorithms = [SecurityAlgorithms.RsaSha256];

    public static async Task<IResult> PostAsync(
        HttpRequest request, TokenVerifier verifier, Grains.Revocations revocations, IOptions<EventOptions> options,
        IOptions<RevocationLimits> limits, TimeProvider time, CancellationToken aborted)
    {
        var (text, error) = await ReadAsync(request, aborted);
        if (text is null)
            return SetError.InvalidRequest(error!);
        var token = await verifier.VerifyEventAsync(text, options.Value.Audiences.AsReadOnly(), Algorithms);
        if (token.Refusal != EventRefusal.None)
            return Describe(token.Refusal);
        var (user, revocation, flaw) = SessionRevoked.Parse(token, limits.Value, time.GetUtcNow());
        if (revocation is null)
            return SetError.InvalidRequest(flaw!);

        // Cutoffs are never refused for want of room.
        await revocations.RevokeAsync(user, revocation, aborted);
        return TypedResults.Accepted((string?)null);
    }

    private static async ValueTask<(string? Text, string? Error)> ReadAsync(HttpRequest request, CancellationToken aborted)
    {
        if (request.GetTypedHeaders().ContentType is not { } type
            || !type.MediaType.Equals(ContentType, StringComparison.OrdinalIgnoreCase))
        {
            return (null, $"The body must be {ContentType}.");
        }

        var bytes = new byte[MaxBytes + 1];
        try
        {
            var read = await request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, aborted);
            return read > MaxBytes ? (null, $"The body is over {MaxBytes} bytes.")
                : Ascii.IsValid(bytes.AsSpan(0, read)) ? (Encoding.ASCII.GetString(bytes, 0, read).Trim(), null)
                : (null, "The body is no JWT.");
        }
        catch (BadHttpRequestException)
        {
            return (null, "The body could not be read.");
        }
    }

    // RFC 8935, 2.4.
    private static IResult Describe(EventRefusal refusal) => refusal switch
    {
        EventRefusal.Issuer => SetError.Answer("invalid_issuer", "iss is not an issuer that is trusted here."),
        EventRefusal.Key => SetError.Answer(
            "invalid_key", "The signature is not by a key of its issuer that is accepted: RS256, 2048 bits or more."),
        EventRefusal.Audience => SetError.Answer("invalid_audience", "aud is none of this service's names."),
        _ => SetError.InvalidRequest("The body is no signed JWT, or names a member twice."),
    };
}
