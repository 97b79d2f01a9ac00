using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Reads the entries of <c>earns</c> of an offer.</summary>
internal sealed class EarningReader(FindingList findings, Quantities quantities, Unit currency, Codebook<Counter> counters)
{
    /// <summary>Codes of the allowances that are earned, before they are read: those may be granted with nothing.</summary>
    public static ImmutableHashSet<string> Earned(Fields offer) =>
    [
        .. offer.Map.Find("earns") is YamlList list
            ? list.Items.OfType<YamlMapping>().Select(entry => entry.Find("into")).OfType<YamlScalar>().Select(into => into.Text)
            : [],
    ];

    public Earning Read(Fields fields, ImmutableArray<Allowance> allowances)
    {
        var code = fields.Code("code");
        var reference = fields.Scalar("counter", required: false);
        var topUp = fields.Scalar("topUp", required: false) is { } least ? quantities.Amount(least, currency) : (Money?)null;
        if (reference is null == topUp is null)
        {
            findings.Error(CatalogueFindings.Conflict, fields.Place, "What earns is a counter or a top-up.",
                "Write one of 'counter' and 'topUp'.");
        }
        var per = Per(fields, counters.Find(reference), reference is not null, topUp);
        var give = fields.Scalar("give", required: true) is { } given
            ? quantities.Stored(given, "give") : (Quantities.Unknown, 1);
        var earning = new Earning
        {
            Code = code, Name = fields.OptionalName("name") ?? code, Counter = reference?.Text, TopUp = topUp, Per = per,
            Give = Math.Max(1, give.Steps), Into = Into(fields, allowances, give.Unit, topUp),
        };
        if (give.Steps <= 0)
        {
            findings.Error(CatalogueFindings.Range, fields.PlaceOf("give"), "'give' is 0.", "Give an amount.");
        }
        fields.Done();
        return earning;
    }

    /// <summary>In stored steps of what is counted, or of the top-up; 0: absent.</summary>
    private long Per(Fields fields, Counter? counter, bool counted, Money? topUp)
    {
        if (fields.Scalar("per", required: counted) is not { } scalar)
        {
            return counted ? 1 : 0;
        }
        var (unit, steps) = scalar.Text == "event" ? (Units.Event, Units.Event.StoragePerUnit) : quantities.Stored(scalar, "per");
        var of = counter?.Unit ?? (counted ? null : topUp?.Currency);
        if (of is not null && unit != Quantities.Unknown && of != Quantities.Unknown && !Same(unit, of))
        {
            findings.Error(CatalogueFindings.Unit, scalar.Place, $"'per' is in {unit.Code}, what earns is counted in {of.Code}.",
                "Use the same unit.");
        }
        else if (steps <= 0)
        {
            findings.Error(CatalogueFindings.Range, scalar.Place, "'per' is 0.", "Give an amount.");
        }
        return Math.Max(1, steps);
    }

    private string? Into(Fields fields, ImmutableArray<Allowance> allowances, Unit unit, Money? topUp)
    {
        // A top-up may give money without a pocket; what is given in a unit that cannot be read is told there.
        var needed = topUp is null || (unit != Quantities.Unknown && unit != topUp.Value.Currency);
        if (fields.Scalar("into", required: needed) is not { } into)
        {
            return null;
        }
        var allowance = allowances.FirstOrDefault(one => one.Code == into.Text);
        if (allowance is null)
        {
            findings.Error(CatalogueFindings.Reference, into.Place, $"The offer has no allowance '{into.Text}'.",
                findings.DidYouMean(into.Text, [.. allowances.Select(one => one.Code)],
                    "Add it under 'allowances', e.g. with 'amount: 0 POINT'."));
        }
        else if (unit != Quantities.Unknown && allowance.Unit != Quantities.Unknown && !Same(unit, allowance.Unit))
        {
            findings.Error(CatalogueFindings.Unit, fields.PlaceOf("give"),
                $"'{allowance.Code}' is counted in {allowance.Unit.Code}, and {unit.Code} is given.", "Use the same unit.");
        }
        return into.Text;
    }

    private static bool Same(Unit one, Unit other) =>
        one.Kind == other.Kind && (one == other || one.Kind is UnitKind.Duration or UnitKind.Volume);
}
