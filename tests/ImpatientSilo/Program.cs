using Curfew.Grains;
using Curfew.ImpatientSilo;

// The silo of the soak's control. It is src/Silo as far as grains, storage and leases go, with one rule of the protocol broken.
var builder = WebApplication.CreateBuilder(args);
builder.AddCurfewSilo();
var patient = builder.Services.Last(service => service.ServiceType == typeof(IFactAnnouncer)).ImplementationType!;
builder.Services.AddSingleton<IFactAnnouncer>(services => new ImpatientAnnouncer((IFactAnnouncer)ActivatorUtilities.CreateInstance(services, patient)));
builder.Build().Run();
