using System.Collections.Immutable;
using System.Data.Common;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage;
using static Tollgate.Operations.Reports.SummaryReader;

namespace Tollgate.Operations.Reports;

/// <summary>Documents and their lines.</summary>
internal static class SummaryOfBills
{
    private const int MostDocuments = 20;

    private static readonly string Lines =
        $"""
        SELECT l.kind, d.currency, COUNT(*), {SumOf("l.net_minor")}
        FROM document d JOIN document_line l ON l.customer_id = d.customer_id AND l.document_id = d.document_id
        WHERE d.tenant_id = @tenant AND d.phase = 'issued'
        GROUP BY l.kind, d.currency
        """;

    private static readonly string Counts =
        $"""
        SELECT kind, phase, currency, COUNT(*), {SumOf("net_minor")}, {SumOf("tax_minor")}, {SumOf("gross_minor")},
          {SumOf("settled_minor")}
        FROM document WHERE tenant_id = @tenant
        GROUP BY kind, phase, currency
        """;

    private static readonly ImmutableArray<string> LineKinds = ["recurring", "one-time", "usage", "discount", "adjustment"];
    private static readonly ImmutableArray<string> Phases = ["draft", "accepted", "issued", "cancelled"];

    internal static async Task<ImmutableArray<BilledRevenue>> LinesAsync(SummaryReader reader, CancellationToken cancel)
    {
        var rows = await reader.RowsAsync(
            Lines, row => new BilledRevenue(row.GetString(0), row.GetInt64(2), Minor(row, 3, UnitOf(row, 1))), cancel);
        return
        [
            .. rows.OrderBy(row => LineKinds.IndexOf(row.Kind)).ThenBy(row => row.Kind, StringComparer.Ordinal)
                .ThenBy(row => row.Net.Currency.Code, StringComparer.Ordinal),
        ];
    }

    internal static async Task<ImmutableArray<DocumentCount>> DocumentsAsync(SummaryReader reader, CancellationToken cancel)
    {
        var rows = await reader.RowsAsync(
            Counts,
            row =>
            {
                var unit = UnitOf(row, 2);
                return new DocumentCount(
                    row.GetString(0), row.GetString(1), row.GetInt64(3), Minor(row, 4, unit), Minor(row, 6, unit),
                    Minor(row, 8, unit), Minor(row, 10, unit));
            },
            cancel);
        return
        [
            .. rows.OrderByDescending(row => row.Kind, StringComparer.Ordinal).ThenBy(row => Phases.IndexOf(row.Phase))
                .ThenBy(row => row.Gross.Currency.Code, StringComparer.Ordinal),
        ];
    }

    internal static Task<ImmutableArray<IssuedDocument>> LatestAsync(SummaryReader reader, CancellationToken cancel) =>
        reader.RowsAsync(Documents("issue_date DESC, issued_at DESC, number DESC, document_id DESC"), Document, cancel,
            ("most", MostDocuments));

    internal static Task<ImmutableArray<IssuedDocument>> LargestAsync(SummaryReader reader, CancellationToken cancel) =>
        reader.RowsAsync(Documents("gross_minor DESC, document_id DESC"), Document, cancel, ("most", MostDocuments));

    /// <summary>The documents are chosen first, so that only the chosen ones are joined and summed.</summary>
    private static string Documents(string order) =>
        $"""
        WITH chosen AS (
          SELECT customer_id, document_id, account_id, number, kind, issue_date, due_date, currency, gross_minor,
            settled_minor, issued_at
          FROM document WHERE tenant_id = @tenant AND phase = 'issued' ORDER BY {order} LIMIT @most),
        items AS (
          SELECT i.customer_id, i.document_id, {Named("i.amount_minor", "owed")}
          FROM chosen c JOIN open_item i ON i.customer_id = c.customer_id AND i.document_id = c.document_id
          GROUP BY i.customer_id, i.document_id),
        paid AS (
          SELECT i.customer_id, i.document_id, {Named("a.amount_minor", "paid")}
          FROM chosen c JOIN open_item i ON i.customer_id = c.customer_id AND i.document_id = c.document_id
          JOIN allocation a ON a.customer_id = i.customer_id AND a.open_item_id = i.open_item_id
          GROUP BY i.customer_id, i.document_id),
        used AS (
          SELECT i.customer_id, i.document_id, {Named("a.amount_minor", "used")}
          FROM chosen c JOIN open_item i ON i.customer_id = c.customer_id AND i.document_id = c.document_id
          JOIN allocation a ON a.customer_id = i.customer_id AND a.credit_item_id = i.open_item_id
          GROUP BY i.customer_id, i.document_id)
        SELECT c.document_id, COALESCE(c.number, ''), c.kind, COALESCE(p.name, ''), COALESCE(b.external_key, ''),
          c.issue_date, c.due_date, c.currency, c.gross_minor, c.settled_minor,
          items.owed_high, items.owed_low, paid.paid_high, paid.paid_low, used.used_high, used.used_low
        FROM chosen c
        LEFT JOIN party p ON p.customer_id = c.customer_id
        LEFT JOIN billing_account b ON b.customer_id = c.customer_id AND b.account_id = c.account_id
        LEFT JOIN items ON items.customer_id = c.customer_id AND items.document_id = c.document_id
        LEFT JOIN paid ON paid.customer_id = c.customer_id AND paid.document_id = c.document_id
        LEFT JOIN used ON used.customer_id = c.customer_id AND used.document_id = c.document_id
        ORDER BY {order.Replace("document_id", "c.document_id", StringComparison.Ordinal)}
        """;

    private static IssuedDocument Document(DbDataReader row)
    {
        var unit = UnitOf(row, 7);
        return new IssuedDocument(
            new DocumentId(row.GetInt64(0)), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4),
            DateOrNull(row, 5),
            DateOrNull(row, 6), Money.FromMinor(row.GetInt64(8), unit), Money.FromMinor(row.GetInt64(9), unit),
            Minor(row, 10, unit) - Minor(row, 12, unit) + Minor(row, 14, unit));
    }

    private static LocalDate? DateOrNull(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDate(column);
}
