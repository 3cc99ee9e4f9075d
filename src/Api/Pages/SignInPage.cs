using Curfew.Api.Access;
using Curfew.Authentication;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Curfew.Api.Pages;

/// <summary>A page with one field, by which an operator takes a token into the browser for the dashboard.</summary>
internal static class SignInPage
{
    private const int MaxForm = 64 * 1024;

    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapGet("/sign-in", () => Page(null, StatusCodes.Status200OK)).ExcludeFromDescription();
        app.MapPost("/sign-in", SignInAsync).DisableAntiforgery().ExcludeFromDescription();
    }

    private static async Task<IResult> SignInAsync(HttpContext context, Scopes scopes, CancellationToken aborted)
    {
        // Another site may not sign somebody in here: a browser says where a form came from.
        if (IsFromElsewhere(context.Request))
            return Page("The form came from another site.", StatusCodes.Status403Forbidden);
        if (!context.Request.HasFormContentType)
            return Page("Send the form of this page.", StatusCodes.Status400BadRequest);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxForm;
        IFormCollection form;
        try
        {
            form = await context.Request.ReadFormAsync(aborted);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // IOException: a part of a multipart form that was cut off, or a body over the limit.
            return Page("The form could not be read.", (e as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest);
        }

        if (form["token"] is not [{ Length: > 0 } token])
            return Page("Paste one token.", StatusCodes.Status400BadRequest);

        // The same validation as everywhere: the token stands in for the header.
        context.Request.Headers.Authorization = "Bearer " + token.Trim();
        var result = await AuthenticateAgainAsync(context);
        if (result.Failure is RevocationUnavailableException)
        {
            context.Response.Headers.RetryAfter = "1";
            return Page("Whether the token was revoked can't be told just now: try again.", StatusCodes.Status503ServiceUnavailable);
        }

        if (!result.Succeeded)
            return Page("The token is not accepted: it is expired, revoked or invalid.", StatusCodes.Status401Unauthorized);
        context.User = result.Principal;
        if (context.GetTokenIdentity() is not { } identity || !scopes.Grants(identity, result.Principal, Scopes.Read, Scopes.Admin))
            return Page($"The token lacks the scope {Scopes.Read} or {Scopes.Admin}, or its issuer may not grant it.", StatusCodes.Status403Forbidden);
        SignInCookie.Set(context, token.Trim(), identity.Expires);
        return TypedResults.Redirect(DashboardPage.Path + "/");
    }

    // Where the page isn't served by TLS or from localhost, a browser sends Origin alone. Neither: it is no browser.
    private static bool IsFromElsewhere(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site ? site is not ["same-origin" or "none"]
        : request.Headers.Origin is { Count: > 0 } origin
            && !(Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var from)
                && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));

    // The request's own handler has answered already, before the form was read, and would say the same again: no token.
    private static async Task<AuthenticateResult> AuthenticateAgainAsync(HttpContext context)
    {
        await using var scope = context.RequestServices.CreateAsyncScope();
        var handlers = scope.ServiceProvider.GetRequiredService<IAuthenticationHandlerProvider>();
        var handler = await handlers.GetHandlerAsync(context, JwtBearerDefaults.AuthenticationScheme);
        return await handler!.AuthenticateAsync();
    }

    private static ContentHttpResult Page(string? error, int status)
    {
        var message = error is null ? "" : $"<p role=\"alert\">{System.Text.Encodings.Web.HtmlEncoder.Default.Encode(error)}</p>";
        return TypedResults.Content(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <title>Curfew: sign in</title>
            </head>
            <body>
              <main>
                <h1>Curfew</h1>
                {message}
                <form method="post" action="/sign-in">
                  <p><label for="token">An access token with the scope curfew:read or curfew:admin</label></p>
                  <p><textarea id="token" name="token" rows="8" cols="60" required autocomplete="off" spellcheck="false"></textarea></p>
                  <p><button>Sign in to the dashboard</button></p>
                </form>
              </main>
            </body>
            </html>
            """,
            "text/html; charset=utf-8",
            statusCode: status);
    }
}
