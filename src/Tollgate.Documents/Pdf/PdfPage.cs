using System.Globalization;
using System.Text;

namespace Tollgate.Documents.Pdf;

/// <summary>A colour of the sRGB space as <c>0xRRGGBB</c>.</summary>
internal readonly record struct Ink(int Rgb);

/// <summary>Regular or bold.</summary>
internal enum Weight
{
    Regular,
    Bold,
}

/// <summary>Where a text stands relative to its x.</summary>
internal enum Align
{
    Left,
    Right,
    Centre,
}

/// <summary>A font weight, size in points, and colour.</summary>
internal readonly record struct Pen(Weight Weight, double Size, Ink Ink)
{
    internal TrueTypeFont Font => Weight == Weight.Bold ? PdfFonts.Bold : PdfFonts.Regular;

    internal double Measure(string text) => FontSubset.Measure(Font, text, Size);
}

/// <summary>An A4 page. Lengths are points (1/72 inch); y runs from the top down; a text's y is its base line.</summary>
internal sealed class PdfPage(FontSubset[] fonts)
{
    internal const double Width = 595.28;
    internal const double Height = 841.89;

    private readonly StringBuilder _content = new(4096);

    internal void Text(double x, double y, string text, Pen pen, Align align = Align.Left)
    {
        var left = align switch
        {
            Align.Left => x,
            Align.Right => x - pen.Measure(text),
            Align.Centre => x - pen.Measure(text) / 2,
            _ => throw new ArgumentOutOfRangeException(nameof(align)),
        };
        Show(text, pen, $"1 0 0 1 {Number(left)} {Number(Height - y)} Tm");
    }

    /// <summary>Text that climbs at an angle around its start.</summary>
    internal void Slanted(double x, double y, string text, Pen pen, double degrees)
    {
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        Show(text, pen, $"{Number(cos)} {Number(sin)} {Number(-sin)} {Number(cos)} {Number(x)} {Number(Height - y)} Tm");
    }

    internal void Fill(double x, double y, double width, double height, Ink ink)
    {
        Colour(ink, "rg");
        _content.Append(Box(x, y, width, height)).Append(" re f\n");
    }

    /// <summary>Fills many squares of one size in one path (a QR code).</summary>
    internal void FillSquares(IEnumerable<(double X, double Y)> corners, double size, Ink ink)
    {
        Colour(ink, "rg");
        foreach (var (x, y) in corners)
        {
            _content.Append(Box(x, y, size, size)).Append(" re\n");
        }
        _content.Append("f\n");
    }

    internal void FillRounded(double x, double y, double width, double height, double radius, Ink ink)
    {
        Colour(ink, "rg");
        var (left, right, top, bottom) = (x, x + width, Height - y, Height - y - height);
        var bend = radius * 0.4477;
        void Add(string operation, params double[] values) =>
            _content.Append(string.Join(' ', values.Select(Number))).Append(' ').Append(operation).Append('\n');
        Add("m", left + radius, bottom);
        Add("l", right - radius, bottom);
        Add("c", right - bend, bottom, right, bottom + bend, right, bottom + radius);
        Add("l", right, top - radius);
        Add("c", right, top - bend, right - bend, top, right - radius, top);
        Add("l", left + radius, top);
        Add("c", left + bend, top, left, top - bend, left, top - radius);
        Add("l", left, bottom + radius);
        Add("c", left, bottom + bend, left + bend, bottom, left + radius, bottom);
        _content.Append("f\n");
    }

    internal void Line(double x1, double y, double x2, double thickness, Ink ink) =>
        Fill(x1, y - thickness / 2, x2 - x1, thickness, ink);

    internal byte[] Content() => Encoding.ASCII.GetBytes(_content.ToString());

    /// <summary>A number with at most two decimals, always with a point.</summary>
    internal static string Number(double value) =>
        value.ToString("0.##", CultureInfo.InvariantCulture) is var text && text == "-0" ? "0" : text;

    private static string Box(double x, double y, double width, double height) =>
        $"{Number(x)} {Number(Height - y - height)} {Number(width)} {Number(height)}";

    private void Show(string text, Pen pen, string matrix)
    {
        if (text.Length == 0)
        {
            return;
        }
        Colour(pen.Ink, "rg");
        var subset = fonts[(int)pen.Weight];
        _content.Append(CultureInfo.InvariantCulture, $"BT/F{(int)pen.Weight} {Number(pen.Size)} Tf {matrix}<");
        foreach (var rune in FontSubset.Readable(text).EnumerateRunes())
        {
            _content.Append(subset.Cid(rune.Value).ToString("X4", CultureInfo.InvariantCulture));
        }
        _content.Append(">Tj ET\n");
    }

    private void Colour(Ink ink, string operation)
    {
        static string Part(int value) => (value / 255.0).ToString("0.###", CultureInfo.InvariantCulture);
        _content.Append(CultureInfo.InvariantCulture,
            $"{Part(ink.Rgb >> 16)} {Part((ink.Rgb >> 8) & 255)} {Part(ink.Rgb & 255)} {operation}\n");
    }
}
