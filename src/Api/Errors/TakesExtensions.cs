using Microsoft.OpenApi;

namespace Curfew.Api.Errors;

internal static class TakesExtensions
{
    /// <summary>
    /// Describes an endpoint's body without letting routing refuse other content types: the standards have their own error for these.
    /// </summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint, string contentType) =>
        endpoint.AddOpenApiOperationTransformer(async (operation, context, cancellationToken) =>
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [contentType] = new()
                    {
                        Schema = await context.GetOrCreateSchemaAsync(typeof(T), null, cancellationToken),
                    },
                },
            });
}
