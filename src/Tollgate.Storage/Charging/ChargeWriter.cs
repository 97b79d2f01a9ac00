using System.Data.Common;
using System.Globalization;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Storage.Charging;

/// <summary>Saves what a pass decided, inside its transaction. What is said in SQL that both databases share is here; bulk
/// writes are in
/// the two writers.</summary>
internal abstract class ChargeWriter(IdBlock ids, int tenant) : IDisposable
{
    protected int Tenant { get; } = tenant;

    protected IdBlock Ids { get; } = ids;

    /// <summary>What must be there before the transaction begins.</summary>
    internal abstract Task PrepareAsync(
        DbConnection connection, ChargeWork work, Instant now, ChargeSettings settings, CancellationToken cancel);

    /// <summary>Forgets what hangs on a connection that is lost.</summary>
    internal abstract void Reset();

    public abstract void Dispose();

    internal async Task<ChargeOutcome> SaveAsync(
        DbTransaction transaction, ChargeWork work, ChargeRows rows, Instant now, CancellationToken cancel)
    {
        NumberPockets(transaction, rows.NewPockets);
        rows.Close();
        await SaveEventsAsync(transaction, work, rows, now, cancel);
        return await SaveStateAsync(transaction, work, rows, now, cancel);
    }

    /// <summary>Saves charges and movements: rows that nobody else writes, for which no lock is needed.</summary>
    internal async Task SaveEventsAsync(
        DbTransaction transaction, ChargeWork work, ChargeRows rows, Instant now, CancellationToken cancel)
    {
        FaultPoint.Hit(FaultPoint.BeforeCopy);
        await WriteChargesAsync(transaction, work, rows, now, cancel);
        FaultPoint.Hit(FaultPoint.AfterCopy);
    }

    /// <summary>Saves everything else, under the locks of the heads.</summary>
    internal async Task<ChargeOutcome> SaveStateAsync(
        DbTransaction transaction, ChargeWork work, ChargeRows rows, Instant now, CancellationToken cancel)
    {
        await WriteStateAsync(transaction, rows, cancel);
        FaultPoint.Hit(FaultPoint.AfterTotals);
        await WriteDuesAsync(transaction, rows, cancel);
        if (rows.Thresholds.Count > 0)
        {
            var told = await InsertThresholdsAsync(transaction, rows.Thresholds, now, cancel);
            await new UsageAlerts(Ids, Tenant, TimeValue(now)).LimitsAsync(transaction, told, cancel);
        }
        if (rows.BeyondCredit.Count > 0)
        {
            await new UsageAlerts(Ids, Tenant, TimeValue(now)).CreditAsync(transaction, rows.BeyondCredit, cancel);
        }
        if (work.Held is not null)
        {
            return await ReplaySave.SaveAsync(transaction, Tenant, Database(transaction), work, rows, now, cancel);
        }
        foreach (var rejected in work.Rejected)
        {
            rows.Held.Add(new HeldRow(
                -1, KeyOf(work.Source, rejected), rejected.Offset, rejected.Line, rejected.Reason, rejected.Detail,
                    rejected.Text, null, ""));
        }
        var held = rows.Held.Count == 0 ? [] : await InsertHeldAsync(transaction, work, rows.Held, now, cancel);
        await new UsageAlerts(Ids, Tenant, TimeValue(now)).HeldAsync(transaction, work, held, cancel);
        var outcome = new ChargeOutcome(
            work.Read, rows.Charges.Count, held.Count, rows.Duplicates.Count + rows.Held.Count - held.Count, work.Ignored,
                Duration.Zero);
        if (work.Step is { } step)
        {
            await MoveFileAsync(transaction, work.File, step, outcome, now, cancel);
        }
        return outcome;
    }

    /// <summary>The key under which undecodable text is held: the same text at the same place is the same record in a file that
    /// grew.</summary>
    internal static EventId KeyOf(string source, RejectedRecord rejected) =>
        EventId.Of(source, string.Create(CultureInfo.InvariantCulture, $"\u0001{rejected.Offset}\u0001{rejected.Text}"));

    /// <summary>Gives new pockets consecutive ids.</summary>
    internal static void Number(List<Pocket> pockets, long first) => pockets.ForEach(pocket => pocket.Id = first++);

    /// <summary>Saves heads, slots, pockets and totals only, of rows that are closed.</summary>
    internal async Task SaveStateAsync(DbTransaction transaction, ChargeRows rows, CancellationToken cancel)
    {
        await WriteStateAsync(transaction, rows, cancel);
        await WriteDuesAsync(transaction, rows, cancel);
    }

