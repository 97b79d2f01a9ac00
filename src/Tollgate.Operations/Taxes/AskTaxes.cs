using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Tollgate.Billing;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Taxes;

/// <summary>
/// Asks the tax services of sellers for the drafts of a run and for single documents. Question and answer are
/// stored; the same question again takes the
/// stored
/// answer, so that a draft that is made anew gets the same taxes. A service that fails is not asked again in the run.
/// </summary>
internal sealed class AskTaxes
{
    private readonly Dictionary<SellerId, ITaxService> services;
    private readonly Dictionary<SellerId, string> down = [];

    private AskTaxes(Dictionary<SellerId, ITaxService> services) => this.services = services;

    internal static async Task<AskTaxes> LoadAsync(BookWork work, CancellationToken cancel) => new((await work.ReadAsync(
        "SELECT seller_id, endpoint, timeout_ms FROM tax_service WHERE tenant_id = @tenant",
        reader => (Seller: new SellerId(reader.GetInt64(0)),
            Service: TaxServices.Of(reader.GetString(1), TimeSpan.FromMilliseconds(reader.GetInt32(2)))), cancel))
        .Where(row => row.Service is not null).ToDictionary(row => row.Seller, row => row.Service!));

    /// <summary>Whether a seller's taxes come from a service.</summary>
    internal bool Has(SellerId seller) => services.ContainsKey(seller);

    /// <summary>A bill with its taxes, or why there are none.</summary>
    internal Task<(BillDraft? Draft, string Problem)> ApplyAsync(
        OperationContext context, BookWork work, BillingInput input, BillDraft draft, CancellationToken cancel) =>
        AskAsync(context, work, TaxSubject.Of(input), draft, answer => ExternalTaxes.Apply(input, draft, answer), cancel);

    /// <summary>A single document with its taxes; refusal <c>tax-service-down</c>: there is no usable answer.</summary>
    internal async Task<Outcome<BillDraft>> ApplyAsync(
        OperationContext context, BookWork work, TaxSubject subject, BillDraft draft, CancellationToken cancel)
    {
        var (taxed, problem) = await AskAsync(
            context, work, subject, draft, answer => ExternalTaxes.Apply(subject, draft, answer), cancel);
        return taxed is not null ? taxed : new Refusal("tax-service-down",
            $"The tax service gave no usable answer: {problem}. Nothing was made: mend it, then send the same request again.",
            Retry.Again);
    }

    private async Task<(BillDraft? Draft, string Problem)> AskAsync(
        OperationContext context, BookWork work, TaxSubject subject, BillDraft draft,
        Func<TaxAnswer, (BillDraft? Draft, string Problem)> apply, CancellationToken cancel)
    {
        var seller = subject.Seller;
        var request = TaxServices.Write(ExternalTaxes.Request(subject, draft));
        var hash = Convert.ToHexStringLower(SHA256.HashData(request));
        (string, object?)[] key =
        [
            ("customer", draft.Customer.Value), ("account", draft.Account.Value), ("hash", hash),
        ];
        var known = await work.ReadAsync(
            "SELECT answer FROM tax_exchange WHERE customer_id = @customer AND account_id = @account AND request_hash = @hash "
            + "AND tenant_id = @tenant", reader => reader.GetString(0), cancel, key);
        try
        {
            if (known.Count > 0)
            {
                return apply(TaxServices.Read(Encoding.UTF8.GetBytes(known[0])));
            }
            if (down.TryGetValue(seller, out var reason))
            {
                return (null, reason);
            }
            var answer = await services[seller].AskAsync(TaxServices.ReadRequest(request), cancel);
            var (taxed, problem) = apply(answer);
            if (taxed is not null)
            {
                await work.ExecuteAsync(
                    "INSERT INTO tax_exchange (customer_id, account_id, request_hash, tenant_id, request, answer, asked_at) "
                        + "VALUES "
                    + "(@customer, @account, @hash, @tenant, @request, @answer, @now)",
                    cancel, [.. key, ("request", Encoding.UTF8.GetString(request)),
                        ("answer", Encoding.UTF8.GetString(TaxServices.Write(answer))), ("now", context.Now)]);
            }
            return (taxed, problem);
        }
        catch (TaxServiceException problem)
        {
            down.TryAdd(seller, problem.Message);
            return (null, problem.Message);
        }
    }
}
