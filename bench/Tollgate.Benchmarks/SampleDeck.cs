using Tollgate.Catalog;

namespace Tollgate.Benchmarks;

/// <summary>
/// Decks that look like real ones: 200 country codes of one to three digits, prefixes of five to nine digits in dense blocks
/// below them,
/// 900 zones and 700 prices. The same size gives the same deck.
/// </summary>
internal static class SampleDeck
{
    internal static Deck Of(int prefixes)
    {
        var random = new Random(1);
        var countries = Enumerable.Range(0, 200).Select(_ => random.Next(1, 1000).ToString("0", null)).ToArray();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (seen.Count < prefixes)
        {
            seen.Add(Extend(countries[random.Next(countries.Length)], random.Next(5, 10), random));
        }
        return new Deck("deck",
        [
            .. seen.Order(StringComparer.Ordinal).Select(prefix => new DeckRow(
                prefix, $"Zone {random.Next(900)}", new DeckPrice(random.Next(1, 701) / 10_000m, 0, null))),
        ]);
    }

    /// <summary>Numbers of 12 digits that begin with prefixes of the deck.</summary>
    internal static string[] Numbers(Deck deck, int count)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, count).Select(_ => Extend(deck.Rows[random.Next(deck.Rows.Length)].Prefix, 12, random))];
    }

    /// <summary>Numbers of 12 digits; of the deck's prefixes in random order the n-th has weight 1/n.</summary>
    internal static string[] WeightedNumbers(Deck deck, int count)
    {
        var random = new Random(3);
        var order = Enumerable.Range(0, deck.Rows.Length).ToArray();
        random.Shuffle(order);
        var weights = new double[order.Length];
        var sum = 0d;
        for (var i = 0; i < order.Length; i++)
        {
            weights[i] = sum += 1d / (i + 1);
        }
        return
        [
            .. Enumerable.Range(0, count).Select(_ =>
            {
                var at = Array.BinarySearch(weights, random.NextDouble() * sum);
                return Extend(deck.Rows[order[at < 0 ? ~at : at]].Prefix, 12, random);
            }),
        ];
    }

    private static string Extend(string prefix, int length, Random random)
    {
        var digits = prefix.ToList();
        while (digits.Count < length)
        {
            digits.Add((char)('0' + random.Next(10)));
        }
        return string.Concat(digits);
    }
}
