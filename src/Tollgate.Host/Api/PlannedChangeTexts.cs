using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>Changes to consider in a preview, as one word each.</summary>
internal static class PlannedChangeTexts
{
    internal const string Forms = "quantity:SUBSCRIPTION:UNITS, plan:SUBSCRIPTION:OFFER, end:SUBSCRIPTION, suspend:SUBSCRIPTION, "
        + "resume:SUBSCRIPTION, add:OFFER or add:OFFER:UNITS, each with @TIME where it is not meant from now on";

    /// <summary>Reads one; subscriptions by id or by the operator's own key.</summary>
    internal static async Task<Outcome<PlannedChange>> ReadAsync(OperationContext context, string text, CancellationToken cancel)
    {
        var at = text.LastIndexOf('@');
        Instant? time = null;
        if (at >= 0)
        {
            time = ApiJson.ReadDate(text[(at + 1)..]) is { } date
                ? date.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant() : ApiJson.ReadTime(text[(at + 1)..]);
            if (time is null)
            {
                return Unreadable(text);
            }
        }
        var words = (at >= 0 ? text[..at] : text).Split(':');
        if (words is ["add", _] or ["add", _, _])
        {
            return Units(words, 2) is { } units ? new PlannedChange.Add(words[1], units, null, time) : Unreadable(text);
        }
        if (words.Length < 2)
        {
            return Unreadable(text);
        }
        var found = await SubscriptionAsync(context, words[1], cancel);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }
        return words switch
        {
            ["quantity", _, _] when Units(words, 2) is { } units => new PlannedChange.Quantity(found.Value, units, time),
            ["plan", _, { Length: > 0 } offer] => new PlannedChange.Plan(found.Value, offer, time),
            ["end", _] => new PlannedChange.End(found.Value, time),
            ["suspend", _] => new PlannedChange.Suspend(found.Value, time),
            ["resume", _] => new PlannedChange.Resume(found.Value, time),
            _ => Unreadable(text),
        };
    }

    private static int? Units(string[] words, int at) => words.Length <= at ? 1
        : int.TryParse(words[at], NumberStyles.None, CultureInfo.InvariantCulture, out var units) ? units : null;

    private static Refusal Unreadable(string text) =>
        new("invalid", $"'{text}' is not a change to consider. Write {Forms}.", Field: "with");

    private static async Task<Outcome<SubscriptionId>> SubscriptionAsync(
        OperationContext context, string text, CancellationToken cancel)
    {
        if (Id.TryParse<SubscriptionId>(text, out var id) && text.StartsWith("sub_", StringComparison.Ordinal))
        {
            return id;
        }
        return (await ReadSubscriptions.ListAsync(context, externalKey: text, cancel: cancel)).Items is [var found]
            ? found.Id
            : new Refusal("unknown-subscription", $"There is no subscription '{text}'. Give its id or your own key.",
                Field: "with");
    }
}
