using NodaTime;
using Tollgate.Catalog;
using Tollgate.Rating;

namespace Tollgate.Storage.Charging;

/// <summary>A pocket with its stored balance.</summary>
internal sealed class Pocket
{
    /// <summary>Ids from here on are not given out yet; they only keep the order of creation.</summary>
    internal const long Unnumbered = PocketState.Unnumbered;

    internal required long Id { get; set; }

    internal required CustomerState Customer { get; init; }

    internal required AccountState Account { get; init; }

    /// <summary>0: of the whole account, or shared.</summary>
    internal required long SubscriptionId { get; init; }

    internal PocketKind Kind { get; init; }

    /// <summary>The kind as it is stored.</summary>
    internal string KindText => Kind switch
    {
        PocketKind.Allowance => "allowance",
        PocketKind.Money => "money",
        PocketKind.Counter => "counter",
        _ => throw new InvalidOperationException($"Unknown kind of pocket {Kind}."),
    };

    internal SharingScope Shared { get; init; }

    /// <summary>When all but the roll-over cap lapses; null: never, or it has.</summary>
    internal Instant? LapsesAt { get; set; }

    internal required string Allowance { get; init; }

    internal required string Unit { get; init; }

    internal required long Granted { get; init; }

    /// <summary>By hand or by an exchange, not by the offer.</summary>
    internal bool Given { get; init; }

    internal required long Balance { get; set; }

    internal required int Priority { get; init; }

    internal required Instant ValidFrom { get; init; }

    internal required Instant ValidTo { get; init; }

    internal int ChangedBy { get; set; }
}
