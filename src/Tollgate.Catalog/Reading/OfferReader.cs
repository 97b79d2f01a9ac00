using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Reads the section <c>offers</c>, after <see cref="OfferInheritance"/> has merged each offer with what it
/// extends.</summary>
internal sealed class OfferReader(
    FindingList findings, OfferPriceReader prices, OfferPlanReader plans, Codebook<Discount> discounts,
    AllowanceReader allowances, EarningReader earnings, UsageTermsReader terms, Codebook<Counter> counters, Codebook<Leg> legs)
{
    /// <summary>Offers that are referred to, to be looked up when all are read.</summary>
    public List<(YamlScalar Reference, string By)> References { get; } = [];

    /// <summary>The offer; null for a template, which exists only to be extended.</summary>
    public Offer? Read(Fields fields)
    {
        var code = fields.Code("code");
        fields.Scalar("extends", required: false);
        var template = fields.Flag("template", otherwise: false);
        var name = template ? fields.OptionalName("name") ?? code : fields.Name("name");
        var ratePlans = plans.Read(fields, code);
        var phases = Unique(fields.Entries("phases"), prices.Phase, phase => phase.Code);
        prices.CheckPhases(phases, fields.PlaceOf("phases"));
        var earned = EarningReader.Earned(fields);
        var granted = Unique(fields.Entries("allowances"), entry => allowances.Read(entry, ratePlans, earned), one => one.Code);
        var offer = new Offer
        {
            Code = code,
            Name = name,
            Description = fields.OptionalText("description") ?? "",
            Payment = fields.Choice("payment", PaymentModel.Postpaid),
            BillThreshold = prices.Threshold(fields),
            Recurring = Unique(fields.Entries("recurring"), entry => prices.Recurring(entry, phases), price => price.Code),
            OneTime = Unique(fields.Entries("oneTime"), entry => prices.OneTime(entry, phases), price => price.Code),
            Instalments = Unique(fields.Entries("instalments"), prices.Instalments, price => price.Code),
            Phases = phases,
            MinimumTerm = fields.Nested("minimumTerm") is { } term ? prices.MinimumTerm(term) : null,
            PriceChanges = fields.Choice("priceChanges", PriceChanges.Current),
            AddOnTo = [.. fields.Scalars("addOnTo").Select(scalar => Later(scalar, code))],
            Promotion = fields.Nested("promotion") is { } promotion ? prices.Promotion(promotion, fields.Has("addOnTo")) : null,
            Includes = [.. fields.Scalars("includes").Select(scalar => Later(scalar, code))],
            Discounts = [.. fields.Scalars("discounts").Where(one => discounts.Find(one) is not null).Select(one => one.Text)],
            Spend = Unique(fields.Entries("spend"), prices.Spend, rule => rule.Code),
            RatePlans = ratePlans,
            Allowances = granted,
            Earns = Unique(fields.Entries("earns"), entry => earnings.Read(entry, granted), one => one.Code),
            Counters = Codes(fields, "counters", counters),
            UsageDiscounts = Unique(
                fields.Entries("usageDiscounts"), entry => terms.Discount(entry, one => Later(one, code)), one => one.Code),
            SpendingCaps = Unique(fields.Entries("spendingCaps"), entry => terms.Cap(entry, counters), cap => cap.Code),
            Legs = Codes(fields, "legs", legs),
        };
        fields.Done();
        return template ? null : offer;
    }

    private static ImmutableArray<string> Codes<T>(Fields fields, string key, Codebook<T> book) where T : class =>
        [.. fields.Scalars(key).Where(one => book.Find(one) is not null).Select(one =>
            one.Text).Distinct(StringComparer.Ordinal)];

    private string Later(YamlScalar reference, string by)
    {
        References.Add((reference, by));
        return reference.Text;
    }

    private ImmutableArray<T> Unique<T>(ImmutableArray<Fields> entries, Func<Fields, T> read, Func<T, string> code)
    {
        var all = ImmutableArray.CreateBuilder<T>();
        foreach (var entry in entries)
        {
            var value = read(entry);
            if (code(value).Length > 0 && all.Any(other => code(other) == code(value)))
            {
                findings.Error(CatalogueFindings.Duplicate, entry.PlaceOf("code"), $"The code '{code(value)}' is here twice.",
                    "Rename or remove one of the two.");
            }
            all.Add(value);
        }
        return all.ToImmutable();
    }
}
