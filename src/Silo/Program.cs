using Curfew.Api.Access;
using Curfew.Api.Dev;
using Curfew.Api.Errors;
using Curfew.Api.Health;
using Curfew.Api.Hosting;
using Curfew.Api.Pages;
using Curfew.Api.StartUp;
using Curfew.Api.Telemetry;
using Orleans.Dashboard;

var builder = WebApplication.CreateBuilder(args);
builder.UseDiscreetKestrel();
var unreadable = builder.RemoveUnreadable([.. GrainSettings.Sections]);

// The grains, over Redis. A silo that was told to stop hands its grains over before its web server ends.
builder.AddCurfewSilo(silo =>
{
    silo.AddDashboard();
    silo.AddTraces(builder.Configuration);
});
builder.AddCurfewTelemetry("curfew-silo");

// Its pages are for operators: the same tokens and scopes as the Api's.
builder.AddDevIssuer();
builder.AddCurfewAccess();
builder.Services.AddProblemDetails().AddExceptionHandler<UnavailableHandler>();
builder.Services.AddCurfewHealth();

var app = builder.Build();

// Before anything is made of the options: else the first that is asked for hides what is wrong with the others.
app.ValidateConfiguration(unreadable);
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UsePageHeaders();
app.UseAuthentication();
app.UseAuthorization();
app.UseDashboardLogout();
app.MapHealth();
app.MapSignIn();
app.MapDashboard();
app.WarnOfPublicDevelopment();
app.Run();
