using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>
/// Takes back documents that are not issued: their slots are free for the next draft and their accounts are due again. An issued
/// document is never cancelled; it is corrected by another one.
/// </summary>
public static class CancelDocuments
{
    /// <summary>Cancels the given documents, all or none.</summary>
    /// <returns>How many were cancelled; those that were already are not counted.</returns>
    public static async Task<Outcome<int>> RunAsync(
        OperationContext context, IReadOnlyCollection<DocumentId> documents, CancellationToken cancel = default)
    {
        var firstId = context.Ids.Next();
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var heads = new List<DocumentHead>();
        foreach (var id in documents.Distinct())
        {
            var found = await DocumentReader.HeadsAsync(work, new DocumentFilter(Document: id), cancel);
            if (found.Count == 0)
            {
                return new Refusal("unknown-document", $"There is no document {id}. See: tollgate bill list.", Retry.AfterCure, "document");
            }
            if (found[0].Phase == "issued")
            {
                return new Refusal("document-issued",
                    $"The document {id} is issued as {found[0].Number} and never changes: correct it with another document.", Retry.Never, "document");
            }
            heads.Add(found[0]);
        }
        heads.RemoveAll(head => head.Phase == "cancelled");
        await work.LockHeadsAsync([.. heads.Customers().Order()], cancel);
        foreach (var head in heads)
        {
            await TakeBackAsync(work, head, cancel);
        }
        await Audit.WriteAsync(work, context, firstId, "document.cancel", string.Join(' ', heads.Take(20).Select(head => head.Id)),
            $"{heads.Count} cancelled", cancel);
        await work.CommitAsync(cancel);
        return heads.Count;
    }

    /// <summary>Takes back one document that is not issued, its customer locked.</summary>
    internal static async Task TakeBackAsync(BookWork work, DocumentHead head, CancellationToken cancel)
    {
        (string, object?)[] key = [("customer", head.Customer.Value), ("document", head.Id.Value)];
        var changed = await work.ExecuteAsync(
            "UPDATE document SET phase = 'cancelled' WHERE customer_id = @customer AND document_id = @document "
            + "AND phase IN ('draft', 'accepted')", cancel, key);
        if (changed != 1)
        {
            throw new InvalidOperationException($"The document {head.Id} changed while it was cancelled.");
        }
        await work.ExecuteAsync(
            "UPDATE bill_slot SET document_id = NULL WHERE customer_id = @customer AND (account_id, slot_no) IN "
            + "(SELECT account_id, slot_no FROM usage_claim WHERE customer_id = @customer AND document_id = @document)", cancel, key);
        await work.ExecuteAsync("DELETE FROM usage_claim WHERE customer_id = @customer AND document_id = @document", cancel, key);
        if (head.Run is not { } run)
        {
            return;
        }
        await work.ExecuteAsync(
            "UPDATE billing_account SET billed_to = @from WHERE customer_id = @customer AND account_id = @account AND billed_to = @to",
            cancel, key[0], ("account", head.Account.Value), ("from", head.Period.From), ("to", head.Period.To));
        await work.ExecuteAsync(
            "UPDATE bill_run SET done = done - 1, phase = CASE WHEN phase = 'accepted' THEN 'drafted' ELSE phase END "
            + "WHERE tenant_id = @tenant AND run_id = @run AND done > 0", cancel, ("run", run.Value));
    }
}
