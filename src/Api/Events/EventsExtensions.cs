using Curfew.Api.Errors;
using Curfew.Api.OAuth;
using Microsoft.Extensions.Options;

namespace Curfew.Api.Events;

/// <summary>What identity providers call, where <c>Curfew:Events:Audiences</c> says who this service is to them.</summary>
internal static class EventsExtensions
{
    public static void AddEvents(this WebApplicationBuilder builder) =>
        builder.Services.AddOptionsWithValidateOnStart<EventOptions>()
            .BindConfiguration("Curfew:Events")
            .Validate(options => options.Audiences.All(ClaimText.IsValid), "Curfew:Events:Audiences must not hold an empty text.");

    public static void MapEvents(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<EventOptions>>().Value.Audiences.Count == 0)
            return;
        var group = app.MapGroup("/events");
        group.AddEndpointFilter<RouteGroupBuilder, EventsFilter>().DisableAntiforgery();
        group.MapPost("/backchannel-logout", BackchannelLogoutEndpoint.PostAsync)
            .Takes<LogoutForm>(FormBody.ContentType)
            .Produces(StatusCodes.Status200OK)
            .Produces<OAuthError>(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("Logs out a session or a user on an identity provider's word (OpenID Connect Back-Channel Logout 1.0)");
        group.MapPost("/sets", SetsEndpoint.PostAsync)
            .Takes<string>(SetsEndpoint.ContentType)
            .Produces(StatusCodes.Status202Accepted)
            .Produces<SetError>(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("Logs out a user on a pushed CAEP session-revoked event (RFC 8935)");
    }

    internal sealed record LogoutForm(string LogoutToken);
}
