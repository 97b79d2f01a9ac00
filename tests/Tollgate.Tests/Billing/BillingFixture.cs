using System.Collections.Immutable;
using NodaTime;
using NodaTime.Text;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Documents;
using Tollgate.Primitives;

namespace Tollgate.Tests.Billing;

/// <summary>Short forms for billing inputs: an account in Berlin, VAT of 19 %, one offer.</summary>
internal static class BillingFixture
{
    internal static readonly Unit Eur = Units.Eur;
    internal static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];

    internal static LocalDate Day(string text) => LocalDatePattern.Iso.Parse(text).Value;

    internal static BillPeriod Span(string from, string to) => new(Day(from), Day(to));

    internal static Money Euro(decimal amount) => new(amount, Eur);

    internal static RecurringPrice Monthly(
        decimal amount, Timing timing = Timing.Advance, Proration entry = Proration.Days, Proration exit = Proration.Days,
        int months = 1, string code = "base", bool taxIncluded = false) => new()
        {
            Code = code, Name = "Base fee", Amount = Euro(amount), Every = BillInterval.OfMonths(months),
            Anchor = months == 1 ? PriceAnchor.Cycle : PriceAnchor.Start, Timing = timing, Entry = entry, Exit = exit,
            Tax = "standard", TaxIncluded = taxIncluded, RevenueAccount = "4000-fees",
        };

    internal static OneTimePrice Once(decimal amount, OneTimeEvent at, string code) => new()
    {
        Code = code, Name = "Fee at " + at, Amount = Euro(amount), At = at, Tax = "standard", RevenueAccount = "4010-once",
    };

    internal static Catalogue Catalogue(params RecurringPrice[] recurring) => new()
    {
        Code = "test", Currency = Eur, TimeZone = Berlin,
        Taxes = [new TaxCategory("standard", "VAT", [new TaxRate("DE", 19m, Day("2000-01-01"))])],
        Offers = [new Offer { Code = "plan", Name = "Plan", Recurring = [.. recurring] }],
    };

    internal static CatalogueHistory History(params (string From, Catalogue Catalogue)[] versions) => new(versions.Select(
        (version, i) => new CataloguePublication(i + 1, Berlin.AtStartOfDay(Day(version.From)).ToInstant(), version.Catalogue)));

    internal static AccountFacts Account(int cycleDay = 1, string openedOn = "2020-01-01") => new()
    {
        Customer = new CustomerId(7), Id = new AccountId(8), Currency = Eur, Cycle = new BillCycle(cycleDay), Zone = Berlin,
        TaxCountry = "DE", OpenedOn = Day(openedOn), TermsDays = 14,
    };

    internal static SubscriptionFacts Subscription(string started, string? ended = null, int quantity = 1, long id = 9) =>
        new(new SubscriptionId(id), "plan", quantity, Day(started), ended is null ? null : Day(ended), "4915112345");

    internal static BillingInput Input(Catalogue catalogue, string billDate, params SubscriptionFacts[] subscriptions) =>
        Input(History(("2000-01-01", catalogue)), Account(), Day(billDate), subscriptions);

    internal static BillingInput Input(
        CatalogueHistory catalogues, AccountFacts account, LocalDate billDate, params SubscriptionFacts[] subscriptions) => new()
        {
            Seller = new SellerFacts(new SellerId(1), "DE", Berlin),
            Account = account,
            Period = account.Cycle.PeriodEndingBy(billDate),
            IssueDate = billDate,
            Catalogues = catalogues,
            Subscriptions = [.. subscriptions],
        };

    /// <summary>How a line came about, in words.</summary>
    internal static string Words(BillLine line, string language = "en") => Wording.For(language).Explain(line.Explanation, Eur);

    internal static BillDraft Draft(BillingInput input)
    {
        var outcome = BillCalculator.Draft(input);
        return Assert.IsType<BillOutcome.Drafted>(outcome).Draft;
    }

    /// <summary>The lines as the store would hand them back for the next bill.</summary>
    internal static ImmutableArray<BilledItem> AsBilled(this BillDraft draft) =>
    [
        .. draft.Lines.Where(line => line.Item is not null).Select(line => new BilledItem(
            line.Item!.Value, line.BasisTo, line.Period, line.Description, line.AmountMinor, line.TaxIncluded, line.TaxCode,
            line.TaxPercent, line.RevenueAccount)),
    ];

    internal static UsageLine Usage(
        decimal amount, decimal fromMoney = 0, string eventPeriod = "2026-10-01", long charged = 60_000, long free = 0,
            bool taxIncluded = false,
        PriceBasis basis = PriceBasis.Duration, int key = 1, string currency = "EUR") =>
        new(new SubscriptionId(9),
            new UsageKey(key, "voice/national/other", "Calls to national numbers", ServiceKind.Voice, basis, currency,
                "standard",
                taxIncluded, "4100-voice"),
            Day(eventPeriod), 3, charged, charged, free, Eur.ToStorage(amount, RoundingMode.HalfUp),
            Eur.ToStorage(fromMoney, RoundingMode.HalfUp));
}
