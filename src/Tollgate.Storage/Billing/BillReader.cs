using System.Globalization;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Storage.Billing;

/// <summary>An account that is due for a bill run, with what the run needs besides the facts for the calculator.</summary>
/// <param name="BilledTo">Days before this one have been billed.</param>
public sealed record DueAccount(
    AccountFacts Facts, SellerId Seller, string SellerCountry, DateTimeZone SellerZone, LocalDate BilledTo)
{
    /// <summary>Usage of this much is billed before its period is over; null: the account has no threshold of its own.</summary>
    public long? ThresholdMinor { get; init; }
}

/// <summary>Which accounts a run bills.</summary>
/// <param name="Cycle">No cycle: usage so far of accounts that may have passed a threshold.</param>
/// <param name="Date">Up to which day.</param>
/// <param name="OfferThresholds">Offers have thresholds, too.</param>
public readonly record struct DueQuery(BillCycle Cycle, LocalDate Date, bool OfferThresholds = false);

/// <summary>Usage totals of one slot, not claimed by a document yet.</summary>
/// <param name="Open">The slot still takes usage.</param>
public sealed record SlotUsage(AccountId Account, int Slot, bool Open, UsageLine Line);

/// <summary>The set-based reads of a bill run: a fixed number of queries per chunk of accounts.</summary>
public static class BillReader
{
    private const string DueWhere =
        "a.tenant_id = @tenant AND a.cycle_day = @day AND a.cycle = @cycle AND a.bills_to_account_id IS NULL "
        + "AND a.billed_to < @date AND a.opened_on < @date AND (a.ended_on IS NULL OR a.ended_on >= @oldest)";

    /// <summary>Accounts whose usage may be billed before its period is over: those with a threshold of their own, and where
    /// offers have some, too, those with usage that no bill has.</summary>
    private const string ThresholdWhere =
        "a.tenant_id = @tenant AND a.bills_to_account_id IS NULL AND a.billed_to < @date AND a.opened_on < @date AND a.ended_on "
        + "IS NULL AND (a.bill_threshold_minor IS NOT NULL OR (@offers = 1 AND EXISTS (SELECT 1 FROM billing_account o JOIN "
        + "bill_slot s ON s.customer_id = o.customer_id AND s.account_id = o.account_id JOIN usage_total t ON t.customer_id = "
        + "s.customer_id AND t.account_id = s.account_id AND t.slot_no = s.slot_no WHERE o.customer_id = a.customer_id AND "
        + "s.document_id IS NULL AND (o.account_id = a.account_id OR o.bills_to_account_id = a.account_id))))";

    /// <summary>No cycle: the accounts with a threshold.</summary>
    private static string Where(BillCycle cycle) => cycle == default ? ThresholdWhere : DueWhere;

    /// <summary>An ended account stays due this long, for late usage and for what was billed ahead: a little longer than usage
    /// may be late.</summary>
    private const int MonthsAfterEnd = 14;

    /// <summary>Number of accounts that are due; of no cycle, those that may have passed a threshold.</summary>
    public static async Task<int> CountDueAsync(BookWork work, DueQuery due, CancellationToken cancel) =>
        (int)(await work.ReadAsync(
            $"SELECT count(*) FROM billing_account a WHERE {Where(due.Cycle)}", reader => reader.GetInt64(0), cancel,
            Values(due)))[0];

    private static (string, object?)[] Values(DueQuery due, params ReadOnlySpan<(string, object?)> more) =>
    [
        ("day", due.Cycle.Day), ("cycle", AccountTimes.TextOf(due.Cycle)), ("date", due.Date),
        ("oldest", due.Date.PlusMonths(-MonthsAfterEnd)), ("offers", due.OfferThresholds ? 1 : 0), .. more,
    ];

    /// <summary>The next accounts that are due, in id order, after a given one.</summary>
    public static Task<List<(long Customer, long Account)>> NextDueAsync(
        BookWork work, DueQuery due, (long Customer, long Account) after, int count, CancellationToken cancel) =>
        work.ReadAsync(
            $"SELECT a.customer_id, a.account_id FROM billing_account a WHERE {Where(due.Cycle)} "
            + "AND (a.customer_id > @customer OR (a.customer_id = @customer AND a.account_id > @account)) "
            + "ORDER BY a.customer_id, a.account_id LIMIT @count",
            reader => (reader.GetInt64(0), reader.GetInt64(1)), cancel,
            Values(due, ("customer", after.Customer), ("account", after.Account), ("count", count)));

    /// <summary>Facts of those of the accounts that are still due; call it with the heads locked.</summary>
    public static Task<List<DueAccount>> AccountsAsync(
        BookWork work, DueQuery due, long[] customers, long[] accounts,
        ILookup<long, CycleMove> moves, ILookup<long, AccountId> children, Func<string, Unit?> unitOf,
            CancellationToken cancel) =>
        work.ReadAsync(
            $"{FactColumns} WHERE {Where(due.Cycle)} AND a.customer_id IN @customers AND a.account_id IN @accounts "
            + "ORDER BY a.customer_id, a.account_id",
            reader => Facts(reader, moves, children, unitOf),
            cancel, Values(due, ("customers", customers), ("accounts", accounts)));

