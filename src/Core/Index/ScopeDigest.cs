using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Curfew.Index;

/// <summary>
/// What facts belong to, in 128 bits of SHA-256: a user (<c>iss</c> and <c>sub</c>) or an issuer. A user's facts are
/// scoped by both, as in the user's grain: the same <c>sid</c> or <c>jti</c> below two subjects is two facts.
/// </summary>
internal readonly record struct ScopeDigest(ulong High, ulong Low)
{
    private const byte UserTag = 0xF1;
    private const byte IssuerTag = 0xF2;

    [ThreadStatic]
    private static IncrementalHash? _hash;

    /// <summary>The 32 bits of it that the keys of its facts begin with.</summary>
    public uint Bits => (uint)(High >> 32);

    public static ScopeDigest Of(UserKey user) => Digest(UserTag, user.Issuer, user.Subject);

    public static ScopeDigest OfIssuer(string issuer) => Digest(IssuerTag, issuer, "");

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public FactKey Key(FactKind kind, string id)
    {
        const int fixedPart = 17;
        var length = fixedPart + Encoding.UTF8.GetMaxByteCount(id.Length);
        byte[]? rented = null;
        Span<byte> input = length <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(length);
        BinaryPrimitives.WriteUInt64LittleEndian(input, High);
        BinaryPrimitives.WriteUInt64LittleEndian(input[8..], Low);
        input[16] = (byte)kind;
        var (high, low) = Hash(input[..(fixedPart + Encoding.UTF8.GetBytes(id, input[fixedPart..]))]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return FactKey.Of(this, kind, high, low);
    }

    // The issuer's length goes in front, so that no two pairs are the same bytes.
    private static ScopeDigest Digest(byte tag, string issuer, string subject)
    {
        const int fixedPart = 5;
        var length = fixedPart + Encoding.UTF8.GetMaxByteCount(issuer.Length + subject.Length);
        byte[]? rented = null;
        Span<byte> input = length <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(length);
        input[0] = tag;
        var used = Encoding.UTF8.GetBytes(issuer, input[fixedPart..]);
        BinaryPrimitives.WriteInt32LittleEndian(input[1..], used);
        used += Encoding.UTF8.GetBytes(subject, input[(fixedPart + used)..]);
        var (high, low) = Hash(input[..(fixedPart + used)]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return new ScopeDigest(high, low == 0 ? 1 : low);
    }

    private static (ulong High, ulong Low) Hash(ReadOnlySpan<byte> input)
    {
        // Kept by the thread: making one takes longer than the hash.
        var hash = _hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.AppendData(input);
        hash.GetHashAndReset(digest);
        return (BinaryPrimitives.ReadUInt64LittleEndian(digest), BinaryPrimitives.ReadUInt64LittleEndian(digest[8..]));
    }
}
