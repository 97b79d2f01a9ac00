using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>A legal entity that sells, with what its documents print.</summary>
public sealed record NewSeller
{
    /// <summary>Short name in files and commands, unique per tenant, e.g. <c>nord</c>.</summary>
    [Required] public string Code { get; init; } = "";

    /// <summary>Brand name.</summary>
    [Required] public string Name { get; init; } = "";

    /// <summary>Default: <see cref="Name"/>.</summary>
    public string LegalName { get; init; } = "";

    /// <summary>VAT number or national tax number.</summary>
    public string TaxId { get; init; } = "";

    /// <summary>ISO 3166-1 alpha-2.</summary>
    [Required] public string Country { get; init; } = "";

    /// <summary>Zone of tax dates and journal days; a tz database name.</summary>
    [Required] public string TimeZone { get; init; } = "";

    /// <summary>ISO 4217; default of its accounts.</summary>
    [Required] public string Currency { get; init; } = "";

    /// <summary>Lines separated by line feeds.</summary>
    public string Address { get; init; } = "";
    public string Email { get; init; } = "";
    public string Phone { get; init; } = "";
    public string Web { get; init; } = "";
    public string Iban { get; init; } = "";
    public string Bic { get; init; } = "";
    public string Bank { get; init; } = "";

    /// <summary>SEPA creditor identifier, named on bills that are collected. Default: none.</summary>
    public string CreditorId { get; init; } = "";

    /// <summary>Begins the numbers of its documents, e.g. <c>N-</c>.</summary>
    public string NumberPrefix { get; init; } = "";

    internal Fingerprint Fingerprint() => new Fingerprint()
        .Add("code", Code).Add("name", Name).Add("legalName", LegalName).Add("taxId", TaxId).Add("country", Country)
        .Add("timeZone", TimeZone).Add("currency", Currency).Add("address", Address).Add("email", Email).Add("phone", Phone)
        .Add("web", Web).Add("iban", Iban).Add("bic", Bic).Add("bank", Bank).Add("numberPrefix", NumberPrefix)
        .Add("creditorId", CreditorId);

    internal Refusal? Check()
    {
        var faults = new Faults();
        FieldRules.Required(faults, "code", Code);
        FieldRules.Key(faults, "code", Code);
        FieldRules.Required(faults, "name", Name);
        FieldRules.Text(faults, "legalName", LegalName);
        FieldRules.Country(faults, "country", Country, required: true);
        FieldRules.TimeZone(faults, "timeZone", TimeZone);
        FieldRules.Currency(faults, "currency", Currency);
        FieldRules.Text(faults, "taxId", TaxId);
        FieldRules.Text(faults, "address", Address, lines: true);
        FieldRules.Email(faults, "email", Email);
        FieldRules.Text(faults, "phone", Phone);
        FieldRules.Text(faults, "web", Web);
        FieldRules.Iban(faults, "iban", Iban);
        FieldRules.CreditorId(faults, "creditorId", CreditorId);
        FieldRules.Text(faults, "bic", Bic);
        FieldRules.Text(faults, "bank", Bank);
        FieldRules.Text(faults, "numberPrefix", NumberPrefix);
        return faults.Refusal;
    }
}

/// <summary>Creates a seller. Refusals: <c>invalid</c>, <c>external-key-taken</c>, <c>key-reused</c>.</summary>
public static class CreateSeller
{
    public static async Task<Outcome<Written<SellerId>>> RunAsync(
        OperationContext context, NewSeller seller, string callerKey, CancellationToken cancel = default)
    {
        if (seller.Check() is { } refusal)
        {
            return refusal;
        }
        return await WriteScope.RunAsync<SellerId>(context, "seller.create", callerKey, seller.Fingerprint(), async scope =>
        {
            if (await scope.Db.Set<SellerRow>().AnyAsync(row => row.TenantId == scope.Tenant && row.Code == seller.Code, cancel))
            {
                return new Refusal("external-key-taken", $"There is a seller '{seller.Code}' already. Use another code.",
                    Field: "code");
            }
            var row = new SellerRow
            {
                SellerId = scope.NextId(), TenantId = scope.Tenant, Code = seller.Code, Name = seller.Name,
                LegalName = seller.LegalName.Length > 0 ? seller.LegalName : seller.Name, TaxId = seller.TaxId,
                Country = seller.Country,
                TimeZone = seller.TimeZone, Currency = seller.Currency, Address = seller.Address, Email = seller.Email,
                Phone = seller.Phone, Web = seller.Web, Iban = seller.Iban, Bic = seller.Bic, Bank = seller.Bank,
                CreditorId = seller.CreditorId, NumberPrefix = seller.NumberPrefix, CreatedAt = scope.Now,
            };
            scope.Db.Add(row);
            return new SellerId(row.SellerId);
        }, cancel);
    }
}
