using NodaTime;
using Tollgate.Catalog;

namespace Tollgate.Billing;

/// <summary>One computation: looks things up once and collects what keeps the account from being billed.</summary>
internal sealed class BillWork
{
    private readonly List<(ParkReason Reason, string Detail)> problems = [];
    private readonly Dictionary<(string Tax, LocalDate Day), (string Name, decimal Percent)?> rates = [];
    private readonly Dictionary<string, int[]> grids = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<(CataloguePublication Version, LocalDate FirstDay)> byDay;

    internal BillWork(BillingInput input)
    {
        Input = input;
        var lookBack = BillDate.PlusMonths(-input.Policy.LookBackMonths);
        Horizon = LocalDate.Max(input.Account.OpenedOn, lookBack);
        byDay = input.Catalogues.ByDay(input.Account.Zone);
        BillVersion = VersionOn(BillDate);
    }

    internal BillingInput Input { get; }

    /// <summary>The day the billed period ends: what is due on it or before is billed.</summary>
    internal LocalDate BillDate => Input.Period.To;

    /// <summary>Whole periods that end on this day or before are not looked at any more.</summary>
    internal LocalDate Horizon { get; }

    internal CataloguePublication? BillVersion { get; }

    internal IReadOnlyList<(ParkReason Reason, string Detail)> Problems => problems;

    internal void Park(ParkReason reason, string detail)
    {
        if (!problems.Contains((reason, detail)))
        {
            problems.Add((reason, detail));
        }
    }

    /// <summary>The offer as sold on a day; null (and the account is parked) when there is none.</summary>
    internal Offer? Offer(string code, LocalDate day)
    {
        if (VersionOn(day) is not { } version)
        {
            Park(ParkReason.NoCatalogue,
                $"No catalogue is in force on {day:uuuu-MM-dd}: publish one with an earlier effective date");
            return null;
        }
        var offer = version.Offer(code);
        if (offer is null)
        {
            Park(ParkReason.UnknownOffer,
                $"Catalogue version {version.Version}, in force on {day:uuuu-MM-dd}, has no offer '{code}': "
                + "add it, or move the subscription");
        }
        return offer;
    }

    /// <summary>Lengths in months of the recurring prices that an offer has or had, ascending.</summary>
    internal int[] Grids(string offer)
    {
        if (!grids.TryGetValue(offer, out var found))
        {
            found =
            [
                .. Input.Catalogues.Versions.SelectMany(version => version.Offer(offer)?.Recurring ?? [])
                    .Select(price => price.Every.Months).Distinct().Order(),
            ];
            grids.Add(offer, found);
        }
        return found;
    }

    /// <summary>False (and the account is parked) when something is priced in another currency than the account's.</summary>
    internal bool SameCurrency(string currency, string what)
    {
        if (currency == Input.Account.Currency.Code)
        {
            return true;
        }
        Park(ParkReason.OtherCurrency,
            $"'{what}' is priced in {currency}, the account is kept in {Input.Account.Currency}: "
            + $"use an offer in {Input.Account.Currency}");
        return false;
    }

    /// <summary>Name and rate of a tax on a day; null (and the account is parked) when there is none. Rates are those known on
    /// the bill date, so that a change of law published later corrects what was billed ahead.</summary>
    internal (string Name, decimal Percent)? Rate(string tax, LocalDate day)
    {
        if (rates.TryGetValue((tax, day), out var known))
        {
            return known;
        }
        var category = BillVersion?.Tax(tax) ?? VersionOn(day)?.Tax(tax);
        var rate = category?.RateOn(Input.Account.TaxCountry, day);
        if (category is null)
        {
            Park(ParkReason.UnknownTax, $"The catalogue has no tax category '{tax}': add it to the taxes");
        }
        else if (rate is null)
        {
            Park(ParkReason.NoTaxRate,
                $"Tax '{tax}' has no rate for {Input.Account.TaxCountry} on {day:uuuu-MM-dd}: "
                + "add one with an effective date not after it");
        }
        (string, decimal)? answer = rate is null ? null : (category!.Name.In(Input.Account.Language), rate.Percent);
        rates.Add((tax, day), answer);
        return answer;
    }

    /// <summary>Name of a tax category for lines that keep the rate they were billed with.</summary>
    internal string TaxName(string tax) => BillVersion?.Tax(tax)?.Name.In(Input.Account.Language) ?? tax;

    private CataloguePublication? VersionOn(LocalDate day)
    {
        for (var i = byDay.Count - 1; i >= 0; i--)
        {
            if (byDay[i].FirstDay <= day)
            {
                return byDay[i].Version;
            }
        }
        return null;
    }
}
