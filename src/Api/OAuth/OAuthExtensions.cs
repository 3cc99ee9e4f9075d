using Curfew.Api.Access;
using Curfew.Api.Errors;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace Curfew.Api.OAuth;

/// <summary>Token revocation (RFC 7009) and introspection (RFC 7662) for clients that stand in <c>Curfew:Clients</c>.</summary>
internal static class OAuthExtensions
{
    public const string ClientsSection = "Curfew:Clients";

    private const string Scheme = "Client";

    public static void AddOAuth(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<OAuthClientOptions>()
            .Configure<IConfiguration>(Read)
            .PostConfigure<IConfiguration>(AddDefaultIssuer);
        services.AddSingleton<IValidateOptions<OAuthClientOptions>, OAuthClientOptionsValidator>();
        services.AddSingleton<ClientAuthentication>();
        services.Configure<OpenApiOptions>("v1", DescribeClients);
    }

    private static void Read(OAuthClientOptions options, IConfiguration configuration)
    {
        try
        {
            configuration.GetSection(ClientsSection).Bind(options.Clients, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException e)
        {
            // Told with all else that is wrong.
            options.Unreadable = $"{ClientsSection} can't be read: {e.Message}";
        }
    }

    private static void AddDefaultIssuer(OAuthClientOptions options, IConfiguration configuration)
    {
        var only = ConfiguredIssuers.Only(configuration);
        foreach (var client in options.Clients)
            client.Issuer ??= only;
    }

    public static void MapOAuth(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/oauth");
        group.AddEndpointFilter<RouteGroupBuilder, OAuthFilter>()
            .WithMetadata(new ClientAuthenticated())
            .DisableAntiforgery();
        Describe(group.MapPost("/revoke", RevokeEndpoint.PostAsync))
            .Takes<RevokeForm>(FormBody.ContentType)
            .Produces(StatusCodes.Status200OK)
            .Produces<OAuthError>(StatusCodes.Status429TooManyRequests)
            .WithSummary("Revokes a token of the calling client (RFC 7009)");
        Describe(group.MapPost("/introspect", IntrospectEndpoint.PostAsync))
            .Takes<IntrospectForm>(FormBody.ContentType)
            .Produces<Introspected>()
            .WithSummary("Says whether a token is active, and whose it is (RFC 7662)");
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint) => endpoint
        .Produces<OAuthError>(StatusCodes.Status400BadRequest)
        .Produces<OAuthError>(StatusCodes.Status401Unauthorized)
        .Produces<OAuthError>(StatusCodes.Status503ServiceUnavailable);

    private static void DescribeClients(OpenApiOptions openApi)
    {
        openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "basic",
                Description = "client_id and client_secret, each form-urlencoded (RFC 6749, 2.3.1); or both in the form.",
            };
            return Task.CompletedTask;
        });
        openApi.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<ClientAuthenticated>().Any())
            {
                operation.Security ??= [];
                operation.Security.Add(new OpenApiSecurityRequirement
                {
                    [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [],
                });
            }

            return Task.CompletedTask;
        });
    }

    // Endpoint metadata: a client of ours authenticates.
    private sealed class ClientAuthenticated;
}