    /// <summary>The accounts of customers that get bills of their own, due or not.</summary>
    public static Task<List<long>> PayersAsync(BookWork work, long[] customers, CancellationToken cancel) => work.ReadAsync(
        "SELECT account_id FROM billing_account WHERE tenant_id = @tenant AND bills_to_account_id IS NULL "
        + "AND customer_id IN @customers ORDER BY account_id",
        reader => reader.GetInt64(0), cancel, ("customers", customers));

    /// <summary>Their facts, in the order of customers and accounts.</summary>
    public static Task<List<DueAccount>> AccountsOfAsync(
        BookWork work, long[] customers, ILookup<long, CycleMove> moves, ILookup<long, AccountId> children,
        Func<string, Unit?> unitOf, CancellationToken cancel) => work.ReadAsync(
            $"{FactColumns} WHERE a.tenant_id = @tenant AND a.bills_to_account_id IS NULL AND a.customer_id IN @customers "
            + "ORDER BY a.customer_id, a.account_id",
            reader => Facts(reader, moves, children, unitOf), cancel, ("customers", customers));

    private const string FactColumns =
        "SELECT a.customer_id, a.account_id, a.seller_id, a.currency, a.cycle_day, a.time_zone, a.tax_country, a.terms_days, "
        + "a.opened_on, a.ended_on, a.billed_to, s.country, s.time_zone, a.language, a.cycle, a.bill_threshold_minor "
        + "FROM billing_account a JOIN seller s ON s.seller_id = a.seller_id";

    private static DueAccount Facts(
        System.Data.Common.DbDataReader reader, ILookup<long, CycleMove> moves, ILookup<long, AccountId> children,
        Func<string, Unit?> unitOf) => new(
            new AccountFacts
            {
                Customer = new CustomerId(reader.GetInt64(0)),
                Id = new AccountId(reader.GetInt64(1)),
                Currency = unitOf(reader.GetString(3)) ?? new Unit(reader.GetString(3), UnitKind.Currency, 100_000_000, 2),
                Cycle = AccountTimes.CycleOf(reader.GetString(14), reader.GetInt32(4)),
                CycleMoves = moves.Contains(reader.GetInt64(1)) ? [.. moves[reader.GetInt64(1)]] : [],
                Children = children.Contains(reader.GetInt64(1)) ? [.. children[reader.GetInt64(1)]] : [],
                Zone = DateTimeZoneProviders.Tzdb[reader.GetString(5)],
                TaxCountry = reader.GetString(6),
                TermsDays = reader.GetInt32(7),
                OpenedOn = reader.GetDate(8),
                EndedOn = reader.GetDateOrNull(9),
                Language = reader.GetString(13),
            },
            new SellerId(reader.GetInt64(2)), reader.GetString(11), DateTimeZoneProviders.Tzdb[reader.GetString(12)],
            reader.GetDate(10))
        {
            ThresholdMinor = reader.GetLongOrNull(15),
        };

    /// <summary>Totals of the open slots and of closed ones that are not fully claimed; claimed parts are left out.</summary>
    public static async Task<List<SlotUsage>> UsageAsync(
        BookWork work, long[] customers, long[] accounts, IReadOnlyDictionary<int, UsageKey> keys, CancellationToken cancel)
    {
        var usage = await TotalsAsync(work, customers, accounts, keys, cancel);
        var rerated = (await work.ReadAsync(
            "SELECT account_id, slot_no, subscription_id, price_key_id, event_period, CAST(sum(old_amount) AS bigint), "
            + "CAST(sum(new_amount) AS bigint) FROM usage_rerated WHERE customer_id IN @customers AND account_id IN @accounts "
            + "AND tenant_id = @tenant GROUP BY account_id, slot_no, subscription_id, price_key_id, event_period",
            reader => (
                Place: (reader.GetInt64(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetInt32(3), reader.GetDate(4)),
                Usage: new ReratedUsage(reader.GetInt64(5), reader.GetInt64(6))),
            cancel, ("customers", customers), ("accounts", accounts))).ToDictionary(row => row.Place, row => row.Usage);
        return rerated.Count == 0 ? usage : usage.ConvertAll(one => rerated.TryGetValue(
            (one.Account.Value, one.Slot, one.Line.Subscription.Value, one.Line.Key.Id, one.Line.EventPeriod), out var again)
            ? one with { Line = one.Line with { Rerated = again } } : one);
    }

    private static Task<List<SlotUsage>> TotalsAsync(
        BookWork work, long[] customers, long[] accounts, IReadOnlyDictionary<int, UsageKey> keys, CancellationToken cancel) =>
        work.ReadAsync(
            "SELECT t.account_id, t.slot_no, CASE WHEN s.closed_at IS NULL THEN 1 ELSE 0 END, t.subscription_id, t.price_key_id, "
            + "t.event_period, t.events, t.used, t.charged, t.from_allowances, t.amount, t.from_money FROM bill_slot s JOIN "
            + "usage_total t ON t.customer_id = s.customer_id AND t.account_id = s.account_id AND t.slot_no = s.slot_no WHERE "
            + "s.customer_id IN @customers AND s.account_id IN @accounts AND s.document_id IS NULL AND s.tenant_id = @tenant AND "
            + "NOT EXISTS (SELECT 1 FROM usage_claim c WHERE c.customer_id = t.customer_id AND c.account_id = t.account_id AND "
            + "c.slot_no = t.slot_no AND c.event_period = t.event_period) ORDER BY t.account_id, t.slot_no, t.event_period, "
            + "t.subscription_id, t.price_key_id",
            reader => new SlotUsage(
                new AccountId(reader.GetInt64(0)), reader.GetInt32(1), reader.GetInt32(2) == 1,
                new UsageLine(
                    new SubscriptionId(reader.GetInt64(3)), keys[reader.GetInt32(4)], reader.GetDate(5), reader.GetInt64(6),
                    reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11))),
            cancel, ("customers", customers), ("accounts", accounts));

