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

/// <summary>How far a document is settled; follows from what was paid, credited and set off.</summary>
public enum DocumentStatus
{
    /// <summary>Not issued yet.</summary>
    Draft,
    /// <summary>All that it demands is left to pay; of a credit: all of it is left to use.</summary>
    Open,
    /// <summary>A part was paid.</summary>
    PartlyPaid,
    /// <summary>Payments settled all of it.</summary>
    Paid,
    /// <summary>Its credit notes settled a part, and nothing was paid.</summary>
    PartlyCredited,
    /// <summary>Its credit notes settled all of it.</summary>
    Credited,
    /// <summary>Payments and credits settled a part together; of a credit: a part of it is used.</summary>
    PartlySettled,
    /// <summary>Nothing is left: payments and credits together, or it demanded nothing; of a credit: all of it is used.</summary>
    Settled,
    /// <summary>Taken back before issue.</summary>
    Cancelled,
}

/// <summary>
/// The allowed ways of a document:
/// <code>
/// draft ──► accepted ──► issued          issued: open ──► partly paid ──► paid (or credited, settled; see DocumentStatus)
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
    /// <param name="creditNotesMinor">What of it its own credit notes settled.</param>
    public static DocumentStatus StatusOf(DocumentPhase phase, long dueMinor, long leftMinor,
        long creditNotesMinor) => phase switch
    {
        DocumentPhase.Draft or DocumentPhase.Accepted => DocumentStatus.Draft,
        DocumentPhase.Cancelled => DocumentStatus.Cancelled,
        DocumentPhase.Issued when dueMinor == 0 => DocumentStatus.Settled,
        DocumentPhase.Issued when leftMinor == dueMinor => DocumentStatus.Open,
        DocumentPhase.Issued when dueMinor < 0 => leftMinor == 0 ? DocumentStatus.Settled : DocumentStatus.PartlySettled,
        DocumentPhase.Issued when creditNotesMinor == 0 => leftMinor == 0 ? DocumentStatus.Paid : DocumentStatus.PartlyPaid,
        DocumentPhase.Issued when creditNotesMinor == dueMinor - leftMinor =>
            leftMinor == 0 ? DocumentStatus.Credited : DocumentStatus.PartlyCredited,
        DocumentPhase.Issued => leftMinor == 0 ? DocumentStatus.Settled : DocumentStatus.PartlySettled,
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

    /// <summary>As in answers and lists: <c>open</c>, <c>partly-paid</c> …</summary>
    public static string Text(this DocumentStatus status) => status switch
    {
        DocumentStatus.Draft => "draft",
        DocumentStatus.Open => "open",
        DocumentStatus.PartlyPaid => "partly-paid",
        DocumentStatus.Paid => "paid",
        DocumentStatus.PartlyCredited => "partly-credited",
        DocumentStatus.Credited => "credited",
        DocumentStatus.PartlySettled => "partly-settled",
        DocumentStatus.Settled => "settled",
        DocumentStatus.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
