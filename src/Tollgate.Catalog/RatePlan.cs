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

    /// <summary>Deck that gives the calling number its zone; null: <see cref="Deck"/>. Looked up only when a rule asks for
    /// it.</summary>
    public string? OriginDeck { get; init; }

    /// <summary>Deck that gives the visited network (digits of its PLMN) its zone; null: the visited zone is the network's
    /// code. At home the zone is <c>home</c>.</summary>
    public string? VisitedDeck { get; init; }

    /// <summary>Code of the <see cref="PortabilityTable"/>; null: only the deck says which network a number belongs
    /// to.</summary>
    public string? Portability { get; init; }

    /// <summary>Networks that are on-net; all others, and unknown ones, are off-net.</summary>
    public ImmutableArray<string> OwnNetworks { get; init; } = [];

    /// <summary>What a call over the boundary of a time band costs. Default: by its start.</summary>
    public BandBoundary Boundary { get; init; } = BandBoundary.Start;

    /// <summary>Who pays the connect fee of an event that an allowance and money share. Default: whatever prices the first
    /// unit.</summary>
    public ConnectFeeRule ConnectFee { get; init; } = ConnectFeeRule.FirstUnit;

    /// <summary>What an unanswered call costs (attribute <c>answered</c> = <c>no</c>). Default: nothing.</summary>
    public NoUseRule Unanswered { get; init; } = NoUseRule.Free;

    /// <summary>What an event without any quantity costs. Default: nothing.</summary>
    public NoUseRule ZeroUse { get; init; } = NoUseRule.Free;

    /// <summary>
    /// The rule with the lowest <see cref="UsagePrice.Priority"/> number whose axes and condition fit applies; among those the
    /// most specific: one that names the zone (a deck's own price does) before one that does not, then origin, visited zone,
    /// kind, net, condition, band; among equals the first in the file.
    /// </summary>
    public ImmutableArray<UsagePrice> Prices { get; init; } = [];

    /// <summary>Rounding of each event's amount, in decimals of the major unit. Default: 6 decimals half up.</summary>
    public Rounding Rounding { get; init; } = new(6, RoundingMode.HalfUp);

    /// <summary>What <see cref="Rounding"/> applies to. Default: the event.</summary>
    public RoundingPoint RoundAt { get; init; } = RoundingPoint.Event;

    /// <summary>Prices contain tax. Default false.</summary>
    public bool TaxIncluded { get; init; }

    /// <summary>Tax category of the charges.</summary>
    public required string Tax { get; init; }

    /// <summary>Revenue account of the ledger, e.g. <c>4000-voice</c>.</summary>
    public required string RevenueAccount { get; init; }
}

/// <summary>How a call over the boundary of a time band is priced.</summary>
public enum BandBoundary : byte
{
    /// <summary>All of it in the band of its start.</summary>
    Start,
    /// <summary>Each part in its band. A block that was opened before the boundary belongs to the old band. Only for prices per
    /// time.</summary>
    Split,
}

/// <summary>Who pays a connect fee.</summary>
public enum ConnectFeeRule : byte
{
    /// <summary>Whatever prices the first unit: an allowance's own fee, or the rule's when money pays the first unit.</summary>
    FirstUnit,
    /// <summary>Money, when it pays for any part of the event.</summary>
    AnyMoney,
}

/// <summary>What usage without quantity costs.</summary>
public enum NoUseRule : byte
{
    /// <summary>Nothing.</summary>
    Free,
    /// <summary>The connect fee, and nothing else: the least charge is of events with a chargeable quantity.</summary>
    Fee,
}

/// <summary>Where amounts are rounded.</summary>
public enum RoundingPoint : byte
{
    /// <summary>The event's amount, once, after discounts and caps.</summary>
    Event,
    /// <summary>The price of each part of the event (segment of a time band, fee) on its own, before discounts; and the
    /// event's.</summary>
    Part,
    /// <summary>Not at all here: events keep the storage scale of the currency, and the sum on the bill is rounded.</summary>
    Total,
}

/// <summary>Whether a number belongs to an own network.</summary>
public enum Net : byte
{
    /// <summary>It does (see <see cref="RatePlan.OwnNetworks"/>).</summary>
    OnNet,
    /// <summary>It does not, or nobody knows.</summary>
    OffNet,
}

/// <summary>What happens when an event costs the most that it may.</summary>
public enum AtMaximum : byte
{
    /// <summary>The rest is free.</summary>
    Free,
    /// <summary>The event is to end there: only the quantity up to the maximum is charged, and the rest is flagged. For models
    /// whose price never falls as the quantity grows (<see cref="PriceModel.Grows"/>).</summary>
    Disconnect,
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

    /// <summary>Zone of the calling number; null: any.</summary>
    public string? From { get; init; }

    /// <summary>Zone of the visited network, or <c>home</c>; null: any.</summary>
    public string? Visited { get; init; }

    /// <summary>On-net or off-net; null: either.</summary>
    public Net? Net { get; init; }

    /// <summary>Kind of the called number as the deck says it; null: any.</summary>
    public string? NumberKind { get; init; }

    /// <summary>Only for events for which this holds; null: all.</summary>
    public Condition? When { get; init; }

    /// <summary>Rules with a lower number are tried first. Default 100.</summary>
    public int Priority { get; init; } = 100;

