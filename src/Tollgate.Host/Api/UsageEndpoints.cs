using System.Collections.Immutable;
using NodaTime;
using Tollgate.Operations;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>Numbers of a list, in place of those before.</summary>
public sealed record NumberList
{
    /// <summary>E.164 digits; none: the list ends.</summary>
    public required ImmutableArray<string> Numbers { get; init; }

    /// <summary>For all subscriptions of the customer. Default: for this one.</summary>
    public bool ForCustomer { get; init; }
}

/// <summary><c>/api/v1/thresholds</c> and the lists of numbers of a subscription.</summary>
internal static class UsageEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/thresholds", async (HttpContext http, int? percent, int? limit, CancellationToken cancel) =>
            Results.Json(await ReadThresholds.RunAsync(
                http.Operation(), percent ?? 0, Answers.QueryLimit(limit), cancel)))
            .WithTags("Usage").WithSummary("Thresholds of allowances and counters that usage has passed, latest first")
            .WithDescription("percent: at least so much of the limit.").WithName("listThresholds")
            .Produces<ImmutableArray<PassedThreshold>>().Refuses();
        MapReport(api);
        api.MapPut("/subscriptions/{id}/numbers/{list}",
            (HttpContext http, string id, string list, NumberList numbers, [IdempotencyKey] string? idempotencyKey,
                CancellationToken cancel) =>
            Answers.WithIdAsync<SubscriptionId>(id, "subscription", async subscription => await Answers.ChangedAsync(http,
                await SetNumbers.RunAsync(
                    http.Operation(), subscription, list, numbers.Numbers.IsDefault ? [] : numbers.Numbers, numbers.ForCustomer,
                    idempotencyKey ?? "", cancel),
                found => ReadSubscriptions.OneAsync(http.Operation(), found, cancel))))
            .WithTags("Usage").WithSummary("Set a list of numbers that discounts look at")
            .WithDescription("Friends and family, a closed user group. Usage is judged by the list at its time.")
            .WithName("setNumbers").Produces<Subscription>().Refuses(404, 409, 413, 415, 422);
    }

    private static void MapReport(IEndpointRouteBuilder api)
    {
        api.MapGet("/usage/report", async (HttpContext http, string? by, string? from, string? to, string? account,
            CancellationToken cancel) =>
            await ReportAsync(
                http.Operation(), SplitOf(by), from, to, Answers.QueryId<AccountId>(account, "account"), cancel))
            .WithTags("Usage").WithSummary("Usage split by plan, type of tariff, service or offer")
            .WithDescription("As it is charged now; re-rated usage counts once. from and to: times, or dates in the zone of the "
                + "account, else of the first seller. charged: milliseconds, octets or events. amount: as priced; net: without "
                + "tax, by each account's taxes on the last day of the time.").WithName("reportUsage")
            .Produces<ImmutableArray<UsageReportLine>>().Refuses(404);
        api.MapGet("/charges", async (HttpContext http, string? attribute, string? from, string? to, string? account,
            string? after, int? limit, CancellationToken cancel) =>
            Answers.Ok(await FindCharges.RunAsync(http.Operation(), new ChargeFilter
            {
                Attribute = attribute?.Split('=', 2) is [{ Length: > 0 } name, var value]
                    ? new KeyValuePair<string, string>(name, value)
                    : throw new BadHttpRequestException("The parameter attribute is missing. Write it as imei=356938035643809."),
                Account = Answers.QueryId<AccountId>(account, "account"), From = Answers.QueryTime(from, "from"),
                To = Answers.QueryTime(to, "to"),
            }, after, Answers.QueryLimit(limit), cancel)))
            .WithTags("Charges").WithSummary("Charges that came from a device, SIM, port or line")
            .WithDescription("By an attribute of the record with its exact value, from a time on or of an account.")
            .WithName("findCharges").Produces<Page<UsageCharge>>().Refuses(404, 422);
    }

    private static async Task<IResult> ReportAsync(
        OperationContext context, UsageSplit by, string? from, string? to, AccountId? account, CancellationToken cancel)
    {
        var zone = await Zones.OfAsync(context, account, cancel);
        Instant Time(string? text, string name) => ApiJson.ReadDate(text ?? "") is { } date
            ? zone.AtStartOfDay(date).ToInstant()
            : Answers.QueryTime(text, name) ?? throw new BadHttpRequestException($"The parameter {name} is missing.");
        var (begin, end) = (Time(from, "from"), Time(to, "to"));
        return begin < end
            ? Answers.Ok(await ReadUsageReport.RunAsync(context, by, begin, end, account, cancel))
            : throw new BadHttpRequestException("The parameter to is not after from: nothing lies between.");
    }

    private static UsageSplit SplitOf(string? by) => by switch
    {
        null or "plan" => UsageSplit.Plan,
        "tariff" => UsageSplit.Tariff,
        "service" => UsageSplit.Service,
        "offer" => UsageSplit.Offer,
        _ => throw new BadHttpRequestException("The parameter by is plan, tariff, service or offer."),
    };
}
