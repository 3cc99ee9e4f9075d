using Curfew.Leases;

namespace Curfew.Redis;

/// <summary>The messages between processes, as bytes.</summary>
internal static class Messages
{
    private const byte Version = 1;

    /// <summary>From a revoker to every holder; without announcements, an echo to itself.</summary>
    public static byte[] Announce(Guid sender, long round, IReadOnlyCollection<Announcement> announcements)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        writer.Write(sender.ToByteArray());
        writer.Write(round);
        writer.Write(announcements.Count);
        foreach (var announcement in announcements)
        {
            writer.Write(announcement.Key);
            writer.Write(announcement.Payload.Length);
            writer.Write(announcement.Payload.Span);
        }

        writer.Flush();
        return stream.ToArray();
    }

    public static (Guid Sender, long Round, List<Announcement> Announcements) ReadAnnounce(byte[] message)
    {
        using var reader = new BinaryReader(new MemoryStream(message));
        Expect(reader);
        var sender = new Guid(reader.ReadBytes(16));
        var round = reader.ReadInt64();
        var announcements = new List<Announcement>();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var key = reader.ReadString();
            announcements.Add(new(key, ReadPayload(reader)));
        }

        return (sender, round, announcements);
    }

    /// <summary>From a holder to the revoker.</summary>
    public static byte[] Confirm(long round, IReadOnlyCollection<LeaseId> leases)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        writer.Write(round);
        writer.Write(leases.Count);
        foreach (var lease in leases) writer.Write(lease.Value.ToByteArray());
        writer.Flush();
        return stream.ToArray();
    }

    public static (long Round, List<LeaseId> Leases) ReadConfirm(byte[] message)
    {
        using var reader = new BinaryReader(new MemoryStream(message));
        Expect(reader);
        var round = reader.ReadInt64();
        var leases = new List<LeaseId>();
        for (var left = reader.ReadInt32(); left > 0; left--) leases.Add(new(new Guid(reader.ReadBytes(16))));
        return (round, leases);
    }

    // Looked at before it is allocated: whoever may publish could otherwise have every process take 2 GiB.
    private static byte[] ReadPayload(BinaryReader reader)
    {
        var length = reader.ReadInt32();
        return length >= 0 && length <= reader.BaseStream.Length - reader.BaseStream.Position
            ? reader.ReadBytes(length)
            : throw new InvalidDataException("A message that is cut off.");
    }

    private static void Expect(BinaryReader reader)
    {
        if (reader.ReadByte() != Version) throw new InvalidDataException("A message of another version.");
    }
}
