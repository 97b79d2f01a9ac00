using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Ledger;

/// <summary>Whose money is booked, where and when: the same for every posting.</summary>
/// <param name="Seller">Whose books.</param>
/// <param name="Customer">Whose balance moves.</param>
/// <param name="Account">Its billing account.</param>
/// <param name="Currency">Of every amount of the posting.</param>
/// <param name="BookedOn">Journal date, in the seller's zone.</param>
/// <param name="Reference">Text form of the id of what is booked.</param>
public sealed record PostingSubject(
    SellerId Seller, CustomerId Customer, AccountId Account, Unit Currency, LocalDate BookedOn, string Reference);

/// <summary>Sales of one revenue account on a document, in minor units without tax.</summary>
public readonly record struct RevenueAmount(string LedgerAccount, long NetMinor);

/// <summary>Tax of one rate on a document, in minor units.</summary>
/// <param name="Country">Whose tax.</param>
/// <param name="Percent">19 for 19 %.</param>
/// <param name="TaxMinor">Owed to the tax office; negative where taken back.</param>
/// <param name="LedgerAccount">Empty: the chart's account of the country and rate.</param>
public readonly record struct TaxAmount(string Country, decimal Percent, long TaxMinor, string LedgerAccount = "");

/// <summary>Money of the customer that a document sets off after tax, in minor units.</summary>
/// <param name="LedgerAccount">Empty: the chart's for deposits.</param>
public readonly record struct SetOffAmount(string LedgerAccount, long AmountMinor);

/// <summary>
/// The posting rules, one function per thing that is booked. A debit is positive.
/// <code>
///                      debit                        credit
/// document             receivables (left to pay)      revenue (net, per account)
///                      prepaid (settled)              tax payable (per rate)
///                      deposits, credits (set off)    cash rounding
/// payment              cash, bank … of the channel    receivables
/// top-up               cash, bank … of the channel    prepaid
/// units exchanged      loyalty                        prepaid
/// deposit              cash, bank … of the channel    deposits
/// opening debt         receivables                    opening balances
/// opening prepaid      opening balances               prepaid
/// write-off            write-off                      receivables
/// </code>
/// Negative amounts (credit notes, reversed payments) book the same accounts on the other side.
/// </summary>
public sealed class Postings(ChartOfAccounts chart)
{
    /// <summary>With the default chart.</summary>
    public static readonly Postings Default = new(ChartOfAccounts.Default);

    public ChartOfAccounts Chart => chart;

    /// <summary>An issued document.</summary>
    /// <param name="subject">Whose.</param>
    /// <param name="revenue">Per revenue account; several of one account are added.</param>
    /// <param name="taxes">Per country and rate.</param>
    /// <param name="settledMinor">Part of the gross amount that prepaid money had paid already.</param>
    /// <param name="setOff">Money of the customer that lowers what is left to pay.</param>
    /// <param name="roundingMinor">What cash rounding adds to what is left to pay; negative: takes off.</param>
    /// <param name="promotedMinor">Money of allowances that usage took: given by the seller, it becomes prepaid money.</param>
    public JournalEntry ForDocument(
        PostingSubject subject, IEnumerable<RevenueAmount> revenue, IEnumerable<TaxAmount> taxes, long settledMinor,
        long roundingMinor = 0, IReadOnlyCollection<SetOffAmount>? setOff = null, long promotedMinor = 0)
    {
        var credits = ImmutableArray.CreateBuilder<JournalLine>();
        var gross = 0L;
        foreach (var group in revenue.GroupBy(item => item.LedgerAccount, StringComparer.Ordinal).OrderBy(group => group.Key,
            StringComparer.Ordinal))
        {
            var net = group.Sum(item => item.NetMinor);
            gross += net;
            credits.Add(new JournalLine(group.Key, subject.Currency, -net));
        }
        foreach (var tax in taxes)
        {
            gross += tax.TaxMinor;
            var account = tax.LedgerAccount is { Length: > 0 } own ? own : chart.TaxAccount(tax.Country, tax.Percent);
            credits.Add(new JournalLine(account, subject.Currency, -tax.TaxMinor));
        }
        var used = setOff ?? [];
        return Entry(subject, EntryKind.Document,
            [
                Of(subject, chart.Receivables, gross - settledMinor - used.Sum(one => one.AmountMinor) + roundingMinor),
                Of(subject, chart.PrepaidLiability, settledMinor - promotedMinor),
                Of(subject, chart.Loyalty, promotedMinor),
                .. used.Select(one => one.LedgerAccount.Length > 0
                    ? new JournalLine(one.LedgerAccount, subject.Currency, one.AmountMinor)
                    : Of(subject, chart.Deposits, one.AmountMinor)),
                .. credits,
                new JournalLine(chart.CashRounding, subject.Currency, -roundingMinor),
            ]);
    }

    /// <summary>Money received for documents; negative when a payment is reversed.</summary>
    public JournalEntry ForPayment(PostingSubject subject, PaymentChannel channel, long amountMinor) =>
        Entry(subject, EntryKind.Payment,
            [new JournalLine(chart.CashAccount(channel), subject.Currency, amountMinor), Of(subject, chart.Receivables,
                -amountMinor)]);

    /// <summary>Money put into a prepaid pocket; negative when it is taken back.</summary>
    public JournalEntry ForTopUp(PostingSubject subject, PaymentChannel channel, long amountMinor) =>
        Entry(subject, EntryKind.TopUp,
            [new JournalLine(chart.CashAccount(channel), subject.Currency, amountMinor), Of(subject, chart.PrepaidLiability,
                -amountMinor)]);

    /// <summary>Prepaid money given for other units, e.g. points.</summary>
    public JournalEntry ForGift(PostingSubject subject, long amountMinor) =>
        Entry(subject, EntryKind.TopUp,
            [new JournalLine(chart.Loyalty, subject.Currency, amountMinor), Of(subject, chart.PrepaidLiability, -amountMinor)]);

    /// <summary>Money left as security; negative when it is paid back.</summary>
    public JournalEntry ForDeposit(PostingSubject subject, PaymentChannel channel, long amountMinor) =>
        Entry(subject, EntryKind.Deposit,
            [new JournalLine(chart.CashAccount(channel), subject.Currency, amountMinor), Of(subject, chart.Deposits,
                -amountMinor)]);

    /// <summary>Balances taken over from another system.</summary>
    /// <param name="subject">Whose.</param>
    /// <param name="owedMinor">What the customer owes; negative: a credit.</param>
    /// <param name="prepaidMinor">Unused prepaid money.</param>
    public JournalEntry ForOpening(PostingSubject subject, long owedMinor, long prepaidMinor) =>
        Entry(subject, EntryKind.Opening,
            [
                Of(subject, chart.Receivables, owedMinor),
                Of(subject, chart.PrepaidLiability, -prepaidMinor),
                new JournalLine(chart.Opening, subject.Currency, prepaidMinor - owedMinor),
            ]);

    /// <summary>A receivable given up.</summary>
    public JournalEntry ForWriteOff(PostingSubject subject, long amountMinor) =>
        Entry(subject, EntryKind.WriteOff,
            [new JournalLine(chart.WriteOff, subject.Currency, amountMinor), Of(subject, chart.Receivables, -amountMinor)]);

    private static JournalEntry Entry(PostingSubject subject, EntryKind kind, ReadOnlySpan<JournalLine> lines) =>
        JournalEntry.Create(subject.Seller, subject.BookedOn, kind, subject.Reference, lines);

    private static JournalLine Of(PostingSubject subject, string account, long amount) =>
        new(account, subject.Currency, amount, subject.Customer, subject.Account);
}
