using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Curfew.Api.Audit;

/// <summary>How a trail's file ends: its last event, and what stands after it, which a death of the process left unfinished.</summary>
/// <param name="LastLine">The bytes of the last event, without the line's end; null in an empty file.</param>
/// <param name="NeedsNewline">Whether the file's last line isn't ended.</param>
internal sealed record AuditTail(AuditHead? Head, byte[]? LastLine, long TornBytes, string? TornHash, bool NeedsNewline)
{
    public static readonly AuditTail OfNothing = new(null, null, 0, null, false);

    private const int FirstWindow = 64 * 1024;

    /// <exception cref="InvalidDataException">There is something, but no event in it.</exception>
    public static AuditTail Read(SafeFileHandle file, string path)
    {
        var length = RandomAccess.GetLength(file);
        if (length == 0)
            return OfNothing;
        for (var window = Math.Min(length, FirstWindow); ; window = Math.Min(length, window * 4))
        {
            var bytes = new byte[window];
            ReadFully(file, bytes, length - window);
            if (Find(bytes, isWhole: window == length) is { } tail)
                return tail;
            if (window == length)
                throw new InvalidDataException($"'{path}' is no audit trail: there is no event in it. Move it away, or name another file.");
        }
    }

    private static AuditTail? Find(byte[] bytes, bool isWhole)
    {
        var end = bytes.Length;
        while (end > 0)
        {
            // The line that ends at end: its newline, if it has one, is the last byte before.
            var hasNewline = bytes[end - 1] == '\n';
            var text = bytes.AsSpan(0, hasNewline ? end - 1 : end);
            var start = text.LastIndexOf((byte)'\n') + 1;
            if (start == 0 && !isWhole)
                return null;
            var line = text[start..].ToArray();
            if (AuditLine.Read(new ReadOnlySequence<byte>(line)) is { } last)
            {
                var torn = bytes.AsSpan(end);
                return new AuditTail(
                    last.Head, line, torn.Length, torn.Length == 0 ? null : Convert.ToHexStringLower(SHA256.HashData(torn)), bytes[^1] != '\n');
            }

            end = start;
        }

        return null;
    }

    private static void ReadFully(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
                throw new EndOfStreamException("The audit trail became shorter while it was read.");
            bytes = bytes[read..];
            offset += read;
        }
    }
}
