using System.Text;
using Tollgate.Documents;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>What was sent.</summary>
/// <param name="Run">Null: single documents.</param>
/// <param name="Paths">The files written, in order of the numbers' accounts.</param>
public sealed record SendResult(BillRunId? Run, IReadOnlyList<string> Paths);

/// <summary>
/// Delivers the issued documents of a run, or those that no run made, that are pending:
/// each as a PDF in a folder, named by its number. A document is marked as sent
/// after its file is written; a second start writes only what is still pending.
/// </summary>
public static class SendDocuments
{
    private const int ChunkSize = 100;

    /// <param name="run">Null: credit notes and other documents that no run made.</param>
    public static async Task<Outcome<SendResult>> RunAsync(
        OperationContext context, BillRunId? run, string folder, IProgress<Progress>? progress = null,
        CancellationToken cancel = default)
    {
        List<(long Customer, long Document, string Number)> pending;
        await using (var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel))
        {
            if (run is { } named && await BillRuns.RefuseAsync(work, named, cancel) is { } refusal)
            {
                return refusal;
            }
            pending = await work.ReadAsync(
                "SELECT d.customer_id, d.document_id, d.number FROM document d JOIN document_state s ON s.customer_id = d.customer_id "
                + "AND s.document_id = d.document_id WHERE d.tenant_id = @tenant AND (d.run_id = @run OR (d.run_id IS NULL AND @run = 0)) "
                + "AND d.phase = 'issued' "
                + "AND s.delivery = 'pending' ORDER BY d.customer_id, d.document_id",
                reader => (reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2)), cancel, ("run", run?.Value ?? 0L));
        }
        Directory.CreateDirectory(folder);
        var paths = new List<string>(pending.Count);
        foreach (var chunk in pending.Chunk(ChunkSize))
        {
            await ChunkAsync(context, folder, chunk, cancel);
            paths.AddRange(chunk.Select(one => PathOf(folder, one.Number)));
            progress?.Report(new Progress(paths.Count, pending.Count, "documents"));
        }
        await using (var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel))
        {
            await work.ExecuteAsync(
                "UPDATE bill_run SET phase = 'sent' WHERE tenant_id = @tenant AND run_id = @run AND phase = 'issued'", cancel,
                ("run", run?.Value ?? 0L));
            await work.CommitAsync(cancel);
        }
        return new SendResult(run, paths);
    }

    private static async Task ChunkAsync(
        OperationContext context, string folder, (long Customer, long Document, string Number)[] chunk, CancellationToken cancel)
    {
        long[] customers = [.. chunk.Select(one => one.Customer).Distinct()];
        long[] documents = [.. chunk.Select(one => one.Document)];
        List<(string Number, string Snapshot)> snapshots;
        await using (var read = await BookWork.BeginAsync(context.Database, context.Tenant, cancel))
        {
            snapshots = await read.ReadAsync(
                "SELECT number, snapshot FROM document WHERE customer_id IN @customers AND document_id IN @documents AND tenant_id = @tenant",
                reader => (reader.GetString(0), reader.GetString(1)), cancel, ("customers", customers), ("documents", documents));
        }
        await Parallel.ForEachAsync(snapshots, cancel, async (one, stop) =>
            await File.WriteAllBytesAsync(
                PathOf(folder, one.Number), InvoicePdf.Render(InvoiceJson.Deserialize(Encoding.UTF8.GetBytes(one.Snapshot))), stop));
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        await work.ExecuteAsync(
            "UPDATE document_state SET delivery = 'sent', sent_at = @now WHERE customer_id IN @customers AND document_id IN @documents "
            + "AND tenant_id = @tenant", cancel, ("now", context.Now), ("customers", customers), ("documents", documents));
        await work.CommitAsync(cancel);
    }

    private static string PathOf(string folder, string number) => Path.Combine(folder, string.Concat(number.Split(Path.GetInvalidFileNameChars())) + ".pdf");
}
