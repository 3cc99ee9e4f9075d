using Curfew.Grains;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Curfew.Authentication.Streams;

/// <summary>Ends what is held open on the word of a token when that token is logged out.</summary>
public static class RevocationTokenExtensions
{
    /// <summary>
    /// Is cancelled when the request's own token is revoked or expires, or when that couldn't be known for
    /// <see cref="RevocationWatches.UnknownLimit"/>; never for a request without a token that Curfew checked. Under leased
    /// checks a logout on any node cancels it at once, else within <see cref="RevocationWatches.CheckPeriod"/>. It is the
    /// same one for the whole request, and good until the request ends.
    /// </summary>
    public static CancellationToken GetRevocationToken(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Features.Get<OpenRequest>() is { } open)
            return open.Ended;
        if (context.GetTokenIdentity() is not { } token)
            return CancellationToken.None;
        var services = context.RequestServices;
        open = new OpenRequest(
            services.GetRequiredService<RevocationWatches>(),
            token,
            services.GetRequiredService<IOptions<RevocationLimits>>().Value,
            services.GetRequiredService<TimeProvider>());
        context.Response.RegisterForDispose(open);
        context.Features.Set(open);
        return open.Ended;
    }
}
