using System.Collections.Frozen;
using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>Turns a catalogue into its index form. Used once.</summary>
internal sealed class CatalogueCompiler(Catalogue catalogue)
{
    private readonly Dictionary<string, CompiledDeck> decks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WeekTable> weeks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CompiledPlan> plans = new(StringComparer.Ordinal);
    private readonly ImmutableArray<PriceKey>.Builder keys = ImmutableArray.CreateBuilder<PriceKey>();

    internal CompiledCatalogue Compile()
    {
        var timeZones = catalogue.RatePlans.Select(plan => plan.TimeZone).Distinct().ToImmutableArray();
        foreach (var plan in catalogue.RatePlans)
        {
            if (!plans.TryAdd(plan.Code, CompilePlan(plan, timeZones)))
            {
                throw Broken($"Rate plan '{plan.Code}' is there twice.");
            }
        }
        var offers = catalogue.Offers.ToFrozenDictionary(
            offer => offer.Code, offer => CompileOffer(offer, timeZones), StringComparer.Ordinal);
        return new CompiledCatalogue(catalogue, keys.ToImmutable(), offers, timeZones);
    }

    private CompiledOffer CompileOffer(Offer offer, ImmutableArray<DateTimeZone> timeZones)
    {
        var byService = new CompiledPlan?[(int)Enum.GetValues<ServiceKind>().Max() + 1];
        foreach (var code in offer.RatePlans)
        {
            var plan = plans.GetValueOrDefault(code)
                ?? throw Broken($"Offer '{offer.Code}' refers to rate plan '{code}', which is not there.");
            if (byService[(int)plan.Source.Service] is not null)
            {
                throw Broken($"Offer '{offer.Code}' has more than one rate plan for {plan.Source.Service}.");
            }
            byService[(int)plan.Source.Service] = plan;
        }
        return new CompiledOffer(
            offer, byService, [.. offer.Allowances.Select(allowance => Cover(allowance, byService[(int)allowance.Service]))],
            timeZones);
    }

    internal static AllowanceCover Cover(Allowance allowance, CompiledPlan? plan)
    {
        var basis = allowance.Unit.Kind switch
        {
            UnitKind.Duration => PriceBasis.Duration,
            UnitKind.Volume => PriceBasis.Volume,
            UnitKind.Count => PriceBasis.Events,
            UnitKind.Currency => throw Broken($"Allowance '{allowance.Code}' is in a currency."),
            _ => throw Broken($"Allowance '{allowance.Code}' has an unknown kind of unit."),
        };
        var zones = allowance.Zones.IsEmpty || plan is null
            ? null
            : plan.Zones.Select(zone => allowance.Zones.Contains(zone, StringComparer.Ordinal)).ToArray();
        return new AllowanceCover(allowance.Service, basis, zones);
    }

    private CompiledPlan CompilePlan(RatePlan plan, ImmutableArray<DateTimeZone> timeZones)
    {
        var deck = plan.Deck is null ? null : DeckOf(plan.Deck, plan);
        var week = plan.TimeBands is null ? WeekTable.Always : WeekOf(plan.TimeBands, plan);
        var zones = deck?.Zones ?? [CompiledPlan.AnyZone];
        var tariffs = new List<Tariff>();
        var tariffOfRule = plan.Prices.Select(rule => AddTariffs(rule, plan, deck, tariffs)).ToArray();
        var cells = new PriceCell[zones.Length * week.Bands.Length * 2];
        var rules = new RuleTable(plan);
        for (var zone = 0; zone < zones.Length; zone++)
        {
            for (var band = 0; band < week.Bands.Length; band++)
            {
                FillCells(plan, rules, zones, week, zone, band, deck is { Prices.IsEmpty: false }, tariffOfRule, cells);
            }
        }
        return new CompiledPlan
        {
            Source = plan,
            Deck = deck,
            Zones = zones,
            Week = week,
            TimeZone = timeZones.IndexOf(plan.TimeZone),
            Rounding = new StoredRounding(plan.Rounding, plan.Currency),
            Cells = cells,
            Tariffs = [.. tariffs],
        };
    }

    /// <summary>A rule's price, or one per distinct price of the deck; the index of the first.</summary>
    private static int AddTariffs(UsagePrice rule, RatePlan plan, CompiledDeck? deck, List<Tariff> tariffs)
    {
        var first = tariffs.Count;
        if (!rule.FromDeck)
        {
            tariffs.Add(new Tariff(rule, rule.PerUnit, rule.ConnectFee, rule.Increments, plan.Rounding.Decimals));
        }
        else if (deck is not null)
        {
            foreach (var price in deck.Prices)
            {
                tariffs.Add(new Tariff(
                    rule, price.PerUnit, price.ConnectFee, price.Increments ?? rule.Increments, plan.Rounding.Decimals));
            }
        }
        return first;
    }

