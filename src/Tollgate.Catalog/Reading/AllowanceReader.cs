using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Reads the entries of <c>allowances</c> of an offer.</summary>
internal sealed class AllowanceReader(
    FindingList findings, Quantities quantities, Codebook<DeclaredDeck> decks, Codebook<RatePlan> ratePlans,
    UsageTermsReader terms)
{
    /// <param name="earned">Codes of allowances that something earns: they may be granted with nothing, and pay for
    /// nothing.</param>
    public Allowance Read(Fields fields, ImmutableArray<OfferPlan> plans, IReadOnlySet<string> earned)
    {
        var code = fields.Code("code");
        var services = fields.Has("services") ? PeriodReader.Services(fields) : [];
        var pays = !earned.Contains(code) || !services.IsEmpty || fields.Scalar("service", required: false) is not null;
        var service = !pays ? null : services.IsEmpty ? fields.Choice<ServiceKind>("service") : services[0];
        var takes = Takes(fields);
        var (unit, steps) = Amount(fields, positive: !earned.Contains(code));
        CheckServices(fields, services.IsEmpty && service is { } one ? [one] : services, unit, takes);
        var zones = Zones(fields, plans, service);
        CheckTakes(fields, unit);
        CheckFee(fields, unit, takes);
        var allowance = new Allowance
        {
            Code = code,
            Name = fields.Name("name"),
            Unit = unit,
            Amount = steps,
            PerQuantity = PerQuantity(fields),
            PaysUsage = pays,
            Service = service ?? ServiceKind.Voice,
            MoreServices = services.IsEmpty ? [] : services[1..],
            Zones = zones,
            Bands = terms.Bands(fields),
            RatingGroups = [.. fields.Scalars("ratingGroups").Select(group => group.Text)],
            When = ExpressionReader.Condition(fields, "when"),
            Takes = takes,
            Priority = fields.Whole("priority", 100, 0, 1_000_000),
            Overage = fields.Choice("overage", Overage.Price),
            ConnectFee = fields.OptionalPrice("connectFee"),
            Price = Price(fields, unit, takes),
            Increments = Increments(fields, unit, takes),
            Shared = fields.Choice("shared", SharingScope.Subscription),
            MemberLimit = MemberLimit(fields, unit),
            Grant = fields.Choice("grant", GrantRule.Recurring),
            Reset = PeriodReader.Reset(fields),
            First = fields.Choice("first", GrantProration.None),
            Last = fields.Choice("last", GrantProration.None),
            Thresholds = PeriodReader.Thresholds(fields),
        };
        if (fields.Nested("rollOver") is { } roll)
        {
            allowance = allowance with
            {
                RollOverPeriods = roll.Whole("periods", 1, 1, 120),
                RollOverCap = roll.Scalar("cap", required: false) is { } cap ? SameUnit(cap, "cap", unit) : null,
            };
            roll.Done();
        }
        fields.Done();
        return allowance;
    }

    private (Unit Unit, long Steps) Amount(Fields fields, bool positive)
    {
        if (fields.Scalar("amount", required: true) is not { } scalar)
        {
            return (Quantities.Unknown, 1);
        }
        return quantities.IsMoney(scalar)
            ? quantities.Stored(scalar, "amount") : quantities.Quantity(scalar, "amount", positive);
    }

    /// <summary>Each service takes of it by its own measure, or one for one.</summary>
    private void CheckServices(
        Fields fields, ImmutableArray<ServiceKind> services, Unit unit, ImmutableArray<AllowanceRate> takes)
    {
        if (unit == Quantities.Unknown || (unit.Kind == UnitKind.Currency && takes.IsEmpty))
        {
            return;
        }
        foreach (var service in services)
        {
            if (unit.Kind != UnitKind.Currency && RatePlanReader.Fits(service, unit))
            {
                continue;
            }
            if (takes.IsEmpty)
            {
                findings.Error(CatalogueFindings.Unit, fields.PlaceOf("amount"),
                    $"{Words<ServiceKind>.Of(service)} is not counted in {unit.Code}.",
                    "Use a unit that the service is counted in, or say under 'takes' what usage takes.");
            }
            else if (!takes.Any(rate => rate.Per == 0 || (rate.Basis is { } basis && RatePlanReader.Fits(service, basis))))
            {
                findings.Error(CatalogueFindings.Unit, fields.PlaceOf("takes"),
                    $"Nothing under 'takes' counts what {Words<ServiceKind>.Of(service)} is counted in.",
                    "Add an entry with a unit of the service, e.g. { take: 2 POINT, per: 1 message }, or remove the service.");
            }
        }
    }

    /// <summary>A fee is due with a first unit that is paid for; amounts have none.</summary>
    private void CheckFee(Fields fields, Unit unit, ImmutableArray<AllowanceRate> takes)
    {
        if (fields.Has("connectFee") && unit.Kind == UnitKind.Currency && takes.IsEmpty)
        {
            findings.Error(CatalogueFindings.Conflict, fields.PlaceOf("connectFee"),
                "An allowance of money pays amounts, the connect fee among them; it has none of its own.",
                "Remove 'connectFee', or say under 'takes' what usage takes.");
        }
    }

    /// <summary>What usage costs beside the units that it takes; there must be a measure of both.</summary>
    private UnitPrice? Price(Fields fields, Unit unit, ImmutableArray<AllowanceRate> takes)
    {
        if (fields.Scalar("price", required: false) is not { } scalar)
        {
            return null;
        }
        if ((unit.Kind == UnitKind.Currency && takes.IsEmpty) || takes.Any(rate => rate.Per == 0))
        {
            findings.Error(CatalogueFindings.Conflict, scalar.Place, "What pays amounts or whole events has no price per unit.",
                "Remove 'price', or use 'connectFee' for an amount per event.");
        }
        var (perUnit, per) = quantities.Price(scalar) ?? (0m, Quantities.Unknown);
        if (scalar.Text == "deck" || perUnit < 0)
        {
            findings.Error(CatalogueFindings.Value, scalar.Place, $"An allowance cannot have the price '{scalar.Text}'.",
                "Write e.g. '0.01 per minute'.");
        }
        return new UnitPrice(Math.Max(0, perUnit), per);
    }

    /// <summary>Steps are of the allowance's own unit, which usage takes one for one or by a factor.</summary>
    private Increments? Increments(Fields fields, Unit unit, ImmutableArray<AllowanceRate> takes)
    {
        if (fields.Scalar("increments", required: false) is not { } scalar || unit == Quantities.Unknown)
        {
            return null;
        }
        if (unit.Kind == UnitKind.Currency || takes.Any(rate => rate.Per == 0 || rate.Basis is not null))
        {
            findings.Error(CatalogueFindings.Conflict, scalar.Place,
                "Increments count time, volume or events in the allowance's own unit.",
                "Remove 'increments', or write the amount in e.g. minutes and 'takes' as a factor.");
            return null;
        }
        return quantities.Increments(scalar.Text, scalar.Place, unit.Kind);
    }

    /// <summary>Entries of <c>{ factor: 2 }</c> or <c>{ take: 10 POINT, per: 1 minute }</c> or <c>{ take: 1 PASS, per: event
    /// }</c>.</summary>
    private ImmutableArray<AllowanceRate> Takes(Fields fields)
    {
        var rates = ImmutableArray.CreateBuilder<AllowanceRate>();
        foreach (var entry in fields.Entries("takes"))
        {
            var (steps, per, basis) = entry.Has("factor") ? Factor(entry) : TakePer(entry);
            var zones = entry.Scalars("zones").Select(zone => zone.Text).ToImmutableArray();
            rates.Add(new AllowanceRate(steps, per, ExpressionReader.Condition(entry, "when"), zones) { Basis = basis });
            entry.Done();
        }
        return rates.ToImmutable();
    }

    private static (long Steps, long Per, PriceBasis? Basis) Factor(Fields entry)
    {
        var factor = entry.Number("factor", 0, 1_000_000, 6);
        return ((long)(factor * 1_000_000), 1_000_000, null);
    }

    private (long Steps, long Per, PriceBasis? Basis) TakePer(Fields entry)
    {
        var take = entry.Scalar("take", required: true) is { } scalar ? quantities.Stored(scalar, "take").Steps : 1;
        if (entry.Scalar("per", required: true) is not { } per || per.Text == "event")
        {
            return (take, 0, null);
        }
        var (unit, steps) = quantities.Quantity(per, "per", positive: true);
        return (take, Math.Max(1, steps), unit == Quantities.Unknown ? null : UsagePrice.BasisOf(unit));
    }

    /// <summary>What is taken of money is money of the same currency, and no multiple of the usage.</summary>
    private void CheckTakes(Fields fields, Unit unit)
    {
        if ((fields.Map.Find("takes") as YamlList)?.Items is not { } entries || unit == Quantities.Unknown)
        {
            return;
        }
        foreach (var entry in entries.OfType<YamlMapping>())
        {
            var taken = entry.Find("take") as YamlScalar;
            var other = taken is null ? unit.Kind == UnitKind.Currency
                : quantities.IsMoney(taken) ? quantities.Stored(taken, "take").Unit != unit : unit.Kind == UnitKind.Currency;
            if (other)
            {
                findings.Error(CatalogueFindings.Unit, entry.Place, $"What usage takes is not in {unit.Code}.",
                    "Write e.g. { take: 0.01 EUR, per: event }, in the unit of the amount.");
            }
        }
    }

    /// <summary>Zones of the decks of the offer's plans for the service; of any deck when they have none.</summary>
    private ImmutableArray<string> Zones(Fields fields, ImmutableArray<OfferPlan> plans, ServiceKind? service)
    {
        var zones = fields.Scalars("zones");
        var named = plans.Select(plan => ratePlans[plan.Code]).OfType<RatePlan>()
            .Where(plan => plan.Service == service && plan.Deck is not null).Select(plan => plan.Deck!).ToList();
        if (!zones.IsEmpty && named.TrueForAll(deck => decks[deck] is not null))
        {
            ZoneReferences.Check(
                zones, named.Count == 0 ? decks.All : [.. named.Distinct(StringComparer.Ordinal).Select(deck => decks[deck]!)],
                findings);
        }
        return [.. zones.Select(zone => zone.Text)];
    }

    /// <summary>What several subscriptions share has no quantity of its own.</summary>
    private bool PerQuantity(Fields fields)
    {
        var perQuantity = fields.Flag("perQuantity", otherwise: false);
        if (perQuantity && fields.Choice("shared", SharingScope.Subscription) != SharingScope.Subscription)
        {
            findings.Error(CatalogueFindings.Conflict, fields.PlaceOf("perQuantity"),
                "A shared allowance does not grow with the quantity of one subscription.", "Keep 'perQuantity' or 'shared'.");
        }
        return perQuantity;
    }

    private long? MemberLimit(Fields fields, Unit unit) =>
        fields.Scalar("memberLimit", required: false) is { } scalar ? SameUnit(scalar, "memberLimit", unit) : null;

    private long SameUnit(YamlScalar scalar, string key, Unit unit)
    {
        var (own, steps) = quantities.IsMoney(scalar)
            ? quantities.Stored(scalar, key) : quantities.Quantity(scalar, key, positive: true);
        if (own != Quantities.Unknown && unit != Quantities.Unknown
            && (own.Kind != unit.Kind || (own.Kind == UnitKind.Currency && own != unit)))
        {
            findings.Error(CatalogueFindings.Unit, scalar.Place, $"'{key}' is in {own.Code}, the allowance in {unit.Code}.",
                "Use a unit of the same kind.");
        }
        return steps;
    }
}

