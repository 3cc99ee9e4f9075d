using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Authentication;

namespace Curfew.Authentication.Bearer;

/// <summary>
/// What JwtBearer notes beside a principal: the token's times, and its text where <c>SaveToken</c> asks for it. Written
/// down when somebody looks, which is rarely: two dates as text cost as much as the check.
/// </summary>
/// <param name="header">The token's text, or the <c>Authorization</c> header that holds it; null: it is not kept.</param>
internal sealed class BearerItems(DateTime validFrom, DateTime validTo, string? header) : IDictionary<string, string?>
{
    private Dictionary<string, string?>? _items;

    public ICollection<string> Keys => Items.Keys;

    public ICollection<string?> Values => Items.Values;

    public int Count => Items.Count;

    public bool IsReadOnly => false;

    private Dictionary<string, string?> Items => _items ??= Write();

    private ICollection<KeyValuePair<string, string?>> Pairs => Items;

    public string? this[string key]
    {
        get => Items[key];
        set => Items[key] = value;
    }

    public void Add(string key, string? value) => Items.Add(key, value);

    public void Add(KeyValuePair<string, string?> item) => Pairs.Add(item);

    public void Clear() => Items.Clear();

    public bool Contains(KeyValuePair<string, string?> item) => Pairs.Contains(item);

    public bool ContainsKey(string key) => Items.ContainsKey(key);

    public void CopyTo(KeyValuePair<string, string?>[] array, int arrayIndex) => Pairs.CopyTo(array, arrayIndex);

    public bool Remove(string key) => Items.Remove(key);

    public bool Remove(KeyValuePair<string, string?> item) => Pairs.Remove(item);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string? value) => Items.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, string?>> GetEnumerator() => Items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Dictionary<string, string?> Write()
    {
        var items = new Dictionary<string, string?>(StringComparer.Ordinal);
        var properties = new AuthenticationProperties(items) { ExpiresUtc = Time(validTo), IssuedUtc = Time(validFrom) };
        if (header is not null)
        {
            var token = BearerText.TokenIn(header) is { IsEmpty: false } inHeader ? inHeader.ToString() : header;
            properties.StoreTokens([new AuthenticationToken { Name = "access_token", Value = token }]);
        }

        return items;
    }

    // A token without the claim has the least of times.
    private static DateTimeOffset? Time(DateTime time) => time == DateTime.MinValue ? null : time;
}
