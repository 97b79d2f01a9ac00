using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Storage;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>A change of one setting of the billing policy.</summary>
/// <param name="No">1, 2, 3 …, in the order of recording.</param>
/// <param name="Setting">As in <see cref="PolicySettings"/>.</param>
/// <param name="EffectiveFrom">Bills and documents dated on this day or later follow it.</param>
/// <param name="Before">In force on that day until this change.</param>
/// <param name="Actor">Who recorded it.</param>
public sealed record PolicyChange(
    int No, string Setting, LocalDate EffectiveFrom, string Before, string Value, string Reason, string Actor, Instant RecordedAt);

/// <summary>The billing policy of a day.</summary>
/// <param name="On">The day.</param>
/// <param name="Version">Number of the last recorded change; 0: nothing was ever changed.</param>
/// <param name="Changes">Everything that was ever recorded, newest first.</param>
public sealed record PolicyInForce(LocalDate On, int Version, BillingPolicy Policy, ImmutableArray<PolicyChange> Changes);

/// <summary>What to change of the billing policy.</summary>
/// <param name="Settings">Names and values as in <see cref="PolicySettings"/>; the other settings stay.</param>
/// <param name="From">First day of bill dates that it holds for; null: today (UTC).</param>
/// <param name="Base">The version that was looked at: another one by now is refused; null: whatever holds.</param>
public sealed record PolicyOrder(ImmutableDictionary<string, string> Settings, LocalDate? From, string Reason, int? Base = null);

/// <summary>
/// The billing policy of a tenant: where billing systems disagree. Bill runs, previews and single documents take what is in force on the
/// day that they are dated, so a change never reaches back to what was billed before its day. Nothing is overwritten: each change keeps
/// who, when, why and what was before.
/// </summary>
public static class Policies
{
    /// <summary>The policy of a day, and how it came about.</summary>
    /// <param name="on">Null: today (UTC).</param>
    public static async Task<PolicyInForce> ShowAsync(OperationContext context, LocalDate? on, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        return View(await ChangesAsync(work, cancel), on ?? Today(context));
    }

    /// <summary>Records changes from a day on. Setting what holds already records nothing.</summary>
    public static async Task<Outcome<PolicyInForce>> SetAsync(
        OperationContext context, PolicyOrder order, CancellationToken cancel = default)
    {
        if (Wrong(order) is { } wrong)
        {
            return wrong;
        }
        var from = order.From ?? Today(context);
        var auditId = context.Ids.Next();
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var known = await ChangesAsync(work, cancel);
        var before = View(known, from);
        if (order.Base is { } seen && seen != before.Version)
        {
            return Moved(string.Create(CultureInfo.InvariantCulture,
                $"The policy was changed meanwhile: it is at version {before.Version}, not {seen}. "));
        }
        var changed = PolicySettings.All
            .Where(setting => order.Settings.ContainsKey(setting.Name))
            .Select(setting => (setting.Name, Before: setting.Read(before.Policy),
                After: setting.Read(setting.With(before.Policy, order.Settings[setting.Name])!)))
            .Where(one => one.Before != one.After).ToList();
        try
        {
            for (var i = 0; i < changed.Count; i++)
            {
                await InsertAsync(work, new PolicyChange(before.Version + 1 + i, changed[i].Name, from, changed[i].Before,
                    changed[i].After, order.Reason, context.Actor, context.Now), cancel);
            }
        }
        catch (DbException problem) when (problem.SqlState == "23505")
        {
            return Moved("The policy is being changed by somebody else. ");
        }
        if (changed.Count > 0)
        {
            await Audit.WriteAsync(work, context, auditId, "policy.set", "billing", string.Create(CultureInfo.InvariantCulture,
                $"from {from:uuuu-MM-dd}: ") + string.Join(", ", changed.Select(one => $"{one.Name} {one.Before} > {one.After}"))
                + (order.Reason.Length > 0 ? $"; {order.Reason}" : ""), cancel);
        }
        var after = View(await ChangesAsync(work, cancel), from);
        await work.CommitAsync(cancel);
        return after;
    }

    /// <summary>The policy for what is dated on a day.</summary>
    internal static async Task<BillingPolicy> InForceAsync(BookWork work, LocalDate on, CancellationToken cancel) =>
        View(await ChangesAsync(work, cancel), on).Policy;

    private static PolicyInForce View(List<PolicyChange> changes, LocalDate on)
    {
        var policy = changes.Where(change => change.EffectiveFrom <= on).OrderBy(change => change.EffectiveFrom)
            .ThenBy(change => change.No).Aggregate(BillingPolicy.Default, (policy, change) =>
                PolicySettings.Find(change.Setting)?.With(policy, change.Value)
                ?? throw new InvalidDataException($"The stored policy says {change.Setting}={change.Value}, which is not possible."));
        return new PolicyInForce(
            on, changes.Count == 0 ? 0 : changes[^1].No, policy, [.. changes.OrderByDescending(change => change.No)]);
    }

    private static Refusal? Wrong(PolicyOrder order)
    {
        var faults = new Faults();
        foreach (var (name, value) in order.Settings.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (PolicySettings.Find(name) is not { } setting)
            {
                faults.Add(name, "There is no such setting.",
                    $"Choose one of {string.Join(", ", PolicySettings.All.Select(one => one.Name))}.");
            }
            else if (setting.With(BillingPolicy.Default, value) is null)
            {
                faults.Add(name, $"'{FieldRules.Short(value)}' is not possible.", $"Write {setting.Values}.");
            }
        }
        if (order.Settings.IsEmpty)
        {
            faults.Add("settings", "Nothing is to be changed.", "Name a setting and its value.");
        }
        FieldRules.Text(faults, "reason", order.Reason);
        return faults.Refusal;
    }

    private static Refusal Moved(string what) => new(
        "policy-changed", what + "Look at it (tollgate policy show) and decide again.", Retry.AfterCure, "base");

    private static LocalDate Today(OperationContext context) => context.Now.InUtc().Date;

    private static Task<List<PolicyChange>> ChangesAsync(BookWork work, CancellationToken cancel) => work.ReadAsync(
        "SELECT change_no, setting, effective_from, before_value, value, reason, actor, recorded_at FROM policy_change "
        + "WHERE tenant_id = @tenant ORDER BY change_no",
        reader => new PolicyChange(reader.GetInt32(0), reader.GetString(1), reader.GetDate(2), reader.GetString(3),
            reader.GetString(4), reader.GetString(5), reader.GetString(6), reader.GetTime(7)), cancel);

    private static Task<int> InsertAsync(BookWork work, PolicyChange change, CancellationToken cancel) => work.ExecuteAsync(
        "INSERT INTO policy_change (tenant_id, change_no, setting, effective_from, before_value, value, reason, actor, recorded_at) "
        + "VALUES (@tenant, @no, @setting, @from, @before, @value, @reason, @actor, @now)", cancel,
        ("no", change.No), ("setting", change.Setting), ("from", change.EffectiveFrom), ("before", change.Before),
        ("value", change.Value), ("reason", change.Reason), ("actor", change.Actor), ("now", change.RecordedAt));
}
