using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage;

namespace Tollgate.Operations.Customers;

/// <summary>One charged event.</summary>
/// <param name="Kind"><c>charge</c> or <c>reversal</c>.</param>
/// <param name="Label">What bills call it, e.g. <c>Calls to Germany Mobile, peak</c>.</param>
/// <param name="Charged">In base units of its service: milliseconds, octets or events; allowances included.</param>
/// <param name="FromAllowances">Part of it that allowances paid.</param>
/// <param name="FromMoney">Part of the amount drawn from money pockets; the rest goes on the bill.</param>
public sealed record UsageCharge(
    string EventId, Instant EventTime, SubscriptionId Subscription, string Kind, string Label, string Subject, string Origin,
    string Destination, long DurationMs, long OctetsUp, long OctetsDown, int Events, long Charged, long FromAllowances,
    Money Amount, Money FromMoney);

/// <summary>What an account used and has not been billed, by what bills group it by.</summary>
/// <param name="EventPeriod">First day of the bill period in which it happened.</param>
/// <param name="Used">In base units.</param>
public sealed record UnbilledUsage(
    SubscriptionId Subscription, string Label, LocalDate EventPeriod, long Events, long Used, long Charged, long FromAllowances,
    Money Amount, Money FromMoney);

/// <summary>Reads what an account used.</summary>
public static class ReadUsage
{
    /// <summary>Charges of an account in [from, to), oldest first; refusals <c>unknown-account</c>, <c>invalid</c>
    /// (cursor).</summary>
    /// <param name="from">Default: the beginning of time.</param>
    /// <param name="to">Default: now and later.</param>
    /// <param name="after">Cursor of the page before.</param>
    public static async Task<Outcome<Page<UsageCharge>>> ChargesAsync(
        OperationContext context, AccountId id, Instant? from = null, Instant? to = null, string? after = null,
        int limit = Paging.Default, CancellationToken cancel = default)
    {
        var account = await ReadAccounts.OneAsync(context, id, cancel);
        if (account.Refusal is { } refusal)
        {
            return refusal;
        }
        var database = context.Database;
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        var cursor = "";
        if (after is not null)
        {
            if (Cursor(after) is not var (time, eventId))
            {
                return new Refusal("invalid", "The cursor is not one that this list gave. Begin without it.", Field: "after");
            }
            cursor = "AND (c.event_time, c.event_id) > (@after_time, @after_id) ";
            command.Add("after_time", database.TimeValue(time))
                .Add("after_id", database.Kind == DatabaseKind.Postgres ? eventId.ToGuid() : Bytes(eventId));
        }
        command.CommandText =
            "SELECT c.event_id, c.event_time, c.subscription_id, c.kind, k.label, c.subject, c.origin, c.destination, "
            + "c.duration_ms, c.octets_up, c.octets_down, c.events, c.charged, c.from_allowances, c.amount, c.from_money FROM "
            + "charge c JOIN price_key k ON k.tenant_id = c.tenant_id AND k.price_key_id = c.price_key_id WHERE c.customer_id = "
            + "@customer AND c.account_id = @account AND c.tenant_id = @tenant AND c.event_time >= @from AND c.event_time < @to "
            + "" + cursor + "ORDER BY c.event_time, c.event_id LIMIT @limit";
        command.Add("customer", account.Value!.Customer.Value).Add("account", id.Value).Add("tenant", context.Tenant.Value)
            .Add("from", database.TimeValue(from ?? Instant.FromUtc(1970, 1, 1, 0, 0)))
            .Add("to", database.TimeValue(to ?? MoneyPocket.NoEnd))
            .Add("limit", limit + 1);
        var currency = Units.Get(account.Value.Currency);
        var charges = new List<UsageCharge>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            charges.Add(Charge(reader, currency));
        }
        return Paging.Page(charges, limit, charge => string.Create(CultureInfo.InvariantCulture,
            $"{TimeCodec.ToMicroseconds(charge.EventTime)}-{charge.EventId}"));
    }

    /// <summary>Usage of the open bill slots; refusal <c>unknown-account</c>.</summary>
    public static async Task<Outcome<ImmutableArray<UnbilledUsage>>> UnbilledAsync(
        OperationContext context, AccountId id, CancellationToken cancel = default)
    {
        var account = await ReadAccounts.OneAsync(context, id, cancel);
        if (account.Refusal is { } refusal)
        {
            return refusal;
        }
        await using var connection = await context.Database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT t.subscription_id, k.label, t.event_period, t.events, t.used, t.charged, t.from_allowances, t.amount, "
            + "t.from_money FROM usage_total t JOIN bill_slot s ON s.customer_id = t.customer_id AND s.account_id = t.account_id "
            + "AND s.slot_no = t.slot_no AND s.closed_at IS NULL JOIN price_key k ON k.tenant_id = t.tenant_id AND "
            + "k.price_key_id = t.price_key_id WHERE t.customer_id = @customer AND t.account_id = @account ORDER BY "
            + "t.subscription_id, t.event_period, k.label";
        command.Add("customer", account.Value!.Customer.Value).Add("account", id.Value);
        var currency = Units.Get(account.Value.Currency);
        var totals = ImmutableArray.CreateBuilder<UnbilledUsage>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            totals.Add(new UnbilledUsage(
                new SubscriptionId(reader.GetInt64(0)), reader.GetString(1), reader.GetDate(2), reader.GetInt64(3),
                reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), Money.FromStorage(reader.GetInt64(7), currency),
                Money.FromStorage(reader.GetInt64(8), currency)));
        }
        return totals.ToImmutable();
    }

    private static UsageCharge Charge(DbDataReader reader, Unit currency)
    {
        var eventId = reader.GetValue(0) switch
        {
            Guid guid => EventId.FromGuid(guid),
            byte[] bytes => EventId.FromBytes(bytes),
            var other => throw new InvalidCastException($"An event id is stored as {other.GetType().Name}."),
        };
        return new UsageCharge(
            Convert.ToHexStringLower(Bytes(eventId)), reader.GetTime(1), new SubscriptionId(reader.GetInt64(2)),
            reader.GetInt16(3) == 0 ? "charge" : "reversal", reader.GetString(4), reader.GetString(5), reader.GetString(6),
            reader.GetString(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.GetInt32(11),
            reader.GetInt64(12), reader.GetInt64(13), Money.FromStorage(reader.GetInt64(14), currency),
            Money.FromStorage(reader.GetInt64(15), currency));
    }

    private static byte[] Bytes(EventId id)
    {
        var bytes = new byte[16];
        id.WriteTo(bytes);
        return bytes;
    }

    private static (Instant Time, EventId Id)? Cursor(string text)
    {
        var parts = text.Split('-');
        return parts.Length == 2 && parts[1].Length == 32 && parts[1].All(char.IsAsciiHexDigit)
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            && time < 253_402_300_800_000_000
                ? (TimeCodec.FromMicroseconds(time), EventId.FromBytes(Convert.FromHexString(parts[1])))
                : null;
    }
}
