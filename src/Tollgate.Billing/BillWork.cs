using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>One computation: looks things up once and collects what keeps the account from being billed.</summary>
internal sealed partial class BillWork
{
    private readonly List<(ParkReason Reason, string Detail)> problems = [];
    private readonly Dictionary<(string Tax, LocalDate Day), TaxTerms?> rates = [];
    private (string? Tax, LocalDate Day, TaxTerms? Terms) lastRate;
    private static readonly PriceGrid UnknownOffer = new(BillInterval.Month, PriceAnchor.Cycle, null);

    private Dictionary<SubscriptionId, SubscriptionFacts>? subscriptions;
    private TaxProfile? profile;
    private readonly IReadOnlyList<(CataloguePublication Version, LocalDate FirstDay)> byDay;

    internal BillWork(BillingInput input)
    {
        Input = input;
        var lookBack = BillDate.PlusMonths(-input.Catalogues.LookBackMonths(input.Policy));
        WindowHorizon = lookBack;
        Horizon = LocalDate.Max(input.Account.OpenedOn, lookBack);
        byDay = input.Catalogues.ByDay(input.Account.Zone);
        BillVersion = VersionOn(BillDate);
    }

    internal BillingInput Input { get; }

    /// <summary>Scratch for the parts of one item.</summary>
    internal List<ItemPart> Parts { get; } = [];

    /// <summary>The day the billed period ends: what is due on it or before is billed.</summary>
    internal LocalDate BillDate => Input.Period.To;

    /// <summary>Whole periods that end on this day or before are not looked at any more.</summary>
    internal LocalDate Horizon { get; }

