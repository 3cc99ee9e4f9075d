using Curfew.Api.Dev;
using Curfew.Api.Hosting;
using Curfew.Grains;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Curfew.Api.Access;

/// <summary>Authentication by bearer token, and the policies of the endpoints.</summary>
internal static class AccessExtensions
{
    public const string ReadPolicy = "read";
    public const string AdminPolicy = "admin";

    public static void AddCurfewAccess(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddAuthentication()
            .AddJwtBearer(options =>
            {
                options.MapInboundClaims = false;
                options.Events = new JwtBearerEvents
                {
                    OnMessageReceived = Pages.SignInCookie.ReadToken,
                    OnForbidden = Forbidden,
                };
            })
            .AddCurfew(configure: bearer =>
            {
                var hosting = HostingOptions.Of(builder.Configuration);
                (bearer.FailOpen, bearer.ClientClaim) = (hosting.FailsOpen, hosting.ClientClaim);
            });

        services.AddOptions<HostingOptions>().BindConfiguration("Curfew").Validate<HostingOptions>(options => options.Validate());
        services.AddOptions<AdminOptions>()
            .BindConfiguration("Curfew:Admin")
            .PostConfigure<IConfiguration, IHostEnvironment>(AddDefaultIssuers);
        services.AddSingleton<IValidateOptions<AdminOptions>, AdminOptionsValidator>();
        services.AddSingleton<IValidateOptions<AdminOptions>, DevelopmentIssuers>();
        services.AddOptionsWithValidateOnStart<AdminOptions>();
        services.AddSingleton<Scopes>();
        services.AddSingleton<AuthorityIssuer>();
        services.AddSingleton<TrustedIssuers>();
        services.AddSingleton<IAuthorizationHandler, ScopeHandler>();
        services.AddAuthorizationBuilder()
            .AddPolicy(ReadPolicy, policy => policy.RequireAuthenticatedUser()
                .AddRequirements(new ScopeRequirement(Scopes.Read, Scopes.Admin)))
            .AddPolicy(AdminPolicy, policy => policy.RequireAuthenticatedUser()
                .AddRequirements(new ScopeRequirement(Scopes.Admin)));
    }

    private static void AddDefaultIssuers(AdminOptions options, IConfiguration configuration, IHostEnvironment environment)
    {
        if (options.Issuers.Count == 0 && ConfiguredIssuers.Only(configuration) is { } only)
            options.Issuers.Add(only);
        if (environment.IsDevelopment() && !options.Issuers.Contains(DevIssuer.Name))
            options.Issuers.Add(DevIssuer.Name);
    }

    // RFC 6750, 3.1.
    private static Task Forbidden(ForbiddenContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer error=\"insufficient_scope\"";
        return Task.CompletedTask;
    }
}
