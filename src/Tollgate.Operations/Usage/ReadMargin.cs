using NodaTime;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Usage;

/// <summary>What a plan and zone earned and cost, in stored steps of the currency.</summary>
/// <param name="Currency">Of all amounts; legs in another currency are rows of their own, without retail.</param>
/// <param name="Priced">Retail as priced: with tax where the plan's prices contain it.</param>
/// <param name="Retail">Without tax; see <see cref="NetOfTax"/>.</param>
/// <param name="Costed">Number of legs that say what the operator pays; 0: its cost is not known.</param>
public sealed record MarginRow(
    string Plan, string Zone, string Currency, long Events, long Priced, long Retail, long Cost, long Other, long Costed);

/// <summary>Retail − cost by plan and zone, over usage of a time, without tax.</summary>
public static class ReadMargin
{
    public static async Task<List<MarginRow>> RunAsync(
        OperationContext context, Instant from, Instant to, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        var rows = await work.ReadAsync(
            """
            SELECT plan, zone, currency, sum(events), sum(retail), sum(cost), sum(other), sum(costed), payer, tax FROM (
              SELECT k.plan, k.zone, k.currency, c.events, c.amount AS retail, 0 AS cost, 0 AS other, 0 AS costed,
                CASE WHEN k.tax_included THEN c.account_id ELSE 0 END AS payer,
                CASE WHEN k.tax_included THEN k.tax ELSE '' END AS tax
              FROM posted_charge c JOIN price_key k ON k.tenant_id = c.tenant_id AND k.price_key_id = c.price_key_id
              WHERE c.tenant_id = @tenant AND c.event_time >= @from AND c.event_time < @to
              UNION ALL
              SELECT r.plan, r.zone, k.currency, 0, 0, CASE WHEN l.kind >= 2 THEN l.amount ELSE 0 END,
                CASE WHEN l.kind < 2 THEN l.amount ELSE 0 END,
                CASE WHEN l.kind < 2 THEN 0 WHEN l.charge_kind = 0 THEN 1 ELSE -1 END, 0, ''
              FROM posted_leg l JOIN price_key k ON k.tenant_id = l.tenant_id AND k.price_key_id = l.price_key_id
              JOIN price_key r ON r.tenant_id = l.tenant_id AND r.price_key_id = l.retail_key_id
              WHERE l.tenant_id = @tenant AND l.event_time >= @from AND l.event_time < @to AND l.refusal = 0) m
            GROUP BY plan, zone, currency, payer, tax ORDER BY plan, zone, currency
            """,
            reader =>
            {
                long Number(int column) => Convert.ToInt64(reader.GetValue(column), null);
                return (Row: new MarginRow(
                    reader.GetString(0), reader.GetString(1), reader.GetString(2), Number(3), Number(4), Number(4), Number(5),
                    Number(6), Number(7)), Payer: Number(8), Tax: reader.GetString(9));
            },
            cancel, ("from", from), ("to", to));
        var net = await NetOfTax.LoadAsync(context, work, rows.Select(row => (row.Payer, row.Tax)), to, cancel);
        return
        [
            .. rows.GroupBy(row => (row.Row.Plan, row.Row.Zone, row.Row.Currency)).Select(group => new MarginRow(
                group.Key.Plan, group.Key.Zone, group.Key.Currency, group.Sum(one => one.Row.Events),
                group.Sum(one => one.Row.Priced), group.Sum(one => net.Of(one.Row.Retail, one.Payer, one.Tax)),
                group.Sum(one => one.Row.Cost), group.Sum(one => one.Row.Other), group.Sum(one => one.Row.Costed))),
        ];
    }
}
