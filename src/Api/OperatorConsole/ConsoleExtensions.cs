using Curfew.Api.Access;
using Curfew.Authentication;
using Microsoft.Extensions.FileProviders;

namespace Curfew.Api.OperatorConsole;

/// <summary>The operator's page: static files for anyone, and the stream of figures for operators.</summary>
internal static class ConsoleExtensions
{
    public const string Path = "/console";

    public static void AddConsole(this IServiceCollection services)
    {
        services.AddSingleton<ClusterFigures>();
        services.AddSingleton<ConsoleStream>();
    }

    public static void UseConsoleFiles(this IApplicationBuilder app)
    {
        // Beside the program, wherever the content root is.
        var files = new PhysicalFileProvider(System.IO.Path.Combine(AppContext.BaseDirectory, "wwwroot", "console"));
        app.UseFileServer(new FileServerOptions { RequestPath = Path, FileProvider = files });
    }

    public static void MapConsole(this IEndpointRouteBuilder app) =>
        app.MapGet(Path + "/stream", (HttpContext context, ConsoleStream stream) => stream.Open(context))
            .RequireAuthorization(AccessExtensions.ReadPolicy)
            .WithMetadata(new RequireRevocationCheckAttribute())
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("Live figures of this node, as server-sent events");
}
