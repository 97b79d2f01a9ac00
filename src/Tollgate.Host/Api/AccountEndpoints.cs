using System.Collections.Immutable;
using NodaTime;
using NodaTime.Text;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>Another bill cycle.</summary>
public sealed record CycleBody
{
    /// <summary>Day of the month, <c>2 weeks from 2026-01-05</c>, <c>year from 2026-04-01</c> or <c>dates 01-15
    /// 07-15</c>.</summary>
    public required string Cycle { get; init; }

    /// <summary>First day of the new cycle, not before what is billed. Default: as the present period ends.</summary>
    public LocalDate? On { get; init; }
}

/// <summary><c>/api/v1/accounts</c></summary>
internal static class AccountEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/accounts").WithTags("Accounts");
        group.MapPost("",
            async (HttpContext http, NewAccount account, [IdempotencyKey] string idempotencyKey, CancellationToken cancel) =>
            await Answers.CreatedAsync(
                http, await CreateAccount.RunAsync(http.Operation(), account, idempotencyKey, cancel), "accounts",
                id => ReadAccounts.OneAsync(http.Operation(), id, cancel)))
            .WithSummary("Create a billing account").WithName("createAccount").Produces<Account>(201).Refuses(409, 413, 415, 422);
        group.MapGet("", async (HttpContext http, string? customer, string? externalKey, string? name, int? cycleDay,
            string? phase, string? seller, string? reseller, string? after, int? limit, CancellationToken cancel) =>
            Results.Json(await ReadAccounts.ListAsync(http.Operation(), new AccountFilter
            {
                Customer = Answers.QueryId<CustomerId>(customer, "customer"), ExternalKey = externalKey, Name = name,
                CycleDay = cycleDay, Phase = Answers.QueryWord(phase, "phase", "active", "ended"),
                Seller = Answers.QueryId<SellerId>(seller, "seller"),
                Reseller = Answers.QueryId<CustomerId>(reseller, "reseller"),
            }, after, Answers.QueryLimit(limit), cancel)))
            .WithSummary("List billing accounts")
            .WithDescription("In the order of ids. name: a part of the customer's name; cycleDay 0: cycles that are not monthly; "
                + "reseller: the customer that theirs belongs to.").WithName("listAccounts").Produces<Page<Account>>().Refuses();
        group.MapGet("/{id}", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(id, "account", async account =>
                Answers.Ok(await ReadAccounts.OneAsync(http.Operation(), account, cancel))))
            .WithSummary("Read a billing account").WithName("readAccount").Produces<Account>().Refuses(404);
        group.MapPatch("/{id}", (HttpContext http, string id, AccountChange change, [IdempotencyKey] string? idempotencyKey,
                CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(id, "account", async account => await Answers.ChangedAsync(http,
                await ChangeAccount.RunAsync(http.Operation(), account, change, idempotencyKey ?? "", cancel),
                found => ReadAccounts.OneAsync(http.Operation(), found, cancel))))
            .WithSummary("Change a billing account").WithDescription("A field that is absent or null stays as it is.")
            .WithName("changeAccount").Produces<Account>().Refuses(404, 409, 413, 415, 422);
        group.MapPost("/{id}/end", (HttpContext http, string id, EndRequest? end, [IdempotencyKey] string? idempotencyKey,
                CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(id, "account", async account => await Answers.ChangedAsync(http,
                await EndAccount.RunAsync(http.Operation(), account, end?.At, idempotencyKey ?? "", cancel),
                found => ReadAccounts.OneAsync(http.Operation(), found, cancel))))
            .WithSummary("End a billing account").WithDescription("Its subscriptions and identities end with it.")
            .WithName("endAccount").Produces<Account>().Refuses(404, 409, 415);
        group.MapPost("/{id}/cycle", (HttpContext http, string id, CycleBody body, [IdempotencyKey] string? idempotencyKey,
                CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(id, "account", async account => await Answers.ChangedAsync(http,
                await MoveCycle.RunAsync(http.Operation(), account, body.Cycle, body.On, idempotencyKey ?? "", cancel),
                found => ReadAccounts.OneAsync(http.Operation(), found, cancel))))
            .WithSummary("Move an account to another bill cycle")
            .WithDescription("The period in between is charged in parts.").WithName("moveCycle").Produces<Account>()
            .Refuses(404, 409, 413, 415, 422);
        MapReadings(group);
    }

    private static void MapReadings(RouteGroupBuilder group)
    {
        group.MapGet("/{id}/pockets", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(id, "account", async account =>
                Answers.Ok(await ReadAccounts.PocketsAsync(http.Operation(), account, cancel))))
            .WithSummary("Money and allowances of an account")
            .WithName("listPockets").Produces<ImmutableArray<Pocket>>().Refuses(404);
        group.MapGet("/{id}/charges", (HttpContext http, string id, string? from, string? to, string? after, int? limit,
                CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(
                id, "account", async account => Answers.Ok(await FindCharges.RunAsync(http.Operation(), new ChargeFilter
                {
                    Account = account, From = Answers.QueryTime(from, "from"), To = Answers.QueryTime(to, "to"),
                }, after, Answers.QueryLimit(limit), cancel))))
            .WithSummary("Charged usage of an account").WithDescription(
                "Events in [from, to), oldest first, as they are charged now.")
            .WithName("listCharges").Produces<Page<UsageCharge>>().Refuses(404, 422);
        group.MapGet("/{id}/preview", (HttpContext http, string id, string? date, string[]? with,
                bool? progressive, CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(id, "account", async account =>
                Answers.Ok(await PreviewAsync(http.Operation(), account, date, with ?? [], progressive ?? false, cancel))))
            .WithSummary("The next bill of an account, also with changes that are only considered")
            .WithDescription(
                $"Computed like a real bill; nothing is written. `with` may be repeated: {PlannedChangeTexts.Forms}. "
                + "`progressive`: the bill of the usage so far, which a progressive run would make.")
            .WithName("previewBill").Produces<BillPreview>().Refuses(404, 409, 422);
        group.MapGet("/{id}/unbilled", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(id, "account", async account =>
                Answers.Ok(await ReadUsage.UnbilledAsync(http.Operation(), account, cancel))))
            .WithSummary("Totals of usage that no bill has claimed yet").WithName("listUnbilled")
            .Produces<ImmutableArray<UnbilledUsage>>().Refuses(404);
    }

    private static async Task<Outcome<BillPreview>> PreviewAsync(
        OperationContext context, AccountId account, string? date, string[] with, bool progressive,
        CancellationToken cancel)
    {
        var changes = new List<PlannedChange>();
        foreach (var text in with)
        {
            var change = await PlannedChangeTexts.ReadAsync(context, text, cancel);
            if (change.Refusal is { } refusal)
            {
                return refusal;
            }
            changes.Add(change.Value!);
        }
        var day = date is null ? null : ApiJson.ReadDate(date);
        if (date is not null && day is null)
        {
            return new Refusal(
                "invalid", $"'{date}' is not a date of the years {ApiJson.Years}. Write it as 2026-11-30.", Field: "date");
        }
        var request = new PreviewRequest(account)
        {
            Date = day, Changes = [.. changes], Progressive = progressive,
        };
        return await PreviewBill.RunAsync(context, await CatalogueVersions.LoadAsync(context, cancel), request, cancel);
    }
}
