using NodaTime;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Adjustments;

/// <summary>Something given to an account by hand.</summary>
/// <param name="Id"><c>giv_…</c> for a line, <c>crd_…</c> for a credit or deposit.</param>
/// <param name="Kind"><c>charge</c>, <c>late-fee</c>, <c>interest</c>, <c>credit</c> or <c>deposit</c>.</param>
/// <param name="Amount">Of a line as priced; of a credit or deposit what was given.</param>
/// <param name="Left">What bills may still set off, or is kept; null for a line.</param>
/// <param name="State"><c>next-bill</c>, <c>final-bill</c>, <c>billed</c>, <c>used</c>, <c>withdrawn</c>.</param>
public sealed record AdjustmentView(
    string Id, string Kind, string Text, LocalDate On, Money Amount, Money? Left, string State, string Tax, string Reason,
    string Actor);

/// <summary>Reads what was given to accounts by hand.</summary>
public static class ReadAdjustments
{
    private const string Sql =
        "SELECT l.line_id, l.kind, l.description, l.on_date, l.amount_minor, CAST(0 AS bigint), CASE WHEN l.withdrawn_at IS NOT "
        + "NULL THEN 'withdrawn' WHEN EXISTS (SELECT 1 FROM document_line b JOIN document d ON d.customer_id = b.customer_id AND "
        + "d.document_id = b.document_id WHERE b.customer_id = l.customer_id AND b.item_kind = 'given' AND b.code = 'giv_' || "
        + "l.line_id AND d.phase <> 'cancelled') THEN 'billed' ELSE 'next-bill' END, l.tax, l.reason, l.actor, 0 FROM given_line "
        + "l WHERE l.customer_id = @customer AND l.account_id = @account AND l.tenant_id = @tenant UNION ALL SELECT c.credit_id, "
        + $"c.kind, c.description, c.given_on, c.amount_minor, CAST({CustomerMoney.Left} AS bigint), "
        + $"CASE WHEN {CustomerMoney.Left} = 0 "
        + "THEN CASE WHEN c.returned_minor = c.amount_minor THEN 'withdrawn' ELSE 'used' END WHEN c.at_end THEN 'final-bill' "
        + "ELSE 'next-bill' END, CASE WHEN c.before_tax THEN 'before tax' ELSE 'after tax' END, c.reason, c.actor, 1 FROM "
        + "account_credit c WHERE c.customer_id = @customer AND c.account_id = @account AND c.tenant_id = @tenant ORDER BY 1";

    /// <summary>One; refusal <c>unknown-adjustment</c>.</summary>
    /// <param name="id"><c>giv_…</c> or <c>crd_…</c>.</param>
    public static async Task<Outcome<AdjustmentView>> OneAsync(
        OperationContext context, string id, CancellationToken cancel = default)
    {
        var number = Id.TryParse<GivenLineId>(id, out var line) ? line.Value
            : Id.TryParse<CreditId>(id, out var credit) ? credit.Value : 0;
        List<AccountId> accounts;
        await using (var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel))
        {
            accounts = await work.ReadAsync(
                "SELECT account_id FROM given_line WHERE line_id = @id AND tenant_id = @tenant UNION ALL "
                + "SELECT account_id FROM account_credit WHERE credit_id = @id AND tenant_id = @tenant",
                reader => new AccountId(reader.GetInt64(0)), cancel, ("id", number));
        }
        var given = accounts.Count == 0 ? null : (await ListAsync(context, accounts[0], cancel)).Value;
        return given?.Find(one => one.Id == id) is { } found ? found : AdjustAccount.Unknown(id);
    }

    /// <summary>In the order of giving.</summary>
    public static async Task<Outcome<List<AdjustmentView>>> ListAsync(
        OperationContext context, AccountId account, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        if (await BookRequests.AccountAsync(work, account, cancel) is not { } found)
        {
            return BookRequests.Unknown(account);
        }
        var currency = BookAdjustment.UnitOf(found);
        return await work.ReadAsync(Sql, reader =>
        {
            var money = reader.GetInt32(10) == 1;
            return new AdjustmentView(
                money ? new CreditId(reader.GetInt64(0)).ToString() : new GivenLineId(reader.GetInt64(0)).ToString(),
                reader.GetString(1), reader.GetString(2), reader.GetDate(3), Money.FromMinor(reader.GetInt64(4), currency),
                money ? Money.FromMinor(reader.GetInt64(5), currency) : null, reader.GetString(6), reader.GetString(7),
                reader.GetString(8), reader.GetString(9));
        }, cancel, ("customer", found.Customer.Value), ("account", account.Value));
    }
}
