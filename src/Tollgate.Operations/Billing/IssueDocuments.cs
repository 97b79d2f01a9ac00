using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Documents;
using Tollgate.Ledger;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>What was issued.</summary>
/// <param name="FirstNumber">Of this start; null when nothing was left to issue.</param>
public sealed record IssueResult(BillRunId Run, int Issued, string? FirstNumber, string? LastNumber);

/// <summary>
/// Issues the accepted documents of a run: gap-free number, frozen snapshot with hash and template version, open item,
/// journal entry,
/// settlement of what prepaid money paid, and set-off of credits; all in one transaction per chunk, in account order. A run that
/// was interrupted goes on with the next number.
/// </summary>
public static class IssueDocuments
{
    private const int ChunkSize = 200;
    private const int IdsPerDocument = 2;
    internal const int MaxAllocations = 4_000;

    /// <summary>Issues what is accepted.</summary>
    /// <param name="context">Where, who, when.</param>
    /// <param name="run">The bill run.</param>
    /// <param name="issueDate">Date on the documents, in the seller's zone; null: the boundary of the run.</param>
    /// <param name="progress">Told after every chunk.</param>
    /// <param name="cancel">Stops between chunks.</param>
    public static async Task<Outcome<IssueResult>> RunAsync(
        OperationContext context, BillRunId run, LocalDate? issueDate = null, IProgress<Progress>? progress = null,
        CancellationToken cancel = default)
    {
        int total;
        await using (var gate = await BookWork.BeginAsync(context.Database, context.Tenant, cancel))
        {
            if ((await BillRuns.RefuseAsync(gate, run, cancel) ?? await Completeness.RefuseAsync(gate, run, cancel)) is { } refusal)
            {
                return refusal;
            }
            var boundary = (await gate.ReadAsync(
                "SELECT bill_date FROM bill_run WHERE tenant_id = @tenant AND run_id = @run", reader => reader.GetDate(0), cancel,
                ("run", run.Value)))[0];
            if (issueDate < boundary)
            {
                return new Refusal("issued-before-run",
                    $"The run bills up to {boundary:uuuu-MM-dd}: give that day or a later one as the issue date.", Field: "issueDate");
            }
            total = (int)(await gate.ReadAsync(
                "SELECT count(*) FROM document WHERE tenant_id = @tenant AND run_id = @run AND phase = 'accepted'",
                reader => reader.GetInt64(0), cancel, ("run", run.Value)))[0];
        }
        var issued = new List<string>();
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var numbers = await ChunkAsync(context, run, issueDate, cancel);
            if (numbers.Count == 0)
            {
                break;
            }
            issued.AddRange(numbers);
            progress?.Report(new Progress(issued.Count, total, "documents"));
        }
        return new IssueResult(run, issued.Count, issued.FirstOrDefault(), issued.LastOrDefault());
    }

    private static async Task<List<string>> ChunkAsync(OperationContext context, BillRunId run, LocalDate? issueDate, CancellationToken cancel)
    {
        var nextId = context.Ids.Next(ChunkSize * IdsPerDocument + MaxAllocations);
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var heads = await DocumentReader.HeadsAsync(work, new DocumentFilter(run, Phase: "accepted", Limit: ChunkSize), cancel);
        if (heads.Count == 0)
        {
            await BillRuns.PhaseAsync(work, run, "issued", cancel);
            await work.CommitAsync(cancel);
            return [];
        }
        var numbers = await IssueAsync(context, work, heads, issueDate, nextId, cancel);
        await work.CommitAsync(cancel);
        return numbers;
    }

    /// <summary>Issues accepted documents within a transaction that holds what they need: number, snapshot, entry, open item; then
    /// set-off of credits, of a credit note first against what it credits.</summary>
    /// <param name="context">Where, who, when.</param>
    /// <param name="work">The transaction.</param>
    /// <param name="heads">Accepted documents, in the order of their numbers.</param>
    /// <param name="issueDate">Null: as on the documents.</param>
    /// <param name="nextId">First of two ids per document and <see cref="MaxAllocations"/> more.</param>
    /// <param name="cancel">Cancels.</param>
    internal static async Task<List<string>> IssueAsync(
        OperationContext context, BookWork work, IReadOnlyList<DocumentHead> heads, LocalDate? issueDate, long nextId, CancellationToken cancel)
    {
        var facts = await InvoiceFacts.LoadAsync(work, heads, cancel);
        var promoted = await PromotedMoney.DueAsync(work, heads, cancel);
        var numbers = new List<string>();
        var entries = new List<(long Id, JournalEntry Entry)>();
        var items = new List<NewOpenItem>();
        foreach (var head in heads)
        {
            var date = issueDate ?? head.IssueDate;
            var due = head.Run is null && issueDate is null ? head.DueDate : date.PlusDays(facts.TermsOf(head));
            var dated = head with { IssueDate = date, DueDate = due };
            var (series, value, number) = await NumberAsync(work, facts.SellerOf(head), facts.TypeOf(head), dated, cancel);
            var numbered = dated with { Number = number };
            await FreezeAsync(context, work, numbered, series, value, InvoiceViews.From(numbered, facts), cancel);
            entries.Add((nextId++, Posting(numbered, facts, promoted.GetValueOrDefault(head.Id))));
            if (numbered.DueMinor != 0)
            {
                items.Add(new NewOpenItem(
                    nextId++, numbered.Customer, numbered.Account, numbered.Id, numbered.Currency, numbered.DueMinor, numbered.DueDate));
            }
            numbers.Add(number);
        }
        BookWriter.SaveEntries(work, entries, context.Now);
        BookWriter.SaveItems(work, items, context.Now);
        foreach (var credit in items.Where(item => item.AmountMinor < 0))
        {
            nextId += await AllocateCredits.AgainstLinkedAsync(work, credit, nextId, context.Now, cancel);
        }
        await AllocateCredits.RunAsync(work, heads.Customers(), heads.Accounts(), nextId, MaxAllocations / 2, context.Now, cancel);
        return numbers;
    }

    /// <summary>Takes the next number of the type's series of the seller for the year; the row stays locked until the chunk is
    /// committed.</summary>
    private static async Task<(string Series, long Value, string Number)> NumberAsync(
        BookWork work, SellerFactsForPrint seller, DocumentType type, DocumentHead head, CancellationToken cancel)
    {
        var series = string.Create(CultureInfo.InvariantCulture, $"{type.Series}-{head.IssueDate.Year}");
        var value = (await work.ReadAsync(
            "INSERT INTO number_series (seller_id, series, tenant_id, next_number) VALUES (@seller, @series, @tenant, 2) "
            + "ON CONFLICT (seller_id, series) DO UPDATE SET next_number = number_series.next_number + 1 RETURNING next_number - 1",
            reader => reader.GetInt64(0), cancel, ("seller", head.Seller.Value), ("series", series)))[0];
        return (series, value, string.Create(CultureInfo.InvariantCulture, $"{seller.NumberPrefix}{type.Prefix}{head.IssueDate.Year}-{value:000000}"));
    }

    private static async Task FreezeAsync(
        OperationContext context, BookWork work, DocumentHead head, string series, long value, InvoiceView view, CancellationToken cancel)
    {
        var snapshot = InvoiceJson.Serialize(view);
        var changed = await work.ExecuteAsync(
            "UPDATE document SET phase = 'issued', number = @number, number_series = @series, number_value = @value, issue_date = @issued, "
            + "due_date = @due, snapshot = @snapshot, snapshot_hash = @hash, template_version = @template, issued_at = @now "
            + "WHERE customer_id = @customer AND document_id = @document AND phase = 'accepted'",
            cancel, ("number", head.Number), ("series", series), ("value", value), ("issued", head.IssueDate), ("due", head.DueDate),
            ("snapshot", Encoding.UTF8.GetString(snapshot)), ("hash", Convert.ToHexStringLower(SHA256.HashData(snapshot))),
            ("template", view.TemplateVersion.ToString(CultureInfo.InvariantCulture)), ("now", context.Now),
            ("customer", head.Customer.Value), ("document", head.Id.Value));
        if (changed != 1)
        {
            throw new InvalidOperationException($"The document {head.Id} changed while it was issued.");
        }
        await work.ExecuteAsync(
            "INSERT INTO document_state (customer_id, document_id, tenant_id, delivery) VALUES (@customer, @document, @tenant, 'pending')",
            cancel, ("customer", head.Customer.Value), ("document", head.Id.Value));
    }

    private static JournalEntry Posting(DocumentHead head, InvoiceFacts facts, long promotedMinor) => Postings.Default.ForDocument(
        new PostingSubject(head.Seller, head.Customer, head.Account, InvoiceFacts.UnitOf(head), head.IssueDate, head.Id.ToString()),
        facts.Lines[head.Id].Select(line => new RevenueAmount(line.RevenueAccount, line.NetMinor)),
        facts.Taxes[head.Id].Select(tax => new TaxAmount(tax.Country, tax.Percent, tax.TaxMinor, tax.LedgerAccount)),
        head.SettledMinor, head.RoundingMinor,
        [
            .. facts.SetOff[head.Id].Where(one => !one.BeforeTax)
                .Select(one => new SetOffAmount(one.LedgerAccount, one.AmountMinor)),
        ], promotedMinor);
}
