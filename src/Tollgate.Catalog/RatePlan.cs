using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Catalog;

/// <summary>How one kind of service is priced: rules by zone and time band, tried in order of how specific they are.</summary>
public sealed record RatePlan
{
    public required string Code { get; init; }

    /// <summary>As printed on price sheets.</summary>
    public required CatalogueName Name { get; init; }

    public required ServiceKind Service { get; init; }

    public required Unit Currency { get; init; }

    /// <summary>Zone in which the plan's time bands are meant.</summary>
    public required DateTimeZone TimeZone { get; init; }

    /// <summary>Deck that gives a destination its zone; null: every event is in the zone <c>any</c>.</summary>
    public string? Deck { get; init; }

    /// <summary>Code of the <see cref="TimeBandSet"/>; null: every time is in the band <c>other</c>.</summary>
    public string? TimeBands { get; init; }

    /// <summary>
    /// A rule that names zone and band wins over one that names the zone, that over one that names the band, that over one that
    /// names neither; a deck's own price ranks as if its zone were named.
    /// </summary>
    public ImmutableArray<UsagePrice> Prices { get; init; } = [];

    /// <summary>Rounding of each event's amount, in decimals of the major unit. Default: 6 decimals half up.</summary>
    public Rounding Rounding { get; init; } = new(6, RoundingMode.HalfUp);

    /// <summary>Prices contain tax. Default false.</summary>
    public bool TaxIncluded { get; init; }

    /// <summary>Tax category of the charges.</summary>
    public required string Tax { get; init; }

    /// <summary>Revenue account of the ledger, e.g. <c>4000-voice</c>.</summary>
    public required string RevenueAccount { get; init; }
}

/// <summary>What a price is counted in.</summary>
public enum PriceBasis
{
    /// <summary>Time: <see cref="UsageRecord.DurationMs"/>.</summary>
    Duration,
    /// <summary>Volume in both directions: <see cref="UsageRecord.Octets"/>.</summary>
    Volume,
    /// <summary>Number of events: <see cref="UsageRecord.Events"/>.</summary>
    Events,
}

/// <summary>One rule of a rate plan.</summary>
public sealed record UsagePrice
{
    /// <summary>Zone of the plan's deck; null: any zone.</summary>
    public string? Zone { get; init; }

    /// <summary>Band of the plan's set; null: any time.</summary>
    public string? Band { get; init; }

    /// <summary>True: amounts come from the deck's rows; <see cref="PerUnit"/> and <see cref="ConnectFee"/> are then 0
    /// here.</summary>
    public bool FromDeck { get; init; }

    /// <summary>The unit that <see cref="PerUnit"/> is a price of, e.g. minutes; its kind decides the
    /// <see cref="PriceBasis"/>.</summary>
    public required Unit Per { get; init; }

    /// <summary>Price of one <see cref="Per"/>, in the plan's currency.</summary>
    public decimal PerUnit { get; init; }

    /// <summary>Charged once for an event with any chargeable quantity.</summary>
    public decimal ConnectFee { get; init; }

    /// <summary>Steps in which the quantity is counted. Default: exactly what was used.</summary>
    public Increments Increments { get; init; } = Increments.Exact;

    public PriceBasis Basis => Per.Kind switch
    {
        UnitKind.Duration => PriceBasis.Duration,
        UnitKind.Volume => PriceBasis.Volume,
        UnitKind.Count => PriceBasis.Events,
        UnitKind.Currency => throw new InvalidOperationException("A usage price is not per currency."),
        _ => throw new InvalidOperationException($"Unknown unit kind {Per.Kind}."),
    };
}

/// <summary>
/// Charging steps in base units (ms, octets, events): the first <paramref name="First"/> are charged whole once used at all, the
/// rest in steps of <paramref name="Next"/>. 60/1 is 60,000/1,000 here.
/// </summary>
/// <param name="First">0 or more; 0: no minimum.</param>
/// <param name="Next">1 or more.</param>
public readonly record struct Increments(long First, long Next)
{
    /// <summary>Every base unit counts.</summary>
    public static readonly Increments Exact = new(0, 1);

    /// <summary>The chargeable quantity for a used one; 0 stays 0.</summary>
    public long Apply(long used)
    {
        if (used <= 0)
        {
            return 0;
        }
        if (used <= First)
        {
            return First;
        }
        var rest = used - First;
        var steps = rest / Next + (rest % Next == 0 ? 0 : 1);
        return First + steps * Next;
    }
}

/// <summary>An example inside a catalogue, run by <c>catalog check</c>: this usage on this offer costs this.</summary>
/// <param name="Name">A sentence.</param>
/// <param name="Offer">Offer code.</param>
/// <param name="Service">What is used.</param>
/// <param name="Destination">E.164 digits, or empty.</param>
/// <param name="At">Local time in the catalogue's zone.</param>
/// <param name="Quantity">In base units (ms, octets, events).</param>
/// <param name="Amount">Expected amount in the plan's currency, without allowances.</param>
/// <param name="File">Where it is written.</param>
/// <param name="Line">1-based.</param>
public sealed record PriceExample(
    string Name, string Offer, ServiceKind Service, string Destination, LocalDateTime At, long Quantity, decimal Amount,
    string File, int Line);
