using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>
/// A catalogue in index form for rating. Immutable and safe to share between threads; each thread rates with its own
/// <see cref="Rater"/>.
/// </summary>
public sealed class CompiledCatalogue
{
    private readonly ConcurrentDictionary<string, CompiledOffer> combined = new(StringComparer.Ordinal);

    internal CompiledCatalogue(
        Catalogue source, ImmutableArray<PriceKey> priceKeys, FrozenDictionary<string, CompiledOffer> offers,
        ImmutableArray<DateTimeZone> timeZones)
    {
        Source = source;
        PriceKeys = priceKeys;
        Offers = offers;
        TimeZones = timeZones;
    }

    /// <summary>The legs that events may have, in file order; <see cref="RatedLeg.Leg"/> is an index into this list.</summary>
    public ImmutableArray<Leg> Legs => Source.Legs;

    /// <summary>What it was compiled from.</summary>
    public Catalogue Source { get; }

    /// <summary>
    /// Everything that a bill can group usage by. The order depends on the catalogue only: plans in file order; in a plan
    /// zones in order of
    /// first mention, in a zone bands in order of first mention with <c>other</c> last.
    /// </summary>
    public ImmutableArray<PriceKey> PriceKeys { get; }

    /// <summary>Offers by code.</summary>
    public FrozenDictionary<string, CompiledOffer> Offers { get; }

    /// <summary>The distinct zones of the plans.</summary>
    internal ImmutableArray<DateTimeZone> TimeZones { get; }

    /// <summary>
    /// A base offer together with the add-ons that hang on it, as one offer: the base's rate plans and, for services that it
    /// does not price, the add-ons'; all their allowances, those of an add-on under the code <c>ADD-ON/ALLOWANCE</c> (a second
    /// add-on of the same offer:
    /// <c>ADD-ON#2/ALLOWANCE</c>). Null when the base is not in the catalogue; an add-on that is not is left out. The same call
    /// answers the same object.
    /// </summary>
    public CompiledOffer? Combined(string offer, IReadOnlyList<string> addOns)
    {
        if (!Offers.TryGetValue(offer, out var basis) || addOns.Count == 0)
        {
            return basis;
        }
        return combined.GetOrAdd(string.Join('+', addOns.Prepend(offer)), _ => basis.With(
            [.. addOns.Select(code => Offers.GetValueOrDefault(code)).OfType<CompiledOffer>()]));
    }

    /// <summary>Compiles a validated catalogue.</summary>
    /// <exception cref="ArgumentException">The catalogue has a reference to something missing, a code, prefix or service
    /// given twice
    /// where it must be unique, or a price that is negative, too large or finer than 18 decimals. The catalogue's reader
    /// finds these with
    /// their place; here they are a programmer's error.</exception>
    public static CompiledCatalogue Compile(Catalogue catalogue) => new CatalogueCompiler(catalogue).Compile();
}

/// <summary>An offer in index form. Belongs to one <see cref="CompiledCatalogue"/>. Immutable.</summary>
public sealed class CompiledOffer
{
    private readonly CompiledPlan?[] plans;
    private readonly ImmutableArray<int> addOnOf;

    internal CompiledOffer(
        Offer source, CompiledPlan?[] plans, ImmutableArray<AllowanceCover> covers, ImmutableArray<DateTimeZone> timeZones,
        ImmutableArray<int> addOnOf = default)
    {
        this.plans = plans;
        this.addOnOf = addOnOf;
        Source = source;
        Covers = covers;
        TimeZones = timeZones;
    }

    /// <summary>What it was compiled from.</summary>
    public Offer Source { get; }

    public string Code => Source.Code;

    public PaymentModel Payment => Source.Payment;

    /// <summary><see cref="PocketState.Allowance"/> is an index into this list.</summary>
    public ImmutableArray<Allowance> Allowances => Source.Allowances;

    /// <summary>What is counted for the offer; <see cref="PocketState.Allowance"/> of a counter is an index into this list.
    /// Those that the offer, its caps and its rate plans name, then one for each allowance with a member limit, under
    /// <c>ALLOWANCE/member</c>.</summary>
    public ImmutableArray<Counter> Counters { get; internal init; } = [];

    /// <summary>The rate plan for a service, or null.</summary>
    public RatePlan? RatePlan(ServiceKind service) => Plan(service)?.Source;

    internal ImmutableArray<AllowanceCover> Covers { get; }

    /// <summary>The catalogue's; tells offers of another catalogue apart.</summary>
    internal ImmutableArray<DateTimeZone> TimeZones { get; }

    /// <summary>This offer with add-ons; see <see cref="CompiledCatalogue.Combined"/>.</summary>
    internal CompiledOffer With(IReadOnlyList<CompiledOffer> addOns)
    {
        var merged = (CompiledPlan?[])plans.Clone();
        var allowances = Source.Allowances.ToBuilder();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var addOn in addOns)
        {
            for (var service = 0; service < merged.Length; service++)
            {
                merged[service] ??= addOn.plans[service];
            }
            var times = seen[addOn.Code] = seen.GetValueOrDefault(addOn.Code) + 1;
            var prefix = times == 1 ? addOn.Code : string.Create(CultureInfo.InvariantCulture, $"{addOn.Code}#{times}");
            allowances.AddRange(addOn.Allowances.Select(allowance => allowance with { Code = $"{prefix}/{allowance.Code}" }));
        }
        var source = Source with { Allowances = allowances.ToImmutable() };
        return new CompiledOffer(
            source, merged, [.. source.Allowances.Select(one => CatalogueCompiler.Cover(one, merged[(int)one.Service]))],
            TimeZones);
    }

    /// <summary>Which add-on an allowance came with, an index into the list handed to <see cref="CompiledCatalogue.Combined"/>;
    /// -1: the base.</summary>
    internal int AddOnOf(int allowance) => addOnOf.IsDefaultOrEmpty ? -1 : addOnOf[allowance];

    internal CompiledPlan? Plan(ServiceKind service) => (int)service < plans.Length ? plans[(int)service] : null;
}
