using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>The rate plans of an offer by service. Immutable.</summary>
internal sealed class OfferPlans
{
    private readonly ImmutableArray<AskedPlan> all;
    private readonly CompiledPlan?[] only;
    private readonly AskedPlan[]?[] several;

    /// <param name="all">Those of add-ons first, then as written.</param>
    internal OfferPlans(IEnumerable<AskedPlan> all)
    {
        this.all = [.. all];
        var services = (int)Enum.GetValues<ServiceKind>().Max() + 1;
        only = new CompiledPlan?[services];
        several = new AskedPlan[]?[services];
        var slots = new List<CompiledPlan?>(only);
        foreach (var service in this.all.GroupBy(one => one.Plan.Source.Service))
        {
            var asked = service.OrderBy(one => one.Entry.Priority).DistinctBy(one => (one.Plan, one.Entry)).ToList();
            if (asked is [{ Entry.Always: true } one])
            {
                only[(int)service.Key] = slots[(int)service.Key] = one.Plan;
                continue;
            }
            several[(int)service.Key] = [.. asked.Select((plan, index) => plan with { Slot = slots.Count + index })];
            slots.AddRange(asked.Select(plan => plan.Plan));
        }
        Slots = [.. slots];
    }

    /// <summary>By number: those of <see cref="Only"/> under the number of the service, then the others under
    /// <see cref="AskedPlan.Slot"/>.</summary>
    internal ImmutableArray<CompiledPlan?> Slots { get; }

    /// <summary>The plan of a service that has one, for all events; else null.</summary>
    internal CompiledPlan? Only(ServiceKind service) => (int)service < only.Length ? only[(int)service] : null;

    /// <summary>The plans of any other service in the order in which they are asked; null: there are none.</summary>
    internal AskedPlan[]? Several(ServiceKind service) => (int)service < several.Length ? several[(int)service] : null;

    /// <summary>Every plan once.</summary>
    internal IEnumerable<CompiledPlan> Plans => all.Select(one => one.Plan).Distinct();

    /// <summary>The plans of a base with those of its add-ons before them. What prices a service in another currency than the
    /// base is left aside.</summary>
    internal OfferPlans With(IReadOnlyList<CompiledOffer> addOns)
    {
        var extra = addOns.SelectMany(addOn => addOn.Plans.all.Select(one => one with { AddOn = addOn.Code })).ToList();
        if (extra.Count == 0)
        {
            return this;
        }
        var currencies = all.Concat(extra).GroupBy(one => one.Plan.Source.Service)
            .ToDictionary(service => service.Key, service => service.First().Plan.Source.Currency);
        return new OfferPlans(extra.Where(one => one.Plan.Source.Currency == currencies[one.Plan.Source.Service])
            .Concat(all));
    }
}

/// <summary>One of several plans for a service. Immutable.</summary>
internal sealed record AskedPlan(CompiledPlan Plan, OfferPlan Entry)
{
    /// <summary>Code of the add-on that it came with; null: the base.</summary>
    internal string? AddOn { get; init; }

    /// <summary>Its number in <see cref="OfferPlans.Slots"/>.</summary>
    internal int Slot { get; init; }

    private readonly Instant from = Start(Plan, Entry.From, Instant.MinValue);
    private readonly Instant to = Start(Plan, Entry.To, Instant.MaxValue);

    internal bool HoldsAt(Instant start) => from <= start && start < to;

    private static Instant Start(CompiledPlan plan, LocalDate? day, Instant otherwise) => day is { } date
        ? plan.Source.TimeZone.AtStartOfDay(date).ToInstant() : otherwise;
}
