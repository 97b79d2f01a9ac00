using Tollgate.Ledger;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>
/// Money that allowances gave and usage took: nobody paid it in, so it is no prepaid liability until it is booked as such. Each
/// issue books what its accounts have taken since the last one, rounded over all of it, from
/// <see cref="ChartOfAccounts.Loyalty"/> to <see cref="ChartOfAccounts.PrepaidLiability"/>; the usage that it paid is settled from
/// there as if it had been paid in.
/// </summary>
internal static class PromotedMoney
{
    /// <summary>What is taken, less what re-rating gave back; what an allowance earned is another thing.</summary>
    private const string Taken = """
        SELECT r.account_id, -sum(r.amount) FROM (
          SELECT m.amount, (SELECT min(c.account_id) FROM posted_charge c
            WHERE c.customer_id = m.customer_id AND c.event_time = m.at AND c.seq = m.seq) AS account_id
          FROM pocket p JOIN billing_account b ON b.customer_id = p.customer_id AND b.account_id = p.account_id AND b.currency = p.unit
          JOIN pocket_movement m ON m.customer_id = p.customer_id AND m.pocket_id = p.pocket_id
          WHERE p.tenant_id = @tenant AND p.kind = 'allowance'
            AND (m.kind = 'usage' AND m.amount < 0 OR m.kind = 'reversal' AND m.amount > 0)
        """;

    private const string Booked =
        "SELECT l.account_id, sum(l.amount_minor) FROM journal_line l JOIN journal_entry e ON e.seller_id = l.seller_id "
        + "AND e.entry_id = l.entry_id WHERE l.tenant_id = @tenant AND l.ledger_account = @loyalty AND e.kind = 'document'";

    /// <summary>Taken by account, in stored steps.</summary>
    internal static Task<List<(long Account, decimal Steps)>> TakenAsync(BookWork work, CancellationToken cancel) =>
        work.ReadAsync(Taken + ") r GROUP BY r.account_id", reader => (reader.GetInt64(0), reader.GetDecimal(1)), cancel);

    /// <summary>Booked by account, in minor units.</summary>
    internal static Task<List<(long Account, decimal Minor)>> BookedAsync(BookWork work, CancellationToken cancel) =>
        work.ReadAsync(Booked + " GROUP BY l.account_id", reader => (reader.GetInt64(0), reader.GetDecimal(1)), cancel,
            ("loyalty", ChartOfAccounts.Default.Loyalty));

    /// <summary>What the documents of these accounts have to book, in minor units, by the document that does it: the first of the
    /// account that settles anything.</summary>
    internal static async Task<Dictionary<DocumentId, long>> DueAsync(
        BookWork work, IReadOnlyList<DocumentHead> heads, CancellationToken cancel)
    {
        var due = new Dictionary<DocumentId, long>();
        var first = heads.Where(head => head.SettledMinor != 0).DistinctBy(head => head.Account).ToList();
        if (first.Count == 0)
        {
            return due;
        }
        var taken = await work.ReadAsync(
            Taken + " AND p.customer_id IN @customers) r GROUP BY r.account_id",
            reader => (Account: reader.GetInt64(0), Steps: reader.GetDecimal(1)), cancel, ("customers", first.Customers()));
        if (taken.Count == 0)
        {
            return due;
        }
        var booked = (await work.ReadAsync(
            Booked + " AND l.seller_id IN @sellers AND l.account_id IN @accounts GROUP BY l.account_id",
            reader => (reader.GetInt64(0), reader.GetDecimal(1)), cancel,
            ("loyalty", ChartOfAccounts.Default.Loyalty),
            ("sellers", first.Select(head => head.Seller.Value).Distinct().ToArray()), ("accounts", first.Accounts())))
            .ToDictionary(row => row.Item1, row => row.Item2);
        foreach (var (account, steps) in taken)
        {
            if (first.Find(head => head.Account.Value == account) is not { } head)
            {
                continue;
            }
            var minor = InvoiceFacts.UnitOf(head).MinorFromStorage((long)steps, RoundingMode.HalfUp) - (long)booked.GetValueOrDefault(account);
            if (minor != 0)
            {
                due[head.Id] = minor;
            }
        }
        return due;
    }
}
