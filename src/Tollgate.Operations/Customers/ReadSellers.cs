using Microsoft.EntityFrameworkCore;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>Reads sellers.</summary>
public static class ReadSellers
{
    /// <summary>One seller; refusal <c>unknown-seller</c>.</summary>
    public static async Task<Outcome<Seller>> OneAsync(OperationContext context, SellerId id, CancellationToken cancel = default)
    {
        await using var db = context.Database.Context();
        var row = await db.Set<SellerRow>().SingleOrDefaultAsync(
            row => row.TenantId == context.Tenant.Value && row.SellerId == id.Value, cancel);
        return row is null ? Refusals.Unknown("seller", id) : View(row);
    }

    /// <summary>The seller with a code, or null.</summary>
    public static async Task<SellerId?> FindAsync(OperationContext context, string code, CancellationToken cancel = default)
    {
        await using var db = context.Database.Context();
        var row = await db.Set<SellerRow>()
            .SingleOrDefaultAsync(row => row.TenantId == context.Tenant.Value && row.Code == code, cancel);
        return row is null ? null : new SellerId(row.SellerId);
    }

    /// <summary>All, in id order.</summary>
    public static async Task<Page<Seller>> ListAsync(
        OperationContext context, string? after = null, int limit = Paging.Default, CancellationToken cancel = default)
    {
        var from = Paging.After<SellerId>(after);
        await using var db = context.Database.Context();
        var rows = await db.Set<SellerRow>().Where(row => row.TenantId == context.Tenant.Value && row.SellerId > from)
            .OrderBy(row => row.SellerId).Take(limit + 1).ToListAsync(cancel);
        return Paging.Page([.. rows.Select(View)], limit, view => view.Id.ToString());
    }

    private static Seller View(SellerRow row) => new(
        new SellerId(row.SellerId), row.Code, row.Name, row.LegalName, row.TaxId, row.Country, row.TimeZone, row.Currency,
        row.Address, row.Email, row.Phone, row.Web, row.Iban, row.Bic, row.Bank, row.NumberPrefix, row.CreatedAt, row.EndedAt)
    {
        CreditorId = row.CreditorId,
    };
}

/// <summary>Pages of lists by the last id of the page before.</summary>
public static class Paging
{
    /// <summary>Items of a page unless the caller says otherwise.</summary>
    public const int Default = 50;

    /// <summary>Most items of a page.</summary>
    public const int Most = 500;

    internal static long After<TId>(string? after) where TId : struct,
        IId<TId> => Id.TryParse<TId>(after, out var id) ? id.Value : 0;

    internal static Page<T> Page<T>(List<T> items, int limit, Func<T, string> key) =>
        new([.. items.Take(limit)], items.Count > limit ? key(items[limit - 1]) : null);
}
