using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Host.Cli;
using Tollgate.Operations.Reports;
using Tollgate.Primitives;

namespace Tollgate.Host.Demo;

/// <summary>Prints what the demo made: the figures of the console's first page.</summary>
internal static class DemoSummary
{
    private const int PathsShown = 3;

    internal static async Task PrintAsync(Output output, DemoRun run, CancellationToken cancel)
    {
        var summary = await ReadSummary.RunAsync(run.Context(run.End), cancel);
        var bills = Directory.Exists(run.BillFolder)
            ? Directory.GetFiles(run.BillFolder, "*.pdf").Order(StringComparer.Ordinal).ToList()
            : [];
        if (output.IsJson)
        {
            output.Table("", ["what", "count", "amount"], Rows(summary));
            return;
        }
        var total = summary.Files.Totals;
        output.Table("Usage files by source", ["source", "files", "read", "rated", "held", "duplicate", "ignored", "difference"],
            summary.Files.Rows.GroupBy(file => file.Source, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group =>
                    Counts(group.Key, group.Count(), group.Aggregate(new RecordCounts(), (sum, file) => Add(sum, file.Counts))))
                .Append(Counts("all", summary.Files.Count, total)));
        output.Table("Revenue, bills and books", ["what", "count", "amount"], Rows(summary));
        if (bills.Count == 0)
        {
            output.Line("No bills: none of these few customers is on the demo's bill cycle. Try --customers 100.");
            return;
        }
        output.Line($"{bills.Count} bills as PDF in {run.BillFolder}, the newest:");
        foreach (var bill in bills.TakeLast(PathsShown))
        {
            output.Line("  " + bill);
        }
    }

    private static object?[] Counts(string source, long files, RecordCounts counts) =>
        [source, files, counts.Read, counts.Rated, counts.Held, counts.Duplicate, counts.Ignored, counts.Difference];

    private static RecordCounts Add(RecordCounts left, RecordCounts right) => new(
        left.Read + right.Read, left.Rated + right.Rated, left.Held + right.Held, left.Duplicate + right.Duplicate,
        left.Ignored + right.Ignored, left.Dropped + right.Dropped);

    private static IEnumerable<object?[]> Rows(OperatorSummary summary)
    {
        yield return ["customers", summary.Customers.Customers, null];
        foreach (var usage in summary.Usage.GroupBy(row => row.Service).OrderBy(group => group.Key))
        {
            yield return [$"rated {Name(usage.Key)} usage", usage.Sum(row => row.Events), Show(usage.Select(row => row.Amount))];
        }
        foreach (var billed in summary.Billed)
        {
            yield return [$"billed {billed.Kind} lines, net", billed.Lines, Show([billed.Net])];
        }
        foreach (var documents in summary.Documents)
        {
            yield return [$"{documents.Kind}s {documents.Phase}, gross", documents.Count, Show([documents.Gross])];
        }
        foreach (var payments in summary.Payments)
        {
            yield return [$"payments by {payments.Channel}", payments.Count, Show([payments.Sum])];
        }
        foreach (var open in summary.Receivables)
        {
            yield return ["open, to be paid", null, Show([open.Open])];
        }
        foreach (var held in summary.Held)
        {
            yield return [$"held: {held.Reason}", held.Count, null];
        }
        foreach (var books in summary.LedgerTotals)
        {
            yield return ["ledger: debits", null, Show([books.Debit])];
            yield return ["ledger: credits", null, Show([books.Credit])];
        }
    }

    private static string Name(ServiceKind service) => service.ToString().ToLowerInvariant();

    private static string Show(IEnumerable<Money> amounts) =>
        string.Join(", ", amounts.GroupBy(amount => amount.Currency).Select(group =>
        group.Sum(amount => amount.Amount).ToString("#,0.00", CultureInfo.InvariantCulture) + " " + group.Key.Code));
}
