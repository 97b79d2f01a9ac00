namespace Tollgate.Primitives;

/// <summary>What else the network or the user should be told about an event.</summary>
[Flags]
public enum UsageNotes : byte
{
    None = 0,
    /// <summary>Slow down from here on (fair use).</summary>
    Throttle = 1,
    /// <summary>Send the user to a page for buying more.</summary>
    Redirect = 2,
    /// <summary>The event is to end: a maximum, an allowance or a cap was reached in it; what was used beyond costs
    /// nothing.</summary>
    Disconnect = 4,
    /// <summary>A spending cap was reached.</summary>
    CapReached = 8,
    /// <summary>The maximum charge of the event was reached.</summary>
    MaximumReached = 16,
    /// <summary>It cost more than the account has and may owe, and was charged because it had happened already. Charging notes
    /// it, not the rater.</summary>
    BeyondCredit = 32,
}
