using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>A pocket that an event needs: what one allowance grants for one period, or a counter of one period.</summary>
/// <param name="Allowance">Index of the allowance, or of the counter, in the <see cref="CompiledOffer"/>.</param>
/// <param name="Amount">Granted, in stored steps of the unit; 0 for a counter.</param>
/// <param name="Priority">For <see cref="PocketState.Priority"/>.</param>
/// <param name="ValidFrom">Start of the period.</param>
/// <param name="ValidTo">Start of the next one, or later when what is left can be used longer (roll-over).</param>
public readonly record struct AllowanceGrant(int Allowance, long Amount, int Priority, Instant ValidFrom, Instant ValidTo)
{
    public PocketKind Kind { get; init; }

    /// <summary>Whose pocket it is. A shared one that is there already is not created again.</summary>
    public SharingScope Shared { get; init; }

    /// <summary>When what <see cref="AllowanceGrants.LapsesAtPeriodEnd"/> says is to be taken out; null: never.</summary>
    public Instant? LapsesAt { get; init; }

    /// <summary>The pocket that holds the grant, untouched.</summary>
    public PocketState ToPocket(PocketId id) => new()
    {
        Id = id,
        Kind = Kind,
        Allowance = Allowance,
        Balance = Amount,
        Granted = Kind == PocketKind.Allowance ? Amount : 0,
        Priority = Priority,
        ValidFrom = ValidFrom,
        ValidTo = ValidTo,
    };
}

/// <summary>The pockets that events of a time need.</summary>
/// <param name="Grants">As <see cref="AllowanceGrants.For(CompiledOffer, GrantTerms, Instant)"/> gives them.</param>
/// <param name="From">Events in [From, To) need the same ones.</param>
/// <param name="To">See <paramref name="From"/>.</param>
public readonly record struct GrantSet(ImmutableArray<AllowanceGrant> Grants, Instant From, Instant To);

/// <summary>What the periods of a subscription's allowances and counters are counted by.</summary>
/// <param name="Cycle">The account's bill cycle.</param>
/// <param name="Zone">The account's time zone.</param>
public sealed record GrantTerms(BillCycle Cycle, DateTimeZone Zone)
{
    /// <summary>When the subscription began; null: long ago.</summary>
    public Instant? Activated { get; init; }

    /// <summary>When it ends, if that is known; for proration.</summary>
    public Instant? Ends { get; init; }

    /// <summary>When the add-ons began, in the order in which they were handed to <see
    /// cref="CompiledCatalogue.Combined"/>.</summary>
    public ImmutableArray<Instant> AddOnsActivated { get; init; } = [];
}

/// <summary>
/// Which pockets a subscription's allowances and counters need for an event, so that charging can create those that are not
/// there yet.
/// </summary>
public static class AllowanceGrants
{
    /// <summary>When periods without a known activation begin to be counted.</summary>
    private static readonly Instant LongAgo = Instant.FromUtc(1970, 1, 1, 0, 0);

    /// <summary>The end of what does not end.</summary>
    private static readonly Instant FarAway = Instant.FromUtc(9999, 1, 1, 0, 0);

    /// <summary>The bill period of the event's local date.</summary>
    public static BillPeriod PeriodOf(BillCycle cycle, DateTimeZone zone, Instant at) =>
        cycle.PeriodContaining(at.InZone(zone).Date);

    /// <summary>The pockets for an event of a subscription that began long ago.</summary>
    public static ImmutableArray<AllowanceGrant> For(CompiledOffer offer, BillCycle cycle, DateTimeZone zone, Instant at) =>
        For(offer, new GrantTerms(cycle, zone), at);

    /// <summary>The pockets for an event: the offer's allowances in their order, those of earlier periods that can still be
    /// used first, then its counters.</summary>
    /// <param name="offer">The subscription's offer, with its add-ons.</param>
    /// <param name="terms">The subscription and its account.</param>
    /// <param name="at">The event's start.</param>
    public static ImmutableArray<AllowanceGrant> For(CompiledOffer offer, GrantTerms terms, Instant at) =>
        Over(offer, terms, at).Grants;

