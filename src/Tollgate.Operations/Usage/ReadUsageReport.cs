using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Usage;

/// <summary>What usage is split by.</summary>
public enum UsageSplit
{
    /// <summary>The subscriber's rate plan.</summary>
    Plan,
    /// <summary>Type of tariff: plan, zone and time band, as bills group it.</summary>
    Tariff,
    /// <summary>Voice, sms, data …</summary>
    Service,
    /// <summary>The subscription's offer at the time of use.</summary>
    Offer,
}

/// <summary>Usage of a time under one name.</summary>
/// <param name="Name">Of the plan, tariff, service or offer.</param>
/// <param name="Counts">What quantities count: <c>duration</c> (ms), <c>volume</c> (octets) or <c>events</c>.</param>
/// <param name="Charged">After increments, in base units, allowances included.</param>
/// <param name="Amount">As priced: with tax where the prices contain it.</param>
/// <param name="FromMoney">Part of the amount drawn from money pockets.</param>
/// <param name="Net">The amount without tax, by the accounts' taxes at the end of the time.</param>
public sealed record UsageReportLine(
    string Name, string Counts, long Events, long Charged, long FromAllowances, Money Amount, Money FromMoney, Money Net);

/// <summary>Usage as it is charged now, split up; re-rated usage counts once.</summary>
public static class ReadUsageReport
{
    /// <summary>In the order of names; refusal <c>unknown-account</c>.</summary>
    /// <param name="from">First event time.</param>
    /// <param name="to">Event times end before it.</param>
    /// <param name="account">Null: all accounts.</param>
    public static async Task<Outcome<ImmutableArray<UsageReportLine>>> RunAsync(
        OperationContext context, UsageSplit by, Instant from, Instant to, AccountId? account = null,
        CancellationToken cancel = default)
    {
        if (account is { } id && (await ReadAccounts.OneAsync(context, id, cancel)).Refusal is { } unknown)
        {
            return unknown;
        }
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        var (name, join) = Split(by);
        var which = "tenant_id = @tenant AND event_time >= @from AND event_time < @to"
            + (account is null ? "" : " AND account_id = @account");
        List<(string, object?)> values = [("from", from), ("to", to)];
        if (account is not null)
        {
            values.Add(("account", account.Value.Value));
        }
        const string sums =
            "customer_id, account_id, subscription_id, event_time, price_key_id, events, charged, from_allowances, amount, from_money";
        var rows = await work.ReadAsync(
            $"SELECT {name} AS name, k.basis, k.currency, sum(u.events), sum(u.charged), sum(u.from_allowances), sum(u.amount), "
            + "sum(u.from_money), CASE WHEN k.tax_included THEN u.account_id ELSE 0 END, CASE WHEN k.tax_included THEN k.tax ELSE "
            + $"'' END FROM (SELECT {sums} FROM posted_charge c WHERE {which} AND NOT EXISTS (SELECT 1 FROM "
            + "posted_part p WHERE p.customer_id = c.customer_id AND p.event_time = c.event_time AND p.event_id = c.event_id "
            + $"AND p.generation = c.generation AND p.kind = c.kind) UNION ALL SELECT {sums} FROM posted_part WHERE {which}) u JOIN price_key k ON "
            + $"k.tenant_id = @tenant AND k.price_key_id = u.price_key_id {join} GROUP BY 1, 2, 3, 9, 10 ORDER BY 1, 2, 3",
            reader =>
            {
                var currency = Units.Find(reader.GetString(2)) ?? Units.Currency(reader.GetString(2), 2);
                long Number(int column) => Convert.ToInt64(reader.GetValue(column), CultureInfo.InvariantCulture);
                return (Payer: Number(8), Tax: reader.GetString(9), Steps: Number(6), Line: new UsageReportLine(
                    by == UsageSplit.Service
                        ? ((ServiceKind)Number(0)).ToString().ToLowerInvariant() : reader.GetString(0),
                    ((PriceBasis)Number(1)).ToString().ToLowerInvariant(), Number(3), Number(4), Number(5),
                    Money.FromStorage(Number(6), currency), Money.FromStorage(Number(7), currency), Money.Zero(currency)));
            }, cancel, [.. values]);
        var net = await NetOfTax.LoadAsync(context, work, rows.Select(row => (row.Payer, row.Tax)), to, cancel);
        return rows.GroupBy(row => (row.Line.Name, row.Line.Counts, row.Line.Amount.Currency)).Select(group => new UsageReportLine(
                group.Key.Name, group.Key.Counts, group.Sum(row => row.Line.Events), group.Sum(row => row.Line.Charged),
                group.Sum(row => row.Line.FromAllowances), Sum(group.Select(row => row.Line.Amount)),
                Sum(group.Select(row => row.Line.FromMoney)),
                Money.FromStorage(group.Sum(row => net.Of(row.Steps, row.Payer, row.Tax)), group.Key.Currency)))
            .Where(line => line.Events != 0 || line.Charged != 0 || line.Amount.Amount != 0).ToImmutableArray();
    }

    private static Money Sum(IEnumerable<Money> amounts) => amounts.Aggregate((sum, amount) => sum + amount);

    private static (string Name, string Join) Split(UsageSplit by) => by switch
    {
        UsageSplit.Plan => ("k.plan", ""),
        UsageSplit.Tariff => ("k.plan || ': ' || k.label", ""),
        UsageSplit.Service => ("k.service", ""),
        UsageSplit.Offer => (
            "coalesce((SELECT h.offer FROM subscription_change h WHERE h.customer_id = u.customer_id AND h.subscription_id = "
            + "u.subscription_id AND h.kind = 'plan' AND h.at <= u.event_time AND NOT EXISTS (SELECT 1 FROM "
            + "subscription_change w WHERE w.customer_id = h.customer_id AND w.subscription_id = h.subscription_id AND w.withdraws = h.change_no) "
            + "ORDER BY h.at DESC, h.change_no DESC LIMIT 1), s.offer)",
            "JOIN subscription s ON s.customer_id = u.customer_id AND s.subscription_id = u.subscription_id"),
        _ => throw new ArgumentOutOfRangeException(nameof(by)),
    };
}
