using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;
using Tollgate.Primitives;

namespace Tollgate.Storage.Replay;

/// <summary>Which charges are to be rated again; what is null or empty does not restrict. At least one part must be
/// given.</summary>
/// <param name="File">Of this usage file.</param>
/// <param name="Account">Of this billing account.</param>
/// <param name="Subscription">Of this subscription.</param>
/// <param name="Plan">Priced by this rate plan (code).</param>
/// <param name="From">With an event time not before.</param>
/// <param name="To">With an event time before.</param>
/// <param name="CatalogVersion">The version that prices them; null: the one in force at the time of each event.</param>
public sealed record RerateSelection(
    long? File = null, long? Account = null, long? Subscription = null, string Plan = "", long? From = null, long? To = null,
    int? CatalogVersion = null)
{
    /// <summary>True when nothing restricts.</summary>
    [JsonIgnore]
    public bool IsEmpty => File is null && Account is null && Subscription is null && Plan.Length == 0 && From is null
        && To is null;

    /// <summary>Stable text, as stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this);

    public static RerateSelection FromJson(string text) => JsonSerializer.Deserialize<RerateSelection>(text)!;

    /// <summary>In words, e.g. <c>plan voice, from 2026-10-01T00:00:00Z</c>.</summary>
    public override string ToString() => string.Join(", ", new[]
    {
        File is { } file ? new UsageFileId(file).ToString() : "",
        Account is { } account ? new AccountId(account).ToString() : "",
        Subscription is { } subscription ? new SubscriptionId(subscription).ToString() : "",
        Plan.Length > 0 ? "plan " + Plan : "",
        From is { } from ? "from " + Text(from) : "",
        To is { } to ? "to " + Text(to) : "",
        CatalogVersion is { } version ? FormattableString.Invariant($"by catalogue version {version}") : "",
    }.Where(part => part.Length > 0));

    internal bool Selects(StoredCharge charge, PriceKeys keys) =>
        (File is null || File == charge.File.Value) && (Account is null || Account == charge.Account.Value)
        && (Subscription is null || Subscription == charge.Subscription.Value)
        && (Plan.Length == 0 || keys[charge.PriceKeyId].Plan == Plan)
        && (From is null || charge.Time >= From) && (To is null || charge.Time < To);

    private static string Text(long microseconds) =>
        InstantPattern.ExtendedIso.Format(TimeCodec.FromMicroseconds(microseconds));
}

/// <summary>A re-rating.</summary>
/// <param name="Phase"><c>computing</c>, <c>computed</c>, <c>approved</c> or <c>cancelled</c>.</param>
/// <param name="Catalogs">Fingerprint of the catalogue versions that it is computed with.</param>
/// <param name="Customers">Customers with selected charges.</param>
public sealed record RerateRun(
    RerateRunId Id, string CallerKey, string Reason, RerateSelection Selection, ReplayOrder Order, string Phase, string Catalogs,
    int Customers, Instant CreatedAt, string CreatedBy, Instant? DecidedAt, string DecidedBy)
{
    public const string Computing = "computing";
    public const string Computed = "computed";
    public const string Approved = "approved";
    public const string Cancelled = "cancelled";
}

/// <summary>One customer of a re-rating.</summary>
/// <param name="Phase"><c>selected</c>, <c>same</c>, <c>changed</c>, <c>refused</c>, <c>expired</c> or <c>posted</c>.</param>
/// <param name="Version">Of the charging head when the difference was computed.</param>
/// <param name="Detail">Why it is refused or expired, or what else changes.</param>
public sealed record RerateCustomer(
    CustomerId Customer, string Phase, long Version, int Selected, int Replayed, int Changed, string Fingerprint, string Detail)
{
    public const string ToCompute = "selected";
    public const string Same = "same";
    public const string Differs = "changed";
    public const string Refused = "refused";
    public const string Expired = "expired";
    public const string Posted = "posted";
}

/// <summary>What a re-rating changes for one account, in stored steps of its currency.</summary>
/// <param name="Changed">Charges.</param>
/// <param name="Old">Sum of the changed charges as they are.</param>
/// <param name="New">Sum of them as they would be.</param>
/// <param name="OldFromMoney">Part of <paramref name="Old"/> that money pockets paid.</param>
public sealed record RerateDifference(
    CustomerId Customer, AccountId Account, string Currency, int Changed, long Old, long New, long OldFromMoney,
    long NewFromMoney);

/// <summary>One changed charge of a re-rating, for a closer look.</summary>
public sealed record RerateChange(StoredCharge Old, int NewPriceKeyId, int NewCatalogVersion, long NewCharged, long NewAmount);
