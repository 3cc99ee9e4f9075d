using Microsoft.Extensions.Options;

namespace Curfew.Api.StartUp;

/// <summary>The configuration is judged as a whole, before anything is made of it.</summary>
internal static class StartUpCheck
{
    /// <summary>Refuses to go on with a wrong or unsafe configuration, and says all that is wrong with it.</summary>
    /// <param name="unreadable">What <see cref="SettingsReader.RemoveUnreadable"/> found.</param>
    /// <exception cref="InvalidOperationException">Something is wrong: its message has a line for each.</exception>
    public static void ValidateConfiguration(this IHost app, IReadOnlyList<string> unreadable)
    {
        var errors = new List<string>(unreadable);
        try
        {
            app.Services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (OptionsValidationException e)
        {
            errors.AddRange(e.Failures);
        }
        catch (AggregateException e) when (e.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            errors.AddRange(e.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures));
        }

        var all = errors.Distinct(StringComparer.Ordinal).ToList();
        if (all.Count > 0)
        {
            throw new InvalidOperationException(
                $"The configuration is wrong in {all.Count} way(s), and the service doesn't start:" + string.Concat(all.Select(error => "\n - " + error)));
        }
    }
}
