using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Reads the entries of <c>ratePlans</c> of an offer: codes, or mappings that say when a plan is asked.</summary>
internal sealed class OfferPlanReader(FindingList findings, Quantities quantities, Codebook<RatePlan> ratePlans)
{
    /// <summary>Codes of offers of which a rate plan could not be found.</summary>
    public HashSet<string> Incomplete { get; } = new(StringComparer.Ordinal);

    public ImmutableArray<OfferPlan> Read(Fields fields, string offer)
    {
        var plans = new List<(OfferPlan Entry, RatePlan Plan, Place Place)>();
        foreach (var (plain, entry) in fields.ScalarsOrEntries("ratePlans"))
        {
            var reference = plain ?? entry!.Scalar("plan", required: true);
            var read = entry is null ? new OfferPlan(plain!.Text) : Entry(entry, reference?.Text ?? "");
            if (ratePlans.Find(reference) is not { } plan)
            {
                Incomplete.Add(offer);
            }
            else if (plans.Any(one => one.Plan == plan))
            {
                findings.Error(CatalogueFindings.Duplicate, reference!.Place, $"The rate plan '{plan.Code}' is here twice.",
                    "Remove one of the two, or write one 'when' with 'or'.");
            }
            else
            {
                plans.Add((read, plan, reference!.Place));
            }
        }
        Check(plans);
        return [.. plans.Select(one => one.Entry)];
    }

    /// <summary>Reports plans of add-ons that could never be asked, because the base prices the service in another
    /// currency.</summary>
    public void CheckAddOns(Codebook<Offer> offers)
    {
        foreach (var addOn in offers.All.Where(offer => !offer.AddOnTo.IsEmpty))
        {
            foreach (var plan in Plans(addOn))
            {
                var other = addOn.AddOnTo.Select(code => offers[code]).OfType<Offer>().SelectMany(Plans)
                    .FirstOrDefault(one => one.Service == plan.Service && one.Currency != plan.Currency);
                if (other is not null)
                {
                    TwoCurrencies(offers.PlaceOf(addOn.Code), plan, other);
                }
            }
        }
    }

    private IEnumerable<RatePlan> Plans(Offer offer) => offer.RatePlans.Select(one => ratePlans[one.Code]).OfType<RatePlan>();

    private OfferPlan Entry(Fields fields, string code)
    {
        LocalDate? Date(string key) => fields.Scalar(key, required: false) is { } scalar ? quantities.Date(scalar) : null;
        var entry = new OfferPlan(code)
        {
            Priority = fields.Whole("priority", 100, 0, 1_000_000),
            From = Date("from"),
            To = Date("to"),
            When = ExpressionReader.Condition(fields, "when"),
        };
        if (entry.To <= entry.From)
        {
            findings.Error(CatalogueFindings.Range, fields.PlaceOf("to"), "The plan ends before it begins.",
                "Write a day after 'from': it is the first on which the plan is not asked.");
        }
        fields.Done();
        return entry;
    }

    private void Check(List<(OfferPlan Entry, RatePlan Plan, Place Place)> plans)
    {
        foreach (var service in plans.GroupBy(one => one.Plan.Service))
        {
            var asked = service.OrderBy(one => one.Entry.Priority).ToList();
            foreach (var other in asked.Where(one => one.Plan.Currency != asked[0].Plan.Currency))
            {
                TwoCurrencies(other.Place, other.Plan, asked[0].Plan);
            }
            var last = asked.FindIndex(one => one.Entry.Always && PricesEverything(one.Plan));
            foreach (var never in last < 0 ? [] : asked[(last + 1)..])
            {
                findings.Error(CatalogueFindings.Conflict, never.Place,
                    $"The rate plan '{never.Plan.Code}' is never asked: '{asked[last].Plan.Code}' before it prices all {
                        Words<ServiceKind>.Of(service.Key)}.",
                    $"Write it before '{asked[last].Plan.Code}', or say there when it is asked, e.g. "
                    + $"{{ plan: {asked[last].Plan.Code}, when: … }}.");
            }
        }
    }

    private void TwoCurrencies(Place place, RatePlan plan, RatePlan other) =>
        findings.Error(CatalogueFindings.Conflict, place,
            $"The rate plans '{plan.Code}' ({plan.Currency.Code}) and '{other.Code}' ({other.Currency.Code}) price {
                Words<ServiceKind>.Of(plan.Service)} in two currencies.",
            "Give them the same currency: an account has one.");

    /// <summary>It has a rule for every event; a plan with a deck prices only what a prefix matches.</summary>
    private static bool PricesEverything(RatePlan plan) => plan.Deck is null && plan.Prices.Any(price => price is
    {
        Zone: null, Band: null, From: null, Visited: null, NumberKind: null, Net: null, When: null, FromDeck: false,
    });
}
