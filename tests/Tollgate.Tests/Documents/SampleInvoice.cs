using System.Collections.Immutable;
using NodaTime;
using Tollgate.Documents;
using Tollgate.Primitives;

namespace Tollgate.Tests.Documents;

/// <summary>Bills whose figures add up, as a mapper would make them.</summary>
internal static class SampleInvoice
{
    internal static Money Eur(decimal amount) => new(amount, Units.Eur);

    internal static readonly SellerView Seller = new(
        "Nordlicht Mobil", "Nordlicht Telekommunikation GmbH", ["Hafenstraße 12", "20457 Hamburg"],
        TaxId: "DE123456789", Web: "www.nordlicht.example", Email: "hilfe@nordlicht.example", Phone: "+49 40 5550 100",
        Iban: "DE02120300000000202051", Bic: "BYLADEM1001", Bank: "Deutsche Kreditbank");

    /// <summary>A typical bill of two mobile numbers, one that started within the period.</summary>
    internal static InvoiceView Typical(string language = "en") => new()
    {
        Number = "2026-00012345",
        Language = language,
        Currency = Units.Eur,
        IssueDate = new LocalDate(2026, 11, 2),
        DueDate = new LocalDate(2026, 11, 16),
        Period = new BillPeriod(new LocalDate(2026, 10, 1), new LocalDate(2026, 11, 1)),
        Seller = Seller,
        Customer = new CustomerView("Małgorzata Żółkiewska-Łęcka", ["ul. Świętokrzyska 14 m. 7", "00-050 Warszawa", "Polska"],
            "C-100482", "A-100482-1"),
        Groups = [First(), Second()],
        Discounts = [new DocumentDiscount("Family discount, two numbers", Eur(-5.00m), 19)],
        Taxes = [new TaxRow("VAT", 19, Eur(58.59m), Eur(11.13m))],
        Totals = new InvoiceTotals(Eur(58.59m), Eur(11.13m), Eur(69.72m), Eur(0), Eur(54.14m), Eur(54.14m), Eur(69.72m)),
        Payment = PaymentInstruction.Transfer("2026-00012345", "https://my.nordlicht.example"),
        Allowances =
        [
            new AllowanceUse("+49 1520 5550142", "Data in the EU", 12.4m, "GB", 20),
            new AllowanceUse("+49 1520 5550142", "Calls to all networks", 312, "min"),
            new AllowanceUse("+49 1520 5550177", "Data in the EU", 3.23m, "GB", 3.23m),
        ],
        History = History(38.20m, 41.07m, 54.14m, 54.14m, 61.99m, 54.14m, 69.72m),
        Changes = new BillChanges(Eur(54.14m),
            [
                new BillChange("New number +49 1520 5550177 from 22 October, tax included", Eur(19.19m)),
                new BillChange("Family discount, tax included", Eur(-5.95m)),
                new BillChange("More calls to Turkey, tax included", Eur(2.34m)),
            ],
            Eur(69.72m)),
        Notes = ["The tax is German value added tax. Please keep this invoice for two years."],
    };

    /// <summary>The typical bill with itemised usage of <paramref name="calls"/> calls.</summary>
    internal static InvoiceView Itemised(int calls)
    {
        var rows = Enumerable.Range(0, calls).Select(i => new UsageRow(
            new LocalDateTime(2026, 10, 1, 0, 0, 0).PlusMinutes(i * 37L % 44_000),
            i % 3 == 0 ? $"+90 212 555 {i:D4}" : $"+49 40 555 {i:D5}", i % 3 == 0 ? "Turkey, fixed network" : "Germany",
            $"0:{i % 60:D2}:{i * 7 % 60:D2}", Eur(0.01m * (i % 9)))).ToImmutableArray();
        var total = Eur(rows.Sum(row => row.Amount.Amount));
        return Typical() with
        {
            Usage = [new UsageSection("+49 1520 5550142", [new UsageGroup("Calls", rows, "62:31:05 h", total)], total)],
        };
    }

    internal static ImmutableArray<PastBill> History(params decimal[] totals) =>
        [.. totals.Select((total, i) => new PastBill(new LocalDate(2026, 10, 1).PlusMonths(i + 1 - totals.Length), Eur(total)))];

    private static ServiceGroup First() => new("+49 1520 5550142",
        [
            new InvoiceLine("Monthly fee Nordlicht Plus 20 GB", Eur(42.00m), 19),
            new InvoiceLine("Calls abroad", Eur(5.46m), 19, Quantity: "42 min", UnitPrice: "0.13 / min", Parts:
            [
                new LinePart("Turkey, fixed network", "30 min", "0.13 / min", Eur(3.90m)),
                new LinePart("Turkey, mobile networks", "12 min", "0.13 / min", Eur(1.56m)),
            ]),
            new InvoiceLine(
                "Calls in Germany and the EU", Eur(0m), 19, Quantity: "312 min", Explanation: "included in your plan"),
        ],
        Eur(47.46m), "Nordlicht Plus 20 GB");

    private static ServiceGroup Second() => new("+49 1520 5550177",
        [
            new InvoiceLine("Monthly fee Nordlicht Basic 10 GB", Eur(16.13m), 19,
                new BillPeriod(new LocalDate(2026, 10, 22), new LocalDate(2026, 11, 1)),
                Explanation: Wording.For("en").PartPeriod(10, 31, Eur(50.00m), Eur(16.13m))),
        ],
        Eur(16.13m), "Nordlicht Basic 10 GB");
}
