using NodaTime;
using Tollgate.Catalog;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Pockets;

/// <summary>A pocket out of which an operation may take.</summary>
internal sealed record HeldUnits(PocketId Id, string Unit, long Balance);

/// <summary>
/// One request about the pockets of an account: one transaction, the customer's head locked, the caller key claimed, one number
/// of the charging sequence. What offers grant by now is there.
/// </summary>
internal sealed class PocketWork(
    OperationContext context, BookWork work, BookAccount account, AccountId id, UnitStore units, string reference)
{
    private long seq;

    internal OperationContext Context => context;

    internal BookWork Work => work;

    internal BookAccount Account => account;

    internal AccountId Id => id;

    internal UnitStore Units => units;

    internal string Reference => reference;

    internal DateTimeZone Zone => DateTimeZoneProviders.Tzdb[account.TimeZone];

    /// <summary>The zone's day and the request's sequence name the posting.</summary>
    internal long Seq => seq;

    /// <summary>Runs a request once; the answer is kept under the caller key as text.</summary>
    /// <param name="make">Gives the text of the answer, or why not: then nothing is changed.</param>
    internal static async Task<Outcome<(string Answer, bool Replayed)>> RunAsync(
        OperationContext context, string operation, AccountId account, string callerKey, Fingerprint content,
        CatalogueTimeline timeline, Func<PocketWork, Task<Outcome<string>>> make, CancellationToken cancel)
    {
        if (callerKey.Length is 0 or > 200)
        {
            return new Refusal("invalid", "A caller key of 1 to 200 characters is needed, so that nothing is done twice.",
                Retry.AfterCure, "callerKey");
        }
        var auditId = context.Ids.Next();
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        if (await BookRequests.AccountAsync(work, account, cancel) is not { } found)
        {
            return Refusals.Unknown("account", account);
        }
        // A customer that was never charged has no head yet, which could not be locked.
        await work.ExecuteAsync(
            "INSERT INTO charging_head (customer_id, tenant_id, seq, version) VALUES (@customer, @tenant, 0, 1) "
            + "ON CONFLICT DO NOTHING", cancel, ("customer", found.Customer.Value));
        await work.LockHeadsAsync([found.Customer.Value], cancel);
        if (await BookOnce.EarlierAsync(work, operation, callerKey, content, cancel) is { } earlier)
        {
            return earlier.Refusal is { } reused ? reused : (earlier.Value!, true);
        }
        var request = new PocketWork(
            context, work, found, account, await UnitStore.LoadAsync(work, cancel), callerKey)
        {
            seq = await PocketRows.NextSeqAsync(work, found.Customer, cancel),
        };
        await DueGrants.RunAsync(work, found.Customer, account, timeline, context.Now, request.seq, context.Ids, cancel);
        var made = await make(request);
        if (made.Refusal is { } refusal)
        {
            return refusal;
        }
        await BookOnce.RememberAsync(context, work, operation, callerKey, content, made.Value!, cancel);
        await Audit.WriteAsync(work, context, auditId, operation, account.ToString(), made.Value!, cancel);
        await work.CommitAsync(cancel);
        return (made.Value!, false);
    }

    /// <summary>Pockets of an account within a transaction that holds its customer's head already.</summary>
    /// <param name="number">Of the charging sequence.</param>
    internal static async Task<PocketWork> WithinAsync(
        OperationContext context, BookWork work, BookAccount account, AccountId id, long number, string reference,
        CancellationToken cancel) =>
        new(context, work, account, id, await UnitStore.LoadAsync(work, cancel), reference) { seq = number };

    /// <summary>What of a unit, or of pockets of a code, the account holds now, in the order of use.</summary>
    internal Task<List<HeldUnits>> HeldAsync(string? unit, string? code, CancellationToken cancel) => work.ReadAsync(
        "SELECT pocket_id, unit, balance FROM pocket WHERE customer_id = @customer AND account_id = @account "
        + "AND tenant_id = @tenant AND kind = 'allowance' AND balance > 0 AND valid_from <= @now AND valid_to > @now"
        + (unit is null ? "" : " AND unit = @unit")
        + (code is null ? "" : " AND allowance = @code") + " ORDER BY priority, valid_to, pocket_id",
        reader => new HeldUnits(new PocketId(reader.GetInt64(0)), reader.GetString(1), reader.GetInt64(2)), cancel,
        [
            ("customer", account.Customer.Value), ("account", id.Value), ("now", context.Now),
            .. unit is null ? [] : new (string, object?)[] { ("unit", unit) },
            .. code is null ? [] : new (string, object?)[] { ("code", code) },
        ]);

    /// <summary>Takes out of pockets that hold enough together.</summary>
    /// <param name="kind">Word of the movement.</param>
    internal async Task TakeAsync(List<HeldUnits> held, long steps, string kind, CancellationToken cancel)
    {
        foreach (var pocket in held)
        {
            var taken = Math.Min(steps, pocket.Balance);
            if (taken > 0)
            {
                await PocketRows.ChangeAsync(work, account.Customer, new PocketMove(
                    pocket.Id, seq, 0, kind, -taken, pocket.Balance, context.Now, reference), cancel);
                steps -= taken;
            }
        }
        if (steps > 0)
        {
            throw new InvalidOperationException("The pockets hold less than is taken.");
        }
    }

    /// <summary>Makes a pocket that holds what is given.</summary>
    internal async Task<PocketId> GiveAsync(
        PocketTarget target, Unit unit, long steps, Instant from, Instant to, CancellationToken cancel)
    {
        var pocket = new PocketId(context.Ids.Next(1, work.Transaction));
        await PocketRows.InsertAsync(work, new NewPocket(
            account.Customer, pocket, target.Account, "allowance", unit.Code, steps, target.Priority, from, to)
        {
            Subscription = target.Subscription, Allowance = target.Code, Shared = target.Shared, Given = reference,
        }, cancel);
        return pocket;
    }

    /// <summary>The end of what lasts for a period from a time on.</summary>
    internal async Task<Instant> EndAsync(ResetRule lasts, Instant from, CancellationToken cancel)
    {
        if (lasts.Every == ResetEvery.Never)
        {
            return MoneyPocket.NoEnd;
        }
        var cycle = (await work.ReadAsync(
            "SELECT cycle, cycle_day FROM billing_account WHERE customer_id = @customer AND account_id = @account",
            reader => AccountTimes.CycleOf(reader.GetString(0), reader.GetInt32(1)), cancel,
            ("customer", account.Customer.Value), ("account", id.Value)))[0];
        return AllowanceGrants.PeriodOf(lasts, new GrantTerms(cycle, Zone), from, from).To;
    }
}
