using NodaTime;

namespace Tollgate.Primitives;

/// <summary>What was used (3GPP TS 32.240 service families, narrowed to what tariffs distinguish).</summary>
public enum ServiceKind : byte
{
    Voice = 1,
    Sms = 2,
    Mms = 3,
    Data = 4,
    Content = 5,
}

/// <summary>Kinds of identity by which a network knows a service.</summary>
public enum IdentityKind : byte
{
    /// <summary>Telephone number, E.164 digits without +.</summary>
    Msisdn = 1,
    Imsi = 2,
    SipUri = 3,
    /// <summary>Access user name (RADIUS User-Name), lower case.</summary>
    UserName = 4,
    IpAddress = 5,
    Mac = 6,
    Trunk = 7,
    /// <summary>Extension or account code of a private exchange.</summary>
    AccountCode = 8,
}

/// <summary>Who is charged, as the network names them; resolved by guiding at the time of use.</summary>
public readonly record struct ServiceIdentity(IdentityKind Kind, string Value)
{
    public override string ToString() => $"{Kind}:{Value}";
}

/// <summary>
/// One chargeable event as decoded and normalised from a source, before guiding and rating. Quantities that the event does not
/// have are 0. Immutable.
/// </summary>
public sealed record UsageRecord
{
    /// <summary>Hash of the source's code and the record's key; see <see cref="EventId"/>.</summary>
    public required EventId EventId { get; init; }

    public required ServiceKind Service { get; init; }

    /// <summary>The served party.</summary>
    public required ServiceIdentity Subject { get; init; }

    /// <summary>The calling or sending party as E.164 digits, or empty.</summary>
    public string Origin { get; init; } = "";

    /// <summary>The called party (E.164 digits), short code, APN or content partner; or empty.</summary>
    public string Destination { get; init; } = "";

    /// <summary>When the chargeable part began (answer of a call, start of a session).</summary>
    public required Instant Start { get; init; }

    /// <summary>Chargeable time in milliseconds; never negative.</summary>
    public long DurationMs { get; init; }

    /// <summary>Octets sent by the subscriber.</summary>
    public long OctetsUp { get; init; }

    /// <summary>Octets received by the subscriber.</summary>
    public long OctetsDown { get; init; }

    /// <summary>Number of events; 1 for a call, a message, a session.</summary>
    public int Events { get; init; } = 1;

    /// <summary>What the source says beside these fields, e.g. the access point name. Default: nothing.</summary>
    public UsageAttributes Attributes { get; init; }

    /// <summary>Octets in both directions.</summary>
    public long Octets => OctetsUp + OctetsDown;

    /// <summary>Where the record begins in its file, in bytes.</summary>
    public long Offset { get; init; }
}

/// <summary>Why a record was not charged. The names are stable codes, shown to people and stored.</summary>
public enum HoldReason : short
{
    /// <summary>The text cannot be read as a record of the source's format.</summary>
    Unreadable = 1,
    /// <summary>A required field is missing or empty.</summary>
    MissingField = 2,
    /// <summary>A date or time does not exist or cannot be read.</summary>
    BadTime = 3,
    /// <summary>A duration, volume or amount is negative, not a number or too large.</summary>
    BadQuantity = 4,
    /// <summary>The bytes are not valid in the source's encoding.</summary>
    BadEncoding = 5,
    /// <summary>The line is longer than a record of this format can be.</summary>
    TooLong = 6,
    /// <summary>The file ends in the middle of this record.</summary>
    Truncated = 7,
    /// <summary>The event lies in the future of the clock (more than the tolerated skew).</summary>
    FromTheFuture = 20,
    /// <summary>The event is older than the accepted lateness.</summary>
    TooOld = 21,
    /// <summary>No service with this identity at the time of use.</summary>
    UnknownSubscriber = 30,
    /// <summary>The subscription has no rate plan for this service.</summary>
    NoRatePlan = 31,
    /// <summary>The rate plan has no price for this destination.</summary>
    UnpricedDestination = 32,
    /// <summary>The price does not fit the currency's storage.</summary>
    AmountOverflow = 33,
    /// <summary>Charging this one record failed; see the alert.</summary>
    ChargingFailed = 34,
    /// <summary>The price is to come with the record, and is absent, no number or in another currency.</summary>
    MissingPrice = 35,
    /// <summary>A formula of the tariff needs an attribute that the record does not have, divides by zero or
    /// overflows.</summary>
    FormulaFailed = 36,
    /// <summary>An allowance is used up and says that usage stops then.</summary>
    AllowanceExhausted = 37,
    /// <summary>A spending cap is reached and says that usage stops then.</summary>
    SpendingCapReached = 38,
    /// <summary>The event crosses more than 10,000 boundaries of time bands.</summary>
    TooManySegments = 39,
    /// <summary>It costs more than the account has and may owe, and the account says that such usage waits.</summary>
    CreditLimitReached = 40,
    /// <summary>The rate plan says that this usage is not allowed.</summary>
    Barred = 41,
}

/// <summary>A record that could not be decoded: kept whole, with its place and reason.</summary>
/// <param name="Offset">Where it begins in its file, in bytes.</param>
/// <param name="Line">1-based line in the file.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">In words, naming field and value.</param>
/// <param name="Text">The record as it stands in the file (undecodable bytes as Latin-1, at most 16 KiB kept).</param>
public sealed record RejectedRecord(long Offset, int Line, HoldReason Reason, string Detail, string Text);
