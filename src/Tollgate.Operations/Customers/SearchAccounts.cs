using System.Collections.Immutable;
using Tollgate.Primitives;
using Tollgate.Storage;

namespace Tollgate.Operations.Customers;

/// <summary>An account that was found.</summary>
/// <param name="Name">Of the customer.</param>
/// <param name="City">Of the customer.</param>
public sealed record FoundAccount(AccountId Id, string ExternalKey, string Name, string City, string Currency, int CycleDay);

/// <summary>Finds accounts that are open by what a person knows of them.</summary>
public static class SearchAccounts
{
    /// <summary>By id or own key of the account or customer, or by a part of the customer's name in any letter case (of
    /// Latin letters without marks, on SQLite); an exact id or key first, then by name.</summary>
    /// <param name="context">Where.</param>
    /// <param name="text">What is sought; blank finds nothing.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<ImmutableArray<FoundAccount>> RunAsync(
        OperationContext context, string text, int limit, CancellationToken cancel = default)
    {
        var sought = text.Trim();
        if (sought.Length == 0)
        {
            return [];
        }
        var like = sought.ToLowerInvariant().Replace("!", "!!", StringComparison.Ordinal)
            .Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal);
        await using var connection = await context.Database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT a.account_id, a.external_key, p.name, p.city, a.currency, a.cycle_day
            FROM billing_account a
            JOIN customer c ON c.customer_id = a.customer_id
            JOIN party p ON p.customer_id = a.customer_id
            WHERE a.tenant_id = @tenant AND a.phase = 'active' AND (a.account_id = @account OR a.customer_id = @customer
                OR a.external_key = @sought OR c.external_key = @sought OR lower(p.name) LIKE @name ESCAPE '!')
            ORDER BY CASE WHEN lower(p.name) LIKE @name ESCAPE '!' THEN 1 ELSE 0 END, p.name, a.account_id
            LIMIT @limit
            """;
        command.Add("tenant", context.Tenant.Value).Add("sought", sought).Add("name", $"%{like}%").Add("limit", limit)
            .Add("account", Id.TryParse<AccountId>(sought, out var account) ? account.Value : 0L)
            .Add("customer", Id.TryParse<CustomerId>(sought, out var customer) ? customer.Value : 0L);
        var found = ImmutableArray.CreateBuilder<FoundAccount>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            found.Add(new FoundAccount(new AccountId(reader.GetInt64(0)), reader.GetString(1), reader.GetString(2),
                reader.GetString(3), reader.GetString(4), reader.GetInt32(5)));
        }
        return found.ToImmutable();
    }
}
