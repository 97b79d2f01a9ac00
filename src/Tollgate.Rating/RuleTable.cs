using System.Collections.Immutable;
using Tollgate.Catalog;

namespace Tollgate.Rating;

/// <summary>
/// Which rules of a plan may apply in a zone and band, in the order in which they are tried: lower priority number; then the
/// more specific; then the first in the file. A rule that takes prices from the deck applies to places with an own price only
/// and ranks as if it named the zone.
/// </summary>
internal sealed class RuleTable
{
    private readonly Dictionary<string, List<CompiledRule>> byZone = new(StringComparer.Ordinal);
    private readonly List<CompiledRule> forAnyZone = [];

    internal RuleTable(CompiledRule[] rules)
    {
        foreach (var rule in rules)
        {
            if (rule.Source.Zone is not { } zone)
            {
                forAnyZone.Add(rule);
                continue;
            }
            if (!byZone.TryGetValue(zone, out var list))
            {
                byZone.Add(zone, list = []);
            }
            list.Add(rule);
        }
    }

    /// <summary>The rules to try, up to the first that always applies.</summary>
    internal List<CompiledRule> Candidates(string zone, string band, bool ownPrice)
    {
        var fitting = (byZone.TryGetValue(zone, out var named) ? named : [])
            .Concat(forAnyZone)
            .Where(rule => (!rule.Source.FromDeck || ownPrice) && (rule.Source.Band is null || rule.Source.Band == band))
            .OrderBy(rule => rule.Source.Priority).ThenByDescending(Rank).ThenBy(rule => rule.Index);
        var candidates = new List<CompiledRule>();
        foreach (var rule in fitting)
        {
            candidates.Add(rule);
            if (rule.Always)
            {
                break;
            }
        }
        return candidates;
    }

    /// <summary>Zone before origin, visited zone, kind, net, condition and band, in this order of weight.</summary>
    private static int Rank(CompiledRule rule)
    {
        var source = rule.Source;
        return (source.Zone is not null || source.FromDeck ? 64 : 0) + (source.From is not null ? 32 : 0)
            + (source.Visited is not null ? 16 : 0) + (source.NumberKind is not null ? 8 : 0) + (source.Net is not null ? 4 : 0)
            + (source.When is not null ? 2 : 0) + (source.Band is not null ? 1 : 0);
    }
}
