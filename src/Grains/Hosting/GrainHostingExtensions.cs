using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Curfew.Grains;

/// <summary>What a silo and a client of silos need of Curfew, whatever the storage.</summary>
public static class GrainHostingExtensions
{
    /// <summary>
    /// The grains, on a silo that has a grain storage named <see cref="StorageName"/> (with <see cref="FactSerializer"/>)
    /// and a reminder table.
    /// </summary>
    public static ISiloBuilder AddCurfewGrains(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddCurfewClient();
        services.AddOptions<GrainOptions>().Validate<GrainOptions>(options => options.Validate());
        services.TryAddSingleton<GrainSurroundings>();
        services.TryAddSingleton<SiloCutoffs>();
        services.TryAddSingleton<SiloActivations>();
        services.TryAddSingleton<IFactMemory, SiloMemory>();
        services.TryAddSingleton<IMemoryLease, SoleLease>();
        services.TryAddSingleton<IFactAnnouncer, LocalAnnouncer>();

        services.AddOptions<ReminderOptions>().Configure<IOptions<GrainOptions>>((reminders, grains) =>
        {
            if (grains.Value.ReminderPeriod < reminders.MinimumReminderPeriod)
                reminders.MinimumReminderPeriod = grains.Value.ReminderPeriod;
        });
        services.AddOptions<GrainCollectionOptions>().Configure<IOptions<GrainOptions>>((collection, grains) =>
        {
            // The quantum bounds the age from below.
            if (collection.CollectionQuantum >= grains.Value.IdleGrainAge)
                collection.CollectionQuantum = grains.Value.IdleGrainAge / 2;
            collection.ClassSpecificCollectionAge[typeof(UserRevocationsGrain).FullName!] = grains.Value.IdleGrainAge;
        });
        return silo;
    }

    /// <summary>The name of the grain storage provider that the grains use.</summary>
    public static string StorageName => GrainSurroundings.StorageName;

    /// <summary>The name under which a grain's facts are stored.</summary>
    public static string StateName => GrainSurroundings.StateName;

    /// <summary>
    /// Checks answered from this process's memory under its lease (<see cref="IMemoryLease"/>), which the caller adds and to
    /// which it brings announcements (<see cref="IFactMemory"/>).
    /// </summary>
    /// <param name="maxBytes">What the memory of users without facts may take, at least 4,096 bytes; about 45 bytes a user.</param>
    public static IServiceCollection AddLeasedChecks(this IServiceCollection services, long maxBytes)
    {
        services.TryAddSingleton<SiloCutoffs>();
        services.TryAddSingleton(provider => new LeasedFacts(
            provider.GetRequiredService<IGrainFactory>(),
            provider.GetRequiredService<IMemoryLease>(),
            provider.GetRequiredService<SiloCutoffs>(),
            provider.GetRequiredService<TimeProvider>(),
            maxBytes));
        services.TryAddSingleton<ILocalVerdicts>(provider => provider.GetRequiredService<LeasedFacts>());
        services.TryAddSingleton<IFactMemory>(provider => provider.GetRequiredService<LeasedFacts>());
        services.AddHostedService(provider => new ExpiredFactsRemoval(
            provider.GetRequiredService<LeasedFacts>().RemoveExpired, provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>How a silo's store counts users with revocations: for <c>curfew.users.live</c>, and for the console.</summary>
    public static IServiceCollection AddStoredUsers<TUsers>(this IServiceCollection services)
        where TUsers : class, IStoredUsers
    {
        services.AddSingleton<IStoredUsers, TUsers>();
        services.AddHostedService<UsersSampler>();
        return services;
    }

    /// <summary>
    /// Reads <see cref="RevocationLimits"/> from the section <c>Curfew:Limits</c>, <see cref="GrainOptions"/> from
    /// <c>Curfew:Grains</c> and <see cref="RevocationClientOptions"/> from <c>Curfew:Client</c>.
    /// </summary>
    public static IServiceCollection BindCurfewOptions(this IServiceCollection services)
    {
        services.AddOptions<RevocationLimits>().BindConfiguration("Curfew:Limits");
        services.AddOptions<GrainOptions>().BindConfiguration("Curfew:Grains");
        services.AddOptions<RevocationClientOptions>().BindConfiguration("Curfew:Client");
        return services;
    }

    /// <summary><see cref="Revocations"/>, in a process that has an <see cref="IGrainFactory"/>.</summary>
    public static IServiceCollection AddCurfewClient(this IServiceCollection services)
    {
        services.AddOptions<RevocationLimits>().Validate<RevocationLimits>(limits => limits.Validate());
        services.AddOptions<RevocationClientOptions>().Validate<RevocationClientOptions>(options => options.Validate());
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.TryAddSingleton<CurfewInstruments>();
        services.TryAddSingleton<Revocations>();
        services.TryAddSingleton<RevocationWatches>();
        return services;
    }

    /// <summary>Options are checked when the host starts, and all that is wrong with them is said at once.</summary>
    public static OptionsBuilder<TOptions> Validate<TOptions>(
        this OptionsBuilder<TOptions> builder, Func<TOptions, IEnumerable<string>> errors)
        where TOptions : class
    {
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<TOptions>>(new Validator<TOptions>(errors)));
        return builder.ValidateOnStart();
    }

    private sealed class Validator<TOptions>(Func<TOptions, IEnumerable<string>> errors) : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options) =>
            errors(options).ToList() is { Count: > 0 } found
                ? ValidateOptionsResult.Fail(found.Select(error => $"{typeof(TOptions).Name}.{error}"))
                : ValidateOptionsResult.Success;
    }
}
