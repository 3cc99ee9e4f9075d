using Curfew.Proxies.Tests.Running;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Curfew.Proxies.Tests;

/// <summary>A YAML file of deploy/proxies, asked by paths such as <c>http.routers.app</c>.</summary>
internal sealed class Yaml
{
    private readonly YamlNode _node;

    private Yaml(YamlNode node) => _node = node;

    public static Yaml Read(string file)
    {
        var stream = new YamlStream();
        stream.Load(new MergingParser(new Parser(new StringReader(DeployedFile.Read(file)))));
        return new Yaml(Assert.Single(stream.Documents).RootNode);
    }

    public string Text => Assert.IsType<YamlScalarNode>(_node).Value!;

    public IReadOnlyList<Yaml> Items => [.. Assert.IsType<YamlSequenceNode>(_node).Select(item => new Yaml(item))];

    public IReadOnlyList<string> Keys =>
        [.. Assert.IsType<YamlMappingNode>(_node).Children.Keys.Select(key => ((YamlScalarNode)key).Value!)];

    public Yaml this[string path]
    {
        get
        {
            var node = _node;
            foreach (var key in path.Split('.'))
            {
                var children = Assert.IsType<YamlMappingNode>(node).Children;
                Assert.True(children.TryGetValue(new YamlScalarNode(key), out var child), $"There is no {key} of {path}.");
                node = child!;
            }

            return new Yaml(node);
        }
    }

    /// <summary>The item of a list that has this <c>name</c>.</summary>
    public Yaml Named(string name) => Assert.Single(Items, item => item["name"].Text == name);
}
