using System.Collections.Immutable;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Storage.Billing;

/// <summary>Reads what taxes need to know of customers, for a chunk of accounts with a fixed number of queries.</summary>
public static class TaxProfileReader
{
    /// <summary>The profile of every account; a business is who has a tax id, unless a standing says otherwise.</summary>
    public static async Task<Dictionary<AccountId, TaxProfile>> ReadAsync(
        BookWork work, long[] customers, long[] accounts, CancellationToken cancel)
    {
        (string, object?)[] which = [("customers", customers), ("accounts", accounts)];
        var standings = (await work.ReadAsync(
            "SELECT account_id, valid_from, country, region, locality, type FROM tax_standing WHERE customer_id IN @customers "
            + "AND account_id IN @accounts AND tenant_id = @tenant ORDER BY account_id, valid_from",
            reader => (Account: new AccountId(reader.GetInt64(0)), Standing: new TaxStanding(
                reader.GetDate(1), new TaxPlace(reader.GetString(2), reader.GetString(3), reader.GetString(4)),
                DocumentText.Customer(reader.GetString(5)) ?? TaxCustomer.Consumer)), cancel, which))
            .ToLookup(row => row.Account, row => row.Standing);
        var exemptions = (await work.ReadAsync(
            "SELECT account_id, taxes, reason, certificate, valid_from, valid_to FROM tax_exemption WHERE customer_id IN "
            + "@customers AND account_id IN @accounts AND tenant_id = @tenant ORDER BY account_id, exemption_id",
            reader => (Account: new AccountId(reader.GetInt64(0)), Exemption: new TaxExemption(
                [.. reader.GetString(1).Split(' ', StringSplitOptions.RemoveEmptyEntries)], reader.GetString(2),
                reader.GetString(3), reader.GetDate(4), reader.GetDateOrNull(5))), cancel, which))
            .ToLookup(row => row.Account, row => row.Exemption);
        return (await work.ReadAsync(
            "SELECT a.account_id, a.tax_country, coalesce(p.tax_id, '') FROM billing_account a LEFT JOIN party p ON "
            + "p.customer_id = a.customer_id WHERE a.customer_id IN @customers AND a.account_id IN @accounts AND "
            + "a.tenant_id = @tenant",
            reader => (Account: new AccountId(reader.GetInt64(0)), Country: reader.GetString(1),
                Business: reader.GetString(2).Length > 0), cancel, which))
            .ToDictionary(row => row.Account, row => new TaxProfile
            {
                Standings = standings[row.Account].ToImmutableArray() is { Length: > 0 } known
                    ? known
                    : TaxProfile.In(row.Country, row.Business ? TaxCustomer.Business : TaxCustomer.Consumer).Standings,
                Exemptions = [.. exemptions[row.Account]],
            });
    }
}
