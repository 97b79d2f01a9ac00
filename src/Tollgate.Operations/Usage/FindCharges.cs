using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using NodaTime;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Replay;

namespace Tollgate.Operations.Usage;

/// <summary>One charged event.</summary>
/// <param name="Id">Names it: <c>ch_…</c>. See <see cref="ExplainCharge"/>.</param>
/// <param name="Kind"><c>charge</c> or <c>reversal</c>.</param>
/// <param name="Label">What bills call it, e.g. <c>Calls to Germany Mobile, peak</c>.</param>
/// <param name="Charged">In base units of its service: milliseconds, octets or events; allowances included.</param>
/// <param name="FromAllowances">Part of it that allowances paid.</param>
/// <param name="FromMoney">Part of the amount drawn from money pockets; the rest goes on the bill.</param>
/// <param name="Generation">0: as first charged; each re-rating adds 1.</param>
/// <param name="Slot">Bill slot of the account that it counts in.</param>
public sealed record UsageCharge(
    string Id, string EventId, Instant EventTime, AccountId Account, SubscriptionId Subscription, string Kind, string Service,
    string Label, string Subject, string Origin, string Destination, long DurationMs, long OctetsUp, long OctetsDown, int Events,
    long Charged, long FromAllowances, Money Amount, Money FromMoney, int Generation, int Slot)
{
    /// <summary>What the record said beside its own fields, e.g. the device, SIM, port or line that it came from.</summary>
    public ImmutableDictionary<string, string> Attributes { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>Which charges are meant; what is null does not restrict. An account, a subscription or a line must be
/// given, or an attribute with the first event time.</summary>
public sealed record ChargeFilter
{
    public AccountId? Account { get; init; }

    public SubscriptionId? Subscription { get; init; }

    /// <summary>A line of a bill: the charges that it bills, as they counted when it was made.</summary>
    public (DocumentId Document, int No)? Line { get; init; }

    public ServiceKind? Service { get; init; }

    /// <summary>An attribute of the record with its exact value: what came from a device, SIM, port or line.</summary>
    public KeyValuePair<string, string>? Attribute { get; init; }

    /// <summary>First event time.</summary>
    public Instant? From { get; init; }

    /// <summary>Event times end before it.</summary>
    public Instant? To { get; init; }

    /// <summary>True: also what was reversed, and the reversals. A line always shows them.</summary>
    public bool All { get; init; }
}

/// <summary>Lists charges, oldest event first.</summary>
public static class FindCharges
{
    private const string Columns =
        "c.customer_id, c.event_time, c.event_id, c.account_id, c.subscription_id, c.kind, k.service, k.label, c.subject, c.origin, "
        + "c.destination, c.duration_ms, c.octets_up, c.octets_down, c.events, c.charged, c.from_allowances, c.amount, "
        + "c.from_money, k.currency, c.generation, c.slot_no, c.attributes";

    private const string NotRevised =
        " AND c.kind = 0 AND NOT EXISTS (SELECT 1 FROM charge_revision n WHERE n.customer_id = c.customer_id "
        + "AND n.event_time = c.event_time AND n.event_id = c.event_id AND n.generation > c.generation)";

    /// <summary>One page; refusals <c>unknown-account</c>, <c>unknown-subscription</c>, <c>unknown-line</c>, <c>invalid</c>
    /// (cursor, or
    /// nothing is given).</summary>
    /// <param name="after">Cursor of the page before.</param>
    public static async Task<Outcome<Page<UsageCharge>>> RunAsync(
        OperationContext context, ChargeFilter filter, string? after = null, int limit = Paging.Default,
        CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        var where = new Where(work);
        if (await OwnerAsync(work, filter, where, cancel) is { } refusal)
        {
            return refusal;
        }
        where.Add("c.event_time >= @from", "from", filter.From);
        where.Add("c.event_time < @to", "to", filter.To);
        where.Add("k.service = @service", "service", filter.Service is { } service ? (short)service : null);
        where.Add("';' || c.attributes || ';' LIKE @attribute ESCAPE '^'", "attribute", filter.Attribute is { } attribute
            ? Pattern(attribute) : null);
        if (after is not null)
        {
            if (Cursor(after) is not { } cursor)
            {
                return new Refusal("invalid", "The cursor is not one that this list gave. Begin without it.", Field: "after");
            }
            where.Add("c.event_time >= @after_time", "after_time", TimeCodec.FromMicroseconds(cursor.Time));
            where.Add("(c.event_time, c.event_id, c.generation, 1 - c.kind) > (@after_time, @after_id, @after_generation, @after_kind)",
                "after_id", ChargeHistory.EventValue(work, cursor.Event));
            where.Value("after_generation", cursor.Generation);
            where.Value("after_kind", cursor.Kind);
        }
        var sql = $"SELECT {Columns} FROM posted_charge c JOIN price_key k ON k.tenant_id = c.tenant_id "
            + $"AND k.price_key_id = c.price_key_id WHERE c.tenant_id = @tenant{where.Text}"
            + (filter.All || filter.Line is not null ? "" : NotRevised)
            + " ORDER BY c.event_time, c.event_id, c.generation, 1 - c.kind LIMIT @limit";
        where.Value("limit", limit + 1);
        var charges = await work.ReadAsync(sql, reader => Charge(work, reader), cancel, [.. where.Values]);
        return Paging.Page(charges, limit, charge => string.Create(CultureInfo.InvariantCulture,
            $"{TimeCodec.ToMicroseconds(charge.EventTime)}-{charge.EventId}-{charge.Generation}-{(charge.Kind == "charge" ? 1 : 0)}"));
    }

    /// <summary>A pattern that the stored text of exactly this attribute fits.</summary>
    private static string Pattern(KeyValuePair<string, string> attribute)
    {
        var text = UsageAttributes.Of([attribute]).ToText();
        return $"%;{text.Replace("^", "^^", StringComparison.Ordinal).Replace("%", "^%", StringComparison.Ordinal)
            .Replace("_", "^_", StringComparison.Ordinal)};%";
    }

    /// <summary>Restricts to the owner of the charges, customer first, so that the key leads to them.</summary>
    private static async Task<Refusal?> OwnerAsync(BookWork work, ChargeFilter filter, Where where, CancellationToken cancel)
    {
        if (filter.Line is { } line)
        {
            return await LineAsync(work, line.Document, line.No, where, cancel);
        }
        if (filter.Account is null && filter.Subscription is null)
        {
            return filter is { Attribute: not null, From: not null } ? null : new Refusal("invalid",
                "Say whose charges: an account, a subscription or a line of a bill; or an attribute and the first time.",
                Field: "account");
        }
        var owners = await work.ReadAsync(
            filter.Subscription is not null
                ? "SELECT customer_id FROM subscription WHERE subscription_id = @id AND tenant_id = @tenant"
                : "SELECT customer_id FROM billing_account WHERE account_id = @id AND tenant_id = @tenant",
            reader => reader.GetInt64(0), cancel, ("id", filter.Subscription?.Value ?? filter.Account!.Value.Value));
        if (owners.Count == 0)
        {
            return filter.Subscription is { } unknown
                ? Refusals.Unknown("subscription", unknown) : Refusals.Unknown("account", filter.Account!.Value);
        }
        where.Add("c.customer_id = @customer", "customer", owners[0]);
        where.Add("c.account_id = @account", "account", filter.Account?.Value);
        where.Add("c.subscription_id = @subscription", "subscription", filter.Subscription?.Value);
        return null;
    }

    /// <summary>What a usage line bills: the slots that its document claimed for the line's period of use.</summary>
    private static async Task<Refusal?> LineAsync(BookWork work, DocumentId document, int no, Where where,
        CancellationToken cancel)
    {
        var lines = await work.ReadAsync(
            "SELECT l.customer_id, l.account_id, l.subscription_id, l.price_key_id, l.period_from, l.period_to, a.time_zone "
            + "FROM document_line l JOIN document d ON d.customer_id = l.customer_id AND d.document_id = l.document_id "
            + "JOIN billing_account a ON a.customer_id = l.customer_id AND a.account_id = l.account_id "
            + "WHERE d.document_id = @document AND d.tenant_id = @tenant AND l.line_no = @no",
            reader => (Customer: reader.GetInt64(0), Account: reader.GetInt64(1), Subscription: reader.GetLongOrNull(2),
                Key: reader.IsDBNull(3) ? (int?)null : reader.GetInt32(3), From: reader.GetDate(4), To: reader.GetDate(5),
                Zone: reader.GetString(6)),
            cancel, ("document", document.Value), ("no", no));
        if (lines.Count == 0)
        {
            return new Refusal("unknown-line",
                string.Create(CultureInfo.InvariantCulture,
                    $"There is no line {no} on {document}. See: tollgate bill show {document}."),
                Retry.AfterCure);
        }
        var line = lines[0];
        if (line.Key is null)
        {
            return new Refusal("no-usage-line",
                string.Create(CultureInfo.InvariantCulture, $"Line {no} of {document} bills no usage."), Retry.Never, "line");
        }
        var zone = DateTimeZoneProviders.Tzdb[line.Zone];
        where.Add("c.customer_id = @customer", "customer", line.Customer);
        where.Add("c.account_id = @account", "account", line.Account);
        where.Add("c.subscription_id = @subscription", "subscription", line.Subscription);
        where.Add("c.price_key_id = @key", "key", line.Key);
        where.Add("c.event_time < @period_to", "period_to", zone.AtStartOfDay(line.To).ToInstant());
        // Use before the account was opened here does not occur; the whole period is meant.
        where.Add("c.event_time >= @period_from", "period_from", zone.AtStartOfDay(line.From).ToInstant());
        where.Add(
            "c.slot_no IN (SELECT u.slot_no FROM usage_claim u WHERE u.customer_id = @customer AND u.document_id = @document "
            + "AND u.event_period <= @line_from AND u.event_period > @line_before)", "document", document.Value);
        where.Value("line_from", line.From);
        where.Value("line_before", line.From.PlusMonths(-13));
        return null;
    }

    private static UsageCharge Charge(BookWork work, DbDataReader reader)
    {
        var time = reader.GetTime(1);
        var eventId = ChargeHistory.Event(work, reader, 2);
        var currency = Units.Find(reader.GetString(19)) ?? Units.Currency(reader.GetString(19), 2);
        return new UsageCharge(
            new ChargeId(new CustomerId(reader.GetInt64(0)), TimeCodec.ToMicroseconds(time), eventId).ToString(),
            eventId.ToString(), time, new AccountId(reader.GetInt64(3)), new SubscriptionId(reader.GetInt64(4)),
            reader.GetInt16(5) == 0 ? "charge" : "reversal",
            ((ServiceKind)reader.GetInt16(6)).ToString().ToLowerInvariant(), reader.GetString(7), reader.GetString(8),
            reader.GetString(9), reader.GetString(10), reader.GetInt64(11), reader.GetInt64(12), reader.GetInt64(13),
            reader.GetInt32(14), reader.GetInt64(15), reader.GetInt64(16), Money.FromStorage(reader.GetInt64(17), currency),
            Money.FromStorage(reader.GetInt64(18), currency), reader.GetInt32(20), reader.GetInt32(21))
        {
            Attributes = UsageAttributes.FromText(reader.GetString(22)).All.ToImmutableDictionary(StringComparer.Ordinal),
        };
    }

    private static (long Time, EventId Event, int Generation, int Kind)? Cursor(string text)
    {
        var parts = text.Split('-');
        return parts.Length == 4 && parts[1].Length == 32 && parts[1].All(char.IsAsciiHexDigit)
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            && time < 253_402_300_800_000_000
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            && parts[3] is "0" or "1"
                ? (time, EventId.FromBytes(Convert.FromHexString(parts[1])), generation, parts[3] == "0" ? 0 : 1)
                : null;
    }

    /// <summary>Conditions with their values.</summary>
    private sealed class Where(BookWork work)
    {
        internal string Text { get; private set; } = "";

        internal List<(string Name, object? Value)> Values { get; } = [];

        /// <summary>Adds a condition unless its value is null.</summary>
        internal void Add(string condition, string name, object? value)
        {
            if (value is not null)
            {
                Text += " AND " + condition;
                Value(name, value);
            }
        }

        internal void Value(string name, object? value) => Values.Add((name, work.Value(value)));
    }
}
