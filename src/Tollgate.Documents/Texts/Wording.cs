using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Documents;

/// <summary>
/// The words, dates and numbers of one language. Formats are written down here and don't come from the operating system, so that
/// a reprint is the same on every machine, with or without ICU. Sentences use <c>{0}</c>, <c>{1}</c> … as documented by their
/// names.
/// </summary>
public sealed record Wording
{
    private static readonly ImmutableDictionary<string, string> Symbols = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["EUR"] = "€", ["USD"] = "$", ["GBP"] = "£", ["JPY"] = "¥", ["TRY"] = "₺", ["PLN"] = "zł", ["CZK"] = "Kč",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    public required string Language { get; init; }
    public required string DecimalPoint { get; init; }
    public required string Thousands { get; init; }

    /// <summary>True for <c>€16.13</c>, false for <c>16.13 €</c>.</summary>
    public required bool SymbolFirst { get; init; }

    /// <summary>Day, month name, year: <c>{0} {1} {2}</c>.</summary>
    public required string LongDate { get; init; }

    /// <summary>Day and short month name: <c>{0} {1}</c>.</summary>
    public required string DayOfMonth { get; init; }

    /// <summary>NodaTime pattern of a numeric date.</summary>
    public required string ShortDate { get; init; }
    public required ImmutableArray<string> Months { get; init; }
    public required ImmutableArray<string> ShortMonths { get; init; }

    public required string Invoice { get; init; }
    public required string CreditNote { get; init; }
    public required string DebitNote { get; init; }
    public required string AdvanceInvoice { get; init; }
    public required string TaxCorrection { get; init; }
    public required string Statement { get; init; }
    public required string Draft { get; init; }
    public required string DraftNote { get; init; }
    public required string InvoiceHeadline { get; init; }
    public required string CreditNoteHeadline { get; init; }
    public required string DebitNoteHeadline { get; init; }
    public required string AdvanceInvoiceHeadline { get; init; }
    public required string TaxCorrectionHeadline { get; init; }
    public required string StatementHeadline { get; init; }

    /// <summary>Number and date of the document credited, corrected …</summary>
    public required string RefersTo { get; init; }
    public required string Opening { get; init; }
    public required string Closing { get; init; }
    public required string Payment { get; init; }
    public required string Balance { get; init; }
    public required string Reference { get; init; }
    public required string PayStatement { get; init; }
    public required string AmountIn { get; init; }
    public required string Number { get; init; }
    public required string CustomerNumber { get; init; }
    public required string AccountNumber { get; init; }
    public required string Date { get; init; }
    public required string Period { get; init; }
    public required string TaxId { get; init; }
    public required string AmountDue { get; init; }

    /// <summary>What was owed before the document, payments since taken off.</summary>
    public required string OpenFromBefore { get; init; }
    public required string Credit { get; init; }
    public required string DueDate { get; init; }
    public required string CollectedOn { get; init; }
    public required string PayByTransfer { get; init; }

    /// <summary>Amount, day and reference, where the seller has no bank account to name.</summary>
    public required string PayQuoting { get; init; }
    public required string PayByDirectDebit { get; init; }
    public required string Mandate { get; init; }

