using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Reads the section <c>examples</c>.</summary>
internal sealed class ExampleReader(
    FindingList findings, Quantities quantities, Codebook<Offer> offers, HashSet<string> incompleteOffers,
    Codebook<RatePlan> ratePlans, Codebook<Counter> counters, Codebook<Leg> legs)
{
    /// <summary>Keys of what comes out; none goes with a refusal.</summary>
    private static readonly string[] Outcomes = ["amount", "charged", "fromMoney", "notes", "left", "legs", "crosses"];

    public PriceExample Read(Fields fields)
    {
        var name = fields.Text("name");
        var offerCode = fields.Scalar("offer", required: true);
        var offer = offers.Find(offerCode);
        var service = fields.Choice<ServiceKind>("service");
        if (offer is not null && service is { } known && !incompleteOffers.Contains(offer.Code)
            && !offer.RatePlans.Any(plan => ratePlans[plan.Code]?.Service == known))
        {
            findings.Error(CatalogueFindings.Example, fields.PlaceOf("service"),
                $"The offer '{offer.Code}' has no rate plan for {Words<ServiceKind>.Of(known)}.",
                "Use another offer or service.");
        }
        var at = fields.Scalar("at", required: true);
        var use = fields.Scalar("use", required: true);
        var example = new PriceExample(
            name, offerCode?.Text ?? "", service ?? ServiceKind.Voice, Number(fields, "to"),
            at is null ? default : quantities.Time(at),
            use is null ? 0 : Used(use, service), Amount(fields),
            fields.Place.File, fields.Place.Line)
        {
            Origin = Number(fields, "from"),
            Refused = fields.Scalar("refused", required: false) is { } reason
                ? Words<HoldReason>.Read(reason, "refused", findings) : null,
            Plan = ratePlans.Find(fields.Scalar("plan", required: false))?.Code,
            Attributes = UsageAttributes.Of(Named(fields, "attributes").Select(pair => KeyValuePair.Create(pair.Key,
                pair.Value.Text))),
            Counters = Named(fields, "counters").ToImmutableDictionary(
                pair => pair.Key, pair => Counted(pair.Key, pair.Value), StringComparer.Ordinal),
            Allowances = Named(fields, "allowances").ToImmutableDictionary(
                pair => pair.Key, pair => Left(offer, pair.Key, pair.Value), StringComparer.Ordinal),
            Money = Optional(fields, "money"),
            Outcome = Outcome(fields, offer, service),
        };
        foreach (var (attribute, _) in example.Attributes.All)
        {
            findings.Attributes.Add(attribute);
        }
        example = example with
        {
            Numbers = fields.Scalars("inLists").Select(list => list.Text).Distinct(StringComparer.Ordinal)
                .ToImmutableDictionary(list => list, _ => ImmutableArray.Create(example.Destination), StringComparer.Ordinal),
        };
        fields.Done();
        return example;
    }

    private decimal Amount(Fields fields)
    {
        if (!fields.Has("refused"))
        {
            return fields.Number("amount", -Fields.LargestAmount, Fields.LargestAmount, Numbers.PriceDecimals);
        }
        foreach (var key in Outcomes.Where(fields.Has))
        {
            findings.Error(CatalogueFindings.Conflict, fields.PlaceOf(key), "What is refused costs and changes nothing.",
                $"Keep '{key}' or 'refused'.");
        }
        return 0;
    }

    private static decimal? Optional(Fields fields, string key) => fields.Scalar(key, required: false) is { } scalar
        ? Numbers.Read(scalar.Text, scalar.Place, key, -Fields.LargestAmount, Fields.LargestAmount, Numbers.PriceDecimals,
            fields.Findings)
        : null;

    private ExampleOutcome Outcome(Fields fields, Offer? offer, ServiceKind? service)
    {
        fields.Knows(Outcomes);
        return new ExampleOutcome
        {
            Charged = fields.Scalar("charged", required: false) is { } charged ? Used(charged, service) : null,
            FromMoney = Optional(fields, "fromMoney"),
            Notes = fields.Has("notes") ? Notes(fields) : null,
            Left = Named(fields, "left").ToImmutableDictionary(
                pair => pair.Key, pair => Left(offer, pair.Key, pair.Value), StringComparer.Ordinal),
            Legs = Named(fields, "legs").ToImmutableDictionary(
                pair => legs.Find(pair.Value with { Text = pair.Key })?.Code ?? pair.Key,
                pair => Numbers.Read(pair.Value.Text, pair.Value.Place, pair.Key, -Fields.LargestAmount, Fields.LargestAmount,
                    Numbers.PriceDecimals, findings), StringComparer.Ordinal),
            Crosses = Named(fields, "crosses").ToImmutableDictionary(
                pair => pair.Key, pair => Percent(offer, pair.Key, pair.Value), StringComparer.Ordinal),
        };
    }

    private UsageNotes Notes(Fields fields) => fields.Scalars("notes")
        .Select(scalar => Words<UsageNotes>.Read(scalar, "notes", findings) ?? UsageNotes.None)
        .Aggregate(UsageNotes.None, (all, note) => all | note);

    /// <summary>A threshold of a counter of the catalogue or an allowance of the offer.</summary>
    private int Percent(Offer? offer, string code, YamlScalar scalar)
    {
        if (offer?.Allowances.Any(allowance => allowance.Code == code) != true)
        {
            counters.Find(scalar with { Text = code });
        }
        return (int)Numbers.Read(scalar.Text, scalar.Place, code, 0, 1_000, 0, findings);
    }

    private static List<KeyValuePair<string, YamlScalar>> Named(Fields fields, string key)
    {
        if (fields.Nested(key) is not { } nested)
        {
            return [];
        }
        return [.. nested.Map.Entries.Select(entry => entry.Key.Text).Where(name =>
            name.Length > 0).Distinct(StringComparer.Ordinal)
            .Select(name => (name, value: nested.Scalar(name, required: true)))
            .Where(pair => pair.value is not null).Select(pair => KeyValuePair.Create(pair.name, pair.value!))];
    }

    /// <summary>What a counter stands at: an amount of money, or a quantity with its unit.</summary>
    private long Counted(string code, YamlScalar scalar)
    {
        var counter = counters.Find(scalar with { Text = code });
        return counter?.Unit.Kind == UnitKind.Currency
            ? counter.Unit.ToStorage(quantities.Amount(scalar, counter.Unit).Amount, RoundingMode.HalfUp)
            : quantities.Quantity(scalar, code, positive: false).Steps;
    }

    /// <summary>What is left of an allowance, in its unit or another of the same kind.</summary>
    private long Left(Offer? offer, string code, YamlScalar scalar)
    {
        var allowance = offer?.Allowances.FirstOrDefault(allowance => allowance.Code == code);
        if (offer is not null && allowance is null)
        {
            findings.Error(CatalogueFindings.Reference, scalar.Place, $"The offer '{offer.Code}' has no allowance '{code}'.",
                findings.DidYouMean(code, [.. offer.Allowances.Select(one => one.Code)], "Name one of the offer."));
        }
        if (allowance?.Unit.Kind == UnitKind.Currency)
        {
            return allowance.Unit.ToStorage(quantities.Amount(scalar, allowance.Unit).Amount, RoundingMode.HalfUp);
        }
        var (unit, steps) = quantities.Quantity(scalar, code, positive: false);
        if (allowance is not null && unit != Quantities.Unknown && unit.Kind != allowance.Unit.Kind)
        {
            findings.Error(CatalogueFindings.Unit, scalar.Place,
                $"'{code}' is given in {unit.Code}, the allowance in {allowance.Unit.Code}.", "Use a unit of the same kind.");
        }
        return steps;
    }

    /// <summary>E.164 digits; a leading + and blanks are allowed for the reader's sake.</summary>
    private string Number(Fields fields, string key)
    {
        if (fields.Scalar(key, required: false) is not { } scalar)
        {
            return "";
        }
        var digits = scalar.Text.TrimStart('+').Replace(" ", "", StringComparison.Ordinal);
        if (digits.Length is 0 or > 15 || !digits.All(char.IsAsciiDigit))
        {
            findings.Error(CatalogueFindings.Value, scalar.Place, $"'{key}: {scalar.Text}' is not a number.",
                "Write the digits of E.164, the country code first, e.g. \"+43 660 1234567\".");
        }
        return digits;
    }

    private long Used(YamlScalar use, ServiceKind? service)
    {
        var (unit, steps) = quantities.Quantity(use, "use", positive: false);
        var expected = service switch
        {
            ServiceKind.Voice => UnitKind.Duration,
            ServiceKind.Data => UnitKind.Volume,
            _ => UnitKind.Count,
        };
        if (service is { } known && unit != Quantities.Unknown && unit.Kind != expected)
        {
            findings.Error(CatalogueFindings.Unit, use.Place,
                $"An example of {Words<ServiceKind>.Of(known)} is not given in {unit.Code}.",
                "Give voice in seconds or minutes, data in MB or GB, anything else in events.");
        }
        return steps;
    }
}
