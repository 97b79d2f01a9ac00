using System.Collections.Frozen;
using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>Turns a catalogue into its index form. Used once.</summary>
/// <param name="known">Decks that are compiled already.</param>
internal sealed class CatalogueCompiler(Catalogue catalogue, IReadOnlyList<CompiledDeck> known)
{
    private readonly Dictionary<string, CompiledDeck> decks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WeekTable> weeks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CompiledPortability> portability = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CompiledPlan> plans = new(StringComparer.Ordinal);
    private readonly List<(DateTimeZone Zone, WeekTable Week)> clocks = [];
    private readonly ImmutableArray<PriceKey>.Builder keys = ImmutableArray.CreateBuilder<PriceKey>();

    internal CompiledCatalogue Compile()
    {
        foreach (var plan in catalogue.RatePlans)
        {
            if (!plans.TryAdd(plan.Code, CompilePlan(plan)))
            {
                throw Broken($"Rate plan '{plan.Code}' is there twice.");
            }
        }
        var parts = new OfferParts(
            catalogue.Counters,
            [.. catalogue.Legs.Select(leg => new CompiledLeg(leg, ByService(leg.RatePlans, $"Leg '{leg.Code}'")))],
            [.. Enumerable.Range(0, catalogue.Legs.Length).Where(leg => !catalogue.Legs[leg].Trunks.IsEmpty)],
            [.. catalogue.RatePlans.Select(plan => plan.TimeZone).Distinct()]);
        var offers = catalogue.Offers.ToFrozenDictionary(
            offer => offer.Code, offer => new CompiledOffer(offer, PlansOf(offer), parts),
            StringComparer.Ordinal);
        return new CompiledCatalogue(catalogue, keys.ToImmutable(), offers)
        {
            Decks = [.. decks.Values],
            TimeZones = parts.TimeZones,
            Clocks = [.. clocks],
            CompiledLegs = parts.LegList,
            AddsToRetail = catalogue.Legs.Any(leg => leg.AddsToRetail),
            TrunkLegs = catalogue.Legs.SelectMany((leg, index) => leg.Trunks.Select(trunk => (trunk, index)))
                .GroupBy(pair => pair.trunk, StringComparer.Ordinal)
                .ToFrozenDictionary(
                    group => group.Key, group => group.Select(pair => pair.index).ToArray(), StringComparer.Ordinal),
        };
    }

    private OfferPlans PlansOf(Offer offer) => new(offer.RatePlans.Select(entry => new AskedPlan(
        plans.GetValueOrDefault(entry.Code)
            ?? throw Broken($"Offer '{offer.Code}' refers to rate plan '{entry.Code}', which is not there."),
        entry)));

    private CompiledPlan?[] ByService(ImmutableArray<string> codes, string who)
    {
        var byService = new CompiledPlan?[(int)Enum.GetValues<ServiceKind>().Max() + 1];
        foreach (var code in codes)
        {
            var plan = plans.GetValueOrDefault(code) ?? throw Broken($"{who} refers to rate plan '{code}', which is not there.");
            if (byService[(int)plan.Source.Service] is not null)
            {
                throw Broken($"{who} has more than one rate plan for {plan.Source.Service}.");
            }
            byService[(int)plan.Source.Service] = plan;
        }
        return byService;
    }

    private CompiledPlan CompilePlan(RatePlan plan)
    {
        var deck = plan.Deck is null ? null : DeckOf(plan.Deck, plan);
        var week = plan.TimeBands is null ? WeekTable.Always : WeekOf(plan.TimeBands, plan);
        var zones = deck?.Zones ?? [CompiledPlan.AnyZone];
        var rounding = RoundingOf(plan);
        var tariffs = new List<Tariff>();
        var rules = plan.Prices.Select((rule, index) => new CompiledRule(
            rule, index, AddTariffs(rule, rounding.Decimals, deck, tariffs),
            CompiledModel.Of(rule, plan, rounding.Decimals, code => CounterOf(code, plan)), rounding.Decimals, plan.Currency))
            .ToArray();
        var (cells, candidates) = Cells(plan, new RuleTable(rules), zones, week, deck is { Prices.IsEmpty: false });
        return new CompiledPlan
        {
            Source = plan,
            Deck = deck,
            OriginDeck = plan.OriginDeck is null ? deck : DeckOf(plan.OriginDeck, plan),
            VisitedDeck = plan.VisitedDeck is null ? null : DeckOf(plan.VisitedDeck, plan),
            Portability = plan.Portability is null ? null : PortabilityOf(plan.Portability, plan),
            Zones = zones,
            Week = week,
            Clock = ClockOf(plan.TimeZone, week),
            Rounding = rounding,
            Counters = catalogue.Counters,
            ServiceWord = plan.Service.ToString().ToLowerInvariant(),
            Cells = cells,
            Candidates = candidates,
            Tariffs = [.. tariffs],
        };
    }

