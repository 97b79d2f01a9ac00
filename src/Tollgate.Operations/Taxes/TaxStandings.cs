using NodaTime;

namespace Tollgate.Operations.Taxes;

/// <summary>
/// What accounts are for tax, from a day on: statements that every writer of it shares. Whoever changes something writes
/// <see cref="Keep"/> first, so that earlier days stay as they were. All take <c>@customer</c>; days are <c>@first</c>
/// (<see cref="Always"/>), <c>@from</c> and <c>@today</c>.
/// </summary>
internal static class TaxStandings
{
    /// <summary>Stands for "always" in the table.</summary>
    internal static readonly LocalDate Always = new(1970, 1, 1);

    private const string Columns = "INSERT INTO tax_standing (customer_id, account_id, valid_from, tenant_id, country, region, "
        + "locality, type) ";

    /// <summary>The standing in force on <c>@from</c>.</summary>
    private const string InForce =
        "FROM tax_standing s WHERE s.customer_id = @customer AND s.tenant_id = @tenant AND s.valid_from = (SELECT "
        + "max(o.valid_from) FROM tax_standing o WHERE o.customer_id = s.customer_id AND o.account_id = s.account_id AND "
        + "o.valid_from <= @from) ";

    private const string Replace =
        "ON CONFLICT (customer_id, account_id, valid_from) DO UPDATE SET country = excluded.country, region = excluded.region, "
        + "locality = excluded.locality, type = excluded.type";

    /// <summary>What the customer's accounts were until now becomes a row of each that has none.</summary>
    internal const string Keep = Columns
        + "SELECT a.customer_id, a.account_id, @first, a.tenant_id, a.tax_country, '', '', CASE WHEN coalesce(p.tax_id, '') = '' "
        + "THEN 'consumer' ELSE 'business' END FROM billing_account a LEFT JOIN party p ON p.customer_id = a.customer_id "
        + "WHERE a.customer_id = @customer AND a.tenant_id = @tenant AND NOT EXISTS (SELECT 1 FROM tax_standing s WHERE "
        + "s.customer_id = a.customer_id AND s.account_id = a.account_id)";

    /// <summary>Everything anew for <c>@account</c>: <c>@country</c>, <c>@region</c>, <c>@locality</c>, <c>@type</c>.</summary>
    internal const string Set = Columns
        + "VALUES (@customer, @account, @from, @tenant, @country, @region, @locality, @type) " + Replace;

    /// <summary>Another <c>@country</c> of <c>@account</c>, with the type that it has then; region and locality are those of
    /// the country left.</summary>
    internal const string Country = Columns
        + "SELECT s.customer_id, s.account_id, @from, s.tenant_id, @country, '', '', s.type " + InForce
        + "AND s.account_id = @account AND s.country <> @country " + Replace;

    /// <summary>Accounts of the customer that are <c>@before</c> become <c>@after</c>.</summary>
    internal const string Type = Columns
        + "SELECT s.customer_id, s.account_id, @from, s.tenant_id, s.country, s.region, s.locality, @after " + InForce
        + "AND s.type = @before " + Replace;

    /// <summary>The tax country of an account is the one of <c>@today</c>.</summary>
    internal const string Today =
        "UPDATE billing_account SET tax_country = (SELECT s.country FROM tax_standing s WHERE s.customer_id = @customer AND "
        + "s.account_id = @account AND s.valid_from <= @today ORDER BY s.valid_from DESC LIMIT 1) "
        + "WHERE customer_id = @customer AND account_id = @account";
}
