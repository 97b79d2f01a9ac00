using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>A stretch of an event's chargeable quantity that has one rule, band and step of age.</summary>
internal struct Piece
{
    internal CompiledRule Rule;
    internal int Tariff;
    internal int PriceKey;
    internal int Band;
    internal int Step;

    /// <summary>Price of one unit, for models that have one.</summary>
    internal Exact Rate;

    /// <summary>Chargeable units [From, To) of the event.</summary>
    internal long From;
    internal long To;

    /// <summary>Where blocks begin to be counted: <see cref="From"/>, or after a first increment.</summary>
    internal long Origin;
    internal long Block;

    /// <summary>Units used up to the end of the piece, of the whole event.</summary>
    internal long UsedTo;

    /// <summary>Allowances pay up to here; money pays the rest.</summary>
    internal long MoneyFrom;

    /// <summary>Units that allowances pay.</summary>
    internal long Covered;

    /// <summary>The connect fee that is due with the piece.</summary>
    internal Exact Fee;

    /// <summary>Money for what allowances pay, by their own prices.</summary>
    internal Exact Own;

    /// <summary>What the model says, before the most that an event costs.</summary>
    internal Exact Price;

    /// <summary>Money, fee included, before discounts, in steps of the plan's rounding.</summary>
    internal Exact Amount;

    /// <summary>Where units begin to cost something: after the free ones of the event.</summary>
    internal readonly long FirstPriced(long from) => Math.Max(from, Math.Min(To, Rule.Source.FreeUnits));
}

/// <summary>
/// What the steps have found out so far about one event under one plan. Reused for the next event, so that rating allocates
/// nothing; for one thread. Also the facts that conditions and formulas look at: zones that only they ask for are looked up
/// when they ask.
/// </summary>
internal sealed class PricedEvent(BandClock[] clocks) : ExpressionFacts
{
    /// <summary>Visited zone of an event at home.</summary>
    internal const string Home = "home";

    private Piece[] pieces = new Piece[4];
    private long[] counters = [];
    private int originZone;
    private string? visitedZone;
    private string? network;
    private bool networkKnown;
    private int[]? legCounters;
    private decimal quantity;

    internal UsageRecord Record { get; private set; } = null!;

    internal CompiledPlan Plan { get; private set; } = null!;

    /// <summary>Null for a leg.</summary>
    internal CompiledOffer? Offer { get; private set; }

    /// <summary>Number of the plan in <see cref="OfferPlans.Slots"/>; -1 for a leg.</summary>
    internal int Slot { get; private set; }

    internal BandClock Clock => clocks[Plan.Clock];

    internal Place Place { get; set; }

    /// <summary>Band of the start.</summary>
    internal int Band { get; set; }

    internal int Count { get; set; }

    internal long Used { get; set; }

    internal long Charged { get; set; }

    internal long FromAllowances { get; set; }

    /// <summary>Units that money pays, of the pieces priced so far.</summary>
    internal long Paid { get; set; }

    /// <summary>Units that allowances pay, or that cost nothing because one is used up, of the pieces drawn for so far.</summary>
    internal long Unpaid { get; set; }

    /// <summary>From where on usage is slowed down; -1: nowhere.</summary>
    internal long SlowedFrom { get; set; }

    /// <summary>What the least that an event costs added.</summary>
    internal Exact Raised { get; set; }

    /// <summary>Prices of other parties that are the customer's too, in stored steps.</summary>
    internal long Added { get; set; }

    /// <summary>Index of the pocket that paid the first unit, or -1.</summary>
    internal int FirstPayer { get; set; }

    /// <summary>Index of the pocket that pays the whole event, or -1.</summary>
    internal int WholePayer { get; set; }

    /// <summary>The event is free of quantity, but the plan asks for its fee.</summary>
    internal bool FeeWithoutUse { get; set; }

    /// <summary>The rule that does not allow the event, or its rest; for its explanation.</summary>
    internal CompiledRule? Barred { get; set; }

    internal HoldReason? Refusal { get; set; }

    internal UsageNotes Notes { get; set; }

    internal Span<Piece> Pieces => pieces.AsSpan(0, Count);

    internal PriceBasis Basis => pieces[0].Rule.Source.Basis;

    internal void Begin(UsageRecord record, CompiledPlan plan, CompiledOffer? offer, int slot)
    {
        Record = record;
        Plan = plan;
        Offer = offer;
        Slot = slot;
        Count = 0;
        (Used, Charged, FromAllowances, Paid, Unpaid, SlowedFrom) = (0, 0, 0, 0, 0, -1);
        (Raised, Added, Barred) = (default, 0, null);
        (FirstPayer, WholePayer, FeeWithoutUse, Refusal, Notes) = (-1, -1, false, null, UsageNotes.None);
        (originZone, visitedZone, network, networkKnown) = (-2, null, null, false);
        legCounters = null;
        if (offer is not null && !offer.Counters.IsEmpty)
        {
            ClearCounters(offer.Counters.Length);
        }
    }

    /// <summary>Begins with a leg.</summary>
    /// <param name="counted">As <see cref="CompiledOffer.LegCounters"/>.</param>
    internal void BeginLeg(UsageRecord record, CompiledPlan plan, CompiledOffer offer, int[]? counted)
    {
        Begin(record, plan, null, -1);
        legCounters = counted;
        if (counted is not null)
        {
            ClearCounters(offer.Counters.Length);
        }
    }

