using System.Collections.Frozen;
using System.Collections.Immutable;
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
    internal CompiledCatalogue(
        Catalogue source, ImmutableArray<PriceKey> priceKeys, FrozenDictionary<string, CompiledOffer> offers,
        ImmutableArray<DateTimeZone> timeZones)
    {
        Source = source;
        PriceKeys = priceKeys;
        Offers = offers;
        TimeZones = timeZones;
    }

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

    internal CompiledOffer(
        Offer source, CompiledPlan?[] plans, ImmutableArray<AllowanceCover> covers, ImmutableArray<DateTimeZone> timeZones)
    {
        this.plans = plans;
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

    /// <summary>The rate plan for a service, or null.</summary>
    public RatePlan? RatePlan(ServiceKind service) => Plan(service)?.Source;

    internal ImmutableArray<AllowanceCover> Covers { get; }

    /// <summary>The catalogue's; tells offers of another catalogue apart.</summary>
    internal ImmutableArray<DateTimeZone> TimeZones { get; }

    internal CompiledPlan? Plan(ServiceKind service) => (int)service < plans.Length ? plans[(int)service] : null;
}
