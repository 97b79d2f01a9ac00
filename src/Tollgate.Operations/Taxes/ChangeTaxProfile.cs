using System.Globalization;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Taxes;

/// <summary>Where an account is for tax, and what it is, from a day on.</summary>
/// <param name="Region">Empty: none.</param>
/// <param name="Locality">Code as in the rules; empty: none.</param>
public sealed record TaxStandingRequest(
    AccountId Account, LocalDate From, string Country, string Region, string Locality, TaxCustomer Type);

/// <summary>A paper by which an account does not pay taxes.</summary>
/// <param name="Taxes">Codes of rules or categories; empty: all that can be exempt.</param>
/// <param name="To">First day on which it no longer holds, or null.</param>
public sealed record TaxExemptionRequest(
    AccountId Account, IReadOnlyList<string> Taxes, string Reason, string Certificate, LocalDate From, LocalDate? To);

/// <summary>
/// Keeps what taxes need to know of an account. What is set counts from its day on and leaves earlier days as they were;
/// charges of
/// later days that are billed already are corrected by the next bill. The same again changes nothing.
/// </summary>
public static class ChangeTaxProfile
{
    /// <summary>Sets place and type from a day on.</summary>
    public static async Task<Outcome<TaxProfile>> SetAsync(
        OperationContext context, TaxStandingRequest request, CancellationToken cancel = default)
    {
        var faults = new Faults();
        FieldRules.Country(faults, "country", request.Country, required: true);
        FieldRules.Text(faults, "region", request.Region);
        FieldRules.Text(faults, "locality", request.Locality);
        if (faults.Refusal is { } wrong)
        {
            return wrong;
        }
        var auditId = context.Ids.Next();
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        if (await BookRequests.AccountAsync(work, request.Account, cancel) is not { } account)
        {
            return BookRequests.Unknown(request.Account);
        }
        await work.LockHeadsAsync([account.Customer.Value], cancel);
        (string, object?)[] who = [("customer", account.Customer.Value), ("account", request.Account.Value)];
        await work.ExecuteAsync(TaxStandings.Keep, cancel, who[0], ("first", TaxStandings.Always));
        await work.ExecuteAsync(TaxStandings.Set, cancel,
        [
            .. who, ("from", request.From), ("country", request.Country), ("region", request.Region),
            ("locality", request.Locality), ("type", DocumentText.Text(request.Type)),
        ]);
        await work.ExecuteAsync(TaxStandings.Today, cancel, [.. who, ("today", context.Now.InUtc().Date)]);
        var after = await ReadAsync(work, account.Customer, request.Account, cancel);
        await Audit.WriteAsync(work, context, auditId, "tax.set", request.Account.ToString(), string.Create(
            CultureInfo.InvariantCulture,
            $"{request.From:uuuu-MM-dd} {request.Country} {request.Region} {request.Locality} {DocumentText.Text(request.Type)}"),
            cancel);
        await work.CommitAsync(cancel);
        return after;
    }

    /// <summary>Adds an exemption.</summary>
    public static async Task<Outcome<TaxProfile>> ExemptAsync(
        OperationContext context, TaxExemptionRequest request, CancellationToken cancel = default)
    {
        var faults = new Faults();
        FieldRules.Required(faults, "reason", request.Reason);
        FieldRules.Text(faults, "certificate", request.Certificate);
        if (request.To is { } end && end <= request.From)
        {
            faults.Add("to", "It lies before the beginning.", "Give the first day on which the exemption no longer holds.");
        }
        if (faults.Refusal is { } wrong)
        {
            return wrong;
        }
        var id = context.Ids.Next(2);
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        if (await BookRequests.AccountAsync(work, request.Account, cancel) is not { } account)
        {
            return BookRequests.Unknown(request.Account);
        }
        await work.LockHeadsAsync([account.Customer.Value], cancel);
        var taxes = string.Join(' ', request.Taxes);
        await work.ExecuteAsync(
            "INSERT INTO tax_exemption (customer_id, exemption_id, tenant_id, account_id, taxes, reason, certificate, "
                + "valid_from, "
            + "valid_to, created_at) SELECT @customer, @id, @tenant, @account, @taxes, @reason, @certificate, @from, @to, @now "
            + "WHERE NOT EXISTS (SELECT 1 FROM tax_exemption e WHERE e.customer_id = @customer AND e.account_id = @account "
            + "AND e.taxes = @taxes AND e.reason = @reason AND e.certificate = @certificate AND e.valid_from = @from)",
            cancel, ("customer", account.Customer.Value), ("id", id), ("account", request.Account.Value), ("taxes", taxes),
            ("reason", request.Reason), ("certificate", request.Certificate), ("from", request.From), ("to", request.To),
            ("now", context.Now));
        await Audit.WriteAsync(work, context, id + 1, "tax.exempt", request.Account.ToString(),
            $"{taxes} {request.Reason} {request.Certificate}".Trim(), cancel);
        var profile = await ReadAsync(work, account.Customer, request.Account, cancel);
        await work.CommitAsync(cancel);
        return profile;
    }

    /// <summary>What is known of an account.</summary>
    public static async Task<Outcome<TaxProfile>> ShowAsync(
        OperationContext context, AccountId account, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        return await BookRequests.AccountAsync(work, account, cancel) is { } found
            ? await ReadAsync(work, found.Customer, account, cancel)
            : BookRequests.Unknown(account);
    }

    private static async Task<TaxProfile> ReadAsync(
        BookWork work, CustomerId customer, AccountId account, CancellationToken cancel) =>
        (await TaxProfileReader.ReadAsync(work, [customer.Value], [account.Value], cancel))[account];
}
