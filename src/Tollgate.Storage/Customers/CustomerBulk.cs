using System.Data.Common;
using NodaTime;
using Tollgate.Ledger;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using static NpgsqlTypes.NpgsqlDbType;

namespace Tollgate.Storage.Customers;

/// <summary>A money pocket to be made.</summary>
/// <param name="Granted">Stored steps of the unit.</param>
public sealed record NewPocket(
    long CustomerId, long PocketId, long AccountId, string Unit, long Granted, int Priority, Instant ValidFrom, Instant ValidTo);

/// <summary>Whole customers to be written at once, with everything that hangs on them. Each customer gets a charging head
/// (sequence 0, version 1), each account its bill slot 1.</summary>
public sealed class CustomerBulk
{
    public List<CustomerRow> Customers { get; } = [];
    public List<PartyRow> Parties { get; } = [];
    public List<BillingAccountRow> Accounts { get; } = [];
    public List<SubscriptionRow> Subscriptions { get; } = [];
    public List<ServiceIdentityRow> Identities { get; } = [];
    public List<KeyDirectoryRow> Keys { get; } = [];
    public List<NewPocket> Pockets { get; } = [];

    /// <summary>Journal entries of opening balances, with their ids.</summary>
    public List<(long Id, JournalEntry Entry)> Entries { get; } = [];

    /// <summary>Rows over all tables.</summary>
    public int RowCount => Customers.Count * 2 + Parties.Count + Accounts.Count * 2 + Subscriptions.Count + Identities.Count * 2
        + Keys.Count + Pockets.Count + Entries.Count * 3;

    /// <summary>Writes all rows inside the transaction.</summary>
    public void Write(Database database, DbTransaction transaction, TenantId tenant, Instant now)
    {
        WriteCustomers(database, transaction, tenant);
        WriteAccounts(database, transaction, tenant);
        WriteSubscriptions(database, transaction);
        WriteMoney(database, transaction, tenant, now);
    }

    private void WriteCustomers(Database database, DbTransaction transaction, TenantId tenant)
    {
        Fill(transaction, "customer", Customers, (table, row) => table.Add(
            row.CustomerId, row.TenantId, row.SellerId, row.ParentCustomerId, row.ExternalKey, row.Phase,
            database.TimeValue(row.CreatedAt)),
            new("customer_id", Bigint), new("tenant_id", Integer), new("seller_id", Bigint), new("parent_customer_id", Bigint),
            new("external_key", Text), new("phase", Text), new("created_at", TimestampTz));
        Fill(transaction, "party", Parties, (table, row) => table.Add(
            row.CustomerId, row.TenantId, row.Name, row.Organisation, row.TaxId, row.Email, row.Phone, row.Street,
            row.Postcode, row.City, row.Country, row.Iban),
            new("customer_id", Bigint), new("tenant_id", Integer), new("name", Text),
            new("organisation", NpgsqlTypes.NpgsqlDbType.Boolean),
            new("tax_id", Text), new("email", Text), new("phone", Text), new("street", Text), new("postcode", Text),
            new("city", Text), new("country", Text), new("iban", Text));
        Fill(transaction, "charging_head", Customers, (table, row) => table.Add(row.CustomerId, tenant.Value, 0L, 1L),
            new("customer_id", Bigint), new("tenant_id", Integer), new("seq", Bigint), new("version", Bigint));
        Fill(transaction, "key_directory", Keys, (table, row) => table.Add(
            row.TenantId, row.Kind, row.ExternalKey, row.CustomerId, row.EntityId, row.ContentHash),
            new("tenant_id", Integer), new("kind", Text), new("external_key", Text), new("customer_id", Bigint),
            new("entity_id", Bigint), new("content_hash", Text));
    }

