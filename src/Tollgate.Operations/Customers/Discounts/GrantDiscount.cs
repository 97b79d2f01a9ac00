using System.Text.Json.Serialization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>A discount given by hand: one of the catalogue, or one of its own. Exactly one of <see cref="Discount"/>,
/// <see cref="Percent"/> and <see cref="Amount"/>.</summary>
public sealed record NewDiscount
{
    /// <summary>Only the charges of this subscription; null: of the whole account.</summary>
    public SubscriptionId? Subscription { get; init; }

    /// <summary>Code of a discount in the catalogue in force.</summary>
    public string? Discount { get; init; }

    /// <summary>10 for 10 %; above 0, at most 100.</summary>
    public decimal? Percent { get; init; }

    /// <summary>A fixed amount for each application, in the account's currency, in what the charges are priced in.</summary>
    public decimal? Amount { get; init; }

    /// <summary><c>charge</c> (each for itself), <c>product</c> (a subscription, per bill) or <c>invoice</c>. Default:
    /// invoice for an amount, charge for a percentage.</summary>
    public string? Scope { get; init; }

    /// <summary>Kinds of charges: <c>recurring</c>, <c>one-time</c>, <c>usage</c>, separated by commas, or <c>all</c>.
    /// Default: recurring.</summary>
    public string? On { get; init; }

    /// <summary>1: once; null: for ever. Periods of the charges with the scope charge, else bills.</summary>
    public int? Periods { get; init; }

    /// <summary>As printed. Default: the catalogue's name, else "Discount".</summary>
    public string? Name { get; init; }

    /// <summary>Why, for whoever reads the history. Required.</summary>
    public string Reason { get; init; } = "";

    /// <summary>First day; may lie in the past: billed periods are corrected with the next bill. Default: today.</summary>
    public LocalDate? From { get; init; }

    /// <summary>First day on which it no longer counts. Default: none.</summary>
    public LocalDate? To { get; init; }

    internal Fingerprint Fingerprint(AccountId account) => new Fingerprint().Add("account", account).Add("discount", ToString());
}

/// <summary>
/// Gives a discount to an account or to one of its subscriptions. Refusals: <c>unknown-account</c>,
/// <c>unknown-subscription</c>, <c>already-ended</c>, <c>invalid</c>, <c>key-reused</c>.
/// </summary>
public static class GrantDiscount
{
    /// <param name="catalogue">In force now; for a discount of the catalogue.</param>
    public static Task<Outcome<Written<GrantId>>> RunAsync(
        OperationContext context, AccountId account, NewDiscount discount, Catalogue? catalogue, string callerKey = "",
        CancellationToken cancel = default) =>
        WriteScope.RunAsync<GrantId>(
            context, "discount.grant", callerKey, discount.Fingerprint(account), async scope =>
        {
            var target = await DiscountTarget.FindAsync(scope, account, discount.Subscription, cancel);
            if (target.Refusal is { } refusal)
            {
                return refusal;
            }
            var today = target.Value!.Today(scope.Now);
            var id = new GrantId(scope.NextId());
            var row = new DiscountGrantRow
            {
                CustomerId = target.Value.Account.CustomerId, GrantId = id.Value, TenantId = scope.Tenant,
                AccountId = target.Value.Account.AccountId, SubscriptionId = discount.Subscription?.Value,
                Discount = discount.Discount ?? $"{HandMade.Prefix}{id.Value}", ValidFrom = discount.From ?? today,
                ValidTo = discount.To, GrantedAt = scope.Now, Reason = discount.Reason, Actor = scope.Context.Actor,
            };
            if (Fill(row, discount, catalogue).Refusal is { } wrong)
            {
                return wrong;
            }
            scope.Db.Add(row);
            return id;
        }, cancel);

