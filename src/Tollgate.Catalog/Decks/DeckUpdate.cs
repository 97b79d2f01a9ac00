using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NodaTime;

namespace Tollgate.Catalog.Decks;

/// <summary>What a rate list does to one prefix.</summary>
/// <param name="Prefix">E.164 digits.</param>
/// <param name="Zone">After the import; for a missing one before it.</param>
/// <param name="Before">Price before, or null.</param>
/// <param name="After">Price now, or null.</param>
public sealed record DeckRowChange(string Prefix, string Zone, decimal? Before, decimal? After);

/// <summary>What a rate list does to a deck. Every row of the list and every row of the old deck is counted once.</summary>
/// <param name="New">Prefixes that the deck did not have.</param>
/// <param name="Dearer">Price or connect fee up.</param>
/// <param name="Cheaper">Price or connect fee down, the other not up.</param>
/// <param name="Otherwise">Same price, but another zone, increments or dates.</param>
/// <param name="Unchanged">Number of those as before.</param>
/// <param name="Blocked">Closed by the list: they are taken out, and usage to them is held.</param>
/// <param name="Missing">In the deck, not in the list: removed, or kept when so asked.</param>
/// <param name="Invalid">Rows of the list that could not be read; they change nothing.</param>
public sealed record DeckReport(
    ImmutableArray<DeckRowChange> New, ImmutableArray<DeckRowChange> Dearer, ImmutableArray<DeckRowChange> Cheaper,
    ImmutableArray<DeckRowChange> Otherwise, int Unchanged, ImmutableArray<DeckRowChange> Blocked,
    ImmutableArray<DeckRowChange> Missing, ImmutableArray<InvalidRow> Invalid);

/// <summary>A deck after a rate list.</summary>
/// <param name="Rows">In order of prefix and date.</param>
public sealed record UpdatedDeck(ImmutableArray<DeckRow> Rows, DeckReport Report);