    protected abstract Task WriteChargesAsync(
        DbTransaction transaction, ChargeWork work, ChargeRows rows, Instant now, CancellationToken cancel);

    protected abstract Task WriteStateAsync(DbTransaction transaction, ChargeRows rows, CancellationToken cancel);

    /// <summary>Stores held records; those whose key is there already are left as they are.</summary>
    /// <returns>The reasons of the rows that were added.</returns>
    protected abstract Task<List<HoldReason>> InsertHeldAsync(
        DbTransaction transaction, ChargeWork work, List<HeldRow> held, Instant now, CancellationToken cancel);

    /// <summary>Stores passed thresholds that were not told before, and answers with these.</summary>
    protected abstract Task<List<ThresholdRow>> InsertThresholdsAsync(
        DbTransaction transaction, List<ThresholdRow> rows, Instant now, CancellationToken cancel);

    /// <summary>A value for a time in this database.</summary>
    protected abstract object TimeValue(Instant time);

    private static DatabaseKind Database(DbTransaction transaction) =>
        transaction is Npgsql.NpgsqlTransaction ? DatabaseKind.Postgres : DatabaseKind.Sqlite;

    private void NumberPockets(DbTransaction transaction, List<Pocket> pockets)
    {
        if (pockets.Count == 0)
        {
            return;
        }
        Number(pockets, Ids.Next(pockets.Count, transaction));
    }

    private async Task MoveFileAsync(
        DbTransaction transaction, UsageFileId file, FileStep step, ChargeOutcome outcome, Instant now, CancellationToken cancel)
    {
        await using var command = transaction.Command(
            "UPDATE usage_file SET position = @to, line = @line, decoder_state = @state, phase = @phase, finished_at = "
                + "@finished, "
            + "read_count = read_count + @read, rated_count = rated_count + @rated, held_count = held_count + @held, "
            + "duplicate_count = duplicate_count + @duplicates, ignored_count = ignored_count + @ignored "
            + "WHERE file_id = @file AND tenant_id = @tenant AND position = @from AND phase = 'importing'");
        command.Add("to", step.To).Add("line", step.Line).Add("state", step.State).Add("phase", step.Last ? "done" : "importing");
        command.Parameters.Add(FinishedAt(command, step.Last ? now : null));
        command.Add("read", outcome.Read).Add("rated", outcome.Rated).Add("held", outcome.Held);
        command.Add("duplicates", outcome.Duplicates).Add("ignored", outcome.Ignored);
        command.Add("file", file.Value).Add("tenant", Tenant).Add("from", step.From);
        if (await command.ExecuteNonQueryAsync(cancel) != 1)
        {
            throw new FileMovedException($"Another import is at work on {file}, or has finished it; nothing is charged "
                + "twice. See how far it is: tollgate usage status. If it stopped, import the file again.");
        }
    }

    private DbParameter FinishedAt(DbCommand command, Instant? time)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = "finished";
        parameter.Value = time is { } known ? TimeValue(known) : DBNull.Value;
        parameter.DbType = command is Npgsql.NpgsqlCommand ? System.Data.DbType.DateTime : System.Data.DbType.Int64;
        return parameter;
    }

    /// <summary>What the batch adds for other parties, for the roll-up.</summary>
    private async Task WriteDuesAsync(DbTransaction transaction, ChargeRows rows, CancellationToken cancel)
    {
        if (rows.Dues.Count == 0)
        {
            return;
        }
        var id = Ids.Next(rows.Dues.Count, transaction);
        foreach (var (key, sums) in rows.Dues)
        {
            await using var insert = transaction.Command(
                "INSERT INTO leg_due (due_id, tenant_id, party_customer_id, party_account_id, party_key, code, kind, price_key_id, "
                + "usage_date, events, used, charged, amount) VALUES (@id, @tenant, @party, @account, @who, @code, @kind, @key, "
                + "@date, @events, @used, @charged, @amount)");
            insert.Add("id", id++).Add("tenant", Tenant).Add("party", key.Party.Customer).Add("account", key.Party.Account)
                .Add("who", key.PartyKey).Add("code", key.Code).Add("kind", (short)key.Kind).Add("key", key.PriceKeyId)
                .Add("date", DateValue(key.Date))
                .Add("events", sums.Events).Add("used", sums.Used).Add("charged", sums.Charged).Add("amount", sums.Amount);
            await insert.ExecuteNonQueryAsync(cancel);
        }
    }

    private object DateValue(LocalDate date) =>
        this is PostgresChargeWriter ? date.ToDateOnly() : TimeCodec.ToText(date);
}
