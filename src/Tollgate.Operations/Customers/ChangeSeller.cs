using Microsoft.EntityFrameworkCore;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>What to change; null leaves a field as it is, empty text empties it.
/// Code, country, zone and currency stay: documents and accounts rest on them.</summary>
public sealed record SellerChange
{
    public string? Name { get; init; }
    public string? LegalName { get; init; }
    public string? TaxId { get; init; }
    public string? Address { get; init; }
    public string? Email { get; init; }
    public string? Phone { get; init; }
    public string? Web { get; init; }
    public string? Iban { get; init; }
    public string? Bic { get; init; }
    public string? Bank { get; init; }
    public string? CreditorId { get; init; }
    public string? NumberPrefix { get; init; }
}

/// <summary>Changes a seller. Refusals: <c>unknown-seller</c>, <c>already-ended</c>, <c>invalid</c>, <c>key-reused</c>.</summary>
public static class ChangeSeller
{
    public static Task<Outcome<Written<SellerId>>> RunAsync(
        OperationContext context, SellerId seller, SellerChange change, string callerKey = "",
        CancellationToken cancel = default) =>
        WriteScope.RunAsync<SellerId>(context, "seller.change", callerKey, Fingerprint(seller, change), async scope =>
        {
            var row = await scope.Db.Set<SellerRow>().SingleOrDefaultAsync(
                row => row.TenantId == scope.Tenant && row.SellerId == seller.Value, cancel);
            if (row is null)
            {
                return Refusals.Unknown("seller", seller);
            }
            if (row.EndedAt is not null)
            {
                return Refusals.AlreadyEnded("seller", seller, row.EndedAt.Value);
            }
            var changed = Apply(row, change);
            if (changed.Check() is { } refusal)
            {
                return refusal;
            }
            (row.Name, row.LegalName, row.TaxId, row.Address) = (changed.Name, changed.LegalName, changed.TaxId, changed.Address);
            (row.Email, row.Phone, row.Web) = (changed.Email, changed.Phone, changed.Web);
            (row.Iban, row.Bic, row.Bank, row.NumberPrefix) = (changed.Iban, changed.Bic, changed.Bank, changed.NumberPrefix);
            row.CreditorId = changed.CreditorId;
            if (row.CreditorId.Length > 0)
            {
                await MissingCreditors.CloseAsync(scope, seller, cancel);
            }
            return seller;
        }, cancel);

    private static NewSeller Apply(SellerRow row, SellerChange change) => new()
    {
        Code = row.Code, Country = row.Country, TimeZone = row.TimeZone, Currency = row.Currency, Name = change.Name ?? row.Name,
        LegalName = change.LegalName ?? row.LegalName, TaxId = change.TaxId ?? row.TaxId, Address = change.Address ?? row.Address,
        Email = change.Email ?? row.Email, Phone = change.Phone ?? row.Phone, Web = change.Web ?? row.Web,
        Iban = change.Iban ?? row.Iban,
        CreditorId = change.CreditorId ?? row.CreditorId,
        Bic = change.Bic ?? row.Bic, Bank = change.Bank ?? row.Bank, NumberPrefix = change.NumberPrefix ?? row.NumberPrefix,
    };

    private static Fingerprint Fingerprint(SellerId seller, SellerChange change) => new Fingerprint()
        .Add("seller", seller).Add("change", change);
}
