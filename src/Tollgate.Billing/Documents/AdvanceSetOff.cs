using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>An advance invoice that was paid, in whole or in part, with what earlier bills set off of it.</summary>
/// <param name="Document">The advance invoice.</param>
/// <param name="Number">Its number, as printed on the line that sets it off.</param>
/// <param name="Lines">Its lines with what is used of them.</param>
public sealed record AdvanceFacts(DocumentId Document, string Number, ImmutableArray<CreditableLine> Lines)
{
    /// <summary>What is not paid of it yet.</summary>
    public long OpenMinor { get; init; }

    /// <summary>Amount with tax that is paid and waits for a bill.</summary>
    public long LeftMinor => Math.Max(0, Lines.Sum(line => line.GrossLeft) - OpenMinor);
}

/// <summary>
/// Sets advances off on a bill: negative lines with the tax that the advance invoice bore, up to what the bill demands. The
/// tax of the
/// supply stays in full above them (§ 14 (5) UStG; Directive 2006/112/EC, articles 65 and 226).
/// </summary>
internal static class AdvanceSetOff
{
    internal static (ImmutableArray<BillLine> Lines, ImmutableArray<TaxSubtotal> Taxes) Apply(
        BillWork work, ImmutableArray<BillLine> lines, ImmutableArray<TaxSubtotal> taxes, long settledMinor)
    {
        var due = lines.Sum(line => line.NetMinor) + taxes.Sum(tax => tax.TaxMinor) - settledMinor;
        if (due <= 0 || work.Input.Advances.IsDefaultOrEmpty)
        {
            return (lines, taxes);
        }
        var used = new List<BillLine>();
        foreach (var advance in work.Input.Advances)
        {
            var amount = Math.Min(due, advance.LeftMinor);
            if (amount <= 0)
            {
                continue;
            }
            due -= amount;
            used.AddRange(CreditMath.Part(advance.Lines, amount).Select(line => line with
            {
                Kind = BillLineKind.Credit,
                ParentNo = null,
                Item = null,
                Description = $"{line.Description} {advance.Number}",
                SetsOff = (advance.Document, line.No),
            }));
        }
        var own = CreditMath.Subtotals(used, line => work.PlainTax(line.TaxCode, line.TaxPercent));
        return ([.. lines, .. used.Select((line, i) => line with { No = lines.Length + i + 1 })], Merge(taxes, own));
    }

    private static ImmutableArray<TaxSubtotal> Merge(ImmutableArray<TaxSubtotal> taxes, ImmutableArray<TaxSubtotal> more)
    {
        var merged = taxes.ToBuilder();
        foreach (var one in more)
        {
            var at = -1;
            for (var i = 0; i < merged.Count && at < 0; i++)
            {
                at = Bare(merged[i]) == Bare(one) ? i : -1;
            }
            if (at < 0)
            {
                merged.Add(one);
            }
            else
            {
                merged[at] = merged[at] with
                {
                    BaseMinor = merged[at].BaseMinor + one.BaseMinor, TaxMinor = merged[at].TaxMinor + one.TaxMinor,
                };
            }
        }
        return merged.ToImmutable();
    }

    /// <summary>A tax without name and amounts.</summary>
    private static TaxSubtotal Bare(TaxSubtotal tax) => tax with { BaseMinor = 0, TaxMinor = 0, Name = "" };
}