/// <summary>Brings a carrier's rate list into a deck.</summary>
public static class DeckUpdate
{
    /// <param name="old">The deck as it is.</param>
    /// <param name="list">The list; rows without a destination keep the deck's zone.</param>
    /// <param name="start">Day from which the new version prices: rows that begin by then need no date.</param>
    /// <param name="keepMissing">Prefixes that the list does not name stay.</param>
    public static UpdatedDeck Apply(Deck old, RateList list, LocalDate start, bool keepMissing)
    {
        var before = old.Rows.GroupBy(row => row.Prefix, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        var rows = new List<DeckRow>(list.Prices.Length);
        var sorted = new Sorting();
        var invalid = list.Invalid.ToBuilder();
        var named = new HashSet<string>(StringComparer.Ordinal);
        var first = list.Prices.GroupBy(price => price.Prefix, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Min(price => price.From ?? start), StringComparer.Ordinal);
        foreach (var price in list.Prices)
        {
            var was = before.GetValueOrDefault(price.Prefix)?.Where(row => (row.Detail?.From ?? start) <= start)
                .OrderBy(row => row.Detail?.From ?? LocalDate.MinIsoValue).Select(row => (DeckRow?)row).LastOrDefault();
            named.Add(price.Prefix);
            var zone = price.Zone.Length > 0 ? price.Zone : was?.Zone ?? "";
            if (zone.Length == 0)
            {
                invalid.Add(new InvalidRow(price.Line, price.Prefix,
                    "The list names no destination, and the deck has no such prefix."));
                continue;
            }
            if (price.Blocked)
            {
                sorted.Blocked.Add(new DeckRowChange(price.Prefix, zone, was?.Price?.PerUnit, null));
                continue;
            }
            var row = new DeckRow(price.Prefix, zone, new DeckPrice(price.PerUnit, price.ConnectFee, price.Increments))
            {
                Detail = Detail(was?.Detail, price.From <= start ? null : price.From, price.To),
            };
            if (price.From > start && was is { } until && first[price.Prefix] == price.From)
            {
                rows.Add(until); // what holds until then
            }
            rows.Add(row);
            sorted.Add(was, row);
        }
        foreach (var row in old.Rows.Where(row => !named.Contains(row.Prefix)))
        {
            sorted.Missing.Add(new DeckRowChange(row.Prefix, row.Zone, row.Price?.PerUnit,
                keepMissing ? row.Price?.PerUnit : null));
            if (keepMissing)
            {
                rows.Add(row);
            }
        }
        return new UpdatedDeck(
            Ends([.. rows.OrderBy(row => row.Prefix, StringComparer.Ordinal)
                .ThenBy(row => row.Detail?.From ?? LocalDate.MinIsoValue)]),
            sorted.Report(invalid.ToImmutable()));
    }

    /// <summary>The deck as a file of a catalogue, after the comments that stand at the old one's beginning.</summary>
    public static CatalogueFile File(string name, ReadOnlyMemory<byte> old, ImmutableArray<DeckRow> rows,
        Tollgate.Primitives.UnitKind kind)
    {
        var text = new StringBuilder();
        foreach (var line in Encoding.UTF8.GetString(old.Span).Split('\n').TakeWhile(line =>
            line.TrimStart('\uFEFF').StartsWith('#')))
        {
            text.Append(line.TrimStart('\uFEFF').TrimEnd('\r')).Append('\n');
        }
        var details = rows.Any(row => row.Detail is not null);
        text.Append("prefix,zone,price,connectFee,increments").Append(details ? ",kind,network,validFrom,validTo\n" : "\n");
        foreach (var row in rows)
        {
            text.Append(row.Prefix).Append(',').Append(Quoted(row.Zone)).Append(',');
            if (row.Price is { } price)
            {
                text.Append(price.PerUnit.ToString("0.############", CultureInfo.InvariantCulture)).Append(',')
                    .Append(price.ConnectFee == 0 ? "" : price.ConnectFee.ToString("0.############",
                        CultureInfo.InvariantCulture))
                    .Append(',').Append(price.Increments is { } steps ? Wording.Say.Notation(steps, kind) : "");
            }
            else
            {
                text.Append(",,");
            }
            if (details)
            {
                text.Append(',').Append(row.Detail?.Kind).Append(',').Append(row.Detail?.Network)
                    .Append(',').Append(row.Detail?.From is { } from ? Wording.Say.English.Date(from) : "")
                    .Append(',').Append(row.Detail?.To is { } to ? Wording.Say.English.Date(to) : "");
            }
            text.Append('\n');
        }
        return new CatalogueFile(name, Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>A row ends at the latest when the next one of its prefix begins.</summary>
    private static ImmutableArray<DeckRow> Ends(List<DeckRow> rows)
    {
        for (var i = 0; i + 1 < rows.Count; i++)
        {
            if (rows[i].Prefix == rows[i + 1].Prefix && rows[i + 1].Detail?.From is { } next
                && (rows[i].Detail?.To is not { } end || end > next))
            {
                var was = rows[i].Detail;
                rows[i] = rows[i] with { Detail = new DeckDetail(was?.Kind, was?.Network, was?.From, next) };
            }
        }
        return [.. rows];
    }

    private static DeckDetail? Detail(DeckDetail? was, LocalDate? from, LocalDate? to) =>
        was?.Kind is null && was?.Network is null && from is null && to is null
            ? null : new DeckDetail(was?.Kind, was?.Network, from, to);

    private static string Quoted(string text) => text.AsSpan().ContainsAny(',', '"')
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    /// <summary>Changes by kind.</summary>
    private sealed class Sorting
    {
        private readonly List<DeckRowChange> added = [];
        private readonly List<DeckRowChange> dearer = [];
        private readonly List<DeckRowChange> cheaper = [];
        private readonly List<DeckRowChange> otherwise = [];
        private int unchanged;

        public List<DeckRowChange> Blocked { get; } = [];

        public List<DeckRowChange> Missing { get; } = [];

        public void Add(DeckRow? was, DeckRow row)
        {
            var change = new DeckRowChange(row.Prefix, row.Zone, was?.Price?.PerUnit, row.Price!.PerUnit);
            if (was is not { } old)
            {
                added.Add(change);
                return;
            }
            if (old.Zone == row.Zone && old.Detail == row.Detail && old.Price == row.Price)
            {
                unchanged++;
                return;
            }
            var (price, fee) = (old.Price?.PerUnit, old.Price?.ConnectFee);
            (row.Price.PerUnit > price || row.Price.ConnectFee > fee ? dearer
                : row.Price.PerUnit < price || row.Price.ConnectFee < fee ? cheaper : otherwise).Add(change);
        }

        public DeckReport Report(ImmutableArray<InvalidRow> invalid) => new(
            [.. added], [.. dearer], [.. cheaper], [.. otherwise], unchanged, [.. Blocked], [.. Missing], invalid);
    }
}
