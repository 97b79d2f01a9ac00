using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>A deck as declared, with what its file holds.</summary>
internal sealed record DeclaredDeck(string Code, Unit? Per, DeckContent Content);

/// <summary>Reads the section <c>ratePlans</c>.</summary>
internal sealed class RatePlanReader(
    FindingList findings, Quantities quantities, Unit currency, DateTimeZone timeZone,
    Codebook<DeclaredDeck> decks, Codebook<TimeBandSet> timeBands, Codebook<TaxCategory> taxes,
    Codebook<PortabilityTable> portability, Codebook<Counter> counters)
{
    private readonly PriceRuleReader rules = new(findings, quantities, decks, new PriceModelReader(findings, quantities,
        counters));

    public RatePlan Read(Fields fields)
    {
        var service = fields.Choice<ServiceKind>("service");
        var deck = decks.Find(fields.Scalar("deck", required: false));
        var bands = timeBands.Find(fields.Scalar("timeBands", required: false));
        var plan = Selection(fields, Head(fields, service));
        var prices = rules.Rules(fields, plan, service, deck, bands);
        if (prices.IsEmpty)
        {
            findings.Error(CatalogueFindings.Missing, fields.Place, $"The rate plan '{plan.Code}' has no prices.",
                "Add 'prices:' with at least one entry, e.g. '- price: 0.09 per minute'.");
        }
        fields.Done();
        return plan with { Prices = prices };
    }

    private RatePlan Head(Fields fields, ServiceKind? service)
    {
        var code = fields.Code("code");
        var tax = fields.Scalar("tax", required: true);
        taxes.Find(tax);
        return new RatePlan
        {
            Code = code,
            Name = fields.Name("name"),
            Service = service ?? ServiceKind.Voice,
            Currency = fields.Scalar("currency", required: false) is { } unit ? quantities.Currency(unit) : currency,
            TimeZone = fields.Scalar("timeZone", required: false) is { } zone
                ? FoundationReader.TimeZone(zone, findings) : timeZone,
            Deck = Plain(fields, "deck"),
            TimeBands = Plain(fields, "timeBands"),
            Tax = tax?.Text ?? "",
            TaxIncluded = fields.Flag("taxIncluded", otherwise: false),
            RevenueAccount = fields.Code("revenueAccount"),
            Rounding = fields.Scalar("rounding", required: false) is { } rounding
                ? quantities.Rounding(rounding)
                : new Rounding(6, RoundingMode.HalfUp),
            RoundAt = fields.Choice("roundAt", RoundingPoint.Event),
        };
    }

    /// <summary>A plain value that was asked for already.</summary>
    private static string? Plain(Fields fields, string key) => fields.Map.Find(key) is YamlScalar { Text: not "" } scalar
        ? scalar.Text : null;

    /// <summary>The settings of selection and of unusual events.</summary>
    private RatePlan Selection(Fields fields, RatePlan plan)
    {
        var origin = fields.Scalar("originDeck", required: false);
        decks.Find(origin);
        var visited = fields.Scalar("visitedDeck", required: false);
        decks.Find(visited);
        var ported = fields.Scalar("portability", required: false);
        portability.Find(ported);
        return plan with
        {
            OriginDeck = origin?.Text,
            VisitedDeck = visited?.Text,
            Portability = ported?.Text,
            OwnNetworks = [.. fields.Scalars("ownNetworks").Select(network => network.Text)],
            Boundary = fields.Choice("boundary", BandBoundary.Start),
            ConnectFee = fields.Choice("connectFeeDue", ConnectFeeRule.FirstUnit),
            Unanswered = fields.Choice("unanswered", NoUseRule.Free),
            ZeroUse = fields.Choice("zeroUse", NoUseRule.Free),
        };
    }

    /// <summary>True when usage of this service can be counted in this unit, or when one of them could not be read.</summary>
    public static bool Fits(ServiceKind? service, Unit unit) => unit == Quantities.Unknown || service is null
        || (unit.Kind != UnitKind.Currency && Fits(service.Value, UsagePrice.BasisOf(unit)));

    /// <summary>True when a price of this service can count this.</summary>
    public static bool Fits(ServiceKind service, PriceBasis basis) => service switch
    {
        ServiceKind.Voice => basis is PriceBasis.Duration or PriceBasis.Events,
        ServiceKind.Sms => basis is PriceBasis.Events,
        ServiceKind.Mms => basis is PriceBasis.Events or PriceBasis.Volume,
        ServiceKind.Data or ServiceKind.Content => true,
        _ => false,
    };
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