    /// <summary>Text on bills instead of service, zone and band; charges with it are grouped apart. Null: the usual
    /// one.</summary>
    public string? Label { get; init; }

    /// <summary>Rounding of events that begin with this rule, and of its parts where parts are rounded; null: the plan's. Not
    /// with <see cref="RoundingPoint.Total"/>.</summary>
    public Rounding? Rounding { get; init; }

    /// <summary>Why the rule is as it is: on price sheets, in differences and in explanations; null: nothing.</summary>
    public string? Note { get; init; }

    /// <summary>How the counted quantity becomes money.</summary>
    public PriceModel Model { get; init; } = PerUnitPrice.Default;

    /// <summary>Base units at the beginning of an event that cost nothing. Default 0.</summary>
    public long FreeUnits { get; init; }

    /// <summary>Least that an event with any chargeable quantity costs when money pays for a part of it. Default 0.</summary>
    public decimal MinimumCharge { get; init; }

    /// <summary>Most that an event costs, connect fee included; null: no limit.</summary>
    public decimal? MaximumCharge { get; init; }

    public AtMaximum AtMaximum { get; init; } = AtMaximum.Free;

    /// <summary>True: amounts come from the deck's rows; <see cref="PerUnit"/> and <see cref="ConnectFee"/> are then 0
    /// here.</summary>
    public bool FromDeck { get; init; }

    /// <summary>The unit that <see cref="PerUnit"/> is a price of, e.g. minutes; its kind decides the
    /// <see cref="PriceBasis"/>.</summary>
    public required Unit Per { get; init; }

    /// <summary>Price of one <see cref="Per"/>, in the plan's currency, for <see cref="PerUnitPrice"/>. Negative: the party
    /// gets it.</summary>
    public decimal PerUnit { get; init; }

    /// <summary>Charged once for an event with any chargeable quantity.</summary>
    public decimal ConnectFee { get; init; }

    /// <summary>Steps in which the quantity is counted. Default: exactly what was used.</summary>
    public Increments Increments { get; init; } = Increments.Exact;

    public PriceBasis Basis => BasisOf(Per);

    /// <summary>Neither origin, visited network, kind of number, network nor a condition limits it.</summary>
    public bool ForEveryEvent => From is null && Visited is null && NumberKind is null && Net is null && When is null;

    /// <summary>What is counted in a unit.</summary>
    /// <exception cref="InvalidOperationException">The unit is a currency.</exception>
    public static PriceBasis BasisOf(Unit unit) => unit.Kind switch
    {
        UnitKind.Duration => PriceBasis.Duration,
        UnitKind.Volume => PriceBasis.Volume,
        UnitKind.Count => PriceBasis.Events,
        UnitKind.Currency => throw new InvalidOperationException("A usage price is not per currency."),
        _ => throw new InvalidOperationException($"Unknown unit kind {unit.Kind}."),
    };
}

/// <summary>
/// Charging steps in base units (ms, octets, events): the first <paramref name="First"/> are charged whole once used at all,
/// the rest in steps of <paramref name="Next"/>. 60/1 is 60,000/1,000 here.
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
    string File, int Line)
{
    /// <summary>Calling number, or empty.</summary>
    public string Origin { get; init; } = "";

    public UsageAttributes Attributes { get; init; }

    /// <summary>Code of the rate plan that is to price it; null: any of the offer's.</summary>
    public string? Plan { get; init; }

    /// <summary>Why it is not to be charged; null: it costs <see cref="Amount"/>.</summary>
    public HoldReason? Refused { get; init; }

    /// <summary>What the period's counters are at before the event, by code, in stored steps.</summary>
    public ImmutableDictionary<string, long> Counters { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>What is left of the offer's allowances before the event, by code, in stored steps; those that are not named are
    /// used up.</summary>
    public ImmutableDictionary<string, long> Allowances { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>Lists of numbers that the subscription has, by name.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Numbers { get; init; } =
        ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>Money of the account before the event, in the plan's currency; null: it has no pocket of money.</summary>
    public decimal? Money { get; init; }

    /// <summary>What else is to come out.</summary>
    public ExampleOutcome Outcome { get; init; } = ExampleOutcome.Any;
}

/// <summary>What is to come out of an example beside its amount. Only what is written is compared.</summary>
public sealed record ExampleOutcome
{
    public static readonly ExampleOutcome Any = new();

    /// <summary>What is charged after increments, allowances included, in base units.</summary>
    public long? Charged { get; init; }

    /// <summary>What of the amount pockets of money and allowances of money pay, in the plan's currency.</summary>
    public decimal? FromMoney { get; init; }

    /// <summary>What the network is told, all of it.</summary>
    public UsageNotes? Notes { get; init; }

    /// <summary>What is left of allowances after the event, by code, in stored steps.</summary>
    public ImmutableDictionary<string, long> Left { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>Prices of other parties by the code of their leg, each in the currency of the leg's plan.</summary>
    public ImmutableDictionary<string, decimal> Legs { get; init; } = ImmutableDictionary<string, decimal>.Empty;

    /// <summary>The highest threshold that is crossed, in percent, by the code of a counter or allowance; 0: none.</summary>
    public ImmutableDictionary<string, int> Crosses { get; init; } = ImmutableDictionary<string, int>.Empty;
}
