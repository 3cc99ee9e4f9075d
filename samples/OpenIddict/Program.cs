using Curfew.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using OpenIddict.Validation.AspNetCore;

var builder = WebApplication.CreateBuilder(args);
builder.AddCurfewEmbedded(builder.Configuration["Curfew:DataDirectory"] ?? "data");

// Partners' tokens are OpenIddict's.
builder.Services.AddOpenIddict().AddValidation(options =>
{
    options.SetIssuer(builder.Configuration["Partners:Issuer"]!);
    options.AddAudiences("orders");
    options.UseSystemNetHttp();
    options.UseAspNetCore();
});

// Everyone else's are JwtBearer's, and both are checked, wherever they are asked for.
builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer().AddCurfew()
    .ForScheme(OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme);
builder.Services.AddAuthorization();

var partners = new AuthorizeAttribute
{
    AuthenticationSchemes = OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme,
};
var app = builder.Build();
app.MapGet("/orders", Orders).RequireAuthorization();
app.MapGet("/partners/orders", Orders).RequireAuthorization(partners);
app.MapCurfewLogout();
app.MapCurfewLogout("/partners/logout").RequireAuthorization(partners);
app.Run();

static string Orders(HttpContext context) => $"Orders of {context.GetTokenIdentity()!.User.Subject}";
