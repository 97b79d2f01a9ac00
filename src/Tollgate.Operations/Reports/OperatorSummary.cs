using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Operations.Reports;

/// <summary>
/// How an operator stands at one moment: what came in, what was rated, billed and paid, and whether the books balance. Every list
/// is in a stable order; amounts of different currencies are different rows, never added.
/// </summary>
public sealed record OperatorSummary
{
    public required OperatorHead Operator { get; init; }

    public required UsageFileSummary Files { get; init; }

    /// <summary>Usage totals by service, basis, tax and currency: all that was ever rated, billed or not.</summary>
    public required ImmutableArray<UsageRevenue> Usage { get; init; }

    /// <summary>Lines of issued documents by kind and currency.</summary>
    public required ImmutableArray<BilledRevenue> Billed { get; init; }

    public required CustomerSummary Customers { get; init; }

    /// <summary>Documents by kind, phase and currency.</summary>
    public required ImmutableArray<DocumentCount> Documents { get; init; }

    /// <summary>The 20 newest issued documents, newest first.</summary>
    public required ImmutableArray<IssuedDocument> LatestDocuments { get; init; }

    /// <summary>The 20 issued documents with the greatest gross amount, greatest first.</summary>
    public required ImmutableArray<IssuedDocument> LargestDocuments { get; init; }

    /// <summary>What is still to be paid, by currency.</summary>
    public required ImmutableArray<Receivable> Receivables { get; init; }

    /// <summary>Payments by channel and currency, their reversals included.</summary>
    public required ImmutableArray<PaymentCount> Payments { get; init; }

    /// <summary>Records that wait for mending, most frequent reason first.</summary>
    public required ImmutableArray<HeldReason> Held { get; init; }

    public required AlertSummary Alerts { get; init; }

    /// <summary>Ledger accounts with their sums, by unit and account.</summary>
    public required ImmutableArray<LedgerRow> Ledger { get; init; }

    /// <summary>Both sides of the ledger, per unit. In sound books they are equal.</summary>
    public ImmutableArray<LedgerTotal> LedgerTotals =>
    [
        .. Ledger.GroupBy(row => row.Debit.Currency).Select(rows => new LedgerTotal(
            new Money(rows.Sum(row => row.Debit.Amount), rows.Key), new Money(rows.Sum(row => row.Credit.Amount), rows.Key))),
    ];
}

/// <summary>Whose figures these are.</summary>
/// <param name="Sellers">Names of the sellers that have not ended, oldest first.</param>
/// <param name="Now">The tenant's clock when the figures were read.</param>
/// <param name="Today">The same as a date in the first seller's zone; UTC when there is no seller.</param>
public sealed record OperatorHead(ImmutableArray<string> Sellers, Instant Now, LocalDate Today);

/// <summary>Where the records of a file, or of all files, went.</summary>
/// <param name="Dropped">Held before, and written off.</param>
public readonly record struct RecordCounts(long Read, long Rated, long Held, long Duplicate, long Ignored, long Dropped = 0)
{
    /// <summary>Records that were read and are nowhere; 0 unless something is wrong.</summary>
    public long Difference => Read - Rated - Held - Duplicate - Ignored - Dropped;
}

/// <param name="Phase"><c>importing</c>, <c>incomplete</c>, <c>done</c> or <c>duplicate</c>.</param>
/// <param name="Size">Bytes.</param>
public sealed record UsageFileRow(UsageFileId Id, string Name, string Source, string Phase, long Size, RecordCounts Counts);

/// <param name="Count">Number of files.</param>
/// <param name="Totals">Over all files.</param>
/// <param name="Rows">At most 30: files with a difference first, then the newest.</param>
public sealed record UsageFileSummary(long Count, RecordCounts Totals, ImmutableArray<UsageFileRow> Rows);

