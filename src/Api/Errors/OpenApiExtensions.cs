using Microsoft.OpenApi;

namespace Curfew.Api.Errors;

/// <summary>How the endpoints describe themselves.</summary>
internal static class OpenApiExtensions
{
    private const string Scheme = "Bearer";

    public static void AddCurfewOpenApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull;
        });
        services.AddOpenApi(openApi =>
        {
            openApi.AddDocumentTransformer((document, _, _) =>
            {
                document.Info.Title = "Curfew";
                document.Info.Description = "JWT logout that holds: one token, one session or every device of a user.";
                document.Components ??= new OpenApiComponents();
                document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
                document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    BearerFormat = "JWT",
                };
                return Task.CompletedTask;
            });
            openApi.AddOperationTransformer((operation, context, _) =>
            {
                if (context.Description.ActionDescriptor.EndpointMetadata.OfType<Microsoft.AspNetCore.Authorization.IAuthorizeData>().Any())
                {
                    operation.Security ??= [];
                    operation.Security.Add(new OpenApiSecurityRequirement
                    {
                        [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [],
                    });
                }

                return Task.CompletedTask;
            });
        });
    }

    /// <summary>What the library's logout endpoints take and give.</summary>
    public static void WithLogoutDescription(this IEndpointConventionBuilder endpoints) =>
        endpoints.WithSummary("Logs out: the token, its session, the user's other devices, or all");
}
