using System.Collections.Immutable;
using Tollgate.Primitives;
using static Tollgate.Operations.Reports.SummaryReader;

namespace Tollgate.Operations.Reports;

/// <summary>Open items, payments, ledger.</summary>
internal static class SummaryOfBooks
{
    /// <summary>Three parts per currency: what items ask for, what was paid on them, what of credit items is used up.</summary>
    private static readonly string Receivables =
        $"""
        SELECT 1, currency, {SumOf("amount_minor")}, {SumOf("amount_minor", "due_date < @today")}
        FROM open_item WHERE tenant_id = @tenant GROUP BY currency
        UNION ALL
        SELECT -1, i.currency, {SumOf("a.amount_minor")}, {SumOf("a.amount_minor", "i.due_date < @today")}
        FROM open_item i JOIN allocation a ON a.customer_id = i.customer_id AND a.open_item_id = i.open_item_id
        WHERE i.tenant_id = @tenant GROUP BY i.currency
        UNION ALL
        SELECT 1, i.currency, {SumOf("a.amount_minor")}, {SumOf("a.amount_minor", "i.due_date < @today")}
        FROM open_item i JOIN allocation a ON a.customer_id = i.customer_id AND a.credit_item_id = i.open_item_id
        WHERE i.tenant_id = @tenant GROUP BY i.currency
        """;

    private static readonly string Payments =
        $"""
        SELECT channel, currency, COUNT(*), {SumOf("amount_minor")}
        FROM payment WHERE tenant_id = @tenant GROUP BY channel, currency ORDER BY channel, currency
        """;

    private static readonly string Ledger =
        $"""
        SELECT ledger_account, unit, {SumOf("amount_minor", "amount_minor > 0")}, {SumOf("amount_minor", "amount_minor < 0")}
        FROM journal_line WHERE tenant_id = @tenant GROUP BY ledger_account, unit
        """;

    internal static async Task<ImmutableArray<Receivable>> ReceivablesAsync(
        SummaryReader reader, object today, CancellationToken cancel)
    {
        var parts = await reader.RowsAsync(
            Receivables,
            row => (Sign: row.GetInt32(0), Open: Minor(row, 2, UnitOf(row, 1)), Overdue: Minor(row, 4, UnitOf(row, 1))),
            cancel, ("today", today));
        return
        [
            .. parts.GroupBy(part => part.Open.Currency).OrderBy(part => part.Key.Code, StringComparer.Ordinal)
                .Select(part => new Receivable(
                    new Money(part.Sum(one => one.Sign * one.Open.Amount), part.Key),
                    new Money(part.Sum(one => one.Sign * one.Overdue.Amount), part.Key))),
        ];
    }

    internal static Task<ImmutableArray<PaymentCount>> PaymentsAsync(SummaryReader reader, CancellationToken cancel) =>
        reader.RowsAsync(
        Payments, row => new PaymentCount(row.GetString(0), row.GetInt64(2), Minor(row, 3, UnitOf(row, 1))), cancel);

    internal static async Task<ImmutableArray<LedgerRow>> LedgerAsync(SummaryReader reader, CancellationToken cancel)
    {
        var rows = await reader.RowsAsync(
            Ledger,
            row => new LedgerRow(row.GetString(0), Minor(row, 2, UnitOf(row, 1)), -Minor(row, 4, UnitOf(row, 1))), cancel);
        return
        [
            .. rows.OrderBy(row => row.Debit.Currency.Code, StringComparer.Ordinal)
            .ThenBy(row => row.Account, StringComparer.Ordinal),
        ];
    }
}
