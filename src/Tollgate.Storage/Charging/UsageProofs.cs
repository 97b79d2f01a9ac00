using System.Globalization;
using Tollgate.Primitives;

namespace Tollgate.Storage.Charging;

/// <summary>
/// What must always be true of charging, checked against the rows: Σ charges of a slot = its usage totals; a pocket's balance =
/// granted +
/// movements; what charges drew from pockets = the movements; the head's sequence covers its charges; a file's counters add up
/// and agree with
/// its charges and held records.
/// </summary>
public static class UsageProofs
{
    private static readonly (string Name, string Sql)[] Checks =
    [
        ("charges of a slot = usage totals",
            """
            SELECT count(*), min(customer_id) FROM (
              SELECT customer_id, account_id, slot_no, subscription_id, price_key_id FROM (
                SELECT c.customer_id, c.account_id, c.slot_no, c.subscription_id, c.price_key_id, c.events,
                  CASE WHEN ';' || c.attributes || ';' LIKE '%;answered=no;%' OR ';' || c.attributes || ';' LIKE '%;answered=false;%'
                    OR ';' || c.attributes || ';' LIKE '%;answered=0;%' THEN 0
                    WHEN k.basis = 0 THEN c.duration_ms WHEN k.basis = 1 THEN c.octets_up + c.octets_down ELSE c.events END AS used,
                  c.charged,
                  c.from_allowances, c.amount, c.from_money
                FROM posted_charge c JOIN price_key k ON k.tenant_id = c.tenant_id AND k.price_key_id = c.price_key_id
                WHERE c.tenant_id = @tenant
                AND NOT EXISTS (SELECT 1 FROM posted_part p WHERE p.customer_id = c.customer_id AND p.event_time = c.event_time
                  AND p.event_id = c.event_id AND p.generation = c.generation AND p.kind = c.kind)
                UNION ALL
                SELECT customer_id, account_id, slot_no, subscription_id, price_key_id, events, used, charged, from_allowances,
                  amount, from_money FROM posted_part WHERE tenant_id = @tenant
                UNION ALL
                SELECT customer_id, account_id, slot_no, 0, price_key_id, events, used, charged, 0, amount, 0 FROM leg_total
                WHERE tenant_id = @tenant
                UNION ALL
                SELECT customer_id, account_id, slot_no, subscription_id, price_key_id, -events, -used, -charged,
                    -from_allowances, -amount,
                  -from_money FROM usage_total WHERE tenant_id = @tenant) r
              GROUP BY customer_id, account_id, slot_no, subscription_id, price_key_id
              HAVING sum(events) <> 0 OR sum(used) <> 0 OR sum(charged) <> 0 OR sum(from_allowances) <> 0 OR sum(amount) <> 0
                OR sum(from_money) <> 0) d
            """),
        ("balance of a pocket = granted + movements",
            """
            SELECT count(*), min(p.customer_id) FROM pocket p LEFT JOIN (
              SELECT customer_id, pocket_id, sum(amount) AS moved FROM pocket_movement WHERE tenant_id = @tenant
              GROUP BY customer_id, pocket_id) m ON m.customer_id = p.customer_id AND m.pocket_id = p.pocket_id
            WHERE p.tenant_id = @tenant AND p.balance <> p.granted + coalesce(m.moved, 0)
            """),
        ("draws of charges = usage movements of pockets",
            """
            SELECT count(*), min(customer_id) FROM (
              SELECT customer_id, seq FROM (
                SELECT customer_id, seq, from_allowances + from_money AS drawn FROM posted_charge WHERE tenant_id = @tenant
                  AND notes < 256
                UNION ALL
                SELECT m.customer_id, m.seq, m.amount FROM pocket_movement m JOIN pocket p ON p.customer_id = m.customer_id
                  AND p.pocket_id = m.pocket_id AND p.kind <> 'counter'
                WHERE m.tenant_id = @tenant AND m.kind IN ('usage', 'reversal')
                  AND NOT EXISTS (SELECT 1 FROM posted_charge c
                  WHERE c.customer_id = m.customer_id AND c.event_time = m.at AND c.seq = m.seq AND c.notes >= 256)) r
              GROUP BY customer_id, seq HAVING sum(drawn) <> 0) d
            """),
        ("parts of a charge = the charge",
            """
            SELECT count(*), min(p.customer_id) FROM (
              SELECT customer_id, event_time, event_id, generation, kind, sum(events) AS events, sum(charged) AS charged,
                sum(from_allowances) AS from_allowances, sum(amount) AS amount, sum(from_money) AS from_money
              FROM posted_part WHERE tenant_id = @tenant GROUP BY customer_id, event_time, event_id, generation, kind) p
            LEFT JOIN posted_charge c ON c.customer_id = p.customer_id AND c.event_time = p.event_time
              AND c.event_id = p.event_id AND c.generation = p.generation AND c.kind = p.kind
            WHERE c.event_id IS NULL OR c.events <> p.events OR c.charged <> p.charged OR c.from_allowances <> p.from_allowances
              OR c.amount <> p.amount OR c.from_money <> p.from_money
            """),
        ("legs by code and price = the totals of their parties and what is due to them",
            """
            SELECT count(*), min(price_key_id) FROM (
              SELECT code, price_key_id FROM (
                SELECT code, price_key_id, used, charged, CASE WHEN kind >= 2 THEN -amount ELSE amount END AS amount
                FROM posted_leg WHERE tenant_id = @tenant AND refusal = 0
                UNION ALL
                SELECT code, price_key_id, -used, -charged, CASE WHEN kind >= 2 THEN amount ELSE -amount END FROM leg_due
                WHERE tenant_id = @tenant
                UNION ALL
                SELECT code, price_key_id, -used, -charged, -amount FROM leg_total WHERE tenant_id = @tenant) r
              GROUP BY code, price_key_id HAVING sum(used) <> 0 OR sum(charged) <> 0 OR sum(amount) <> 0) d
            """),
        ("the head's sequence and time cover its charges",
            """
            SELECT count(*), min(c.customer_id) FROM (
              SELECT customer_id, max(seq) AS seq, max(event_time) AS event_time, count(*) AS charges, count(DISTINCT seq) AS seqs
              FROM posted_charge WHERE tenant_id = @tenant GROUP BY customer_id) c
            LEFT JOIN charging_head h ON h.customer_id = c.customer_id
            WHERE h.seq IS NULL OR h.seq < c.seq OR h.last_event_time < c.event_time OR c.charges <> c.seqs
            """),
        ("read = rated + held + duplicate + ignored + dropped of a file",
            """
            SELECT count(*), min(file_id) FROM usage_file WHERE tenant_id = @tenant
            AND read_count <> rated_count + held_count + duplicate_count + ignored_count + dropped_count
            """),
        ("rated of a file = its charges, held and dropped = its held records of that phase",
            """
            SELECT count(*), min(f.file_id) FROM usage_file f
            LEFT JOIN (SELECT file_id, count(*) AS n FROM charge WHERE tenant_id = @tenant AND kind = 0 GROUP BY file_id) c
              ON c.file_id = f.file_id
            LEFT JOIN (SELECT file_id, sum(CASE phase WHEN 'held' THEN 1 ELSE 0 END) AS held,
                sum(CASE phase WHEN 'dropped' THEN 1 ELSE 0 END) AS dropped
                FROM held_record WHERE tenant_id = @tenant GROUP BY file_id) h
              ON h.file_id = f.file_id
            WHERE f.tenant_id = @tenant AND (f.rated_count <> coalesce(c.n, 0) OR f.held_count <> coalesce(h.held, 0)
              OR f.dropped_count <> coalesce(h.dropped, 0))
            """),
    ];

    /// <summary>Runs all proofs; no import should be at work meanwhile.</summary>
    /// <returns>One sentence per proof that fails; empty when all hold.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(
        Database database, TenantId tenant, CancellationToken cancel = default)
    {
        var failures = new List<string>();
        await using var connection = await database.OpenAsync(cancel);
        foreach (var (name, sql) in Checks)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.CommandTimeout = 0;
            command.Add("tenant", tenant.Value);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            await reader.ReadAsync(cancel);
            if (reader.GetInt64(0) is > 0 and var count)
            {
                failures.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{name}: {count} exception(s), first at id {reader.GetInt64(1)}."));
            }
        }
        return failures;
    }
}
