using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers.Onboarding;

/// <summary>Makes the rows of judged customers. Pure.</summary>
internal static class OnboardingRows
{
    /// <summary>How many ids the rows of these customers need at most.</summary>
    internal static int IdsFor(IReadOnlyCollection<PlannedCustomer> customers) =>
        customers.Sum(customer => 1 + customer.Accounts.Sum(account => 3 + account.Services.Count));

    /// <summary>When a service begins: the start of its first day in the account's zone.</summary>
    internal static Instant Start(PlannedAccount account, PlannedService service) =>
        DateTimeZoneProviders.Tzdb[account.Complete.TimeZone].AtStartOfDay(service.Start).ToInstant();

    /// <param name="context">Tenant and time.</param>
    /// <param name="customers">New and right.</param>
    /// <param name="judge">Knows their sellers and which offers need a money pocket.</param>
    /// <param name="nextId">First of the ids reserved by <see cref="IdsFor"/>.</param>
    internal static CustomerBulk Make(
        OperationContext context, List<PlannedCustomer> customers, OnboardingJudge judge, long nextId)
    {
        var bulk = new CustomerBulk();
        var now = context.Now;
        var tenant = context.Tenant.Value;
        foreach (var planned in customers)
        {
            var seller = judge.SellerOf(planned)!;
            var id = nextId++;
            bulk.Customers.Add(new CustomerRow
            {
                CustomerId = id, TenantId = tenant, SellerId = seller.SellerId, ExternalKey = planned.Key, CreatedAt = now,
            });
            bulk.Parties.Add(planned.Customer.Party(id, tenant, seller.Country));
            bulk.Keys.Add(Key(tenant, "customer", planned.Key, id, id, planned.Content()));
            foreach (var account in planned.Accounts)
            {
                var accountId = nextId++;
                var complete = account.Complete with { Customer = new CustomerId(id) };
                var row = CreateAccount.Row(complete, accountId, account.Key, tenant, seller.SellerId, now);
                bulk.Accounts.Add(row);
                bulk.Keys.Add(Key(tenant, "account", account.Key, id, accountId, account.Content()));
                AddServices(bulk, account, row, now, ref nextId);
                AddMoney(bulk, account, row, seller, judge.Offers, now, ref nextId);
            }
        }
        return bulk;
    }

    private static void AddServices(
        CustomerBulk bulk, PlannedAccount account, BillingAccountRow row, Instant now, ref long nextId)
    {
        var ids = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var service in account.Services)
        {
            var start = Start(account, service);
            var subscription = new SubscriptionRow
            {
                CustomerId = row.CustomerId, SubscriptionId = nextId++, TenantId = row.TenantId, AccountId = row.AccountId,
                ExternalKey = service.Key, BaseSubscriptionId = service.BaseKey.Length > 0 ? ids[service.BaseKey] : null,
                Offer = service.Offer, Quantity = service.Quantity, StartedAt = start, CreatedAt = now,
            };
            bulk.Subscriptions.Add(subscription);
            if (service.Key.Length > 0)
            {
                ids.Add(service.Key, subscription.SubscriptionId);
                bulk.Keys.Add(Key(row.TenantId, "subscription", service.Key, row.CustomerId, subscription.SubscriptionId,
                    new Fingerprint()));
            }
            foreach (var identity in service.Identities)
            {
                bulk.Identities.Add(new ServiceIdentityRow
                {
                    CustomerId = row.CustomerId, SubscriptionId = subscription.SubscriptionId, Kind = identity.Kind,
                    Value = identity.Value, ValidFrom = start, TenantId = row.TenantId,
                });
            }
        }
    }

    private static void AddMoney(
        CustomerBulk bulk, PlannedAccount account, BillingAccountRow row, SellerRow seller, Offers offers, Instant now,
        ref long nextId)
    {
        var opening = account.Complete.OpeningBalance;
        var prepaid = account.Services.Any(service => offers.Find(service.Offer) is PaymentModel.Prepaid or PaymentModel.Hybrid);
        if (opening is not { Amount: not 0 } && !prepaid)
        {
            return;
        }
        var currency = Units.Get(row.Currency);
        var amount = opening ?? Money.Zero(currency);
        bulk.Pockets.Add(new NewPocket(
            row.CustomerId, nextId++, row.AccountId, row.Currency, currency.ToStorage(amount.Amount, RoundingMode.HalfUp),
            MoneyPocket.Priority, CreateAccount.Opening(row), MoneyPocket.NoEnd));
        if (amount.Amount != 0)
        {
            bulk.Entries.Add((nextId++, MoneyPocket.OpeningEntry(row, seller, amount, now)));
        }
    }

    private static KeyDirectoryRow Key(
        int tenant, string kind, string key, long customer, long entity, Fingerprint content) => new()
    {
        TenantId = tenant, Kind = kind, ExternalKey = key, CustomerId = customer, EntityId = entity,
        ContentHash = content.ToString(),
    };
}
