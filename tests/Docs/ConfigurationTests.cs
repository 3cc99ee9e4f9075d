using Curfew.Api.Hosting;
using Curfew.Docs.Tests.Reading;
using Curfew.Grains;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Curfew.Docs.Tests;

/// <summary>docs/configuration.md says what the code does.</summary>
public sealed class ConfigurationTests
{
    // Seen red with an option taken out of the page, and with a default of it changed.
    [Fact]
    public void Every_option_is_documented_with_its_default()
    {
        var documented = DocumentedOptions.Read();
        var errors = new List<string>();
        foreach (var type in OptionTypes.All)
        {
            if (!documented.TryGetValue(type.Name, out var page))
            {
                errors.Add($"{type.Name} is missing.");
                continue;
            }

            var instance = Activator.CreateInstance(type)!;
            foreach (var option in OptionTypes.OptionsOf(type))
            {
                var value = OptionTypes.Describe(option, instance);
                if (!page.Defaults.TryGetValue(option.Name, out var said))
                    errors.Add($"{type.Name}.{option.Name} is missing.");
                else if (said != value)
                    errors.Add($"{type.Name}.{option.Name} is {value} by default, not {said}.");
            }
        }

        Assert.True(errors.Count == 0, string.Join('\n', errors));
        Assert.True(OptionTypes.All.Count >= 12, "Reflection finds no options any more.");
    }

    [Fact]
    public void Nothing_is_documented_that_is_no_option()
    {
        foreach (var (name, page) in DocumentedOptions.Read())
        {
            var type = Assert.Single(OptionTypes.All, type => type.Name == name);
            Assert.Empty(page.Defaults.Keys.Except(OptionTypes.OptionsOf(type).Select(option => option.Name)));
        }
    }

    // The sections that the page names are those that the code binds.
    [Fact]
    public void The_sections_are_those_that_are_read()
    {
        var settings = new Dictionary<string, string?>();
        Set<RevocationLimits>(nameof(RevocationLimits.MaxFactsPerUser), "7");
        Set<GrainOptions>(nameof(GrainOptions.IdleGrainAge), "00:07:00");
        Set<RevocationClientOptions>(nameof(RevocationClientOptions.CheckTimeout), "00:00:07");
        Set<HostingOptions>(nameof(HostingOptions.DataDirectory), "seven");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration).BindCurfewOptions().BuildServiceProvider();

        Assert.Equal(7, services.GetRequiredService<IOptions<RevocationLimits>>().Value.MaxFactsPerUser);
        Assert.Equal(TimeSpan.FromMinutes(7), services.GetRequiredService<IOptions<GrainOptions>>().Value.IdleGrainAge);
        Assert.Equal(TimeSpan.FromSeconds(7), services.GetRequiredService<IOptions<RevocationClientOptions>>().Value.CheckTimeout);
        Assert.Equal("seven", configuration.GetSection("Curfew").Get<HostingOptions>()!.DataDirectory);

        void Set<T>(string option, string value) => settings[$"{DocumentedOptions.Read()[typeof(T).Name].Section}:{option}"] = value;
    }
}
