using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>An offer in index form. Belongs to one <see cref="CompiledCatalogue"/>. Immutable.</summary>
public sealed class CompiledOffer
{
    private readonly OfferParts parts;
    private readonly ImmutableArray<int> addOnOf;
    private readonly int[] counterOf;
    private readonly Dictionary<int, int[]> legCounters = [];

    internal CompiledOffer(Offer source, OfferPlans plans, OfferParts parts, ImmutableArray<int> addOnOf = default)
    {
        Plans = plans;
        this.parts = parts;
        this.addOnOf = addOnOf;
        Source = source;
        var counters = CountersOf(source, plans, parts);
        counterOf = [.. parts.Counters.Select(counter => counters.IndexOf(counter))];
        var shared = counters.Count;
        counters.AddRange(source.Allowances.Where(allowance => allowance.MemberLimit is not null).Select(MemberCounter));
        var members = shared;
        var firstOfLegs = counters.Count;
        Legs = [.. source.Legs.Select(parts.LegOf)];
        var legs = new List<int>();
        foreach (var leg in Legs.Union(parts.TrunkLegs))
        {
            foreach (var index in parts.LegList[leg].Counters)
            {
                (legCounters.TryGetValue(leg, out var map) ? map : legCounters[leg] = NoCounters(parts))[index] = counters.Count;
                counters.Add(LegCounter(parts.LegList[leg].Source, parts.Counters[index]));
                legs.Add(leg);
            }
        }
        Counters = [.. counters];
        CountersCompiled =
        [
            .. counters.Select((counter, index) => new CompiledCounter(counter, index >= shared && index < firstOfLegs)
            {
                Leg = index < firstOfLegs ? -1 : legs[index - firstOfLegs],
            }),
        ];
        Covers =
        [
            .. source.Allowances.Select(allowance => new AllowanceCover(allowance, plans.Slots)
            {
                MemberCounter = allowance.MemberLimit is null ? -1 : members++,
            }),
        ];
        Discounts =
        [
            .. source.UsageDiscounts.OrderBy(discount => discount.Priority).Select(discount => new CompiledDiscount(discount)),
        ];
        Caps = [.. source.SpendingCaps.Select(cap => new CompiledCap(cap, counters.FindIndex(one => one.Code == cap.Counter)))];
        Earnings =
        [
            .. source.Earns.Where(one => one.Counter is not null).Select(one => new CompiledEarning(
                one, counters.FindIndex(counter => counter.Code == one.Counter),
                source.Allowances.Select(allowance => allowance.Code).ToList().IndexOf(one.Into!))),
        ];
        SimplePrice = Discounts.Length == 0 && Caps.Length == 0 && source.Allowances.All(
            allowance => allowance.ConnectFee == 0 && allowance.Price is null);
    }

    /// <summary>What it was compiled from.</summary>
    public Offer Source { get; }

    public string Code => Source.Code;

    public PaymentModel Payment => Source.Payment;

    /// <summary><see cref="PocketState.Allowance"/> is an index into this list.</summary>
    public ImmutableArray<Allowance> Allowances => Source.Allowances;

    /// <summary>What is counted for the offer; <see cref="PocketState.Allowance"/> of a counter is an index into this list.
    /// Those that the offer, its caps, what it earns and its rate plans name, then one for each allowance with a member limit, under
    /// <c>ALLOWANCE/member</c>, then those that the plans of its legs name, under <c>leg/LEG/COUNTER</c>.</summary>
    public ImmutableArray<Counter> Counters { get; }

    /// <summary>The rate plans for a service in the order in which they are asked; the first that has a price for an event
    /// prices it. All are in one currency.</summary>
    public IReadOnlyList<RatePlan> RatePlans(ServiceKind service) => Plans.Only(service) is { } plan
        ? [plan.Source] : [.. Plans.Several(service)?.Select(one => one.Plan.Source) ?? []];

    /// <summary>What a service is priced in; null: it is not priced.</summary>
    public Unit? Currency(ServiceKind service) =>
        (Plans.Only(service) ?? Plans.Several(service)?[0].Plan)?.Source.Currency;

    internal OfferPlans Plans { get; }

    internal ImmutableArray<AllowanceCover> Covers { get; }

    internal ImmutableArray<CompiledCounter> CountersCompiled { get; }

    /// <summary>In the order in which they apply.</summary>
    internal ImmutableArray<CompiledDiscount> Discounts { get; }

    internal ImmutableArray<CompiledCap> Caps { get; }