/// <summary>Reads what allowances and counters have in common.</summary>
internal static class PeriodReader
{
    /// <summary><c>bill-period</c> (default), <c>month</c>, <c>week</c>, <c>day</c>, <c>never</c>, <c>30 days</c>, <c>3
    /// months</c>.</summary>
    public static ResetRule Reset(Fields fields)
    {
        if (fields.Scalar("reset", required: false) is not { } scalar)
        {
            return ResetRule.BillPeriod;
        }
        switch (scalar.Text)
        {
            case "bill-period":
                return ResetRule.BillPeriod;
            case "month":
                return new ResetRule(ResetEvery.Month);
            case "week":
                return new ResetRule(ResetEvery.Week);
            case "day":
                return new ResetRule(ResetEvery.Day);
            case "never":
                return new ResetRule(ResetEvery.Never);
        }
        if (FromActivation(scalar.Text) is { } rule)
        {
            return rule;
        }
        fields.Findings.Error(CatalogueFindings.Value, scalar.Place, $"'reset: {scalar.Text}' is not possible.",
            "Write bill-period, month, week, day, never, or a number of hours, days or months from activation, e.g. 30 days.");
        return ResetRule.BillPeriod;
    }

    /// <summary><c>24 hours</c>, <c>30 days</c>, <c>3 months</c>; null: none of these.</summary>
    public static ResetRule? FromActivation(string text)
    {
        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var number, var unit]
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > 3_660)
        {
            return null;
        }
        return unit switch
        {
            "hour" or "hours" => new ResetRule(ResetEvery.Hours, count),
            "day" or "days" => new ResetRule(ResetEvery.Days, count),
            "month" or "months" => new ResetRule(ResetEvery.Months, count),
            _ => null,
        };
    }

    /// <summary>Percentages from 1 to 1000.</summary>
    public static ImmutableArray<int> Thresholds(Fields fields) =>
    [
        .. fields.Scalars("thresholds").Select(scalar =>
            (int)Numbers.Read(scalar.Text, scalar.Place, "thresholds", 1, 1_000, 0, fields.Findings)),
    ];

    /// <summary>The services of the key <c>services</c>.</summary>
    public static ImmutableArray<ServiceKind> Services(Fields fields) =>
    [
        .. fields.Scalars("services").Select(scalar => Words<ServiceKind>.Read(scalar, "services", fields.Findings))
            .OfType<ServiceKind>().Distinct(),
    ];
}
