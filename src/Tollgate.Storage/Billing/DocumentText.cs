using System.Globalization;
using Tollgate.Billing;
using Tollgate.Catalog;

namespace Tollgate.Storage.Billing;

/// <summary>Text forms of documents and lines as stored.</summary>
public static class DocumentText
{
    /// <summary>The kind's name in lower case: <c>recurring</c>, <c>one-time</c>, <c>usage</c> …</summary>
    public static string Text(BillLineKind kind) => kind switch
    {
        BillLineKind.Recurring => "recurring",
        BillLineKind.OneTime => "one-time",
        BillLineKind.Usage => "usage",
        BillLineKind.Discount => "discount",
        BillLineKind.Adjustment => "adjustment",
        BillLineKind.Instalment => "instalment",
        BillLineKind.Commitment => "commitment",
        BillLineKind.Given => "given",
        BillLineKind.Credit => "credit",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <exception cref="FormatException">Not a stored kind.</exception>
    public static BillLineKind Kind(string text) => text switch
    {
        "recurring" => BillLineKind.Recurring,
        "one-time" => BillLineKind.OneTime,
        "usage" => BillLineKind.Usage,
        "discount" => BillLineKind.Discount,
        "adjustment" => BillLineKind.Adjustment,
        "instalment" => BillLineKind.Instalment,
        "commitment" => BillLineKind.Commitment,
        "given" => BillLineKind.Given,
        "credit" => BillLineKind.Credit,
        _ => throw new FormatException($"'{text}' is not a kind of line."),
    };

    /// <summary><c>due</c>, <c>changed</c>, <c>no-longer-due</c>.</summary>
    public static string Text(LineReason reason) => reason switch
    {
        LineReason.Due => "due",
        LineReason.Changed => "changed",
        LineReason.NoLongerDue => "no-longer-due",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    /// <summary><c>taxed</c>, <c>reverse-charge</c>, <c>exempt</c>, <c>outside-scope</c>, <c>zero-rated</c>.</summary>
    public static string Text(TaxTreatment treatment) => treatment switch
    {
        TaxTreatment.Taxed => "taxed",
        TaxTreatment.ReverseCharge => "reverse-charge",
        TaxTreatment.Exempt => "exempt",
        TaxTreatment.OutsideScope => "outside-scope",
        TaxTreatment.ZeroRated => "zero-rated",
        _ => throw new ArgumentOutOfRangeException(nameof(treatment)),
    };

    /// <exception cref="FormatException">Not a stored treatment.</exception>
    public static TaxTreatment Treatment(string text) =>
        Enum.GetValues<TaxTreatment>().Cast<TaxTreatment?>().FirstOrDefault(one => Text(one!.Value) == text)
        ?? throw new FormatException($"'{text}' is not a treatment.");

    /// <summary><c>consumer</c>, <c>business</c>, <c>exempt</c>.</summary>
    public static string Text(TaxCustomer customer) => customer switch
    {
        TaxCustomer.Consumer => "consumer",
        TaxCustomer.Business => "business",
        TaxCustomer.Exempt => "exempt",
        _ => throw new ArgumentOutOfRangeException(nameof(customer)),
    };

    /// <summary>The customer type of a text; null on any other text.</summary>
    public static TaxCustomer? Customer(string text) =>
        Enum.GetValues<TaxCustomer>().Cast<TaxCustomer?>().FirstOrDefault(one => Text(one!.Value) == text);

    /// <summary>A decimal as stored: invariant, without trailing zeros.</summary>
    public static string Text(decimal value) => value.ToString("0.##################", CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="Text(decimal)"/> wrote.</summary>
    public static decimal Decimal(string text) => decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
}
