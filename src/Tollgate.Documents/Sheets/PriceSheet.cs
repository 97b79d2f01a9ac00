using System.Collections.Immutable;
using NodaTime;

namespace Tollgate.Documents.Sheets;

/// <summary>What a price sheet is made for.</summary>
/// <param name="Language">A BCP 47 tag; a language without sentences of its own gets its names, and English sentences.</param>
/// <param name="Country">Whose tax rates are added or contained; null: the first that each tax names.</param>
/// <param name="Date">Day of the tax rates and deck rows.</param>
/// <param name="Offers">Codes of the offers on it, in their order; empty: all.</param>
/// <param name="Version">What stands under the title, e.g. <c>version 4, from 2026-11-01</c>.</param>
public sealed record SheetOptions(
    string Language, string? Country, LocalDate Date, ImmutableArray<string> Offers, string Version);

/// <summary>A price sheet, ready to be rendered.</summary>
/// <param name="Title">Of the whole.</param>
/// <param name="Subtitle">Version, date, currency.</param>
/// <param name="Blocks">In order.</param>
public sealed record PriceSheet(string Title, string Subtitle, ImmutableArray<SheetBlock> Blocks)
{
    /// <summary>ISO 639-1, of its sentences.</summary>
    public string Language { get; init; } = "en";

    /// <summary>What stands at its end.</summary>
    public string Foot { get; init; } = "";
}

/// <summary>A piece of a price sheet.</summary>
public abstract record SheetBlock
{
    private protected SheetBlock()
    {
    }
}

/// <summary>Begins an offer.</summary>
/// <param name="Code">For links.</param>
/// <param name="Name">As printed.</param>
/// <param name="Description">Or empty.</param>
/// <param name="Price">The headline, e.g. <c>14.99 EUR per month</c>; or empty.</param>
/// <param name="PriceNote">E.g. <c>incl. 19 % VAT</c>.</param>
public sealed record OfferHead(string Code, string Name, string Description, string Price, string PriceNote) : SheetBlock;

/// <summary>A heading below an offer or the sheet.</summary>
/// <param name="Level">2 or 3.</param>
/// <param name="Text">Plain.</param>
/// <param name="Id">For links; empty: none.</param>
public sealed record SheetHeading(int Level, string Text, string Id) : SheetBlock;

/// <summary>A paragraph.</summary>
public sealed record SheetText(string Text) : SheetBlock;

/// <summary>A list of sentences.</summary>
public sealed record SheetList(ImmutableArray<string> Items) : SheetBlock;

/// <summary>A table.</summary>
/// <param name="Columns">Headings.</param>
/// <param name="Numeric">Columns whose content stands right.</param>
/// <param name="Rows">As many cells as columns.</param>
public sealed record SheetTable(
    ImmutableArray<string> Columns, ImmutableArray<int> Numeric, ImmutableArray<ImmutableArray<string>> Rows) : SheetBlock;

/// <summary>A long table by first letter.</summary>
/// <param name="Id">For links.</param>
/// <param name="Table">Sorted by the first column.</param>
public sealed record SheetIndex(string Id, SheetTable Table) : SheetBlock;
