using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>A deck as declared, with what its file holds.</summary>
internal sealed record DeclaredDeck(string Code, Unit? Per, DeckContent Content);

/// <summary>Reads the section <c>ratePlans</c>.</summary>
internal sealed class RatePlanReader(
    FindingList findings, Quantities quantities, Unit currency, DateTimeZone timeZone,
    Codebook<DeclaredDeck> decks, Codebook<TimeBandSet> timeBands, Codebook<TaxCategory> taxes)
{
    private static readonly string?[] AnyZone = [null];

    public RatePlan Read(Fields fields)
    {
        var code = fields.Code("code");
        var service = fields.Choice<ServiceKind>("service");
        var deckCode = fields.Scalar("deck", required: false);
        var deck = decks.Find(deckCode);
        var bandCode = fields.Scalar("timeBands", required: false);
        var bands = timeBands.Find(bandCode);
        var tax = fields.Scalar("tax", required: true);
        taxes.Find(tax);
        var plan = new RatePlan
        {
            Code = code,
            Name = fields.Name("name"),
            Service = service ?? ServiceKind.Voice,
            Currency = fields.Scalar("currency", required: false) is { } unit ? quantities.Currency(unit) : currency,
            TimeZone = fields.Scalar("timeZone", required: false) is { } zone
                ? FoundationReader.TimeZone(zone, findings) : timeZone,
            Deck = deckCode?.Text,
            TimeBands = bandCode?.Text,
            Tax = tax?.Text ?? "",
            TaxIncluded = fields.Flag("taxIncluded", otherwise: false),
            RevenueAccount = fields.Code("revenueAccount"),
            Rounding = fields.Scalar("rounding", required: false) is { } rounding
                ? quantities.Rounding(rounding)
                : new Rounding(6, RoundingMode.HalfUp),
        };
        var prices = ImmutableArray.CreateBuilder<UsagePrice>();
        var lines = new Dictionary<(string?, string?), Place>();
        foreach (var entry in fields.Entries("prices"))
        {
            foreach (var price in Rules(entry, plan, service, deck, bands))
            {
                if (lines.TryAdd((price.Zone, price.Band), entry.Place))
                {
                    prices.Add(price);
                    continue;
                }
                var other = lines[(price.Zone, price.Band)];
                findings.Error(CatalogueFindings.Conflict, entry.Place, string.Create(CultureInfo.InvariantCulture,
                    $"There are two prices for zone {price.Zone ?? "any"} and band {price.Band ?? "any"}; "
                    + $"the other is in {other.File}, line {other.Line}."),
                    "Remove one of the two, or name another zone or band.");
            }
        }
        if (prices.Count == 0)
        {
            findings.Error(CatalogueFindings.Missing, fields.Place, $"The rate plan '{code}' has no prices.",
                "Add 'prices:' with at least one entry, e.g. '- price: 0.09 per minute'.");
        }
        fields.Done();
        return plan with { Prices = prices.ToImmutable() };
    }

    /// <summary>True when usage of this service can be counted in this unit, or when one of them could not be read.</summary>
    public static bool Fits(ServiceKind? service, Unit unit) => unit == Quantities.Unknown || service switch
    {
        null => true,
        ServiceKind.Voice => unit.Kind is UnitKind.Duration or UnitKind.Count,
        ServiceKind.Sms => unit.Kind is UnitKind.Count,
        ServiceKind.Mms => unit.Kind is UnitKind.Count or UnitKind.Volume,
        ServiceKind.Data or ServiceKind.Content => unit.Kind is not UnitKind.Currency,
        _ => false,
    };

    /// <summary>The rules of one entry, one for each zone that it names.</summary>
    /// <param name="service">Null when it could not be read: then no unit is wrong for it.</param>
    private List<UsagePrice> Rules(Fields entry, RatePlan plan, ServiceKind? service, DeclaredDeck? deck, TimeBandSet? bands)
    {
        var scalar = entry.Scalar("price", required: true);
        var price = scalar is null ? (0m, Quantities.Unknown) : quantities.Price(scalar);
        var fee = entry.OptionalPrice("connectFee");
        var zones = entry.Scalars("zone").AddRange(entry.Scalars("zones"));
        CheckZones(zones, entry, plan, deck);
        var band = entry.Scalar("band", required: false);
        CheckBand(band, plan, bands);
        if (price is null)
        {
            CheckDeckPrice(scalar!, entry, plan, service, deck);
        }
        var per = price?.Item2 ?? deck?.Per ?? Quantities.Unknown;
        if (price is not null && !Fits(service, per))
        {
            findings.Error(CatalogueFindings.Unit, entry.PlaceOf("price"),
                $"{Words<ServiceKind>.Of(plan.Service)} cannot be priced per {per.Code}.",
                "Use a unit that the service is counted in.");
        }
        var increments = entry.Scalar("increments", required: false) is { } steps && per != Quantities.Unknown
            ? quantities.Increments(steps.Text, steps.Place, per.Kind)
            : Increments.Exact;
        entry.Done();
        IEnumerable<string?> named = zones.IsEmpty ? AnyZone : zones.Select(zone => (string?)zone.Text);
        return [.. named.Select(zone => new UsagePrice
        {
            Zone = zone,
            Band = band?.Text,
            FromDeck = price is null,
            Per = per,
            PerUnit = price?.Item1 ?? 0m,
            ConnectFee = fee,
            Increments = increments,
        })];
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

    private void CheckDeckPrice(YamlScalar price, Fields entry, RatePlan plan, ServiceKind? service, DeclaredDeck? deck)
    {
        if (plan.Deck is null || (deck is not null && !deck.Content.Broken && !deck.Content.HasPrices))
        {
            findings.Error(CatalogueFindings.Conflict, price.Place,
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
        if (deck?.Per is { } per && !Fits(service, per))
        {
            findings.Error(CatalogueFindings.Unit, price.Place,
                $"{Words<ServiceKind>.Of(plan.Service)} cannot be priced per {per.Code}, as the deck is.",
                "Use a deck for this service.");
        }
    }
}

/// <summary>Zones that must be in a deck.</summary>
internal static class ZoneReferences
{
    public static void Check(ImmutableArray<YamlScalar> zones, IReadOnlyList<DeclaredDeck> decks, FindingList findings)
    {
        if (decks.Any(deck => deck.Content.Broken))
        {
            return;
        }
        HashSet<string>? known = decks.Count == 1 ? decks[0].Content.Zones : null;
        foreach (var zone in zones)
        {
            if (!decks.Any(deck => deck.Content.Zones.Contains(zone.Text)))
            {
                known ??= decks.SelectMany(deck => deck.Content.Zones).ToHashSet(StringComparer.Ordinal);
                findings.Error(CatalogueFindings.Reference, zone.Place,
                    $"There is no zone '{zone.Text}' in {(decks.Count == 1 ? $"the deck '{decks[0].Code}'" : "any deck")}.",
                    findings.DidYouMean(zone.Text, known, "Use a zone of the deck."));
            }
        }
    }
}
