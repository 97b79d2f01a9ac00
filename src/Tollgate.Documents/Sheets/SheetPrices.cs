using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Catalog;
using Tollgate.Catalog.Wording;
using Tollgate.Primitives;

namespace Tollgate.Documents.Sheets;

/// <summary>The numbers of a price sheet: net and gross, usage prices, destinations.</summary>
internal sealed class SheetPrices(Tollgate.Catalog.Catalogue catalogue, SheetOptions options, Say say)
{
    private const int PrefixesShown = 12;
    private const int Decimals = 6;

    private readonly Captions captions = new(catalogue);

    /// <summary>What an offer costs in each period, with tax; empty when it has no such price.</summary>
    public (string Price, string Note) Headline(Offer offer)
    {
        var main = offer.Recurring.Where(price => price.Amount.Amount != 0).GroupBy(price => price.Every).FirstOrDefault();
        if (main is null || main.Select(price => price.Amount.Currency).Distinct().Count() != 1)
        {
            return ("", "");
        }
        var gross = main.Sum(price => Gross(price.Amount.Amount, price.Tax, price.TaxIncluded));
        var currency = main.First().Amount.Currency;
        var rate = Rate(main.First().Tax);
        return ($"{say.Money(new Money(gross, currency).RoundToMinor(RoundingMode.HalfUp))} {say.PerInterval(main.Key)}",
            rate is null ? say.T("no tax") : say.T("incl. {0} {1}", say.Percent(rate.Percent), TaxName(main.First().Tax)));
    }

    /// <summary>Net and gross of an amount, to the currency's minor unit where that is exact enough for a bill.</summary>
    public (string Net, string Gross) Both(Money amount, string tax, bool included) => (
        Minor(Net(amount.Amount, tax, included), amount.Currency), Minor(Gross(amount.Amount, tax, included), amount.Currency));

    /// <summary>The prices of a plan, one row for all zones that cost the same.</summary>
    public ImmutableArray<ImmutableArray<string>> Rows(RatePlan plan)
    {
        var parts = RatePlanWords.Prices(plan, say, captions);
        return
        [
            .. parts.Select((part, i) => (Part: part, Price: plan.Prices[i]))
                .GroupBy(item => (item.Part.Name, item.Part.Summary))
                .Select(group => Row(plan, group.First().Part,
                    [.. group.Select(item => item.Part.Zone).OfType<string>().Select(Zone)], group.First().Price)),
        ];
    }

    /// <summary>The destinations of a deck with their prices, sorted by name; without zones for which the plan has another
    /// price.</summary>
    public SheetTable Destinations(Deck deck, RatePlan plan)
    {
        var rule = plan.Prices.First(price => price.FromDeck);
        var others = plan.Prices.TakeWhile(price => price != rule).Where(price => price.Priority <= rule.Priority)
            .Concat(plan.Prices.Where(price => price.Priority < rule.Priority))
            .Where(price => price is { Zone: not null, FromDeck: false, Band: null } && price.ForEveryEvent)
            .Select(price => price.Zone!).ToHashSet(StringComparer.Ordinal);
        var rows = deck.Rows.Where(row => row.Price is not null && !others.Contains(row.Zone)
                && (row.Detail?.From is not { } from || from <= options.Date)
                && (row.Detail?.To is not { } to || to > options.Date))
            .GroupBy(row => (row.Zone, row.Price!.PerUnit, row.Price.ConnectFee, row.Price.Increments))
            .OrderBy(group => SheetOrder.Of(Zone(group.Key.Zone)), StringComparer.Ordinal).ThenBy(group => group.Key.PerUnit)
            .Select(group => ImmutableArray.Create(
                Zone(group.Key.Zone),
                Text(Net(group.Key.PerUnit, plan.Tax, plan.TaxIncluded)),
                Text(Gross(group.Key.PerUnit, plan.Tax, plan.TaxIncluded)),
                group.Key.ConnectFee == 0 ? "" : Text(Net(group.Key.ConnectFee, plan.Tax, plan.TaxIncluded)),
                Counted(group.Key.Increments ?? rule.Increments, rule.Per.Kind),
                Prefixes([.. group.Select(row => row.Prefix)])));
        var per = say.Word(rule.Per);
        return new SheetTable(
            [
                say.T("destination"), say.T("net per {0}", per), say.T("gross per {0}", per), say.T("connect fee"),
                say.T("increments"), say.T("prefixes"),
            ],
            [1, 2, 3], [.. rows]);
    }

    private string Counted(Increments increments, UnitKind kind) =>
        increments == Increments.Exact ? say.T("exactly") : Say.Notation(increments, kind);

    private string Zone(string zone) => captions.Zone(zone, options.Language);

    private ImmutableArray<string> Row(RatePlan plan, Part part, ImmutableArray<string> zones, UsagePrice price)
    {
        var model = part.Statements[0];
        var counted = price.Increments == Increments.Exact ? say.T("exactly") : say.Increments(price.Increments, price.Per.Kind);
        var further = part.Statements.Skip(1)
            .Where(fact => !fact.IsDefault && fact.Property is not nameof(price.Increments) and not nameof(price.Priority))
            .Select(fact => fact.Line);
        var plain = model.Number is not null && price.Model is PerUnitPrice or FlatPrice or PackagePrice;
        var (net, gross) = plain && model.Number is { } number
            ? (Text(Net(number, plan.Tax, plan.TaxIncluded)) + " " + model.Suffix,
                Text(Gross(number, plan.Tax, plan.TaxIncluded)))
            : (model.Text, price.FromDeck || price.Model is FreePrice or BarredPrice ? ""
                : say.T(plan.TaxIncluded ? "tax included" : "plus tax"));
        var name = part.NameWith(zones) + (price.FromDeck && price.Zone is null ? say.T(", all other destinations") : "");
        return [name, net, gross, counted, string.Join("; ", further)];
    }

    private decimal Gross(decimal amount, string tax, bool included) =>
        included || Rate(tax) is not { } rate ? amount : amount * (100 + rate.Percent) / 100;

    private decimal Net(decimal amount, string tax, bool included) =>
        !included || Rate(tax) is not { } rate ? amount : amount * 100 / (100 + rate.Percent);

    private TaxRate? Rate(string code)
    {
        var tax = catalogue.Taxes.FirstOrDefault(tax => tax.Code == code);
        return (options.Country ?? tax?.Rates.FirstOrDefault()?.Country) is { } country
            ? tax?.RateOn(country, options.Date) : null;
    }

    private string TaxName(string code) =>
        catalogue.Taxes.FirstOrDefault(tax => tax.Code == code)?.Name.In(options.Language) ?? say.T("tax");

    private string Minor(decimal amount, Unit currency) =>
        say.Money(Rounding.Round(amount, currency.MinorDigits, RoundingMode.HalfUp), currency);

    private string Text(decimal amount) => say.Number(Rounding.Round(amount, Decimals, RoundingMode.HalfUp));

    private string Prefixes(ImmutableArray<string> prefixes)
    {
        var sorted = prefixes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var text = string.Join(", ", sorted.Take(PrefixesShown).Select(prefix => "+" + prefix));
        return sorted.Count <= PrefixesShown
            ? text : text + say.T(" and {0} more", (sorted.Count - PrefixesShown).ToString(CultureInfo.InvariantCulture));
    }
}
