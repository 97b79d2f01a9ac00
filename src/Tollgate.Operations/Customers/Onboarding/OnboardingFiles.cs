using System.Globalization;
using NodaTime;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;

namespace Tollgate.Operations.Customers.Onboarding;

/// <summary>
/// Reads the four files of an onboarding folder into whole customers, in the order of customers.csv, and finds everything that is
/// wrong with them that can be seen without the database. Pure: bytes in, plan and findings out.
/// </summary>
internal sealed class OnboardingFiles
{
    internal static readonly CsvLayout CustomersFile = new("customers.csv", ["customer_key", "name"],
        ["seller", "organisation", "tax_id", "email", "phone", "street", "postcode", "city", "country", "iban"]);

    internal static readonly CsvLayout AccountsFile = new("accounts.csv", ["account_key", "customer_key"],
        ["currency", "cycle_day", "time_zone", "language", "tax_country", "terms_days", "payment_method", "credit_limit",
            "opened_on", "usage_detail", "iban", "mandate", "mandate_on"]);

    internal static readonly CsvLayout ServicesFile = new("services.csv", ["account_key", "offer", "start_date"],
        ["service_key", "base_service_key", "identity_kind", "identity", "quantity"]);

    internal static readonly CsvLayout BalancesFile = new("balances.csv", ["account_key", "unit", "amount"], []);

    private readonly Dictionary<string, PlannedCustomer> customers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PlannedAccount> accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (PlannedAccount Account, PlannedService Service)> services = new(StringComparer.Ordinal);
    private readonly Dictionary<ServiceIdentity, (PlannedAccount Account, int Line)> identities = [];
    private readonly HashSet<string> balances = new(StringComparer.Ordinal);

    /// <summary>In file order.</summary>
    internal List<PlannedCustomer> Customers { get; } = [];

    internal List<Finding> Findings { get; } = [];

    /// <summary>Reads the files of a folder; services.csv and balances.csv may be missing.</summary>
    /// <param name="load">Gives a file's bytes by its name, or null.</param>
    /// <param name="offers">What may be subscribed to.</param>
    internal static OnboardingFiles Read(Func<string, byte[]?> load, Offers offers)
    {
        var files = new OnboardingFiles();
        files.Each(CustomersFile, load, required: true, files.Customer);
        files.Each(AccountsFile, load, required: true, files.Account);
        files.Each(ServicesFile, load, required: false, (table, row) => files.Service(table, row, offers));
        files.Each(BalancesFile, load, required: false, files.Balance);
        return files;
    }

    private void Each(CsvLayout layout, Func<string, byte[]?> load, bool required, Action<CsvTable, CsvRow> read)
    {
        if (load(layout.File) is not { } content)
        {
            if (required)
            {
                Findings.Add(new Finding(Severity.Error, "ONB-FILE", layout.File, 0, "The file is missing.",
                    $"Put it into the folder, with the columns {string.Join(", ", layout.Required)}."));
            }
            return;
        }
        var table = CsvTable.Read(layout, content, Findings);
        foreach (var row in table.Rows)
        {
            read(table, row);
        }
    }

    private void Customer(CsvTable table, CsvRow row)
    {
        var reader = new RowReader(table, row);
        var customer = new NewCustomer
        {
            ExternalKey = reader.Required("customer_key"), Name = reader.Text("name"),
            Organisation = reader.YesNo("organisation"),
            TaxId = reader.Text("tax_id"), Email = reader.Text("email"), Phone = reader.Text("phone"),
            Street = reader.Text("street"),
            Postcode = reader.Text("postcode"), City = reader.Text("city"), Country = reader.Text("country"),
            Iban = reader.Text("iban"),
        };
        customer.Check(reader.Faults);
        var planned = new PlannedCustomer(customer, reader.Text("seller"), row.Line);
        if (customer.ExternalKey.Length > 0 && !customers.TryAdd(customer.ExternalKey, planned))
        {
            customers[customer.ExternalKey].Faulty = true;
            reader.Faults.Add("customer_key", string.Create(CultureInfo.InvariantCulture,
                $"'{FieldRules.Short(customer.ExternalKey)}' stands in line {customers[customer.ExternalKey].Line} too."),
                    "Use each key once.");
        }
        planned.Faulty = !reader.Ok;
        Customers.Add(planned);
        reader.Report(Findings);
    }

