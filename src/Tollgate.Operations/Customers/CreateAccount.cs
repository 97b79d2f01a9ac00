using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>What a customer is billed on together.</summary>
public sealed record NewAccount
{
    /// <summary>Whose.</summary>
    [Required] public CustomerId Customer { get; init; }

    /// <summary>The operator's own account number, unique per tenant. Default: the id's text form.</summary>
    public string ExternalKey { get; init; } = "";

    /// <summary>ISO 4217; default: the seller's.</summary>
    public string Currency { get; init; } = "";

    /// <summary>Day of the month on which its bill periods begin, 1–31; in a shorter month its last day. Default 1.</summary>
    public int CycleDay { get; init; } = 1;

    /// <summary>A bill cycle that is not monthly, e.g. <c>2 weeks from 2026-01-05</c> or <c>dates 01-15 07-15</c>;
    /// <c>start</c>: monthly on the day of <see cref="OpenedOn"/>; <c>least-loaded</c>: monthly on the day from 1 to 28 that has
    /// the fewest accounts. Default: monthly on <see cref="CycleDay"/>.</summary>
    public string Cycle { get; init; } = "";

    /// <summary>An account of the same customer on whose bills this one is. Same currency and cycle. Default: it has its
    /// own.</summary>
    public AccountId? BillsTo { get; init; }

    /// <summary>Zone in which its days begin; default: the seller's.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>Language of its documents, ISO 639-1. Default <c>en</c>.</summary>
    public string Language { get; init; } = "en";

    /// <summary>Whose taxes apply, ISO 3166-1 alpha-2; default: the party's country.</summary>
    public string TaxCountry { get; init; } = "";

    /// <summary>Days from issue to due date, 0–365. Default 14.</summary>
    public int TermsDays { get; init; } = 14;

    /// <summary><c>transfer</c> (default), <c>direct-debit</c>, <c>card</c> or <c>cash</c>.</summary>
    public string PaymentMethod { get; init; } = "transfer";

    /// <summary>The bank account that is debited, ISO 13616 without blanks. Default: the customer's.</summary>
    public string Iban { get; init; } = "";

    /// <summary>Reference of the direct-debit mandate, up to 35 characters. Without it, or without an IBAN, the bills of an
    /// account that pays by direct debit ask for a transfer, and an alert says so. Default: none.</summary>
    public string Mandate { get; init; } = "";

    /// <summary>When the mandate was signed, not after today. Default: today, with a mandate.</summary>
    public LocalDate? MandateOn { get; init; }

    /// <summary>Itemised usage on bills: <c>none</c> (default), <c>masked</c> (the last digits of numbers hidden) or
    /// <c>full</c>.</summary>
    public string UsageDetail { get; init; } = UsageDetailSettings.None;

    /// <summary>Usage may cost as much as there is, and this beyond it. Null: nothing is limited.</summary>
    public Money? CreditLimit { get; init; }

    /// <summary>What becomes of usage in files beyond the limit: <c>charge</c> (default, with an alert) or <c>hold</c>.</summary>
    public string BeyondCredit { get; init; } = BeyondCreditSettings.Charge;

    /// <summary>First day that is billed; default: today in its zone.</summary>
    public LocalDate? OpenedOn { get; init; }

    /// <summary>Prepaid money that the customer brings along; booked against <c>3900-opening</c>. Default: none.</summary>
    public Money? OpeningBalance { get; init; }

    internal Fingerprint Fingerprint(string customerKey = "") => new Fingerprint()
        .Add("customer", customerKey.Length > 0 ? customerKey : Customer)
        .Add("externalKey", ExternalKey).Add("currency", Currency)
        .Add("cycleDay", CycleDay).Add("cycle", Cycle).Add("billsTo", BillsTo).Add("timeZone", TimeZone).Add("language",
            Language).Add("taxCountry", TaxCountry)
        .Add("termsDays", TermsDays).Add("paymentMethod", PaymentMethod).Add("creditLimit", CreditLimit).Add("openedOn", OpenedOn)
        .Add("openingBalance", OpeningBalance).Add("usageDetail", UsageDetail)
        .Add("beyondCredit", BeyondCredit == BeyondCreditSettings.Charge ? "" : BeyondCredit)
        .Add("iban", Iban).Add("mandate", Mandate).Add("mandateOn", MandateOn);

