using Tollgate.Billing;
using Tollgate.Primitives;

namespace Tollgate.Storage.Billing;

/// <summary>Reads what discounts, commitments and caps need besides the items: only where a catalogue has them.</summary>
public static class WindowReader
{
    /// <summary>Discounts given to the customers' accounts and subscriptions, in the order of giving.</summary>
    public static Task<List<(AccountId Account, GivenDiscount Discount)>> DiscountsAsync(
        BookWork work, long[] customers, CancellationToken cancel) => work.ReadAsync(
            "SELECT g.account_id, g.discount, g.subscription_id, g.valid_from, g.valid_to, g.name, g.percent, g.amount, g.scope, "
            + "g.charge_kinds, g.periods, a.currency FROM discount_grant g JOIN billing_account a ON a.customer_id = "
            + "g.customer_id AND a.account_id = g.account_id WHERE g.customer_id IN @customers AND g.tenant_id = @tenant "
            + "ORDER BY g.account_id, g.grant_id",
            reader => (new AccountId(reader.GetInt64(0)), new GivenDiscount(
                reader.GetString(1), reader.GetLongOrNull(2) is { } one ? new SubscriptionId(one) : null, reader.GetDate(3),
                reader.GetDateOrNull(4))
            {
                Own = !HandMade.Is(reader.GetString(1)) ? null : HandMade.Of(
                    reader.GetString(1), reader.GetString(5), reader.GetString(6), reader.GetString(7), reader.GetInt32(8),
                    reader.GetInt32(9), reader.IsDBNull(10) ? null : reader.GetInt32(10), reader.GetString(11)),
            }),
            cancel, ("customers", customers));

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
