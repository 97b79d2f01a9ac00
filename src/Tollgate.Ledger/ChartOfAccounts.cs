using System.Globalization;

namespace Tollgate.Ledger;

/// <summary>The side of the books that an account belongs to; decides the sign its balance normally has.</summary>
public enum LedgerAccountKind
{
    /// <summary>What the seller has or is owed; normally a debit (positive) balance.</summary>
    Asset,
    /// <summary>What the seller owes; normally a credit (negative) balance.</summary>
    Liability,
    /// <summary>Opening balances; the counterpart of what was taken over from another system.</summary>
    Equity,
    /// <summary>Sales without tax; normally a credit balance.</summary>
    Revenue,
    /// <summary>Losses: write-offs and rounding.</summary>
    Expense,
}

/// <summary>
/// The ledger accounts that postings use. Revenue accounts are not listed: they come from the prices of the catalogue. Every
/// code has a default; an operator with a chart of its own gives other codes.
/// </summary>
public sealed record ChartOfAccounts
{
    /// <summary>The chart of a new installation.</summary>
    public static readonly ChartOfAccounts Default = new();

    /// <summary>What customers owe for issued documents, less what they paid. Default <c>1200-receivables</c>.</summary>
    public string Receivables { get; init; } = "1200-receivables";

    /// <summary>Money that customers paid ahead and have not used. Default <c>2100-prepaid</c>.</summary>
    public string PrepaidLiability { get; init; } = "2100-prepaid";

    /// <summary>Paid on advance invoices and not set off yet, without tax. Default <c>2110-advances</c>.</summary>
    public string Advances { get; init; } = "2110-advances";

    /// <summary>Security that customers left. Default <c>2120-deposits</c>.</summary>
    public string Deposits { get; init; } = "2120-deposits";

    /// <summary>Sales by debit note that name no account. Default <c>4900-other</c>.</summary>
    public string OtherRevenue { get; init; } = "4900-other";

    /// <summary>Bank account for transfers. Default <c>1010-bank</c>.</summary>
    public string Bank { get; init; } = "1010-bank";

    /// <summary>Collected by direct debit. Default <c>1020-direct-debit</c>.</summary>
    public string DirectDebit { get; init; } = "1020-direct-debit";

    /// <summary>Owed by the card acquirer. Default <c>1030-card</c>.</summary>
    public string Card { get; init; } = "1030-card";

    /// <summary>The till. Default <c>1000-cash</c>.</summary>
    public string Cash { get; init; } = "1000-cash";

    /// <summary>Stem of the tax accounts, one per country and rate. Default <c>2200-vat</c>.</summary>
    public string TaxPayable { get; init; } = "2200-vat";

    /// <summary>Counterpart of balances taken over from another system. Default <c>3900-opening</c>.</summary>
    public string Opening { get; init; } = "3900-opening";

    /// <summary>Differences of rounding that no customer is billed. Default <c>7900-rounding</c>.</summary>
    public string Rounding { get; init; } = "7900-rounding";

    /// <summary>What cash rounding adds to documents or takes off them. Default <c>7910-cash-rounding</c>.</summary>
    public string CashRounding { get; init; } = "7910-cash-rounding";

    /// <summary>Receivables given up. Default <c>7800-write-off</c>.</summary>
    public string WriteOff { get; init; } = "7800-write-off";

    /// <summary>Prepaid money given for points and other units, and money of allowances. Default <c>7700-loyalty</c>.</summary>
    public string Loyalty { get; init; } = "7700-loyalty";

    /// <summary>The account of one tax rate, e.g. <c>2200-vat-DE-19</c>.</summary>
    public string TaxAccount(string country, decimal percent) =>
        string.Create(CultureInfo.InvariantCulture, $"{TaxPayable}-{country}-{percent:0.####}");

    /// <summary>Where money of this channel arrives.</summary>
    public string CashAccount(PaymentChannel channel) => channel switch
    {
        PaymentChannel.Transfer => Bank,
        PaymentChannel.DirectDebit => DirectDebit,
        PaymentChannel.Card => Card,
        PaymentChannel.Cash => Cash,
        _ => throw new ArgumentOutOfRangeException(nameof(channel)),
    };

    /// <summary>What kind of account a code is; a code that the chart does not list is a revenue account of the
    /// catalogue.</summary>
    public LedgerAccountKind KindOf(string code)
    {
        if (code == Receivables || code == Bank || code == DirectDebit || code == Card || code == Cash)
        {
            return LedgerAccountKind.Asset;
        }
        if (code == PrepaidLiability || code == Advances || code == Deposits
            || code.StartsWith(TaxPayable + "-", StringComparison.Ordinal))
        {
            return LedgerAccountKind.Liability;
        }
        if (code == Opening)
        {
            return LedgerAccountKind.Equity;
        }
        return code == Rounding || code == CashRounding || code == WriteOff || code == Loyalty
            ? LedgerAccountKind.Expense
            : LedgerAccountKind.Revenue;
    }
}

/// <summary>The way by which money arrives.</summary>
public enum PaymentChannel
{
    /// <summary>The customer transfers it to the seller's bank account.</summary>
    Transfer,
    /// <summary>The seller collects it.</summary>
    DirectDebit,
    /// <summary>Credit or debit card.</summary>
    Card,
    /// <summary>Notes and coins, vouchers sold at a counter.</summary>
    Cash,
}

/// <summary>Text forms of <see cref="PaymentChannel"/> as stored and typed.</summary>
public static class PaymentChannels
{
    /// <summary><c>transfer</c>, <c>direct-debit</c>, <c>card</c>, <c>cash</c>.</summary>
    public static string Text(this PaymentChannel channel) => channel switch
    {
        PaymentChannel.Transfer => "transfer",
        PaymentChannel.DirectDebit => "direct-debit",
        PaymentChannel.Card => "card",
        PaymentChannel.Cash => "cash",
        _ => throw new ArgumentOutOfRangeException(nameof(channel)),
    };

    /// <summary>Reads the text form; null on any other text.</summary>
    public static PaymentChannel? Parse(string text) => text switch
    {
        "transfer" => PaymentChannel.Transfer,
        "direct-debit" => PaymentChannel.DirectDebit,
        "card" => PaymentChannel.Card,
        "cash" => PaymentChannel.Cash,
        _ => null,
    };
}
