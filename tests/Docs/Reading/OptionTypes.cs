using System.Collections;
using System.Globalization;
using System.Reflection;
using Curfew.Api.Hosting;
using Curfew.Grains;
using Curfew.Redis;
using Curfew.Sqlite;

namespace Curfew.Docs.Tests.Reading;

/// <summary>The classes that hold options, found by reflection: a new one is found, too.</summary>
internal static class OptionTypes
{
    private static readonly Assembly[] Assemblies =
    [
        typeof(RevocationLimits).Assembly, typeof(GrainOptions).Assembly, typeof(Authentication.CurfewBearerOptions).Assembly,
        typeof(CurfewClusterOptions).Assembly, typeof(SqliteDatabaseOptions).Assembly, typeof(HostingOptions).Assembly,
    ];

    public static IReadOnlyList<Type> All { get; } =
    [
        .. Assemblies.SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type.IsClass && !type.IsAbstract
                && (type.Name.EndsWith("Options", StringComparison.Ordinal)
                    || type == typeof(RevocationLimits) || type == typeof(Api.OAuth.OAuthClient))),
    ];

    /// <summary>What can be set: a property with a setter, or a list that is filled.</summary>
    public static IEnumerable<PropertyInfo> OptionsOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod?.IsPublic == true || IsList(property.PropertyType));

    /// <summary>A default as the documentation writes it.</summary>
    public static string Describe(PropertyInfo property, object options) => property.GetValue(options) switch
    {
        null or "" or ICollection { Count: 0 } => "none",
        TimeSpan span when span == Timeout.InfiniteTimeSpan => "infinite",
        TimeSpan span => Code(span.ToString("c", CultureInfo.InvariantCulture)),
        bool flag => Code(flag ? "true" : "false"),
        string text => Code(text),
        IFormattable number when number.GetType().IsPrimitive => Code(number.ToString(null, CultureInfo.InvariantCulture)),
        StackExchange.Redis.ConfigurationOptions connection when connection.EndPoints.Count == 0 => "none",
        var nested => $"see {nested.GetType().Name}",
    };

    private static string Code(string text) => $"`{text}`";

    private static bool IsList(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>);
}
