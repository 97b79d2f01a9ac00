using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Catalog.Decks;
using Tollgate.Primitives;

namespace Tollgate.Operations.Catalogs;

/// <summary>What to do with a carrier's rate list.</summary>
/// <param name="Deck">Code of the deck.</param>
/// <param name="Content">The list's bytes.</param>
/// <param name="Layout">How its columns are found.</param>
/// <param name="Start">Day from which the new prices hold.</param>
/// <param name="KeepMissing">Prefixes that the list does not name stay.</param>
/// <param name="CostDeck">Deck to check the margin against; null: none.</param>
public sealed record DeckImport(
    string Deck, ReadOnlyMemory<byte> Content, DeckLayout Layout, LocalDate Start, bool KeepMissing, string? CostDeck);

/// <summary>What an import did or would do.</summary>
/// <param name="Report">Row by row.</param>
/// <param name="Below">Prefixes that would be sold below cost; null: not checked.</param>
/// <param name="Files">The catalogue with the new deck.</param>
public sealed record ImportedDeck(
    DeckReport Report, ImmutableArray<BelowCost>? Below, ImmutableArray<CatalogueFile> Files);

/// <summary>
/// Puts a rate list into a catalogue. Nothing is stored here: the files that come out are published like any other, in one
/// transaction, and who rates at that time finishes the batch by the version that it began with.
/// </summary>
public static class ImportDeck
{
    /// <summary>The catalogue with the deck brought up to date.</summary>
    /// <param name="files">The catalogue as it is.</param>
    /// <param name="import">What to do.</param>
    public static Outcome<ImportedDeck> Prepare(ImmutableArray<CatalogueFile> files, DeckImport import)
    {
        var read = CatalogueReader.Read(files);
        if (!read.Ok)
        {
            return new Refusal("catalogue-invalid",
                $"The catalogue has errors, first: {read.Findings.First(finding => finding.Severity == Severity.Error)}");
        }
        var catalogue = read.Value!;
        if (catalogue.Decks.FirstOrDefault(deck => deck.Code == import.Deck) is not { } deck)
        {
            return Unknown(import.Deck, catalogue);
        }
        var (list, fault) = Read(import);
        if (list is null)
        {
            return new Refusal("deck-unreadable", fault);
        }
        if (list.Prices.IsEmpty)
        {
            return new Refusal("deck-unreadable", "The rate list holds no row that can be read"
                + (list.Invalid.IsEmpty ? "." : $", first: line {list.Invalid[0].Line}: {list.Invalid[0].Why}"));
        }
        var updated = DeckUpdate.Apply(deck, list, import.Start, import.KeepMissing);
        ImmutableArray<BelowCost>? below = null;
        if (import.CostDeck is { } costCode)
        {
            if (catalogue.Decks.FirstOrDefault(other => other.Code == costCode) is not { } cost)
            {
                return Unknown(costCode, catalogue);
            }
            var (sell, buy) = (PricedIn(catalogue, deck.Code), PricedIn(catalogue, costCode));
            if (sell is not null && buy is not null
                && (sell.Value.Currency != buy.Value.Currency || sell.Value.Per.Kind != buy.Value.Per.Kind))
            {
                return new Refusal("margin-not-comparable",
                    $"'{deck.Code}' is in {sell.Value.Currency} per {sell.Value.Per}, '{costCode}' in {buy.Value.Currency} per "
                        + $"{buy.Value.Per}: give a cost deck of the same currency and kind of unit.", Retry.Never, "costDeck");
            }
            var factor = sell is null || buy is null
                ? 1m : (decimal)sell.Value.Per.StoragePerUnit / buy.Value.Per.StoragePerUnit;
            below = DeckMargin.Check(updated.Rows, cost.Rows, factor);
        }
        var (name, kind) = (FileOf(files, deck.Code), PricedIn(catalogue, deck.Code)?.Per.Kind ?? UnitKind.Duration);
        var old = files.First(file => file.Name == name);
        var next = DeckUpdate.File(name, old.Content, updated.Rows, kind);
        return new ImportedDeck(updated.Report, below, [.. files.Select(file => file.Name == name ? next : file)]);
    }

    /// <summary>The list, or why its layout does not fit it.</summary>
    private static (RateList? List, string Fault) Read(DeckImport import)
    {
        try
        {
            return (RateListReader.Read(import.Content, import.Layout), "");
        }
        catch (FormatException fault)
        {
            return (null, fault.Message);
        }
    }

    private static Refusal Unknown(string deck, Tollgate.Catalog.Catalogue catalogue) => new("unknown-deck",
        $"The catalogue has no deck '{deck}'. It has: {string.Join(", ", catalogue.Decks.Select(each => each.Code))}.",
            Retry.Never);

    /// <summary>Currency and unit of the deck's prices, by a rate plan that uses them; null when none does.</summary>
    private static (Unit Currency, Unit Per)? PricedIn(Tollgate.Catalog.Catalogue catalogue, string deck)
    {
        var plan = catalogue.RatePlans.FirstOrDefault(plan => plan.Deck == deck && plan.Prices.Any(price => price.FromDeck));
        return plan is null ? null : (plan.Currency, plan.Prices.First(price => price.FromDeck).Per);
    }

    private static string FileOf(ImmutableArray<CatalogueFile> files, string deck) =>
        CatalogueReader.DeckFile(files, deck) ?? $"{CatalogueFile.DeckFolder}{deck}.csv";
}