    private void ClearCounters(int count)
    {
        if (counters.Length < count)
        {
            counters = new long[count * 2];
        }
        counters.AsSpan(0, count).Clear();
    }

    internal ref Piece Add()
    {
        if (Count == pieces.Length)
        {
            Array.Resize(ref pieces, Count * 2);
        }
        ref var piece = ref pieces[Count++];
        piece = default;
        return ref piece;
    }

    /// <summary>Ends the event at an offset within a piece: what was used beyond costs nothing.</summary>
    internal void CutAt(int index, long at)
    {
        ref var piece = ref pieces[index];
        piece.To = at;
        Count = index + 1;
        Charged = at;
    }

    /// <summary>Notes what a counter of the offer stands at.</summary>
    internal void SetCounter(int counter, long balance) => counters[counter] = balance;

    /// <summary>What a counter of the catalogue stands at before the unit at an offset of this event.</summary>
    internal long CountedBefore(int counter, long from)
    {
        var own = legCounters is { } counted ? counted[counter] : Offer is null ? -1 : Offer.CounterOf(counter);
        var before = own < 0 ? 0 : counters[own];
        return Plan.Counters[counter].Of switch
        {
            CounterOf.Charged or CounterOf.Used => before + from,
            CounterOf.Paid => before + from - Unpaid,
            _ => before,
        };
    }

    internal Exact RefusePrice(HoldReason reason)
    {
        Refusal = reason;
        return default;
    }

    /// <summary>The price that came with the record, when it is in this currency.</summary>
    internal bool TryExternalPrice(Unit currency, out decimal amount)
    {
        amount = 0;
        return Record.Attributes[AttributeNames.Price] is { } text
            && decimal.TryParse(
                text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out amount)
            && Math.Abs(amount) <= 1_000_000_000m && amount.Scale <= 12
            && (Record.Attributes[AttributeNames.PriceCurrency] ?? currency.Code) == currency.Code;
    }

    internal bool TryEvaluate(Formula formula, decimal units, out decimal value)
    {
        quantity = units;
        return formula.TryEvaluate(this, out value);
    }

    /// <summary>Evaluates again, by facts that look at this event and remember what they were asked.</summary>
    internal void TryEvaluate(Formula formula, decimal units, AskedFacts asked)
    {
        quantity = units;
        formula.TryEvaluate(asked, out _);
    }

    internal string ZoneName => Plan.Zones[Place.Zone];

    internal string BandName => Plan.Week.Bands[Band];

    /// <summary>Kind of the called number, or empty.</summary>
    internal string NumberKind => Plan.Deck?.Details[Place.Detail].Kind ?? "";

    /// <summary>Network of the called number, or null.</summary>
    internal string? Network
    {
        get
        {
            if (!networkKnown)
            {
                network = Plan.Portability?.Find(Record.Destination) ?? Plan.Deck?.Details[Place.Detail].Network;
                networkKnown = true;
            }
            return network;
        }
    }

    internal Net Net => Network is { } known
        && Plan.Source.OwnNetworks.IndexOf(known, 0, StringComparer.Ordinal) >= 0 ? Net.OnNet : Net.OffNet;

    /// <summary>Zone of the calling number, or empty.</summary>
    internal string OriginZone
    {
        get
        {
            if (originZone == -2)
            {
                originZone = Plan.OriginDeck is { } deck && deck.TryFind(Record.Origin, Record.Start, out var place)
                    ? deck.Places[place].Zone : -1;
            }
            return originZone < 0 ? "" : Plan.OriginDeck!.Zones[originZone];
        }
    }

    /// <summary>Zone of the visited network; a network that the deck does not know is in a zone of its own code.</summary>
    internal string VisitedZone
    {
        get
        {
            if (visitedZone is null)
            {
                var visited = Record.Attributes[AttributeNames.VisitedNetwork];
                visitedZone = string.IsNullOrEmpty(visited) ? Home
                    : Plan.VisitedDeck is { } deck && deck.TryFindPrefix(visited, Record.Start, out var place)
                        ? deck.Zones[deck.Places[place].Zone] : visited;
            }
            return visitedZone;
        }
    }

    public override string Text(Fact fact) => fact switch
    {
        Fact.Service => Plan.ServiceWord,
        Fact.Subject => Record.Subject.Value,
        Fact.Origin => Record.Origin,
        Fact.Destination => Record.Destination,
        Fact.Zone => ZoneName,
        Fact.From => OriginZone,
        Fact.Visited => VisitedZone,
        Fact.Band => BandName,
        Fact.Net => Net == Net.OnNet ? "on-net" : "off-net",
        Fact.Kind => NumberKind,
        Fact.Network => Network ?? "",
        _ => throw new InvalidOperationException($"{fact} is not text."),
    };

    public override decimal Number(Fact fact) => fact switch
    {
        Fact.Duration => Record.DurationMs / 1000m,
        Fact.Octets => (decimal)Record.OctetsUp + Record.OctetsDown,
        Fact.OctetsUp => Record.OctetsUp,
        Fact.OctetsDown => Record.OctetsDown,
        Fact.Events => Record.Events,
        Fact.Quantity => quantity,
        _ => throw new InvalidOperationException($"{fact} is not a number."),
    };

    public override string? Attribute(string name) => Record.Attributes[name];
}