    private void WriteAccounts(Database database, DbTransaction transaction, TenantId tenant)
    {
        Fill(transaction, "billing_account", Accounts, (table, row) => table.Add(
            row.CustomerId, row.AccountId, row.TenantId, row.SellerId, row.ExternalKey, row.Currency, row.CycleDay, row.TimeZone,
            row.Language, row.TaxCountry, row.TermsDays, row.PaymentMethod, row.Iban, row.Mandate,
            row.MandateOn is { } signed ? database.DateValue(signed) : null, row.CreditLimitMinor, row.Phase,
            database.DateValue(row.OpenedOn), database.DateValue(row.BilledTo), row.UsageDetail,
            database.TimeValue(row.CreatedAt)),
            new("customer_id", Bigint), new("account_id", Bigint), new("tenant_id", Integer), new("seller_id", Bigint),
            new("external_key", Text), new("currency", Text), new("cycle_day", Integer), new("time_zone", Text),
            new("language", Text),
            new("tax_country", Text), new("terms_days", Integer), new("payment_method", Text), new("iban", Text),
            new("mandate", Text), new("mandate_on", Date), new("credit_limit_minor", Bigint),
            new("phase", Text), new("opened_on", Date), new("billed_to", Date), new("usage_detail", Text),
            new("created_at", TimestampTz));
        Fill(transaction, "bill_slot", Accounts, (table, row) => table.Add(row.CustomerId, row.AccountId, 1, tenant.Value),
            new("customer_id", Bigint), new("account_id", Bigint), new("slot_no", Integer), new("tenant_id", Integer));
    }

    private void WriteSubscriptions(Database database, DbTransaction transaction)
    {
        Fill(transaction, "subscription", Subscriptions, (table, row) => table.Add(
            row.CustomerId, row.SubscriptionId, row.TenantId, row.AccountId, row.ExternalKey, row.BaseSubscriptionId, row.Offer,
            row.Quantity, row.Phase, database.TimeValue(row.StartedAt), database.TimeValue(row.CreatedAt)),
            new("customer_id", Bigint), new("subscription_id", Bigint), new("tenant_id", Integer), new("account_id", Bigint),
            new("external_key", Text), new("base_subscription_id", Bigint), new("offer", Text), new("quantity", Integer),
            new("phase", Text), new("started_at", TimestampTz), new("created_at", TimestampTz));
        Fill(transaction, "service_identity", Identities, (table, row) => table.Add(
            row.CustomerId, row.SubscriptionId, (short)row.Kind, row.Value, database.TimeValue(row.ValidFrom), row.TenantId),
            new("customer_id", Bigint), new("subscription_id", Bigint), new("kind", Smallint), new("value", Text),
            new("valid_from", TimestampTz), new("tenant_id", Integer));
        Fill(transaction, "service_directory", Identities, (table, row) => table.Add(
            row.TenantId, (short)row.Kind, row.Value, database.TimeValue(row.ValidFrom), row.CustomerId, row.SubscriptionId),
            new("tenant_id", Integer), new("kind", Smallint), new("value", Text), new("valid_from", TimestampTz),
            new("customer_id", Bigint), new("subscription_id", Bigint));
    }

    private void WriteMoney(Database database, DbTransaction transaction, TenantId tenant, Instant now)
    {
        Fill(transaction, "pocket", Pockets, (table, row) => table.Add(
            row.CustomerId, row.PocketId, tenant.Value, row.AccountId, "money", row.Unit, row.Granted, row.Granted, row.Priority,
            database.TimeValue(row.ValidFrom), database.TimeValue(row.ValidTo)),
            new("customer_id", Bigint), new("pocket_id", Bigint), new("tenant_id", Integer), new("account_id", Bigint),
            new("kind", Text), new("unit", Text), new("granted", Bigint), new("balance", Bigint), new("priority", Integer),
            new("valid_from", TimestampTz), new("valid_to", TimestampTz));
        if (Entries.Count > 0)
        {
            BookWriter.SaveEntries(database, transaction, tenant, Entries, now);
        }
    }

    private static void Fill<T>(
        DbTransaction transaction, string name, List<T> rows, Action<BulkTable, T> add, params BulkColumn[] columns)
    {
        if (rows.Count == 0)
        {
            return;
        }
        using var table = new BulkTable(transaction, name, columns);
        foreach (var row in rows)
        {
            add(table, row);
        }
        table.Complete();
    }
}
