using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>How the network will know a subscription.</summary>
public sealed record NewIdentity
{
    /// <summary><c>msisdn</c>, <c>imsi</c>, <c>sip-uri</c>, <c>user-name</c>, <c>ip-address</c>, <c>mac</c>, <c>trunk</c> or
    /// <c>account-code</c>.</summary>
    [Required] public string Kind { get; init; } = "";

    /// <summary>E.164 digits without + for a telephone number.</summary>
    [Required] public string Value { get; init; } = "";

    /// <summary>From when it is the subscription's; default: the subscription's start.</summary>
    public Instant? ValidFrom { get; init; }

    /// <summary>From when it no longer is; default: the subscription's end.</summary>
    public Instant? ValidTo { get; init; }
}

/// <summary>An offer for an account.</summary>
public sealed record NewSubscription
{
    [Required] public AccountId Account { get; init; }

    /// <summary>The operator's own key, unique per tenant; default: none.</summary>
    public string ExternalKey { get; init; } = "";

    /// <summary>Code of an offer in the catalogue in force at the start.</summary>
    [Required] public string Offer { get; init; } = "";

    /// <summary>How many of its recurring prices are due, 1–1,000,000. Default 1.</summary>
    public int Quantity { get; init; } = 1;

    /// <summary>Default: now.</summary>
    public Instant? StartedAt { get; init; }

    /// <summary>The subscription that this add-on hangs on; it ends with it. Default: this is a base.</summary>
    public SubscriptionId? Base { get; init; }

    public ImmutableArray<NewIdentity> Identities { get; init; } = [];

    internal Fingerprint Fingerprint() => new Fingerprint()
        .Add("account", Account).Add("externalKey", ExternalKey).Add("offer", Offer).Add("quantity", Quantity)
        .Add("startedAt", StartedAt).Add("base", Base)
        .Add("identities", string.Join('\n', Identities.IsDefault ? [] : Identities.Select(identity => identity.ToString())));
}

/// <summary>
/// Subscribes an account to an offer, with its identities and the promotions of the day on which it begins, and gives the
/// account a money pocket where the offer is prepaid or hybrid. Refusals: <c>unknown-account</c>, <c>already-ended</c>,
/// <c>invalid</c>, <c>unknown-subscription</c> (base), <c>identity-taken</c>, <c>external-key-taken</c>, <c>key-reused</c>.
/// </summary>
public static class CreateSubscription
{
    public const int MaxIdentities = 1000;

    public static async Task<Outcome<Written<SubscriptionId>>> RunAsync(
        OperationContext context, NewSubscription subscription, OffersAt offersAt, string callerKey,
        CancellationToken cancel = default)
    {
        var start = subscription.StartedAt ?? context.Now;
        var offers = await offersAt(start, cancel);
        return await WriteScope.RunAsync(context, "subscription.create", callerKey, subscription.Fingerprint(),
            scope =>
                CreateAsync(scope, subscription with { StartedAt = start }, offers, subscription.Fingerprint(), cancel), cancel);
    }

    private static async Task<Outcome<SubscriptionId>> CreateAsync(
        WriteScope scope, NewSubscription wanted, Offers offers, Fingerprint content, CancellationToken cancel)
    {
        var account = await Find.AccountAsync(scope, wanted.Account, cancel);
        if (account is null)
        {
            return Refusals.Unknown("account", wanted.Account, "account");
        }
        if (account.EndedOn is { } ended)
        {
            return Refusals.AlreadyEnded("account", wanted.Account, ended);
        }
        if (Check(wanted, account, offers).Refusal is { } refusal)
        {
            return refusal;
        }
        if (await BaseAsync(scope, account, wanted, offers, cancel) is { } noBase)
        {
            return noBase;
        }
        var id = new SubscriptionId(scope.NextId());
        if (wanted.ExternalKey.Length > 0
            && !await scope.ClaimExternalKeyAsync(
                "subscription", wanted.ExternalKey, account.CustomerId, id.Value, content, cancel))
        {
            return new Refusal(
                "external-key-taken", $"There is a subscription with the key '{wanted.ExternalKey}' already. Use another.",
                Field: "externalKey");
        }
        var row = await AddAsync(scope, account, wanted, id, offers.Detail(wanted.Offer), cancel);
        var day = row.StartedAt.InZone(DateTimeZoneProviders.Tzdb[account.TimeZone]).Date;
        foreach (var promotion in wanted.Base is null ? offers.Promotions(wanted.Offer, day) : [])
        {
            var gets = wanted with { Offer = promotion.Code, Base = id, ExternalKey = "" };
            await AddAsync(scope, account, gets, new SubscriptionId(scope.NextId()), promotion, cancel);
        }
        if (await IdentityDirectory.AddAsync(scope, row, wanted.Identities, cancel) is { } taken)
        {
            return taken;
        }
        if (offers.Find(wanted.Offer) is PaymentModel.Prepaid or PaymentModel.Hybrid)
        {
            await MoneyPocket.EnsureAsync(scope, account.CustomerId, account.AccountId, Units.Get(account.Currency),
                CreateAccount.Opening(account), 0m, cancel);
        }
        return id;
    }

