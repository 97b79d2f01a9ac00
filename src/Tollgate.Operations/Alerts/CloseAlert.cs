using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Alerts;

/// <summary>Closes an alert by hand: somebody has seen to it. If the cause goes on, a new one is raised. Closing a closed one
/// changes nothing. Refusals: <c>unknown-alert</c>, <c>invalid</c>.</summary>
public static class CloseAlert
{
    /// <param name="note">What was done about it; may be empty.</param>
    public static async Task<Outcome<Alert>> RunAsync(
        OperationContext context, AlertId id, string note, CancellationToken cancel = default)
    {
        var faults = new Faults();
        FieldRules.Text(faults, "note", note);
        if (faults.Refusal is { } wrong)
        {
            return wrong;
        }
        var audit = context.Ids.Next();
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var closed = await work.ExecuteAsync(
            "UPDATE alert SET closed_at = @now, closed_by = @actor, note = @note WHERE tenant_id = @tenant AND alert_id = @id "
            + "AND closed_at IS NULL", cancel, ("now", context.Now), ("actor", context.Actor), ("note", note), ("id", id.Value));
        var alert = await ReadAlerts.OneAsync(work, id, cancel);
        if (closed == 1)
        {
            await Audit.WriteAsync(work, context, audit, "alert.close", id.ToString(), note, cancel);
            await work.CommitAsync(cancel);
        }
        return alert;
    }
}
