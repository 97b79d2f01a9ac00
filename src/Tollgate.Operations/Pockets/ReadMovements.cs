using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Replay;

namespace Tollgate.Operations.Pockets;

/// <summary>Something that changed a pocket.</summary>
/// <param name="Kind">What holds: <c>money</c>, <c>allowance</c> or <c>counter</c>.</param>
/// <param name="Allowance">Code of the allowance or counter; empty: money.</param>
/// <param name="At">When; of usage, its own time.</param>
/// <param name="What"><c>grant</c>, <c>opening</c>, <c>top-up</c>, <c>bonus</c>, <c>usage</c>, <c>use</c>, <c>exchange</c>,
/// <c>expiry</c> (beyond what rolls over), <c>lapse</c> (the end of validity), <c>reversal</c> and <c>regrant</c> (by
/// re-rating), <c>transfer</c> (with its subscription to another customer), <c>adjustment</c>.</param>
/// <param name="Before">Balance before, in the unit.</param>
/// <param name="Amount">What came in; negative: what went out.</param>
/// <param name="Reference">Key of the request that made it, or empty.</param>
/// <param name="Charge">The charge of a single event of usage; see <c>explain</c>.</param>
/// <param name="Events">Number of movements that the line sums up.</param>
public sealed record PocketMovement(
    PocketId Pocket, string Kind, string Allowance, Instant At, string What, decimal Before, decimal Amount, decimal After,
    string Unit, string Reference, string? Charge, int Events);

/// <summary>Which movements are meant; what is null does not restrict.</summary>
public sealed record MovementFilter(AccountId Account)
{
    /// <summary>Only this pocket, which may be a counter. Null: money and allowances.</summary>
    public PocketId? Pocket { get; init; }

    /// <summary>First time.</summary>
    public Instant? From { get; init; }

    /// <summary>Times end before it.</summary>
    public Instant? To { get; init; }
}

/// <summary>
/// The history of an account's pockets, one pocket after the other, each in the order of booking: its first line begins at 0,
/// each begins with the balance that the one before left, and the sum is the balance. Usage that came late stands where it was
/// booked. What is left at the end of validity lapses; late usage of that time could still use it, so the line is made when the
/// list is.
/// </summary>
public static class ReadMovements
{
    private const long Last = long.MaxValue;

    private sealed record Row(
        PocketId Pocket, string Kind, string Allowance, Unit Unit, long Seq, int Part, string What, long Before, long Amount,
        Instant At, string Reference, string? Charge);

