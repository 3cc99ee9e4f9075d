namespace Curfew.System.Tests.Soak;

/// <summary>What isn't logged in a soak: each 503 that an outage brings, with its stack. What the processes say otherwise is kept.</summary>
internal static class Quiet
{
    public static (string Name, string Value)[] Settings =>
    [
        ("Logging:LogLevel:Default", "Warning"),
        ("Logging:LogLevel:Orleans", "Error"),
        ("Logging:LogLevel:Curfew.Api.Errors.UnavailableHandler", "Error"),
        ("Logging:LogLevel:Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", "None"),
    ];
}