    private static Faults Fill(DiscountGrantRow row, NewDiscount wanted, Catalogue? catalogue)
    {
        var faults = new Faults();
        FieldRules.Required(faults, "reason", wanted.Reason);
        FieldRules.Text(faults, "name", wanted.Name);
        if (new object?[] { wanted.Discount, wanted.Percent, wanted.Amount }.Count(one => one is not null) != 1)
        {
            faults.Add("discount", "A discount is one of three things.", "Give a percentage, an amount or a code.");
        }
        if (wanted.To <= row.ValidFrom)
        {
            faults.Add("to", "It is not after the first day.", "Give the first day on which it no longer counts.");
        }
        if (wanted.Discount is { } code)
        {
            if (catalogue?.Discounts.Any(one => one.Code == code) is not true)
            {
                faults.Add("discount", $"'{FieldRules.Short(code)}' is not a discount of the catalogue in force.",
                    "Give one that it has, or a percentage or an amount.");
            }
            if (wanted is not { Scope: null, On: null, Periods: null, Name: null })
            {
                faults.Add("discount", "What a discount of the catalogue reduces, and for how long, says the catalogue.",
                    "Leave out scope, kinds of charges, periods and name.");
            }
            return faults;
        }
        FieldRules.Range(faults, "periods", wanted.Periods ?? 1, 1, 1200);
        if (wanted.Percent is <= 0 or > 100)
        {
            faults.Add("percent", "It is not above 0 and at most 100.", "Write 10 for 10 %.");
        }
        if (wanted.Amount is <= 0 or > 1_000_000_000m)
        {
            faults.Add("amount", "It is not above 0 and at most 10^9.", "Give what is taken off.");
        }
        var scope = DiscountWords.Scope(wanted.Scope ?? (wanted.Amount is null ? "charge" : "invoice"));
        var on = DiscountWords.Kinds(wanted.On ?? "recurring");
        if (scope is null)
        {
            faults.Add("scope", $"'{FieldRules.Short(wanted.Scope!)}' is no scope.", "Write charge, product or invoice.");
        }
        if (on is null)
        {
            faults.Add("on", $"'{FieldRules.Short(wanted.On!)}' names no kinds of charges.",
                "Write recurring, one-time, usage (separated by commas) or all.");
        }
        row.Name = wanted.Name is { Length: > 0 } name ? name : "Discount";
        row.Percent = wanted.Percent is { } percent ? DocumentText.Text(percent) : "";
        row.Amount = wanted.Amount is { } amount ? DocumentText.Text(amount) : "";
        (row.Scope, row.ChargeKinds) = ((int)(scope ?? DiscountScope.Charge), (int)(on ?? ChargeKinds.Recurring));
        row.Periods = wanted.Periods;
        return faults;
    }
}

/// <summary>Words of scopes and kinds of charges.</summary>
public static class DiscountWords
{
    /// <summary>Null on other text.</summary>
    public static DiscountScope? Scope(string text) => text switch
    {
        "charge" => DiscountScope.Charge,
        "product" => DiscountScope.Product,
        "invoice" => DiscountScope.Invoice,
        _ => null,
    };

    public static string Text(DiscountScope scope) => scope switch
    {
        DiscountScope.Charge => "charge",
        DiscountScope.Product => "product",
        DiscountScope.Invoice => "invoice",
        _ => throw new ArgumentOutOfRangeException(nameof(scope)),
    };

    /// <summary>Null on other text.</summary>
    public static ChargeKinds? Kinds(string text)
    {
        var kinds = ChargeKinds.None;
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            ChargeKinds? one = word switch
            {
                "recurring" => ChargeKinds.Recurring,
                "one-time" => ChargeKinds.OneTime,
                "usage" => ChargeKinds.Usage,
                "all" => ChargeKinds.All,
                _ => null,
            };
            if (one is null)
            {
                return null;
            }
            kinds |= one.Value;
        }
        return kinds == ChargeKinds.None ? null : kinds;
    }
}

/// <summary>Whom a discount is for, locked.</summary>
internal sealed record DiscountTarget(BillingAccountRow Account)
{
    internal LocalDate Today(Instant now) => now.InZone(DateTimeZoneProviders.Tzdb[Account.TimeZone]).Date;

    internal static async Task<Outcome<DiscountTarget>> FindAsync(
        WriteScope scope, AccountId account, SubscriptionId? subscription, CancellationToken cancel)
    {
        if (await Find.AccountAsync(scope, account, cancel) is not { } row)
        {
            return Refusals.Unknown("account", account);
        }
        if (row.EndedOn is { } ended)
        {
            return Refusals.AlreadyEnded("account", account, ended);
        }
        if (subscription is { } one)
        {
            var timeline = await SubscriptionTimeline.LoadAsync(scope, one, cancel);
            if (timeline is null || timeline.StateAt(scope.Now).Account != account)
            {
                return Refusals.Unknown("subscription", one, "subscription");
            }
        }
        return new DiscountTarget(row);
    }
}
