using System.Buffers;

namespace Curfew.Sqlite.Reading;

/// <summary>
/// 16 random bytes, in hex. Never a counter of the row's: one that was removed and written again would repeat it, and
/// a stale writer would pass for a current one.
/// </summary>
internal static class ETag
{
    public static byte[] Next() => Guid.NewGuid().ToByteArray();

    public static string Format(byte[] etag) => Convert.ToHexStringLower(etag);

    /// <summary>A text that isn't an etag of ours matches no row.</summary>
    public static byte[] Parse(string etag)
    {
        var bytes = new byte[16];
        var status = Convert.FromHexString(etag, bytes, out _, out var written);
        return status == OperationStatus.Done && written == bytes.Length ? bytes : [];
    }
}