    /// <summary>What usage earns.</summary>
    internal ImmutableArray<CompiledEarning> Earnings { get; }

    /// <summary>Indices of the legs that every event has.</summary>
    internal ImmutableArray<int> Legs { get; }

    /// <summary>No discounts, caps, fees or prices of allowances.</summary>
    internal bool SimplePrice { get; }

    /// <summary>The catalogue's; tells offers of another catalogue apart.</summary>
    internal ImmutableArray<DateTimeZone> TimeZones => parts.TimeZones;

    /// <summary>Index of a catalogue's counter in <see cref="Counters"/>, or -1.</summary>
    internal int CounterOf(int counter) => counterOf[counter];

    /// <summary>Indices in <see cref="Counters"/> of the catalogue's counters as a leg counts them, -1 for those that it does not
    /// need; null: it needs none.</summary>
    internal int[]? LegCounters(int leg) => legCounters.GetValueOrDefault(leg);

    /// <summary>Which add-on an allowance came with, an index into the list handed to <see cref="CompiledCatalogue.Combined"/>;
    /// -1: the base.</summary>
    internal int AddOnOf(int allowance) => addOnOf.IsDefaultOrEmpty ? -1 : addOnOf[allowance];

    /// <summary>This offer with add-ons; see <see cref="CompiledCatalogue.Combined"/>.</summary>
    internal CompiledOffer With(IReadOnlyList<CompiledOffer> addOns)
    {
        var allowances = Source.Allowances.ToBuilder();
        var earns = Source.Earns.ToBuilder();
        var from = ImmutableArray.CreateBuilder<int>();
        from.AddRange(Enumerable.Repeat(-1, allowances.Count));
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < addOns.Count; i++)
        {
            var addOn = addOns[i];
            var times = seen[addOn.Code] = seen.GetValueOrDefault(addOn.Code) + 1;
            var prefix = times == 1 ? addOn.Code : string.Create(CultureInfo.InvariantCulture, $"{addOn.Code}#{times}");
            allowances.AddRange(addOn.Allowances.Select(allowance => allowance with { Code = $"{prefix}/{allowance.Code}" }));
            from.AddRange(Enumerable.Repeat(i, addOn.Allowances.Length));
            earns.AddRange(addOn.Source.Earns.Select(one => one with { Code = $"{prefix}/{one.Code}", Into = $"{prefix}/{one.Into}" }));
        }
        var source = Source with
        {
            Allowances = allowances.ToImmutable(),
            Earns = earns.ToImmutable(),
            UsageDiscounts = [.. Source.UsageDiscounts, .. addOns.SelectMany(addOn => addOn.Source.UsageDiscounts)],
            SpendingCaps = [.. Source.SpendingCaps, .. addOns.SelectMany(addOn => addOn.Source.SpendingCaps)],
            Counters = [.. Source.Counters, .. addOns.SelectMany(addOn => addOn.Source.Counters)],
            Legs = [.. Source.Legs.Concat(addOns.SelectMany(addOn => addOn.Source.Legs)).Distinct(StringComparer.Ordinal)],
        };
        return new CompiledOffer(source, Plans.With(addOns), parts, from.ToImmutable());
    }

    /// <summary>This offer with allowances that other subscriptions share; see <see cref="CompiledCatalogue.Pooled"/>.</summary>
    internal CompiledOffer WithShared(IEnumerable<Allowance> shared)
    {
        var source = Source with { Allowances = [.. Source.Allowances, .. shared] };
        return new CompiledOffer(
            source, Plans, parts, [.. Enumerable.Range(0, source.Allowances.Length).Select(i => i < Allowances.Length ? AddOnOf(i) : -1)]);
    }

    /// <summary>
    /// This offer with limits of the subscription's own in place of the catalogue's: of a spending cap (and of its counter, where
    /// that has a limit for thresholds), of a counter, or what a subscription may take of an allowance in a period.
    /// </summary>
    /// <param name="limits">Stored steps by the code of the cap, counter or allowance.</param>
    public CompiledOffer WithLimits(IReadOnlyDictionary<string, long> limits)
    {
        var capped = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var cap in Source.SpendingCaps)
        {
            if (limits.TryGetValue(cap.Code, out var limit))
            {
                capped[cap.Counter] = limit;
            }
        }
        var source = Source with
        {
            SpendingCaps = [.. Source.SpendingCaps.Select(cap => limits.TryGetValue(cap.Code, out var limit)
                ? cap with { Limit = limit } : cap)],
            Allowances = [.. Allowances.Select(allowance => limits.TryGetValue(allowance.Code, out var limit)
                ? allowance with { MemberLimit = limit } : allowance)],
        };
        var counters = parts.Counters.Select(counter =>
            limits.TryGetValue(counter.Code, out var own) ? counter with { Limit = own }
            : counter.Limit is not null && capped.TryGetValue(counter.Code, out var limit) ? counter with { Limit = limit }
            : counter);
        return new CompiledOffer(source, Plans, parts with { Counters = [.. counters] }, addOnOf);
    }

    /// <summary>This offer for subscriptions of some quantities: what is granted for each one is granted so many times.</summary>
    /// <param name="quantity">Of the subscription.</param>
    /// <param name="addOns">Of its add-ons, in the order in which they were combined.</param>
    public CompiledOffer WithQuantities(int quantity, IReadOnlyList<int> addOns)
    {
        var allowances = Allowances.Select((allowance, i) =>
        {
            var times = AddOnOf(i) < 0 ? quantity : addOns[AddOnOf(i)];
            return allowance.PerQuantity && times > 1
                ? allowance with { Amount = (long)Int128.Min((Int128)allowance.Amount * times, long.MaxValue) } : allowance;
        });
        return HasPerQuantity
            ? new CompiledOffer(Source with { Allowances = [.. allowances] }, Plans, parts, addOnOf) : this;
    }

    /// <summary>An allowance is granted for each one of the quantity.</summary>
    public bool HasPerQuantity => Source.Allowances.Any(allowance => allowance.PerQuantity);

    /// <summary>The counters that the offer, its caps and its plans name, each once.</summary>
    private static List<Counter> CountersOf(Offer source, OfferPlans plans, OfferParts parts)
    {
        var codes = source.Counters
            .Concat(source.SpendingCaps.Select(cap => cap.Counter))
            .Concat(source.Earns.Select(one => one.Counter).OfType<string>())
            .Concat(plans.Plans.SelectMany(plan => plan.Source.Prices)
                .Select(price => price.Model.CounterCode).OfType<string>());
        return [.. codes.Distinct(StringComparer.Ordinal).Select(code =>
            parts.Counters.FirstOrDefault(counter => counter.Code == code)
            ?? throw new ArgumentException(
                $"Offer '{source.Code}' refers to counter '{code}', which is not there.", nameof(source)))];
    }

    private static int[] NoCounters(OfferParts parts)
    {
        var none = new int[parts.Counters.Length];
        Array.Fill(none, -1);
        return none;
    }

    /// <summary>What a leg counts is apart from what the retail price and other legs count.</summary>
    private static Counter LegCounter(Leg leg, Counter counter) =>
        counter with { Code = $"leg/{leg.Code}/{counter.Code}", Limit = null, Thresholds = [] };

    private static Counter MemberCounter(Allowance allowance) => new()
    {
        Code = $"{allowance.Code}/member",
        Name = allowance.Name,
        Of = Catalog.CounterOf.Charged,
        Unit = allowance.Unit,
        Shared = SharingScope.Subscription,
        Reset = allowance.Reset,
        Limit = allowance.MemberLimit,
        Thresholds = allowance.Thresholds,
    };
}

