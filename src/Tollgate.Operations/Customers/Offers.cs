using NodaTime;
using Tollgate.Catalog;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;

namespace Tollgate.Operations.Customers;

/// <summary>The offers on sale, by code, in the catalogue that is in force.</summary>
public sealed class Offers
{
    private readonly Dictionary<string, PaymentModel> payments;

    private readonly Dictionary<string, Offer> details = new(StringComparer.Ordinal);

    private readonly Catalogue? catalogue;

    public Offers(Catalogue catalogue) : this(catalogue.Offers.Select(offer => (offer.Code, offer.Payment)))
    {
        this.catalogue = catalogue;
        details = catalogue.Offers.ToDictionary(offer => offer.Code, StringComparer.Ordinal);
    }

    public Offers(IEnumerable<(string Code, PaymentModel Payment)> offers) =>
        payments = offers.ToDictionary(offer => offer.Code, offer => offer.Payment, StringComparer.Ordinal);

    /// <summary>In file order.</summary>
    public IReadOnlyCollection<string> Codes => payments.Keys;

    /// <summary>How usage of the offer is paid, or null when there is no such offer.</summary>
    public PaymentModel? Find(string code) => payments.TryGetValue(code, out var payment) ? payment : null;

    /// <summary>The whole offer, or null when there is none or only its kind of payment is known.</summary>
    public Offer? Detail(string code) => details.GetValueOrDefault(code);

    /// <summary>The promotions that a subscription to an offer gets when it begins on a day, in file order.</summary>
    internal IEnumerable<Offer> Promotions(string offer, LocalDate day) => details.Values.Where(one =>
        one.Promotion?.Holds(day) == true && one.AddOnTo.Contains(offer, StringComparer.Ordinal));

    /// <summary>What of an offer can be limited for one subscription, with the unit: its spending caps, the counters that have a
    /// limit, its allowances.</summary>
    internal IEnumerable<(string Code, Unit Unit)> Limits(string offer) => details.GetValueOrDefault(offer) is not { } detail
        ? []
        : detail.SpendingCaps.SelectMany(cap => Counters(cap.Counter).Select(counter => (cap.Code, counter.Unit)))
            .Concat(detail.Counters.SelectMany(Counters).Where(counter => counter.Limit is not null)
                .Select(counter => (counter.Code, counter.Unit)))
            .Concat(detail.Allowances.Select(allowance => (allowance.Code, allowance.Unit)));

    /// <summary>A unit, built-in or of the catalogue; also by its word: minutes.</summary>
    internal Unit? Unit(string code) => Units.Find(code) ?? Units.Find(code.ToUpperInvariant())
        ?? catalogue?.Units.FirstOrDefault(unit => unit.Code == code);

    private IEnumerable<Counter> Counters(string code) => catalogue?.Counters.Where(counter => counter.Code == code) ?? [];

    internal void Check(Faults faults, string field, string code)
    {
        if (code.Length == 0)
        {
            faults.Add(field, "It is missing.", "Give the code of an offer.");
        }
        else if (Find(code) is null)
        {
            faults.Add(field, $"'{FieldRules.Short(code)}' is not an offer of the catalogue in force.", payments.Count switch
            {
                0 => "Publish a catalogue first (tollgate catalog publish).",
                <= 20 => $"Use one of {string.Join(", ", payments.Keys.Order(StringComparer.Ordinal))}.",
                _ => "Check the code (tollgate catalog show).",
            });
        }
    }
}

/// <summary>Where operations learn the offers of a time; the shell gives the published catalogue.</summary>
public delegate Task<Offers> OffersAt(Instant at, CancellationToken cancel);

/// <summary>The offers of the published catalogue.</summary>
public static class PublishedOffers
{
    /// <summary>For a context's tenant; a time before the first version has the offers of the first, so that services may start
    /// before it.</summary>
    public static OffersAt Of(OperationContext context) => async (at, cancel) =>
    {
        var timeline = await CatalogueVersions.LoadAsync(context, cancel);
        var entry = timeline.At(at) ?? (timeline.Entries.Count > 0 ? timeline.Entries[^1] : null);
        return entry is null ? new Offers([]) : new Offers(entry.Compiled.Source);
    };
}
