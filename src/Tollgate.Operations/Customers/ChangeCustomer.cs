using Microsoft.EntityFrameworkCore;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>What to change; null leaves a field as it is, empty text empties it. The external key and the seller stay.</summary>
public sealed record CustomerChange
{
    public string? Name { get; init; }
    public bool? Organisation { get; init; }
    public string? TaxId { get; init; }
    public string? Email { get; init; }
    public string? Phone { get; init; }
    public string? Street { get; init; }
    public string? Postcode { get; init; }
    public string? City { get; init; }
    public string? Country { get; init; }
    public string? Iban { get; init; }
}

/// <summary>Changes a customer's party. Refusals: <c>unknown-customer</c>, <c>already-ended</c>, <c>invalid</c>,
/// <c>key-reused</c>.</summary>
public static class ChangeCustomer
{
    public static Task<Outcome<Written<CustomerId>>> RunAsync(
        OperationContext context, CustomerId customer, CustomerChange change, string callerKey = "",
        CancellationToken cancel = default) =>
        WriteScope.RunAsync<CustomerId>(context, "customer.change", callerKey,
            new Fingerprint().Add("customer", customer).Add("change", change), async scope =>
        {
            var row = await scope.Db.Set<CustomerRow>().SingleOrDefaultAsync(
                row => row.TenantId == scope.Tenant && row.CustomerId == customer.Value, cancel);
            if (row is null)
            {
                return Refusals.Unknown("customer", customer);
            }
            if (row.EndedAt is { } ended)
            {
                return Refusals.AlreadyEnded("customer", customer, ended);
            }
            var party = await scope.Db.Set<PartyRow>().SingleAsync(party => party.CustomerId == customer.Value, cancel);
            var changed = Apply(party, change);
            var faults = new Faults();
            changed.Check(faults);
            if (faults.Refusal is { } refusal)
            {
                return refusal;
            }
            (party.Name, party.Organisation, party.TaxId) = (changed.Name, changed.Organisation, changed.TaxId);
            (party.Email, party.Phone, party.Street) = (changed.Email, changed.Phone, changed.Street);
            (party.Postcode, party.City, party.Country, party.Iban) =
                (changed.Postcode, changed.City, changed.Country, changed.Iban);
            return customer;
        }, cancel);

    private static NewCustomer Apply(PartyRow party, CustomerChange change) => new()
    {
        Name = change.Name ?? party.Name, Organisation = change.Organisation ?? party.Organisation,
        TaxId = change.TaxId ?? party.TaxId,
        Email = change.Email ?? party.Email, Phone = change.Phone ?? party.Phone, Street = change.Street ?? party.Street,
        Postcode = change.Postcode ?? party.Postcode, City = change.City ?? party.City, Country = change.Country ?? party.Country,
        Iban = change.Iban ?? party.Iban,
    };
}
