using System.Buffers.Binary;
using System.Text;

namespace Tollgate.Documents.Pdf;

/// <summary>
/// A TrueType font that was read from bytes: which characters it has, how wide they are, and where their outlines lie. Immutable
/// and safe for concurrent use. Reads what a subset needs: <c>head hhea maxp hmtx loca glyf cmap</c> (OpenType 1.9).
/// </summary>
internal sealed class TrueTypeFont
{
    private readonly byte[] _data;
    private readonly Dictionary<string, (int Offset, int Length)> _tables = new(StringComparer.Ordinal);
    private readonly Dictionary<int, ushort> _glyphOf;
    private readonly int _longMetrics;
    private readonly bool _longLoca;

    /// <exception cref="InvalidDataException">Not a TrueType font, or one without a Unicode character map.</exception>
    internal TrueTypeFont(string name, byte[] data)
    {
        Name = name;
        _data = data;
        var count = U16(4);
        for (var i = 0; i < count; i++)
        {
            var entry = 12 + 16 * i;
            _tables[Encoding.ASCII.GetString(data, entry, 4)] = (S32(entry + 8), S32(entry + 12));
        }
        UnitsPerEm = U16(At("head") + 18);
        _longLoca = S16(At("head") + 50) != 0;
        Ascent = S16(At("hhea") + 4);
        Descent = S16(At("hhea") + 6);
        _longMetrics = U16(At("hhea") + 34);
        GlyphCount = U16(At("maxp") + 4);
        _glyphOf = ReadCharacterMap();
        Fallback = Find(0xFFFD) ?? Find(0x25A1) ?? Find('?') ?? 0;
    }

    /// <summary>PostScript name, e.g. <c>Roboto-Bold</c>.</summary>
    internal string Name { get; }

    internal int UnitsPerEm { get; }

    internal int Ascent { get; }

    internal int Descent { get; }

    internal int GlyphCount { get; }

    /// <summary>The glyph that stands for a character that the font lacks.</summary>
    internal ushort Fallback { get; }

    /// <summary>The glyph of a Unicode character, or null.</summary>
    internal ushort? Find(int rune) => _glyphOf.TryGetValue(rune, out var glyph) ? glyph : null;

    /// <summary>Advance width in font units.</summary>
    internal int Advance(ushort glyph) => U16(At("hmtx") + 4 * Math.Min(glyph, _longMetrics - 1));

    /// <summary>Left side bearing in font units.</summary>
    internal short LeftBearing(ushort glyph) => glyph < _longMetrics
        ? S16(At("hmtx") + 4 * glyph + 2)
        : S16(At("hmtx") + 4 * _longMetrics + 2 * (glyph - _longMetrics));

    /// <summary>The bytes of a whole table.</summary>
    internal ReadOnlySpan<byte> Table(string tag) => _data.AsSpan(_tables[tag].Offset, _tables[tag].Length);

    /// <summary>The outline of a glyph; empty for a space.</summary>
    internal ReadOnlySpan<byte> Outline(ushort glyph)
    {
        var loca = At("loca");
        var from = _longLoca ? S32(loca + 4 * glyph) : 2 * U16(loca + 2 * glyph);
        var to = _longLoca ? S32(loca + 4 * glyph + 4) : 2 * U16(loca + 2 * glyph + 2);
        return _data.AsSpan(At("glyf") + from, to - from);
    }

    private int At(string tag) => _tables.TryGetValue(tag, out var table)
        ? table.Offset
        : throw new InvalidDataException($"Font '{Name}' has no table '{tag}'.");

    private Dictionary<int, ushort> ReadCharacterMap()
    {
        var cmap = At("cmap");
        var best = (Format: 0, Offset: 0);
        for (var i = 0; i < U16(cmap + 2); i++)
        {
            var platform = U16(cmap + 4 + 8 * i);
            var offset = cmap + S32(cmap + 8 + 8 * i);
            var format = U16(offset);
            if (platform is 0 or 3 && format is 4 or 12 && format > best.Format)
            {
                best = (format, offset);
            }
        }
        return best.Format switch
        {
            4 => ReadFormat4(best.Offset),
            12 => ReadFormat12(best.Offset),
            _ => throw new InvalidDataException($"Font '{Name}' has no Unicode character map."),
        };
    }

    private Dictionary<int, ushort> ReadFormat4(int table)
    {
        var map = new Dictionary<int, ushort>();
        var segments = U16(table + 6) / 2;
        var ends = table + 14;
        var starts = ends + 2 * segments + 2;
        var deltas = starts + 2 * segments;
        var offsets = deltas + 2 * segments;
        for (var i = 0; i < segments; i++)
        {
            var range = U16(offsets + 2 * i);
            for (int code = U16(starts + 2 * i); code <= U16(ends + 2 * i) && code != 0xFFFF; code++)
            {
                var raw = range == 0 ? code : U16(offsets + 2 * i + range + 2 * (code - U16(starts + 2 * i)));
                var glyph = range != 0 && raw == 0 ? 0 : (raw + U16(deltas + 2 * i)) & 0xFFFF;
                if (glyph != 0)
                {
                    map[code] = (ushort)glyph;
                }
            }
        }
        return map;
    }

    private Dictionary<int, ushort> ReadFormat12(int table)
    {
        var map = new Dictionary<int, ushort>();
        for (var i = 0; i < S32(table + 12); i++)
        {
            var group = table + 16 + 12 * i;
            var first = S32(group);
            for (var code = first; code <= S32(group + 4); code++)
            {
                map[code] = (ushort)(S32(group + 8) + code - first);
            }
        }
        return map;
    }

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(_data.AsSpan(at));

    private short S16(int at) => BinaryPrimitives.ReadInt16BigEndian(_data.AsSpan(at));

    private int S32(int at) => BinaryPrimitives.ReadInt32BigEndian(_data.AsSpan(at));
}
