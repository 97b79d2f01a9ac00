using System.Globalization;
using System.Text;
using QRCoder;

namespace Tollgate.Documents;

/// <summary>
/// The QR code from which a banking app fills in a SEPA credit transfer (EPC069-12 v2.1, version 002). Only for amounts in euro
/// from 0.01 to 999,999,999.99 with an IBAN.
/// </summary>
public static class GiroCode
{
    /// <summary>The code's text, or null where the document can't be paid so.</summary>
    public static string? Text(InvoiceView view)
    {
        var due = view.Totals.AmountDue;
        if (view.Payment.Kind != PaymentKind.Transfer || view.Number is null || view.Currency.Code != "EUR" || due.Amount < 0.01m
            || due.Amount > 999_999_999.99m || view.Seller.Iban is not { Length: > 0 } iban)
        {
            return null;
        }
        string[] lines =
        [
            "BCD", "002", "1", "SCT", view.Seller.Bic ?? "", Cut(view.Seller.LegalName, 70),
            iban.Replace(" ", "", StringComparison.Ordinal),
            "EUR" + due.Amount.ToString("0.00", CultureInfo.InvariantCulture), "", "",
            Cut(view.Payment.Reference ?? view.NumberText(), 140),
        ];
        return string.Join('\n', lines);
    }

    /// <summary>The dark modules as rows, without a quiet zone (error correction M, as EPC069-12 demands).</summary>
    internal static bool[][] Modules(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(Encoding.UTF8.GetBytes(text), QRCodeGenerator.ECCLevel.M);
        const int quiet = 4;
        var size = data.ModuleMatrix.Count - 2 * quiet;
        return [.. Enumerable.Range(quiet, size)
            .Select(y => Enumerable.Range(quiet, size).Select(x => data.ModuleMatrix[y][x]).ToArray())];
    }

    private static string Cut(string text, int length)
    {
        var plain = text.ReplaceLineEndings(" ").Trim();
        return plain.Length <= length ? plain : plain[..length];
    }
}
