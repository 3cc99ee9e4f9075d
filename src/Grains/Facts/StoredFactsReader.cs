using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Curfew.Grains;

// Reads what FactSerializer wrote, for one call of Read. Members may come in any order, and unknown ones are passed over: a newer
// program of the same version may have added what decides nothing.
internal ref struct StoredFactsReader(ReadOnlySpan<byte> data)
{
    private Utf8JsonReader _json = new(data);

    // Who asked is nearly always who asked last: one text in memory, not one a fact.
    private string? _by, _issuer;

    /// <exception cref="JsonException">It is damaged, or a newer version's.</exception>
    public List<Fact> Read()
    {
        try
        {
            return ReadDocument();
        }
        catch (Exception e) when (e is InvalidOperationException || (e is JsonException && e.GetType() != typeof(JsonException)))
        {
            // Of the JSON reader's own: it is no JSON, or a text in it is not UTF-8.
            throw new JsonException("The stored facts are damaged: " + e.Message, e);
        }
    }

    private List<Fact> ReadDocument()
    {
        Next(JsonTokenType.StartObject);
        List<Fact>? facts = null;
        var known = false;
        while (NextMember())
        {
            if (_json.ValueTextEquals("v"u8))
                known = ReadNumber() is FactSerializer.Version and var version
                    ? true
                    : throw new JsonException($"The stored facts have another version; this program reads {FactSerializer.Version}.");
            else if (_json.ValueTextEquals("facts"u8))
                facts = facts is null ? ReadFacts() : throw new JsonException("The stored facts are there twice.");
            else
                Pass();
        }

        if (facts is null || !known)
            throw new JsonException("The stored facts or their version are missing.");

        // Throws where something follows.
        _json.Read();
        return facts;
    }

    private List<Fact> ReadFacts()
    {
        Next(JsonTokenType.StartArray);
        var facts = new List<Fact>();
        while (Next() != JsonTokenType.EndArray)
        {
            Expect(JsonTokenType.StartObject);
            facts.Add(ReadFact());
        }

        return facts;
    }

    // Optimized from its first call on: a start reads all facts in its first seconds, in which the runtime optimizes nothing by itself.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Fact ReadFact()
    {
        long? kind = null, number = null, expires = null, at = null;
        string? id = null, by = null, issuer = null, reason = null;
        while (NextMember())
        {
            // Compared here, where it is optimized, and not by the reader, which isn't yet in a process's first seconds: six names a fact. An
            // escaped one is none that we wrote, but stands for the same.
            var name = _json.ValueIsEscaped ? Encoding.UTF8.GetBytes(_json.GetString()!) : _json.ValueSpan;
            if (name.SequenceEqual("kind"u8))
                kind = ReadNumber();
            else if (name.SequenceEqual("id"u8))
                id = ReadText(null);
            else if (name.SequenceEqual("expires"u8))
                expires = ReadNumber();
            else if (name.SequenceEqual("number"u8))
                number = ReadNumber();
            else if (name.SequenceEqual("at"u8))
                at = ReadNumber();
            else if (name.SequenceEqual("by"u8))
                by = _by = ReadText(_by);
            else if (name.SequenceEqual("by_iss"u8))
                issuer = _issuer = ReadText(_issuer);
            else if (name.SequenceEqual("reason"u8))
                reason = ReadText(null);
            else
                Pass();
        }

        return new Fact(
            new FactId(KindOf(kind, id, number), id ?? ""), number ?? 0, expires ?? throw new JsonException("A stored fact never expires."),
            at is { } made ? new FactOrigin(made, by, reason, issuer) : null);
    }

    // A fact that is none, or that no check would ever find, is an error.
    private static FactKind KindOf(long? stored, string? id, long? number)
    {
        var kind = stored is > 0 and <= (long)FactKind.UnsparingCutoff
            ? (FactKind)stored
            : throw new JsonException($"A stored fact is of the unknown kind {stored}.");
        if (string.IsNullOrEmpty(id) != (kind is FactKind.UserCutoff or FactKind.IssuerCutoff or FactKind.UnsparingCutoff))
            throw new JsonException($"A stored fact of kind {stored} has no id, or one too many.");
        return number is null && FactSerializer.HasNumber(kind)
            ? throw new JsonException($"A stored fact of kind {stored} has no number.")
            : kind;
    }

    private long? ReadNumber() => Next() switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.Number when _json.TryGetInt64(out var number) => number,
        _ => throw new JsonException("A stored number is none."),
    };

    private string? ReadText(string? usual)
    {
        if (Next() == JsonTokenType.Null)
            return null;
        Expect(JsonTokenType.String);
        return usual is not null && _json.ValueTextEquals(usual) ? usual : _json.GetString();
    }

    private bool NextMember()
    {
        if (Next() == JsonTokenType.EndObject)
            return false;
        Expect(JsonTokenType.PropertyName);
        return true;
    }

    private void Pass()
    {
        _json.Read();
        _json.Skip();
    }

    private JsonTokenType Next() => _json.Read() ? _json.TokenType : throw new JsonException("The stored facts end too soon.");

    private void Next(JsonTokenType wanted)
    {
        Next();
        Expect(wanted);
    }

    private readonly void Expect(JsonTokenType wanted)
    {
        if (_json.TokenType != wanted)
            throw new JsonException($"The stored facts have {_json.TokenType} where {wanted} belongs.");
    }
}
