using Tollgate.Storage;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Operations.Billing;

/// <summary>Starts the runs again that have parked accounts; whose cause is mended is billed, the others stay parked.</summary>
public static class RetryParked
{
    public static async Task<List<BillRunResult>> RunAsync(
        OperationContext context, CatalogueTimeline catalogues, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var runs = await work.ReadAsync(
            "SELECT r.cycle_day, r.cycle, r.bill_date FROM bill_run r WHERE r.tenant_id = @tenant AND EXISTS (SELECT 1 FROM "
            + "parked_account p WHERE p.run_id = r.run_id AND p.resolved_at IS NULL) ORDER BY r.bill_date, r.run_id",
            reader => RunBillingRequest.Of(AccountTimes.CycleOf(reader.GetString(1), reader.GetInt32(0)), reader.GetDate(2)), cancel);
        await work.CommitAsync(cancel);
        var results = new List<BillRunResult>(runs.Count);
        foreach (var request in runs)
        {
            var outcome = await RunBilling.RunAsync(context, catalogues, request, null, cancel);
            if (outcome.Refusal is null)
            {
                results.Add(outcome.Value!);
            }
        }
        return results;
    }
}
