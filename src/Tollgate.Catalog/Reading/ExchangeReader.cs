using System.Globalization;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Reads the entries of <c>exchanges</c>.</summary>
internal sealed class ExchangeReader(FindingList findings, Quantities quantities)
{
    public Exchange Read(Fields fields)
    {
        var code = fields.Code("code");
        var name = fields.OptionalName("name") ?? code;
        var (unit, take) = Stored(fields, "take", required: true);
        var from = fields.OptionalText("from");
        var given = fields.Has("give");
        var (to, give) = given ? Stored(fields, "give", required: true) : (Quantities.Unknown, 0L);
        var pocket = fields.OptionalText("pocket");
        var exchange = new Exchange
        {
            Code = code, Name = name, Unit = unit, Take = Math.Max(1, take), From = from, To = given ? to : null, Give = give,
            Pocket = pocket, Lasts = Lasts(fields), Minimum = OfUnit(fields, "minimum", unit) ?? Math.Max(1, take),
            Step = OfUnit(fields, "step", unit) ?? Math.Max(1, take),
        };
        if (pocket is null && given && to.Kind != UnitKind.Currency && to != Quantities.Unknown)
        {
            findings.Error(CatalogueFindings.Missing, fields.PlaceOf("give"), $"It is not said which pocket gets the {to.Code}.",
                "Add 'pocket:' with the code of an allowance.");
        }
        if (!given && fields.Has("pocket"))
        {
            findings.Error(CatalogueFindings.Conflict, fields.PlaceOf("pocket"), "Nothing is given into the pocket.",
                "Add 'give:', or remove 'pocket'.");
        }
        fields.Done();
        return exchange;
    }

    private static ResetRule Lasts(Fields fields)
    {
        if (fields.OptionalText("lasts") is not { } text || text == "never")
        {
            return new ResetRule(ResetEvery.Never);
        }
        if (PeriodReader.FromActivation(text) is { } lasts)
        {
            return lasts;
        }
        fields.Findings.Error(CatalogueFindings.Value, fields.PlaceOf("lasts"), $"'lasts: {text}' is not possible.",
            "Write a number of hours, days or months, e.g. 30 days; without it what is given has no end.");
        return new ResetRule(ResetEvery.Never);
    }

    /// <summary>Money or a quantity, in stored steps.</summary>
    private (Unit Unit, long Steps) Stored(Fields fields, string key, bool required)
    {
        if (fields.Scalar(key, required) is not { } scalar)
        {
            return (Quantities.Unknown, 1);
        }
        var stored = quantities.Stored(scalar, key);
        if (stored.Steps <= 0 && stored.Unit != Quantities.Unknown)
        {
            findings.Error(CatalogueFindings.Range, scalar.Place, $"'{key}' is 0.", "Give an amount.");
        }
        return stored;
    }

    private long? OfUnit(Fields fields, string key, Unit unit)
    {
        if (!fields.Has(key))
        {
            return null;
        }
        var (own, steps) = Stored(fields, key, required: false);
        if (own.Kind != unit.Kind || (own.Kind == UnitKind.Currency && own != unit))
        {
            findings.Error(CatalogueFindings.Unit, fields.PlaceOf(key),
                $"'{key}' is in {own.Code}, what is taken in {unit.Code}.", "Use the unit of 'take'.");
        }
        return Math.Max(1, steps);
    }
}
