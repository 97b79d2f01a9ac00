namespace Tollgate.Documents.Pdf;

/// <summary>The typefaces of a document: one family in two weights, shipped with this assembly and read once per
/// process.</summary>
internal static class PdfFonts
{
    private static readonly Lazy<TrueTypeFont> LazyRegular = new(() => Read("Roboto-Regular"));
    private static readonly Lazy<TrueTypeFont> LazyBold = new(() => Read("Roboto-Bold"));

    internal static TrueTypeFont Regular => LazyRegular.Value;

    internal static TrueTypeFont Bold => LazyBold.Value;

    private static TrueTypeFont Read(string name)
    {
        using var stream = typeof(PdfFonts).Assembly.GetManifestResourceStream(name + ".ttf")
            ?? throw new InvalidOperationException($"The font '{name}' is not part of this assembly.");
        var data = new byte[stream.Length];
        stream.ReadExactly(data);
        return new TrueTypeFont(name, data);
    }
}
