using NodaTime;
using Tollgate.Billing;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;
using static NpgsqlTypes.NpgsqlDbType;

namespace Tollgate.Storage.Billing;

/// <summary>A computed draft with what is stored beside it.</summary>
/// <param name="Labels">Label and offer name per subscription, for print.</param>
/// <param name="Claims">Slots and periods of use that the draft bills.</param>
public sealed record NewDraft(
    DocumentId Id, SellerId Seller, BillRunId? Run, BillDraft Draft, string TaxCountry, string Fingerprint,
    IReadOnlyDictionary<SubscriptionId, (string Label, string Offer)> Labels, IReadOnlyList<UsageClaim> Claims)
{
    /// <summary>Null: an invoice, or a credit note where the total is below zero.</summary>
    public BillKind? Kind { get; init; }

    /// <summary>Code of the document type; empty: the built-in one.</summary>
    public string Type { get; init; } = "";

    /// <summary>As printed.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>A part of a slot that a document bills.</summary>
/// <param name="WasOpen">The slot is open and is closed by the claim.</param>
public readonly record struct UsageClaim(AccountId Account, int Slot, LocalDate EventPeriod, bool WasOpen);

/// <summary>An account that could not be billed.</summary>
public sealed record ParkedAccount(CustomerId Customer, AccountId Account, BillRunId Run, string Reason, string Detail);

/// <summary>Writes what a chunk of a bill run decided.</summary>
public static class BillWriter
{
    /// <summary>Stores drafts with lines, taxes and claims; closes open slots that are claimed and opens the next
    /// ones.</summary>
    public static async Task SaveDraftsAsync(BookWork work, IReadOnlyList<NewDraft> drafts, Instant now, CancellationToken cancel)
    {
        Documents(work, drafts, now);
        Lines(work, drafts);
        Taxes(work, drafts);
        Claims(work, drafts);
        CustomerMoney.SaveUses(work, drafts);
        foreach (var draft in drafts.Where(draft => draft.Draft.Lines.Any(line => line.SetsOff is not null)))
        {
            await DocumentLinks.SaveAsync(work, draft.Draft.Customer, SetOffs(draft), cancel);
        }
        await SlotsAsync(work, drafts, now, cancel);
    }

    /// <summary>Closes open slots that are claimed and opens the next ones; gives slots with nothing left to claim their
    /// document.</summary>
    private static async Task SlotsAsync(BookWork work, IReadOnlyList<NewDraft> drafts, Instant now, CancellationToken cancel)
    {
        const string sameSlot =
            "c.customer_id = bill_slot.customer_id AND c.account_id = bill_slot.account_id AND c.slot_no = bill_slot.slot_no";
        var open = drafts.Where(draft => draft.Claims.Any(claim => claim.WasOpen)).ToList();
        if (open.Count > 0)
        {
            await CloseSlotsAsync(
                work, [.. open.Select(draft => draft.Draft.Customer.Value).Distinct()],
                Accounts(open, claim => claim.WasOpen), now, cancel);
        }
        var claiming = drafts.Where(draft => draft.Claims.Count > 0).ToList();
        if (claiming.Count > 0)
        {
            await work.ExecuteAsync(
                $"UPDATE bill_slot SET document_id = (SELECT max(c.document_id) FROM usage_claim c WHERE {sameSlot}) "
                + "WHERE customer_id IN @customers AND account_id IN @accounts AND document_id IS NULL AND closed_at IS NOT NULL "
                + $"AND EXISTS (SELECT 1 FROM usage_claim c WHERE {sameSlot}) AND NOT EXISTS (SELECT 1 FROM usage_total c "
                + $"WHERE {sameSlot} "
                + "AND NOT EXISTS (SELECT 1 FROM usage_claim k WHERE k.customer_id = c.customer_id AND k.account_id = "
                + "c.account_id AND k.slot_no = c.slot_no AND k.event_period = c.event_period))",
                cancel, ("customers", claiming.Select(draft => draft.Draft.Customer.Value).Distinct().ToArray()),
                ("accounts", Accounts(claiming, _ => true)));
        }
    }

    /// <summary>Closes the open slots of accounts and opens the next ones; their customers are locked.</summary>
    public static async Task CloseSlotsAsync(
        BookWork work, long[] customers, long[] accounts, Instant now, CancellationToken cancel)
    {
        (string, object?)[] values = [("customers", customers), ("accounts", accounts), ("now", now)];
        await work.ExecuteAsync(
            "UPDATE bill_slot SET closed_at = @now WHERE customer_id IN @customers AND account_id IN @accounts AND "
                + "closed_at IS NULL",
            cancel, values);
        await work.ExecuteAsync(
            "INSERT INTO bill_slot (customer_id, account_id, slot_no, tenant_id) SELECT customer_id, account_id, "
            + "max(slot_no) + 1, @tenant FROM bill_slot WHERE customer_id IN @customers AND account_id IN @accounts GROUP BY "
            + "customer_id, account_id", cancel, values[..2]);
        await work.ExecuteAsync(
            "UPDATE charging_head SET version = version + 1 WHERE customer_id IN @customers", cancel, values[0]);
    }

    /// <summary>One link for each line that sets an advance off, and one for each advance.</summary>
    private static IEnumerable<DocumentLink> SetOffs(NewDraft draft)
    {
        var lines = draft.Draft.Lines.Where(line => line.SetsOff is not null).Select(line => new DocumentLink(
            draft.Id, line.No, "sets-off", line.SetsOff!.Value.Document, line.SetsOff.Value.Line)).ToList();
        return lines.Select(link => link.Target).Distinct().Select(target => new DocumentLink(draft.Id, 0, "sets-off", target, 0))
            .Concat(lines);
    }

    private static long[] Accounts(List<NewDraft> drafts, Func<UsageClaim, bool> which) =>
        [.. drafts.SelectMany(draft => draft.Claims).Where(which).Select(claim => claim.Account.Value).Distinct()];

    private static void Documents(BookWork work, IReadOnlyList<NewDraft> drafts, Instant now)
    {
        using var table = new BulkTable(work.Transaction, "document",
            new("customer_id", Bigint), new("document_id", Bigint), new("tenant_id", Integer), new("seller_id", Bigint),
            new("account_id", Bigint), new("run_id", Bigint), new("kind", Text), new("type_code", Text), new("reason", Text),
            new("phase", Text), new("period_from", Date), new("period_to", Date), new("issue_date", Date),
            new("due_date", Date), new("currency", Text),
            new("net_minor", Bigint),
            new("tax_minor", Bigint), new("gross_minor", Bigint), new("settled_minor", Bigint), new("settled_steps", Bigint),
            new("credited_minor", Bigint), new("rounding_minor", Bigint),
            new("tax_country", Text), new("catalog_version", Integer), new("fingerprint", Text), new("created_at", TimestampTz));
        foreach (var one in drafts)
        {
            var (id, seller, run, draft, country, fingerprint, _, _) = one;
            var kind = one.Kind ?? (draft.GrossMinor < 0 ? BillKind.CreditNote : BillKind.Invoice);
            table.Add(
                draft.Customer.Value, id.Value, work.Tenant.Value, seller.Value, draft.Account.Value, run?.Value,
                kind.Text(), one.Type, one.Reason, "draft", work.Value(draft.Period.From), work.Value(draft.Period.To),
                work.Value(draft.IssueDate), work.Value(draft.DueDate), draft.Currency.Code, draft.NetMinor, draft.TaxMinor,
                draft.GrossMinor,
                draft.SettledMinor, draft.SettledSteps, draft.CreditedMinor, draft.CashRoundingMinor, country,
                draft.CatalogueVersion, fingerprint, work.Value(now));
        }
        table.Complete();
    }

    private static void Lines(BookWork work, IReadOnlyList<NewDraft> drafts)
    {
        using var table = new BulkTable(work.Transaction, "document_line",
            new("customer_id", Bigint), new("document_id", Bigint), new("line_no", Integer), new("tenant_id", Integer),
            new("account_id", Bigint), new("kind", Text), new("reason", Text), new("item_kind", Text), new("item_offer", Text),
            new("basis_from", Date),
            new("basis_to", Date), new("group_label", Text), new("group_offer", Text), new("subscription_id", Bigint),
            new("code", Text),
            new("price_key_id", Integer), new("description", Text), new("period_from", Date), new("period_to", Date),
            new("quantity", Text), new("unit", Text), new("unit_price", Text), new("amount_minor", Bigint),
            new("tax_included", NpgsqlTypes.NpgsqlDbType.Boolean),
            new("net_minor", Bigint), new("tax_minor", Bigint), new("tax_code", Text), new("tax_percent", Text),
            new("tax_set", Text), new("levy_lines", Bigint), new("levy_services", Bigint), new("parent_no", Integer),
            new("final_credit", NpgsqlTypes.NpgsqlDbType.Boolean), new("revenue_account", Text),
            new("explanation", Text), new("events", Bigint), new("base_units", Bigint), new("free_base_units", Bigint));
        foreach (var draft in drafts)
        {
            foreach (var line in draft.Draft.Lines)
            {
                var (label, offer) = line.Subscription is { } one ? draft.Labels.GetValueOrDefault(one, ("", "")) : ("", "");
                table.Add(
                    draft.Draft.Customer.Value, draft.Id.Value, line.No, work.Tenant.Value, draft.Draft.Account.Value,
                    DocumentText.Text(line.Kind), DocumentText.Text(line.Reason),
                    line.Item is { } item ? DocumentText.Text(item.Kind) : "", line.Item?.Offer ?? "",
                    work.Value(line.Item?.BasisFrom),
                    work.Value(line.BasisTo),
                    label, offer, line.Subscription?.Value, line.Code, line.UsageKeyId, line.Description,
                    work.Value(line.Period.From), work.Value(line.Period.To), DocumentText.Text(line.Quantity), line.UnitText,
                    line.UnitPrice is { } price ? DocumentText.Text(price) : "", line.AmountMinor, line.TaxIncluded,
                    line.NetMinor, line.TaxMinor, line.TaxCode, DocumentText.Text(line.TaxPercent),
                    line.TaxSet is { } set ? TaxSetText.Write(set, line.TaxParts) : "", line.LevyLines, line.LevyServices,
                    line.ParentNo, line.FinalCredit, line.RevenueAccount, line.Explanation.ToString(), line.Events,
                    line.BaseUnits, line.FreeBaseUnits);
            }
        }
        table.Complete();
    }

    private static void Taxes(BookWork work, IReadOnlyList<NewDraft> drafts)
    {
        using var table = new BulkTable(work.Transaction, "document_tax",
            new("customer_id", Bigint), new("document_id", Bigint), new("tax_no", Integer), new("tenant_id", Integer),
            new("tax_code", Text), new("tax_percent", Text), new("fixed_amount", Text), new("name", Text), new("country", Text),
            new("region", Text), new("treatment", Text), new("note", Text), new("ledger_account", Text),
            new("base_minor", Bigint), new("tax_minor", Bigint));
        foreach (var draft in drafts)
        {
            var no = 0;
            foreach (var tax in draft.Draft.Taxes)
            {
                table.Add(draft.Draft.Customer.Value, draft.Id.Value, ++no, work.Tenant.Value, tax.Code,
                    DocumentText.Text(tax.Percent), tax.Fixed == 0 ? "" : DocumentText.Text(tax.Fixed), tax.Name, tax.Country,
                    tax.Region, DocumentText.Text(tax.Treatment), tax.Note, tax.LedgerAccount, tax.BaseMinor, tax.TaxMinor);
            }
        }
        table.Complete();
    }

    private static void Claims(BookWork work, IReadOnlyList<NewDraft> drafts)
    {
        using var table = new BulkTable(work.Transaction, "usage_claim",
            new("customer_id", Bigint), new("account_id", Bigint), new("slot_no", Integer), new("event_period", Date),
            new("tenant_id", Integer), new("document_id", Bigint));
        foreach (var draft in drafts)
        {
            foreach (var claim in draft.Claims)
            {
                table.Add(draft.Draft.Customer.Value, claim.Account.Value, claim.Slot, work.Value(claim.EventPeriod),
                    work.Tenant.Value,
                    draft.Id.Value);
            }
        }
        table.Complete();
    }

    /// <summary>Records accounts that could not be billed, each with an open alert; parking again renews the reason.</summary>
    /// <param name="firstAlert">First of as many ids as there are accounts.</param>
    public static async Task ParkAsync(
        BookWork work, IReadOnlyList<ParkedAccount> parked, long firstAlert, Instant now, CancellationToken cancel)
    {
        foreach (var (one, i) in parked.Select((one, i) => (one, i)))
        {
            await work.ExecuteAsync(
                "INSERT INTO parked_account (customer_id, account_id, run_id, tenant_id, reason, detail, parked_at) VALUES "
                + "(@customer, @account, @run, @tenant, @reason, @detail, @now) ON CONFLICT (customer_id, account_id, run_id) DO "
                + "UPDATE SET reason = excluded.reason, detail = excluded.detail, parked_at = excluded.parked_at, resolved_at = "
                + "NULL",
                cancel, ("customer", one.Customer.Value), ("account", one.Account.Value), ("run", one.Run.Value),
                ("reason", one.Reason), ("detail", one.Detail), ("now", now));
            var raised = await work.ExecuteAsync(
                "UPDATE alert SET count = count + 1, at = @now, detail = @detail WHERE tenant_id = @tenant AND kind = "
                + "'account-parked' AND subject = @subject AND closed_at IS NULL",
                cancel, ("now", now), ("detail", $"{one.Reason}: {one.Detail}"), ("subject", one.Account.ToString()));
            if (raised == 0)
            {
                await work.ExecuteAsync(
                    "INSERT INTO alert (alert_id, tenant_id, at, kind, subject, count, detail) VALUES (@id, @tenant, @now, "
                    + "'account-parked', @subject, 1, @detail)",
                    cancel, ("id", firstAlert + i), ("now", now), ("subject", one.Account.ToString()),
                    ("detail", $"{one.Reason}: {one.Detail}"));
            }
        }
    }

    /// <summary>Moves accounts on: what is before the date is billed. Closes what parked them.</summary>
    public static async Task BilledToAsync(
        BookWork work, long[] customers, long[] accounts, LocalDate date, Instant now, CancellationToken cancel)
    {
        await work.ExecuteAsync(
            "UPDATE billing_account SET billed_to = @date WHERE customer_id IN @customers AND account_id IN @accounts AND "
                + "tenant_id = @tenant",
            cancel, ("date", date), ("customers", customers), ("accounts", accounts));
        var mended = await work.ReadAsync(
            "SELECT DISTINCT account_id FROM parked_account WHERE customer_id IN @customers AND account_id IN @accounts AND "
                + "resolved_at IS NULL",
            reader => reader.GetInt64(0), cancel, ("customers", customers), ("accounts", accounts));
        foreach (var account in mended)
        {
            await work.ExecuteAsync(
                "UPDATE parked_account SET resolved_at = @now WHERE customer_id IN @customers AND account_id = @account AND "
                    + "resolved_at IS NULL",
                cancel, ("now", now), ("customers", customers), ("account", account));
            await work.ExecuteAsync(
                "UPDATE alert SET closed_at = @now WHERE tenant_id = @tenant AND kind = 'account-parked' AND subject = @subject "
                + "AND closed_at IS NULL", cancel, ("now", now), ("subject", new AccountId(account).ToString()));
        }
    }
}