    /// <summary>As <see cref="For(CompiledOffer, GrantTerms, Instant)"/>, and for which other events the answer is the
    /// same.</summary>
    public static GrantSet Over(CompiledOffer offer, GrantTerms terms, Instant at)
    {
        var (first, next) = (Instant.MinValue, Instant.MaxValue);
        if (offer.Allowances.IsEmpty && offer.Counters.IsEmpty)
        {
            return new GrantSet([], first, next);
        }
        var grants = ImmutableArray.CreateBuilder<AllowanceGrant>(offer.Allowances.Length + offer.Counters.Length);
        for (var i = 0; i < offer.Allowances.Length; i++)
        {
            var addOn = offer.AddOnOf(i);
            var activated = addOn >= 0 && addOn < terms.AddOnsActivated.Length ? terms.AddOnsActivated[addOn] : terms.Activated;
            var span = AddGrants(grants, offer.Allowances[i], i, terms, activated, at);
            (first, next) = (Instant.Max(first, span.From), Instant.Min(next, span.To));
        }
        for (var i = 0; i < offer.Counters.Length; i++)
        {
            var (from, to) = PeriodOf(offer.Counters[i].Reset, terms, terms.Activated, at);
            grants.Add(new AllowanceGrant(i, 0, 0, from, to) { Kind = PocketKind.Counter, Shared = offer.Counters[i].Shared });
            (first, next) = (Instant.Max(first, from), Instant.Min(next, to));
        }
        return new GrantSet(grants.ToImmutable(), first, next);
    }

    /// <summary>
    /// What of a pocket lapses when its own period has ended and the allowance may be taken over only up to a cap. Call it with
    /// the balance at the end of the period; take the answer out of the pocket. Periods beyond the last are the pocket's own
    /// end.
    /// </summary>
    public static long LapsesAtPeriodEnd(Allowance allowance, long balance) =>
        allowance.RollOverPeriods > 0 && allowance.RollOverCap is { } cap ? Math.Max(0, balance - cap) : 0;

    /// <summary>The period of a rule that contains a time.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="terms">Cycle and zone.</param>
    /// <param name="activated">Anchor of rules that count from activation; null: 1970.</param>
    /// <param name="at">The time.</param>
    public static (Instant From, Instant To) PeriodOf(ResetRule rule, GrantTerms terms, Instant? activated, Instant at)
    {
        if (rule.Every == ResetEvery.Hours)
        {
            return Hours(rule.Count, activated ?? LongAgo, at);
        }
        var date = at.InZone(terms.Zone).Date;
        var anchor = (activated ?? LongAgo).InZone(terms.Zone).Date;
        var (first, next) = rule.Every switch
        {
            ResetEvery.BillPeriod => Dates(terms.Cycle.PeriodContaining(date)),
            ResetEvery.Month => (new LocalDate(date.Year, date.Month, 1), new LocalDate(date.Year, date.Month, 1).PlusMonths(1)),
            ResetEvery.Week => Every(7, date.PlusDays(1 - (int)date.DayOfWeek), date),
            ResetEvery.Day => (date, date.PlusDays(1)),
            ResetEvery.Days => Every(rule.Count, anchor, date),
            ResetEvery.Months => Months(rule.Count, anchor, date),
            ResetEvery.Never => (default, default),
            _ => throw new InvalidOperationException($"Unknown reset {rule.Every}."),
        };
        return rule.Every == ResetEvery.Never
            ? (activated ?? LongAgo, FarAway)
            : (terms.Zone.AtStartOfDay(first).ToInstant(), terms.Zone.AtStartOfDay(next).ToInstant());
    }

