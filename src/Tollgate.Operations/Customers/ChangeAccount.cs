using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>What to change; null leaves a field as it is. Currency, cycle day and zone stay: what was used and billed rests on
/// them.</summary>
public sealed record AccountChange
{
    public string? Language { get; init; }
    public string? TaxCountry { get; init; }
    public int? TermsDays { get; init; }
    public string? PaymentMethod { get; init; }
    public Money? CreditLimit { get; init; }
    public string? UsageDetail { get; init; }

    /// <summary>True: no credit limit any more. Default false.</summary>
    public bool RemoveCreditLimit { get; init; }
}

/// <summary>Changes a billing account. Refusals: <c>unknown-account</c>, <c>already-ended</c>, <c>invalid</c>,
/// <c>key-reused</c>.</summary>
public static class ChangeAccount
{
    public static Task<Outcome<Written<AccountId>>> RunAsync(
        OperationContext context, AccountId account, AccountChange change, string callerKey = "",
        CancellationToken cancel = default) =>
        WriteScope.RunAsync<AccountId>(context, "account.change", callerKey,
            new Fingerprint().Add("account", account).Add("change", change), async scope =>
        {
            var row = await Find.AccountAsync(scope, account, cancel);
            if (row is null)
            {
                return Refusals.Unknown("account", account);
            }
            if (row.EndedOn is { } ended)
            {
                return Refusals.AlreadyEnded("account", account, ended);
            }
            var changed = Apply(row, change);
            var faults = new Faults();
            changed.Check(faults);
            if (faults.Refusal is { } refusal)
            {
                return refusal;
            }
            (row.Language, row.TaxCountry) = (changed.Language, changed.TaxCountry);
            (row.TermsDays, row.PaymentMethod) = (changed.TermsDays, changed.PaymentMethod);
            row.UsageDetail = changed.UsageDetail;
            row.CreditLimitMinor = changed.CreditLimit?.ToMinor();
            return account;
        }, cancel);

    private static NewAccount Apply(BillingAccountRow row, AccountChange change)
    {
        var limit = row.CreditLimitMinor is { } minor ? Money.FromMinor(minor, Units.Get(row.Currency)) : (Money?)null;
        return new NewAccount
        {
            Currency = row.Currency, CycleDay = row.CycleDay, TimeZone = row.TimeZone, Language = change.Language ?? row.Language,
            TaxCountry = change.TaxCountry ?? row.TaxCountry, TermsDays = change.TermsDays ?? row.TermsDays,
            PaymentMethod = change.PaymentMethod ?? row.PaymentMethod, UsageDetail = change.UsageDetail ?? row.UsageDetail,
            CreditLimit = change.RemoveCreditLimit ? null : change.CreditLimit ?? limit,
        };
    }
}
