using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Reads the entries of <c>prices</c> of a rate plan.</summary>
internal sealed class PriceRuleReader(
    FindingList findings, Quantities quantities, Codebook<DeclaredDeck> decks, PriceModelReader models)
{
    private static readonly string?[] AnyZone = [null];

    /// <summary>All rules of a plan, in file order.</summary>
    /// <param name="service">Null when it could not be read: then no unit is wrong for it.</param>
    public ImmutableArray<UsagePrice> Rules(
        Fields plan, RatePlan head, ServiceKind? service, DeclaredDeck? deck, TimeBandSet? bands)
    {
        var prices = ImmutableArray.CreateBuilder<UsagePrice>();
        var lines = new Dictionary<(string?, string?, string?, string?, Net?, string?, string?, int), Place>();
        foreach (var entry in plan.Entries("prices"))
        {
            foreach (var price in RulesOf(entry, head, service, deck, bands))
            {
                var key = Key(price);
                if (lines.TryAdd(key, entry.Place))
                {
                    prices.Add(price);
                    continue;
                }
                findings.Error(CatalogueFindings.Conflict, entry.Place, string.Create(CultureInfo.InvariantCulture,
                    $"There are two prices for zone {price.Zone ?? "any"} and band {price.Band ?? "any"}; "
                    + $"the other is in {lines[key].File}, line {lines[key].Line}."),
                    "Remove one of the two, or name another zone or band, a condition, or a priority.");
            }
        }
        WarnOfUnbarred(prices.ToImmutable(), deck, price => lines[Key(price)]);
        return prices.ToImmutable();
    }

    private static (string?, string?, string?, string?, Net?, string?, string?, int) Key(UsagePrice price) =>
        (price.Zone, price.Band, price.From, price.Visited, price.Net, price.NumberKind, price.When?.Text, price.Priority);

    /// <summary>The deck's own price is as specific as a zone's, so what comes first of equal priority applies.</summary>
    private void WarnOfUnbarred(ImmutableArray<UsagePrice> prices, DeclaredDeck? deck, Func<UsagePrice, Place> place)
    {
        for (var i = 0; i < prices.Length; i++)
        {
            var barred = prices[i];
            if (barred is { Model: BarredPrice, Zone: { } zone, Band: null } && barred.ForEveryEvent
                && prices.Take(i).Any(price => price is { FromDeck: true, Zone: null, Band: null } && price.ForEveryEvent
                    && price.Priority == barred.Priority)
                && deck?.Content.Rows.Any(row => row.Zone == zone && row.Price is not null) == true)
            {
                findings.Warning(CatalogueFindings.Conflict, place(barred),
                    $"The zone '{zone}' is not barred where the deck has a price: 'price: deck' comes before.",
                    "Write it before 'price: deck', or give it a lower priority number.");
            }
        }
    }

    /// <summary>The rules of one entry, one for each zone that it names.</summary>
    private List<UsagePrice> RulesOf(Fields entry, RatePlan plan, ServiceKind? service, DeclaredDeck? deck, TimeBandSet? bands)
    {
        var read = models.Model(entry, plan, service);
        var zones = entry.Scalars("zone").AddRange(entry.Scalars("zones"));
        CheckZones(zones, entry, plan, deck);
        var band = entry.Scalar("band", required: false);
        CheckBand(band, plan, bands);
        if (read.FromDeck)
        {
            CheckDeckPrice(entry, plan, service, deck);
        }
        var per = read.Per ?? deck?.Per ?? Quantities.Unknown;
        if (!read.FromDeck && !RatePlanReader.Fits(service, per))
        {
            findings.Error(CatalogueFindings.Unit, entry.PlaceOf("price"),
                $"{Words<ServiceKind>.Of(plan.Service)} cannot be priced per {per.Code}.",
                "Use a unit that the service is counted in.");
        }
        var rule = Terms(entry, per) with { Band = band?.Text, FromDeck = read.FromDeck, PerUnit = read.PerUnit,
            Model = read.Model };
        rule = Axes(entry, rule, plan, deck);
        CheckMaximum(entry, rule);
        if (rule.Rounding is not null && plan.RoundAt == RoundingPoint.Total)
        {
            findings.Error(CatalogueFindings.Conflict, entry.PlaceOf("rounding"),
                "The rate plan rounds the total on the bill, not events.", "Remove 'rounding' here, or 'roundAt: total'.");
        }
        CheckBoundary(entry, rule, plan);
        entry.Done();
        var named = zones.IsEmpty ? AnyZone : zones.Select(zone => (string?)zone.Text);
        return [.. named.Select(zone => rule with { Zone = zone })];
    }

    /// <summary>What all models share.</summary>
    private UsagePrice Terms(Fields entry, Unit per) => new()
    {
        Per = per,
        ConnectFee = entry.OptionalPrice("connectFee"),
        Increments = entry.Scalar("increments", required: false) is { } steps && per != Quantities.Unknown
            ? quantities.Increments(steps.Text, steps.Place, per.Kind)
            : Increments.Exact,
        FreeUnits = entry.Scalar("freeUnits", required: false) is { } free ? quantities.Steps(free, "freeUnits", per.Kind, 0) : 0,
        MinimumCharge = entry.OptionalPrice("minimumCharge"),
        MaximumCharge = entry.Has("maximumCharge") ? entry.OptionalPrice("maximumCharge") : null,
        AtMaximum = entry.Choice("atMaximum", AtMaximum.Free),
        Rounding = entry.Scalar("rounding", required: false) is { } rounding ? quantities.Rounding(rounding) : null,
        Priority = entry.Whole("priority", 100, 0, 1_000_000),
        Label = entry.OptionalText("label"),
        Note = entry.OptionalText("note"),
    };

    private UsagePrice Axes(Fields entry, UsagePrice rule, RatePlan plan, DeclaredDeck? deck)
    {
        var from = entry.Scalar("from", required: false);
        var origin = plan.OriginDeck is null ? deck : decks[plan.OriginDeck];
        if (from is not null && plan.Deck is null && plan.OriginDeck is null)
        {
            findings.Error(CatalogueFindings.Conflict, from.Place, "The price names an origin, but the rate plan has no deck.",
                "Add 'originDeck: …' to the rate plan.");
        }
        else if (from is not null && origin is not null)
        {
            ZoneReferences.Check([from], [origin], findings);
        }
        var visited = entry.Scalar("visited", required: false);
        if (visited is not null && visited.Text != "home" && plan.VisitedDeck is not null
            && decks[plan.VisitedDeck] is { } networks)
        {
            ZoneReferences.Check([visited], [networks], findings);
        }
        return rule with
        {
            From = from?.Text,
            Visited = visited?.Text,
            Net = entry.Scalar("net", required: false) is { } net ? Words<Net>.Read(net, "net", findings) : null,
            NumberKind = entry.Scalar("kind", required: false)?.Text,
            When = ExpressionReader.Condition(entry, "when"),
        };
    }

    /// <summary>Only where more units cost more can an event end at what it may cost.</summary>
    private void CheckMaximum(Fields entry, UsagePrice rule)
    {
        if (rule is { AtMaximum: AtMaximum.Disconnect, MaximumCharge: not null }
            && rule.Model is not (PerUnitPrice or AgeStepsPrice or FreePrice or BarredPrice) && !rule.Model.Grows)
        {
            findings.Error(CatalogueFindings.Conflict, entry.PlaceOf("atMaximum"),
                "'atMaximum: disconnect' has no place to end: the price does not grow with the quantity.",
                "Write 'atMaximum: free', or a price per unit, steps, packages, or tiers that never fall.");
        }
    }

    private void CheckBoundary(Fields entry, UsagePrice rule, RatePlan plan)
    {
        if (plan is { Boundary: BandBoundary.Split, TimeBands: not null }
            && rule.Model is TieredPrice or PackagePrice or FormulaPrice)
        {
            findings.Warning(CatalogueFindings.Conflict, entry.Place,
                "'boundary: split' does not split this price: tiers, packages and formulas price the whole event by its start.",
                "Use a price per unit or steps where calls are to be split, or leave it.");
        }
    }

    private void CheckZones(ImmutableArray<YamlScalar> zones, Fields entry, RatePlan plan, DeclaredDeck? deck)
    {
        if (!zones.IsEmpty && plan.Deck is null)
        {
            findings.Error(CatalogueFindings.Conflict, entry.Place, "The price names a zone, but the rate plan has no deck.",
                "Add 'deck: …' to the rate plan, or remove the zone.");
        }
        if (entry.Has("zone") && entry.Has("zones"))
        {
            findings.Error(CatalogueFindings.Conflict, entry.Place, "'zone' and 'zones' are both there.", "Keep one of the two.");
        }
        if (deck is not null)
        {
            ZoneReferences.Check(zones, [deck], findings);
        }
    }

    private void CheckBand(YamlScalar? band, RatePlan plan, TimeBandSet? bands)
    {
        if (band is null)
        {
            return;
        }
        if (plan.TimeBands is null)
        {
            findings.Error(CatalogueFindings.Conflict, band.Place, "The price names a band, but the rate plan has no time bands.",
                "Add 'timeBands: …' to the rate plan, or remove the band.");
        }
        else if (bands is not null && band.Text != TimeBandSet.Other && bands.Bands.All(known => known.Code != band.Text))
        {
            var known = bands.Bands.Select(each => each.Code)
                .Append(TimeBandSet.Other).Distinct(StringComparer.Ordinal).ToArray();
            findings.Error(CatalogueFindings.Reference, band.Place, $"There is no band '{band.Text}' in '{bands.Code}'.",
                findings.DidYouMean(band.Text, known, "Use a band of the set."));
        }
    }

    private void CheckDeckPrice(Fields entry, RatePlan plan, ServiceKind? service, DeclaredDeck? deck)
    {
        var place = entry.PlaceOf("price");
        if (plan.Deck is null || (deck is not null && !deck.Content.Broken && !deck.Content.HasPrices))
        {
            findings.Error(CatalogueFindings.Conflict, place,
                plan.Deck is null ? "The price is the deck's, but the rate plan has no deck."
                    : $"The deck '{plan.Deck}' has no prices.",
                "Name a deck with a column 'price', or write the price here.");
        }
        if (entry.Has("connectFee"))
        {
            findings.Error(CatalogueFindings.Conflict, entry.PlaceOf("connectFee"),
                "The price is the deck's; so is the connect fee.",
                "Remove it here and use the deck's column 'connectFee'.");
        }
        if (deck?.Per is { } per && !RatePlanReader.Fits(service, per))
        {
            findings.Error(CatalogueFindings.Unit, place,
                $"{Words<ServiceKind>.Of(plan.Service)} cannot be priced per {per.Code}, as the deck is.",
                "Use a deck for this service.");
        }
    }
}
