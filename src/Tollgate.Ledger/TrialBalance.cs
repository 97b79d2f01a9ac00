using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Ledger;

/// <summary>One ledger account in one currency, in minor units.</summary>
/// <param name="DebitMinor">Sum of debits, not negative.</param>
/// <param name="CreditMinor">Sum of credits, not negative.</param>
public readonly record struct TrialBalanceRow(string LedgerAccount, LedgerAccountKind Kind, Unit Unit, long DebitMinor,
    long CreditMinor)
{
    /// <summary>Debit minus credit; negative: a credit balance.</summary>
    public long BalanceMinor => DebitMinor - CreditMinor;
}

/// <summary>All ledger accounts with their sums, in order of account and unit.</summary>
public sealed record TrialBalance(ImmutableArray<TrialBalanceRow> Rows)
{
    /// <summary>Sums lines.</summary>
    public static TrialBalance Of(IEnumerable<JournalLine> lines, ChartOfAccounts chart)
    {
        var sums = new SortedDictionary<(string Account, string Unit), (Unit Unit, long Debit, long Credit)>();
        foreach (var line in lines)
        {
            var key = (line.LedgerAccount, line.Unit.Code);
            var (_, debit, credit) = sums.GetValueOrDefault(key);
            sums[key] = line.AmountMinor >= 0
                ? (line.Unit, debit + line.AmountMinor, credit)
                : (line.Unit, debit, credit - line.AmountMinor);
        }
        return new TrialBalance(
        [
            .. sums.Select(pair => new TrialBalanceRow(
                pair.Key.Account, chart.KindOf(pair.Key.Account), pair.Value.Unit, pair.Value.Debit, pair.Value.Credit)),
        ]);
    }

    /// <summary>Σ debits − Σ credits of a unit; 0 in sound books.</summary>
    public long DifferenceMinor(Unit unit) => Rows.Where(row => row.Unit == unit).Sum(row => row.BalanceMinor);

    /// <summary>The balance of one account in a unit; 0 when nothing was booked.</summary>
    public long BalanceMinor(string account, Unit unit) =>
        Rows.Where(row => row.LedgerAccount == account && row.Unit == unit).Sum(row => row.BalanceMinor);
}
