using System.Globalization;
using System.Security;
using System.Text;

namespace Curfew.Bench.Micro.Scale;

/// <summary>A chart with lines as SVG: points at even distances, so that 1 k and 1 M stand beside each other; y from 0.</summary>
internal sealed record LineChart(string Title, string X, string Y, IReadOnlyList<string> Labels, IReadOnlyList<Line> Lines)
{
    private const int Width = 640, Height = 360, Left = 80, Right = 20, Top = 50, Bottom = 80;

    private static readonly string[] Colours = ["#0969da", "#cf222e", "#1a7f37", "#8250df"];

    public string ToSvg()
    {
        var top = Ceiling(Lines.Max(line => line.Values.Max()));
        var svg = new StringBuilder();
        Add(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="sans-serif" font-size="12">""");
        Add(svg, $"""<rect width="{Width}" height="{Height}" fill="#ffffff"/>""");
        Add(svg, $"""<text x="{Width / 2}" y="24" text-anchor="middle" font-size="15">{Text(Title)}</text>""");
        for (var step = 0; step <= 4; step++)
        {
            var value = top * step / 4;
            Add(svg, $"""<line x1="{Left}" y1="{YOf(value, top):F1}" x2="{Width - Right}" y2="{YOf(value, top):F1}" stroke="#d0d7de"/>""");
            Add(svg, $"""<text x="{Left - 8}" y="{YOf(value, top) + 4:F1}" text-anchor="end">{value:#,0.##}</text>""");
        }

        for (var i = 0; i < Labels.Count; i++)
            Add(svg, $"""<text x="{XOf(i):F1}" y="{Height - Bottom + 18}" text-anchor="middle">{Text(Labels[i])}</text>""");
        for (var i = 0; i < Lines.Count; i++)
            AddLine(svg, i, top);
        Add(svg, $"""<text x="{Width / 2}" y="{Height - Bottom + 38}" text-anchor="middle">{Text(X)}</text>""");
        Add(svg, $"""<text transform="translate(16 {Height / 2}) rotate(-90)" text-anchor="middle">{Text(Y)}</text>""");
        Add(svg, $"</svg>");
        return svg.ToString();
    }

    private void AddLine(StringBuilder svg, int index, double top)
    {
        var (name, values) = Lines[index];
        var colour = Colours[index % Colours.Length];
        var points = string.Join(' ', values.Select((value, i) => Invariant($"{XOf(i):F1},{YOf(value, top):F1}")));
        Add(svg, $"""<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>""");
        for (var i = 0; i < values.Count && values.Count <= 10; i++)
            Add(svg, $"""<circle cx="{XOf(i):F1}" cy="{YOf(values[i], top):F1}" r="4" fill="{colour}"><title>{values[i]:#,0.##}</title></circle>""");
        Add(svg, $"""<text x="{Left + (index * 200)}" y="{Height - 14}" fill="{colour}">● {Text(name)}</text>""");
    }

    private double XOf(int i) =>
        Labels.Count == 1 ? (Left + Width - Right) / 2.0 : Left + 20 + (i * (Width - Left - Right - 40.0) / (Labels.Count - 1));

    private static double YOf(double value, double top) => Height - Bottom - (value / top * (Height - Top - Bottom));

    // 1, 2 or 5 times a power of ten, or 4 times: quarters of it are round.
    private static double Ceiling(double value)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(value, 1e-9))));
        return new[] { 1d, 2, 4, 5, 8, 10 }.First(times => times * power >= value) * power;
    }

    private static string Text(string text) => SecurityElement.Escape(text);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void Add(StringBuilder svg, FormattableString line) => svg.Append(Invariant(line)).Append('\n');
}

internal sealed record Line(string Name, IReadOnlyList<double> Values);