    private void Account(CsvTable table, CsvRow row)
    {
        var reader = new RowReader(table, row);
        var owner = Owner(reader, "customer_key", customers, CustomersFile);
        var currency = reader.Text("currency");
        var limit = reader.Amount("credit_limit");
        var account = new NewAccount
        {
            ExternalKey = reader.Required("account_key"), Currency = currency, CycleDay = reader.Whole("cycle_day", 1),
            TimeZone = reader.Text("time_zone"), Language = reader.Text("language") is { Length: > 0 } language ? language : "en",
            TaxCountry = reader.Text("tax_country"), TermsDays = reader.Whole("terms_days", 14),
            PaymentMethod = reader.Text("payment_method") is { Length: > 0 } method ? method : "transfer",
            OpenedOn = reader.Date("opened_on"),
            UsageDetail = reader.Text("usage_detail") is { Length: > 0 } detail ? detail : UsageDetailSettings.None,
            Iban = reader.Text("iban"), Mandate = reader.Text("mandate"), MandateOn = reader.Date("mandate_on"),
        };
        if (owner is not null && DirectDebits.Lacks(
            account.PaymentMethod, account.Iban.Length > 0 ? account.Iban : owner.Customer.Iban, account.Mandate) is { } lacks)
        {
            reader.Faults.Add("payment_method", $"A direct debit lacks {lacks}.",
                "Give iban (here or in customers.csv) and mandate, or write transfer.");
        }
        if (limit is { } amount)
        {
            // Without a currency of its own the account has the seller's; the limit is then read in the judging step.
            account = account with { CreditLimit = new Money(amount, Units.Find(currency) ?? NoCurrency) };
        }
        var planned = new PlannedAccount(owner ?? new PlannedCustomer(new NewCustomer(), "", 0), account, row.Line);
        if (account.ExternalKey.Length > 0 && !accounts.TryAdd(account.ExternalKey, planned))
        {
            accounts[account.ExternalKey].Owner.Faulty = true;
            reader.Faults.Add("account_key", string.Create(CultureInfo.InvariantCulture,
                $"'{FieldRules.Short(account.ExternalKey)}' stands in line {accounts[account.ExternalKey].Line} too."),
                    "Use each key once.");
        }
        planned.Owner.Accounts.Add(planned);
        planned.Owner.Faulty |= !reader.Ok;
        reader.Report(Findings);
    }

    /// <summary>Stands for the seller's currency until the seller is known.</summary>
    internal static readonly Unit NoCurrency = new("", UnitKind.Currency, 100_000_000, 2);

    private void Service(CsvTable table, CsvRow row, Offers offers)
    {
        var reader = new RowReader(table, row);
        var account = Owner(reader, "account_key", accounts, AccountsFile);
        var (key, baseKey) = (reader.Text("service_key"), reader.Text("base_service_key"));
        FieldRules.Key(reader.Faults, "service_key", key);
        offers.Check(reader.Faults, "offer", reader.Text("offer"));
        var quantity = reader.Whole("quantity", 1);
        FieldRules.Range(reader.Faults, "quantity", quantity, 1, 1_000_000);
        var start = reader.Required("start_date").Length > 0 ? reader.Date("start_date") : null;
        var service = new PlannedService(key, baseKey, reader.Text("offer"), quantity, start ?? LocalDate.MinIsoValue, row.Line);
        service = Merge(reader, account, service);
        if (baseKey.Length > 0 && (!services.TryGetValue(baseKey, out var hangsOn) || hangsOn.Account != account
            || hangsOn.Service.BaseKey.Length > 0))
        {
            reader.Faults.Add("base_service_key",
                $"'{FieldRules.Short(baseKey)}' is not the key of a base service of this account above this line.",
                "Put the base first, on the same account.");
        }
        if (Identity(reader, account) is { } identity)
        {
            service.Identities.Add(identity);
        }
        if (account is not null)
        {
            account.Owner.Faulty |= !reader.Ok;
        }
        reader.Report(Findings);
    }

