using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>Where tax is rounded to minor units.</summary>
public enum TaxRounding
{
    /// <summary>Once per document and rate, on the sum of the lines (EN 16931 BR-CO-17). The default.</summary>
    PerDocument,
    /// <summary>On every line; the sums add rounded taxes.</summary>
    PerLine,
}

/// <summary>What a credit note means for the items that it credits.</summary>
public enum CreditedItems
{
    /// <summary>They stay credited: no bill charges them again; a correction takes back at most what the credit left. The
    /// default.</summary>
    Final,
    /// <summary>They count as not billed: the next bill charges what is due.</summary>
    BillAgain,
}

/// <summary>What becomes of an account that has nothing to bill.</summary>
public enum EmptyDocuments
{
    /// <summary>No document; the account moves on to its next period. The default.</summary>
    Skip,
    /// <summary>A document without lines is made.</summary>
    Issue,
}

/// <summary>Which quantity counts for a day on which it changes, where amounts go by days.</summary>
public enum QuantityOfDay
{
    /// <summary>The last of the day. The default.</summary>
    Last,
    /// <summary>The highest of the day.</summary>
    Highest,
}

/// <summary>Settings where billing systems disagree. One value for a whole run; part of the fingerprint of every
/// draft.</summary>
public sealed record BillingPolicy
{
    public static readonly BillingPolicy Default = new();

    /// <summary>Default: once per document and rate.</summary>
    public TaxRounding TaxRounding { get; init; } = TaxRounding.PerDocument;

    /// <summary>Default: a credit is final. A credit note may say otherwise.</summary>
    public CreditedItems CreditedItems { get; init; } = CreditedItems.Final;

    /// <summary>How each line is rounded to minor units. Default: half up.</summary>
    public RoundingMode LineRounding { get; init; } = RoundingMode.HalfUp;

    /// <summary>Default: no document.</summary>
    public EmptyDocuments Empty { get; init; } = EmptyDocuments.Skip;

    /// <summary>True: the day on which a subscription ends is billed as a whole day. Default false: the day it starts is, the
    /// day it ends is not, so that a change of plan within a day is billed once.</summary>
    public bool LastDayBilled { get; init; }

    /// <summary>
    /// How far back items are compared with what was billed, in months before the bill date. A correction further back than
    /// this is not made. Default 13.
    /// </summary>
    public int LookBackMonths { get; init; } = 13;

    /// <summary>Default: the last.</summary>
    public QuantityOfDay QuantityOfDay { get; init; } = QuantityOfDay.Last;

    /// <summary>What is left to pay is rounded to a multiple of this many minor units (5 for Swiss cash), the difference shown; 1
    /// (default):
    /// not at all.</summary>
    public int CashStepMinor { get; init; } = 1;

    /// <summary>Credits that do not say so lower what is taxed (true), or what is left to pay (false). Default false: the tax of
    /// the supply stays what it is.</summary>
    public bool CreditsBeforeTax { get; init; }

    /// <summary>Ledger account of credits. Default 4900-credits.</summary>
    public string CreditAccount { get; init; } = "4900-credits";

    /// <summary>Held records of an account above this number keep its document from being accepted; null: only a warning.
    /// Default null.</summary>
    public int? HoldAboveHeldRecords { get; init; }
}
