using System.Globalization;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>
/// Takes a subscription with its add-ons from one customer to another. Rows are kept by customer, so the new one gets a
/// subscription with an id of its own that continues the contract: the same start, phases, terms, instalments left and changes
/// so far, paid elsewhere until then. Services, what is left of own allowances, own discounts and lists of numbers, and the
/// operator's key go along; what the account or the customer has (money, shared allowances, account discounts) stays. The old
/// subscription has ended then without the prices of an end. Both customers are locked by the caller.
/// </summary>
internal static class MoveToCustomer
{
    /// <summary>What a move between customers cannot do.</summary>
    internal static void Check(Faults faults, SubscriptionTimeline timeline, Instant from, Instant now)
    {
        if (from > now)
        {
            faults.Add("at", "It lies ahead, and the account belongs to another customer: what is left of allowances then is not "
                + "known yet.", "Transfer it when the time has come; that may be said afterwards, with the time.");
        }
        if (SubscriptionChangeRow.Standing(timeline.Changes)
                .Find(row => row.Kind == ChangeKind.Transfer && row.At > from) is { } later)
        {
            faults.Add("at", string.Create(CultureInfo.InvariantCulture,
                    $"A later transfer is recorded (change {later.ChangeNo}, {new AccountId(later.AccountId ?? 0)})."),
                "Give a time after it, or withdraw it first.");
        }
    }

    /// <returns>The id at the new customer, or why a service could not go along.</returns>
    internal static async Task<Outcome<SubscriptionId>> RunAsync(
        WriteScope scope, SubscriptionTimeline timeline, List<SubscriptionTimeline> addOns, BillingAccountRow to, Instant from,
        string note, CancellationToken cancel)
    {
        var ends = EndOf(timeline);
        var main = await OneAsync(scope, timeline, to, null, from, ends, note, cancel);
        if (main.Refusal is not null)
        {
            return main;
        }
        foreach (var addOn in addOns)
        {
            var end = EndOf(addOn) is { } own && !(ends < own) ? own : ends;
            var moved = await OneAsync(
                scope, addOn, to, main.Value, Instant.Max(from, addOn.Row.StartedAt), end, note, cancel);
            if (moved.Refusal is not null)
            {
                return moved;
            }
        }
        return main;
    }

    /// <summary>When the contract ends by what is recorded; an end of the old account is none of the new customer's.</summary>
    private static Instant? EndOf(SubscriptionTimeline timeline) =>
        SubscriptionChangeRow.Standing(timeline.Changes).FindLast(row => row.Kind == ChangeKind.End)?.At;

    private static async Task<Outcome<SubscriptionId>> OneAsync(
        WriteScope scope, SubscriptionTimeline timeline, BillingAccountRow to, SubscriptionId? main, Instant from, Instant? ends,
        string note, CancellationToken cancel)
    {
        var (old, id) = (timeline.Row, new SubscriptionId(scope.NextId()));
        var row = new SubscriptionRow
        {
            CustomerId = to.CustomerId, SubscriptionId = id.Value, TenantId = scope.Tenant, AccountId = to.AccountId,
            ExternalKey = old.ExternalKey, BaseSubscriptionId = main?.Value, Offer = old.Offer, Quantity = old.Quantity,
            Phase = ends is null ? Phase.Active : Phase.Ended, StartedAt = old.StartedAt, EndedAt = ends, CreatedAt = scope.Now,
        };
        scope.Db.Add(row);
        Copy(scope, timeline, to, id, from, note);
        timeline.Append(ChangeKind.Leave, from, note, change =>
        {
            change.AccountId = to.AccountId;
            change.OtherSubscriptionId = id.Value;
        });
        await CopyDiscountsAsync(scope, old, to, id, from, cancel);
        var services = await scope.Db.Set<ServiceIdentityRow>()
            .Where(one => one.CustomerId == old.CustomerId && one.SubscriptionId == old.SubscriptionId)
            .Where(one => one.ValidTo == null || one.ValidTo > from)
            .Select(one => new { one.Kind, one.Value, one.ValidFrom, one.ValidTo }).ToListAsync(cancel);
        await Endings.EndAsync(scope, [old], from, cancel);
        await scope.Db.SaveChangesAsync(cancel);
        if (await IdentityDirectory.AddAsync(
                scope, row,
                [
                    .. services.Where(one => one.ValidTo is null || one.ValidTo > Instant.Max(one.ValidFrom, from))
                        .Select(one => new NewIdentity
                        {
                            Kind = IdentityKinds.Name(one.Kind), Value = one.Value,
                            ValidFrom = Instant.Max(one.ValidFrom, from),
                            ValidTo = ends is { } end && !(one.ValidTo < end) ? end : one.ValidTo,
                        }),
                ], cancel) is { } taken)
        {
            return taken;
        }
        await scope.ExecuteAsync(
            "UPDATE key_directory SET customer_id = @customer, entity_id = @id WHERE tenant_id = @tenant AND kind = "
            + "'subscription' AND entity_id = @old", cancel,
            ("customer", to.CustomerId), ("id", id.Value), ("old", old.SubscriptionId));
        await MovePocketsAsync(scope, old, to, id, from, cancel);
        return id;
    }