    /// <summary>Items on documents that are not cancelled, as far back as corrections reach.</summary>
    public static Task<List<(AccountId Account, BilledItem Item)>> BilledAsync(
        BookWork work, long[] customers, long[] accounts, LocalDate since, CancellationToken cancel) => work.ReadAsync(
            "SELECT l.account_id, l.subscription_id, l.item_kind, l.code, l.basis_from, l.basis_to, l.period_from, l.period_to, "
            + "l.description, l.amount_minor, l.tax_included, l.tax_code, l.tax_percent, l.revenue_account, l.item_offer, "
            + "l.tax_set, l.levy_lines, l.levy_services, l.final_credit, d.tax_country, a.tax_country "
            + "FROM document_line l "
            + "JOIN document d ON d.customer_id = l.customer_id AND d.document_id = l.document_id "
            + "JOIN billing_account a ON a.customer_id = l.customer_id AND a.account_id = l.account_id WHERE l.customer_id IN "
            + "@customers AND l.account_id IN @accounts AND l.tenant_id = @tenant AND d.phase <> 'cancelled' AND l.item_kind <> "
            + "'' AND (l.basis_to IS NULL OR l.basis_to > @since) ORDER BY l.account_id, l.document_id, l.line_no",
            reader => (new AccountId(reader.GetInt64(0)), new BilledItem(
                new ItemKey(new SubscriptionId(reader.GetLongOrNull(1) ?? 0), DocumentText.Kind(reader.GetString(2)),
                    reader.GetString(3), reader.GetDateOrNull(4), reader.GetString(14)),
                reader.GetDateOrNull(5), new BillPeriod(reader.GetDate(6), reader.GetDate(7)), reader.GetString(8),
                reader.GetInt64(9),
                reader.GetBoolean(10), reader.GetString(11), DocumentText.Decimal(reader.GetString(12)), reader.GetString(13))
            {
                TaxSet = SetOf(reader), LevyLines = reader.GetInt64(16), LevyServices = reader.GetInt64(17),
                FinalCredit = reader.GetBoolean(18),
            }),
            cancel, ("customers", customers), ("accounts", accounts), ("since", since));

    /// <summary>What a line was taxed with; null for the rate of its category in the country that the account is in
    /// now.</summary>
    private static TaxSet? SetOf(System.Data.Common.DbDataReader reader)
    {
        if (reader.GetString(15) is { Length: > 0 } text)
        {
            return TaxSetText.Read(text).Set;
        }
        return reader.GetString(19) == reader.GetString(20)
            ? null
            : TaxSet.Plain(reader.GetString(11), reader.GetString(11), reader.GetString(19),
                DocumentText.Decimal(reader.GetString(12)));
    }

    /// <summary>Those of the accounts that have a draft nobody has decided on.</summary>
    public static async Task<HashSet<long>> OpenDraftsAsync(
        BookWork work, long[] customers, long[] accounts, CancellationToken cancel) =>
        [
            .. await work.ReadAsync(
                "SELECT account_id FROM document WHERE customer_id IN @customers AND account_id IN @accounts AND phase = 'draft' "
                + "AND run_id IS NOT NULL "
                + "AND tenant_id = @tenant",
                reader => reader.GetInt64(0), cancel, ("customers", customers), ("accounts", accounts)),
        ];

    /// <summary>All price keys of the tenant as a bill needs them.</summary>
    public static async Task<Dictionary<int, UsageKey>> KeysAsync(BookWork work, CancellationToken cancel) =>
        (await work.ReadAsync(
            "SELECT price_key_id, plan, zone, band, label, service, basis, currency, tax, tax_included, revenue_account FROM "
            + "price_key WHERE tenant_id = @tenant",
            reader => new UsageKey(
                reader.GetInt32(0), string.Create(
                    CultureInfo.InvariantCulture, $"{reader.GetString(1)}/{reader.GetString(2)}/{reader.GetString(3)}"),
                reader.GetString(4), (ServiceKind)reader.GetInt16(5), (PriceBasis)reader.GetInt16(6), reader.GetString(7),
                reader.GetString(8),
                reader.GetBoolean(9), reader.GetString(10)), cancel)).ToDictionary(key => key.Id);
}
