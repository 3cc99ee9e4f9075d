using System.Text;
using System.Text.Json;
using Curfew.Grains;

namespace Curfew.Api.Commands;

/// <summary>
/// One line of an export: whose facts, and the facts as they are stored.
/// <c>{"grain":"curfew.user/…","state":{"v":1,"facts":[…]}}</c>
/// </summary>
internal sealed record FactLine(string Grain, IReadOnlyCollection<Fact> Facts)
{
    public static string Write(string grain, ReadOnlySpan<byte> state)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("grain", grain);
            json.WritePropertyName("state");
            json.WriteRawValue(state);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <exception cref="InvalidDataException">It is no line of an export, or a newer version's.</exception>
    public static FactLine Read(string line, long number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var grain = json.RootElement.GetProperty("grain").GetString();
            if (grain is not null && StoredScope.TryParse(grain, out _))
            {
                var state = Encoding.UTF8.GetBytes(json.RootElement.GetProperty("state").GetRawText());
                return new FactLine(grain, FactSerializer.Read(state).Facts);
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"Line {number} is not from an export: {e.Message}", e);
        }

        throw new InvalidDataException($"Line {number} is not from an export.");
    }
}
