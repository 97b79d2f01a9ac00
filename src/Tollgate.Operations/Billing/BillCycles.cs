using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>State of a bill cycle's latest period that has ended.</summary>
public enum CycleState
{
    /// <summary>No period has ended yet: usage goes into the first one.</summary>
    Open,
    /// <summary>A period has ended and is not billed for all its accounts.</summary>
    Closed,
    /// <summary>Every account is billed up to the end of the latest period.</summary>
    Billed,
}

/// <summary>One bill cycle with its accounts.</summary>
/// <param name="Accounts">Not ended; accounts that are billed to others are counted with those.</param>
/// <param name="Subscriptions">Of these accounts, not ended.</param>
/// <param name="Open">The period that usage goes into today.</param>
/// <param name="State">Of the period before it.</param>
/// <param name="Due">Accounts that are not billed up to the start of the open period.</param>
/// <param name="Parked">Accounts that a run could not bill.</param>
/// <param name="ClosedAt">When the period before the open one was closed by hand (<see cref="CloseCycle"/>); null: it takes usage
/// until it is billed.</param>
public sealed record BillCycleRow(
    BillCycle Cycle, int Accounts, int Subscriptions, BillPeriod Open, CycleState State, int Due, int Parked, Instant? ClosedAt);

/// <summary>The cycles that accounts have: created by their accounts, opened and closed by the calendar, cut
/// off by hand where wanted, billed by runs.</summary>
public static class BillCycles
{
    /// <summary>By day of the month, other cycles after them; the load of each, to spread new accounts evenly.</summary>
    /// <param name="today">Today; periods that begin on it are open.</param>
    public static async Task<List<BillCycleRow>> ListAsync(
        OperationContext context, LocalDate today, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var loads = await work.ReadAsync(
            "SELECT a.cycle_day, a.cycle, count(*), coalesce(sum(CASE WHEN a.ended_on IS NULL THEN 1 ELSE 0 END), 0), "
            + "coalesce(sum((SELECT count(*) FROM subscription u WHERE u.customer_id = a.customer_id AND u.account_id = "
            + "a.account_id AND u.ended_at IS NULL)), 0), coalesce(sum((SELECT count(*) FROM parked_account p WHERE p.customer_id "
            + "= a.customer_id AND p.account_id = a.account_id AND p.resolved_at IS NULL)), 0) FROM billing_account a "
            + "WHERE a.tenant_id = @tenant GROUP BY a.cycle_day, a.cycle",
            reader => (Day: reader.GetInt32(0), Text: reader.GetString(1), Active: Whole(reader, 3),
                Subscriptions: Whole(reader, 4),
                Parked: Whole(reader, 5)), cancel);
        var rows = new List<BillCycleRow>(loads.Count);
        foreach (var load in loads)
        {
            var cycle = AccountTimes.CycleOf(load.Text, load.Day);
            var open = cycle.PeriodContaining(today);
            var due = await BillReader.CountDueAsync(work, new DueQuery(cycle, open.From), cancel);
            var began = await work.ReadAsync(
                "SELECT count(*) FROM billing_account a WHERE a.tenant_id = @tenant AND a.cycle_day = @day AND a.cycle = @cycle "
                + "AND a.opened_on < @date", reader => reader.GetInt64(0), cancel, ("day", cycle.Day),
                ("cycle", AccountTimes.TextOf(cycle)), ("date", open.From));
            var state = due > 0 ? CycleState.Closed : began[0] > 0 ? CycleState.Billed : CycleState.Open;
            rows.Add(new BillCycleRow(cycle, load.Active, load.Subscriptions, open, state, due, load.Parked,
                await CloseCycle.ClosedAtAsync(work, cycle, open.From, cancel)));
        }
        await work.CommitAsync(cancel);
        return
        [
            .. rows.OrderBy(row => row.Cycle.Day == 0).ThenBy(row => row.Cycle.Day)
                .ThenBy(row => row.Cycle.ToString(), StringComparer.Ordinal),
        ];
    }

    private static int Whole(System.Data.Common.DbDataReader reader, int column) =>
        (int)Convert.ToInt64(reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture);
}
