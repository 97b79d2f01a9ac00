using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>A person or company that buys.</summary>
public sealed record NewCustomer
{
    /// <summary>The operator's own customer number, unique per tenant. Default: the id's text form.</summary>
    public string ExternalKey { get; init; } = "";

    /// <summary>Default: the tenant's seller, if it has exactly one.</summary>
    public SellerId? Seller { get; init; }

    /// <summary>The reseller it belongs to.</summary>
    public CustomerId? Parent { get; init; }

    /// <summary>Full name of the person or company.</summary>
    [Required] public string Name { get; init; } = "";

    /// <summary>True: a company. Default false.</summary>
    public bool Organisation { get; init; }
    public string TaxId { get; init; } = "";
    public string Email { get; init; } = "";
    public string Phone { get; init; } = "";
    public string Street { get; init; } = "";
    public string Postcode { get; init; } = "";
    public string City { get; init; } = "";

    /// <summary>ISO 3166-1 alpha-2; default: the seller's.</summary>
    public string Country { get; init; } = "";
    public string Iban { get; init; } = "";

    internal Fingerprint Fingerprint(string sellerCode = "") => new Fingerprint()
        .Add("externalKey", ExternalKey).Add("seller", Seller?.ToString() ?? sellerCode).Add("parent", Parent).Add("name", Name)
        .Add("organisation", Organisation ? "yes" : "").Add("taxId", TaxId).Add("email", Email).Add("phone", Phone)
        .Add("street", Street).Add("postcode", Postcode).Add("city", City).Add("country", Country).Add("iban", Iban);

    internal void Check(Faults faults)
    {
        FieldRules.Key(faults, "externalKey", ExternalKey);
        FieldRules.Required(faults, "name", Name);
        FieldRules.Text(faults, "taxId", TaxId);
        FieldRules.Email(faults, "email", Email);
        FieldRules.Text(faults, "phone", Phone);
        FieldRules.Text(faults, "street", Street);
        FieldRules.Text(faults, "postcode", Postcode);
        FieldRules.Text(faults, "city", City);
        FieldRules.Country(faults, "country", Country);
        FieldRules.Iban(faults, "iban", Iban);
    }

    internal PartyRow Party(long customerId, int tenant, string sellerCountry) => new()
    {
        CustomerId = customerId, TenantId = tenant, Name = Name, Organisation = Organisation, TaxId = TaxId, Email = Email,
        Phone = Phone,
        Street = Street, Postcode = Postcode, City = City, Country = Country.Length > 0 ? Country : sellerCountry, Iban = Iban,
    };
}

/// <summary>
/// Creates a customer with its party and its charging head (sequence 0, version 1). Refusals: <c>invalid</c>,
/// <c>unknown-seller</c>, <c>already-ended</c> (seller), <c>unknown-customer</c> (parent), <c>external-key-taken</c>,
/// <c>key-reused</c>.
/// </summary>
public static class CreateCustomer
{
    public static async Task<Outcome<Written<CustomerId>>> RunAsync(
        OperationContext context, NewCustomer customer, string callerKey, CancellationToken cancel = default)
    {
        var faults = new Faults();
        customer.Check(faults);
        if (faults.Refusal is { } refusal)
        {
            return refusal;
        }
        var content = customer.Fingerprint();
        return await WriteScope.RunAsync(context, "customer.create", callerKey, content,
            scope => CreateAsync(scope, customer, content, cancel), cancel);
    }

    private static async Task<Outcome<CustomerId>> CreateAsync(
        WriteScope scope, NewCustomer customer, Fingerprint content, CancellationToken cancel)
    {
        var found = await FindSellerAsync(scope, customer.Seller, cancel);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }
        var seller = found.Value!;
        if (customer.Parent is { } parent && !await scope.Db.Set<CustomerRow>().AnyAsync(
            row => row.TenantId == scope.Tenant && row.CustomerId == parent.Value && row.Phase == Phase.Active, cancel))
        {
            return new Refusal("unknown-customer", $"There is no active customer {parent} to be the parent. Check the id.",
                Field: "parent");
        }
        var id = new CustomerId(scope.NextId());
        var key = customer.ExternalKey.Length > 0 ? customer.ExternalKey : id.ToString();
        if (!await scope.ClaimExternalKeyAsync("customer", key, id.Value, id.Value, content, cancel))
        {
            return new Refusal("external-key-taken", $"There is a customer with the key '{key}' already. Use another.",
                Field: "externalKey");
        }
        scope.Db.Add(new CustomerRow
        {
            CustomerId = id.Value, TenantId = scope.Tenant, SellerId = seller.SellerId, ParentCustomerId = customer.Parent?.Value,
            ExternalKey = key, CreatedAt = scope.Now,
        });
        scope.Db.Add(customer.Party(id.Value, scope.Tenant, seller.Country));
        await scope.ExecuteAsync(
            "INSERT INTO charging_head (customer_id, tenant_id, seq, version) VALUES (@customer, @tenant, 0, 1)",
            cancel, ("customer", id.Value));
        return id;
    }

    private static async Task<Outcome<SellerRow>> FindSellerAsync(WriteScope scope, SellerId? wanted, CancellationToken cancel)
    {
        var sellers = await scope.Db.Set<SellerRow>().Where(row => row.TenantId == scope.Tenant
                && (wanted == null ? row.EndedAt == null : row.SellerId == wanted.Value.Value))
            .OrderBy(row => row.SellerId).Take(2).ToListAsync(cancel);
        return (wanted, sellers) switch
        {
            (null, []) =>
                new Refusal("unknown-seller", "There is no seller yet. Create one first (tollgate seller add).", Field: "seller"),
            (null, [_, _]) => new Refusal("unknown-seller", "There are several sellers. Say which one.", Field: "seller"),
            ({ } id, []) => Refusals.Unknown("seller", id, "seller"),
            (_, [{ EndedAt: { } ended } seller, ..]) => Refusals.AlreadyEnded("seller", new SellerId(seller.SellerId), ended),
            (_, [var seller, ..]) => seller,
        };
    }
}
