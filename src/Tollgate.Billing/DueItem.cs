using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>What prices of every kind say about the line that they make.</summary>
/// <param name="Name">As printed.</param>
/// <param name="Tax">Tax category.</param>
/// <param name="TaxIncluded">Amounts contain tax.</param>
/// <param name="RevenueAccount">Ledger account.</param>
internal readonly record struct ChargeTerms(CatalogueName Name, string Tax, bool TaxIncluded, string RevenueAccount)
{
    internal static ChargeTerms Of(RecurringPrice price) => new(price.Name, price.Tax, price.TaxIncluded, price.RevenueAccount);

    internal static ChargeTerms Of(OneTimePrice price) => new(price.Name, price.Tax, price.TaxIncluded, price.RevenueAccount);

    internal static ChargeTerms Of(InstalmentPrice price) => new(price.Name, price.Tax, price.TaxIncluded, price.RevenueAccount);

    internal static ChargeTerms Of(EarlyTerminationFee fee) => new(fee.Name, fee.Tax, fee.TaxIncluded, fee.RevenueAccount);
}

/// <summary>A part of an item in which nothing changes.</summary>
/// <param name="Days">The days charged.</param>
/// <param name="Share">Of the whole period.</param>
/// <param name="Price">Of one unit for the whole period.</param>
/// <param name="Quantity">Units.</param>
/// <param name="Exact">Unrounded amount in major units.</param>
internal readonly record struct ItemPart(BillPeriod Days, PriceShare Share, Money Price, int Quantity, decimal Exact);

/// <summary>Something that should have been billed by now.</summary>
internal sealed record DueItem
{
    internal required ItemKey Key { get; init; }

    /// <summary>The whole period of a recurring price, else null.</summary>
    internal BillPeriod? Basis { get; init; }

    internal required ChargeTerms Terms { get; init; }

    /// <summary>First part; for most items the only one.</summary>
    internal required ItemPart First { get; init; }

    /// <summary>All parts when there are several, in order of time; else null.</summary>
    internal ItemPart[]? Parts { get; init; }

    internal required long AmountMinor { get; init; }

    /// <summary>Goes before the explanation of the amount, e.g. which instalment it is.</summary>
    internal LineExplanation Lead { get; init; }

    /// <summary>Length of its periods; null: it comes once.</summary>
    internal BillInterval? Every { get; init; }

    /// <summary>Due when its days are over.</summary>
    internal bool Arrears { get; init; }

    /// <summary>How a computed amount came about; default: from price and share.</summary>
    internal LineExplanation How { get; init; }

    /// <summary>From the first to the last charged day.</summary>
    internal BillPeriod Span => Parts is { } parts ? new BillPeriod(First.Days.From, parts[^1].Days.To) : First.Days;

    /// <summary>How the whole amount came about.</summary>
    internal LineExplanation Explain()
    {
        if (How.Text is { Length: > 0 })
        {
            return How;
        }
        if (Parts is null)
        {
            return Lead.Then(Explain(First, Money.FromMinor(AmountMinor, First.Price.Currency).Amount));
        }
        var all = Lead;
        for (var i = 0; i < Parts.Length; i++)
        {
            var one = Explain(Parts[i], Rounded(Parts[i]));
            if (i > 0)
            {
                all = all.Then(ExplanationKind.Plus);
            }
            all = all.Then(one.Text is { Length: > 0 } ? one
                : LineExplanation.Of(ExplanationKind.Price, Parts[i].Quantity, Parts[i].Price.Amount, Rounded(Parts[i])));
        }
        return all;
    }

    internal LineExplanation Explain(ItemPart part, decimal amount) =>
        Prorating.Explain(Basis ?? part.Days, part.Days, part.Share, part.Price, part.Quantity, amount);

    private static decimal Rounded(ItemPart part) =>
        Rounding.Round(part.Exact, part.Price.Currency.MinorDigits, RoundingMode.HalfUp);
}
