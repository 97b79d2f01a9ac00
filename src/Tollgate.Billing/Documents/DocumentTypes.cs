using System.Collections.Immutable;

namespace Tollgate.Billing;

/// <summary>What a document is in law and in the books. Fixed; operators add types of these kinds.</summary>
public enum BillKind
{
    /// <summary>Demands money for what was supplied.</summary>
    Invoice,
    /// <summary>Takes back an invoice or a part of it, with its tax.</summary>
    CreditNote,
    /// <summary>Demands more for what was invoiced, or something besides the bill.</summary>
    DebitNote,
    /// <summary>Demands money before the supply, with its tax; set off on the final invoice.</summary>
    AdvanceInvoice,
    /// <summary>Corrects the tax of a document and nothing else.</summary>
    TaxCorrection,
    /// <summary>Tells what was demanded and paid; demands nothing.</summary>
    Statement,
}

/// <summary>How the books and the tax return see a document.</summary>
public enum AccountingType
{
    /// <summary>Supply with tax.</summary>
    Invoice,
    /// <summary>Correction of a supply or of its tax.</summary>
    CorrectiveTax,
    /// <summary>Payment before the supply.</summary>
    Advance,
    /// <summary>No part of the books.</summary>
    None,
}

/// <summary>A type of document: a kind with its own accounting type, name and number series.</summary>
/// <param name="Code">Unique per operator, e.g. <c>credit-note</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Accounting">Default: by the kind.</param>
/// <param name="Series">Number series; types may share one. Numbers begin anew each year.</param>
/// <param name="Prefix">Before year and number, after the seller's prefix; may be empty.</param>
/// <param name="Name">As printed; empty: the kind's name in the language of the document.</param>
public sealed record DocumentType(
    string Code, BillKind Kind, AccountingType Accounting, string Series, string Prefix, string Name = "");

/// <summary>The types that every operator has, and the words of kinds as stored and typed.</summary>
public static class DocumentTypes
{
    /// <summary>One type for each kind, with its code. Credit notes are numbered with the invoices, the others by themselves; an
    /// operator changes that by a type of the same code.</summary>
    public static ImmutableArray<DocumentType> BuiltIn { get; } =
    [
        new("invoice", BillKind.Invoice, AccountingType.Invoice, "invoice", ""),
        new("credit-note", BillKind.CreditNote, AccountingType.CorrectiveTax, "invoice", ""),
        new("debit-note", BillKind.DebitNote, AccountingType.Invoice, "debit-note", "DN"),
        new("advance-invoice", BillKind.AdvanceInvoice, AccountingType.Advance, "advance-invoice", "AI"),
        new("tax-correction", BillKind.TaxCorrection, AccountingType.CorrectiveTax, "tax-correction", "TC"),
        new("statement", BillKind.Statement, AccountingType.None, "statement", "ST"),
    ];

    /// <summary>The accounting type that a kind has unless a type says otherwise.</summary>
    public static AccountingType AccountingOf(BillKind kind) => BuiltIn.Single(type => type.Kind == kind).Accounting;

    /// <summary><c>invoice</c>, <c>credit-note</c>, <c>debit-note</c>, <c>advance-invoice</c>, <c>tax-correction</c>,
    /// <c>statement</c>.</summary>
    public static string Text(this BillKind kind) => BuiltIn.Single(type => type.Kind == kind).Code;

    /// <summary>The kind of a text; null on any other text.</summary>
    public static BillKind? Kind(string text) => BuiltIn.FirstOrDefault(type => type.Code == text)?.Kind;

    /// <summary><c>invoice</c>, <c>corrective-tax</c>, <c>advance</c>, <c>none</c>.</summary>
    public static string Text(this AccountingType type) => type switch
    {
        AccountingType.Invoice => "invoice",
        AccountingType.CorrectiveTax => "corrective-tax",
        AccountingType.Advance => "advance",
        AccountingType.None => "none",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The accounting type of a text; null on any other text.</summary>
    public static AccountingType? Accounting(string text) =>
        Enum.GetValues<AccountingType>().Cast<AccountingType?>().FirstOrDefault(one => one!.Value.Text() == text);
}
