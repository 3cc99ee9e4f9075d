using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace Curfew.Authentication;

/// <summary>Goes on configuring authentication, and what Curfew checks.</summary>
public sealed class CurfewBuilder : AuthenticationBuilder
{
    internal CurfewBuilder(IServiceCollection services)
        : base(services)
    {
    }
}
