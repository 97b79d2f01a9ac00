using NodaTime;
using Tollgate.Billing;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Documents;

/// <summary>Issues single drafts that no bill run made. A document of a run is issued with its run.</summary>
public static class IssueDocument
{
    public static async Task<Outcome<DocumentHead>> RunAsync(
        OperationContext context, DocumentId document, LocalDate? issueDate = null, CancellationToken cancel = default)
    {
        var firstId = context.Ids.Next(8 + IssueDocuments.MaxAllocations);
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var found = await DocumentReader.HeadsAsync(work, new DocumentFilter(Document: document), cancel);
        if (found.Count == 0)
        {
            return new Refusal("unknown-document", $"There is no document {document}. See: tollgate document list.",
                Retry.AfterCure, "document");
        }
        await work.LockHeadsAsync([found[0].Customer.Value], cancel);
        var head = (await DocumentReader.HeadsAsync(work, new DocumentFilter(Document: document), cancel))[0];
        if (head.Run is { } run)
        {
            return new Refusal("document-of-run",
                $"{document} belongs to the bill run {run}: issue it with tollgate bill issue {run}.",
                Retry.AfterCure, "document");
        }
        var phase = DocumentStates.Phase(head.Phase);
        if (!DocumentStates.MayGo(phase, DocumentPhase.Issued) && !DocumentStates.MayGo(phase, DocumentPhase.Accepted))
        {
            return new Refusal("wrong-phase", $"{document} is {head.Phase}; only drafts are issued.", Retry.Never, "document");
        }
        await work.ExecuteAsync("UPDATE document SET phase = 'accepted' WHERE customer_id = @customer AND document_id = "
            + "@document", cancel,
            ("customer", head.Customer.Value), ("document", document.Value));
        await IssueDocuments.IssueAsync(context, work, [head with { Phase = "accepted" }], issueDate, firstId + 1, cancel);
        await Audit.WriteAsync(work, context, firstId, "document.issue", document.ToString(), "", cancel);
        var issued = (await DocumentReader.HeadsAsync(work, new DocumentFilter(Document: document), cancel))[0];
        await work.CommitAsync(cancel);
        return issued;
    }
}
