using System.Collections.Immutable;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Operations.Billing;

/// <summary>What was accepted.</summary>
/// <param name="Accepted">Drafts that are accepted now.</param>
/// <param name="Held">Drafts left as they are, because too much usage of their account is held.</param>
/// <param name="Warnings">Accounts with held usage, and sellers without a creditor identifier, in words.</param>
/// <param name="Changed">Drafts left as they are, because they would come out differently now: why and what to do, in words.</param>
public sealed record AcceptResult(
    BillRunId Run, int Accepted, int Held, IReadOnlyList<string> Warnings, IReadOnlyList<string> Changed);

/// <summary>
/// Accepts the drafts of a run after the completeness gate: no usage file may be half imported, and the charges of every claimed slot must
/// sum to the totals that the drafts were made of. Each draft is computed again of what is known now: one that would come out differently
/// (a change of the subscription back in time, a discount, another catalogue or policy) stays a draft. Held usage keeps back only the
/// document of its account, above a threshold of the policy.
/// </summary>
public static class AcceptDocuments
{
    private const int ChunkSize = 200;

    /// <summary>Accepts what can be accepted; starting it again goes on with the rest.</summary>
    /// <param name="holdAbove">Held records above which a draft is kept back; null: as the policy says.</param>
    public static async Task<Outcome<AcceptResult>> RunAsync(
        OperationContext context, CatalogueTimeline catalogues, BillRunId run, int? holdAbove = null, CancellationToken cancel = default)
    {
        List<DocumentHead> drafts;
        Dictionary<AccountId, long> held;
        BillChunk chunk;
        ImmutableArray<string> creditors;
        int? limit;
        await using (var gate = await BookWork.BeginAsync(context.Database, context.Tenant, cancel))
        {
            if ((await BillRuns.RefuseAsync(gate, run, cancel) ?? await Completeness.RefuseAsync(gate, run, cancel)) is { } refusal)
            {
                return refusal;
            }
            var request = await BillRuns.RequestAsync(gate, run, cancel);
            var policy = await Policies.InForceAsync(gate, request.Date, cancel);
            limit = holdAbove ?? policy.HoldAboveHeldRecords;
            held = await Completeness.HeldAsync(gate, run, cancel);
            creditors = MissingCreditors.InWords(await MissingCreditors.OfAsync(gate, run, cancel));
            drafts = await DocumentReader.HeadsAsync(gate, new DocumentFilter(run, Phase: "draft", Limit: int.MaxValue), cancel);
            chunk = new BillChunk(context, CatalogueHistories.Of(catalogues), policy, request, run);
        }
        var kept = drafts.Where(draft => limit is { } most && held.GetValueOrDefault(draft.Account) > most).ToList();
        var changed = new List<string>();
        var accepted = 0;
        foreach (var some in drafts.Except(kept).Chunk(ChunkSize))
        {
            cancel.ThrowIfCancellationRequested();
            var (done, refused) = await ChunkAsync(context, chunk, some, cancel);
            accepted += done;
            changed.AddRange(refused);
        }
        await EndAsync(context, run, $"{accepted} accepted, {kept.Count} held, {changed.Count} changed", cancel);
        var warnings = drafts.Where(draft => held.ContainsKey(draft.Account))
            .Select(draft => $"{draft.Account}: {held[draft.Account]} usage record(s) of it are held and not on the bill")
            .Concat(creditors).ToList();
        return new AcceptResult(run, accepted, kept.Count, warnings, changed);
    }

    /// <summary>Accepts the drafts of a chunk that are still what they would be now.</summary>
    private static async Task<(int Accepted, IEnumerable<string> Changed)> ChunkAsync(
        OperationContext context, BillChunk chunk, DocumentHead[] drafts, CancellationToken cancel)
    {
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        await work.LockHeadsAsync([.. drafts.Customers().Order()], cancel);
        var changed = await chunk.ChangedAsync(work, drafts, cancel);
        var right = drafts.Where(draft => !changed.ContainsKey(draft.Id)).ToList();
        var accepted = await work.ExecuteAsync(
            "UPDATE document SET phase = 'accepted' WHERE customer_id IN @customers AND document_id IN @documents AND phase = 'draft' "
            + "AND tenant_id = @tenant", cancel, ("customers", right.Customers()), ("documents", right.Documents()));
        await work.CommitAsync(cancel);
        return (accepted, drafts.Where(draft => changed.ContainsKey(draft.Id)).Select(draft =>
            $"{draft.Account}: {changed[draft.Id]}. Cancel the draft and run the cycle again: tollgate bill cancel {draft.Id}"));
    }

    private static async Task EndAsync(OperationContext context, BillRunId run, string detail, CancellationToken cancel)
    {
        var auditId = context.Ids.Next();
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        await BillRuns.PhaseAsync(work, run, "accepted", cancel);
        await Audit.WriteAsync(work, context, auditId, "document.accept", run.ToString(), detail, cancel);
        await work.CommitAsync(cancel);
    }
}

/// <summary>Holds a draft against what it would be now.</summary>
internal static class DraftCheck
{
    /// <summary>How they differ, in words; null: they don't.</summary>
    /// <param name="draft">As it was made.</param>
    /// <param name="lines">Its lines.</param>
    /// <param name="now">What the calculator makes of the facts of now; null: the run cannot make it, because the
    /// account has moved to another cycle since; its bill of the old cycle stands.</param>
    /// <param name="taxedElsewhere">Taxes come from a service: amounts are compared as they are priced.</param>
    internal static string? Difference(
        DocumentHead draft, IReadOnlyList<DocumentLine> lines, BillOutcome? now, bool taxedElsewhere)
    {
        if (now is not BillOutcome.Drafted(var bill))
        {
            return now is BillOutcome.Parked(_, var detail) ? $"{draft.Id} could not be made now: {detail}" : null;
        }
        var unit = InvoiceFacts.UnitOf(draft);
        if (!taxedElsewhere && (bill.GrossMinor, bill.SettledMinor) != (draft.GrossMinor, draft.SettledMinor))
        {
            return $"{draft.Id} would come to {Money.FromMinor(bill.GrossMinor, unit)} now, not "
                + $"{Money.FromMinor(draft.GrossMinor, unit)}";
        }
        return bill.Lines.Select(line => (line.Code, line.Period, line.AmountMinor))
            .SequenceEqual(lines.Select(line => (line.Code, line.Period, line.AmountMinor)))
            ? null
            : $"{draft.Id} would have other lines now";
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
