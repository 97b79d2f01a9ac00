using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>One subscription with everything that happened to it, in days of the account's zone.</summary>
/// <param name="Id">Of the subscription.</param>
/// <param name="Offer">Offer code at the start; looked up in the catalogue in force when each item begins.</param>
/// <param name="Quantity">Units subscribed at the start, 1 or more; recurring and one-time prices count per unit.</param>
/// <param name="Started">First billed day. It anchors periods longer than a month.</param>
/// <param name="Ended">First day no longer billed, or null. On the day it started: it lived without a billed day.</param>
/// <param name="Label">What the customer knows it by, e.g. the phone number.</param>
public sealed record SubscriptionFacts(
    SubscriptionId Id, string Offer, int Quantity, LocalDate Started, LocalDate? Ended, string Label)
{
    /// <summary>The subscription that this add-on hangs on, or null.</summary>
    public SubscriptionId? Base { get; init; }

    /// <summary>The account at the start; null: the account that is billed.</summary>
    public AccountId? Account { get; init; }

    /// <summary>When it started, for proration by seconds; null: as the first day began.</summary>
    public Instant? StartedAt { get; init; }

    /// <summary>When it ended, for proration by seconds; null: as the day <see cref="Ended"/> began.</summary>
    public Instant? EndedAt { get; init; }

    /// <summary>The fee for ending within the minimum term is not charged.</summary>
    public bool FeeWaived { get; init; }

    /// <summary>Everything that happened after the start, in the order in which it was recorded. What is withdrawn is left out.
    /// It is read
    /// by time; of several at the same time the one recorded later wins.</summary>
    public ImmutableArray<TimelineChange> Changes { get; init; } = [];
}

/// <summary>A dated change of a subscription. Facts are appended: a change that is recorded late still has its own
/// time.</summary>
/// <param name="At">From when it holds. For amounts that go by days it holds for the whole day.</param>
public abstract record TimelineChange(Instant At)
{
    /// <summary>Another number of units.</summary>
    /// <param name="Units">0 or more: the whole quantity from then on. 0 costs nothing.</param>
    public sealed record Quantity(Instant At, int Units) : TimelineChange(At);

    /// <summary>Another offer.</summary>
    public sealed record Plan(Instant At, string Offer) : TimelineChange(At);

    /// <summary>A price of the customer's own.</summary>
    /// <param name="Code">Price code of the offer then in force.</param>
    /// <param name="Amount">For one whole period (one time) and unit; null: the catalogue's again.</param>
    public sealed record Price(Instant At, string Code, Money? Amount) : TimelineChange(At);

    /// <summary>The service pauses.</summary>
    /// <param name="Charged">Recurring prices go on.</param>
    public sealed record Suspend(Instant At, bool Charged) : TimelineChange(At);

    /// <summary>The service goes on.</summary>
    public sealed record Resume(Instant At) : TimelineChange(At);

    /// <summary>Another account pays from then on.</summary>
    public sealed record Transfer(Instant At, AccountId Account) : TimelineChange(At);
}
