using System.Collections.Frozen;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Rating;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;

namespace Tollgate.Storage.Replay;

/// <summary>In which order events are charged again.</summary>
public enum ReplayOrder
{
    /// <summary>As they were charged at first: late records come late again. The default.</summary>
    Charge,

    /// <summary>By the time of the event, as if no record had been late.</summary>
    Event,
}

/// <summary>What is charged again for one customer, and how.</summary>
internal sealed record ReplayPlan
{
    /// <summary>All charges of the customer that are true now, in charge order.</summary>
    internal required IReadOnlyList<StoredCharge> Charges { get; init; }

    /// <summary>All movements of the customer's pockets, by sequence.</summary>
    internal required IReadOnlyList<StoredMovement> Movements { get; init; }

    /// <summary>The catalogue that prices a selected charge; null: it is not selected.</summary>
    internal required Func<StoredCharge, CatalogueTimeline?> Selected { get; init; }

    /// <summary>The catalogue version that a later charge keeps, or null when it is gone.</summary>
    internal required Func<int, CatalogueTimeline?> Version { get; init; }

    internal ReplayOrder Order { get; init; }

    /// <summary>Not null: <see cref="Charges"/> begin at this time, and <see cref="Movements"/> are sums of what later usage
    /// drew, one
    /// per pocket. Only selected charges are charged again then; the later ones are just put back.</summary>
    internal Instant? Window { get; init; }
}

/// <summary>One charge before and after.</summary>
/// <param name="Old">As stored.</param>
/// <param name="Selected">False: a later one, charged again only because the pockets may have changed before it.</param>
/// <param name="New">Meaningful when not refused.</param>
/// <param name="Refusal">Why the catalogue does not price it, or empty.</param>
/// <param name="Draws">What it draws from pockets now.</param>
/// <param name="OldDraws">What it drew.</param>
/// <param name="Changed">Price key, quantities, amounts, parts, legs or draws differ.</param>
internal sealed record ReplayedCharge(
    StoredCharge Old, bool Selected, ChargeRow New, string Refusal, IReadOnlyList<MovementRow> Draws,
    IReadOnlyList<StoredMovement> OldDraws, bool Changed)
{
    /// <summary>Its shares by price key now; empty when there is only one.</summary>
    internal IReadOnlyList<PartRow> Parts { get; init; } = [];

    /// <summary>The prices of other parties now.</summary>
    internal IReadOnlyList<LegRow> Legs { get; init; } = [];
}

/// <summary>An allowance's pocket that the replay made anew, or took away.</summary>
/// <param name="Old">The stored pocket, or null.</param>
/// <param name="New">What the catalogue grants now, or null.</param>
internal sealed record Regrant(Pocket? Old, Pocket? New);

/// <summary>What lapses of a pocket beyond its roll-over cap.</summary>
/// <param name="Old">What its stored movements took out, 0 or less.</param>
/// <param name="New">What is taken out now, 0 or less.</param>
/// <param name="At">Time of the event before which it lapsed.</param>
internal sealed record LapseChange(Pocket Pocket, long Old, long New, Instant At);

/// <summary>The outcome for one customer. Its state holds the pockets as they would be.</summary>
internal sealed record CustomerReplayed(
    IReadOnlyList<ReplayedCharge> Charges, IReadOnlyList<Regrant> Regrants, IReadOnlyList<LapseChange> Lapses,
    FrozenDictionary<Pocket, long> StoredBalances);

/// <summary>What tells the pockets of a customer's allowances and counters apart.</summary>
/// <param name="Account">Of a pocket that an account shares, else 0.</param>
/// <param name="Subscription">Of a pocket that is not shared, else 0.</param>
internal readonly record struct PocketKey(
    PocketKind Kind, SharingScope Shared, long Account, long Subscription, string Code, Instant ValidFrom)
{
    internal static PocketKey Of(Pocket pocket) => new(
        pocket.Kind, pocket.Shared, pocket.Shared == SharingScope.Account ? pocket.Account.Id : 0, pocket.SubscriptionId,
        pocket.Allowance, pocket.ValidFrom);
}