/// <summary>What offers of a catalogue refer to.</summary>
/// <param name="TrunkLegs">Indices of legs that events have by their trunk, whatever the offer.</param>
internal sealed record OfferParts(
    ImmutableArray<Counter> Counters, ImmutableArray<CompiledLeg> LegList, ImmutableArray<int> TrunkLegs,
    ImmutableArray<DateTimeZone> TimeZones)
{
    internal int LegOf(string code)
    {
        for (var i = 0; i < LegList.Length; i++)
        {
            if (LegList[i].Source.Code == code)
            {
                return i;
            }
        }
        throw new ArgumentException($"There is no leg '{code}'.", nameof(code));
    }
}

/// <summary>A leg in index form. Immutable.</summary>
internal sealed class CompiledLeg(Leg source, CompiledPlan?[] plans)
{
    internal Leg Source => source;

    /// <summary>The catalogue's counters that its plans name, each once.</summary>
    internal ImmutableArray<int> Counters { get; } =
    [
        .. plans.OfType<CompiledPlan>().SelectMany(plan => plan.Candidates).Select(candidate => candidate.Rule.Model.Counter)
            .Where(counter => counter >= 0).Distinct().Order(),
    ];

    internal CompiledPlan? Plan(ServiceKind service) => (int)service < plans.Length ? plans[(int)service] : null;
}
