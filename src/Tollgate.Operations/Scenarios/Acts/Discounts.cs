using NodaTime;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Scenarios.Reading;
using Tollgate.Primitives;

namespace Tollgate.Operations.Scenarios.Acts;

/// <summary><c>redeem</c>: a coupon of the catalogue, for an account or one of its subscriptions.</summary>
/// <param name="Key">The story's name for the discount that it gives.</param>
internal sealed record Redeem(string Key, string Account, string? Subscription, string Coupon) : Act
{
    internal override string Words => $"{Subscription ?? Account} redeems the coupon {Coupon}";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var (account, coupon) = (scope.Accounts.Use(fields, "account"), fields.Text("coupon"));
        var act = new Redeem(
            scope.Discounts.Name(fields, coupon), account, scope.Subscriptions.Named(fields, "subscription"), coupon);
        scope.Done(fields, "redeem");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel) => Gives(
        stage, Key, await RedeemCoupon.RunAsync(
            stage.Context, stage.Accounts[Account], stage.Subscription(Subscription), Coupon,
            await stage.CatalogueInForceAsync(cancel), "", cancel));

    internal static Played Gives(Stage stage, string key, Outcome<Written<GrantId>> given)
    {
        if (given.Refusal is { } refusal)
        {
            return Played.Refused(refusal);
        }
        stage.Discounts[key] = given.Value.Id;
        return new Played();
    }
}

/// <summary><c>discount</c>: one that is given by hand.</summary>
internal sealed record Discount(string Key, string Account, string? Subscription, NewDiscount What) : Act
{
    internal override string Words => $"{Subscription ?? Account} is given {What switch
    {
        { Percent: { } percent } => $"{FormattableString.Invariant($"{percent}")} % off",
        { Amount: { } amount } => $"{FormattableString.Invariant($"{amount}")} off",
        _ => $"the discount {What.Discount}",
    }}";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var account = scope.Accounts.Use(fields, "account");
        var percent = fields.Scalar("percent", required: false) is null ? (decimal?)null : fields.Number("percent", 0, 1000, 6);
        var what = new NewDiscount
        {
            Discount = fields.OptionalText("discount"), Percent = percent,
            Amount = scope.OptionalAmount(fields, "amount")?.Amount, Scope = fields.OptionalText("scope"),
            On = fields.OptionalText("on"), Name = fields.OptionalText("name"),
            Periods = fields.Scalar("periods", required: false) is null ? null : fields.Whole("periods", 1, 0, int.MaxValue),
            Reason = fields.OptionalText("reason") ?? "as the story says",
            From = scope.OptionalDate(fields, "from"), To = scope.OptionalDate(fields, "to"),
        };
        var act = new Discount(
            scope.Discounts.Name(fields, what.Discount ?? "discount"), account,
            scope.Subscriptions.Named(fields, "subscription"), what);
        scope.Done(fields, "discount");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel) => Redeem.Gives(
        stage, Key, await GrantDiscount.RunAsync(
            stage.Context, stage.Accounts[Account], What with { Subscription = stage.Subscription(Subscription) },
            await stage.CatalogueInForceAsync(cancel), "", cancel));
}