    /// <summary>Everything that is wrong, once the defaults are filled in.</summary>
    internal void Check(Faults faults)
    {
        FieldRules.Key(faults, "externalKey", ExternalKey);
        FieldRules.CycleDay(faults, "cycleDay", CycleDay);
        if (Cycle.Length > 0 && !BillCycle.TryParse(Cycle, out _))
        {
            faults.Add("cycle", $"'{FieldRules.Short(Cycle)}' is no bill cycle.",
                "Write a day of the month, 'start', 'least-loaded', '2 weeks from 2026-01-05' or 'dates 01-15 07-15'.");
        }
        FieldRules.TimeZone(faults, "timeZone", TimeZone);
        FieldRules.Country(faults, "taxCountry", TaxCountry, required: true);
        FieldRules.Range(faults, "termsDays", TermsDays, 0, 365);
        FieldRules.OneOf(faults, "paymentMethod", PaymentMethod, FieldRules.PaymentMethods);
        FieldRules.Iban(faults, "iban", Iban);
        FieldRules.Mandate(faults, "mandate", Mandate);
        if (MandateOn is not null && Mandate.Length == 0)
        {
            faults.Add("mandateOn", "A day without a mandate says nothing.", "Give the mandate's reference too.");
        }
        FieldRules.OneOf(faults, "usageDetail", UsageDetail, UsageDetailSettings.All);
        FieldRules.OneOf(faults, "beyondCredit", BeyondCredit, BeyondCreditSettings.All);
        if (Language.Length != 2 || !Language.All(char.IsAsciiLetterLower))
        {
            faults.Add("language", $"'{FieldRules.Short(Language)}' is not a language.",
                "Use two small letters of ISO 639-1, for example de.");
        }
        if (FieldRules.Currency(faults, "currency", Currency) is not { } currency)
        {
            return;
        }
        CheckMoney(faults, "openingBalance", OpeningBalance, currency);
        CheckMoney(faults, "creditLimit", CreditLimit, currency);
        if (CreditLimit is { Amount: < 0 })
        {
            faults.Add("creditLimit", $"{CreditLimit} is negative.", "Use zero or more.");
        }
    }

    private static void CheckMoney(Faults faults, string field, Money? money, Unit currency)
    {
        if (money is not { } amount)
        {
            return;
        }
        if (amount.Currency != currency)
        {
            faults.Add(field, $"{amount} is not in the account's currency {currency}.", $"Give it in {currency}.");
            return;
        }
        MoneyPocket.Check(faults, field, amount.Amount, currency);
    }
}

/// <summary>
/// Creates a billing account with its first bill slot, and its money pocket and journal entry where it has an opening balance.
/// Refusals: <c>unknown-customer</c>, <c>already-ended</c>, <c>invalid</c>, <c>external-key-taken</c>, <c>key-reused</c>.
/// </summary>
public static class CreateAccount
{
    public static Task<Outcome<Written<AccountId>>> RunAsync(
        OperationContext context, NewAccount account, string callerKey, CancellationToken cancel = default)
    {
        var content = account.Fingerprint();
        return WriteScope.RunAsync(context, "account.create", callerKey, content,
            scope => CreateAsync(scope, account, content, cancel), cancel, ids: 6);
    }

    private static async Task<Outcome<AccountId>> CreateAsync(
        WriteScope scope, NewAccount wanted, Fingerprint content, CancellationToken cancel)
    {
        if (!await scope.RaiseVersionAsync(wanted.Customer.Value, cancel))
        {
            return Refusals.Unknown("customer", wanted.Customer, "customer");
        }
        var customer = await scope.Db.Set<CustomerRow>().SingleAsync(row => row.CustomerId == wanted.Customer.Value, cancel);
        if (customer.EndedAt is { } ended)
        {
            return Refusals.AlreadyEnded("customer", wanted.Customer, ended);
        }
        var seller = await scope.Db.Set<SellerRow>().SingleAsync(row => row.SellerId == customer.SellerId, cancel);
        var party = await scope.Db.Set<PartyRow>().SingleAsync(row => row.CustomerId == wanted.Customer.Value, cancel);
        var account = WithDefaults(wanted, seller, party.Country, scope.Now);
        if (account.Cycle == "least-loaded")
        {
            account = account with { Cycle = await LeastLoadedAsync(scope, cancel) };
        }
        var faults = new Faults();
        account.Check(faults);
        DirectDebits.CheckDay(faults, account, scope.Now);
        if (faults.Refusal is { } refusal)
        {
            return refusal;
        }
        if (account.BillsTo is { } parent && await ParentAsync(scope, account, parent, cancel) is { } noParent)
        {
            return noParent;
        }
        var id = new AccountId(scope.NextId());
        var key = account.ExternalKey.Length > 0 ? account.ExternalKey : id.ToString();
        if (!await scope.ClaimExternalKeyAsync("account", key, customer.CustomerId, id.Value, content, cancel))
        {
            return new Refusal("external-key-taken", $"There is an account with the key '{key}' already. Use another.",
                Field: "externalKey");
        }
        var row = Row(account, id.Value, key, scope.Tenant, seller.SellerId, scope.Now);
        scope.Db.Add(row);
        await scope.Db.SaveChangesAsync(cancel);
        await DirectDebits.TellAsync(scope, row, party.Iban, cancel);
        await scope.ExecuteAsync(
            "INSERT INTO bill_slot (customer_id, account_id, slot_no, tenant_id) VALUES (@customer, @account, 1, @tenant)",
            cancel, ("customer", customer.CustomerId), ("account", id.Value));
        if (account.OpeningBalance is { Amount: not 0 } opening)
        {
            await MoneyPocket.EnsureAsync(
                scope, customer.CustomerId, id.Value, opening.Currency, Opening(row), opening.Amount, cancel);
            BookWriter.SaveEntries(
                scope.Context.Database, scope.Transaction, scope.Context.Tenant,
                [(scope.NextId(), MoneyPocket.OpeningEntry(row, seller, opening, scope.Now))], scope.Now);
        }
        return id;
    }

