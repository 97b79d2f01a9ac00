using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>A coupon to be redeemed.</summary>
public sealed record CouponRequest
{
    /// <summary>In letters of any case.</summary>
    public string Coupon { get; init; } = "";

    /// <summary>Only the charges of this subscription; null: of the whole account.</summary>
    public SubscriptionId? Subscription { get; init; }
}

/// <summary>When a discount ends.</summary>
public sealed record DiscountEnd
{
    /// <summary>First day on which it no longer counts. Default: today.</summary>
    public NodaTime.LocalDate? On { get; init; }
}

/// <summary><c>/api/v1/accounts/{id}/discounts</c>, <c>/coupons</c> and <c>/api/v1/discounts</c>.</summary>
internal static class DiscountEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        var accounts = api.MapGroup("/accounts").WithTags("Discounts");
        accounts.MapGet("/{id}/discounts", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(id, "account", async account =>
                Answers.Ok(await ReadDiscounts.ListAsync(http.Operation(), account, cancel))))
            .WithSummary("Discounts of an account and its subscriptions besides those of offers").WithName("listDiscounts")
            .Produces<IReadOnlyList<GivenDiscountView>>().Refuses(404);
        accounts.MapPost("/{id}/discounts", (HttpContext http, string id, NewDiscount discount,
                [IdempotencyKey] string idempotencyKey, CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(id, "account", async account => await Answers.CreatedAsync(http,
                await GrantDiscount.RunAsync(
                    http.Operation(), account, discount, await CatalogueVersions.InForceAsync(http.Operation(), cancel),
                    idempotencyKey, cancel),
                "discounts", grant => ReadDiscounts.OneAsync(http.Operation(), grant, cancel))))
            .WithSummary("Give a discount by hand").WithName("grantDiscount").Produces<GivenDiscountView>(201)
            .Refuses(404, 409, 413, 415, 422);
        accounts.MapPost("/{id}/coupons", (HttpContext http, string id, CouponRequest coupon,
                [IdempotencyKey] string idempotencyKey, CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(id, "account", async account => await Answers.CreatedAsync(http,
                await RedeemCoupon.RunAsync(
                    http.Operation(), account, coupon.Subscription, coupon.Coupon,
                    await CatalogueVersions.InForceAsync(http.Operation(), cancel), idempotencyKey, cancel),
                "discounts", grant => ReadDiscounts.OneAsync(http.Operation(), grant, cancel))))
            .WithSummary("Redeem a coupon").WithName("redeemCoupon").Produces<GivenDiscountView>(201)
            .Refuses(404, 409, 413, 415, 422);
        var group = api.MapGroup("/discounts").WithTags("Discounts");
        group.MapGet("/{id}", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<GrantId>(id, "discount", async grant =>
                Answers.Ok(await ReadDiscounts.OneAsync(http.Operation(), grant, cancel))))
            .WithSummary("Read a discount").WithName("readDiscount").Produces<GivenDiscountView>().Refuses(404);
        group.MapPost("/{id}/end", (HttpContext http, string id, DiscountEnd? end, [IdempotencyKey] string? idempotencyKey,
                CancellationToken cancel) =>
            Answers.WithIdAsync<GrantId>(id, "discount", async grant => await Answers.ChangedAsync(http,
                await EndDiscount.RunAsync(http.Operation(), grant, end?.On, idempotencyKey ?? "", cancel),
                found => ReadDiscounts.OneAsync(http.Operation(), found, cancel))))
            .WithSummary("End a discount").WithName("endDiscount").Produces<GivenDiscountView>().Refuses(404, 409, 415, 422);
    }
}
