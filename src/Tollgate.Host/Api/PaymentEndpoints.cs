using NodaTime;
using Tollgate.Ledger;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>Money that came in.</summary>
public sealed record PaymentBody
{
    /// <summary>Above 0, in the account's currency.</summary>
    public required decimal Amount { get; init; }

    /// <summary><c>transfer</c> (default), <c>direct-debit</c>, <c>card</c> or <c>cash</c>.</summary>
    public string Channel { get; init; } = "transfer";

    /// <summary>Value date, not ahead. Default: today in the account's zone.</summary>
    public LocalDate? ReceivedOn { get; init; }

    /// <summary>What the payer wrote.</summary>
    public string Reference { get; init; } = "";

    /// <summary>The issued document that it pays first. Default: the oldest debts first.</summary>
    public DocumentId? Document { get; init; }
}

/// <summary><c>/api/v1/accounts/{id}/payments</c></summary>
internal static class PaymentEndpoints
{
    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/accounts/{id}/payments", (HttpContext http, string id, PaymentBody body,
                [IdempotencyKey] string idempotencyKey, CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(id, "account", async account =>
            {
                var paid = await RecordAsync(http.Operation(), account, body, idempotencyKey, cancel);
                Answers.MarkReplay(http, paid.Value is { Replayed: true });
                return BillRunEndpoints.OfPath(paid);
            }))
            .WithTags("Payments").WithSummary("Record a payment")
            .WithDescription("It pays the document that it is meant for, then the oldest debts; what is left is a credit that "
                + "pays the next bills.")
            .WithName("recordPayment").Produces<PaymentResult>().Refuses(404, 409, 413, 415, 422);

    private static async Task<Outcome<PaymentResult>> RecordAsync(
        OperationContext context, AccountId account, PaymentBody body, string key, CancellationToken cancel)
    {
        if (PaymentChannels.Parse(body.Channel) is not { } channel)
        {
            return AdjustmentEndpoints.NoChannel(body.Channel);
        }
        var known = await ReadAccounts.OneAsync(context, account, cancel);
        return known.Refusal is { } refusal ? refusal : await RecordPayment.RunAsync(
            context, new PaymentRequest(
                account, new Money(body.Amount, Units.Get(known.Value!.Currency)), channel,
                body.ReceivedOn ?? context.Now.InZone(DateTimeZoneProviders.Tzdb[known.Value.TimeZone]).Date, key, body.Reference,
                body.Document), cancel);
    }
}
