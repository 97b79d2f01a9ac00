using System.Globalization;
using Tollgate.Primitives;

namespace Tollgate.Operations.Customers;

/// <summary>A limit of usage that a subscription has in place of its offer's.</summary>
internal static class SubscriptionLimit
{
    /// <summary>The limit in stored steps of what it limits; unit null: the offer's again.</summary>
    /// <param name="text">E.g. <c>50 EUR</c>; null: the offer's.</param>
    /// <param name="code">Of a cap, counter or allowance.</param>
    internal static ((long Steps, Unit? Unit) Value, FieldFault? Fault) Read(
        string? text, string code, string offer, Offers offers)
    {
        var known = offers.Limits(offer).ToList();
        if (known.FirstOrDefault(one => one.Code == code) is not { Unit: { } unit })
        {
            return (default, new FieldFault("limitCode",
                $"The offer '{offer}' has no cap, counter with a limit or allowance '{FieldRules.Short(code)}'.",
                known.Count == 0
                    ? "Add a spending cap to the offer in the catalogue."
                    : $"Use one of {string.Join(", ", known.Select(one => one.Code).Distinct(StringComparer.Ordinal))}."));
        }
        if (text is null)
        {
            return ((0, null), null);
        }
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var own = parts.Length == 2 ? offers.Unit(parts[1]) : null;
        if (own is null || own.Kind != unit.Kind || (own != unit && unit.Kind is UnitKind.Currency or UnitKind.Count)
            || !decimal.TryParse(parts[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            || amount > long.MaxValue / 2 / own.StoragePerUnit
            || decimal.Truncate(amount * own.StoragePerUnit) != amount * own.StoragePerUnit)
        {
            return (default, new FieldFault("limit", $"'{FieldRules.Short(text)}' is no limit of '{code}'.",
                $"Write a number and a unit like {unit.Code}, e.g. \"50 {unit.Code}\"."));
        }
        return (((long)(amount * own.StoragePerUnit), unit), null);
    }
}