    /// <summary>Adds the rows; a promotion that has a length ends after it.</summary>
    private static async Task<SubscriptionRow> AddAsync(
        WriteScope scope, BillingAccountRow account, NewSubscription wanted, SubscriptionId id, Offer? offer,
        CancellationToken cancel)
    {
        var row = new SubscriptionRow
        {
            CustomerId = account.CustomerId, SubscriptionId = id.Value, TenantId = scope.Tenant, AccountId = account.AccountId,
            ExternalKey = wanted.ExternalKey, BaseSubscriptionId = wanted.Base?.Value, Offer = wanted.Offer,
            Quantity = wanted.Quantity, StartedAt = wanted.StartedAt!.Value, CreatedAt = scope.Now,
        };
        scope.Db.Add(row);
        await scope.Db.SaveChangesAsync(cancel);
        if (offer?.Promotion?.Length is { } length)
        {
            var zone = DateTimeZoneProviders.Tzdb[account.TimeZone];
            var end = zone.AtStartOfDay(length.Boundary(row.StartedAt.InZone(zone).Date, 1)).ToInstant();
            (row.EndedAt, row.Phase) = (end, Storage.Customers.Phase.Ended);
            scope.Db.Add(new SubscriptionChangeRow
            {
                CustomerId = row.CustomerId, SubscriptionId = row.SubscriptionId, ChangeNo = 1, TenantId = row.TenantId,
                Kind = ChangeKind.End, At = end, Note = offer.Name.Text, Actor = scope.Context.Actor, RecordedAt = scope.Now,
            });
        }
        return row;
    }

    private static Faults Check(NewSubscription wanted, BillingAccountRow account, Offers offers)
    {
        var faults = new Faults();
        FieldRules.Key(faults, "externalKey", wanted.ExternalKey);
        offers.Check(faults, "offer", wanted.Offer);
        FieldRules.Range(faults, "quantity", wanted.Quantity, 1, 1_000_000);
        if (wanted.StartedAt < CreateAccount.Opening(account))
        {
            faults.Add("startedAt", $"It is before the account's first day, {account.OpenedOn:uuuu-MM-dd}.",
                "Give a later time.");
        }
        if (wanted.Identities is { IsDefault: false, Length: > MaxIdentities })
        {
            faults.Add("identities", $"There are more than {MaxIdentities}.", "Add the rest one by one.");
        }
        return faults;
    }

    private static async Task<Refusal?> BaseAsync(
        WriteScope scope, BillingAccountRow account, NewSubscription wanted, Offers offers, CancellationToken cancel)
    {
        var fits = offers.Detail(wanted.Offer)?.AddOnTo ?? [];
        if (wanted.Base is not { } hangsOn)
        {
            return fits.IsEmpty ? null : new Refusal("invalid",
                $"'{wanted.Offer}' is an add-on to {string.Join(", ", fits)}. Give the subscription that it hangs on.",
                Field: "base");
        }
        var timeline = await SubscriptionTimeline.LoadAsync(scope, hangsOn, cancel);
        var state = timeline?.StateAt(wanted.StartedAt!.Value);
        if (state is not null && !fits.IsEmpty && !fits.Contains(state.Offer, StringComparer.Ordinal))
        {
            return new Refusal("invalid",
                $"'{wanted.Offer}' is an add-on to {string.Join(", ", fits)}; {hangsOn} has '{state.Offer}' then.",
                Field: "base");
        }
        return timeline?.Row switch
        {
            null => Refusals.Unknown("subscription", hangsOn, "base"),
            { EndedAt: { } ended } => Refusals.AlreadyEnded("subscription", hangsOn, ended) with { Field = "base" },
            { CustomerId: var owner } when owner != account.CustomerId =>
                Refusals.Unknown("subscription", hangsOn, "base"),
            _ when state!.Account != new AccountId(account.AccountId) =>
                new Refusal("invalid", $"The base {hangsOn} is on another account. Use the same account.", Field: "base"),
            { BaseSubscriptionId: not null } =>
                new Refusal("invalid", $"{hangsOn} is an add-on itself. Hang this one on its base.", Field: "base"),
            _ => null,
        };
    }
}
