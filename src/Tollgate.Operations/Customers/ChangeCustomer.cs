using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Operations.Taxes;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>What to change; null leaves a field as it is, empty text empties it. The external key and the seller stay.</summary>
public sealed record CustomerChange
{
    public string? Name { get; init; }
    public bool? Organisation { get; init; }

    /// <summary>With one the customer is a business for tax, without one a consumer, from <see cref="TaxIdFrom"/> on.</summary>
    public string? TaxId { get; init; }

    /// <summary>First tax date on which a tax id that was given or taken away counts; may lie in the past. Default: today in
    /// UTC; what was supplied before keeps the taxes of its time.</summary>
    public LocalDate? TaxIdFrom { get; init; }

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
            if (party.TaxId.Length > 0 != changed.TaxId.Length > 0)
            {
                await BecomesAsync(scope, customer, changed.TaxId.Length > 0, change.TaxIdFrom, cancel);
            }
            (party.Name, party.Organisation, party.TaxId) = (changed.Name, changed.Organisation, changed.TaxId);
            (party.Email, party.Phone, party.Street) = (changed.Email, changed.Phone, changed.Street);
            (party.Postcode, party.City, party.Country, party.Iban) =
                (changed.Postcode, changed.City, changed.Country, changed.Iban);
            return customer;
        }, cancel);

    private static async Task BecomesAsync(
        WriteScope scope, CustomerId customer, bool business, LocalDate? from, CancellationToken cancel)
    {
        object Day(LocalDate day) => scope.Context.Database.DateValue(day);
        await scope.ExecuteAsync(
            TaxStandings.Keep, cancel, ("customer", customer.Value), ("first", Day(TaxStandings.Always)));
        await scope.ExecuteAsync(
            TaxStandings.Type, cancel, ("customer", customer.Value), ("from", Day(from ?? scope.Now.InUtc().Date)),
            ("before", business ? "consumer" : "business"), ("after", business ? "business" : "consumer"));
    }

    private static NewCustomer Apply(PartyRow party, CustomerChange change) => new()
    {
        Name = change.Name ?? party.Name, Organisation = change.Organisation ?? party.Organisation,
        TaxId = change.TaxId ?? party.TaxId,
        Email = change.Email ?? party.Email, Phone = change.Phone ?? party.Phone, Street = change.Street ?? party.Street,
        Postcode = change.Postcode ?? party.Postcode, City = change.City ?? party.City, Country = change.Country ?? party.Country,
        Iban = change.Iban ?? party.Iban,
    };
}
