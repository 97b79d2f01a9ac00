using System.Data.Common;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Usage;

/// <summary>A correction of a held record.</summary>
/// <param name="Set">New values by field; see <see cref="HeldFields"/>.</param>
/// <param name="Reason">Why, in the operator's words; required.</param>
public sealed record HeldCorrectionRequest(IReadOnlyDictionary<string, string>? Set, string? Reason);

/// <summary>
/// Corrects fields of a held record. The record stays as it came; each changed field is appended as a correction with who, when,
/// before, after and why, and counts when the record is replayed. A value that is there already changes nothing, so repeating a
/// correction is harmless.
/// </summary>
public static class CorrectHeld
{
    private const int MostReason = 500;

    public static async Task<Outcome<HeldDetail>> RunAsync(
        OperationContext context, EventId key, HeldCorrectionRequest request, CancellationToken cancel = default)
    {
        if (ReasonFault(request.Reason) is { } missing)
        {
            return missing;
        }
        var found = await ReadHeld.OneAsync(context, key, cancel);
        if (found.Refusal is { } unknown)
        {
            return unknown;
        }
        var (held, corrections, _) = found.Value!;
        if (held.Phase != "held")
        {
            return ReadHeld.Settled(held);
        }
        var source = await SourceNumbering.FindAsync(context, held.Source, cancel);
        if (source is null)
        {
            return new Refusal("unknown-source", $"There is no usage source '{held.Source}' any more. Add it again first.");
        }
        var file = await UsageFileStore.FindAsync(context.Database, context.Tenant, held.File, cancel);
        var state = file?.DecoderState ?? "";
        var changes = Changes(
            held, [.. corrections], request, with => HeldText.Decode(source, state, held, with), context, out var refusal);
        if (refusal is not null)
        {
            return refusal;
        }
        if (changes.Count > 0)
        {
            var subject = HeldText.Decode(source, state, held, [.. corrections, .. changes])?.Subject.Value ?? held.Subject;
            if (!await SaveAsync(context, held, changes, subject, cancel))
            {
                return new Refusal("lost-race", "Another correction of this record came in between. Repeat this one.",
                    Retry.Again);
            }
        }
        return await ReadHeld.OneAsync(context, key, cancel);
    }

    internal static Refusal? ReasonFault(string? reason)
    {
        var faults = new Faults();
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MostReason)
        {
            faults.Add("reason", string.IsNullOrWhiteSpace(reason) ? "It is missing." : "It is too long.",
                "Say why, in 1 to 500 characters.");
        }
        return faults.Refusal;
    }

    private static List<HeldCorrection> Changes(
        HeldRecord held, List<HeldCorrection> before, HeldCorrectionRequest request,
        Func<IReadOnlyCollection<HeldCorrection>, UsageRecord?> decode, OperationContext context, out Refusal? refusal)
    {
        var changes = new List<HeldCorrection>();
        var faults = new Faults();
        var set = request.Set ?? new Dictionary<string, string>(StringComparer.Ordinal);
        void Change(string field, string old, string value)
        {
            if (old != value)
            {
                changes.Add(new HeldCorrection(
                    held.Key, before.Count + changes.Count + 1, field, old, value, request.Reason!.Trim(), context.Actor,
                        context.Now));
            }
        }

        if (set.TryGetValue(HeldFields.Text, out var text))
        {
            Change(HeldFields.Text, HeldFields.TextOf(held, before), text);
        }
        var record = decode([.. before, .. changes]);
        if (record is null)
        {
            faults.Add(HeldFields.Text, "The text of the record cannot be read as usage.",
                "Correct the field text first: the whole record as it should stand in the file.");
        }
        else
        {
            foreach (var (field, value) in set.Where(pair => pair.Key != HeldFields.Text)
                .OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                if (HeldFields.Set(record, field, value, out var fault) is not { } changed)
                {
                    faults.Add(fault!.Field, fault.Message, fault.Cure);
                    continue;
                }
                Change(field, HeldFields.Get(record, field), HeldFields.Get(changed, field));
            }
        }
        if (set.Count == 0)
        {
            faults.Add("set", "No field is given.", $"Give at least one of {string.Join(", ", HeldFields.Names)}.");
        }
        refusal = faults.Refusal;
        return changes;
    }

    /// <summary>False: another correction of the record, or its settlement, came in between.</summary>
    private static async Task<bool> SaveAsync(
        OperationContext context, HeldRecord held, List<HeldCorrection> changes, string subject, CancellationToken cancel)
    {
        var audit = context.Ids.Next();
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var still = await work.ExecuteAsync(
            "UPDATE held_record SET subject = @subject WHERE tenant_id = @tenant AND source = @source AND record_key = @key "
            + "AND phase = 'held' AND (SELECT count(*) FROM held_correction c WHERE c.tenant_id = @tenant AND c.source = @source "
            + "AND c.record_key = @key) = @before",
            cancel, ("subject", subject), ("source", held.Source), ("key", HeldStore.KeyValue(context.Database, held.Key)),
            ("before", changes[0].No - 1));
        if (still != 1)
        {
            return false;
        }
        try
        {
            foreach (var change in changes)
            {
                await HeldCorrections.AddAsync(work.Database, work.Transaction, context.Tenant, held.Source, change, cancel);
            }
        }
        catch (DbException taken) when (taken.SqlState == "23505")
        {
            return false;
        }
        await Audit.WriteAsync(work, context, audit, "held.correct", held.Key.ToString(),
            string.Join(", ", changes.Select(change => change.Field)), cancel);
        await work.CommitAsync(cancel);
        return true;
    }
}
