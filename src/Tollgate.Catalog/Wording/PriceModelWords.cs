using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Wording;

/// <summary>Price models in words. Every model has its sentence here; a test goes over all of them.</summary>
public static class PriceModelWords
{
    /// <summary>What usage of a rule costs, without what all models share.</summary>
    public static Statement Of(UsagePrice price, Unit currency, Say say)
    {
        var per = say.Per(currency, price.Per);
        return price.Model switch
        {
            PerUnitPrice when price.FromDeck => Text(say.T("as the deck says, per {0}", say.Word(price.Per))),
            PerUnitPrice => Statement.Of(say, nameof(UsagePrice.Model), "", price.PerUnit, per),
            FlatPrice flat => Statement.Of(say, nameof(UsagePrice.Model), "", flat.Amount, say.T("{0} per event", currency.Code)),
            FreePrice => Text(say.T("free")),
            BarredPrice => Text(say.T("barred: refused and not charged")),
            AgeStepsPrice steps => Text(AgeSteps(steps, price, per, say)),
            TieredPrice tiers => Text(Tiers(tiers, price, currency, say)),
            PackagePrice package => Statement.Of(say, nameof(UsagePrice.Model), "", package.Amount,
                say.T("{0} per package of {1}, {2}", currency.Code, say.Base(package.Size, price.Per.Kind),
                    Over(package.Counter, say))),
            PercentagePrice percentage => Text(Percentages(percentage, currency, say)),
            ExternalPrice external => Text(External(external, currency, say)),
            FormulaPrice formula => Text(say.T("by the formula {0} ({1}; quantity in {2})", formula.Amount.Text, currency.Code,
                say.Word(price.Per, plural: true))),
            var other => throw new InvalidOperationException($"The price model {other.GetType().Name} has no words."),
        };
    }

    private static Statement Text(string text) => new(nameof(UsagePrice.Model), "", text);

    private static string AgeSteps(AgeStepsPrice steps, UsagePrice price, string per, Say say) => string.Join("; ",
        steps.Steps.Select(
        (step, i) => say.T("{0} {1} {2} in steps of {3}",
            i == 0 ? say.T("from the start") : say.T("from {0} on", say.Base(step.From, price.Per.Kind)),
            say.Number(step.PerUnit), per, say.Base(step.Block, price.Per.Kind))));

    private static string Tiers(TieredPrice price, UsagePrice rule, Unit currency, Say say)
    {
        var how = price.Rule switch
        {
            TierRule.Graduated => say.T("graduated (each unit by its tier)"),
            TierRule.Volume => say.T("by volume (all units by the tier that is reached)"),
            TierRule.StairStep => say.T("stair-step (one amount by the tier that is reached)"),
            _ => throw new InvalidOperationException($"The rule {price.Rule} has no words."),
        };
        var tiers = price.Tiers.Select((tier, i) =>
        {
            var range = tier.UpTo is { } end
                ? say.T("up to {0}", say.Base(end, rule.Per.Kind))
                : i == 0 ? say.T("any quantity") : say.T("above {0}", say.Base(price.Tiers[i - 1].UpTo ?? 0, rule.Per.Kind));
            var unit = price.Rule == TierRule.StairStep ? null : $"{say.Number(tier.PerUnit)} {say.Per(currency, rule.Per)}";
            var flat = tier.Flat != 0 || unit is null ? say.T("{0} flat", say.Money(tier.Flat, currency)) : null;
            return $"{range} {string.Join(say.T(" and "), new[] { unit, flat }.OfType<string>())}";
        });
        return $"{how}, {Over(price.Counter, say)}: {string.Join("; ", tiers)}";
    }

    private static string Percentages(PercentagePrice price, Unit currency, Say say)
    {
        var tiers = price.Tiers.Select((tier, i) => tier.UpTo is { } end
            ? say.T("{0} up to {1}", say.Percent(tier.Percent), say.Money(end, currency))
            : i == 0 ? say.Percent(tier.Percent) : say.T("{0} above", say.Percent(tier.Percent)));
        return say.T("of the price in the record {0}, {1}", string.Join(", ", tiers), Over(price.Counter, say));
    }

    private static string External(ExternalPrice price, Unit currency, Say say)
    {
        var text = say.T("the price in the record");
        if (price.Percent != 0)
        {
            text += $" {(price.Percent > 0 ? "+" : "−")} {say.Percent(Math.Abs(price.Percent))}";
        }
        return price.Plus == 0
            ? text : text + $" {(price.Plus > 0 ? "+" : "−")} {say.Money(Math.Abs(price.Plus), currency)}";
    }

    private static string Over(string? counter, Say say) => counter is null
        ? say.T("in each event") : say.T("over the period's counter {0}", say.Code(Coded.Counter, counter));
}
