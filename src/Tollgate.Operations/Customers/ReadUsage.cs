using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage;

namespace Tollgate.Operations.Customers;

/// <summary>What an account used and has not been billed, by what bills group it by.</summary>
/// <param name="EventPeriod">First day of the bill period in which it happened.</param>
/// <param name="Used">In base units.</param>
public sealed record UnbilledUsage(
    SubscriptionId Subscription, string Label, LocalDate EventPeriod, long Events, long Used, long Charged, long FromAllowances,
    Money Amount, Money FromMoney);

/// <summary>Reads what an account used.</summary>
public static class ReadUsage
{
    /// <summary>Usage of the open bill slots; refusal <c>unknown-account</c>.</summary>
    public static async Task<Outcome<ImmutableArray<UnbilledUsage>>> UnbilledAsync(
        OperationContext context, AccountId id, CancellationToken cancel = default)
    {
        var account = await ReadAccounts.OneAsync(context, id, cancel);
        if (account.Refusal is { } refusal)
        {
            return refusal;
        }
        await using var connection = await context.Database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT t.subscription_id, k.label, t.event_period, t.events, t.used, t.charged, t.from_allowances, t.amount, "
            + "t.from_money FROM usage_total t JOIN bill_slot s ON s.customer_id = t.customer_id AND s.account_id = t.account_id "
            + "AND s.slot_no = t.slot_no AND s.closed_at IS NULL JOIN price_key k ON k.tenant_id = t.tenant_id AND "
            + "k.price_key_id = t.price_key_id WHERE t.customer_id = @customer AND t.account_id = @account ORDER BY "
            + "t.subscription_id, t.event_period, k.label";
        command.Add("customer", account.Value!.Customer.Value).Add("account", id.Value);
        var currency = Units.Get(account.Value.Currency);
        var totals = ImmutableArray.CreateBuilder<UnbilledUsage>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            totals.Add(new UnbilledUsage(
                new SubscriptionId(reader.GetInt64(0)), reader.GetString(1), reader.GetDate(2), reader.GetInt64(3),
                reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), Money.FromStorage(reader.GetInt64(7), currency),
                Money.FromStorage(reader.GetInt64(8), currency)));
        }
        return totals.ToImmutable();
    }
}
