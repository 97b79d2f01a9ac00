using Microsoft.EntityFrameworkCore;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>Reads customers with their parties.</summary>
public static class ReadCustomers
{
    /// <summary>One customer; refusal <c>unknown-customer</c>.</summary>
    public static async Task<Outcome<Customer>> OneAsync(
        OperationContext context, CustomerId id, CancellationToken cancel = default)
    {
        await using var db = context.Database.Context();
        var found = await Query(db, context).Where(pair => pair.Customer.CustomerId == id.Value).SingleOrDefaultAsync(cancel);
        return found is null ? Refusals.Unknown("customer", id) : View(found);
    }

    /// <summary>In id order.</summary>
    /// <param name="externalKey">Only the customer with this key.</param>
    /// <param name="seller">Only this seller's.</param>
    /// <param name="phase">Only <c>active</c> or <c>ended</c> ones.</param>
    /// <param name="after">Last id of the page before.</param>
    public static async Task<Page<Customer>> ListAsync(
        OperationContext context, string? externalKey = null, SellerId? seller = null, string? phase = null, string? after = null,
        int limit = Paging.Default, CancellationToken cancel = default)
    {
        var from = Paging.After<CustomerId>(after);
        await using var db = context.Database.Context();
        var query = Query(db, context).Where(pair => pair.Customer.CustomerId > from);
        if (externalKey is not null)
        {
            var id = await KeyAsync(db, context, "customer", externalKey, cancel);
            query = query.Where(pair => pair.Customer.CustomerId == id);
        }
        if (seller is { } owner)
        {
            query = query.Where(pair => pair.Customer.SellerId == owner.Value);
        }
        if (phase is not null)
        {
            query = query.Where(pair => pair.Customer.Phase == phase);
        }
        var rows = await query.OrderBy(pair => pair.Customer.CustomerId).Take(limit + 1).ToListAsync(cancel);
        return Paging.Page([.. rows.Select(View)], limit, view => view.Id.ToString());
    }

    /// <summary>The id behind one of the operator's keys, or 0.</summary>
    internal static async Task<long> KeyAsync(
        TollgateDb db, OperationContext context, string kind, string externalKey, CancellationToken cancel) =>
        await db.Set<KeyDirectoryRow>()
            .Where(row => row.TenantId == context.Tenant.Value && row.Kind == kind && row.ExternalKey == externalKey)
            .Select(row => row.EntityId).SingleOrDefaultAsync(cancel);

    private static IQueryable<Pair> Query(TollgateDb db, OperationContext context) =>
        from customer in db.Set<CustomerRow>()
        join party in db.Set<PartyRow>() on customer.CustomerId equals party.CustomerId
        where customer.TenantId == context.Tenant.Value
        select new Pair { Customer = customer, Party = party };

    private static Customer View(Pair pair)
    {
        var (row, party) = (pair.Customer, pair.Party);
        return new Customer(
            new CustomerId(row.CustomerId), row.ExternalKey, new SellerId(row.SellerId),
            row.ParentCustomerId is { } parent ? new CustomerId(parent) : null, row.Phase, party.Name, party.Organisation,
            party.TaxId,
            party.Email, party.Phone, party.Street, party.Postcode, party.City, party.Country, party.Iban, row.CreatedAt,
            row.EndedAt);
    }

    private sealed class Pair
    {
        public required CustomerRow Customer { get; init; }
        public required PartyRow Party { get; init; }
    }
}
