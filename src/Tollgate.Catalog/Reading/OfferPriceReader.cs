using System.Collections.Immutable;
using NodaTime;
using NodaTime.Text;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Reads the prices and terms inside an offer.</summary>
internal sealed class OfferPriceReader(
    FindingList findings, Quantities quantities, Unit currency, Codebook<TaxCategory> taxes)
{
    /// <summary>How much unbilled usage is billed at once; null: it is not said.</summary>
    public Money? Threshold(Fields fields)
    {
        if (fields.Scalar("billThreshold", required: false) is not { } scalar)
        {
            return null;
        }
        var threshold = quantities.Amount(scalar, currency);
        if (threshold.Amount <= 0)
        {
            findings.Error(CatalogueFindings.Range, scalar.Place, "A threshold of nothing would bill every day.",
                "Give an amount above 0, or leave 'billThreshold' out: usage is billed with its period then.");
        }
        return threshold;
    }

    public RecurringPrice Recurring(Fields fields, ImmutableArray<OfferPhase> phases)
    {
        var every = Every(fields);
        var (anchor, date) = Anchor(fields, every);
        var price = new RecurringPrice
        {
            Code = fields.Code("code"),
            Name = fields.Name("name"),
            Amount = Amount(fields),
            Every = every,
            Anchor = anchor,
            AnchorDate = date,
            Timing = fields.Choice("timing", Timing.Advance),
            Entry = fields.Choice("entry", Proration.Days),
            Exit = fields.Choice("exit", Proration.Days),
            Change = fields.Choice("change", Proration.Days),
            Ratio = fields.Scalar("ratio", required: false) is { } ratio ? quantities.Rounding(ratio) : null,
            PerQuantity = fields.Flag("perQuantity", otherwise: true),
            Phases = PhaseCodes(fields, phases),
            Tax = Tax(fields),
            TaxIncluded = fields.Flag("taxIncluded", otherwise: false),
            RevenueAccount = fields.Code("revenueAccount"),
        };
        fields.Done();
        return price;
    }

    public OneTimePrice OneTime(Fields fields, ImmutableArray<OfferPhase> phases)
    {
        LocalDate? date = null;
        var at = OneTimeEvent.Activation;
        if (fields.Scalar("at", required: false) is { } scalar)
        {
            date = LocalDatePattern.Iso.Parse(scalar.Text) is { Success: true } day ? day.Value : null;
            at = date is not null ? OneTimeEvent.Date
                : scalar.Text == "date" ? Unclear(scalar) : Words<OneTimeEvent>.Read(scalar, "at", findings) ?? at;
        }
        var price = new OneTimePrice
        {
            Code = fields.Code("code"),
            Name = fields.Name("name"),
            Amount = Amount(fields),
            At = at,
            Date = date,
            Phases = PhaseCodes(fields, phases),
            PerQuantity = fields.Flag("perQuantity", otherwise: true),
            Tax = Tax(fields),
            TaxIncluded = fields.Flag("taxIncluded", otherwise: false),
            RevenueAccount = fields.Code("revenueAccount"),
        };
        if (at == OneTimeEvent.Phase && price.Phases.IsEmpty)
        {
            findings.Error(CatalogueFindings.Missing, fields.Place, "A price at the beginning of a phase names none.",
                "Add 'phases: […]'.");
        }
        fields.Done();
        return price;
    }

    public InstalmentPrice Instalments(Fields fields)
    {
        var price = new InstalmentPrice
        {
            Code = fields.Code("code"),
            Name = fields.Name("name"),
            Amount = Amount(fields),
            Count = (int)fields.Number("count", 1, 600, 0),
            Every = Interval(fields, "every") ?? BillInterval.Month,
            Left = fields.Choice("left", InstalmentsLeft.Due),
            Tax = Tax(fields),
            TaxIncluded = fields.Flag("taxIncluded", otherwise: false),
            RevenueAccount = fields.Code("revenueAccount"),
        };
        fields.Done();
        return price;
    }

    public OfferPhase Phase(Fields fields)
    {
        var phase = new OfferPhase(fields.Code("code"), fields.Name("name"), Interval(fields, "for"));
        fields.Done();
        return phase;
    }

    /// <summary>Only the last phase may be without a length.</summary>
    public void CheckPhases(ImmutableArray<OfferPhase> phases, Place place)
    {
        foreach (var phase in phases.SkipLast(1).Where(phase => phase.Length is null))
        {
            findings.Error(CatalogueFindings.Missing, place, $"The phase '{phase.Code}' has no length, but another follows it.",
                "Add 'for: …' to it; only the last phase may go on for ever.");
        }
    }

    public MinimumTerm MinimumTerm(Fields fields)
    {
        var length = Interval(fields, "length");
        if (length is null && !fields.Has("length"))
        {
            findings.Error(CatalogueFindings.Missing, fields.Place, "The minimum term has no length.",
                "Add e.g. 'length: 24 months'.");
        }
        var term = new MinimumTerm(length ?? BillInterval.Year, fields.Nested("fee") is { } fee ? Fee(fee) : null);
        fields.Done();
        return term;
    }

    /// <summary>The entry <c>promotion</c>.</summary>
    /// <param name="hasBase">The offer says to which offers it is an add-on.</param>
    public Promotion Promotion(Fields fields, bool hasBase)
    {
        LocalDate? Date(string key) => fields.Scalar(key, required: false) is { } scalar ? quantities.Date(scalar) : null;
        var promotion = new Promotion(Date("from"), Date("to"), Interval(fields, "for"));
        if (promotion.To <= promotion.From)
        {
            findings.Error(CatalogueFindings.Range, fields.PlaceOf("to"), "The promotion ends before it begins.",
                "Write a day after 'from': who subscribes on it no longer gets the promotion.");
        }
        if (!hasBase)
        {
            findings.Error(CatalogueFindings.Missing, fields.Place, "It is not said which subscriptions get the promotion.",
                "Add 'addOnTo:' with the codes of their offers.");
        }
        fields.Done();
        return promotion;
    }

    public SpendRule Spend(Fields fields)
    {
        var rule = new SpendRule
        {
            Code = fields.Code("code"),
            Name = fields.Name("name"),
            Bound = fields.Choice<SpendBound>("bound") ?? SpendBound.Minimum,
            Amount = Amount(fields),
            Window = Interval(fields, "window"),
            On = DiscountReader.Kinds(fields, ChargeKinds.Usage, findings),
            WholeAccount = fields.Flag("wholeAccount", otherwise: false),
            Tax = Tax(fields),
            TaxIncluded = fields.Flag("taxIncluded", otherwise: false),
            RevenueAccount = fields.Code("revenueAccount"),
        };
        fields.Done();
        return rule;
    }

    private EarlyTerminationFee Fee(Fields fields)
    {
        var kind = fields.Choice("kind", EarlyTermination.Fixed);
        var fee = new EarlyTerminationFee
        {
            Code = fields.Code("code"),
            Name = fields.Name("name"),
            Kind = kind,
            Amount = kind == EarlyTermination.Remaining ? Money.Zero(currency) : Amount(fields),
            Percent = kind == EarlyTermination.Remaining ? fields.Number("percent", 0, 100, 4) : 0,
            Tax = Tax(fields),
            TaxIncluded = fields.Flag("taxIncluded", otherwise: false),
            RevenueAccount = fields.Code("revenueAccount"),
        };
        fields.Done();
        return fee;
    }

    private BillInterval Every(Fields fields)
    {
        var months = fields.Scalar("months", required: false);
        var every = Interval(fields, "every");
        if (months is not null && every is not null)
        {
            findings.Error(CatalogueFindings.Conflict, months.Place, "Both 'months' and 'every' give the length of the period.",
                "Keep 'every'.");
        }
        return every ?? BillInterval.OfMonths(fields.Whole("months", 1, 1, 120));
    }

    private (PriceAnchor Anchor, LocalDate? Date) Anchor(Fields fields, BillInterval every)
    {
        if (fields.Scalar("anchor", required: false) is not { } scalar)
        {
            return (every == BillInterval.Month ? PriceAnchor.Cycle : PriceAnchor.Start, null);
        }
        if (LocalDatePattern.Iso.Parse(scalar.Text) is { Success: true } date)
        {
            return (PriceAnchor.Date, date.Value);
        }
        if (scalar.Text == "date")
        {
            Unclear(scalar);
            return (PriceAnchor.Start, null);
        }
        return (Words<PriceAnchor>.Read(scalar, "anchor", findings) ?? PriceAnchor.Start, null);
    }

    private OneTimeEvent Unclear(YamlScalar scalar)
    {
        findings.Error(CatalogueFindings.Value, scalar.Place, "Which date is not said.", "Write the date, e.g. 2026-12-01.");
        return OneTimeEvent.Activation;
    }

    private BillInterval? Interval(Fields fields, string key)
    {
        if (fields.Scalar(key, required: false) is not { } scalar)
        {
            return null;
        }
        if (BillInterval.TryParse(scalar.Text, out var interval))
        {
            return interval;
        }
        findings.Error(CatalogueFindings.Value, scalar.Place, $"'{key}: {scalar.Text}' is not a length of time.",
            "Write e.g. 'month', '3 months', '2 weeks', '14 days' or 'year'.");
        return null;
    }

    private ImmutableArray<string> PhaseCodes(Fields fields, ImmutableArray<OfferPhase> phases)
    {
        var codes = fields.Scalars("phases");
        foreach (var code in codes.Where(code => phases.All(phase => phase.Code != code.Text)))
        {
            findings.Error(CatalogueFindings.Reference, code.Place, $"The offer has no phase '{code.Text}'.",
                findings.DidYouMean(code.Text, [.. phases.Select(phase => phase.Code)], "Define it under 'phases'."));
        }
        return codes.IsEmpty ? [] : [.. codes.Select(code => code.Text)];
    }

    private Money Amount(Fields fields) =>
        fields.Scalar("amount", required: true) is { } scalar ? quantities.Amount(scalar, currency) : Money.Zero(currency);

    private string Tax(Fields fields)
    {
        var scalar = fields.Scalar("tax", required: true);
        taxes.Find(scalar);
        return scalar?.Text ?? "";
    }
}
