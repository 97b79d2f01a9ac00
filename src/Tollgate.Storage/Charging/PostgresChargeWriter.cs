using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;
using NodaTime;
using Npgsql;
using Tollgate.Primitives;

namespace Tollgate.Storage.Charging;

/// <summary>Saves batches by binary COPY (charges, movements) and unnest arrays (heads, pockets, totals).</summary>
internal sealed class PostgresChargeWriter(IdBlock ids, int tenant) : ChargeWriter(ids, tenant)
{
    private const string ChargeCopy =
        "COPY charge (customer_id, event_time, event_id, tenant_id, seq, account_id, subscription_id, slot_no, price_key_id, "
        + "catalog_version, file_id, file_offset, subject, origin, destination, duration_ms, octets_up, octets_down, events, "
        + "charged, "
        + "from_allowances, amount, from_money, kind, rated_at, attributes, notes) FROM STDIN (FORMAT BINARY)";

    private const string MovementCopy =
        "COPY pocket_movement (customer_id, pocket_id, seq, part, tenant_id, kind, amount, before, at, reference) "
        + "FROM STDIN (FORMAT BINARY)";

    private const string TotalCopy =
        "COPY usage_total (customer_id, account_id, slot_no, subscription_id, price_key_id, event_period, tenant_id, events, used, "
        + "charged, from_allowances, amount, from_money) FROM STDIN (FORMAT BINARY)";

    private const string PartCopy =
        "COPY charge_part (customer_id, event_time, event_id, part, tenant_id, seq, account_id, subscription_id, slot_no, "
        + "price_key_id, events, used, charged, from_allowances, amount, from_money) FROM STDIN (FORMAT BINARY)";

    private const string LegCopy =
        "COPY charge_leg (customer_id, event_time, event_id, leg, tenant_id, seq, subscription_id, code, kind, "
        + "party_customer_id, party_account_id, price_key_id, catalog_version, refusal, used, charged, amount, retail_key_id) "
        + "FROM STDIN (FORMAT BINARY)";

    private delegate void Adder<T>(in T row);

    private readonly CopyBuffer buffer = new();
    private readonly HashSet<int> months = [];

    internal override async Task PrepareAsync(
        DbConnection connection, ChargeWork work, Instant now, ChargeSettings settings, CancellationToken cancel)
    {
        var first = now.InUtc().LocalDateTime.PlusMonths(-settings.LatenessMonths).InUtc().ToInstant();
        var last = now + settings.Skew;
        var (from, to) = (Instant.MaxValue, Instant.MaxValue);
        foreach (var record in work.Usage)
        {
            if (record.Start >= first && record.Start <= last && (record.Start < from || record.Start >= to))
            {
                (from, to) = MonthOf(record.Start);
                var date = record.Start.InUtc().Date;
                var month = date.Year * 12 + date.Month - 1;
                if (months.Add(month))
                {
                    await ChargePartitions.AddAsync((NpgsqlConnection)connection, month, cancel);
                }
            }
        }
    }

    internal override void Reset() => months.Clear();

    private static (Instant From, Instant To) MonthOf(Instant time)
    {
        var first = time.InUtc().Date.With(DateAdjusters.StartOfMonth);
        return (first.AtMidnight().InUtc().ToInstant(), first.PlusMonths(1).AtMidnight().InUtc().ToInstant());
    }

    public override void Dispose()
    {
    }

    protected override object TimeValue(Instant time) => time.ToDateTimeUtc();

    protected override async Task WriteChargesAsync(
        DbTransaction transaction, ChargeWork work, ChargeRows rows, Instant now, CancellationToken cancel)
    {
        var connection = (NpgsqlConnection)transaction.Connection!;
        var ratedAt = TimeCodec.ToMicroseconds(now);
        if (rows.Charges.Count > 0)
        {
            await CopyAsync(connection, ChargeCopy, rows.Charges, (in row) => AddCharge(row, work.File.Value, ratedAt), cancel);
        }
        if (rows.Movements.Count > 0)
        {
            await CopyAsync(connection, MovementCopy, rows.Movements, AddMovement, cancel);
        }
        if (rows.Parts.Count > 0)
        {
            await CopyAsync(connection, PartCopy, rows.Parts, (in row) => AddPart(row, rows.Charges[row.Charge]), cancel);
        }
        if (rows.Legs.Count > 0)
        {
            await CopyAsync(connection, LegCopy, rows.Legs, (in row) => AddLeg(row, rows.Charges[row.Charge]), cancel);
        }
    }

