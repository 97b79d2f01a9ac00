using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>What was accepted.</summary>
/// <param name="Accepted">Drafts that are accepted now.</param>
/// <param name="Held">Drafts left as they are, because too much usage of their account is held.</param>
/// <param name="Warnings">Accounts with held usage, in words.</param>
public sealed record AcceptResult(BillRunId Run, int Accepted, int Held, IReadOnlyList<string> Warnings);

/// <summary>
/// Accepts the drafts of a run after the completeness gate: no usage file may be half imported, and the charges of every claimed slot must
/// sum to the totals that the drafts were made of. Held usage keeps back only the document of its account, above a threshold of the policy.
/// </summary>
public static class AcceptDocuments
{
    /// <param name="holdAbove">Held records above which a draft is kept back; null: as the policy says.</param>
    public static async Task<Outcome<AcceptResult>> RunAsync(
        OperationContext context, BillRunId run, int? holdAbove = null, CancellationToken cancel = default)
    {
        var firstId = context.Ids.Next();
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        if (await BillRuns.RefuseAsync(work, run, cancel) is { } unknown)
        {
            return unknown;
        }
        if (await Completeness.RefuseAsync(work, run, cancel) is { } incomplete)
        {
            return incomplete;
        }
        var drafts = await DocumentReader.HeadsAsync(work, new DocumentFilter(run, Phase: "draft", Limit: int.MaxValue), cancel);
        var held = await Completeness.HeldAsync(work, run, cancel);
        var policy = await Policies.InForceAsync(work, await BillRuns.DateAsync(work, run, cancel), cancel);
        var limit = holdAbove ?? policy.HoldAboveHeldRecords;
        var kept = drafts.Where(draft => limit is { } most && held.GetValueOrDefault(draft.Account) > most).ToList();
        var accepted = drafts.Except(kept).ToList();
        await work.ExecuteAsync(
            "UPDATE document SET phase = 'accepted' WHERE customer_id IN @customers AND document_id IN @documents AND phase = 'draft' "
            + "AND tenant_id = @tenant", cancel, ("customers", accepted.Customers()), ("documents", accepted.Documents()));
        await BillRuns.PhaseAsync(work, run, "accepted", cancel);
        await Audit.WriteAsync(work, context, firstId, "document.accept", run.ToString(), $"{accepted.Count} accepted, {kept.Count} held", cancel);
        await work.CommitAsync(cancel);
        var warnings = drafts.Where(draft => held.ContainsKey(draft.Account))
            .Select(draft => $"{draft.Account}: {held[draft.Account]} usage record(s) of it are held and not on the bill").ToList();
        return new AcceptResult(run, accepted.Count, kept.Count, warnings);
    }
}

/// <summary>Short forms over document heads.</summary>
internal static class DocumentHeads
{
    internal static long[] Customers(this IEnumerable<DocumentHead> heads) => [.. heads.Select(head => head.Customer.Value).Distinct()];

    internal static long[] Documents(this IEnumerable<DocumentHead> heads) => [.. heads.Select(head => head.Id.Value)];

    internal static long[] Accounts(this IEnumerable<DocumentHead> heads) => [.. heads.Select(head => head.Account.Value).Distinct()];
}

/// <summary>Entries of the audit log.</summary>
internal static class Audit
{
    internal static Task WriteAsync(
        BookWork work, OperationContext context, long id, string action, string subject, string detail, CancellationToken cancel) =>
        work.ExecuteAsync(
            "INSERT INTO audit_entry (audit_id, tenant_id, at, actor, action, subject, detail) "
            + "VALUES (@id, @tenant, @now, @actor, @action, @subject, @detail)",
            cancel, ("id", id), ("now", context.Now), ("actor", context.Actor), ("action", action), ("subject", subject), ("detail", detail));
}
