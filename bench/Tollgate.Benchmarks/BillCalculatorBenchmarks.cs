using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Benchmarks;

/// <summary>
/// Drafts of bills in memory on one core: an ordinary account (three subscriptions, thirty groups of usage) without and with
/// thirteen
/// months of history, and an account with 30,000 subscriptions.
/// </summary>
[MemoryDiagnoser]
public class BillCalculatorBenchmarks
{
    private const int Accounts = 100;

    private static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
    private static readonly LocalDate BillDate = new(2026, 11, 1);

    private BillingInput[] first = [];
    private BillingInput[] steady = [];
    private BillingInput large = null!;

    [GlobalSetup]
    public void Prepare()
    {
        var history = new CatalogueHistory([new CataloguePublication(1, Instant.FromUtc(2020, 1, 1, 0, 0), Sample())]);
        first = [.. Enumerable.Range(0, Accounts).Select(i => Account(history, i, 3, new LocalDate(2026, 10, 1), 10))];
        steady =
        [
            .. Enumerable.Range(0, Accounts).Select(i => Account(history, i, 3, new LocalDate(2025, 6, 1), 10)).Select(input =>
                input with { Billed = Billed(input with { Period = new BillPeriod(BillDate.PlusMonths(-2),
                    BillDate.PlusMonths(-1)) }) }),
        ];
        large = Account(history, 1, 30_000, new LocalDate(2026, 9, 1), 1);
        large = large with { Billed = Billed(large with { Period = new BillPeriod(BillDate.PlusMonths(-2),
            BillDate.PlusMonths(-1)) }) };
    }

    [Benchmark(OperationsPerInvoke = Accounts)]
    public long FirstBill() => Sum(first);

    [Benchmark(OperationsPerInvoke = Accounts)]
    public long WithThirteenMonthsOfHistory() => Sum(steady);

    [Benchmark]
    public long ThirtyThousandSubscriptions() => Gross(large);

    private static long Sum(BillingInput[] inputs)
    {
        var sum = 0L;
        foreach (var input in inputs)
        {
            sum += Gross(input);
        }
        return sum;
    }

    private static long Gross(BillingInput input) => BillCalculator.Draft(input) is BillOutcome.Drafted(var draft)
        ? draft.GrossMinor
        : throw new InvalidOperationException("The account was parked.");

    private static ImmutableArray<BilledItem> Billed(BillingInput input) => BillCalculator.Draft(input with { Usage = [] }) is
        BillOutcome.Drafted(var draft)
        ? [
            .. draft.Lines.Where(line => line.Item is not null).Select(line => new BilledItem(
                line.Item!.Value, line.BasisTo, line.Period, line.Description, line.AmountMinor, line.TaxIncluded, line.TaxCode,
                line.TaxPercent, line.RevenueAccount)),
        ]
        : throw new InvalidOperationException("The account was parked.");

    private static BillingInput Account(CatalogueHistory history, int number, int subscriptions, LocalDate since, int keys) =>
        new()
    {
        Seller = new SellerFacts(new SellerId(1), "DE", Berlin),
        Account = new AccountFacts
        {
            Customer = new CustomerId(number + 1), Id = new AccountId(number + 1), Currency = Units.Eur, Cycle = new BillCycle(1),
            Zone = Berlin, TaxCountry = "DE", OpenedOn = since,
        },
        Period = new BillPeriod(BillDate.PlusMonths(-1), BillDate),
        IssueDate = BillDate,
        Catalogues = history,
        Subscriptions =
        [
            .. Enumerable.Range(0, subscriptions).Select(i => new SubscriptionFacts(
                new SubscriptionId(1000 + i), i % 2 == 0 ? "mobile" : "fibre", 1, since, null, "4915112345")),
        ],
        Usage =
        [
            .. Enumerable.Range(0, subscriptions * keys).Select(i => new UsageLine(
                new SubscriptionId(1000 + i / keys),
                new UsageKey(
                    i % keys, "voice/zone/other", "Calls", ServiceKind.Voice, PriceBasis.Duration, "EUR", "standard", false,
                    "4100-voice"),
                BillDate.PlusMonths(-1), 12, 720_000, 720_000, 60_000, 123_456_700, 0)),
        ],
    };

    private static Catalogue Sample()
    {
        RecurringPrice Fee(string code, decimal amount) => new()
        {
            Code = code, Name = "Monthly fee", Amount = new Money(amount, Units.Eur), Tax = "standard",
                RevenueAccount = "4000-fees",
        };
        return new Catalogue
        {
            Code = "bench", Currency = Units.Eur, TimeZone = Berlin,
            Taxes = [new TaxCategory("standard", "VAT", [new TaxRate("DE", 19m, new LocalDate(2007, 1, 1))])],
            Offers =
            [
                new Offer { Code = "mobile", Name = "Mobile", Recurring = [Fee("monthly", 19.99m)] },
                new Offer { Code = "fibre", Name = "Fibre", Recurring = [Fee("monthly", 39.99m)] },
            ],
        };
    }
}
