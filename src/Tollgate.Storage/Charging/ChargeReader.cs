using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage.Customers;

namespace Tollgate.Storage.Charging;

/// <summary>The stored head of a customer at the time of the lock.</summary>
internal readonly record struct Head(long Customer, long Seq, long Version, long LastEventTime);

/// <summary>Set-based reads of the charging path: a fixed number of statements, however large the batch.</summary>
internal sealed class ChargeReader(Database database, int tenant)
{
    private const long EpochTicks = 621_355_968_000_000_000;

    /// <summary>So many held keys of a source are compared in memory; beyond that the batch's keys are looked up.</summary>
    private const int FewHeld = 2000;

    private bool Postgres => database.Kind == DatabaseKind.Postgres;

    private string Chosen => Postgres ? "customer_id = ANY(@ids)" : "customer_id IN (SELECT value FROM json_each(@ids))";

    /// <summary>Locks heads in id order until the transaction ends.</summary>
    internal Task<List<Head>> LockAsync(DbTransaction transaction, long[] customers, CancellationToken cancel) =>
        HeadsAsync(transaction, customers, Postgres ? " FOR UPDATE" : "", cancel);

    /// <summary>Heads as they are, not locked.</summary>
    internal Task<List<Head>> LookAsync(DbTransaction transaction, long[] customers, CancellationToken cancel) =>
        HeadsAsync(transaction, customers, "", cancel);

