using System.Text.Json;

namespace Curfew.Api.Events;

/// <summary>Texts by language tag (BCP 47), as CAEP 1.0, 2 has its reasons.</summary>
internal static class LanguageMap
{
    /// <summary>Whether the member is absent or such an object. Its English text, or else its first; null where there is none.</summary>
    public static bool TryRead(JsonElement claims, string name, out string? text)
    {
        text = null;
        if (!claims.TryGetProperty(name, out var map))
            return true;
        if (map.ValueKind != JsonValueKind.Object)
            return false;
        string? english = null, first = null;
        foreach (var entry in map.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.String)
                return false;
            first ??= entry.Value.GetString();
            if (entry.Name.Equals("en", StringComparison.OrdinalIgnoreCase) || entry.Name.StartsWith("en-", StringComparison.OrdinalIgnoreCase))
                english ??= entry.Value.GetString();
        }

        text = english ?? first;
        return true;
    }

    /// <summary>The first characters of a text, no surrogate pair cut in two.</summary>
    public static string Shorten(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
