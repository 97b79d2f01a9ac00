using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Operations.Taxes;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>What to change; null leaves a field as it is. Currency, cycle day and zone stay: what was used and billed rests on
/// them.</summary>
public sealed record AccountChange
{
    public string? Language { get; init; }

    /// <summary>Country whose taxes apply from <see cref="TaxCountryFrom"/> on. Region and locality end with the country
    /// left.</summary>
    public string? TaxCountry { get; init; }

    /// <summary>First tax date of the new country; may lie in the past: what is billed since is corrected with the next bill.
    /// Default: today in the account's zone; what was supplied before keeps the taxes of its time.</summary>
    public LocalDate? TaxCountryFrom { get; init; }

    public int? TermsDays { get; init; }
    public string? PaymentMethod { get; init; }

    /// <summary>The bank account that is debited; empty: the customer's.</summary>
    public string? Iban { get; init; }

    /// <summary>Reference of the direct-debit mandate; empty: it is withdrawn, and bills ask for a transfer.</summary>
    public string? Mandate { get; init; }

    /// <summary>When the mandate was signed. Default: today, with another mandate.</summary>
    public LocalDate? MandateOn { get; init; }
    public Money? CreditLimit { get; init; }

    /// <summary><c>charge</c> or <c>hold</c>: usage in files beyond the limit.</summary>
    public string? BeyondCredit { get; init; }
    public string? UsageDetail { get; init; }

    /// <summary>Usage of this much is billed before its period is over (<c>bill run --progressive</c>), as priced; 0: no
    /// longer.</summary>
    public Money? BillThreshold { get; init; }

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
            var changed = Apply(row, change, scope.Now);
            var faults = new Faults();
            changed.Check(faults);
            DirectDebits.CheckDay(faults, changed, scope.Now);
            if (change.BillThreshold is { } threshold
                && (threshold.Currency.Code != row.Currency || threshold.Amount is < 0 or > 1_000_000_000m))
            {
                faults.Add("billThreshold", $"{threshold} is not possible.",
                    $"Give an amount in {row.Currency}, from 0 to 10^9; 0 for none.");
            }
            if (faults.Refusal is { } refusal)
            {
                return refusal;
            }
            if (change.TaxCountry is { } country)
            {
                await TaxedInAsync(scope, row, country, change.TaxCountryFrom, cancel);
            }
            row.BillThresholdMinor = change.BillThreshold switch
            {
                null => row.BillThresholdMinor,
                { Amount: 0 } => null,
                { } amount => amount.RoundToMinor(RoundingMode.HalfUp).ToMinor(),
            };
            row.Language = changed.Language;
            (row.TermsDays, row.PaymentMethod) = (changed.TermsDays, changed.PaymentMethod);
            (row.Iban, row.Mandate, row.MandateOn) = (changed.Iban, changed.Mandate, changed.MandateOn);
            var party = await scope.Db.Set<PartyRow>().SingleOrDefaultAsync(one => one.CustomerId == row.CustomerId, cancel);
            await DirectDebits.TellAsync(scope, row, party?.Iban ?? "", cancel);
            row.UsageDetail = changed.UsageDetail;
            row.CreditLimitMinor = changed.CreditLimit?.ToMinor();
            row.BeyondCredit = changed.BeyondCredit;
            return account;
        }, cancel);

    /// <summary>The day of the mandate: as given; of another mandate today; none without one.</summary>
    private static LocalDate? SignedOn(BillingAccountRow row, AccountChange change, Instant now) =>
        change.MandateOn ?? (change.Mandate is { } mandate && mandate != row.Mandate
            ? mandate.Length > 0 ? now.InZone(DateTimeZoneProviders.Tzdb[row.TimeZone]).Date : null
            : row.MandateOn);

    /// <summary>What the account was for tax until then stays; <see cref="ChangeTaxProfile"/> sets more than the
    /// country.</summary>
    private static async Task TaxedInAsync(
        WriteScope scope, BillingAccountRow row, string country, LocalDate? from, CancellationToken cancel)
    {
        object Day(LocalDate day) => scope.Context.Database.DateValue(day);
        var today = scope.Now.InZone(DateTimeZoneProviders.Tzdb[row.TimeZone]).Date;
        (string, object?)[] who = [("customer", row.CustomerId), ("account", row.AccountId)];
        await scope.ExecuteAsync(TaxStandings.Keep, cancel, who[0], ("first", Day(TaxStandings.Always)));
        await scope.ExecuteAsync(TaxStandings.Country, cancel, [.. who, ("from", Day(from ?? today)), ("country", country)]);
        await scope.ExecuteAsync(TaxStandings.Today, cancel, [.. who, ("today", Day(today))]);
    }

    private static NewAccount Apply(BillingAccountRow row, AccountChange change, Instant now)
    {
        var limit = row.CreditLimitMinor is { } minor ? Money.FromMinor(minor, Units.Get(row.Currency)) : (Money?)null;
        return new NewAccount
        {
            Currency = row.Currency, CycleDay = row.CycleDay, TimeZone = row.TimeZone, Language = change.Language ?? row.Language,
            TaxCountry = change.TaxCountry ?? row.TaxCountry, TermsDays = change.TermsDays ?? row.TermsDays,
            PaymentMethod = change.PaymentMethod ?? row.PaymentMethod, UsageDetail = change.UsageDetail ?? row.UsageDetail,
            CreditLimit = change.RemoveCreditLimit ? null : change.CreditLimit ?? limit,
            BeyondCredit = change.BeyondCredit ?? row.BeyondCredit,
            Iban = change.Iban ?? row.Iban, Mandate = change.Mandate ?? row.Mandate, MandateOn = SignedOn(row, change, now),
        };
    }
}