    /// <summary>Discounts, commitments and caps of periods that begin before this day are not looked at any more: not all of
    /// their
    /// charges are at hand.</summary>
    internal LocalDate WindowHorizon { get; }

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
        var offer = OfferOn(code, day);
        if (offer is null)
        {
            Park(ParkReason.UnknownOffer,
                $"Catalogue version {version.Version}, in force on {day:uuuu-MM-dd}, has no offer '{code}': "
                + "publish a version that has it from that day (--back-dated), or move the subscription");
        }
        return offer;
    }

    /// <summary>The offer of the version in force on a day; one that is new in a version of that day is sold from then on and
    /// priced by it for the whole day.</summary>
    private Offer? OfferOn(string code, LocalDate day)
    {
        if (VersionOn(day)?.Offer(code) is { } offer)
        {
            return offer;
        }
        foreach (var (version, _) in byDay)
        {
            if (version.EffectiveFrom.InZone(Input.Account.Zone).Date == day && version.Offer(code) is { } come)
            {
                return come;
            }
        }
        return null;
    }

    /// <summary>The offer on a day, or in the first version that has it; null without parking when there is none.</summary>
    internal Offer? Sold(string code, LocalDate day) => OfferOn(code, day) ?? Input.Catalogues.Shape(code)?.First;

    /// <summary>The grids of the recurring prices that an offer has or had.</summary>
    internal IReadOnlyList<PriceGrid> Grids(string offer, out bool bySeconds)
    {
        var shape = Input.Catalogues.Shape(offer);
        bySeconds = shape?.BySeconds ?? false;
        return shape?.Grids ?? [UnknownOffer];
    }

    /// <summary>One-time prices with a date, of the version in force on that date.</summary>
    internal IEnumerable<(LocalDate Day, Offer Offer, OneTimePrice Price)> DatedPrices(string code)
    {
        foreach (var day in Input.Catalogues.Shape(code)?.Dates ?? [])
        {
            if (day <= BillDate && OfferOn(code, day) is { } offer)
            {
                foreach (var price in offer.OneTime.Where(price => price.At == OneTimeEvent.Date && price.Date == day))
                {
                    yield return (day, offer, price);
                }
            }
        }
    }

    /// <summary>The day whose catalogue prices a period that begins (as far as it is charged) on <paramref
    /// name="from"/>.</summary>
    internal LocalDate PriceDay(PlanRun run, LocalDate from)
    {
        if (Input.Catalogues.Shape(run.Offer) is not { Pins: true } || Sold(run.Offer, run.PlanFrom) is not { } sold)
        {
            return from;
        }
        var pinned = sold.PriceChanges switch
        {
            PriceChanges.Current => from,
            PriceChanges.Keep => run.PlanFrom,
            PriceChanges.Renewal => (sold.MinimumTerm?.Length ?? BillInterval.Year).Containing(run.PlanFrom, from).From,
            _ => throw new InvalidOperationException($"Unknown policy {sold.PriceChanges}."),
        };
        return OfferOn(run.Offer, pinned) is null ? LocalDate.Min(from, byDay[0].FirstDay) : pinned;
    }

    /// <summary>True when the billed account pays what this account owes; null: the account itself.</summary>
    internal bool Pays(AccountId? account) =>
        account is not { } other || other == Input.Account.Id || Input.Account.Children.Contains(other);

    /// <summary>A subscription of the input, or null.</summary>
    internal SubscriptionFacts? Subscription(SubscriptionId id)
    {
        if (subscriptions is null)
        {
            subscriptions = new Dictionary<SubscriptionId, SubscriptionFacts>(Input.Subscriptions.Length);
            foreach (var one in Input.Subscriptions)
            {
                subscriptions[one.Id] = one;
            }
        }
        return subscriptions.GetValueOrDefault(id);
    }

    /// <summary>Rounds an amount in major units of the account's currency by the policy for lines.</summary>
    internal long Minor(decimal exact) => Prorating.Minor(exact, Input.Account.Currency, Input.Policy.LineRounding);

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

    /// <summary>What a category is taxed with on a day; null (and the account is parked) when nothing says so. Rates and
    /// rules are
    /// those known on the bill date, so that a change of law published later corrects what was billed ahead.</summary>
    internal TaxTerms? Rate(string tax, LocalDate day)
    {
        if (lastRate.Day == day && ReferenceEquals(lastRate.Tax, tax))
        {
            return lastRate.Terms; // lines of one day and category come together
        }
        if (rates.TryGetValue((tax, day), out var known))
        {
            lastRate = (tax, day, known);
            return known;
        }
        var version = BillVersion?.Tax(tax) is not null ? BillVersion : VersionOn(day);
        var category = version?.Tax(tax);
        profile ??= Input.Account.Tax ?? TaxProfile.In(Input.Account.TaxCountry);
        TaxTerms? answer = null;
        if (category is null)
        {
            Park(ParkReason.UnknownTax, $"The catalogue has no tax category '{tax}': add it to the taxes");
        }
        else if (Input.ExternalTax)
        {
            answer = new TaxTerms(0m, null);
        }
        else if (TaxDetermination.Of(version!.Catalogue, category,
            new TaxQuestion(Input.Seller.Country, profile, day, Input.Account.Language)) is { } set)
        {
            answer = OtherCurrencyLevy(version.Catalogue, set)
                ? null
                : new TaxTerms(set.Percent, set.IsPlain && set.Parts[0].Country == Input.Account.TaxCountry ? null : set);
        }
        else
        {
            Park(ParkReason.NoTaxRate,
                $"Tax '{tax}' has no rate for {profile.On(day).Place.Country} on {day:uuuu-MM-dd}: "
                + "add one with an effective date not after it");
        }
        rates.Add((tax, day), answer);
        return answer;
    }

    private bool OtherCurrencyLevy(Catalogue catalogue, TaxSet set) => set.HasFixed && catalogue.TaxRules.Any(rule =>
        set.Parts.Any(part => part.Code == rule.Code && part.Fixed != 0) && rule.RateOn(BillDate)?.Amount is { } amount
        && !SameCurrency(amount.Currency.Code, rule.Name));

    /// <summary>A category alone, in the account's country, for lines that keep the rate they were billed with.</summary>
    internal TaxSet PlainTax(string tax, decimal percent) => Input.Catalogues.PlainTax(
        tax, BillVersion?.Tax(tax)?.Name.In(Input.Account.Language) ?? tax, Input.Account.TaxCountry, percent);

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

/// <summary>What a charge is taxed with.</summary>
/// <param name="Percent">All percentages as one.</param>
/// <param name="Set">Null: the category alone, in the account's country.</param>
internal readonly record struct TaxTerms(decimal Percent, TaxSet? Set);
