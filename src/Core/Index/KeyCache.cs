namespace Curfew.Index;

/// <summary>
/// Remembers a token's keys inside the record that it is, and is no part of what the record says: any two are equal.
/// </summary>
internal struct KeyCache : IEquatable<KeyCache>
{
    private TokenKeys? _keys;

    public TokenKeys Of(TokenIdentity token)
    {
        if (Volatile.Read(ref _keys) is { } keys)
            return keys;
        keys = new TokenKeys(token);
        Volatile.Write(ref _keys, keys);
        return keys;
    }

    public readonly bool Equals(KeyCache other) => true;

    public override readonly bool Equals(object? obj) => obj is KeyCache;

    public override readonly int GetHashCode() => 0;
}
