using Tollgate.Catalog;

namespace Tollgate.Rating;

/// <summary>Ported numbers, sorted, for binary search. Immutable.</summary>
internal sealed class CompiledPortability
{
    private readonly ulong[] firsts;
    private readonly ulong[] lasts;
    private readonly string[] networks;

    internal CompiledPortability(PortabilityTable table)
    {
        var ranges = table.Ranges.OrderBy(range => Key(range.First)).ToArray();
        firsts = [.. ranges.Select(range => Key(range.First))];
        lasts = [.. ranges.Select(range => Key(range.Last))];
        networks = [.. ranges.Select(range => range.Network)];
        for (var i = 0; i < firsts.Length; i++)
        {
            if (firsts[i] == 0 || lasts[i] < firsts[i] || (i > 0 && firsts[i] <= lasts[i - 1]))
            {
                throw new ArgumentException(
                    $"Table '{table.Code}' has a wrong or overlapping range at {ranges[i].First}.", nameof(table));
            }
        }
    }

    /// <summary>The network that a number was carried to, or null.</summary>
    internal string? Find(string number)
    {
        var key = Key(number);
        var at = Array.BinarySearch(firsts, key);
        at = at >= 0 ? at : ~at - 1;
        return key != 0 && at >= 0 && key <= lasts[at] ? networks[at] : null;
    }

    /// <summary>The digits behind a 1, so that numbers of different lengths lie apart; 0: not 1 to 18 digits.</summary>
    private static ulong Key(string number)
    {
        if (number.Length is 0 or > 18 || number.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return 0;
        }
        var key = 1UL;
        foreach (var digit in number)
        {
            key = key * 10 + (ulong)(digit - '0');
        }
        return key;
    }
}