    protected override async Task WriteStateAsync(DbTransaction transaction, ChargeRows rows, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch((NpgsqlConnection)transaction.Connection!, (NpgsqlTransaction)transaction);
        PostgresState.Add(batch, Tenant, rows);
        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancel);
        }
        if (rows.Totals.Exists(total => !total.Stored))
        {
            await CopyAsync((NpgsqlConnection)transaction.Connection!, TotalCopy, rows.Totals, AddTotal, cancel);
        }
    }

    /// <summary>Locks heads in id order and changes them, if each has its expected version.</summary>
    /// <exception cref="OvertakenException">One has not.</exception>
    internal async Task ChangeHeadsAsync(NpgsqlTransaction transaction, List<HeadRow> heads, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection!, transaction);
        PostgresState.AddHeads(batch, Tenant, heads);
        if (await batch.ExecuteNonQueryAsync(cancel) != heads.Count)
        {
            throw new OvertakenException();
        }
    }

    protected override async Task<List<HoldReason>> InsertHeldAsync(
        DbTransaction transaction, ChargeWork work, List<HeldRow> held, Instant now, CancellationToken cancel)
    {
        await using var command = transaction.Command(
            "INSERT INTO held_record (tenant_id, source, record_key, file_id, file_offset, line, reason, detail, raw, "
                + "event_time, subject, "
            + "phase, held_at, resolved_at) SELECT @tenant, @source, w.record_key, @file, w.file_offset, w.line, w.reason, "
            + "w.detail, w.raw, "
            + "w.event_time, w.subject, 'held', @now, NULL FROM unnest(@keys, @offsets, @lines, @reasons, @details, @raws, "
            + "@times, @subjects) "
            + "AS w(record_key, file_offset, line, reason, detail, raw, event_time, subject) "
            + "ON CONFLICT (tenant_id, source, record_key) DO NOTHING RETURNING reason");
        command.Add("tenant", Tenant).Add("source", work.Source).Add("file", work.File.Value).Add("now", now.ToDateTimeUtc());
        command.Add("keys", held.ConvertAll(row => row.Key.ToGuid()).ToArray());
        command.Add("offsets", held.ConvertAll(row => row.Offset).ToArray());
        command.Add("lines", held.ConvertAll(row => row.Line).ToArray());
        command.Add("reasons", held.ConvertAll(row => (short)row.Reason).ToArray());
        command.Add("details", held.ConvertAll(row => row.Detail).ToArray());
        command.Add("raws", held.ConvertAll(row => row.Raw).ToArray());
        command.Add("times", held.ConvertAll(row => row.Time is { } time ? ToDateTime(time) : (DateTime?)null).ToArray());
        command.Add("subjects", held.ConvertAll(row => row.Subject).ToArray());
        var added = new List<HoldReason>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            added.Add((HoldReason)reader.GetInt16(0));
        }
        return added;
    }

    protected override async Task<List<ThresholdRow>> InsertThresholdsAsync(
        DbTransaction transaction, List<ThresholdRow> rows, Instant now, CancellationToken cancel)
    {
        await using var command = transaction.Command(
            "INSERT INTO usage_threshold (customer_id, pocket_id, percent, tenant_id, subscription_id, code, limit_steps, "
            + "event_id, event_time, told_at) SELECT w.customer_id, w.pocket_id, w.percent, @tenant, w.subscription_id, w.code, "
            + "w.limit_steps, w.event_id, w.event_time, @now FROM unnest(@customers, @pockets, @percents, @subscriptions, "
            + "@codes, @limits, @events, @times) AS w(customer_id, pocket_id, percent, subscription_id, code, limit_steps, "
            + "event_id, event_time) ON CONFLICT (customer_id, pocket_id, percent) DO NOTHING "
            + "RETURNING customer_id, pocket_id, percent");
        command.Add("tenant", Tenant).Add("now", now.ToDateTimeUtc());
        command.Add("customers", rows.ConvertAll(row => row.Pocket.Customer.Id).ToArray());
        command.Add("pockets", rows.ConvertAll(row => row.Pocket.Id).ToArray());
        command.Add("percents", rows.ConvertAll(row => row.Percent).ToArray());
        command.Add("subscriptions", rows.ConvertAll(row => row.Subscription.Id).ToArray());
        command.Add("codes", rows.ConvertAll(row => row.Pocket.Allowance).ToArray());
        command.Add("limits", rows.ConvertAll(row => row.Limit).ToArray());
        command.Add("events", rows.ConvertAll(row => row.Event.ToGuid()).ToArray());
        command.Add("times", rows.ConvertAll(row => ToDateTime(row.Time)).ToArray());
        var told = new HashSet<(long, long, int)>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            told.Add((reader.GetInt64(0), reader.GetInt64(1), reader.GetInt32(2)));
        }
        return rows.FindAll(row => told.Remove((row.Pocket.Customer.Id, row.Pocket.Id, row.Percent)));
    }

    /// <summary>Times beyond the years that .NET knows do not occur: decoders refuse them.</summary>
    private static DateTime ToDateTime(long time) => ChargeReader.ToDateTime(time);

    private async Task CopyAsync<T>(
        NpgsqlConnection connection, string sql, List<T> rows, Adder<T> add, CancellationToken cancel)
    {
        var stream = await connection.BeginRawBinaryCopyAsync(sql, cancel);
        try
        {
            buffer.Start();
            for (var done = 0; done < rows.Count;)
            {
                done = Fill(rows, done, add);
                if (buffer.IsFull)
                {
                    await buffer.FlushAsync(stream, cancel);
                }
            }
            buffer.End();
            await buffer.FlushAsync(stream, cancel);
        }
        catch
        {
            await stream.CancelAsync();
            throw;
        }
        await stream.DisposeAsync();
    }

    /// <summary>Puts rows into the buffer until it is full; tells how many are done.</summary>
    private int Fill<T>(List<T> rows, int done, Adder<T> add)
    {
        var left = CollectionsMarshal.AsSpan(rows);
        while (done < left.Length && !buffer.IsFull)
        {
            add(in left[done++]);
        }
        return done;
    }

    private void AddCharge(in ChargeRow row, long file, long ratedAt)
    {
        var (record, subscription, rated) = (row.Record, row.Subscription, row.Rated);
        buffer.Row(27);
        buffer.Add(subscription.Account.Customer.Id);
        buffer.AddTime(row.Time);
        buffer.Add(record.EventId.Value);
        buffer.Add(Tenant);
        buffer.Add(row.Seq);
        buffer.Add(subscription.Account.Id);
        buffer.Add(subscription.Id);
        buffer.Add(row.SlotNo);
        buffer.Add(row.PriceKeyId);
        buffer.Add(row.CatalogVersion);
        buffer.Add(file);
        buffer.Add(record.Offset);
        buffer.Add(record.Subject.Value);
        buffer.Add(record.Origin);
        buffer.Add(record.Destination);
        buffer.Add(record.DurationMs);
        buffer.Add(record.OctetsUp);
        buffer.Add(record.OctetsDown);
        buffer.Add(record.Events);
        buffer.Add(rated.Charged);
        buffer.Add(rated.FromAllowances);
        buffer.Add(rated.Amount);
        buffer.Add(rated.FromMoney);
        buffer.Add((short)0);
        buffer.AddTime(ratedAt);
        buffer.Add(record.Attributes.IsEmpty ? "" : record.Attributes.ToText());
        buffer.Add(row.Notes);
    }

    /// <summary>Adds a total that is not stored yet.</summary>
    private void AddTotal(in TotalRow row)
    {
        if (row.Stored)
        {
            return;
        }
        buffer.Row(13);
        buffer.Add(row.Subscription.Account.Customer.Id);
        buffer.Add(row.Subscription.Account.Id);
        buffer.Add(row.SlotNo);
        buffer.Add(row.Subscription.Id);
        buffer.Add(row.PriceKeyId);
        buffer.AddDate(row.Period.First);
        buffer.Add(Tenant);
        buffer.Add(row.Events);
        buffer.Add(row.Used);
        buffer.Add(row.Charged);
        buffer.Add(row.FromAllowances);
        buffer.Add(row.Amount);
        buffer.Add(row.FromMoney);
    }

    private void AddMovement(in MovementRow row)
    {
        buffer.Row(10);
        buffer.Add(row.Pocket.Customer.Id);
        buffer.Add(row.Pocket.Id);
        buffer.Add(row.Seq);
        buffer.Add(row.Part);
        buffer.Add(Tenant);
        buffer.Add(row.Kind);
        buffer.Add(row.Amount);
        buffer.Add(row.Before);
        buffer.AddTime(row.Time);
        buffer.Add("");
    }

    private void AddPart(in PartRow row, in ChargeRow charge)
    {
        buffer.Row(16);
        AddEvent(charge, row.Part);
        buffer.Add(charge.Subscription.Account.Id);
        buffer.Add(charge.Subscription.Id);
        buffer.Add(charge.SlotNo);
        buffer.Add(row.PriceKeyId);
        buffer.Add(row.Events);
        buffer.Add(row.Rated.Used);
        buffer.Add(row.Rated.Charged);
        buffer.Add(row.Rated.FromAllowances);
        buffer.Add(row.Rated.Amount);
        buffer.Add(row.Rated.FromMoney);
    }

    private void AddLeg(in LegRow row, in ChargeRow charge)
    {
        buffer.Row(18);
        AddEvent(charge, row.Number);
        buffer.Add(charge.Subscription.Id);
        buffer.Add(row.Leg.Code);
        buffer.Add((short)row.Leg.Kind);
        AddOrNull(row.Party?.Customer);
        AddOrNull(row.Party?.Account);
        buffer.Add(row.PriceKeyId);
        buffer.Add(charge.CatalogVersion);
        buffer.Add(row.Rated.Refusal is { } refusal ? (short)refusal : (short)0);
        buffer.Add(row.Rated.Used);
        buffer.Add(row.Rated.Charged);
        buffer.Add(row.Rated.Amount);
        buffer.Add(charge.PriceKeyId);
    }

    /// <summary>The event, a number within it, tenant and sequence.</summary>
    private void AddEvent(in ChargeRow charge, int number)
    {
        buffer.Add(charge.Subscription.Account.Customer.Id);
        buffer.AddTime(charge.Time);
        buffer.Add(charge.Record.EventId.Value);
        buffer.Add(number);
        buffer.Add(Tenant);
        buffer.Add(charge.Seq);
    }

    private void AddOrNull(long? value)
    {
        if (value is { } known)
        {
            buffer.Add(known);
        }
        else
        {
            buffer.AddNull();
        }
    }
}

