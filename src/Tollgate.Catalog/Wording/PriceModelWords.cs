using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Wording;

/// <summary>Price models in words. Every model has its sentence here; a test goes over all of them.</summary>
public static class PriceModelWords
{
    /// <summary>What usage of a rule costs, without what all models share.</summary>
    public static Statement Of(UsagePrice price, Unit currency)
    {
        var per = Say.Per(currency, price.Per);
        return price.Model switch
        {
            PerUnitPrice when price.FromDeck => Text($"as the deck says, per {Say.Word(price.Per)}"),
            PerUnitPrice => Statement.Of(nameof(UsagePrice.Model), "", price.PerUnit, per),
            FlatPrice flat => Statement.Of(nameof(UsagePrice.Model), "", flat.Amount, $"{currency.Code} per event"),
            FreePrice => Text("free"),
            AgeStepsPrice steps => Text(AgeSteps(steps, price, per)),
            TieredPrice tiers => Text(Tiers(tiers, price, currency)),
            PackagePrice package => Statement.Of(nameof(UsagePrice.Model), "", package.Amount,
                $"{currency.Code} per package of {Say.Base(package.Size, price.Per.Kind)}, {Over(package.Counter)}"),
            PercentagePrice percentage => Text(Percentages(percentage, currency)),
            ExternalPrice external => Text(External(external, currency)),
            FormulaPrice formula => Text($"by the formula {formula.Amount.Text} ({currency.Code}; quantity in "
                + $"{Say.Word(price.Per, plural: true)})"),
            var other => throw new InvalidOperationException($"The price model {other.GetType().Name} has no words."),
        };
    }

    private static Statement Text(string text) => new(nameof(UsagePrice.Model), "", text);

    private static string AgeSteps(AgeStepsPrice steps, UsagePrice price, string per) => string.Join("; ", steps.Steps.Select(
        (step, i) => $"{(i == 0 ? "from the start" : $"from {Say.Base(step.From, price.Per.Kind)} on")} "
            + $"{Say.Number(step.PerUnit)} {per} in steps of {Say.Base(step.Block, price.Per.Kind)}"));

    private static string Tiers(TieredPrice price, UsagePrice rule, Unit currency)
    {
        var how = price.Rule switch
        {
            TierRule.Graduated => "graduated (each unit by its tier)",
            TierRule.Volume => "by volume (all units by the tier that is reached)",
            TierRule.StairStep => "stair-step (one amount by the tier that is reached)",
            _ => throw new InvalidOperationException($"The rule {price.Rule} has no words."),
        };
        var tiers = price.Tiers.Select((tier, i) =>
        {
            var range = tier.UpTo is { } end
                ? $"up to {Say.Base(end, rule.Per.Kind)}"
                : i == 0 ? "any quantity" : $"above {Say.Base(price.Tiers[i - 1].UpTo ?? 0, rule.Per.Kind)}";
            var unit = price.Rule == TierRule.StairStep ? null : $"{Say.Number(tier.PerUnit)} {Say.Per(currency, rule.Per)}";
            var flat = tier.Flat != 0 || unit is null ? $"{Say.Money(tier.Flat, currency)} flat" : null;
            return $"{range} {string.Join(" and ", new[] { unit, flat }.OfType<string>())}";
        });
        return $"{how}, {Over(price.Counter)}: {string.Join("; ", tiers)}";
    }

    private static string Percentages(PercentagePrice price, Unit currency)
    {
        var tiers = price.Tiers.Select((tier, i) => tier.UpTo is { } end
            ? $"{Say.Percent(tier.Percent)} up to {Say.Money(end, currency)}"
            : i == 0 ? Say.Percent(tier.Percent) : $"{Say.Percent(tier.Percent)} above");
        return $"of the price in the record {string.Join(", ", tiers)}, {Over(price.Counter)}";
    }

    private static string External(ExternalPrice price, Unit currency)
    {
        var text = "the price in the record";
        if (price.Percent != 0)
        {
            text += $" {(price.Percent > 0 ? "+" : "−")} {Say.Percent(Math.Abs(price.Percent))}";
        }
        return price.Plus == 0
            ? text : text + $" {(price.Plus > 0 ? "+" : "−")} {Say.Money(Math.Abs(price.Plus), currency)}";
    }

    private static string Over(string? counter) => counter is null ? "in each event" : $"over the period's counter {counter}";
}
