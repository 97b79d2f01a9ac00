using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Documents;

/// <summary>What a document is (EN 16931 BT-3).</summary>
public enum DocumentKind
{
    /// <summary>Commercial invoice, code 380.</summary>
    Invoice,
    /// <summary>Credit note, code 381. Its amounts are negative.</summary>
    CreditNote,
    /// <summary>Debit note, code 383.</summary>
    DebitNote,
    /// <summary>Prepayment invoice, code 386.</summary>
    AdvanceInvoice,
    /// <summary>Corrected invoice as to its tax, code 384.</summary>
    TaxCorrection,
    /// <summary>Statement of account; demands nothing.</summary>
    Statement,
}

/// <summary>How the amount due is settled.</summary>
public enum PaymentKind
{
    /// <summary>There is nothing to pay, or a credit is carried to the next bill.</summary>
    Nothing,
    /// <summary>The customer transfers the amount and quotes the reference.</summary>
    Transfer,
    /// <summary>The seller collects the amount.</summary>
    DirectDebit,
}

/// <summary>
/// Everything that is printed on a bill, already decided: no renderer computes, rounds or looks anything up. Its JSON
/// (<see cref="InvoiceJson"/>) is the stored snapshot of an issued document, from which PDF and HTML can be made again at any
/// time. All money is in <see cref="Currency"/>, rounded to its minor unit.
/// </summary>
public sealed record InvoiceView
{
    /// <summary>The template that this view was made for; see <see cref="InvoiceJson.TemplateVersion"/>.</summary>
    public int TemplateVersion { get; init; } = InvoiceJson.TemplateVersion;

    public DocumentKind Kind { get; init; } = DocumentKind.Invoice;

    /// <summary>What the operator calls this type of document; null: the name of the kind in the document's language.</summary>
    public string? TypeName { get; init; }

    /// <summary>The documents that this one credits, corrects or sets off (BG-3); null: none.</summary>
    public ImmutableArray<DocumentReference>? References { get; init; }

    /// <summary>For a statement: its rows.</summary>
    public StatementView? Statement { get; init; }

    /// <summary>The gap-free number (BT-1); null for a draft, which is marked as such on every page.</summary>
    public string? Number { get; init; }

    /// <summary>BCP 47 tag of the customer's language. Languages without texts of their own are printed in English.</summary>
    public required string Language { get; init; }

    /// <summary>The currency of every amount.</summary>
    public required Unit Currency { get; init; }

    /// <summary>BT-2; for a draft the date it would be issued.</summary>
    public required LocalDate IssueDate { get; init; }

    /// <summary>BT-9; null when there is nothing to pay.</summary>
    public LocalDate? DueDate { get; init; }

    /// <summary>The days that are billed (BG-14).</summary>
    public required BillPeriod Period { get; init; }

    public required SellerView Seller { get; init; }

    public required CustomerView Customer { get; init; }

    /// <summary>One per subscription or service, in the order printed.</summary>
    public required ImmutableArray<ServiceGroup> Groups { get; init; }

    /// <summary>Discounts and surcharges on the whole document (BG-20, BG-21), net; a discount is negative.</summary>
    public ImmutableArray<DocumentDiscount> Discounts { get; init; } = [];

    /// <summary>One per tax and rate (BG-23).</summary>
    public required ImmutableArray<TaxRow> Taxes { get; init; }

    public required InvoiceTotals Totals { get; init; }

    public required PaymentInstruction Payment { get; init; }

    public ImmutableArray<AllowanceUse> Allowances { get; init; } = [];

    /// <summary>Earlier bills, oldest first, this one last; 6 to 12 make a good chart, none leaves it out.</summary>
    public ImmutableArray<PastBill> History { get; init; } = [];

    /// <summary>Why this bill differs from the last one; null leaves it out.</summary>
    public BillChanges? Changes { get; init; }

    /// <summary>Itemised usage, one per number; none leaves it out.</summary>
    public ImmutableArray<UsageSection> Usage { get; init; } = [];

    /// <summary>Plain sentences printed under the totals (legal notes, reasons of a credit note).</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The number, or <c>DRAFT</c>.</summary>
    public string NumberText() => Number ?? "DRAFT";
}

/// <summary>An earlier document (BG-3).</summary>
/// <param name="Relation"><c>credits</c>, <c>debits</c>, <c>sets-off</c> or <c>corrects</c>.</param>
/// <param name="Number">BT-25.</param>
/// <param name="IssueDate">BT-26.</param>
/// <param name="Kind">What it is.</param>
public sealed record DocumentReference(string Relation, string Number, LocalDate IssueDate, DocumentKind Kind);

