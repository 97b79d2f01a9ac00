using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>
/// Money of the customer against a bill, in the order given: before tax it lowers the positive lines in proportion, kept apart
/// by tax;
/// after tax it lowers what is left to pay. Never below zero. A bill that is a credit takes nothing.
/// </summary>
internal static class SetOff
{
    /// <summary>Adds a line per tax slot for each credit before tax.</summary>
    internal static void BeforeTax(BillWork work, List<BillLine> lines, List<CreditUse> uses)
    {
        foreach (var credit in work.Input.Credits.Where(credit => credit.BeforeTax))
        {
            var slots = lines.GroupBy(line => (line.TaxCode, line.TaxPercent, line.TaxSet, line.TaxIncluded))
                .Select(group => (group.Key, Sum: group.Sum(line => line.AmountMinor))).Where(slot => slot.Sum > 0).ToList();
            var use = Math.Min(credit.AvailableMinor, Math.Min(slots.Sum(slot => slot.Sum), lines.Sum(line => line.AmountMinor)));
            if (use <= 0)
            {
                continue;
            }
            var parts = Money.FromMinor(use, work.Input.Account.Currency).Split([.. slots.Select(slot => (decimal)slot.Sum)]);
            for (var i = 0; i < slots.Count; i++)
            {
                var minor = parts[i].ToMinor();
                if (minor > 0)
                {
                    lines.Add(Line(work, credit, slots[i].Key, minor));
                }
            }
            uses.Add(Use(work, credit, use));
        }
    }

    /// <summary>Uses the other credits against what is left to pay.</summary>
    /// <returns>What is left after them.</returns>
    internal static long AfterTax(BillWork work, long dueMinor, List<CreditUse> uses)
    {
        foreach (var credit in work.Input.Credits.Where(credit => !credit.BeforeTax))
        {
            var use = Math.Min(credit.AvailableMinor, dueMinor);
            if (use > 0)
            {
                uses.Add(Use(work, credit, use));
                dueMinor -= use;
            }
        }
        return dueMinor;
    }

    /// <summary>What rounding to cash adds to an amount.</summary>
    internal static long Cash(BillWork work, long dueMinor)
    {
        var step = work.Input.Policy.CashStepMinor;
        return step <= 1 ? 0 : (long)Rounding.Round((decimal)dueMinor / step, 0, RoundingMode.HalfUp) * step - dueMinor;
    }

    private static CreditUse Use(BillWork work, CreditFacts credit, long minor) =>
        new(credit.Reference, credit.Kind, credit.Description, minor, credit.BeforeTax)
        {
            LedgerAccount = credit.Kind == CreditKind.Credit ? work.Input.Policy.CreditAccount : "",
        };

    private static BillLine Line(
        BillWork work, CreditFacts credit, (string TaxCode, decimal TaxPercent, TaxSet? TaxSet, bool TaxIncluded) slot,
        long minor) => new()
        {
            Kind = BillLineKind.Credit,
            Code = credit.Reference,
            Description = credit.Description,
            Period = work.Input.Period,
            Quantity = 1,
            AmountMinor = -minor,
            TaxIncluded = slot.TaxIncluded,
            TaxCode = slot.TaxCode,
            TaxPercent = slot.TaxPercent,
            TaxSet = slot.TaxSet,
            RevenueAccount = work.Input.Policy.CreditAccount,
        };
}
