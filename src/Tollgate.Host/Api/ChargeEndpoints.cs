using Microsoft.AspNetCore.Mvc;
using NodaTime;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>One event to be tried, as the query of <c>/api/v1/try</c> gives it.</summary>
internal sealed record TryQuery(
    [FromQuery(Name = "account")] string? Account, [FromQuery(Name = "subscription")] string? Subscription,
    [FromQuery(Name = "offer")] string? Offer, [FromQuery(Name = "number")] string? Number,
    [FromQuery(Name = "service")] string? Service, [FromQuery(Name = "from")] string? Origin,
    [FromQuery(Name = "to")] string? Destination, [FromQuery(Name = "durationMs")] long? DurationMs,
    [FromQuery(Name = "octetsUp")] long? OctetsUp, [FromQuery(Name = "octetsDown")] long? OctetsDown,
    [FromQuery(Name = "events")] int? Events, [FromQuery(Name = "at")] string? At,
    [FromQuery(Name = "attribute")] string[]? Attributes,
    [FromQuery(Name = "catalogVersion")] int? CatalogVersion);

/// <summary><c>/api/v1/charges</c>, the charges of a bill's line, and <c>/api/v1/try</c>.</summary>
internal static class ChargeEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/charges/{id}/explanation", (HttpContext http, string id, CancellationToken cancel) =>
            ExplainAsync(http, id, cancel))
            .WithTags("Charges").WithSummary("How a charge came about")
            .WithDescription("Rates it once more over the stored inputs and says where that differs from what is stored.")
            .WithName("explainCharge").Produces<ChargeExplanation>().Refuses(404);
        api.MapGet("/documents/{id}/lines/{line}/charges",
            (HttpContext http, string id, int line, string? after, int? limit, CancellationToken cancel) =>
            Answers.WithIdAsync<DocumentId>(id, "document", async document =>
                Answers.Ok(await FindCharges.RunAsync(
                    http.Operation(), new ChargeFilter { Line = (document, line) }, after, Answers.QueryLimit(limit), cancel))))
            .WithTags("Charges").WithSummary("What a usage line of a bill bills").WithName("listLineCharges")
            .Produces<Page<UsageCharge>>().Refuses(404, 422);
        api.MapGet("/try", async (HttpContext http, [AsParameters] TryQuery query, CancellationToken cancel) =>
            {
                var context = http.Operation();
                var timeline = await CatalogueVersions.LoadAsync(context, cancel);
                return Answers.Ok(await TryUsage.RunAsync(context, timeline, Request(query), cancel));
            })
            .WithTags("Charges").WithSummary("What an event would cost")
            .WithDescription(
                "Give account, subscription or offer; from and to: the numbers, as dialled; attribute: NAME=VALUE, any number "
                + "of times. "
                + "Charged in memory against the real pockets; nothing is changed.")
            .WithName("tryUsage").Produces<TryResult>().Refuses(404, 422);
    }

    private static async Task<IResult> ExplainAsync(HttpContext http, string text, CancellationToken cancel)
    {
        if (!ChargeId.TryParse(text, out var id))
        {
            return ApiProblem.Of(StatusCodes.Status404NotFound, "unknown-charge",
                $"'{FieldRules.Short(text)}' is not the id of a charge. See the charges of an account.").Result();
        }
        var context = http.Operation();
        return Answers.Ok(await ExplainCharge.RunAsync(context, await CatalogueVersions.LoadAsync(context, cancel), id, cancel));
    }

    private static TryRequest Request(TryQuery query) => new()
    {
        Account = Answers.QueryId<AccountId>(query.Account, "account"),
        Subscription = Answers.QueryId<SubscriptionId>(query.Subscription, "subscription"),
        Offer = query.Offer ?? "",
        Number = query.Number ?? "",
        Service = Service(query.Service),
        Origin = query.Origin ?? "",
        Destination = query.Destination ?? "",
        DurationMs = query.DurationMs ?? 0,
        OctetsUp = query.OctetsUp ?? 0,
        OctetsDown = query.OctetsDown ?? 0,
        Events = query.Events ?? 1,
        Attributes = AttributesOf(query.Attributes ?? []),
        At = Answers.QueryTime(query.At, "at"),
        CatalogVersion = query.CatalogVersion,
    };

    private static UsageAttributes AttributesOf(string[] written)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in written)
        {
            if (text.Split('=', 2) is not [{ Length: > 0 } name, var value] || !pairs.TryAdd(name, value))
            {
                throw new BadHttpRequestException(
                    $"The parameter attribute '{FieldRules.Short(text)}' is not NAME=VALUE, or its name is given twice.");
            }
        }
        return UsageAttributes.Of(pairs);
    }

    private static ServiceKind Service(string? text) =>
        text is null ? ServiceKind.Voice
        : Enum.TryParse<ServiceKind>(text, ignoreCase: true, out var service) && Enum.IsDefined(service) ? service
        : throw new BadHttpRequestException("The parameter service is not one of voice, sms, mms, data, content.");
}
