using System.Collections.Immutable;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Storage;
using static Tollgate.Operations.Reports.SummaryReader;

namespace Tollgate.Operations.Reports;

/// <summary>Usage files, rated usage, held records and alerts.</summary>
internal static class SummaryOfUsage
{
    private const int MostFiles = 30;
    private const int MostAlerts = 20;

    private static readonly string FileTotals =
        $"""
        SELECT COUNT(*), {SumOf("read_count")}, {SumOf("rated_count")}, {SumOf("held_count")}, {SumOf("duplicate_count")},
          {SumOf("ignored_count")}, {SumOf("dropped_count")}
        FROM usage_file WHERE tenant_id = @tenant
        """;

    private const string FileRows =
        """
        SELECT file_id, name, source, phase, size, read_count, rated_count, held_count, duplicate_count, ignored_count,
          dropped_count
        FROM usage_file WHERE tenant_id = @tenant
        ORDER BY CASE WHEN read_count - rated_count - held_count - duplicate_count - ignored_count = dropped_count
          THEN 1 ELSE 0 END, started_at DESC, file_id DESC
        LIMIT @most
        """;

    private static readonly string Revenue =
        $"""
        SELECT k.service, k.basis, k.tax_included, k.currency, {SumOf("u.events")}, {SumOf("u.used")}, {SumOf("u.amount")},
          {SumOf("u.from_money")}
        FROM usage_total u JOIN price_key k ON k.tenant_id = u.tenant_id AND k.price_key_id = u.price_key_id
        WHERE u.tenant_id = @tenant AND u.subscription_id <> 0
        GROUP BY k.service, k.basis, k.tax_included, k.currency
        ORDER BY k.service, k.basis, k.tax_included, k.currency
        """;

    private const string HeldRows =
        """
        WITH ranked AS (
          SELECT source, record_key, COUNT(*) OVER (PARTITION BY reason) AS reason_count,
            ROW_NUMBER() OVER (PARTITION BY reason ORDER BY held_at DESC, file_id DESC, file_offset DESC) AS newness
          FROM held_record WHERE tenant_id = @tenant AND phase = 'held')
        SELECT h.reason, r.reason_count, h.held_at, COALESCE(f.name, ''), h.line, h.detail, h.raw
        FROM ranked r
        JOIN held_record h ON h.tenant_id = @tenant AND h.source = r.source AND h.record_key = r.record_key
        LEFT JOIN usage_file f ON f.file_id = h.file_id AND f.tenant_id = h.tenant_id
        WHERE r.newness = 1
        ORDER BY r.reason_count DESC, h.reason
        """;

    internal static async Task<UsageFileSummary> FilesAsync(SummaryReader reader, CancellationToken cancel)
    {
        var (count, totals) = (await reader.RowsAsync(
            FileTotals,
            row => (row.GetInt64(0), new RecordCounts(
                Count(row, 1), Count(row, 3), Count(row, 5), Count(row, 7), Count(row, 9), Count(row, 11))),
            cancel))[0];
        var rows = await reader.RowsAsync(
            FileRows,
            row => new UsageFileRow(
                new UsageFileId(row.GetInt64(0)), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4),
                new RecordCounts(row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.GetInt64(9),
                    row.GetInt64(10))),
            cancel, ("most", MostFiles));
        return new UsageFileSummary(count, totals, rows);
    }

    internal static Task<ImmutableArray<UsageRevenue>> RevenueAsync(SummaryReader reader, CancellationToken cancel) =>
        reader.RowsAsync(
        Revenue,
        row => new UsageRevenue(
            (ServiceKind)row.GetInt16(0), (PriceBasis)row.GetInt16(1), row.GetBoolean(2), Count(row, 4), Sum(row, 6),
            Steps(row, 8, UnitOf(row, 3)), Steps(row, 10, UnitOf(row, 3))),
        cancel);

    internal static Task<ImmutableArray<HeldReason>> HeldAsync(SummaryReader reader, CancellationToken cancel) =>
        reader.RowsAsync(
        HeldRows,
        row => new HeldReason(
            (HoldReason)row.GetInt16(0), row.GetInt64(1), row.GetTime(2), row.GetString(3), row.GetInt64(4), row.GetString(5),
            row.GetString(6)),
        cancel);

    internal static async Task<AlertSummary> AlertsAsync(SummaryReader reader, CancellationToken cancel)
    {
        var open = await reader.RowsAsync(
            "SELECT COUNT(*) FROM alert WHERE tenant_id = @tenant AND closed_at IS NULL", row => row.GetInt64(0), cancel);
        var rows = await reader.RowsAsync(
            "SELECT at, kind, subject, count, detail FROM alert WHERE tenant_id = @tenant AND closed_at IS NULL "
            + "ORDER BY at DESC, alert_id DESC LIMIT @most",
            row => new AlertRow(row.GetTime(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4)),
            cancel, ("most", MostAlerts));
        return new AlertSummary(open[0], rows);
    }
}