    /// <summary>The seller's creditor identifier.</summary>
    public required string Creditor { get; init; }
    public required string NothingToPay { get; init; }
    public required string CreditKept { get; init; }
    public required string PaidFromPrepaid { get; init; }
    public required string SeeOnline { get; init; }
    public required string ScanToPay { get; init; }
    public required string Summary { get; init; }
    public required string Net { get; init; }
    public required string TaxOf { get; init; }
    public required string TotalOfThisBill { get; init; }
    public required string SettledFromPrepaid { get; init; }
    public required string CashRounding { get; init; }
    public required string PreviousBalance { get; init; }
    public required string PaymentsReceived { get; init; }
    public required string Changes { get; init; }
    public required string PreviousBill { get; init; }
    public required string ThisBill { get; init; }
    public required string History { get; init; }
    public required string Allowances { get; init; }
    public required string UsedOf { get; init; }
    public required string UsedUnlimited { get; init; }
    public required string Details { get; init; }
    public required string Description { get; init; }
    public required string Quantity { get; init; }
    public required string UnitPrice { get; init; }
    public required string TaxPercent { get; init; }
    public required string NetAmount { get; init; }
    public required string TotalFor { get; init; }
    public required string Usage { get; init; }
    public required string Time { get; init; }
    public required string Destination { get; init; }
    public required string Zone { get; init; }
    public required string Amount { get; init; }
    public required string Subtotal { get; init; }
    public required string Page { get; init; }
    public required string Continued { get; init; }
    public required string DaysOf { get; init; }
    public required string FullPrice { get; init; }
    public required string BilledBefore { get; init; }
    public required string ShouldBe { get; init; }
    public required string OtherTax { get; init; }
    public required string NoSubscription { get; init; }
    public required string SubscriptionEnded { get; init; }
    public required string SubscriptionStarts { get; init; }
    public required string NotDue { get; init; }
    public required string FreeByAllowance { get; init; }
    public required string AllFreeByAllowance { get; init; }
    public required string SecondsOf { get; init; }
    public required string InstalmentOf { get; init; }
    public required string InstalmentsLeft { get; init; }
    public required string TermEnds { get; init; }
    public required string OtherPlan { get; init; }
    public required string OtherAccount { get; init; }
    public required string SpentOf { get; init; }

    /// <summary>Usage of an earlier bill: as it was charged, as it is charged now.</summary>
    public required string RatedAgain { get; init; }
    public required string Calls { get; init; }
    public required string CallsTo { get; init; }
    public required string Messages { get; init; }
    public required string MessagesTo { get; init; }
    public required string MultimediaMessages { get; init; }
    public required string MultimediaMessagesTo { get; init; }
    public required string DataUsage { get; init; }
    public required string Content { get; init; }
    /// <summary>Of an event that a spending cap made cheaper.</summary>
    public required string CapReached { get; init; }
    public required string OtherTimes { get; init; }
    public required string UnitCalls { get; init; }
    public required string UnitSessions { get; init; }
    public required string UnitItems { get; init; }
    public required string ChangeNew { get; init; }
    public required string ChangeGone { get; init; }
    public required string ChangeMany { get; init; }
    public required string ChangePartPeriods { get; init; }
    public required string ChangePrice { get; init; }
    public required string ChangeRecurring { get; init; }
    public required string ChangeOneTime { get; init; }
    public required string ChangeUsage { get; init; }
    public required string ChangeCommitments { get; init; }
    public required string ChangeDiscounts { get; init; }
    public required string ChangeGiven { get; init; }
    public required string ChangeSetOff { get; init; }
    public required string ChangeCorrections { get; init; }
    public required string ChangeTax { get; init; }
    public required string Bank { get; init; }
    public required string Phone { get; init; }

    /// <summary>The wording of a BCP 47 tag's language (<c>de-AT</c> → German); English for a language without texts.</summary>
    public static Wording For(string language) => language.Split('-', '_')[0].ToUpperInvariant() switch
    {
        "DE" => German.Texts,
        _ => English.Texts,
    };