    private void FillCells(
        RatePlan plan, RuleTable rules, ImmutableArray<string> zones, WeekTable week, int zone, int band, bool ownPrices,
        int[] tariffOfRule, PriceCell[] cells)
    {
        var firstKey = keys.Count;
        for (var own = 0; own <= (ownPrices ? 1 : 0); own++)
        {
            var rule = rules.Best(zones[zone], week.Bands[band], own == 1);
            cells[CompiledPlan.CellIndex(zone, band, own == 1, week.Bands.Length)] = rule < 0
                ? PriceCell.None
                : new PriceCell(
                    tariffOfRule[rule], plan.Prices[rule].FromDeck, rule,
                    KeyOf(plan, zones[zone], week, band, plan.Prices[rule].Basis, firstKey));
        }
    }

    /// <summary>The key of this zone and band; a second one only when places with an own price count something else.</summary>
    private int KeyOf(RatePlan plan, string zone, WeekTable week, int band, PriceBasis basis, int firstKey)
    {
        for (var i = firstKey; i < keys.Count; i++)
        {
            if (keys[i].Basis == basis)
            {
                return i;
            }
        }
        keys.Add(new PriceKey(
            plan.Code, zone, week.Bands[band], plan.Service, basis, plan.Currency.Code, plan.Tax, plan.TaxIncluded,
            plan.RevenueAccount, Label(plan, zone, week, band), week.DependsOnTime));
        return keys.Count - 1;
    }

    private static string Label(RatePlan plan, string zone, WeekTable week, int band)
    {
        var (what, to) = plan.Service switch
        {
            ServiceKind.Voice => ("Calls", " to "),
            ServiceKind.Sms => ("Messages", " to "),
            ServiceKind.Mms => ("Multimedia messages", " to "),
            ServiceKind.Data => ("Data", ", "),
            ServiceKind.Content => ("Content", ", "),
            _ => throw Broken($"Rate plan '{plan.Code}' is for an unknown service."),
        };
        var where = plan.Deck is null ? "" : to + zone;
        var code = week.Bands[band];
        var when = !week.DependsOnTime ? "" : code == TimeBandSet.Other ? ", other times" : ", " + code;
        return what + where + when;
    }

    private static ArgumentException Broken(string catalogue) => new(catalogue, nameof(catalogue));

    private CompiledDeck DeckOf(string code, RatePlan plan)
    {
        if (!decks.TryGetValue(code, out var deck))
        {
            deck = new CompiledDeck(catalogue.Decks.FirstOrDefault(one => one.Code == code)
                ?? throw Broken($"Rate plan '{plan.Code}' refers to deck '{code}', which is not there."), catalogue.Numbering.ShortCodeDigits);
            decks.Add(code, deck);
        }
        return deck;
    }

    private WeekTable WeekOf(string code, RatePlan plan)
    {
        if (!weeks.TryGetValue(code, out var week))
        {
            week = WeekTable.Of(catalogue.TimeBands.FirstOrDefault(one => one.Code == code)
                ?? throw Broken($"Rate plan '{plan.Code}' refers to time bands '{code}', which are not there."));
            weeks.Add(code, week);
        }
        return week;
    }
}

/// <summary>
/// Which rule of a plan applies. A rule that names zone and band wins over one that names the zone, that over one that names
/// the band,
/// that over one that names neither. A rule that takes prices from the deck applies to places with an own price only and ranks as
/// if it named the zone. Of rules that rank alike the first in the file wins.
/// </summary>
internal sealed class RuleTable
{
    private readonly ImmutableArray<UsagePrice> rules;
    private readonly Dictionary<string, List<int>> byZone = new(StringComparer.Ordinal);
    private readonly List<int> forAnyZone = [];

    internal RuleTable(RatePlan plan)
    {
        rules = plan.Prices;
        for (var i = 0; i < rules.Length; i++)
        {
            if (rules[i].Zone is not { } zone)
            {
                forAnyZone.Add(i);
                continue;
            }
            if (!byZone.TryGetValue(zone, out var list))
            {
                byZone.Add(zone, list = []);
            }
            list.Add(i);
        }
    }

    /// <summary>Index of the rule, or -1.</summary>
    internal int Best(string zone, string band, bool ownPrice)
    {
        var best = (Rule: -1, Rank: -1);
        if (byZone.TryGetValue(zone, out var named))
        {
            best = Better(best, named, band, ownPrice);
        }
        return Better(best, forAnyZone, band, ownPrice).Rule;
    }

    private (int Rule, int Rank) Better((int Rule, int Rank) best, List<int> candidates, string band, bool ownPrice)
    {
        foreach (var i in candidates)
        {
            var rule = rules[i];
            if ((rule.FromDeck && !ownPrice) || (rule.Band is not null && rule.Band != band))
            {
                continue;
            }
            var rank = (rule.Zone is not null || rule.FromDeck ? 2 : 0) + (rule.Band is not null ? 1 : 0);
            if (rank > best.Rank || (rank == best.Rank && i < best.Rule))
            {
                best = (i, rank);
            }
        }
        return best;
    }
}