    /// <summary>Lines with the same service key are one service with several identities.</summary>
    private PlannedService Merge(RowReader reader, PlannedAccount? account, PlannedService service)
    {
        if (account is null)
        {
            return service;
        }
        if (service.Key.Length == 0 || !services.TryGetValue(service.Key, out var earlier))
        {
            account.Services.Add(service);
            if (service.Key.Length > 0)
            {
                services.Add(service.Key, (account, service));
            }
            return service;
        }
        var same = earlier.Service;
        if (earlier.Account != account
            || same.Offer != service.Offer || same.Start != service.Start || same.Quantity != service.Quantity
            || same.BaseKey != service.BaseKey)
        {
            earlier.Account.Owner.Faulty = true;
            reader.Faults.Add("service_key", string.Create(CultureInfo.InvariantCulture,
                $"'{FieldRules.Short(service.Key)}' stands in line {same.Line} with other content."),
                "Lines of one service differ only in identity_kind and identity.");
        }
        return same;
    }

    private ServiceIdentity? Identity(RowReader reader, PlannedAccount? account)
    {
        var (name, value) = (reader.Text("identity_kind"), reader.Text("identity"));
        if (name.Length == 0 && value.Length == 0)
        {
            return null;
        }
        if (IdentityKinds.Find(name) is not { } kind)
        {
            reader.Faults.Add("identity_kind", $"'{FieldRules.Short(name)}' is not a kind of identity.",
                $"Use one of {string.Join(", ", IdentityKinds.All)}.");
            return null;
        }
        var identity = new ServiceIdentity(kind, FieldRules.Identity(reader.Faults, "identity", kind, value));
        if (account is not null && !identities.TryAdd(identity, (account, reader.Line)))
        {
            var first = identities[identity];
            first.Account.Owner.Faulty = true;
            reader.Faults.Add("identity", string.Create(CultureInfo.InvariantCulture,
                $"The {name} '{FieldRules.Short(value)}' stands in line {first.Line} too."),
                    "Give each identity to one service.");
        }
        return identity;
    }

    private void Balance(CsvTable table, CsvRow row)
    {
        var reader = new RowReader(table, row);
        var account = Owner(reader, "account_key", accounts, AccountsFile);
        var unit = FieldRules.Currency(reader.Faults, "unit", reader.Required("unit"));
        var amount = reader.Required("amount").Length > 0 ? reader.Amount("amount") : null;
        if (account is not null && !balances.Add(account.Key))
        {
            reader.Faults.Add("account_key", $"'{FieldRules.Short(account.Key)}' has a balance in another line.",
                "Give one balance per account.");
        }
        if (account is not null && unit is not null && amount is { } value)
        {
            MoneyPocket.Check(reader.Faults, "amount", value, unit);
            account.BalanceLine = row.Line;
            account.Account = account.Account with { OpeningBalance = new Money(value, unit) };
        }
        if (account is not null)
        {
            account.Owner.Faulty |= !reader.Ok;
        }
        reader.Report(Findings);
    }

    private static T? Owner<T>(RowReader reader, string column, Dictionary<string, T> owners, CsvLayout file) where T : class
    {
        var key = reader.Required(column);
        var owner = owners.GetValueOrDefault(key);
        if (key.Length > 0 && owner is null)
        {
            reader.Faults.Add(column, $"'{FieldRules.Short(key)}' is not in {file.File}.", "Add it there, or correct the key.");
        }
        return owner;
    }
}