    /// <summary>The name of a kind of document.</summary>
    public string KindName(DocumentKind kind) => kind switch
    {
        DocumentKind.Invoice => Invoice,
        DocumentKind.CreditNote => CreditNote,
        DocumentKind.DebitNote => DebitNote,
        DocumentKind.AdvanceInvoice => AdvanceInvoice,
        DocumentKind.TaxCorrection => TaxCorrection,
        DocumentKind.Statement => Statement,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The headline of a document, with its period.</summary>
    internal string Headline(InvoiceView view) => Fill(view.Kind switch
    {
        DocumentKind.Invoice => InvoiceHeadline,
        DocumentKind.CreditNote => CreditNoteHeadline,
        DocumentKind.DebitNote => DebitNoteHeadline,
        DocumentKind.AdvanceInvoice => AdvanceInvoiceHeadline,
        DocumentKind.TaxCorrection => TaxCorrectionHeadline,
        DocumentKind.Statement => StatementHeadline,
        _ => throw new ArgumentOutOfRangeException(nameof(view)),
    }, Long(view.Period));

    /// <summary><c>1,234.50</c>: at least the currency's minor digits.</summary>
    public string Plain(Money money) => Format(money.Amount, money.Currency.MinorDigits, 12);

    /// <summary><c>€1,234.50</c>, <c>1.234,50 €</c>, <c>1,234.50 CHF</c>.</summary>
    public string WithCurrency(Money money)
    {
        var plain = Plain(money with { Amount = Math.Abs(money.Amount) });
        var symbol = Symbols.GetValueOrDefault(money.Currency.Code, money.Currency.Code);
        var minus = money.Amount < 0 ? "−" : "";
        return SymbolFirst && symbol.Length == 1 ? minus + symbol + plain : $"{minus}{plain}\u00A0{symbol}";
    }

    /// <summary>A number with as many decimals as it has: <c>3.2</c>.</summary>
    public string Plain(decimal number) => Format(number, 0, 6);

    /// <summary><c>19%</c>, <c>19 %</c>.</summary>
    public string Percent(decimal percent) => Format(percent, 0, 4) + (SymbolFirst ? "%" : "\u00A0%");

    /// <summary><c>6 December 2026</c>.</summary>
    public string Long(LocalDate date) =>
        string.Format(CultureInfo.InvariantCulture, LongDate, date.Day, Months[date.Month - 1], date.Year);

    /// <summary><c>6 Dec 2026</c>, for large type.</summary>
    public string Medium(LocalDate date) =>
        string.Format(CultureInfo.InvariantCulture, LongDate, date.Day, ShortMonths[date.Month - 1], date.Year);

    /// <summary><c>06/12/2026</c>, <c>06.12.2026</c>.</summary>
    public string Short(LocalDate date) => date.ToString(ShortDate, CultureInfo.InvariantCulture);

    /// <summary>First to last day, the last included: <c>01/10/2026 – 31/10/2026</c>; one date for a period of one day.</summary>
    public string Short(BillPeriod period) =>
        period.Days == 1 ? Short(period.From) : $"{Short(period.From)} – {Short(period.LastDay)}";

    /// <summary><c>1 October 2026 – 31 October 2026</c>, the month's name and year when it is a whole one, or one date for a
    /// period of one day.</summary>
    public string Long(BillPeriod period) => period.From.Day == 1 && period.From.PlusMonths(1) == period.To
        ? $"{Months[period.From.Month - 1]} {period.From.Year.ToString(CultureInfo.InvariantCulture)}"
        : period.Days == 1 ? Long(period.From)
        : $"{Long(period.From)} – {Long(period.LastDay)}";

    /// <summary>A part-period spelled out: <c>10 of 31 days × 50.00 = 16.13</c>.</summary>
    public string PartPeriod(int days, int ofDays, Money full, Money part) =>
        $"{Fill(DaysOf, days.ToString(CultureInfo.InvariantCulture), ofDays.ToString(CultureInfo.InvariantCulture))} × "
            + $"{Plain(full)} = {Plain(part)}";

    /// <summary>Puts values into a sentence of this wording.</summary>
    public static string Fill(string sentence, params string[] values) =>
        string.Format(CultureInfo.InvariantCulture, sentence, [.. values]);

    private string Format(decimal number, int atLeast, int atMost)
    {
        var shown = new NumberFormatInfo
        {
            NumberDecimalSeparator = DecimalPoint, NumberGroupSeparator = Thousands, NegativeSign = "−",
        };
        return number.ToString("#,##0." + new string('0', atLeast) + new string('#', atMost - Math.Min(atLeast, atMost)), shown);
    }
}
