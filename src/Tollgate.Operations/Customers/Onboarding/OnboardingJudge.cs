using System.Data.Common;
using System.Globalization;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers.Onboarding;

/// <summary>What a chunk of planned customers turned out to be; the rest of it is faulty.</summary>
internal sealed record JudgedChunk(List<PlannedCustomer> New, int Unchanged, int Changed);

/// <summary>Compares planned customers with what the database holds: sellers, keys, identities.</summary>
internal sealed class OnboardingJudge(OperationContext context, Offers offers, List<SellerRow> sellers)
{
    private readonly Dictionary<string, SellerRow> byCode = sellers.ToDictionary(seller => seller.Code, StringComparer.Ordinal);
    private readonly Instant now = context.Now;

    internal Offers Offers { get; } = offers;

    /// <summary>The seller of a customer, or null.</summary>
    internal SellerRow? SellerOf(PlannedCustomer customer) => customer.SellerCode.Length > 0
        ? byCode.GetValueOrDefault(customer.SellerCode)
        : sellers.Count == 1 ? sellers[0] : null;

    /// <summary>Sorts a chunk; findings go to the list, or nowhere when it is null (they were listed before).</summary>
    internal async Task<JudgedChunk> JudgeAsync(
        DbTransaction transaction, PlannedCustomer[] chunk, List<Finding>? findings, CancellationToken cancel)
    {
        findings ??= [];
        var right = chunk.Where(customer => !customer.Faulty).ToList();
        var customerKeys = await DirectoryLookup.KeysAsync(
            transaction, context.Tenant, "customer", [.. right.Select(customer => customer.Key)], cancel);
        var accounts = right.SelectMany(customer => customer.Accounts).ToList();
        var accountKeys = await DirectoryLookup.KeysAsync(
            transaction, context.Tenant, "account", [.. accounts.Select(account => account.Key)], cancel);
        var known = right.Where(customer => customerKeys.ContainsKey(customer.Key)).ToList();
        var fresh = right.Where(customer => !customerKeys.ContainsKey(customer.Key)).ToList();
        var changed = 0;
        foreach (var customer in known)
        {
            changed += Compare(customer, customerKeys[customer.Key], accountKeys, findings) ? 0 : 1;
        }
        foreach (var customer in fresh)
        {
            CheckRows(customer, accountKeys, findings);
        }
        fresh.RemoveAll(customer => customer.Faulty);
        await CheckServicesAsync(transaction, fresh, findings, cancel);
        fresh.RemoveAll(customer => customer.Faulty);
        return new JudgedChunk(fresh, known.Count - changed, changed);
    }

    /// <summary>True: the database holds the same.</summary>
    private static bool Compare(
        PlannedCustomer customer, KeyOwner owner, Dictionary<string, KeyOwner> accountKeys, List<Finding> findings)
    {
        if (Fingerprint.Difference(owner.ContentHash, customer.Content().ToString()) is { } field)
        {
            findings.Add(Changed(
                OnboardingFiles.CustomersFile, customer.Line, $"Customer '{FieldRules.Short(customer.Key)}'", field));
            return false;
        }
        foreach (var account in customer.Accounts)
        {
            var stored = accountKeys.GetValueOrDefault(account.Key).ContentHash ?? "";
            if (Fingerprint.Difference(stored, account.Content().ToString()) is { } accountField)
            {
                findings.Add(Changed(OnboardingFiles.AccountsFile, account.Line, $"Account '{FieldRules.Short(account.Key)}'",
                    accountField));
                return false;
            }
        }
        return true;
    }

    private static Finding Changed(CsvLayout file, int line, string what, string field) => new(
        Severity.Warning, "ONB-CHANGED", file.File, line,
        $"{what} changed: not applied; '{RowReader.Column(field, file)}' differs.",
        "Change it through the API or the command line.");