/// <param name="TaxIncluded">The amounts contain tax, as retail and prepaid prices often do.</param>
/// <param name="Quantity">Base units of the basis: milliseconds, octets, events.</param>
/// <param name="Amount">As rated, not yet rounded to minor units.</param>
/// <param name="FromMoney">Part of the amount that money pockets paid at the time of use.</param>
public sealed record UsageRevenue(
    ServiceKind Service, PriceBasis Basis, bool TaxIncluded, long Events, decimal Quantity, Money Amount, Money FromMoney);

/// <param name="Kind"><c>recurring</c>, <c>one-time</c>, <c>usage</c>, <c>discount</c> or <c>adjustment</c>.</param>
/// <param name="Net">Without tax.</param>
public sealed record BilledRevenue(string Kind, long Lines, Money Net);

/// <param name="Customers">That have not ended.</param>
/// <param name="Accounts">That have not ended.</param>
/// <param name="Subscriptions">That have not ended.</param>
/// <param name="Ended">Customers that have ended.</param>
/// <param name="ByOffer">Subscriptions that have not ended by offer code, most frequent first.</param>
/// <param name="ByCycleDay">31 numbers: accounts that have not ended whose bill cycle begins on day 1, 2 … 31.</param>
public sealed record CustomerSummary(
    long Customers, long Accounts, long Subscriptions, long Ended, ImmutableArray<OfferCount> ByOffer,
    ImmutableArray<long> ByCycleDay);

public sealed record OfferCount(string Offer, long Subscriptions);

/// <param name="Kind"><c>invoice</c>, <c>credit-note</c> …</param>
/// <param name="Phase"><c>draft</c>, <c>accepted</c>, <c>issued</c> or <c>cancelled</c>.</param>
/// <param name="Settled">Part that prepaid money had paid before the bill was made.</param>
public sealed record DocumentCount(string Kind, string Phase, long Count, Money Net, Money Tax, Money Gross, Money Settled);

/// <param name="Account">The operator's own account number.</param>
/// <param name="Open">Still to be paid; negative: a credit that is not used up.</param>
public sealed record IssuedDocument(
    DocumentId Id, string Number, string Kind, string Customer, string Account, LocalDate? IssueDate, LocalDate? DueDate,
    Money Gross, Money Settled, Money Open);

/// <param name="Open">Sum of what is to be paid for documents, less what was paid, less credits that are not used up.</param>
/// <param name="Overdue">Part of it whose due date is before <see cref="OperatorHead.Today"/>.</param>
public sealed record Receivable(Money Open, Money Overdue);

/// <param name="Channel"><c>transfer</c>, <c>direct-debit</c>, <c>card</c>, <c>cash</c> or <c>prepaid</c>.</param>
public sealed record PaymentCount(string Channel, long Count, Money Sum);

/// <param name="File">Name of the newest record's file.</param>
/// <param name="Line">Its 1-based line there.</param>
/// <param name="Detail">In words, naming field and value.</param>
/// <param name="Raw">The newest record as it stood in the file.</param>
public sealed record HeldReason(HoldReason Reason, long Count, Instant Newest, string File, long Line, string Detail, string Raw);

/// <param name="Open">Number of alerts that are not closed.</param>
/// <param name="Rows">The 20 newest of them, newest first.</param>
public sealed record AlertSummary(long Open, ImmutableArray<AlertRow> Rows);

public sealed record AlertRow(Instant At, string Kind, string Subject, long Count, string Detail);

/// <param name="Debit">Sum of debits, not negative.</param>
/// <param name="Credit">Sum of credits, not negative.</param>
public sealed record LedgerRow(string Account, Money Debit, Money Credit)
{
    /// <summary>Debit less credit; negative: a credit balance.</summary>
    public Money Balance => Debit - Credit;
}

/// <summary>Both sides of the ledger in one unit.</summary>
public sealed record LedgerTotal(Money Debit, Money Credit)
{
    /// <summary>0 in sound books.</summary>
    public Money Difference => Debit - Credit;
}
