using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>What a line charges for.</summary>
public enum BillLineKind
{
    /// <summary>A price that comes again every period.</summary>
    Recurring,
    /// <summary>A price charged once.</summary>
    OneTime,
    /// <summary>Rated usage.</summary>
    Usage,
    /// <summary>A price reduction on other lines.</summary>
    Discount,
    /// <summary>The difference between what was billed before and what should have been.</summary>
    Adjustment,
    /// <summary>One part of a price in equal parts.</summary>
    Instalment,
    /// <summary>What is missing to a commitment (true-up).</summary>
    Commitment,
    /// <summary>A line that came computed, e.g. a late fee.</summary>
    Given,
    /// <summary>Money of the customer set off before tax.</summary>
    Credit,
}

/// <summary>Why a line is there.</summary>
public enum LineReason
{
    /// <summary>Due now and never billed.</summary>
    Due,
    /// <summary>Billed before with another amount; the line is the difference.</summary>
    Changed,
    /// <summary>Billed before and no longer owed; the line takes it back.</summary>
    NoLongerDue,
}

/// <summary>One charge of a document. Amounts are whole minor units of the document's currency.</summary>
public sealed record BillLine
{
    private int no;
    private long net;
    private long tax;
    private ImmutableArray<TaxAmountOfLine> taxParts = [];

    /// <summary>1, 2, 3 … within the document.</summary>
    public int No
    {
        get => no;
        init => no = value;
    }

    /// <summary>The line that this one is a part of; null: none. Amounts are held by the parts; a line that has parts holds
    /// nothing itself and shows their sum.</summary>
    public int? ParentNo { get; init; }

    /// <summary>See <see cref="BilledItem.FinalCredit"/>.</summary>
    public bool FinalCredit { get; init; }

    /// <summary>The line of an advance invoice that this line sets off, or null.</summary>
    public (DocumentId Document, int Line)? SetsOff { get; init; }

    public required BillLineKind Kind { get; init; }

    public LineReason Reason { get; init; } = LineReason.Due;

    /// <summary>What it bills, for recurring and one-time items and their adjustments; null for usage.</summary>
    public ItemKey? Item { get; init; }

    /// <summary>End of the item's whole period, excluded; null for one-time items and usage.</summary>
    public LocalDate? BasisTo { get; init; }

    public SubscriptionId? Subscription { get; init; }

    /// <summary>Price code of the offer, or the usage key's code.</summary>
    public required string Code { get; init; }

    /// <summary>For usage.</summary>
    public int? UsageKeyId { get; init; }

    /// <summary>Name of the price in the account's language; for usage the label of its key, which bills word
    /// themselves.</summary>
    public required string Description { get; init; }

    /// <summary>The days charged.</summary>
    public required BillPeriod Period { get; init; }

    /// <summary>In <see cref="UnitText"/>, rounded for print; the exact figures are <see cref="BaseUnits"/> and <see
    /// cref="FreeBaseUnits"/>.</summary>
    public required decimal Quantity { get; init; }

    /// <summary>E.g. <c>min</c>, <c>MB</c>, <c>SMS</c>; empty for a plain number.</summary>
    public string UnitText { get; init; } = "";

    /// <summary>Price of one unit in major units, or null where there is no single one.</summary>
    public decimal? UnitPrice { get; init; }

    /// <summary>As priced, rounded: with tax where <see cref="TaxIncluded"/>.</summary>
    public required long AmountMinor { get; init; }

    public bool TaxIncluded { get; init; }

    /// <summary>Without tax. Set when the document's taxes are computed.</summary>
    public long NetMinor
    {
        get => net;
        init => net = value;
    }

    public required string TaxCode { get; init; }

    /// <summary>All percentages as one.</summary>
    public required decimal TaxPercent { get; init; }

    /// <summary>What it is taxed with; null: at <see cref="TaxPercent"/> by the category alone, in the account's
    /// country.</summary>
    public TaxSet? TaxSet { get; init; }

    /// <summary>All taxes on it. Set when the document's taxes are computed.</summary>
    public long TaxMinor
    {
        get => tax;
        init => tax = value;
    }

    /// <summary>The taxes one by one, in the order of <see cref="TaxSet"/>; empty without one.</summary>
    public ImmutableArray<TaxAmountOfLine> TaxParts
    {
        get => taxParts;
        init => taxParts = value;
    }

    /// <summary>How often fixed levies per charge apply: 1, 0 for a difference, negative for charges taken back.</summary>
    public long LevyLines { get; init; }

    /// <summary>How often fixed levies per service apply: months times units; negative where taken back.</summary>
    public long LevyServices { get; init; }

    public required string RevenueAccount { get; init; }

    /// <summary>How the amount came about, e.g. 10 of 31 days × 50.00 = 16.13; nothing where it is plain.</summary>
    public LineExplanation Explanation { get; init; }

    /// <summary>Number of usage events.</summary>
    public long Events { get; init; }

    /// <summary>Usage charged, in base units (ms, octets, events).</summary>
    public long BaseUnits { get; init; }

    /// <summary>Part of <see cref="BaseUnits"/> that was free.</summary>
    public long FreeBaseUnits { get; init; }

    /// <summary>Completes a line that the calculator has just made and nobody else has seen: a copy of every line would double
    /// what a bill allocates.</summary>
    internal void Complete(int number, TaxedLine taxed)
    {
        (no, net, tax) = (number, taxed.NetMinor, taxed.TaxMinor);
        if (TaxSet is not null)
        {
            taxParts = taxed.Parts;
        }
    }
}

