using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NodaTime.Text;
using Tollgate.Operations.Adjustments;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Scenarios.Acts;
using Tollgate.Operations.Usage;

namespace Tollgate.Operations.Scenarios.Facts;

/// <summary>What was given to accounts by hand, and what steps with usage came to, in the words of the scenario.</summary>
internal sealed class GivenFacts(Stage stage)
{
    /// <summary>Lines, credits and deposits, in the order of giving.</summary>
    internal async Task<JsonArray> AdjustmentsAsync(CancellationToken cancel)
    {
        var facts = new JsonArray();
        foreach (var (account, id) in stage.Accounts)
        {
            foreach (var one in (await ReadAdjustments.ListAsync(stage.Context, id, cancel)).Value!)
            {
                var digits = one.Amount.Currency.MinorDigits;
                facts.Add(new JsonObject
                {
                    ["adjustment"] = stage.Adjustments.FirstOrDefault(pair => pair.Value == one.Id).Key ?? one.Id,
                    ["account"] = account,
                    ["kind"] = one.Kind,
                    ["text"] = one.Text,
                    ["on"] = LocalDatePattern.Iso.Format(one.On),
                    ["amount"] = FactReader.Plain(one.Amount.Amount, digits),
                    ["left"] = one.Left is { } left ? FactReader.Plain(left.Amount, digits) : "",
                    ["state"] = one.State,
                    ["tax"] = one.Tax,
                });
            }
        }
        return facts;
    }

    /// <summary>Discounts given by hand and by coupons, in the order of giving.</summary>
    internal async Task<JsonArray> DiscountsAsync(CancellationToken cancel)
    {
        var facts = new JsonArray();
        foreach (var (account, id) in stage.Accounts)
        {
            foreach (var one in (await ReadDiscounts.ListAsync(stage.Context, id, cancel)).Value!)
            {
                facts.Add(new JsonObject
                {
                    ["discount"] = stage.Discounts.FirstOrDefault(pair => pair.Value == one.Id).Key ?? one.Id.ToString(),
                    ["account"] = account,
                    ["subscription"] = one.Subscription is { } whose ? stage.SubscriptionKey(whose.Value) : "",
                    ["code"] = one.Discount ?? "",
                    ["coupon"] = one.Coupon ?? "",
                    ["percent"] = one.Percent is { } percent ? FactReader.Plain(percent) : "",
                    ["amount"] = one.Amount is { } amount ? FactReader.Plain(amount) : "",
                    ["from"] = LocalDatePattern.Iso.Format(one.From),
                    ["to"] = one.To is { } to ? LocalDatePattern.Iso.Format(to) : "",
                });
            }
        }
        return facts;
    }

    internal static JsonObject Of(UsageCounts usage) => new()
    {
        ["read"] = usage.Counts.Read,
        ["rated"] = usage.Counts.Rated,
        ["held"] = usage.Counts.Held,
        ["duplicate"] = usage.Counts.Duplicates,
        ["ignored"] = usage.Counts.Ignored,
        ["reasons"] = new JsonObject(usage.Reasons.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
    };

    internal static JsonArray Of(ImmutableArray<RerateSum> sums) =>
    [
        .. sums.Select(sum => new JsonObject
        {
            ["currency"] = sum.Old.Currency.Code,
            ["changed"] = sum.Changed,
            ["old"] = FactReader.Plain(sum.Old.Amount, sum.Old.Currency.MinorDigits),
            ["new"] = FactReader.Plain(sum.New.Amount, sum.Old.Currency.MinorDigits),
            ["difference"] = FactReader.Plain(sum.Difference.Amount, sum.Old.Currency.MinorDigits),
        }),
    ];
}
