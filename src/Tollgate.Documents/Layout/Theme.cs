using System.Globalization;
using Tollgate.Documents.Pdf;

namespace Tollgate.Documents.Layout;

/// <summary>Colours and type of a bill. Nothing depends on hue alone: printed in grey it says the same.</summary>
internal sealed record Theme(Ink Brand)
{
    internal static readonly Ink Black = new(0x16202C);
    internal static readonly Ink Grey = new(0x5B6776);
    internal static readonly Ink Pale = new(0xC9D1DA);
    internal static readonly Ink Tint = new(0xF1F4F8);
    internal static readonly Ink White = new(0xFFFFFF);

    internal static readonly Pen Body = new(Weight.Regular, 9.5, Black);
    internal static readonly Pen Strong = new(Weight.Bold, 9.5, Black);
    internal static readonly Pen Small = new(Weight.Regular, 8, Grey);
    internal static readonly Pen Tiny = new(Weight.Regular, 7, Grey);
    internal static readonly Pen Label = new(Weight.Regular, 9, Grey);
    internal static readonly Pen Heading = new(Weight.Bold, 12.5, Black);

    /// <summary>The seller's colour, darkened until white paper carries it; the house colour when there is none or it can't be
    /// read.</summary>
    internal static Theme Of(SellerView seller)
    {
        var text = seller.BrandColour;
        if (text is not { Length: 7 } || text[0] != '#'
            || !int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb))
        {
            return new Theme(new Ink(0x0B4F8A));
        }
        while (Luma(rgb) > 130)
        {
            rgb = ((rgb >> 16) * 9 / 10 << 16) | (((rgb >> 8) & 255) * 9 / 10 << 8) | ((rgb & 255) * 9 / 10);
        }
        return new Theme(new Ink(rgb));
    }

    private static int Luma(int rgb) => ((rgb >> 16) * 299 + ((rgb >> 8) & 255) * 587 + (rgb & 255) * 114) / 1000;
}
