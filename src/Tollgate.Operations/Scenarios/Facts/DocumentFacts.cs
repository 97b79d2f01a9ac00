using System.Text.Json.Nodes;
using NodaTime.Text;
using Tollgate.Billing;
using Tollgate.Documents;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Scenarios.Facts;

/// <summary>A stored document in the words of the scenario.</summary>
internal static class DocumentFacts
{
    /// <summary>Facts are told in English, whatever the account's language.</summary>
    private static readonly Wording English = Wording.For("en");

    internal static JsonObject Of(Stage stage, DocumentHead head, IEnumerable<DocumentLine> lines, IEnumerable<DocumentTax> taxes)
    {
        string Money(long minor) => FactReader.Minor(minor, head.Currency);
        return new JsonObject
        {
            ["account"] = stage.AccountKey(head.Account.Value),
            ["seller"] = stage.SellerKey(head.Seller.Value),
            ["kind"] = head.Kind,
            ["phase"] = head.Phase,
            ["number"] = head.Number ?? "",
            ["period"] = Period(head.Period),
            ["issueDate"] = LocalDatePattern.Iso.Format(head.IssueDate),
            ["dueDate"] = LocalDatePattern.Iso.Format(head.DueDate),
            ["currency"] = head.Currency,
            ["net"] = Money(head.NetMinor),
            ["taxAmount"] = Money(head.TaxMinor),
            ["gross"] = Money(head.GrossMinor),
            ["settled"] = Money(head.SettledMinor),
            ["credited"] = Money(head.CreditedMinor),
            ["rounding"] = Money(head.RoundingMinor),
            ["due"] = Money(head.DueMinor),
            ["lines"] = new JsonArray([.. lines.Select(line => Line(stage, line, head.Currency))]),
            ["taxes"] = new JsonArray(
            [
                .. taxes.OrderBy(tax => tax.Code, StringComparer.Ordinal).ThenBy(tax => tax.Percent).Select(tax => new JsonObject
                {
                    ["code"] = tax.Code, ["name"] = tax.Name, ["percent"] = FactReader.Plain(tax.Percent),
                    ["base"] = Money(tax.BaseMinor),
                    ["tax"] = Money(tax.TaxMinor),
                }),
            ]),
        };
    }

    /// <summary>A bill that is only computed, as it would be told if it were a draft.</summary>
    internal static JsonObject Of(Stage stage, BillDraft bill)
    {
        var currency = bill.Currency.Code;
        string Money(long minor) => FactReader.Minor(minor, currency);
        return new JsonObject
        {
            ["account"] = stage.AccountKey(bill.Account.Value),
            ["kind"] = bill.GrossMinor < 0 ? "credit-note" : "invoice",
            ["period"] = Period(bill.Period),
            ["issueDate"] = LocalDatePattern.Iso.Format(bill.IssueDate),
            ["dueDate"] = LocalDatePattern.Iso.Format(bill.DueDate),
            ["currency"] = currency,
            ["net"] = Money(bill.NetMinor),
            ["taxAmount"] = Money(bill.TaxMinor),
            ["gross"] = Money(bill.GrossMinor),
            ["settled"] = Money(bill.SettledMinor),
            ["credited"] = Money(bill.CreditedMinor),
            ["rounding"] = Money(bill.CashRoundingMinor),
            ["due"] = Money(bill.DueMinor),
            ["lines"] = new JsonArray([.. bill.Lines.Select(line => Line(stage, line, currency))]),
            ["taxes"] = new JsonArray(
            [
                .. bill.Taxes.OrderBy(tax => tax.Code, StringComparer.Ordinal).ThenBy(tax => tax.Percent).Select(tax =>
                    new JsonObject
                {
                    ["code"] = tax.Code, ["name"] = tax.Name, ["percent"] = FactReader.Plain(tax.Percent),
                        ["base"] = Money(tax.BaseMinor),
                    ["tax"] = Money(tax.TaxMinor),
                }),
            ]),
        };
    }

    private static JsonObject Line(Stage stage, BillLine line, string currency) => Line(
        stage,
        new DocumentLine(
            default, line.No, DocumentText.Text(line.Kind), DocumentText.Text(line.Reason), line.Subscription, "", "", line.Code,
            line.Description, line.Period, line.Quantity, line.UnitText,
            line.UnitPrice is { } price ? DocumentText.Text(price) : "", line.AmountMinor, line.TaxIncluded, line.NetMinor,
            line.TaxCode, line.TaxPercent, line.RevenueAccount, line.Explanation, line.Events, line.BaseUnits,
                line.FreeBaseUnits),
        currency);

    internal static string Period(BillPeriod period) =>
        $"{LocalDatePattern.Iso.Format(period.From)}/{LocalDatePattern.Iso.Format(period.To)}";

    private static JsonObject Line(Stage stage, DocumentLine line, string currency) => new()
    {
        ["text"] = line.Description,
        ["subscription"] = line.Subscription is { } one ? stage.SubscriptionKey(one.Value) : "",
        ["kind"] = line.Kind,
        ["reason"] = line.Reason,
        ["code"] = line.Code,
        ["period"] = Period(line.Period),
        ["quantity"] = FactReader.Plain(line.Quantity),
        ["unit"] = line.UnitText,
        ["unitPrice"] = line.UnitPrice,
        ["amount"] = FactReader.Minor(line.AmountMinor, currency),
        ["net"] = FactReader.Minor(line.NetMinor, currency),
        ["tax"] = line.TaxCode,
        ["percent"] = FactReader.Plain(line.TaxPercent),
        ["taxIncluded"] = line.TaxIncluded ? "yes" : "no",
        ["events"] = line.Events,
        ["revenueAccount"] = line.RevenueAccount,
        ["explanation"] = English.Explain(line.Explanation, Units.Find(currency) ?? Units.Currency(currency, 2)),
    };
}
