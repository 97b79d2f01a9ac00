using System.Data.Common;
using Tollgate.Primitives;

namespace Tollgate.Storage.Charging;

/// <summary>Alerts that charging raises, within its transaction: one open alert per kind and subject, which counts.</summary>
internal sealed class UsageAlerts(IdBlock ids, int tenant, object now)
{
    /// <summary>A limit was reached.</summary>
    internal const string LimitReached = "limit-reached";

    /// <summary>An account was charged beyond its credit limit.</summary>
    internal const string BeyondLimit = "credit-limit";

    /// <summary>One per file and reason, with the number of records.</summary>
    internal async Task HeldAsync(
        DbTransaction transaction, ChargeWork work, List<HoldReason> held, CancellationToken cancel)
    {
        foreach (var (reason, count) in held.CountBy(reason => reason).OrderBy(pair => pair.Key))
        {
            var kind = reason == HoldReason.ChargingFailed ? "charging-failed" : "usage-held";
            await RaiseAsync(transaction, kind, HeldAlerts.Subject(work.File, reason), count,
                $"Records of source {work.Source} are held: {reason}. See 'tollgate usage held --reason {reason}', mend the "
                + $"cause, then 'tollgate usage replay --reason {reason}'.", cancel);
        }
    }

    /// <summary>One per allowance or counter whose limit was reached, with the number of times.</summary>
    internal async Task LimitsAsync(DbTransaction transaction, List<ThresholdRow> told, CancellationToken cancel)
    {
        foreach (var (code, count) in told.Where(row => row.Percent >= 100).Select(row => row.Pocket.Allowance)
            .CountBy(code => code, StringComparer.Ordinal).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            await RaiseAsync(transaction, LimitReached, code, count,
                $"Subscriptions have reached the limit of '{code}'. See 'tollgate usage thresholds --percent 100'.", cancel);
        }
    }

    /// <summary>One per account that was charged beyond its credit limit, with the number of events.</summary>
    internal async Task CreditAsync(DbTransaction transaction, List<AccountState> beyond, CancellationToken cancel)
    {
        foreach (var (account, count) in beyond.CountBy(account => account.Id).OrderBy(pair => pair.Key))
        {
            var id = new AccountId(account).ToString();
            await RaiseAsync(transaction, BeyondLimit, id, count,
                $"Usage of {id} cost more than it has and may owe. It had happened, so it was charged. See 'tollgate account "
                + $"show {id}'.",
                cancel);
        }
    }

    private async Task RaiseAsync(
        DbTransaction transaction, string kind, string subject, long count, string detail, CancellationToken cancel)
    {
        await using var update = transaction.Command(
            "UPDATE alert SET count = count + @count, at = @at WHERE tenant_id = @tenant AND kind = @kind AND subject = @subject "
            + "AND closed_at IS NULL");
        Fill(update);
        if (await update.ExecuteNonQueryAsync(cancel) > 0)
        {
            return;
        }
        await using var insert = transaction.Command(
            "INSERT INTO alert (alert_id, tenant_id, at, kind, subject, count, detail, closed_at) "
            + "VALUES (@id, @tenant, @at, @kind, @subject, @count, @detail, NULL)");
        Fill(insert).Add("id", ids.Next(1, transaction)).Add("detail", detail);
        await insert.ExecuteNonQueryAsync(cancel);

        DbCommand Fill(DbCommand command) => command.Add("count", count).Add("at", now).Add("tenant", tenant)
            .Add("kind", kind).Add("subject", subject);
    }
}
