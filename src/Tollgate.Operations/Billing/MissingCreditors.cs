using System.Collections.Immutable;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>
/// Bills in euros that say that they are collected, of a seller without a SEPA creditor identifier: no bank takes such a
/// collection, and customers must be told the identifier (SEPA core direct debit rulebook, AT-02). They are issued as they are;
/// the run and an alert for each seller say so until the seller has one.
/// </summary>
public static class MissingCreditors
{
    /// <summary>Kind of the alert; its subject is the seller.</summary>
    internal const string Alert = "creditor-id-missing";

    /// <summary>What is said of a seller.</summary>
    /// <param name="what">The bills, e.g. <c>3 bills of this run</c>.</param>
    internal static string Words(SellerId seller, string what) =>
        $"The seller {seller} has no SEPA creditor identifier, but {what} say that they are collected by direct debit. Record it "
        + $"with 'tollgate seller change {seller} --creditor-id IDENTIFIER'";

    /// <summary>The sellers that lack it for bills of a run, with the number of these bills.</summary>
    internal static async Task<ImmutableArray<(SellerId Seller, long Bills)>> OfAsync(
        BookWork work, BillRunId run, CancellationToken cancel) =>
    [
        .. await work.ReadAsync(
            "SELECT d.seller_id, count(*) FROM document d JOIN seller s ON s.tenant_id = d.tenant_id AND s.seller_id = d.seller_id "
            + "JOIN billing_account a ON a.customer_id = d.customer_id AND a.account_id = d.account_id "
            + "LEFT JOIN party p ON p.customer_id = d.customer_id WHERE d.tenant_id = @tenant AND d.run_id = @run "
            + "AND d.phase <> 'cancelled' AND s.creditor_id = '' AND d.currency = 'EUR' AND a.payment_method = @method "
            + "AND a.mandate <> '' AND coalesce(nullif(a.iban, ''), p.iban, '') <> '' "
            + "AND d.gross_minor - d.settled_minor - d.credited_minor + d.rounding_minor > 0 GROUP BY d.seller_id ORDER BY 1",
            reader => (new SellerId(reader.GetInt64(0)), reader.GetInt64(1)), cancel, ("run", run.Value),
            ("method", DirectDebits.Method)),
    ];

    /// <summary>What is to be told of a run, in words; raises the alerts.</summary>
    internal static async Task<ImmutableArray<string>> TellAsync(
        OperationContext context, BillRunId run, CancellationToken cancel)
    {
        ImmutableArray<(SellerId Seller, long Bills)> missing;
        await using (var reading = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel))
        {
            missing = await OfAsync(reading, run, cancel);
        }
        if (missing.IsEmpty)
        {
            return [];
        }
        var id = context.Ids.Next(missing.Length);
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        foreach (var (seller, _) in missing)
        {
            (string, object?)[] alert =
                [("kind", Alert), ("subject", seller.ToString()), ("now", context.Now), ("detail", Words(seller, "bills") + ".")];
            if (await work.ExecuteAsync("UPDATE alert SET at = @now, detail = @detail WHERE tenant_id = @tenant AND kind = @kind "
                + "AND subject = @subject AND closed_at IS NULL", cancel, alert) == 0)
            {
                await work.ExecuteAsync(
                    "INSERT INTO alert (alert_id, tenant_id, at, kind, subject, count, detail) VALUES (@id, @tenant, @now, @kind, "
                    + "@subject, 1, @detail)", cancel, [.. alert, ("id", id++)]);
            }
        }
        await work.CommitAsync(cancel);
        return InWords(missing);
    }

    /// <summary>The same, without alerts.</summary>
    internal static ImmutableArray<string> InWords(ImmutableArray<(SellerId Seller, long Bills)> missing) =>
        [.. missing.Select(one => Words(one.Seller, one.Bills == 1 ? "bills (1 of this run)" : $"bills ({one.Bills} of this run)"))];

    /// <summary>The seller has one: the alert is done with.</summary>
    internal static Task CloseAsync(WriteScope scope, SellerId seller, CancellationToken cancel) => scope.ExecuteAsync(
        "UPDATE alert SET closed_at = @now WHERE tenant_id = @tenant AND kind = @kind AND subject = @subject AND closed_at IS NULL",
        cancel, ("now", scope.Context.Database.TimeValue(scope.Now)), ("kind", Alert), ("subject", seller.ToString()));
}
