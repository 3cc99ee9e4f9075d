using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Curfew.Docs.Tests.Reading;

/// <summary>YAML files of deploy/, as JSON that is easy to ask.</summary>
internal static class Yaml
{
    /// <summary>All documents of a file, anchors and merge keys resolved.</summary>
    public static IReadOnlyList<JsonNode> Read(string relative)
    {
        var parser = new MergingParser(new Parser(new StringReader(Repository.Read(relative))));
        var reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();
        var writer = new SerializerBuilder().JsonCompatible().Build();
        var documents = new List<JsonNode>();
        parser.Consume<YamlDotNet.Core.Events.StreamStart>();
        while (parser.Accept<YamlDotNet.Core.Events.DocumentStart>(out _))
            documents.Add(JsonNode.Parse(writer.Serialize(reader.Deserialize<object>(parser)))!);
        return documents;
    }

    public static IEnumerable<JsonNode> Items(this JsonNode? list) => (list as JsonArray ?? []).Select(item => item!);

    public static string Text(this JsonNode? node) => node?.ToString() ?? "";

    public static IEnumerable<string> Keys(this JsonNode? map) => (map as JsonObject ?? []).Select(pair => pair.Key);
}