/// <summary>What an account owed, was billed and paid in the period of a statement. Opening + Σ rows = closing.</summary>
/// <param name="Opening">Owed at the beginning; negative: a credit.</param>
/// <param name="Rows">By date.</param>
/// <param name="Closing">Owed at the end.</param>
public sealed record StatementView(Money Opening, ImmutableArray<StatementRow> Rows, Money Closing);

/// <summary>A document or a payment.</summary>
/// <param name="On">Date of issue or receipt.</param>
/// <param name="Reference">Number of the document or the payer's reference.</param>
/// <param name="Amount">Positive: owed more; a payment is negative.</param>
/// <param name="Balance">Owed after it.</param>
/// <param name="Kind">Of a document; null for a payment.</param>
public sealed record StatementRow(LocalDate On, string Reference, Money Amount, Money Balance, DocumentKind? Kind = null);

/// <summary>Who sells (BG-4).</summary>
/// <param name="Name">Brand, largest on the page (BT-28).</param>
/// <param name="LegalName">BT-27.</param>
/// <param name="Address">Lines as printed.</param>
/// <param name="TaxId">VAT identifier (BT-31).</param>
/// <param name="Iban">For transfers and the QR code (BT-84); printed in groups of four.</param>
/// <param name="BrandColour"><c>#RRGGBB</c>, dark enough to be read on white; null for the house colour.</param>
public sealed record SellerView(
    string Name,
    string LegalName,
    ImmutableArray<string> Address,
    string? TaxId = null,
    string? Web = null,
    string? Email = null,
    string? Phone = null,
    string? Iban = null,
    string? Bic = null,
    string? Bank = null,
    string? BrandColour = null)
{
    /// <summary>SEPA creditor identifier (BT-90), for direct debits; null: none.</summary>
    public string? CreditorId { get; init; }
}

/// <summary>Who pays (BG-7).</summary>
/// <param name="Name">First line of the address window.</param>
/// <param name="Address">Following lines: street, city, country.</param>
public sealed record CustomerView(
    string Name,
    ImmutableArray<string> Address,
    string CustomerNumber,
    string AccountNumber,
    string? TaxId = null);

/// <summary>The charges of one subscription or service.</summary>
/// <param name="Label">What the customer recognises it by, e.g. the phone number.</param>
/// <param name="Lines">At least one.</param>
/// <param name="Net">Sum of the lines.</param>
/// <param name="Offer">Name of the plan, or null.</param>
public sealed record ServiceGroup(string Label, ImmutableArray<InvoiceLine> Lines, Money Net, string? Offer = null);

/// <summary>One charge (BG-25).</summary>
/// <param name="Text">What it is for.</param>
/// <param name="Net">Without tax, after the line's discounts.</param>
/// <param name="TaxPercent">19 for 19 %.</param>
/// <param name="Period">When it differs from the bill's period, or matters (part-periods).</param>
/// <param name="Quantity">As printed, e.g. <c>312 min</c>.</param>
/// <param name="UnitPrice">As printed, e.g. <c>0.09 / min</c>.</param>
/// <param name="Explanation">How the amount came about: <c>10 of 31 days × 50.00 = 16.13</c>; see
/// <see cref="Wording.PartPeriod"/>.</param>
/// <param name="Parts">What is in the amount; printed indented, not added to it.</param>
public sealed record InvoiceLine(
    string Text,
    Money Net,
    decimal TaxPercent,
    BillPeriod? Period = null,
    string? Quantity = null,
    string? UnitPrice = null,
    string? Explanation = null,
    ImmutableArray<LinePart>? Parts = null);

/// <summary>A part of a line, e.g. the calls to one zone.</summary>
public sealed record LinePart(string Text, string? Quantity = null, string? UnitPrice = null, Money? Net = null);

/// <summary>A discount (negative) or surcharge on the whole document.</summary>
public sealed record DocumentDiscount(string Text, Money Net, decimal TaxPercent);

/// <summary>Tax of one rate.</summary>
/// <param name="Name">e.g. <c>VAT</c>.</param>
/// <param name="Percent">19 for 19 %.</param>
/// <param name="Base">Taxable amount (BT-116).</param>
/// <param name="Tax">BT-117.</param>
public sealed record TaxRow(string Name, decimal Percent, Money Base, Money Tax)
{
    /// <summary>A fixed levy's amount per charge or service; null for a percentage.</summary>
    public Money? FixedAmount { get; init; }

    /// <summary>Tax category of EN 16931 (BT-118) where it is not the standard one: AE reverse charge, E exempt, O out of scope,
    /// Z zero-rated.</summary>
    public string? Category { get; init; }
}