    /// <summary>The plan's rounding of events; none beside the currency's storage when the sum on the bill is
    /// rounded.</summary>
    private static StoredRounding RoundingOf(RatePlan plan)
    {
        if (plan.RoundAt != RoundingPoint.Total)
        {
            return new StoredRounding(plan.Rounding, plan.Currency);
        }
        var decimals = 0;
        for (var steps = plan.Currency.StoragePerUnit; steps > 1; steps /= 10)
        {
            decimals++;
        }
        return new StoredRounding(plan.Rounding with { Decimals = decimals }, plan.Currency);
    }

    /// <summary>A rule's price, or one per distinct price of the deck; the index of the first.</summary>
    private static int AddTariffs(UsagePrice rule, int decimals, CompiledDeck? deck, List<Tariff> tariffs)
    {
        var first = tariffs.Count;
        if (!rule.FromDeck)
        {
            tariffs.Add(new Tariff(rule, rule.PerUnit, rule.ConnectFee, rule.Increments, decimals));
        }
        else if (deck is not null)
        {
            foreach (var price in deck.Prices)
            {
                tariffs.Add(new Tariff(rule, price.PerUnit, price.ConnectFee, price.Increments ?? rule.Increments, decimals));
            }
        }
        return first;
    }

    private (PriceCell[] Cells, Candidate[] Candidates) Cells(
        RatePlan plan, RuleTable rules, ImmutableArray<string> zones, WeekTable week, bool ownPrices)
    {
        var cells = new PriceCell[zones.Length * week.Bands.Length * 2];
        var candidates = new List<Candidate>();
        for (var zone = 0; zone < zones.Length; zone++)
        {
            for (var band = 0; band < week.Bands.Length; band++)
            {
                var firstKey = keys.Count;
                for (var own = 0; own <= (ownPrices ? 1 : 0); own++)
                {
                    var found = rules.Candidates(zones[zone], week.Bands[band], own == 1);
                    cells[CompiledPlan.CellIndex(zone, band, own == 1, week.Bands.Length)] =
                        new PriceCell(candidates.Count, found.Count);
                    foreach (var rule in found)
                    {
                        candidates.Add(new Candidate(rule, KeyOf(plan, zones[zone], week, band, rule.Source, firstKey)));
                    }
                }
            }
        }
        return (cells, [.. candidates]);
    }

    /// <summary>The key of this zone and band; a further one only for rules that count something else or have an own
    /// text.</summary>
    private int KeyOf(RatePlan plan, string zone, WeekTable week, int band, UsagePrice rule, int firstKey)
    {
        var label = rule.Label ?? Label(plan, zone, week, band);
        for (var i = firstKey; i < keys.Count; i++)
        {
            if (keys[i].Basis == rule.Basis && keys[i].Label == label)
            {
                return i;
            }
        }
        keys.Add(new PriceKey(
            plan.Code, zone, week.Bands[band], plan.Service, rule.Basis, plan.Currency.Code, plan.Tax, plan.TaxIncluded,
            plan.RevenueAccount, label, week.DependsOnTime));
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
            var source = Named(catalogue.Decks, one => one.Code == code, plan, "deck", code);
            deck = known.FirstOrDefault(one => one.IsOf(source, catalogue.Numbering.ShortCodeDigits, catalogue.TimeZone))
                ?? new CompiledDeck(source, catalogue.Numbering.ShortCodeDigits, catalogue.TimeZone);
            decks.Add(code, deck);
        }
        return deck;
    }

    private WeekTable WeekOf(string code, RatePlan plan)
    {
        if (!weeks.TryGetValue(code, out var week))
        {
            var set = Named(catalogue.TimeBands, one => one.Code == code, plan, "time bands", code);
            week = WeekTable.Of(set, set.Holidays is null
                ? null : Named(catalogue.Holidays, one => one.Code == set.Holidays, plan, "holidays", set.Holidays));
            weeks.Add(code, week);
        }
        return week;
    }

    private CompiledPortability PortabilityOf(string code, RatePlan plan)
    {
        if (!portability.TryGetValue(code, out var table))
        {
            table = new CompiledPortability(
                Named(catalogue.Portability, one => one.Code == code, plan, "portability table", code));
            portability.Add(code, table);
        }
        return table;
    }

    private int CounterOf(string? code, RatePlan plan) => code is null
        ? -1 : catalogue.Counters.IndexOf(Named(catalogue.Counters, one => one.Code == code, plan, "counter", code));

    private int ClockOf(DateTimeZone zone, WeekTable week)
    {
        var at = clocks.FindIndex(clock => clock.Zone.Equals(zone) && clock.Week == week);
        if (at < 0)
        {
            at = clocks.Count;
            clocks.Add((zone, week));
        }
        return at;
    }

    private static T Named<T>(
        ImmutableArray<T> all, Func<T, bool> named, RatePlan plan, string what, string code) where T : class =>
        all.FirstOrDefault(named) ?? throw Broken($"Rate plan '{plan.Code}' refers to {what} '{code}', which is not there.");
}
