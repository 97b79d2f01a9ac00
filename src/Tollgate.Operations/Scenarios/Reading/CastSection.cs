using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Customers;

namespace Tollgate.Operations.Scenarios.Reading;

/// <summary>Reads who is there at the beginning: sellers, customers, accounts. What is absent is one of each.</summary>
internal static class CastSection
{
    private const string OnlySeller = "main";
    private const string OnlyCustomer = "C";
    private const string OnlyAccount = "A";

    internal static ImmutableArray<NewSeller> Sellers(ScenarioScope scope, Fields top)
    {
        var sellers = top.Entries("sellers").Select(fields => Seller(scope, fields)).ToList();
        if (sellers.Count == 0)
        {
            sellers.Add(Complete(scope, new NewSeller { Code = scope.Sellers.Add(OnlySeller, top.Place) }));
        }
        return [.. sellers];
    }

    internal static ImmutableArray<(string Seller, NewCustomer Customer)> Customers(ScenarioScope scope, Fields top)
    {
        var customers = top.Entries("customers").Select(fields => Customer(scope, fields)).ToList();
        if (customers.Count == 0)
        {
            customers.Add((scope.Sellers.All[0], new NewCustomer
            {
                ExternalKey = scope.Customers.Add(OnlyCustomer, top.Place), Name = "Ada Łukasik",
            }));
        }
        return [.. customers];
    }

    internal static ImmutableArray<(string Customer, NewAccount Account, string? BillsTo)> Accounts(
        ScenarioScope scope, Fields top)
    {
        var accounts = top.Entries("accounts").Select(fields => Account(scope, fields)).ToList();
        if (accounts.Count == 0)
        {
            accounts.Add((scope.Customers.All[0], new NewAccount
            {
                ExternalKey = scope.Accounts.Add(OnlyAccount, top.Place), TimeZone = scope.Zone.Id, OpenedOn = scope.Today,
            }, null));
        }
        return [.. accounts];
    }

    private static NewSeller Seller(ScenarioScope scope, Fields fields)
    {
        var seller = new NewSeller
        {
            Code = scope.Sellers.Add(fields.Code("key"), fields.Place),
            Name = fields.OptionalText("name") ?? "",
            Country = fields.OptionalText("country") ?? "",
            TimeZone = fields.OptionalText("timeZone") ?? "",
            Currency = fields.OptionalText("currency") ?? "",
            TaxId = fields.OptionalText("taxId") ?? "",
            NumberPrefix = fields.OptionalText("numberPrefix") ?? "",
        };
        scope.Done(fields, "seller");
        return Complete(scope, seller);
    }

    private static NewSeller Complete(ScenarioScope scope, NewSeller seller) => seller with
    {
        Name = Or(seller.Name, $"Seller {seller.Code}"), Country = Or(seller.Country, "DE"),
        TimeZone = Or(seller.TimeZone, scope.Zone.Id),
        Currency = Or(seller.Currency, scope.Currency.Code), NumberPrefix = Or(seller.NumberPrefix, "R"),
    };

    private static (string, NewCustomer) Customer(ScenarioScope scope, Fields fields)
    {
        var customer = new NewCustomer
        {
            ExternalKey = scope.Customers.Add(fields.Code("key"), fields.Place),
            Name = fields.OptionalText("name") ?? "Ada Łukasik",
            Organisation = fields.Flag("organisation", otherwise: false),
            TaxId = fields.OptionalText("taxId") ?? "",
            Country = fields.OptionalText("country") ?? "",
        };
        var seller = scope.Sellers.Use(fields, "seller");
        scope.Done(fields, "customer");
        return (seller, customer);
    }

    private static (string, NewAccount, string?) Account(ScenarioScope scope, Fields fields)
    {
        var currency = fields.OptionalText("currency") ?? "";
        var inOwn = scope.Currency;
        scope.Currency = Primitives.Units.Find(currency) ?? inOwn;
        var customer = scope.Customers.Use(fields, "customer");
        var billsTo = fields.Scalar("billsTo", required: false) is { } parent ? scope.Accounts.Known(parent) : null;
        var account = new NewAccount
        {
            ExternalKey = scope.Accounts.Add(fields.Code("key"), fields.Place),
            Currency = currency,
            CycleDay = fields.Whole("cycleDay", 1, 1, 31),
            Cycle = fields.OptionalText("cycle") ?? "",
            TimeZone = Or(fields.OptionalText("timeZone") ?? "", scope.Zone.Id),
            TaxCountry = fields.OptionalText("taxCountry") ?? "",
            TermsDays = fields.Whole("termsDays", 14, 0, 365),
            PaymentMethod = fields.OptionalText("paymentMethod") ?? "transfer",
            OpenedOn = scope.OptionalDate(fields, "opened") ?? scope.Today,
            OpeningBalance = scope.OptionalAmount(fields, "openingBalance"),
            CreditLimit = scope.OptionalAmount(fields, "creditLimit"),
        };
        scope.Currency = inOwn;
        scope.Done(fields, "account");
        return (customer, account, billsTo);
    }

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;
}