/// <summary>The sums at the end. Amount due = gross − prepaid − set off + rounding + previous balance − payments.</summary>
/// <param name="Net">Groups and discounts (BT-109).</param>
/// <param name="Tax">BT-110.</param>
/// <param name="Gross">Total of this bill (BT-112).</param>
/// <param name="SettledFromPrepaid">Taken from the prepaid balance already (BT-113).</param>
/// <param name="PreviousBalance">Open before this bill and before the payments below; negative is a credit.</param>
/// <param name="PaymentsReceived">Since the previous bill.</param>
/// <param name="AmountDue">BT-115; negative is a credit.</param>
public sealed record InvoiceTotals(
    Money Net,
    Money Tax,
    Money Gross,
    Money SettledFromPrepaid,
    Money PreviousBalance,
    Money PaymentsReceived,
    Money AmountDue)
{
    /// <summary>What this document itself demands, without what is open from before.</summary>
    [JsonIgnore]
    public Money ThisBill => AmountDue - OpenFromBefore;

    /// <summary>What was open before this document, payments since taken off; negative: a credit.</summary>
    [JsonIgnore]
    public Money OpenFromBefore => PreviousBalance - PaymentsReceived;

    /// <summary>Rounding of what is left to pay to the coins in use (BT-114); null: none.</summary>
    public Money? Rounding { get; init; }

    /// <summary>Deposits and credits of the customer that lower what is left to pay (BT-113); null: none.</summary>
    public ImmutableArray<SetOffRow>? SetOff { get; init; }
}

/// <summary>Money of the customer that is set off after tax.</summary>
/// <param name="Text">What it is.</param>
/// <param name="Amount">More than 0.</param>
public sealed record SetOffRow(string Text, Money Amount);

/// <summary>What the customer has to do.</summary>
/// <param name="Kind">How.</param>
/// <param name="Reference">What to quote (BT-83), for a transfer.</param>
/// <param name="On">Day of collection, for a direct debit.</param>
/// <param name="Mandate">Mandate reference (BT-89), for a direct debit.</param>
/// <param name="Account">The debited account as it may be printed, e.g. <c>DE•• •••• 1234</c>.</param>
/// <param name="Link">Page where the bill can be paid or seen.</param>
public sealed record PaymentInstruction(
    PaymentKind Kind,
    string? Reference = null,
    LocalDate? On = null,
    string? Mandate = null,
    string? Account = null,
    string? Link = null)
{
    /// <summary>Nothing to pay.</summary>
    public static PaymentInstruction Nothing() => new(PaymentKind.Nothing);

    public static PaymentInstruction Transfer(string reference, string? link = null) =>
        new(PaymentKind.Transfer, reference, Link: link);

    public static PaymentInstruction DirectDebit(LocalDate on, string mandate, string account) =>
        new(PaymentKind.DirectDebit, On: on, Mandate: mandate, Account: account);
}

/// <summary>How much of an allowance was used in the period.</summary>
/// <param name="Service">The group's label.</param>
/// <param name="Used">In <paramref name="Unit"/>.</param>
/// <param name="Unit">As printed: <c>GB</c>, <c>min</c>, <c>SMS</c>.</param>
/// <param name="Granted">In the same unit; null for an unlimited allowance.</param>
public sealed record AllowanceUse(string Service, string Name, decimal Used, string Unit, decimal? Granted = null)
{
    /// <summary>When it could be used, where the bill has the allowance more than once; null: once.</summary>
    public BillPeriod? Period { get; init; }
}

/// <summary>The total of one bill, for the chart.</summary>
/// <param name="Month">Any day of the month it is labelled with.</param>
public sealed record PastBill(LocalDate Month, Money Gross);

/// <summary>What changed since the last bill: previous + Σ differences = current.</summary>
public sealed record BillChanges(Money Previous, ImmutableArray<BillChange> Rows, Money Current);

/// <summary>One reason with its effect on the total.</summary>
public sealed record BillChange(string Reason, Money Difference);

/// <summary>Itemised usage of one number.</summary>
/// <param name="Service">The group's label.</param>
public sealed record UsageSection(string Service, ImmutableArray<UsageGroup> Groups, Money Total);

/// <summary>Usage of one kind (calls, messages, data) with its subtotal.</summary>
/// <param name="Quantity">Sum as printed, e.g. <c>3:12:05 h</c>.</param>
public sealed record UsageGroup(string Label, ImmutableArray<UsageRow> Rows, string Quantity, Money Total);

/// <summary>One event.</summary>
/// <param name="At">Local time of the account.</param>
/// <param name="Destination">Number or service, masked where the customer asked for it.</param>
/// <param name="Zone">What the price depends on.</param>
/// <param name="Quantity">As printed, e.g. <c>0:03:20</c>.</param>
public sealed record UsageRow(LocalDateTime At, string Destination, string Zone, string Quantity, Money Amount)
{
    /// <summary>Why it costs less than its price says, printed under it; null: nothing to say.</summary>
    public string? Note { get; init; }
}
