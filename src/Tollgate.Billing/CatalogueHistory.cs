using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;

namespace Tollgate.Billing;

/// <summary>A catalogue version with the time from which it prices.</summary>
/// <param name="Version">Number of the version.</param>
/// <param name="EffectiveFrom">It is in force from here until a later version takes over.</param>
public sealed record CataloguePublication(int Version, Instant EffectiveFrom, Catalogue Catalogue)
{
    private readonly FrozenDictionary<string, Offer> offers =
        Catalogue.Offers.ToFrozenDictionary(offer => offer.Code, StringComparer.Ordinal);

    private readonly FrozenDictionary<string, TaxCategory> taxes =
        Catalogue.Taxes.ToFrozenDictionary(tax => tax.Code, StringComparer.Ordinal);

    /// <summary>The offer of this code, or null.</summary>
    public Offer? Offer(string code) => offers.GetValueOrDefault(code);

    /// <summary>The tax category of this code, or null.</summary>
    public TaxCategory? Tax(string code) => taxes.GetValueOrDefault(code);
}

/// <summary>What an offer has in any version, for skipping what it never has.</summary>
/// <param name="First">In the first version that has it.</param>
/// <param name="Grids">Of its recurring prices.</param>
/// <param name="BySeconds">A price is prorated by seconds.</param>
/// <param name="Pins">A version keeps prices for existing subscriptions.</param>
/// <param name="HasPhases">A version has phases.</param>
/// <param name="Dates">Dates of one-time prices, ascending.</param>
internal sealed record OfferShape(
    Offer First, PriceGrid[] Grids, bool BySeconds, bool Pins, bool HasPhases, LocalDate[] Dates)
{
    internal static OfferShape Of(IReadOnlyList<Offer> versions) => new(
        versions[0],
        [.. versions.SelectMany(offer => offer.Recurring).Select(PriceGrid.Of).Distinct()
            .OrderBy(grid => grid.Every.ThirtyDayLength).ThenBy(grid => grid.Every.Unit).ThenBy(grid => grid.Anchor)
            .ThenBy(grid => grid.AnchorDate)],
        versions.Any(offer => offer.Recurring.Any(Entitlement.IsBySeconds)),
        versions.Any(offer => offer.PriceChanges != PriceChanges.Current),
        versions.Any(offer => !offer.Phases.IsEmpty),
        [.. versions.SelectMany(offer => offer.OneTime).Select(price => price.Date).OfType<LocalDate>().Distinct().Order()]);
}

/// <summary>
/// All published versions. The one in force on a day is the last whose time is not after the start of that day in the
/// account's zone;
/// the very first one also prices the day during which it takes effect, and so does every other one for the offers that are
/// new in it.
/// </summary>
public sealed class CatalogueHistory
{
    private readonly ImmutableArray<CataloguePublication> versions;
    private readonly FrozenDictionary<string, OfferShape> shapes;
    private readonly int longestWindow;
    private readonly ConcurrentDictionary<(string Code, string Name, string Country, decimal Percent), TaxSet> plain = new();
    private FirstDays? lastDays;

    private sealed record FirstDays(DateTimeZone Zone, (CataloguePublication Version, LocalDate FirstDay)[] Days);

    public CatalogueHistory(IEnumerable<CataloguePublication> publications)
    {
        // A later version wins from its time on, also over an earlier one that would have begun after it.
        var kept = new List<CataloguePublication>();
        foreach (var version in publications.OrderBy(version => version.Version))
        {
            kept.RemoveAll(earlier => earlier.EffectiveFrom >= version.EffectiveFrom);
            kept.Add(version);
        }
        versions = [.. kept];
        HasWindows = kept.Exists(version => !version.Catalogue.Discounts.IsEmpty
            || version.Catalogue.Offers.Any(offer => !offer.Spend.IsEmpty));
        HasThresholds = kept.Exists(version => version.Catalogue.Offers.Any(offer => offer.BillThreshold is not null));
        longestWindow = kept.SelectMany(version => version.Catalogue.Offers).SelectMany(offer => offer.Spend)
            .Select(rule => rule.Window is { } window ? window.Months + window.Days / 28 + 2 : 0).DefaultIfEmpty(0).Max();
        shapes = kept.SelectMany(version => version.Catalogue.Offers).GroupBy(offer => offer.Code, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => OfferShape.Of([.. group]), StringComparer.Ordinal);
    }

    /// <summary>The versions that are in force at some time, in that order.</summary>
    public ImmutableArray<CataloguePublication> Versions => versions;

    /// <summary>A version has discounts, commitments or caps.</summary>
    public bool HasWindows { get; }

    /// <summary>An offer of a version has usage billed before its period is over.</summary>
    public bool HasThresholds { get; }

    /// <summary>How far back items are compared: by policy, but not less than the longest contract window and a month.</summary>
    public int LookBackMonths(BillingPolicy policy) => Math.Max(policy.LookBackMonths, longestWindow);

    /// <summary>The discount of this code in the latest version that has it, or null.</summary>
    internal Discount? Discount(string code)
    {
        for (var i = versions.Length - 1; i >= 0; i--)
        {
            foreach (var discount in versions[i].Catalogue.Discounts)
            {
                if (discount.Code == code)
                {
                    return discount;
                }
            }
        }
        return null;
    }

    /// <summary>What an offer has in any version; null: no version has it.</summary>
    internal OfferShape? Shape(string offer) => shapes.GetValueOrDefault(offer);

    /// <summary>One rate of a category alone. Made once for all bills: there are few, and each bill needs one.</summary>
    internal TaxSet PlainTax(string code, string name, string country, decimal percent) => plain.GetOrAdd(
        (code, name, country, percent), static key => TaxSet.Plain(key.Code, key.Name, key.Country, key.Percent));

    /// <summary>The versions with the first day that each prices in a zone, ascending.</summary>
    public IReadOnlyList<(CataloguePublication Version, LocalDate FirstDay)> ByDay(DateTimeZone zone)
    {
        // Accounts of a run mostly live in one zone. Whoever comes second at the same moment computes the same once more.
        var known = lastDays;
        if (known is null || !known.Zone.Equals(zone))
        {
            lastDays = known = new FirstDays(zone, FirstDaysIn(zone));
        }
        return known.Days;
    }

    private (CataloguePublication, LocalDate)[] FirstDaysIn(DateTimeZone zone)
    {
        var days = new (CataloguePublication, LocalDate)[versions.Length];
        for (var i = 0; i < days.Length; i++)
        {
            var day = versions[i].EffectiveFrom.InZone(zone).Date;
            var whole = i == 0 || zone.AtStartOfDay(day).ToInstant() == versions[i].EffectiveFrom;
            days[i] = (versions[i], whole ? day : day.PlusDays(1));
        }
        return days;
    }
}