/// <summary>Monthly partitions of <c>charge</c>.</summary>
internal static class ChargePartitions
{
    /// <summary>Number of the advisory lock under which partitions are made.</summary>
    private const int OneAtATime = 7_401;

    /// <summary>Makes the partition of a month (year × 12 + month − 1) if it is missing. Not inside another
    /// transaction.</summary>
    internal static async Task AddAsync(NpgsqlConnection connection, int month, CancellationToken cancel)
    {
        var from = new LocalDate(month / 12, month % 12 + 1, 1);
        var name = string.Create(CultureInfo.InvariantCulture, $"charge_y{from.Year:0000}m{from.Month:00}");
        if (await ExistsAsync(connection, name, cancel))
        {
            return;
        }
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({OneAtATime})", cancel);
        if (!await ExistsAsync(connection, name, cancel))
        {
            // Attaching, other than making it as a partition, lets others write to the table meanwhile.
            await RunAsync(connection, $"CREATE TABLE {name} (LIKE charge INCLUDING ALL)", cancel);
            await RunAsync(connection, string.Create(CultureInfo.InvariantCulture,
                $"ALTER TABLE charge ATTACH PARTITION {name} FOR VALUES FROM ('{from:uuuu-MM-dd} 00:00:00+00') TO "
                    + $"('{from.PlusMonths(1):uuuu-MM-dd} 00:00:00+00')"), cancel);
        }
        await transaction.CommitAsync(cancel);
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, string name, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        // Read from the catalogue: a connection may remember for a while that to_regclass found nothing.
        command.CommandText = "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relname = @name AND pg_table_is_visible(oid))";
        return await command.Add("name", name).ExecuteScalarAsync(cancel) is true;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancel);
    }
}
