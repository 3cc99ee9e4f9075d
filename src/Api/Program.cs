using Curfew.Api.Access;
using Curfew.Api.Audit;
using Curfew.Api.Commands;
using Curfew.Api.Dev;
using Curfew.Api.Errors;
using Curfew.Api.Events;
using Curfew.Api.Health;
using Curfew.Api.Hosting;
using Curfew.Api.Me;
using Curfew.Api.OAuth;
using Curfew.Api.OperatorConsole;
using Curfew.Api.Pages;
using Curfew.Api.Revocations;
using Curfew.Api.StartUp;
using Curfew.Api.Telemetry;
using Curfew.Api.Verify;
using Scalar.AspNetCore;

// audit, backup, restore, export, import, initialize: an operator's commands, with the service's own configuration.
if (OperatorCommands.TryParse(args) is { } command)
    return await command.InvokeAsync();

var builder = WebApplication.CreateBuilder(args);
builder.UseDiscreetKestrel();
var unreadable = builder.RemoveUnreadable([.. GrainSettings.Sections, (AuditExtensions.Section, typeof(AuditOptions))]);

// The grains: in this process, or asked as a client of silos.
builder.AddCurfewHosting();

// Who revoked what, in order.
builder.AddAudit();

// Who may do what: tokens by the standard section, beside them our own issuer in Development.
builder.AddDevIssuer();
builder.AddCurfewAccess();

// What other systems speak: OAuth's token endpoints, and events of identity providers.
builder.AddOAuth();
builder.AddEvents();

// Errors are RFC 9457 problems; what can't be known is 503.
builder.Services.AddProblemDetails().AddExceptionHandler<UnavailableHandler>();
builder.Services.AddCurfewHealth();
builder.Services.AddCurfewOpenApi();

// What an operator sees, and what is exported.
builder.Services.AddConsole();
builder.AddCurfewTelemetry("curfew-api");

var app = builder.Build();

// Before anything is made of the options: else the first that is asked for hides what is wrong with the others.
app.ValidateConfiguration(unreadable);
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UsePageHeaders();
app.UseVerifyPrefix();
app.UseConsoleFiles();
app.UseAuthentication();
app.UseAuthorization();
app.UseDashboardLogout();

app.MapMe();
app.MapCurfewLogout().WithLogoutDescription();
app.MapRevocations();
app.MapVerify();
app.MapOAuth();
app.MapEvents();
app.MapHealth();
app.MapSignIn();
app.MapDashboard();
app.MapConsole();
app.MapOpenApi();
if (app.Environment.IsDevelopment())
{
    app.MapDevToken();
    app.MapScalarApiReference();
}

app.WarnOfPublicDevelopment();

app.Run();

// Not 0 if the service ended itself.
return Environment.ExitCode;

/// <summary>The service. Public for tests that host it.</summary>
public partial class Program;
