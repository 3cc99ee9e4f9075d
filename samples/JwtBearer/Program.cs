using Curfew.Authentication;

var builder = WebApplication.CreateBuilder(args);

// Where the revocations are: asked of the cluster's silos, or kept by this process alone.
if (builder.Configuration["Curfew:Hosting"] == "embedded")
    builder.AddCurfewEmbedded("data");
else
    builder.AddCurfewCluster();

builder.Services.AddAuthentication().AddJwtBearer().AddCurfew();
builder.Services.AddAuthorization();

var app = builder.Build();
app.MapGet("/orders", (HttpContext context) => $"Orders of {context.GetTokenIdentity()!.User.Subject}").RequireAuthorization();
app.MapCurfewLogout();
app.Run();
