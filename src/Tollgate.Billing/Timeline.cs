using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>What holds of a subscription at a time.</summary>
/// <param name="PlanFrom">First day of the offer.</param>
/// <param name="Account">Who pays; null: the account that is billed.</param>
/// <param name="Free">Suspended without charge.</param>
/// <param name="Prices">The customer's own prices by code; null: none.</param>
internal sealed record LineState(
    string Offer, int Quantity, LocalDate PlanFrom, AccountId? Account, bool Free, ImmutableDictionary<string, Money>? Prices);

/// <summary>A stretch of days in which nothing changes.</summary>
/// <param name="From">First day.</param>
/// <param name="To">First day after it; <see cref="Timeline.Never"/>: it has no end.</param>
/// <param name="FromAt">Exact begin, for proration by seconds; by days it has no meaning.</param>
/// <param name="ToAt">Exact end; <see cref="Instant.MaxValue"/>: none. By days it has no meaning.</param>
/// <param name="Starts">It begins with the subscription or the account, not with a change.</param>
/// <param name="Ends">It ends with the subscription or the account.</param>
/// <param name="State">What holds in it.</param>
internal readonly record struct Segment(
    LocalDate From, LocalDate To, Instant FromAt, Instant ToAt, bool Starts, bool Ends, LineState State)
{
    /// <summary>Phase of the offer; empty: it has none.</summary>
    internal string Phase { get; init; } = "";
}

/// <summary>
/// Cuts the life of a subscription into segments.
/// <code>
/// start        quantity 3        plan B            suspended     resumed       end
///   |--------------|----------------|------------------|              |-----------|
///   A × 1            A × 3            B × 3               (free)         B × 3
/// </code>
/// By days: the state at the end of a day is the state of the day (of the quantity, by policy, the highest). Exact: to the
/// instant.
/// </summary>
internal static class Timeline
{
    /// <summary>Later than every day that is billed.</summary>
    internal static readonly LocalDate Never = new(9990, 1, 1);

    /// <summary>The segments in order, free ones included; empty when it lived without a billed day.</summary>
    internal static List<Segment> Of(SubscriptionFacts subscription, AccountFacts account, BillingPolicy policy, bool exact)
    {
        var ended = Earlier(subscription.Ended, account.EndedOn);
        var from = LocalDate.Max(subscription.Started, account.OpenedOn);
        var segments = new List<Segment>(1 + subscription.Changes.Length);
        if (ended <= from && !(exact && subscription.EndedAt > subscription.StartedAt))
        {
            return segments;
        }
        var zone = account.Zone;
        var begin = !exact ? Instant.MinValue
            : from == subscription.Started && subscription.StartedAt is { } at ? at : Start(from, zone);
        var end = !exact || ended is not { } last ? Instant.MaxValue
            : last == subscription.Ended && subscription.EndedAt is { } exactly ? exactly : Start(last, zone);
        var state = First(subscription);
        var mark = (Day: from, At: begin, Starts: true);
        foreach (var (day, time, next) in Steps(subscription, state, zone, policy, exact))
        {
            if (exact ? time <= begin : day <= from)
            {
                state = next;
                continue;
            }
            if (exact ? time >= end : day >= (ended ?? Never))
            {
                break;
            }
            segments.Add(new Segment(mark.Day, exact ? DayAfter(time, zone) : day, mark.At, time, mark.Starts, false, state));
            mark = (day, time, false);
            state = next;
        }
        var to = ended is null ? Never : exact ? DayAfter(end, zone) : ended.Value;
        segments.Add(new Segment(mark.Day, to, mark.At, end, mark.Starts, ended is not null, state));
        return segments;
    }

    /// <summary>What held at the end of the day of the start: what changed on that day was agreed with the start.</summary>
    internal static LineState Agreed(SubscriptionFacts subscription, AccountFacts account, BillingPolicy policy)
    {
        var state = First(subscription);
        if (subscription.Changes.IsEmpty)
        {
            return state;
        }
        foreach (var (day, _, next) in Steps(subscription, state, account.Zone, policy, exact: false))
        {
            if (day > subscription.Started)
            {
                break;
            }
            state = next;
        }
        return state;
    }

    /// <summary>What held when the subscription ended (or holds at last).</summary>
    internal static LineState Last(SubscriptionFacts subscription, AccountFacts account, BillingPolicy policy)
    {
        var state = First(subscription);
        foreach (var (day, _, next) in Steps(subscription, state, account.Zone, policy, exact: false))
        {
            if (day > (subscription.Ended ?? Never))
            {
                break;
            }
            state = next;
        }
        return state;
    }

    internal static LineState First(SubscriptionFacts subscription) => new(
        subscription.Offer, subscription.Quantity, subscription.Started, subscription.Account, false, null);

    internal static Instant Start(LocalDate day, DateTimeZone zone) => zone.AtStartOfDay(day).ToInstant();

    private static LocalDate? Earlier(LocalDate? a, LocalDate? b) =>
        a is null ? b : b is null ? a : LocalDate.Min(a.Value, b.Value);

    /// <summary>The day after the last one that a time still touches: midnight touches the day before only.</summary>
    private static LocalDate DayAfter(Instant time, DateTimeZone zone)
    {
        var day = time.InZone(zone).Date;
        return Start(day, zone) == time ? day : day.PlusDays(1);
    }

    /// <summary>The states after each change, by time; by days one for each day (two where the highest quantity
    /// counts).</summary>
    private static IEnumerable<(LocalDate Day, Instant At, LineState State)> Steps(
        SubscriptionFacts subscription, LineState state, DateTimeZone zone, BillingPolicy policy, bool exact)
    {
        if (subscription.Changes.IsEmpty)
        {
            yield break;
        }
        var changes = subscription.Changes.OrderBy(change => change.At).ToList(); // stable: recorded later wins
        for (var i = 0; i < changes.Count;)
        {
            var day = changes[i].At.InZone(zone).Date;
            var at = exact ? changes[i].At : Start(day, zone);
            var highest = changes[i].At > at ? state.Quantity : 0;
            for (; i < changes.Count && (exact ? changes[i].At == at : changes[i].At.InZone(zone).Date == day); i++)
            {
                state = After(state, changes[i], day);
                highest = Math.Max(highest, state.Quantity);
            }
            if (exact || policy.QuantityOfDay == QuantityOfDay.Last || highest == state.Quantity)
            {
                yield return (day, at, state);
                continue;
            }
            yield return (day, at, state with { Quantity = highest });
            if (i == changes.Count || changes[i].At.InZone(zone).Date > day.PlusDays(1))
            {
                yield return (day.PlusDays(1), Start(day.PlusDays(1), zone), state);
            }
        }
    }

    private static LineState After(LineState state, TimelineChange change, LocalDate day) => change switch
    {
        TimelineChange.Quantity(_, var units) => state with { Quantity = units },
        TimelineChange.Plan(_, var offer) => state with { Offer = offer, PlanFrom = day, Prices = null },
        TimelineChange.Price(_, var code, { } amount) =>
            state with { Prices = (state.Prices ?? ImmutableDictionary<string, Money>.Empty).SetItem(code, amount) },
        TimelineChange.Price(_, var code, null) => state with { Prices = state.Prices?.Remove(code) },
        TimelineChange.Suspend(_, var charged) => state with { Free = !charged },
        TimelineChange.Resume => state with { Free = false },
        TimelineChange.Transfer(_, var to) => state with { Account = to },
        _ => throw new InvalidOperationException($"Unknown change {change.GetType().Name}."),
    };
}
