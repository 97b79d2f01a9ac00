using Tollgate.Operations.Customers;

namespace Tollgate.Host.Demo;

/// <summary>The operator of the demo. It does not exist.</summary>
internal static class DemoSeller
{
    internal static NewSeller Make() => new()
    {
        Code = DemoOnboarding.Seller,
        Name = "Nordwind Telecom",
        LegalName = "Nordwind Telecom GmbH",
        TaxId = "DE999999999",
        Country = "DE",
        TimeZone = "Europe/Berlin",
        Currency = "EUR",
        Address = "Speicherstadt 1\n20457 Hamburg",
        Email = "bills@nordwind.example",
        Phone = "+49 40 55000000",
        Web = "www.nordwind.example",
        Iban = "DE89370400440532013000",
        Bic = "COBADEFFXXX",
        Bank = "Example Bank",
        CreditorId = "DE98ZZZ09999999999",
        NumberPrefix = "NW",
    };
}
