using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Storage.Billing;

/// <summary>Discounts that were made by hand: they are no part of a catalogue, their grant says what they are.</summary>
public static class HandMade
{
    /// <summary>Their codes begin with this; no code of a catalogue has a colon.</summary>
    public const string Prefix = "hand:";

    /// <summary>True for the code of one that was made by hand.</summary>
    public static bool Is(string code) => code.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The discount of a stored grant.</summary>
    public static Discount Of(
        string code, string name, string percent, string amount, int scope, int kinds, int? periods, string currency) => new()
        {
            Code = code,
            Name = name,
            Percent = percent.Length > 0 ? DocumentText.Decimal(percent) : null,
            Amount = amount.Length > 0
                ? new Money(DocumentText.Decimal(amount), Units.Find(currency) ?? Units.Currency(currency, 2))
                : null,
            Scope = (DiscountScope)scope,
            On = (ChargeKinds)kinds,
            Periods = periods,
        };
}
