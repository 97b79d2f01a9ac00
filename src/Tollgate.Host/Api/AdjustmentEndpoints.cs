using NodaTime;
using Tollgate.Ledger;
using Tollgate.Operations;
using Tollgate.Operations.Adjustments;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>A line for the next bill of an account.</summary>
public sealed record LineBody
{
    /// <summary>As printed.</summary>
    public required string Text { get; init; }

    /// <summary>In the account's currency, as priced; negative: a credit in this tax category.</summary>
    public required decimal Amount { get; init; }

    /// <summary>Tax category of the catalogue in force.</summary>
    public required string Tax { get; init; }

    /// <summary>The amount contains tax.</summary>
    public bool TaxIncluded { get; init; }

    /// <summary><c>charge</c> (default), <c>late-fee</c> or <c>interest</c>.</summary>
    public string Kind { get; init; } = "charge";

    /// <summary>Its day and tax date: billed with the first bill on or after it. Default: today.</summary>
    public LocalDate? On { get; init; }

    /// <summary>Ledger account. Default: the chart's for other revenue.</summary>
    public string RevenueAccount { get; init; } = "";

    /// <summary>Why, for whoever reads the history.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>Money given to an account, that its bills set off.</summary>
public sealed record GivenCreditBody
{
    /// <summary>As printed.</summary>
    public required string Text { get; init; }

    /// <summary>Above 0, in the account's currency.</summary>
    public required decimal Amount { get; init; }

    /// <summary>True: it lowers what is taxed; false: what is left to pay. Default: the policy.</summary>
    public bool? BeforeTax { get; init; }

    /// <summary>Why, for whoever reads the history.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>Money left as security.</summary>
public sealed record DepositBody
{
    /// <summary>Above 0, in the account's currency.</summary>
    public required decimal Amount { get; init; }

    /// <summary><c>transfer</c> (default), <c>direct-debit</c>, <c>card</c> or <c>cash</c>.</summary>
    public string Channel { get; init; } = "transfer";

    /// <summary>As printed when it is set off.</summary>
    public string Text { get; init; } = "Deposit";

    /// <summary>Value date, not ahead. Default: today in the account's zone.</summary>
    public LocalDate? ReceivedOn { get; init; }
}

/// <summary>A deposit that is paid back.</summary>
public sealed record DepositReturnBody
{
    /// <summary>Default: all that is left.</summary>
    public decimal? Amount { get; init; }

    /// <summary>How it goes out: <c>transfer</c> (default), <c>direct-debit</c>, <c>card</c> or <c>cash</c>.</summary>
    public string Channel { get; init; } = "transfer";

    /// <summary>Value date, not ahead. Default: today in the account's zone.</summary>
    public LocalDate? On { get; init; }
}

/// <summary><c>/api/v1/accounts/{id}/lines</c>, <c>/credits</c>, <c>/deposits</c>, <c>/api/v1/adjustments</c> and
/// <c>/api/v1/deposits</c>.</summary>
internal static class AdjustmentEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        var accounts = api.MapGroup("/accounts").WithTags("Adjustments");
        accounts.MapGet("/{id}/adjustments", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(id, "account", async account =>
                BillRunEndpoints.OfPath(await ReadAdjustments.ListAsync(http.Operation(), account, cancel))))
            .WithSummary("Lines, credits and deposits given to an account by hand, and what became of them")
            .WithName("listAdjustments").Produces<IReadOnlyList<AdjustmentView>>().Refuses(404);
        accounts.MapPost("/{id}/lines", (HttpContext http, string id, LineBody body, [IdempotencyKey] string idempotencyKey,
                CancellationToken cancel) =>
            GivenAsync(http, id, async account => await AdjustAccount.ChargeAsync(
                http.Operation(), new NewGivenLine(
                    account, body.Text, body.Amount, body.Tax, body.TaxIncluded, body.Kind, body.On, body.RevenueAccount,
                    body.Reason),
                await CatalogueVersions.InForceAsync(http.Operation(), cancel), idempotencyKey, cancel), cancel))
            .WithSummary("Put a line on the next bill").WithName("addLine").Produces<AdjustmentView>(201)
            .Refuses(404, 409, 413, 415, 422);
        accounts.MapPost("/{id}/credits", (HttpContext http, string id, GivenCreditBody body,
                [IdempotencyKey] string idempotencyKey, CancellationToken cancel) =>
            GivenAsync(http, id, account => AdjustAccount.CreditAsync(
                http.Operation(), new NewCredit(account, body.Text, body.Amount, body.BeforeTax, body.Reason), idempotencyKey,
                cancel), cancel))
            .WithSummary("Give an account a credit that its next bills set off").WithName("addCredit")
            .Produces<AdjustmentView>(201).Refuses(404, 409, 413, 415, 422);
        accounts.MapPost("/{id}/deposits", (HttpContext http, string id, DepositBody body,
                [IdempotencyKey] string idempotencyKey, CancellationToken cancel) =>
            GivenAsync(http, id, account => TakeAsync(http.Operation(), account, body, idempotencyKey, cancel), cancel))
            .WithSummary("Take a deposit").WithDescription("A liability, until the final bill sets it off or it is paid back.")
            .WithName("takeDeposit").Produces<AdjustmentView>(201).Refuses(404, 409, 413, 415, 422);
        MapGiven(api);
    }

