using Tollgate.Ledger;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>
/// Prepaid liability of the journal against the pockets, per account, exact to the stored step:
/// <code>
/// liability = Σ money pockets + Σ prepaid money of usage − Σ settled on issued documents − (Σ money of allowances taken − Σ booked)
/// </code>
/// The second and third term together are usage that is not issued yet, and the rounding of what is. Usage paid by an allowance of
/// money is no liability until it is booked (<see cref="PromotedMoney"/>).
/// </summary>
internal static class PrepaidProof
{
    internal static async Task<LedgerProof> RunAsync(BookWork work, CancellationToken cancel)
    {
        var units = (await work.ReadAsync(
            "SELECT account_id, currency FROM billing_account WHERE tenant_id = @tenant",
            reader => (reader.GetInt64(0), LedgerCheck.UnitOf(reader.GetString(1))), cancel)).ToDictionary(row => row.Item1, row => row.Item2);
        var expected = new Dictionary<long, decimal>();
        var actual = new Dictionary<long, decimal>();
        await AddAsync("SELECT account_id, sum(balance) FROM pocket WHERE tenant_id = @tenant AND kind = 'money' GROUP BY account_id",
            expected, _ => 1);
        await AddAsync("SELECT account_id, sum(from_money) FROM usage_total WHERE tenant_id = @tenant GROUP BY account_id", expected, _ => 1);
        await AddAsync(
            "SELECT account_id, sum(settled_minor) FROM document WHERE tenant_id = @tenant AND phase = 'issued' GROUP BY account_id",
            expected, account => -units[account].StoragePerMinor);
        await AddAsync(
            "SELECT account_id, sum(amount_minor) FROM journal_line WHERE tenant_id = @tenant AND ledger_account = '2100-prepaid' "
            + "GROUP BY account_id", actual, account => -units[account].StoragePerMinor);
        Add(await PromotedMoney.TakenAsync(work, cancel), expected, _ => -1);
        Add(await PromotedMoney.BookedAsync(work, cancel), expected, account => units[account].StoragePerMinor);
        return LedgerProof.Equal(
            "prepaid-liability", "prepaid liability = money pockets + prepaid money of usage - settled on issued documents "
            + "- money of allowances not booked yet, in stored steps",
            expected.Keys.Union(actual.Keys).Order().Select(account => (
                new AccountId(account).ToString(), expected.GetValueOrDefault(account), actual.GetValueOrDefault(account))));

        async Task AddAsync(string sql, Dictionary<long, decimal> sums, Func<long, decimal> factor) =>
            Add(await work.ReadAsync(sql, reader => (reader.GetInt64(0), reader.GetDecimal(1)), cancel), sums, factor);

        static void Add(List<(long, decimal)> rows, Dictionary<long, decimal> sums, Func<long, decimal> factor)
        {
            foreach (var (account, sum) in rows)
            {
                sums[account] = sums.GetValueOrDefault(account) + sum * factor(account);
            }
        }
    }
}
