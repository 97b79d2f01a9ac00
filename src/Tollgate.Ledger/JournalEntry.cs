using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Ledger;

/// <summary>What a journal entry books.</summary>
public enum EntryKind
{
    /// <summary>An issued document.</summary>
    Document,
    /// <summary>Money received for documents, or its reversal.</summary>
    Payment,
    /// <summary>Money put into a prepaid pocket.</summary>
    TopUp,
    /// <summary>A balance taken over from another system.</summary>
    Opening,
    /// <summary>Money left as security, or paid back.</summary>
    Deposit,
    /// <summary>A correction by hand.</summary>
    Adjustment,
    /// <summary>A receivable given up.</summary>
    WriteOff,
}

/// <summary>Text forms of <see cref="EntryKind"/> as stored.</summary>
public static class EntryKinds
{
    /// <summary>Kebab-case, e.g. <c>top-up</c>.</summary>
    public static string Text(this EntryKind kind) => kind switch
    {
        EntryKind.Document => "document",
        EntryKind.Payment => "payment",
        EntryKind.TopUp => "top-up",
        EntryKind.Opening => "opening",
        EntryKind.Deposit => "deposit",
        EntryKind.Adjustment => "adjustment",
        EntryKind.WriteOff => "write-off",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}

/// <summary>One amount on one ledger account.</summary>
/// <param name="LedgerAccount">Code in the chart of accounts, or a revenue account of the catalogue.</param>
/// <param name="Unit">Currency of the amount.</param>
/// <param name="AmountMinor">In minor units; a debit is positive, a credit negative; never 0.</param>
/// <param name="Customer">Whose, for accounts that are kept per customer (receivables, prepaid); otherwise null.</param>
/// <param name="Account">The billing account, together with <paramref name="Customer"/>.</param>
public readonly record struct JournalLine(
    string LedgerAccount, Unit Unit, long AmountMinor, CustomerId? Customer = null, AccountId? Account = null);

/// <summary>
/// A balanced booking: its lines sum to zero in every unit. Made by <see cref="Postings"/>; never changed, a correction is
/// another entry. There is one entry per seller, kind and reference, so booking twice is refused by the store.
/// </summary>
public sealed record JournalEntry
{
    private JournalEntry(SellerId seller, LocalDate bookedOn, EntryKind kind, string reference,
        ImmutableArray<JournalLine> lines) =>
        (Seller, BookedOn, Kind, Reference, Lines) = (seller, bookedOn, kind, reference, lines);

    /// <summary>Whose books.</summary>
    public SellerId Seller { get; }

    /// <summary>The journal date, in the seller's zone.</summary>
    public LocalDate BookedOn { get; }

    public EntryKind Kind { get; }

    /// <summary>What it books, as the text form of an id, e.g. <c>doc_2045</c>.</summary>
    public string Reference { get; }

    /// <summary>In the order of the posting rule. Empty when everything that was to be booked is zero.</summary>
    public ImmutableArray<JournalLine> Lines { get; }

    /// <summary>An entry from lines; lines of zero are left out, lines of one account and customer are kept apart.</summary>
    /// <exception cref="ArgumentException">Debits and credits differ in some unit: the posting rule is wrong.</exception>
    public static JournalEntry Create(
        SellerId seller, LocalDate bookedOn, EntryKind kind, string reference, params ReadOnlySpan<JournalLine> lines)
    {
        var kept = ImmutableArray.CreateBuilder<JournalLine>(lines.Length);
        foreach (var line in lines)
        {
            if (line.AmountMinor != 0)
            {
                kept.Add(line);
            }
        }
        var all = kept.ToImmutable();
        foreach (var (unit, sum) in SumsByUnit(all))
        {
            if (sum != 0)
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture,
                        $"The entry for {reference} is out of balance by {sum} minor units of {unit}."),
                    nameof(lines));
            }
        }
        return new JournalEntry(seller, bookedOn, kind, reference, all);
    }

    private static Dictionary<string, long> SumsByUnit(ImmutableArray<JournalLine> lines)
    {
        var sums = new Dictionary<string, long>(1, StringComparer.Ordinal);
        foreach (var line in lines)
        {
            sums[line.Unit.Code] = sums.GetValueOrDefault(line.Unit.Code) + line.AmountMinor;
        }
        return sums;
    }
}
