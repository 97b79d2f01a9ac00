using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Storage.Replay;

/// <summary>A charge that is true now, with the inputs from which it was made.</summary>
public sealed record StoredCharge
{
    public required ChargeId Id { get; init; }

    /// <summary>The usage as it was charged. The kind of the subject is not stored with a charge: it is that of the identity
    /// which
    /// led to the subscription, where that is still known.</summary>
    public required UsageRecord Record { get; init; }

    public required AccountId Account { get; init; }

    public required SubscriptionId Subscription { get; init; }

    public required UsageFileId File { get; init; }

    /// <summary><see cref="Primitives.UsageNotes"/>, and 256 when allowances took other than one for one.</summary>
    public short Notes { get; init; }

    /// <summary>Place in the order in which the customer's events were charged at first; re-rating does not change it.</summary>
    public required long OrderSeq { get; init; }

    /// <summary>0: never re-rated.</summary>
    public required int Generation { get; init; }

    /// <summary>The re-rating that made it, or null.</summary>
    public RerateRunId? Run { get; init; }

    /// <summary>The head's sequence of this generation; its pocket movements have it too.</summary>
    public required long Seq { get; init; }

    /// <summary>Bill slot of this generation.</summary>
    public required int Slot { get; init; }

    public required int PriceKeyId { get; init; }

    public required int CatalogVersion { get; init; }

    /// <summary>Base units after increments, allowances included.</summary>
    public required long Charged { get; init; }

    public required long FromAllowances { get; init; }

    /// <summary>Stored steps of the account's currency.</summary>
    public required long Amount { get; init; }

    public required long FromMoney { get; init; }

    public required Instant RatedAt { get; init; }

    /// <summary>Its shares by price key; empty when there is only one. Loaded by those who correct charges.</summary>
    public IReadOnlyList<StoredPart> Parts { get; init; } = [];

    /// <summary>The prices of other parties for the event. Loaded by those who correct charges.</summary>
    public IReadOnlyList<StoredLeg> Legs { get; init; } = [];

    /// <summary>Start of the event in microseconds.</summary>
    public long Time => Id.Time;
}

/// <summary>A share of a charge under a price key of its own.</summary>
public sealed record StoredPart(
    int PriceKeyId, int Events, long Used, long Charged, long FromAllowances, long Amount, long FromMoney);

/// <summary>The price of another party for an event.</summary>
/// <param name="Kind">As <see cref="Catalog.LegKind"/>.</param>
/// <param name="PartyCustomer">Null: nobody was known under the party's key.</param>
/// <param name="PriceKeyId">0: refused.</param>
/// <param name="Refusal">As <see cref="HoldReason"/>; 0: none.</param>
public sealed record StoredLeg(
    string Code, short Kind, long? PartyCustomer, long? PartyAccount, int PriceKeyId, int CatalogVersion, short Refusal,
    long Used, long Charged, long Amount);

/// <summary>A stored change of a pocket.</summary>
/// <param name="At">Event time of usage; otherwise when it was made.</param>
public sealed record StoredMovement(
    long Customer, long Pocket, long Seq, int Part, string Kind, long Amount, long Before, Instant At, string Reference)
{
    /// <summary>Usage, drawn by the charge with the same sequence.</summary>
    public const string Usage = "usage";

    /// <summary>Gives back what a charge drew that was reversed.</summary>
    public const string Reversal = "reversal";

    /// <summary>A re-rating granted more or less than the pocket was made with.</summary>
    public const string Regrant = "regrant";
}