    private void CheckRows(PlannedCustomer customer, Dictionary<string, KeyOwner> accountKeys, List<Finding> findings)
    {
        if (SellerOf(customer) is not { } seller)
        {
            Fault(customer, findings, OnboardingFiles.CustomersFile, customer.Line, "seller",
                customer.SellerCode.Length > 0
                    ? $"'{FieldRules.Short(customer.SellerCode)}' is not an active seller." : "It is empty.",
                sellers.Count == 0 ? "Create a seller first (tollgate seller add)."
                    : $"Use one of {string.Join(", ", byCode.Keys.Order(StringComparer.Ordinal))}.");
            return;
        }
        foreach (var account in customer.Accounts)
        {
            if (accountKeys.ContainsKey(account.Key))
            {
                Fault(customer, findings, OnboardingFiles.AccountsFile, account.Line, "account_key",
                    $"'{FieldRules.Short(account.Key)}' is the key of another customer's account.", "Use another key.");
            }
            Complete(customer, account, seller, findings);
        }
    }

    private void Complete(PlannedCustomer customer, PlannedAccount account, SellerRow seller, List<Finding> findings)
    {
        var complete = CreateAccount.WithDefaults(account.Account, seller, customer.Customer.Country, now);
        if (complete.CreditLimit is { } limit
            && limit.Currency == OnboardingFiles.NoCurrency && Units.Find(complete.Currency) is { } currency)
        {
            complete = complete with { CreditLimit = new Money(limit.Amount, currency) };
        }
        var faults = new Faults();
        complete.Check(faults);
        foreach (var fault in faults.All)
        {
            var (file, line, column) = fault.Field == "openingBalance"
                ? (OnboardingFiles.BalancesFile, account.BalanceLine, "unit")
                : (OnboardingFiles.AccountsFile, account.Line, RowReader.Column(fault.Field, OnboardingFiles.AccountsFile));
            Fault(customer, findings, file, line, column, fault.Message, fault.Cure);
        }
        foreach (var service in account.Services.Where(service => service.Start < complete.OpenedOn))
        {
            Fault(customer, findings, OnboardingFiles.ServicesFile, service.Line, "start_date",
                string.Create(CultureInfo.InvariantCulture,
                $"{service.Start:uuuu-MM-dd} is before the account's first day, {complete.OpenedOn:uuuu-MM-dd}."),
                "Start later, or give the account an earlier opened_on.");
        }
        account.Complete = complete;
    }

    private async Task CheckServicesAsync(
        DbTransaction transaction, List<PlannedCustomer> fresh, List<Finding> findings, CancellationToken cancel)
    {
        var services = fresh.SelectMany(customer => customer.Accounts)
            .SelectMany(account => account.Services, (account, service) => (account, service)).ToList();
        var keys = await DirectoryLookup.KeysAsync(transaction, context.Tenant, "subscription",
            [.. services.Select(pair => pair.service.Key).Where(key => key.Length > 0)], cancel);
        var wanted = services.SelectMany(pair => pair.service.Identities,
            (pair, identity) => (identity, OnboardingRows.Start(pair.account, pair.service))).ToList();
        var owners = await DirectoryLookup.IdentitiesAsync(context.Database, transaction, context.Tenant, wanted, cancel);
        foreach (var (account, service) in services)
        {
            if (service.Key.Length > 0 && keys.ContainsKey(service.Key))
            {
                Fault(account.Owner, findings, OnboardingFiles.ServicesFile, service.Line, "service_key",
                    $"'{FieldRules.Short(service.Key)}' is the key of another subscription.", "Use another key.");
            }
            foreach (var identity in service.Identities)
            {
                if (owners.TryGetValue(identity, out var owner))
                {
                    Fault(account.Owner, findings, OnboardingFiles.ServicesFile, service.Line, "identity",
                        $"The {IdentityKinds.Name(identity.Kind)} {identity.Value} belongs to "
                        + $"{new SubscriptionId(owner.SubscriptionId)} of "
                        + $"{new CustomerId(owner.CustomerId)}.", "End it there first, or start later.");
                }
            }
        }
    }

    private static void Fault(
        PlannedCustomer customer, List<Finding> findings, CsvLayout file, int line, string column, string message, string cure)
    {
        customer.Faulty = true;
        findings.Add(new Finding(Severity.Error, "ONB-VALUE", file.File, line, $"column {column}: {message}", cure));
    }
}