    /// <summary>The grants of one allowance that are valid at a time: that of the period, and before it those that can still be
    /// used.</summary>
    /// <returns>For which times the answer is the same.</returns>
    private static (Instant From, Instant To) AddGrants(
        ImmutableArray<AllowanceGrant>.Builder grants, Allowance allowance, int index, GrantTerms terms, Instant? activated,
        Instant at)
    {
        if (allowance.Grant == GrantRule.Given)
        {
            return (Instant.MinValue, Instant.MaxValue);
        }
        if (allowance.Grant == GrantRule.Once)
        {
            var only = PeriodOf(allowance.Reset, terms, activated, activated ?? at);
            var from = activated ?? only.From;
            var to = Extended(allowance, terms, activated, only.To, allowance.RollOverPeriods);
            if (at >= from && at < to)
            {
                grants.Add(new AllowanceGrant(index, allowance.Amount, allowance.Priority, from, to)
                {
                    Shared = allowance.Shared,
                });
                return (from, to);
            }
            return at < from ? (Instant.MinValue, from) : (to, Instant.MaxValue);
        }
        var period = PeriodOf(allowance.Reset, terms, activated, at);
        var span = period;
        var first = grants.Count;
        for (var back = 0; back <= allowance.RollOverPeriods; back++)
        {
            var amount = Prorated(allowance, terms, activated, period.From, period.To);
            grants.Insert(first, new AllowanceGrant(
                index, back == 0 ? amount : amount - LapsesAtPeriodEnd(allowance, amount), allowance.Priority, period.From,
                Extended(allowance, terms, activated, period.To, allowance.RollOverPeriods))
            {
                Shared = allowance.Shared,
                LapsesAt = back == 0 && allowance.RollOverPeriods > 0 && allowance.RollOverCap is not null ? period.To : null,
            });
            if (activated is null || activated >= period.From)
            {
                break;
            }
            period = PeriodOf(allowance.Reset, terms, activated, period.From - Duration.Epsilon);
        }
        return span;
    }

    /// <summary>The end of the period so many after the one that ends here.</summary>
    private static Instant Extended(Allowance allowance, GrantTerms terms, Instant? activated, Instant to, int periods)
    {
        for (var i = 0; i < periods && to < FarAway; i++)
        {
            to = PeriodOf(allowance.Reset, terms, activated, to).To;
        }
        return to;
    }

    private static long Prorated(Allowance allowance, GrantTerms terms, Instant? activated, Instant from, Instant to)
    {
        if (allowance.Reset.Every == ResetEvery.Hours)
        {
            return allowance.Amount;
        }
        var whole = Period.DaysBetween(from.InZone(terms.Zone).Date, to.InZone(terms.Zone).Date);
        var missing = 0;
        if (allowance.First == GrantProration.Days && activated is { } began && began > from && began < to)
        {
            missing += Period.DaysBetween(from.InZone(terms.Zone).Date, began.InZone(terms.Zone).Date);
        }
        if (allowance.Last == GrantProration.Days && terms.Ends is { } ends && ends > from && ends < to)
        {
            missing += Period.DaysBetween(ends.InZone(terms.Zone).Date, to.InZone(terms.Zone).Date);
        }
        var days = Math.Max(0, whole - missing);
        return days == whole ? allowance.Amount : (long)(((Int128)allowance.Amount * days + whole - 1) / whole);
    }

    private static (LocalDate, LocalDate) Dates(BillPeriod period) => (period.From, period.To);

    private static (Instant From, Instant To) Hours(int hours, Instant anchor, Instant at)
    {
        var length = Duration.FromHours(hours);
        var number = (at.ToUnixTimeMilliseconds() - anchor.ToUnixTimeMilliseconds()) / (hours * 3_600_000L);
        var from = anchor + Duration.FromHours(hours * number);
        from += from > at ? -length : from + length <= at ? length : Duration.Zero;
        return (from, from + length);
    }

    private static (LocalDate, LocalDate) Every(int days, LocalDate anchor, LocalDate date)
    {
        var since = Period.DaysBetween(anchor, date);
        var number = since >= 0 ? since / days : (since - days + 1) / days;
        return (anchor.PlusDays(number * days), anchor.PlusDays((number + 1) * days));
    }

    /// <summary>The n-th period from its anchor, so that a day 31 comes back after a short month.</summary>
    private static (LocalDate, LocalDate) Months(int months, LocalDate anchor, LocalDate date)
    {
        var apart = (date.Year - anchor.Year) * 12 + date.Month - anchor.Month;
        var number = apart >= 0 ? apart / months : (apart - months + 1) / months;
        if (anchor.PlusMonths(number * months) > date)
        {
            number--;
        }
        return (anchor.PlusMonths(number * months), anchor.PlusMonths((number + 1) * months));
    }
}