    private async Task<List<Head>> HeadsAsync(
        DbTransaction transaction, long[] customers, string locking, CancellationToken cancel)
    {
        var heads = new List<Head>(customers.Length);
        await using var command = transaction.Command(
            $"SELECT customer_id, seq, version, last_event_time FROM charging_head WHERE {Chosen} AND tenant_id = @tenant "
            + "ORDER BY customer_id" + locking);
        AddIds(command, customers).Add("tenant", tenant);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            heads.Add(new Head(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), Time(reader, 3) ?? long.MinValue));
        }
        return heads;
    }

    /// <summary>Makes heads for customers that have none. Not inside another transaction.</summary>
    internal async Task AddHeadsAsync(DbConnection connection, long[] customers, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var command = transaction.Command(
            "INSERT INTO charging_head (customer_id, tenant_id, seq, version, last_event_time) "
            + $"SELECT customer_id, tenant_id, 0, 1, NULL FROM customer WHERE {Chosen} AND tenant_id = @tenant ORDER BY "
            + "customer_id "
            + "ON CONFLICT (customer_id) DO NOTHING");
        await AddIds(command, customers).Add("tenant", tenant).ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Which customers have, or had at any time, one of these identities.</summary>
    internal async Task<HashSet<long>> CustomersOfAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyCollection<ServiceIdentity> identities,
            CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = Postgres
            ? "SELECT DISTINCT d.customer_id FROM unnest(@kinds, @values) AS w(kind, value) JOIN service_directory d "
                + "ON d.tenant_id = @tenant AND d.kind = w.kind AND d.value = w.value"
            : "SELECT DISTINCT d.customer_id FROM json_each(@wanted) w CROSS JOIN service_directory d ON d.tenant_id = @tenant "
                + "AND d.kind = json_extract(w.value, '$[0]') AND d.value = json_extract(w.value, '$[1]')";
        command.Add("tenant", tenant);
        if (Postgres)
        {
            command.Add("kinds", identities.Select(identity => (short)identity.Kind).ToArray());
            command.Add("values", identities.Select(identity => identity.Value).ToArray());
        }
        else
        {
            command.Add("wanted", JsonSerializer.Serialize(identities.Select(one => new object[] { (int)one.Kind, one.Value })));
        }
        var customers = new HashSet<long>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            customers.Add(reader.GetInt64(0));
        }
        return customers;
    }

    /// <summary>Changes of offers, payers, limits and quantities that stand, by time.</summary>
    private string PlanChanges =>
        "SELECT c.customer_id, c.subscription_id, c.at, c.offer, c.account_id, c.kind, c.price_code, c.amount, c.quantity "
        + $"FROM subscription_change c WHERE c.{Chosen} AND c.kind IN ('plan', 'transfer', 'limit', 'quantity') AND NOT EXISTS (SELECT 1 "
        + "FROM subscription_change w WHERE w.customer_id = c.customer_id AND w.subscription_id = c.subscription_id AND w.withdraws = c.change_no) "
        + "ORDER BY c.customer_id, c.subscription_id, c.at, c.change_no; ";

    private async Task AddPlansAsync(DbDataReader reader, CustomerCache cache, CancellationToken cancel)
    {
        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var (customer, at) = (cache.Find(reader.GetInt64(0))!, Time(reader, 2)!.Value);
            var subscription = customer.Of(reader.GetInt64(1)).First();
            switch (reader.GetString(5))
            {
                case ChangeKind.Limit:
                    subscription.Limits.Add((at, reader.GetString(6), SubscriptionChangeRow.LimitOf(reader.GetString(7))?.Steps));
                    break;
                case ChangeKind.Quantity:
                    subscription.Quantities.Add((at, reader.GetInt32(8)));
                    break;
                case ChangeKind.Plan:
                    subscription.Plans.Add((at, reader.GetString(3)));
                    break;
                default:
                    customer.Transfer(subscription.Id, at, reader.GetInt64(4));
                    break;
            }
        }
    }

    /// <summary>All that charging knows of customers: the results that <see cref="LoadAsync"/> reads, in its order.</summary>
    private string State =>
        "SELECT a.customer_id, a.account_id, a.currency, a.cycle_day, a.time_zone, "
        + "(SELECT s.slot_no FROM bill_slot s WHERE s.customer_id = a.customer_id AND s.account_id = a.account_id "
        + "AND s.closed_at IS NULL), "
        + "(SELECT max(s.slot_no) FROM bill_slot s WHERE s.customer_id = a.customer_id AND s.account_id = a.account_id), "
        + "a.cycle, coalesce((SELECT string_agg(CAST(m.moved_on AS text) || ' ' || m.before, ';' ORDER BY m.moved_on) FROM "
        + "cycle_move m WHERE m.customer_id = a.customer_id AND m.account_id = a.account_id), ''), "
        + "(SELECT c.parent_customer_id FROM customer c WHERE c.customer_id = a.customer_id), "
        + "(SELECT min(p.account_id) FROM customer c JOIN billing_account p ON p.customer_id = c.parent_customer_id "
        + "WHERE c.customer_id = a.customer_id), "
        + "a.credit_limit_minor, a.beyond_credit, "
        + $"CASE WHEN a.credit_limit_minor IS NULL THEN 0 ELSE {CreditSums.OwedMinor} END, "
        + $"CASE WHEN a.credit_limit_minor IS NULL THEN 0 ELSE {CreditSums.UnbilledSteps} END "
        + $"FROM billing_account a WHERE a.{Chosen} ORDER BY a.customer_id, a.account_id; "
        + "SELECT customer_id, subscription_id, account_id, offer, started_at, ended_at, base_subscription_id, quantity FROM subscription "
        + $"WHERE {Chosen} ORDER BY customer_id, subscription_id; "
        + PlanChanges
        + $"SELECT customer_id, subscription_id, kind, value, valid_from, valid_to FROM service_identity WHERE {Chosen} "
        + "ORDER BY customer_id, subscription_id, kind, value, valid_from; "
        + "SELECT customer_id, pocket_id, account_id, subscription_id, kind, allowance, unit, granted, balance, priority, "
        + "valid_from, "
        + $"valid_to, shared, lapses_at, given FROM pocket WHERE {Chosen} AND valid_to > @since ORDER BY customer_id, pocket_id; "
        + "SELECT customer_id, subscription_id, list, number, valid_from, valid_to FROM subscriber_number "
        + $"WHERE EXISTS (SELECT 1 FROM subscriber_number) AND {Chosen}; "
        + "SELECT t.customer_id, t.subscription_id, t.slot_no, t.price_key_id, t.event_period, t.account_id FROM usage_total t "
        + "JOIN bill_slot s ON s.customer_id = t.customer_id AND s.account_id = t.account_id AND s.slot_no = t.slot_no "
        + $"AND s.closed_at IS NULL WHERE t.{Chosen.Replace("@ids", "@charged", StringComparison.Ordinal)}";

    /// <summary>Loads locked customers into the cache, in one round trip.</summary>
    internal async Task LoadAsync(
        DbTransaction transaction, IReadOnlyCollection<Head> heads, Instant pocketsSince, CustomerCache cache,
            CancellationToken cancel)
    {
        await using var command = transaction.Command(State);
        // Who was never charged has no totals.
        AddIds(command, [.. heads.Where(head => head.Seq > 0).Select(head => head.Customer)], "charged");
        AddIds(command, [.. heads.Select(head => head.Customer)]).Add("since", database.TimeValue(pocketsSince));
        foreach (var head in heads)
        {
            cache.Put(new CustomerState(head.Customer)
            {
                Seq = head.Seq,
                Version = head.Version,
                LastEventTime = head.LastEventTime,
            });
        }
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            AddAccount(reader, cache);
        }
        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            AddSubscription(reader, cache.Find(reader.GetInt64(0))!);
        }
        await AddPlansAsync(reader, cache, cancel);
        foreach (var head in heads)
        {
            cache.Find(head.Customer)!.HangAddOns();
        }
        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var identity = new ServiceIdentity((IdentityKind)reader.GetInt16(2), reader.GetString(3));
            foreach (var subscription in cache.Find(reader.GetInt64(0))!.Of(reader.GetInt64(1)))
            {
                foreach (var (from, to) in subscription.Paid)
                {
                    cache.AddGuide(
                        identity, subscription, Math.Max(Time(reader, 4)!.Value, from),
                        Math.Min(Time(reader, 5) ?? long.MaxValue, to));
                }
            }
        }
        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            AddPocket(reader, cache.Find(reader.GetInt64(0))!);
        }
        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            AddNumber(reader, cache.Find(reader.GetInt64(0))!);
        }
        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            cache.Find(reader.GetInt64(0))!.Of(reader.GetInt64(1)).FirstOrDefault(one => one.Account.Id == reader.GetInt64(5))
                ?.Totals.Add(new TotalKey(reader.GetInt32(2), reader.GetInt32(3), reader.GetDate(4)));
        }
    }

    /// <summary>Events that are charged or in suspense already. An event later than all that its customer was charged for cannot
    /// be.</summary>
    internal async Task<HashSet<EventId>> TwinsAsync(
        DbTransaction transaction, ChargeWork work, List<AcceptedRecord> accepted,
        CancellationToken cancel)
    {
        var possible = new List<(long Customer, long Time, EventId Event)>();
        foreach (var (index, time, subscription, _) in accepted)
        {
            if (subscription is not null && time <= subscription.Account.Customer.LastEventTime)
            {
                possible.Add((subscription.Account.Customer.Id, time, work.Usage[index].EventId));
            }
        }
        var twins = possible.Count == 0 ? [] : await ChargedAsync(transaction, possible, cancel);
        if (work.Held is null && work.Usage.Count > 0)
        {
            var (held, all) = await FirstHeldAsync(transaction, work.Source, cancel);
            twins.UnionWith(all ? held : await HeldAsync(transaction, work.Source, work.Usage, cancel));
        }
        return twins;
    }

    /// <summary>Of these (customer, time, event), those that are charged.</summary>
    private async Task<HashSet<EventId>> ChargedAsync(
        DbTransaction transaction, List<(long Customer, long Time, EventId Event)> wanted, CancellationToken cancel)
    {
        await using var command = transaction.Command(Postgres
            ? "SELECT c.event_id FROM unnest(@customers, @times, @events) AS w(customer_id, event_time, event_id) "
                + "JOIN charge c ON c.customer_id = w.customer_id AND c.event_time = w.event_time AND c.event_id = w.event_id "
                + "WHERE c.event_time BETWEEN @first AND @last"
            : "SELECT c.event_id FROM json_each(@wanted) w CROSS JOIN charge c ON c.customer_id = json_extract(w.value, '$[0]') "
                + "AND c.event_time = json_extract(w.value, '$[1]') WHERE hex(c.event_id) = json_extract(w.value, '$[2]')");
        if (Postgres)
        {
            var times = wanted.ConvertAll(one => ToDateTime(one.Time));
            command.Add("customers", wanted.ConvertAll(one => one.Customer).ToArray());
            command.Add("times", times.ToArray());
            command.Add("events", wanted.ConvertAll(one => one.Event.ToGuid()).ToArray());
            command.Add("first", times.Min()).Add("last", times.Max());
        }
        else
        {
            command.Add("wanted", JsonSerializer.Serialize(
                wanted.Select(one => new object[] { one.Customer, one.Time, one.Event.ToString().ToUpperInvariant() })));
        }
        return await EventsAsync(command, cancel);
    }

    /// <summary>The keys of the source's records in suspense, whatever became of them; All: these are all of them.</summary>
    internal async Task<(HashSet<EventId> Keys, bool All)> FirstHeldAsync(
        DbTransaction transaction, string source, CancellationToken cancel)
    {
        await using var command = transaction.Command(
            "SELECT record_key FROM held_record WHERE tenant_id = @tenant AND source = @source LIMIT @most");
        command.Add("tenant", tenant).Add("source", source).Add("most", FewHeld);
        var keys = await EventsAsync(command, cancel);
        return (keys, keys.Count < FewHeld);
    }

    /// <summary>Of these records, those that are or were in suspense.</summary>
    internal async Task<HashSet<EventId>> HeldAsync(
        DbTransaction transaction, string source, IReadOnlyList<UsageRecord> records, CancellationToken cancel)
    {
        await using var command = transaction.Command(Postgres
            ? "SELECT record_key FROM held_record WHERE tenant_id = @tenant AND source = @source AND record_key = ANY(@keys)"
            : "SELECT h.record_key FROM json_each(@keys) w CROSS JOIN held_record h ON h.tenant_id = @tenant AND h.source = "
                + "@source "
                + "AND h.record_key = unhex(w.value)");
        command.Add("tenant", tenant).Add("source", source);
        command.Add("keys", Postgres
            ? records.Select(record => record.EventId.ToGuid()).ToArray()
            : JsonSerializer.Serialize(records.Select(record => record.EventId.ToString())));
        return await EventsAsync(command, cancel);
    }

    internal static DateTime ToDateTime(long microseconds) => new(EpochTicks + microseconds * 10, DateTimeKind.Utc);

    private async Task<HashSet<EventId>> EventsAsync(DbCommand command, CancellationToken cancel)
    {
        var found = new HashSet<EventId>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            found.Add(Postgres ? EventId.FromGuid(reader.GetGuid(0)) : EventId.FromBytes(reader.GetFieldValue<byte[]>(0)));
        }
        return found;
    }

    private DbCommand AddIds(DbCommand command, long[] customers, string name = "ids") => command.Add(
        name, Postgres ? customers : "[" + string.Join(',', customers.Select(id =>
            id.ToString(CultureInfo.InvariantCulture))) + "]");

    private static void AddAccount(DbDataReader reader, CustomerCache cache)
    {
        var customer = cache.Find(reader.GetInt64(0))!;
        customer.ParentId = reader.IsDBNull(9) ? 0 : reader.GetInt64(9);
        customer.ParentAccountId = reader.IsDBNull(10) ? 0 : reader.GetInt64(10);
        customer.Accounts.Add(new AccountState(
            customer, reader.GetInt64(1), reader.GetString(2), cache.Calendar(
                reader.GetInt32(3), reader.GetString(7), reader.GetString(8), reader.GetString(4)))
        {
            SlotNo = !reader.IsDBNull(5) ? reader.GetInt32(5) : reader.IsDBNull(6) ? 1 : reader.GetInt32(6) + 1,
            SlotStored = !reader.IsDBNull(5),
            Credit = reader.IsDBNull(11) ? null : Credit(reader),
        });
    }

    private static CreditState Credit(DbDataReader reader)
    {
        var currency = Units.Find(reader.GetString(2)) ?? Units.Currency(reader.GetString(2), 2);
        long Number(int column) => Convert.ToInt64(reader.GetValue(column), CultureInfo.InvariantCulture);
        return new CreditState(
            currency, Number(11) * currency.StoragePerMinor, reader.GetString(12) == CreditState.HoldWord,
            Number(13) * currency.StoragePerMinor + Number(14));
    }

    private void AddSubscription(DbDataReader reader, CustomerState customer)
    {
        var account = customer.Accounts.Find(one => one.Id == reader.GetInt64(2))!;
        customer.Subscriptions.Add(new SubscriptionState(
            account, reader.GetInt64(1), reader.GetString(3), Time(reader, 4)!.Value, Time(reader, 5) ?? long.MaxValue)
        {
            BaseId = reader.IsDBNull(6) ? 0 : reader.GetInt64(6), Quantities = [(Time(reader, 4)!.Value, reader.GetInt32(7))],
        });
    }

    private void AddPocket(DbDataReader reader, CustomerState customer)
    {
        var account = customer.Accounts.Find(one => one.Id == reader.GetInt64(2))!;
        var subscription = reader.IsDBNull(3) ? null : customer.Subscriptions.Find(one => one.Id == reader.GetInt64(3));
        var pocket = new Pocket
        {
            Id = reader.GetInt64(1),
            Customer = customer,
            Account = account,
            SubscriptionId = subscription?.Id ?? 0,
            Kind = reader.GetString(4) switch
            {
                "counter" => PocketKind.Counter,
                "money" => PocketKind.Money,
                _ => PocketKind.Allowance,
            },
            Shared = (SharingScope)reader.GetInt16(12),
            LapsesAt = Time(reader, 13) is { } lapses ? TimeCodec.FromMicroseconds(lapses) : null,
            Allowance = reader.GetString(5),
            Unit = reader.GetString(6),
            Granted = reader.GetInt64(7),
            Balance = reader.GetInt64(8),
            Priority = reader.GetInt32(9),
            Given = !reader.IsDBNull(14),
            ValidFrom = TimeCodec.FromMicroseconds(Time(reader, 10)!.Value),
            ValidTo = TimeCodec.FromMicroseconds(Time(reader, 11)!.Value),
        };
        if (subscription is not null)
        {
            subscription.Allowances.Add(pocket);
        }
        else if (pocket.Kind != PocketKind.Money)
        {
            (pocket.Shared == SharingScope.Customer ? customer.Shared : account.Shared).Add(pocket);
        }
        else if (pocket.Unit == account.Currency)
        {
            account.Money.Add(pocket);
        }
    }

    private void AddNumber(DbDataReader reader, CustomerState customer)
    {
        var number = new ListedNumber(
            reader.GetString(2), reader.GetString(3), Time(reader, 4)!.Value, Time(reader, 5) ?? long.MaxValue);
        var subscription = reader.GetInt64(1);
        (subscription == 0 ? customer.Numbers : customer.Subscriptions.Find(one => one.Id == subscription)?.Numbers)?.Add(number);
    }

    private long? Time(DbDataReader reader, int column) => reader.IsDBNull(column) ? null
        : Postgres ? (reader.GetDateTime(column).Ticks - EpochTicks) / 10 : reader.GetInt64(column);
}
