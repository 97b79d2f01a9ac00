using System.Buffers.Binary;
using System.Text;

namespace Tollgate.Documents.Pdf;

/// <summary>
/// The characters of one font that one document uses. Each character gets the next number (its CID) when it is first met, so the
/// same text gives the same subset. A character that the font lacks gets a number of its own that shows the fallback glyph: it is
/// visible as missing on paper and still copies and searches as what it is.
/// </summary>
internal sealed class FontSubset(TrueTypeFont font)
{
    private readonly Dictionary<int, ushort> _cidOf = [];
    private readonly List<ushort> _glyphs = [0];
    private readonly List<int> _runes = [0];

    internal TrueTypeFont Font { get; } = font;

    /// <summary>The characters by CID; CID 0 is "no character".</summary>
    internal IReadOnlyList<int> Runes => _runes;

    /// <summary>The CID that draws this character.</summary>
    internal ushort Cid(int rune)
    {
        if (!_cidOf.TryGetValue(rune, out var cid))
        {
            cid = (ushort)_glyphs.Count;
            _cidOf[rune] = cid;
            _runes.Add(rune);
            _glyphs.Add(Font.Find(rune) ?? Font.Fallback);
        }
        return cid;
    }

    /// <summary>Advance width of a CID in thousandths of the font size.</summary>
    internal int Width(ushort cid) => Thousandths(Font, _glyphs[cid]);

    /// <summary>Width of a text in points.</summary>
    internal static double Measure(TrueTypeFont font, string text, double size)
    {
        var units = 0L;
        foreach (var rune in Readable(text).EnumerateRunes())
        {
            units += Thousandths(font, font.Find(rune.Value) ?? font.Fallback);
        }
        return units * size / 1000;
    }

    /// <summary>Composed form (a letter with its accent is one character) without control characters.</summary>
    internal static string Readable(string text)
    {
        var plain = true;
        var combining = false;
        foreach (var c in text)
        {
            plain &= !char.IsControl(c) && c is not ('\u00AD' or '\u200B' or '\uFEFF');
            combining |= c is >= '\u0300' and <= '\u036F';
        }
        if (combining)
        {
            text = text.Normalize(NormalizationForm.FormC);
        }
        return plain ? text : Cleaned(text);
    }

    /// <summary>A font file with only the outlines of this subset, numbered by CID.</summary>
    internal byte[] Build()
    {
        var glyphs = new List<ushort>(_glyphs);
        var outlines = new List<byte[]>();
        for (var i = 0; i < glyphs.Count; i++)
        {
            outlines.Add(Renumbered(Font.Outline(glyphs[i]).ToArray(), glyphs));
        }
        var loca = new byte[4 * (outlines.Count + 1)];
        var hmtx = new byte[4 * outlines.Count];
        using var glyf = new MemoryStream();
        for (var i = 0; i < outlines.Count; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(loca.AsSpan(4 * i), (int)glyf.Length);
            BinaryPrimitives.WriteUInt16BigEndian(hmtx.AsSpan(4 * i), (ushort)Font.Advance(glyphs[i]));
            BinaryPrimitives.WriteInt16BigEndian(hmtx.AsSpan(4 * i + 2), Font.LeftBearing(glyphs[i]));
            glyf.Write(outlines[i]);
            glyf.SetLength((glyf.Length + 3) & ~3L);
            glyf.Position = glyf.Length;
        }
        BinaryPrimitives.WriteInt32BigEndian(loca.AsSpan(4 * outlines.Count), (int)glyf.Length);
        var head = Font.Table("head").ToArray();
        BinaryPrimitives.WriteInt16BigEndian(head.AsSpan(50), 1);
        var hhea = Font.Table("hhea").ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(hhea.AsSpan(34), (ushort)outlines.Count);
        var maxp = Font.Table("maxp").ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(maxp.AsSpan(4), (ushort)outlines.Count);
        return Assemble(
            [("glyf", glyf.ToArray()), ("head", head), ("hhea", hhea), ("hmtx", hmtx), ("loca", loca), ("maxp", maxp)]);
    }

    private static int Thousandths(TrueTypeFont font, ushort glyph) =>
        (font.Advance(glyph) * 1000 + font.UnitsPerEm / 2) / font.UnitsPerEm;

    private static string Cleaned(string text)
    {
        var cleaned = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is not ('\u00AD' or '\u200B' or '\uFEFF'))
            {
                cleaned.Append(char.IsControl(c) ? ' ' : c);
            }
        }
        return cleaned.ToString();
    }

    /// <summary>A composite outline refers to others by number: add those to the subset and write their new numbers.</summary>
    private static byte[] Renumbered(byte[] outline, List<ushort> glyphs)
    {
        if (outline.Length == 0 || BinaryPrimitives.ReadInt16BigEndian(outline) >= 0)
        {
            return outline;
        }
        var at = 10;
        while (true)
        {
            int flags = BinaryPrimitives.ReadUInt16BigEndian(outline.AsSpan(at));
            glyphs.Add(BinaryPrimitives.ReadUInt16BigEndian(outline.AsSpan(at + 2)));
            BinaryPrimitives.WriteUInt16BigEndian(outline.AsSpan(at + 2), (ushort)(glyphs.Count - 1));
            at += 4 + ((flags & 0x0001) != 0 ? 4 : 2);
            at += (flags & 0x0008) != 0 ? 2 : (flags & 0x0040) != 0 ? 4 : (flags & 0x0080) != 0 ? 8 : 0;
            if ((flags & 0x0020) == 0)
            {
                return outline;
            }
        }
    }

    private static byte[] Assemble((string Tag, byte[] Data)[] tables)
    {
        var at = 12 + 16 * tables.Length;
        var file = new byte[at + tables.Sum(table => (table.Data.Length + 3) & ~3)];
        BinaryPrimitives.WriteInt32BigEndian(file, 0x00010000);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(4), (ushort)tables.Length);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(6), 64);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(8), 2);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(10), (ushort)(16 * tables.Length - 64));
        for (var i = 0; i < tables.Length; i++)
        {
            var (tag, data) = tables[i];
            data.CopyTo(file, at);
            var entry = file.AsSpan(12 + 16 * i);
            Encoding.ASCII.GetBytes(tag, entry);
            BinaryPrimitives.WriteUInt32BigEndian(entry[4..], Checksum(file.AsSpan(at, (data.Length + 3) & ~3)));
            BinaryPrimitives.WriteInt32BigEndian(entry[8..], at);
            BinaryPrimitives.WriteInt32BigEndian(entry[12..], data.Length);
            at += (data.Length + 3) & ~3;
        }
        return file;
    }

    private static uint Checksum(ReadOnlySpan<byte> data)
    {
        var sum = 0u;
        for (var i = 0; i < data.Length; i += 4)
        {
            sum = unchecked(sum + BinaryPrimitives.ReadUInt32BigEndian(data[i..]));
        }
        return sum;
    }
}
