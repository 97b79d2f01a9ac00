using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace Tollgate.Documents.Pdf;

/// <summary>
/// Writes a PDF 1.7 file (ISO 32000-1) from pages of vector drawing and text. Same calls, same bytes: the creation date is handed
/// in, the file identifier is a digest of the content, and font subset tags are derived from the characters used.
/// </summary>
/// <param name="title">Shown in the title bar of a viewer.</param>
/// <param name="author">The seller.</param>
/// <param name="language">BCP 47 tag for screen readers.</param>
/// <param name="created">The date written as creation date, at midnight UTC.</param>
internal sealed class PdfFile(string title, string author, string language, LocalDate created)
{
    private const int CatalogId = 1;
    private const int PagesId = 2;
    private const int InfoId = 3;
    private const int FontsFrom = 4;
    private const int ObjectsPerFont = 5;

    private readonly FontSubset[] _fonts = [new(PdfFonts.Regular), new(PdfFonts.Bold)];
    private readonly List<PdfPage> _pages = [];
    private readonly ArrayBufferWriter<byte> _out = new(65_536);
    private readonly SortedDictionary<int, int> _offsets = [];

    internal IReadOnlyList<PdfPage> Pages => _pages;

    internal PdfPage AddPage()
    {
        var page = new PdfPage(_fonts);
        _pages.Add(page);
        return page;
    }

    internal byte[] Save()
    {
        Write("%PDF-1.7\n%\u00E2\u00E3\u00CF\u00D3\n");
        var pagesFrom = FontsFrom + ObjectsPerFont * _fonts.Length;
        Object(CatalogId,
            $"<</Type/Catalog/Pages {PagesId} 0 R/Lang({Ascii(language)})/ViewerPreferences<</DisplayDocTitle true>>>>");
        var kids = string.Join(' ', Enumerable.Range(0, _pages.Count).Select(i => $"{pagesFrom + 2 * i} 0 R"));
        Object(PagesId, $"<</Type/Pages/Count {_pages.Count}/Kids[{kids}]>>");
        var date = created.ToString("uuuuMMdd", CultureInfo.InvariantCulture);
        Object(InfoId, $"<</Title {Unicode(title)}/Author {Unicode(author)}/Producer(Tollgate)/CreationDate(D:{date}000000Z)>>");
        for (var i = 0; i < _fonts.Length; i++)
        {
            WriteFont(_fonts[i], FontsFrom + ObjectsPerFont * i);
        }
        var fonts = string.Concat(_fonts.Select((_, i) => $"/F{i} {FontsFrom + ObjectsPerFont * i} 0 R"));
        for (var i = 0; i < _pages.Count; i++)
        {
            var id = pagesFrom + 2 * i;
            Object(id, $"<</Type/Page/Parent {PagesId} 0 R/MediaBox[0 0 {PdfPage.Number(PdfPage.Width)} "
                + $"{PdfPage.Number(PdfPage.Height)}]"
                + $"/Resources<</Font<<{fonts}>>>>/Contents {id + 1} 0 R>>");
            Stream(id + 1, "", _pages[i].Content());
        }
        WriteTrailer();
        return _out.WrittenSpan.ToArray();
    }

    private void WriteFont(FontSubset subset, int id)
    {
        var font = subset.Font;
        var name = $"{SubsetTag(subset)}+{font.Name}";
        int Scaled(int units) => units * 1000 / font.UnitsPerEm;
        Object(id, $"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{id + 1} 0 R]/ToUnicode "
            + $"{id + 4} 0 R>>");
        var widths = string.Join(' ', Enumerable.Range(0, subset.Runes.Count).Select(cid => subset.Width((ushort)cid)));
        Object(id + 1, $"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}"
            + "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            + $"/FontDescriptor {id + 2} 0 R/CIDToGIDMap/Identity/DW 500/W[0[{widths}]]>>");
        var weight = font.Name.EndsWith("Bold", StringComparison.Ordinal) ? 140 : 80;
        Object(id + 2, $"<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[-750 -280 1200 1060]/ItalicAngle 0/Ascent "
            + $"{Scaled(font.Ascent)}"
            + $"/Descent {Scaled(font.Descent)}/CapHeight 711/StemV {weight}/FontFile2 {id + 3} 0 R>>");
        var file = subset.Build();
        Stream(id + 3, $"/Length1 {file.Length}", file);
        Stream(id + 4, "", Encoding.ASCII.GetBytes(ToUnicode(subset)));
    }

    /// <summary>Six letters that depend on the characters in the subset (ISO 32000-1 §9.6.4).</summary>
    private static string SubsetTag(FontSubset subset)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(',', subset.Runes)));
        return string.Concat(digest.Take(6).Select(value => (char)('A' + value % 26)));
    }

    private static string ToUnicode(FontSubset subset)
    {
        var text = new StringBuilder(
            "/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)"
            + "/Supplement 0>>def/CMapName/Adobe-Identity-UCS def/CMapType 2 def 1 "
            + "begincodespacerange<0000><FFFF>endcodespacerange\n");
        var cids = Enumerable.Range(1, subset.Runes.Count - 1);
        foreach (var chunk in cids.Chunk(100))
        {
            text.Append(CultureInfo.InvariantCulture, $"{chunk.Length} beginbfchar\n");
            foreach (var cid in chunk)
            {
                var utf16 = Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(new Rune(subset.Runes[cid]).ToString()));
                text.Append(CultureInfo.InvariantCulture, $"<{cid:X4}><{utf16}>\n");
            }
            text.Append("endbfchar\n");
        }
        return text.Append("endcmap CMapName currentdict/CMap defineresource pop end end").ToString();
    }

    private void WriteTrailer()
    {
        var id = Convert.ToHexString(SHA256.HashData(_out.WrittenSpan).AsSpan(0, 16));
        var xref = _out.WrittenCount;
        Write(string.Create(CultureInfo.InvariantCulture, $"xref\n0 {_offsets.Count + 1}\n0000000000 65535 f \n"));
        foreach (var offset in _offsets.Values)
        {
            Write(string.Create(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n"));
        }
        Write(string.Create(
            CultureInfo.InvariantCulture, $"trailer\n<</Size {_offsets.Count + 1}/Root {CatalogId} 0 R/Info {InfoId} 0 R")
            + string.Create(CultureInfo.InvariantCulture, $"/ID[<{id}><{id}>]>>\nstartxref\n{xref}\n%%EOF\n"));
    }

    private void Object(int id, string body)
    {
        _offsets[id] = _out.WrittenCount;
        Write(string.Create(CultureInfo.InvariantCulture, $"{id} 0 obj\n{body}\nendobj\n"));
    }

    private void Stream(int id, string entries, byte[] data)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(data);
        }
        _offsets[id] = _out.WrittenCount;
        Write(string.Create(
            CultureInfo.InvariantCulture, $"{id} 0 obj\n<</Length {packed.Length}/Filter/FlateDecode{entries}>>\nstream\n"));
        _out.Write(packed.GetBuffer().AsSpan(0, (int)packed.Length));
        Write("\nendstream\nendobj\n");
    }

    private void Write(string text) => _out.Write(Encoding.Latin1.GetBytes(text));

    private static string Ascii(string text) => string.Concat(text.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-'));

    private static string Unicode(string text) => $"<FEFF{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text))}>";
}
