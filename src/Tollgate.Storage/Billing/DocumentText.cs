using System.Globalization;
using Tollgate.Billing;

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

    /// <summary>A decimal as stored: invariant, without trailing zeros.</summary>
    public static string Text(decimal value) => value.ToString("0.##################", CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="Text(decimal)"/> wrote.</summary>
    public static decimal Decimal(string text) => decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
}
