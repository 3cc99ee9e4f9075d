using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;

namespace Curfew.Api.Audit;

/// <summary>
/// Reads the files of one trail, oldest first, and finds what was changed, dropped or moved. Without a key only the order of the
/// events' numbers can be judged.
/// </summary>
/// <param name="expected">An event that the trail must hold, as its head was kept elsewhere; null where none was.</param>
internal sealed class AuditVerifier(byte[]? key, AuditHead? expected = null)
{
    private const int MaxTornBytes = 16 << 20;

    private readonly ArrayBufferWriter<byte> _unread = new();
    private readonly List<string> _unreadAt = [];
    private AuditHead? _last;
    private bool _isNewFile;
    private bool _hasExpected;

    public AuditReport Report { get; } = new();

    public async Task ReadAsync(string name, Stream file, CancellationToken cancellationToken = default)
    {
        _isNewFile = true;
        var reader = PipeReader.Create(file);
        long number = 0;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                Take($"{name}:{++number}", buffer.Slice(0, end), isEnded: true);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (read.IsCompleted)
            {
                if (buffer.Length > 0)
                    Take($"{name}:{++number}", buffer, isEnded: false);
                break;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }

        await reader.CompleteAsync();
    }

    /// <summary>After the last file.</summary>
    public AuditReport End()
    {
        FindUnread(isEnd: true);
        if (_last is null)
            Report.Find("There is no event at all.");
        if (expected is { } head && !_hasExpected && Report.First <= head.Sequence)
        {
            Report.Find(_last?.Sequence < head.Sequence
                ? $"The trail ends with event {_last?.Sequence}, before event {head.Sequence}, which it had: its end was cut off."
                : $"Event {head.Sequence} is not the one of the given head.");
        }
        else if (expected is not null && !_hasExpected)
        {
            Report.Note($"The given head is event {expected.Value.Sequence}, before the files that were given: it wasn't looked for.");
        }

        Report.Head = _last;
        return Report;
    }

    private void Take(string at, ReadOnlySequence<byte> line, bool isEnded)
    {
        if (AuditLine.Read(line) is not { } audited)
        {
            Keep(at, line, isEnded);
            return;
        }

        if (_unreadAt.Count > 0)
            CheckTorn(at, audited);
        if (key is not null && !AuditLine.Holds(line.ToArray(), key))
            Report.Find($"{at}: event {audited.Sequence} was changed, or written with another key: its HMAC is wrong.");
        CheckPlace(at, audited);
        if (expected is { } head && audited.Sequence == head.Sequence)
            _hasExpected |= head.Mac is null || head.Mac == audited.Mac;
        Report.Events++;
        if (_last is null)
            Report.First = audited.Sequence;
        if (_last is null || audited.Sequence > _last.Value.Sequence)
            _last = audited.Head;
        _isNewFile = false;
    }

    private void CheckPlace(string at, AuditLine audited)
    {
        var opens = audited.Event is AuditEvent.Begun or AuditEvent.Continued;
        if (_isNewFile && !opens)
            Report.Find($"{at}: the file doesn't begin with its opening event: what stood before event {audited.Sequence} was dropped.");
        else if (!_isNewFile && opens)
            Report.Find($"{at}: event {audited.Sequence} opens a file, and stands within one.");
        if (_last is not { } last)
        {
            if (audited.Event == AuditEvent.Continued)
                Report.Note($"{at}: events before {audited.Sequence} are in files that were not given.");
            else if (audited.Event == AuditEvent.Begun && !Follows(audited, AuditHead.Genesis))
                Report.Find($"{at}: event {audited.Sequence} is not the first of a trail.");
            return;
        }

        if (audited.Sequence > last.Sequence + 1)
            Report.Find($"{at}: {Missing(last.Sequence + 1, audited.Sequence - 1)} dropped before event {audited.Sequence}.");
        else if (audited.Sequence <= last.Sequence)
            Report.Find($"{at}: event {audited.Sequence} stands after event {last.Sequence}: it was moved or copied, or a new trail begins.");
        else if (!Follows(audited, last))
            Report.Find($"{at}: event {audited.Sequence} does not follow the event {last.Sequence} that stands before it: that one was replaced.");
    }

    private bool Follows(AuditLine audited, AuditHead before) =>
        audited.Sequence == before.Sequence + 1 && (key is null || audited.Previous == before.Mac);

    private static string Missing(long first, long last) => first == last ? $"event {first} was" : $"events {first} to {last} were";

    // What is no event may be what a death of the service left unfinished: then the event that follows says so.
    private void Keep(string at, ReadOnlySequence<byte> line, bool isEnded)
    {
        if (_unread.WrittenCount + line.Length > MaxTornBytes)
            FindUnread();
        _unreadAt.Add(isEnded ? at : at + " (unfinished)");
        foreach (var part in line)
            _unread.Write(part.Span);
        if (isEnded)
            _unread.Write("\n"u8);
    }

    private void CheckTorn(string at, AuditLine audited)
    {
        // The line's end may be the service's own, before the event that it appended.
        var bytes = _unread.WrittenSpan;
        if (audited is { Event: AuditEvent.Recovered, TornBytes: { } torn } && (torn == bytes.Length || torn == bytes.Length - 1)
            && Convert.ToHexStringLower(SHA256.HashData(bytes[..(int)torn])) == audited.TornHash)
        {
            Report.Note($"{at}: the service had died while it wrote; {torn} bytes before are an event that was acknowledged to nobody.");
            Forget();
            return;
        }

        FindUnread();
    }

    private void FindUnread(bool isEnd = false)
    {
        // At the end of the last file: the service writes it just now, or died; its next start marks it.
        if (isEnd && _unreadAt is [var only] && only.EndsWith("(unfinished)", StringComparison.Ordinal))
            Report.Note($"{only}: the last line is not whole. The service is writing it or died while it did, unless someone cut it: the head tells.");
        else
            _unreadAt.ForEach(at => Report.Find($"{at}: this is no event of a trail: it was changed or added."));
        Forget();
    }

    private void Forget()
    {
        _unread.ResetWrittenCount();
        _unreadAt.Clear();
    }
}
