using Tollgate.Billing;
using Tollgate.Primitives;

namespace Tollgate.Storage.Billing;

/// <summary>Reads what discounts, commitments and caps need besides the items: only where a catalogue has them.</summary>
public static class WindowReader
{
    /// <summary>Discounts given to the accounts and their subscriptions.</summary>
    public static Task<List<(AccountId Account, GivenDiscount Discount)>> DiscountsAsync(
        BookWork work, long[] customers, long[] accounts, CancellationToken cancel) => work.ReadAsync(
            "SELECT account_id, discount, subscription_id, valid_from, valid_to FROM discount_grant WHERE customer_id IN "
            + "@customers AND account_id IN @accounts AND tenant_id = @tenant ORDER BY account_id, grant_id",
            reader => (new AccountId(reader.GetInt64(0)), new GivenDiscount(
                reader.GetString(1), reader.GetLongOrNull(2) is { } one ? new SubscriptionId(one) : null, reader.GetDate(3),
                reader.GetDateOrNull(4))),
            cancel, ("customers", customers), ("accounts", accounts));

    /// <summary>Usage on documents that are not cancelled, in sums, as far back as corrections reach.</summary>
    public static Task<List<(AccountId Account, BilledUsage Usage)>> UsageBilledAsync(
        BookWork work, long[] customers, long[] accounts, NodaTime.LocalDate since, CancellationToken cancel) => work.ReadAsync(
            "SELECT l.account_id, l.subscription_id, l.period_from, k.plan, CAST(sum(l.amount_minor) AS bigint), l.tax_code, "
            + "l.tax_included, l.revenue_account FROM document_line l JOIN document d ON d.customer_id = l.customer_id AND "
            + "d.document_id = l.document_id JOIN price_key k ON k.tenant_id = l.tenant_id AND k.price_key_id = l.price_key_id "
            + "WHERE l.customer_id IN @customers AND l.account_id IN @accounts AND l.tenant_id = @tenant AND l.kind = "
            + "'usage' AND d.phase <> 'cancelled' AND l.period_to > @since GROUP BY l.account_id, l.subscription_id, "
            + "l.period_from, k.plan, l.tax_code, l.tax_included, l.revenue_account "
            + "ORDER BY l.account_id, l.subscription_id, l.period_from",
            reader => (new AccountId(reader.GetInt64(0)), new BilledUsage(
                new SubscriptionId(reader.GetInt64(1)), reader.GetDate(2), reader.GetString(3), reader.GetInt64(4),
                reader.GetString(5), reader.GetBoolean(6), reader.GetString(7))),
            cancel, ("customers", customers), ("accounts", accounts), ("since", since));
}
