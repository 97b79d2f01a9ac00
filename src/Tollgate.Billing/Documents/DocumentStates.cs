namespace Tollgate.Billing;

/// <summary>Where a document is on its way.</summary>
public enum DocumentPhase
{
    /// <summary>Computed; nobody has decided.</summary>
    Draft,
    /// <summary>Checked and released for issue.</summary>
    Accepted,
    /// <summary>Numbered, booked, frozen; never changed again.</summary>
    Issued,
    /// <summary>Taken back before issue.</summary>
    Cancelled,
}

/// <summary>What an issued document still demands; follows from what was paid and credited.</summary>
public enum DocumentStatus
{
    /// <summary>Not issued yet.</summary>
    Draft,
    /// <summary>Nothing was paid.</summary>
    Open,
    /// <summary>A part was paid.</summary>
    PartlyPaid,
    /// <summary>Nothing is left to pay or, for a credit, to set off.</summary>
    Paid,
    /// <summary>Taken back before issue.</summary>
    Cancelled,
}

/// <summary>
/// The allowed ways of a document:
/// <code>
/// draft ──► accepted ──► issued          issued: open ──► partly paid ──► paid (and back, when a payment is reversed)
///   │  ◄────   │
///   └──────────┴──► cancelled
/// </code>
/// </summary>
public static class DocumentStates
{
    /// <summary>Whether a document in one phase may go to another.</summary>
    public static bool MayGo(DocumentPhase from, DocumentPhase to) => (from, to) switch
    {
        (DocumentPhase.Draft, DocumentPhase.Accepted or DocumentPhase.Cancelled) => true,
        (DocumentPhase.Accepted, DocumentPhase.Draft or DocumentPhase.Issued or DocumentPhase.Cancelled) => true,
        _ => false,
    };

    /// <summary>The status of a document.</summary>
    /// <param name="phase">Its phase.</param>
    /// <param name="dueMinor">What it demanded when it was issued; negative: what it gave back.</param>
    /// <param name="leftMinor">What of it is neither paid nor set off.</param>
    public static DocumentStatus StatusOf(DocumentPhase phase, long dueMinor, long leftMinor) => phase switch
    {
        DocumentPhase.Draft or DocumentPhase.Accepted => DocumentStatus.Draft,
        DocumentPhase.Cancelled => DocumentStatus.Cancelled,
        DocumentPhase.Issued when leftMinor == 0 => DocumentStatus.Paid,
        DocumentPhase.Issued when leftMinor == dueMinor => DocumentStatus.Open,
        DocumentPhase.Issued => DocumentStatus.PartlyPaid,
        _ => throw new ArgumentOutOfRangeException(nameof(phase)),
    };

    /// <summary><c>draft</c>, <c>accepted</c>, <c>issued</c>, <c>cancelled</c>.</summary>
    public static string Text(this DocumentPhase phase) => phase switch
    {
        DocumentPhase.Draft => "draft",
        DocumentPhase.Accepted => "accepted",
        DocumentPhase.Issued => "issued",
        DocumentPhase.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(phase)),
    };

    /// <exception cref="FormatException">Not a stored phase.</exception>
    public static DocumentPhase Phase(string text) =>
        Enum.GetValues<DocumentPhase>().Cast<DocumentPhase?>().FirstOrDefault(one => one!.Value.Text() == text)
        ?? throw new FormatException($"'{text}' is not a phase.");

    /// <summary><c>draft</c>, <c>open</c>, <c>partly-paid</c>, <c>paid</c>, <c>cancelled</c>.</summary>
    public static string Text(this DocumentStatus status) => status switch
    {
        DocumentStatus.Draft => "draft",
        DocumentStatus.Open => "open",
        DocumentStatus.PartlyPaid => "partly-paid",
        DocumentStatus.Paid => "paid",
        DocumentStatus.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
