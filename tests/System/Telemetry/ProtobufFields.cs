using Google.Protobuf;

namespace Curfew.System.Tests.Telemetry;

/// <summary>A protobuf message by its field numbers, which is all that is needed of OTLP.</summary>
internal sealed class ProtobufFields
{
    private readonly ILookup<int, object> _fields;

    public ProtobufFields(ByteString bytes)
    {
        var fields = new List<(int Number, object Value)>();
        var input = bytes.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            object? value = WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadUInt64(),
                WireFormat.WireType.Fixed64 => input.ReadFixed64(),
                WireFormat.WireType.Fixed32 => (ulong)input.ReadFixed32(),
                WireFormat.WireType.LengthDelimited => input.ReadBytes(),
                var other => throw new InvalidDataException($"A field of wire type {other}."),
            };
            fields.Add((WireFormat.GetTagFieldNumber(tag), value));
        }

        _fields = fields.ToLookup(field => field.Number, field => field.Value);
    }

    public IEnumerable<ProtobufFields> Messages(int number) =>
        _fields[number].Cast<ByteString>().Select(bytes => new ProtobufFields(bytes));

    public string Text(int number) => ((ByteString?)_fields[number].LastOrDefault())?.ToStringUtf8() ?? "";

    public string Hex(int number) => Convert.ToHexStringLower(((ByteString?)_fields[number].LastOrDefault() ?? ByteString.Empty).Span);

    public long Number(int number) => (long)(ulong)(_fields[number].LastOrDefault() ?? 0UL);
}