    /// <summary>The changes so far, and those that are planned, are the new subscription's, too.</summary>
    private static void Copy(
        WriteScope scope, SubscriptionTimeline timeline, BillingAccountRow to, SubscriptionId id, Instant from, string note)
    {
        var no = 1;
        scope.Db.Add(new SubscriptionChangeRow
        {
            CustomerId = to.CustomerId, SubscriptionId = id.Value, ChangeNo = no++, TenantId = scope.Tenant,
            Kind = ChangeKind.Join, At = from, AccountId = to.AccountId, OtherSubscriptionId = timeline.Row.SubscriptionId,
            Note = note, Actor = scope.Context.Actor, RecordedAt = scope.Now,
        });
        foreach (var change in SubscriptionChangeRow.Standing(timeline.Changes).Where(
                     row => row.Kind is not (ChangeKind.Transfer or ChangeKind.Join or ChangeKind.Leave)))
        {
            scope.Db.Add(new SubscriptionChangeRow
            {
                CustomerId = to.CustomerId, SubscriptionId = id.Value, ChangeNo = no++, TenantId = scope.Tenant,
                Kind = change.Kind, At = change.At, Quantity = change.Quantity, Offer = change.Offer,
                PriceCode = change.PriceCode, Amount = change.Amount, Charged = change.Charged, FeeWaived = change.FeeWaived,
                Note = change.Note, Actor = change.Actor, RecordedAt = change.RecordedAt,
            });
        }
    }

    private static async Task CopyDiscountsAsync(
        WriteScope scope, SubscriptionRow old, BillingAccountRow to, SubscriptionId id, Instant from, CancellationToken cancel)
    {
        var day = from.InZone(DateTimeZoneProviders.Tzdb[to.TimeZone]).Date;
        var grants = await scope.Db.Set<DiscountGrantRow>().Where(row => row.CustomerId == old.CustomerId
            && row.SubscriptionId == old.SubscriptionId && (row.ValidTo == null || row.ValidTo > day)).ToListAsync(cancel);
        foreach (var grant in grants.OrderBy(row => row.GrantId))
        {
            var grantId = scope.NextId();
            scope.Db.Add(new DiscountGrantRow
            {
                CustomerId = to.CustomerId, GrantId = grantId, TenantId = scope.Tenant, AccountId = to.AccountId,
                SubscriptionId = id.Value,
                Discount = HandMade.Is(grant.Discount)
                    ? string.Create(CultureInfo.InvariantCulture, $"{HandMade.Prefix}{grantId}") : grant.Discount,
                Name = grant.Name, Percent = grant.Percent, Amount = grant.Amount, Scope = grant.Scope,
                ChargeKinds = grant.ChargeKinds, Periods = grant.Periods, ValidFrom = grant.ValidFrom, ValidTo = grant.ValidTo,
                Reason = grant.Reason, Actor = grant.Actor, GrantedAt = scope.Now,
            });
        }
    }

