using Sample.Introspection;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddCurfewIntrospection(options => builder.Configuration.GetSection("Curfew").Bind(options));
builder.Services.AddAuthorization();

var app = builder.Build();
app.MapGet("/orders", (HttpContext context) => $"Orders of {context.User.Identity!.Name}").RequireAuthorization();
app.Run();