/// <summary>Tax of one category and rate on a document (EN 16931 BG-23).</summary>
/// <param name="Code">Tax category.</param>
/// <param name="Name">As printed, e.g. <c>VAT</c>.</param>
/// <param name="Country">Whose tax, ISO 3166-1 alpha-2.</param>
/// <param name="Percent">19 for 19 %.</param>
/// <param name="BaseMinor">Net amount taxed.</param>
/// <param name="TaxMinor">Tax.</param>
public sealed record TaxSubtotal(string Code, string Name, string Country, decimal Percent, long BaseMinor, long TaxMinor)
{
    /// <summary>Region or locality whose tax it is; empty: the country's.</summary>
    public string Region { get; init; } = "";

    public Catalog.TaxTreatment Treatment { get; init; }

    /// <summary>What the document must say: reverse charge, reason of an exemption.</summary>
    public string Note { get; init; } = "";

    /// <summary>Ledger account; empty: the chart's, by country and rate.</summary>
    public string LedgerAccount { get; init; } = "";

    /// <summary>Fixed amount in major units; 0 for a percentage.</summary>
    public decimal Fixed { get; init; }
}

/// <summary>Money of the customer used on a bill.</summary>
/// <param name="Reference">Of the money.</param>
/// <param name="AmountMinor">More than 0.</param>
/// <param name="BeforeTax">It is a line; else it lowers what is left to pay.</param>
public sealed record CreditUse(string Reference, CreditKind Kind, string Description, long AmountMinor, bool BeforeTax)
{
    /// <summary>Ledger account that it is booked on; empty: the chart's for deposits.</summary>
    public string LedgerAccount { get; init; } = "";
}

/// <summary>A computed bill that nobody has seen yet. Σ lines = net; net + taxes = gross;
/// gross − settled − credits after tax + cash rounding = due.</summary>
public sealed record BillDraft
{
    public required CustomerId Customer { get; init; }

    public required AccountId Account { get; init; }

    public required BillPeriod Period { get; init; }

    public required LocalDate IssueDate { get; init; }

    /// <summary>Issue date plus the account's terms.</summary>
    public required LocalDate DueDate { get; init; }

    public required Unit Currency { get; init; }

    /// <summary>Version of the catalogue in force on the day the period ends; items may be priced by earlier ones.</summary>
    public required int CatalogueVersion { get; init; }

    public required ImmutableArray<BillLine> Lines { get; init; }

    /// <summary>By category, then rate.</summary>
    public required ImmutableArray<TaxSubtotal> Taxes { get; init; }

    public required long NetMinor { get; init; }

    public required long TaxMinor { get; init; }

    public required long GrossMinor { get; init; }

    /// <summary>Part of the gross amount that prepaid money paid when the usage happened, rounded line by line.</summary>
    public required long SettledMinor { get; init; }

    /// <summary>The same part exactly, in stored steps; the difference to <see cref="SettledMinor"/> is rounding.</summary>
    public required long SettledSteps { get; init; }

    /// <summary>Money of the customer set off.</summary>
    public ImmutableArray<CreditUse> Credits { get; init; } = [];

    /// <summary>What cash rounding adds (negative: takes off) to what is left to pay.</summary>
    public long CashRoundingMinor { get; init; }

    /// <summary>What is left to pay; negative: a credit.</summary>
    public long DueMinor => GrossMinor - SettledMinor - CreditedMinor + CashRoundingMinor;

    /// <summary>Money of the customer set off after tax.</summary>
    public long CreditedMinor => Credits.Sum(credit => credit.BeforeTax ? 0 : credit.AmountMinor);
}

/// <summary>Why an account could not be billed.</summary>
public enum ParkReason
{
    /// <summary>No catalogue was in force on a day that something is priced by.</summary>
    NoCatalogue,
    /// <summary>The catalogue in force has no such offer.</summary>
    UnknownOffer,
    /// <summary>The catalogue has no such tax category.</summary>
    UnknownTax,
    /// <summary>The tax category has no rate for the country and date.</summary>
    NoTaxRate,
    /// <summary>A price or usage is in another currency than the account.</summary>
    OtherCurrency,
    /// <summary>The seller's tax service gave no answer, or none that can be used.</summary>
    TaxServiceDown,
    /// <summary>An amount does not fit.</summary>
    AmountOverflow,
    /// <summary>An earlier draft of the account is neither accepted nor cancelled.</summary>
    OpenDraft,
}

/// <summary>Stable codes of <see cref="ParkReason"/>.</summary>
public static class ParkReasons
{
    /// <summary>Kebab-case, e.g. <c>no-tax-rate</c>.</summary>
    public static string Code(this ParkReason reason) => reason switch
    {
        ParkReason.NoCatalogue => "no-catalogue",
        ParkReason.UnknownOffer => "unknown-offer",
        ParkReason.UnknownTax => "unknown-tax",
        ParkReason.NoTaxRate => "no-tax-rate",
        ParkReason.OtherCurrency => "other-currency",
        ParkReason.TaxServiceDown => "tax-service-down",
        ParkReason.AmountOverflow => "amount-overflow",
        ParkReason.OpenDraft => "open-draft",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}

/// <summary>The answer of the calculator: a draft, or why there is none.</summary>
public abstract record BillOutcome
{
    private BillOutcome()
    {
    }

    /// <summary>The account can be billed. A draft without lines has nothing to bill.</summary>
    public sealed record Drafted(BillDraft Draft) : BillOutcome;

    /// <summary>The account cannot be billed until the cause is mended.</summary>
    /// <param name="Reason">The first cause found.</param>
    /// <param name="Detail">All causes with their cure, separated by <c>; </c>.</param>
    public sealed record Parked(ParkReason Reason, string Detail) : BillOutcome;
}
