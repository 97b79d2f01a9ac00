using System.Text;

namespace Tollgate.Documents;

/// <summary>What the customer has to do, in one or two sentences; the same in every form of the document.</summary>
internal static class PaymentSentence
{
    internal static string Of(InvoiceView view, Wording words)
    {
        if (view.Number is null)
        {
            return words.DraftNote + ".";
        }
        if (view.Kind == DocumentKind.Statement)
        {
            return words.PayStatement;
        }
        var due = view.Totals.AmountDue;
        var amount = words.WithCurrency(due.Amount < 0 ? -due : due);
        var payment = view.Payment;
        return payment.Kind switch
        {
            PaymentKind.DirectDebit => Wording.Fill(words.PayByDirectDebit, amount, payment.Account ?? "",
                    words.Long(payment.On ?? view.DueDate ?? view.IssueDate))
                + (payment.Mandate is { } mandate ? " " + Wording.Fill(words.Mandate, mandate) : "")
                + (view.Seller.CreditorId is { } creditor ? " " + Wording.Fill(words.Creditor, creditor) : ""),
            PaymentKind.Transfer => Transfer(view, words, amount, payment.Reference ?? view.NumberText())
                + (payment.Link is { } link ? " " + Wording.Fill(words.SeeOnline, link) : ""),
            PaymentKind.Nothing when due.Amount < 0 => Wording.Fill(words.CreditKept, amount),
            PaymentKind.Nothing when view.Totals.SettledFromPrepaid.Amount > 0 => words.PaidFromPrepaid,
            PaymentKind.Nothing => words.NothingToPay,
            _ => throw new ArgumentOutOfRangeException(nameof(view), payment.Kind, "No sentence for this kind of payment."),
        };
    }

    private static string Transfer(InvoiceView view, Wording words, string amount, string reference)
    {
        var day = words.Long(view.DueDate ?? view.IssueDate);
        return Grouped(view.Seller.Iban) is { } iban
            ? Wording.Fill(words.PayByTransfer, amount, day, iban, reference)
            : Wording.Fill(words.PayQuoting, amount, day, reference);
    }

    /// <summary>An IBAN in groups of four that stay on one line.</summary>
    internal static string? Grouped(string? iban)
    {
        if (iban is null)
        {
            return null;
        }
        var text = new StringBuilder();
        foreach (var c in iban.Where(c => c != ' '))
        {
            text.Append(text.Length % 5 == 4 ? "\u00A0" : "").Append(c);
        }
        return text.ToString();
    }
}