    /// <summary>One page; refusals <c>unknown-account</c>, <c>unknown-pocket</c>, <c>invalid</c> (cursor).</summary>
    /// <param name="after">Cursor of the page before.</param>
    public static async Task<Outcome<Page<PocketMovement>>> RunAsync(
        OperationContext context, MovementFilter filter, string? after = null, int limit = Paging.Default,
        CancellationToken cancel = default)
    {
        (long Pocket, long Seq, int Part) cursor = default;
        if (after is not null && !TryCursor(after, out cursor))
        {
            return new Refusal("invalid", "The cursor is not one that this list gave. Begin without it.", Field: "after");
        }
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        var found = await RowsAsync(context, work, filter, cursor, limit + 1, cancel);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }
        var rows = found.Value!;
        return new Page<PocketMovement>(
            [.. rows.Take(limit).Select(row => Movement(row, row.Before, row.Amount, 1))],
            rows.Count > limit
                ? string.Create(
                    CultureInfo.InvariantCulture, $"{rows[limit - 1].Pocket.Value}-{rows[limit - 1].Seq}-{rows[limit - 1].Part}")
                : null);
    }

    /// <summary>The same with usage and its reversals summed up by pocket and day of the account's zone, each day where it
    /// began; refusals <c>unknown-account</c>, <c>unknown-pocket</c>.</summary>
    public static async Task<Outcome<ImmutableArray<PocketMovement>>> ByDayAsync(
        OperationContext context, MovementFilter filter, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        // Balances need the whole history; the times are chosen afterwards.
        var found = await RowsAsync(context, work, filter with { From = null, To = null }, default, int.MaxValue, cancel);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }
        var zone = DateTimeZoneProviders.Tzdb[(await BookRequests.AccountAsync(work, filter.Account, cancel))!.TimeZone];
        var days = new List<(Row First, long Amount, int Events)>();
        var places = new Dictionary<(PocketId, string, LocalDate), int>();
        foreach (var row in found.Value!)
        {
            var key = (row.Pocket, row.What, row.At.InZone(zone).Date);
            if (row.What is not ("usage" or "reversal"))
            {
                days.Add((row, row.Amount, 1));
            }
            else if (places.TryGetValue(key, out var place))
            {
                days[place] = (days[place].First, days[place].Amount + row.Amount, days[place].Events + 1);
            }
            else
            {
                places.Add(key, days.Count);
                days.Add((row with { At = zone.AtStartOfDay(key.Date).ToInstant(), Charge = null }, row.Amount, 1));
            }
        }
        var lines = ImmutableArray.CreateBuilder<PocketMovement>();
        var (pocket, balance) = (default(PocketId), 0L);
        foreach (var (first, amount, events) in days)
        {
            balance = first.Pocket == pocket ? balance : 0;
            pocket = first.Pocket;
            if ((filter.From is null || first.At >= filter.From) && (filter.To is null || first.At < filter.To))
            {
                lines.Add(Movement(first, balance, amount, events));
            }
            balance += amount;
        }
        return lines.ToImmutable();
    }

    private static PocketMovement Movement(Row row, long before, long amount, int events) => new(
        row.Pocket, row.Kind, row.Allowance, row.At, row.What, row.Unit.FromStorage(before), row.Unit.FromStorage(amount),
        row.Unit.FromStorage(before + amount), row.Unit.Code, row.Reference, row.Charge, events);

    private static async Task<Outcome<List<Row>>> RowsAsync(
        OperationContext context, BookWork work, MovementFilter filter, (long Pocket, long Seq, int Part) after, int limit,
        CancellationToken cancel)
    {
        if (await BookRequests.AccountAsync(work, filter.Account, cancel) is not { } account)
        {
            return Refusals.Unknown("account", filter.Account);
        }
        var units = await UnitStore.LoadAsync(work, cancel);
        var which = "p.customer_id = @customer AND p.account_id = @account AND p.tenant_id = @tenant AND "
            + (filter.Pocket is null ? "p.kind <> 'counter'" : "p.pocket_id = @pocket");
        if (filter.Pocket is { } pocket && (await work.ReadAsync(
            $"SELECT 1 FROM pocket p WHERE {which}", _ => 1, cancel, ("customer", account.Customer.Value),
            ("account", filter.Account.Value), ("pocket", pocket.Value))).Count == 0)
        {
            return Refusals.Unknown("pocket", pocket);
        }
        var sql =
            "SELECT m.pocket_id, m.holds, m.allowance, m.unit, m.seq, m.part, m.kind, m.before, m.amount, m.at, m.reference, "
            + "c.event_id FROM ("
            + "SELECT p.pocket_id, p.kind AS holds, p.allowance, p.unit, CAST(0 AS bigint) AS seq, 0 AS part, "
            + "CASE WHEN p.kind = 'money' THEN 'opening' ELSE 'grant' END AS kind, CAST(0 AS bigint) AS before, "
            + "p.granted AS amount, p.valid_from AS at, coalesce(p.given, '') AS reference "
            + $"FROM pocket p WHERE {which} AND p.granted <> 0 UNION ALL "
            + "SELECT p.pocket_id, p.kind, p.allowance, p.unit, v.seq, v.part, v.kind, v.before, v.amount, v.at, v.reference "
            + "FROM pocket p JOIN pocket_movement v ON v.customer_id = p.customer_id AND v.pocket_id = p.pocket_id "
            + $"WHERE {which} AND v.amount <> 0 UNION ALL "
            + $"SELECT p.pocket_id, p.kind, p.allowance, p.unit, {Last}, 0, 'lapse', p.balance, -p.balance, p.valid_to, '' "
            + $"FROM pocket p WHERE {which} AND p.kind <> 'counter' AND p.valid_to <= @now AND p.balance > 0) m "
            + "LEFT JOIN posted_charge c ON c.customer_id = @customer AND c.event_time = m.at AND c.seq = m.seq "
            + "WHERE (m.pocket_id, m.seq, m.part) > (@p, @s, @n)"
            + (filter.From is null ? "" : " AND m.at >= @from") + (filter.To is null ? "" : " AND m.at < @to")
            + " ORDER BY m.pocket_id, m.seq, m.part LIMIT @limit";
        var values = new List<(string, object?)>
        {
            ("customer", account.Customer.Value), ("account", filter.Account.Value), ("now", context.Now), ("p", after.Pocket),
            ("s", after.Seq), ("n", after.Part), ("limit", limit),
        };
        void Add(string name, object? value)
        {
            if (value is not null)
            {
                values.Add((name, value));
            }
        }
        Add("pocket", filter.Pocket?.Value);
        Add("from", filter.From);
        Add("to", filter.To);
        return await work.ReadAsync(sql, reader => new Row(
            new PocketId(reader.GetInt64(0)), reader.GetString(1), reader.GetString(2), units.Of(reader.GetString(3)),
            reader.GetInt64(4), reader.GetInt32(5), reader.GetString(6), reader.GetInt64(7), reader.GetInt64(8),
            reader.GetTime(9), reader.GetString(10),
            reader.IsDBNull(11) ? null : new ChargeId(
                account.Customer, TimeCodec.ToMicroseconds(reader.GetTime(9)), ChargeHistory.Event(work, reader, 11)).ToString()),
            cancel, [.. values]);
    }

    private static bool TryCursor(string text, out (long Pocket, long Seq, int Part) cursor)
    {
        cursor = default;
        var parts = text.Split('-');
        if (parts.Length != 3 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pocket)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var part))
        {
            return false;
        }
        cursor = (pocket, seq, part);
        return true;
    }
}
