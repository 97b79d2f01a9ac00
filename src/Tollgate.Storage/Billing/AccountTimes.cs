using Tollgate.Billing;
using Tollgate.Primitives;

namespace Tollgate.Storage.Billing;

/// <summary>Bill cycles as stored, their moves, and accounts that are billed to others.</summary>
public static class AccountTimes
{
    /// <summary>A cycle from its columns.</summary>
    /// <param name="text">Empty: monthly.</param>
    /// <param name="day">Day of the month, for a monthly one; 0 without a text: no cycle, as progressive bill runs have.</param>
    /// <exception cref="FormatException">The text is no cycle.</exception>
    public static BillCycle CycleOf(string text, int day) => text.Length == 0
        ? day == 0 ? default : new BillCycle(day)
        : BillCycle.TryParse(text, out var cycle) ? cycle : throw new FormatException($"'{text}' is no bill cycle.");

    /// <summary>The column <c>cycle</c>: empty for a monthly one, whose day stands in <c>cycle_day</c>.</summary>
    public static string TextOf(BillCycle cycle) => cycle.Day > 0 || cycle == default ? "" : cycle.ToString();

    /// <summary>Moves of the accounts' cycles by account, ascending.</summary>
    public static async Task<ILookup<long, CycleMove>> MovesAsync(BookWork work, long[] customers, CancellationToken cancel) =>
        (await work.ReadAsync(
            "SELECT account_id, moved_on, before FROM cycle_move WHERE customer_id IN @customers AND tenant_id = @tenant "
            + "ORDER BY account_id, moved_on",
            reader => (Account: reader.GetInt64(0), Move: new CycleMove(reader.GetDate(1), CycleOf(reader.GetString(2), 0))),
                cancel,
            ("customers", customers))).ToLookup(row => row.Account, row => row.Move);

    /// <summary>Accounts that are billed to others, by those.</summary>
    public static async Task<ILookup<long, AccountId>> ChildrenAsync(BookWork work, long[] customers, CancellationToken cancel) =>
        (await work.ReadAsync(
            "SELECT bills_to_account_id, account_id FROM billing_account WHERE customer_id IN @customers AND tenant_id = @tenant "
            + "AND bills_to_account_id IS NOT NULL ORDER BY account_id",
            reader => (Parent: reader.GetInt64(0), Child: new AccountId(reader.GetInt64(1))), cancel, ("customers", customers)))
        .ToLookup(row => row.Parent, row => row.Child);
}