    /// <summary>The day of the month, 1 to 28, with the fewest accounts that have not ended; of several the first.</summary>
    private static async Task<string> LeastLoadedAsync(WriteScope scope, CancellationToken cancel)
    {
        var loads = await scope.Db.Set<BillingAccountRow>()
            .Where(row => row.TenantId == scope.Tenant && row.EndedOn == null && row.BillsToAccountId == null)
            .GroupBy(row => row.CycleDay).Select(day => new { Day = day.Key, Accounts = day.Count() })
            .ToDictionaryAsync(day => day.Day, day => day.Accounts, cancel);
        return Enumerable.Range(1, 28).MinBy(day => loads.GetValueOrDefault(day))
            .ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Why an account cannot be on another one's bills, or null.</summary>
    private static async Task<Refusal?> ParentAsync(
        WriteScope scope, NewAccount account, AccountId parent, CancellationToken cancel)
    {
        var row = await scope.Db.Set<BillingAccountRow>().SingleOrDefaultAsync(
            row => row.TenantId == scope.Tenant && row.AccountId == parent.Value, cancel);
        var child = row is null ? null : Row(account, 0, "", scope.Tenant, row.SellerId, scope.Now);
        return row switch
        {
            null => Refusals.Unknown("account", parent, "billsTo"),
            { CustomerId: var owner } when owner != account.Customer.Value => new Refusal("invalid",
                $"{parent} belongs to another customer, {new CustomerId(owner)}: an account is on the bills of an account of the "
                + "same customer. Put the account under that customer, or give one of this customer.", Field: "billsTo"),
            { EndedOn: { } ended } => Refusals.AlreadyEnded("account", parent, ended) with { Field = "billsTo" },
            { BillsToAccountId: not null } =>
                new Refusal("invalid", $"{parent} is on another account's bills itself. Use that one.", Field: "billsTo"),
            _ when row.Currency != child!.Currency || row.CycleDay != child.CycleDay || row.Cycle != child.Cycle
                || row.TimeZone != child.TimeZone =>
                new Refusal("invalid", $"{parent} has another currency, bill cycle or time zone. Give this account the same.",
                    Field: "billsTo"),
            _ => null,
        };
    }

    /// <summary>The account with everything that the request left open.</summary>
    internal static NewAccount WithDefaults(NewAccount account, SellerRow seller, string partyCountry, Instant now)
    {
        var timeZone = account.TimeZone.Length > 0 ? account.TimeZone : seller.TimeZone;
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone) ?? DateTimeZone.Utc;
        var opened = account.OpenedOn ?? now.InZone(zone).Date;
        var cycle = account.Cycle == "start" ? opened.Day.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : account.Cycle;
        return account with
        {
            Cycle = cycle,
            TimeZone = timeZone,
            Currency = account.Currency.Length > 0 ? account.Currency : seller.Currency,
            TaxCountry = account.TaxCountry.Length > 0
                ? account.TaxCountry : partyCountry.Length > 0 ? partyCountry : seller.Country,
            OpenedOn = opened,
            MandateOn = account.MandateOn ?? (account.Mandate.Length > 0 ? now.InZone(zone).Date : null),
        };
    }

    /// <summary>The row of a complete, checked account.</summary>
    internal static BillingAccountRow Row(NewAccount account, long id, string key, int tenant, long seller, Instant now)
    {
        var cycle = BillCycle.TryParse(account.Cycle, out var read) ? read : new BillCycle(account.CycleDay);
        return Row(account, cycle, id, key, tenant, seller, now);
    }

    private static BillingAccountRow Row(
        NewAccount account, BillCycle cycle, long id, string key, int tenant, long seller, Instant now) => new()
    {
        Cycle = AccountTimes.TextOf(cycle), BillsToAccountId = account.BillsTo?.Value,
        CustomerId = account.Customer.Value, AccountId = id, TenantId = tenant, SellerId = seller, ExternalKey = key,
        Currency = account.Currency, CycleDay = cycle.Day, TimeZone = account.TimeZone, Language = account.Language,
        TaxCountry = account.TaxCountry, TermsDays = account.TermsDays, PaymentMethod = account.PaymentMethod,
        Iban = account.Iban, Mandate = account.Mandate, MandateOn = account.MandateOn,
        CreditLimitMinor = account.CreditLimit?.ToMinor(), BeyondCredit = account.BeyondCredit,
        OpenedOn = account.OpenedOn!.Value, BilledTo = account.OpenedOn.Value,
        UsageDetail = account.UsageDetail, CreatedAt = now,
    };

    /// <summary>When the account's first day begins.</summary>
    internal static Instant Opening(BillingAccountRow row) =>
        DateTimeZoneProviders.Tzdb[row.TimeZone].AtStartOfDay(row.OpenedOn).ToInstant();
}
