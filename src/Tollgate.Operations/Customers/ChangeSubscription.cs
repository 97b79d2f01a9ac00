using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>What to change from a time on; null leaves it as it is.</summary>
public sealed record SubscriptionChange
{
    /// <summary>The whole quantity from then on, 1–1,000,000.</summary>
    public int? Quantity { get; init; }

    /// <summary>Code of another offer: the unused part of the old one is credited, the new one is charged from then on.</summary>
    public string? Offer { get; init; }

    /// <summary>Code of a price of the offer that the customer gets an own amount for.</summary>
    public string? PriceCode { get; init; }

    /// <summary>The own amount, in the account's currency; null with <see cref="PriceCode"/>: the catalogue's again.</summary>
    public decimal? Amount { get; init; }

    /// <summary>Code of a spending cap, a counter with a limit or an allowance of the offer, of which the subscription gets a
    /// limit of its own. Usage charged before stays as it is.</summary>
    public string? LimitCode { get; init; }

    /// <summary>The limit with its unit, e.g. <c>50 EUR</c>, <c>10 GB</c>; null with <see cref="LimitCode"/>: the offer's
    /// again.</summary>
    public string? Limit { get; init; }

    /// <summary>From when; may lie in the past: billed periods are corrected with the next bill. Default: what <see cref="When"/>
    /// says.</summary>
    public Instant? At { get; init; }

    /// <summary>Default: now.</summary>
    public ChangeTime When { get; init; }

    /// <summary>Why, for whoever reads the history. At most 500 characters.</summary>
    public string Note { get; init; } = "";
}

/// <summary>
/// Records changes of a subscription from a time on. Refusals: <c>unknown-subscription</c>, <c>already-ended</c>,
/// <c>before-start</c>, <c>invalid</c>, <c>key-reused</c>.
/// </summary>
public static class ChangeSubscription
{
    /// <param name="offersAt">The offer changed to must be on sale at the time given, else today.</param>
    public static async Task<Outcome<Written<SubscriptionId>>> RunAsync(
        OperationContext context, SubscriptionId subscription, SubscriptionChange change, OffersAt offersAt,
        string callerKey = "", CancellationToken cancel = default)
    {
        // Before the transaction: the catalogue is read on a connection of its own.
        var today = await offersAt(context.Now, cancel);
        var offers = change.At is { } time ? await offersAt(time, cancel) : today;
        return await WriteScope.RunAsync<SubscriptionId>(context, "subscription.change", callerKey,
            new Fingerprint().Add("subscription", subscription).Add("change", change), async scope =>
        {
            if (await SubscriptionTimeline.LoadAsync(scope, subscription, cancel) is not { } timeline)
            {
                return Refusals.Unknown("subscription", subscription);
            }
            var present = timeline.StateAt(scope.Now).Offer;
            if (ChangeTimes.Refused(change.When, change.At, present, today.Detail(present)) is { } noTerm)
            {
                return noTerm;
            }
            var at = ChangeTimes.Resolve(
                change.When, change.At, scope.Now, timeline.Account, timeline.Facts, today.Detail(present));
            if (timeline.Refused(at) is { } refused)
            {
                return refused;
            }
            if (Check(change, timeline, at, offers).Refusal is { } refusal)
            {
                return refusal;
            }
            Record(timeline, change, at, offers);
            if (change.Offer is { } offer && offers.Find(offer) is PaymentModel.Prepaid or PaymentModel.Hybrid)
            {
                await MoneyPocket.EnsureAsync(scope, timeline.Row.CustomerId, timeline.Row.AccountId, timeline.Account.Currency,
                    timeline.Account.Zone.AtStartOfDay(timeline.Account.OpenedOn).ToInstant(), 0m, cancel);
            }
            return subscription;
        }, cancel);
    }

    private static void Record(SubscriptionTimeline timeline, SubscriptionChange change, Instant at, Offers offers)
    {
        if (change.LimitCode is { } limited)
        {
            var offered = change.Offer ?? timeline.StateAt(at).Offer;
            var (steps, unit) = SubscriptionLimit.Read(change.Limit, limited, offered, offers).Value;
            timeline.Append(ChangeKind.Limit, at, change.Note, row => (row.PriceCode, row.Amount) =
                (limited, unit is null ? "" : SubscriptionChangeRow.LimitText(steps, unit.Code)));
        }
        if (change.Offer is { } offer)
        {
            timeline.Append(ChangeKind.Plan, at, change.Note, row => row.Offer = offer);
        }
        if (change.Quantity is { } quantity)
        {
            timeline.Append(ChangeKind.Quantity, at, change.Note, row => row.Quantity = quantity);
        }
        if (change.PriceCode is { } code)
        {
            timeline.Append(ChangeKind.Price, at, change.Note, row =>
            {
                row.PriceCode = code;
                row.Amount = change.Amount is { } amount ? Storage.Billing.DocumentText.Text(amount) : "";
            });
        }
    }

    private static Faults Check(SubscriptionChange change, SubscriptionTimeline timeline, Instant at, Offers offers)
    {
        var faults = new Faults();
        if (change is { Quantity: null, Offer: null, PriceCode: null, LimitCode: null, Limit: null })
        {
            faults.Add("quantity", "Nothing is to change.", "Give a quantity, an offer, a price or a limit.");
        }
        FieldRules.Range(faults, "quantity", change.Quantity ?? 1, 1, 1_000_000);
        FieldRules.Range(faults, "note", change.Note.Length, 0, 500);
        var state = timeline.StateAt(at);
        if (change.Offer is { } offer)
        {
            offers.Check(faults, "offer", offer);
            if (offer == state.Offer)
            {
                faults.Add("offer", "It has this offer then already.", "Give another offer or another time.");
            }
            if (offers.Detail(offer) is { AddOnTo.IsEmpty: false } && timeline.Row.BaseSubscriptionId is null)
            {
                faults.Add("offer", $"'{offer}' is an add-on.", "Add it to this subscription with a base instead.");
            }
        }
        if (change.PriceCode is { } code && offers.Detail(change.Offer ?? state.Offer) is { } detail
            && !Prices(detail).Contains(code, StringComparer.Ordinal))
        {
            faults.Add("priceCode", $"'{FieldRules.Short(code)}' is not a price of the offer '{detail.Code}'.",
                $"Use one of {string.Join(", ", Prices(detail))}.");
        }
        if (change.Limit is not null && change.LimitCode is null)
        {
            faults.Add("limitCode", "It is not said what is limited.", "Give 'limitCode' and 'limit'.");
        }
        if (change.LimitCode is { } limited
            && SubscriptionLimit.Read(change.Limit, limited, change.Offer ?? state.Offer, offers).Fault is { } fault)
        {
            faults.Add(fault.Field, fault.Message, fault.Cure);
        }
        if (change.Amount is < 0 or > 1_000_000_000m || (change.Amount is not null && change.PriceCode is null))
        {
            faults.Add("amount", "It is negative, too large, or without a price code.", "Give 'priceCode' and 'amount'.");
        }
        return faults;
    }

    private static IEnumerable<string> Prices(Offer offer) =>
        offer.Recurring.Select(price => price.Code).Concat(offer.OneTime.Select(price => price.Code));
}