    private static void MapGiven(IEndpointRouteBuilder api)
    {
        var adjustments = api.MapGroup("/adjustments").WithTags("Adjustments");
        adjustments.MapGet("/{id}", async (HttpContext http, string id, CancellationToken cancel) =>
            Answers.Ok(await ReadAdjustments.OneAsync(http.Operation(), id, cancel)))
            .WithSummary("Read a line, credit or deposit").WithName("readAdjustment").Produces<AdjustmentView>().Refuses(404);
        adjustments.MapPost("/{id}/withdraw", async (HttpContext http, string id, CancellationToken cancel) =>
            await AfterAsync(http, await AdjustAccount.WithdrawAsync(http.Operation(), id, cancel), id, cancel))
            .WithSummary("Take back a line, or what is left of a credit")
            .WithDescription("What was billed of a line comes back with the next bill.").WithName("withdrawAdjustment")
            .Produces<AdjustmentView>().Refuses(404, 409);
        var deposits = api.MapGroup("/deposits").WithTags("Adjustments");
        deposits.MapPost("/{id}/release", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<CreditId>(id, "deposit", async deposit =>
                await AfterAsync(http, await Deposits.ReleaseAsync(http.Operation(), deposit, cancel), id, cancel)))
            .WithSummary("Let the next bill set a deposit off, before the account ends").WithName("releaseDeposit")
            .Produces<AdjustmentView>().Refuses(404);
        deposits.MapPost("/{id}/return", (HttpContext http, string id, DepositReturnBody body,
                [IdempotencyKey] string idempotencyKey, CancellationToken cancel) =>
            Answers.WithIdAsync<CreditId>(id, "deposit", async deposit => PaymentChannels.Parse(body.Channel) is { } channel
                ? await AfterAsync(http, await Deposits.ReturnAsync(http.Operation(), new DepositReturn(
                    deposit, body.Amount, channel, body.On, idempotencyKey), cancel), id, cancel)
                : ApiProblem.Of(NoChannel(body.Channel)).Result()))
            .WithSummary("Pay a deposit, or a part of it, back").WithName("returnDeposit").Produces<AdjustmentView>()
            .Refuses(404, 409, 413, 415, 422);
    }

    private static async Task<Outcome<Operations.Customers.Written<CreditId>>> TakeAsync(
        OperationContext context, AccountId account, DepositBody body, string key, CancellationToken cancel)
    {
        if (PaymentChannels.Parse(body.Channel) is not { } channel)
        {
            return NoChannel(body.Channel);
        }
        var known = await Operations.Customers.ReadAccounts.OneAsync(context, account, cancel);
        return known.Refusal is { } refusal ? refusal : await Deposits.TakeAsync(
            context, new NewDeposit(
                account, new Money(body.Amount, Units.Get(known.Value!.Currency)), channel,
                body.ReceivedOn ?? context.Now.InZone(DateTimeZoneProviders.Tzdb[known.Value.TimeZone]).Date, body.Text, key),
            cancel);
    }

    internal static Refusal NoChannel(string text) => new("invalid",
        $"'{Operations.Customers.FieldRules.Short(text)}' is no channel. Write transfer, direct-debit, card or cash.",
        Field: "channel");

    /// <summary>201 with what was given; the account stands in the path.</summary>
    private static Task<IResult> GivenAsync<TId>(
        HttpContext http, string id, Func<AccountId, Task<Outcome<Operations.Customers.Written<TId>>>> give,
        CancellationToken cancel) where TId : struct, IId<TId> =>
        Answers.WithIdAsync<AccountId>(id, "account", async account =>
        {
            var given = await give(account);
            return given.Refusal is { Code: "unknown-account" } unknown
                ? ApiProblem.Of(unknown with { Field = "" }).Result()
                : await Answers.CreatedAsync(http, given, "adjustments",
                    made => ReadAdjustments.OneAsync(http.Operation(), made.ToString()!, cancel));
        });

    /// <summary>200 with the thing as it is after what was done to it.</summary>
    private static async Task<IResult> AfterAsync<T>(
        HttpContext http, Outcome<T> done, string id, CancellationToken cancel) => done.Refusal is { } refusal
        ? ApiProblem.Of(refusal).Result()
        : Answers.Ok(await ReadAdjustments.OneAsync(http.Operation(), id, cancel));
}
