using System.ComponentModel;
using System.Reflection;

namespace Curfew.Api.StartUp;

/// <summary>
/// Finds settings whose text is no value of their option's type: binding them would throw, one at a time, and before anything else
/// that is wrong could be said.
/// </summary>
internal static class SettingsReader
{
    /// <summary>
    /// Says what can't be read and takes it out, so that the host can be built and all else be judged with it. The host must not start
    /// when anything was found.
    /// </summary>
    /// <param name="sections">Which class a section is read into.</param>
    public static IReadOnlyList<string> RemoveUnreadable(
        this IHostApplicationBuilder builder, params (string Section, Type Options)[] sections)
    {
        var errors = new List<string>();
        var removed = new Dictionary<string, string?>();
        foreach (var (section, options) in sections)
        {
            foreach (var option in options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(option => option.CanWrite))
            {
                var key = $"{section}:{option.Name}";
                if (builder.Configuration[key] is not { Length: > 0 } text || Converts(option.PropertyType, text))
                    continue;
                var type = Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType;
                errors.Add($"{key} is \"{text}\"; it must be {Describe(type)}.");
                removed[key] = null;
            }
        }

        if (removed.Count > 0)
            builder.Configuration.AddInMemoryCollection(removed);
        return errors;
    }

    private static bool Converts(Type type, string text)
    {
        try
        {
            return type == typeof(string) || TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text) is not null;
        }
#pragma warning disable CA1031 // Converters throw what they like, all of which means the same.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    private static string Describe(Type type) =>
        type == typeof(TimeSpan) ? "a time ([days.]hours:minutes:seconds)"
        : type == typeof(bool) ? "true or false"
        : type.IsEnum ? string.Join(" or ", Enum.GetNames(type).Select(name => name.ToLowerInvariant()))
        : "a whole number";
}
