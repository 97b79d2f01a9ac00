using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>
/// Moves an account to another bill cycle. The old cycle's period ends on the day of the move, the next one is a part of the
/// new cycle's
/// period; prices that follow the cycle are charged in parts by their rule for changes. Usage since the day of the move that was
/// charged into the old period is billed with it. Refusals: <c>unknown-account</c>, <c>already-ended</c>, <c>invalid</c>,
/// <c>key-reused</c>.
/// </summary>
public static class MoveCycle
{
    /// <param name="cycle">Text of the new cycle, e.g. <c>15</c> or <c>2 weeks from 2026-01-05</c>.</param>
    /// <param name="on">First day of the new cycle, not before what is billed and at most the end of the present period, which
    /// is the default.</param>
    public static Task<Outcome<Written<AccountId>>> RunAsync(
        OperationContext context, AccountId account, string cycle, LocalDate? on = null, string callerKey = "",
        CancellationToken cancel = default) =>
        WriteScope.RunAsync<AccountId>(context, "account.cycle", callerKey,
            new Fingerprint().Add("account", account).Add("cycle", cycle).Add("on", on), async scope =>
        {
            if (await Find.AccountAsync(scope, account, cancel) is not { } row)
            {
                return Refusals.Unknown("account", account);
            }
            if (row.EndedOn is { } ended)
            {
                return Refusals.AlreadyEnded("account", account, ended);
            }
            var moves = await scope.Db.Set<CycleMoveRow>()
                .Where(move => move.CustomerId == row.CustomerId && move.AccountId == row.AccountId).ToListAsync(cancel);
            var facts = SubscriptionTimeline.FactsOf(row, moves);
            var faults = new Faults();
            if (!BillCycle.TryParse(cycle, out var wanted))
            {
                faults.Add("cycle", $"'{FieldRules.Short(cycle)}' is no bill cycle.",
                    "Write a day of the month, '2 weeks from 2026-01-05' or 'dates 01-15 07-15'.");
            }
            else if (wanted == facts.Cycle)
            {
                faults.Add("cycle", "The account has this cycle.", "Give another one.");
            }
            var today = scope.Now.InZone(facts.Zone).Date;
            var end = facts.PeriodOn(LocalDate.Max(today, row.BilledTo)).To;
            var day = on ?? end;
            if (day > end)
            {
                faults.Add("on", "It lies beyond the present bill period: the old cycle would not bill what is in between.",
                    $"Give {end:uuuu-MM-dd} or earlier, or move the account later.");
            }
            if (day < row.BilledTo || moves.Exists(move => move.MovedOn >= day))
            {
                faults.Add("on", "It lies before what is billed, or not after an earlier move.",
                    $"Give {row.BilledTo:uuuu-MM-dd} or later, after every earlier move.");
            }
            if (faults.Refusal is { } refusal)
            {
                return refusal;
            }
            scope.Db.Add(new CycleMoveRow
            {
                CustomerId = row.CustomerId, AccountId = row.AccountId, MovedOn = day, TenantId = scope.Tenant,
                Before = facts.Cycle.ToString(),
            });
            (row.CycleDay, row.Cycle) = (wanted.Day, AccountTimes.TextOf(wanted));
            return account;
        }, cancel);
}