    /// <summary>
    /// What is left of own allowances is taken out here and put in there, counters go on from where they stand: a movement of
    /// each pocket says so. An allowance that nobody has touched yet has no pocket and is granted there.
    /// </summary>
    private static async Task MovePocketsAsync(
        WriteScope scope, SubscriptionRow old, BillingAccountRow to, SubscriptionId id, Instant from, CancellationToken cancel)
    {
        var database = scope.Context.Database;
        (string, object?)[] values =
        [
            ("old", old.CustomerId), ("subscription", old.SubscriptionId), ("customer", to.CustomerId), ("account", to.AccountId),
            ("id", id.Value), ("from", database.TimeValue(from)), ("now", database.TimeValue(scope.Now)),
            ("there", id.ToString()), ("here", new SubscriptionId(old.SubscriptionId).ToString()),
        ];
        await scope.ExecuteAsync(
            "UPDATE charging_head SET seq = seq + 1 WHERE customer_id IN (@old, @customer) AND tenant_id = @tenant", cancel,
            values);
        foreach (var pocket in await PocketsAsync(scope, old, from, cancel))
        {
            (string, object?)[] both = [.. values, ("pocket", pocket), ("new", scope.NextId())];
            await scope.ExecuteAsync(
                "INSERT INTO pocket (customer_id, pocket_id, tenant_id, account_id, subscription_id, kind, allowance, unit, "
                + "granted, balance, priority, valid_from, valid_to, shared, lapses_at, given) SELECT @customer, @new, "
                + "tenant_id, @account, @id, kind, allowance, unit, granted, balance, priority, valid_from, valid_to, shared, "
                + "lapses_at, given FROM pocket WHERE customer_id = @old AND pocket_id = @pocket", cancel, both);
            await scope.ExecuteAsync(Movement("@customer", "@new", "balance - granted", "granted", "@here"), cancel, both);
            await scope.ExecuteAsync(
                Movement("@old", "@pocket", "-balance", "balance", "@there") + " AND kind = 'allowance'", cancel, both);
            await scope.ExecuteAsync(
                "UPDATE pocket SET balance = 0 WHERE customer_id = @old AND pocket_id = @pocket AND kind = 'allowance'", cancel,
                both);
        }
        await scope.ExecuteAsync(
            "INSERT INTO subscriber_number (customer_id, subscription_id, list, number, valid_from, valid_to, tenant_id) "
            + "SELECT @customer, @id, list, number, CASE WHEN valid_from < @from THEN @from ELSE valid_from END, valid_to, "
            + "tenant_id FROM subscriber_number WHERE customer_id = @old AND subscription_id = @subscription "
            + "AND (valid_to IS NULL OR valid_to > @from)", cancel, values);
    }

    /// <summary>A movement with the sequence that the customer's head has now; none when nothing moves.</summary>
    private static string Movement(string customer, string pocket, string amount, string before, string reference) =>
        "INSERT INTO pocket_movement (customer_id, pocket_id, seq, part, tenant_id, kind, amount, before, at, reference) "
        + $"SELECT p.customer_id, p.pocket_id, h.seq, 0, p.tenant_id, 'transfer', {amount}, {before}, @now, {reference} "
        + "FROM pocket p JOIN charging_head h ON h.customer_id = p.customer_id "
        + $"WHERE p.customer_id = {customer} AND p.pocket_id = {pocket} AND {amount} <> 0";

    /// <summary>Own pockets that are valid then or later, in id order.</summary>
    private static async Task<List<long>> PocketsAsync(
        WriteScope scope, SubscriptionRow old, Instant from, CancellationToken cancel)
    {
        var pockets = new List<long>();
        await using var command = scope.Transaction.Command(
            "SELECT pocket_id FROM pocket WHERE customer_id = @customer AND subscription_id = @subscription AND kind <> 'money' "
            + "AND valid_to > @from ORDER BY pocket_id");
        command.Add("customer", old.CustomerId);
        command.Add("subscription", old.SubscriptionId);
        command.Add("from", scope.Context.Database.TimeValue(from));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            pockets.Add(reader.GetInt64(0));
        }
        return pockets;
    }
}
