using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Documents;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>Maps stored documents to the printed view. Nothing is computed here but sums of what is stored; no clock is read, so
/// the same rows give the same bytes.</summary>
internal static class InvoiceViews
{
    private const int BillsInChart = 12;
    private const int PrintedDecimals = 3;

    /// <summary>The view of a document; without a number it prints as a draft.</summary>
    internal static InvoiceView From(DocumentHead head, InvoiceFacts facts)
    {
        var unit = InvoiceFacts.UnitOf(head);
        Money Of(long minor) => Money.FromMinor(minor, unit);
        var payer = facts.PayerOf(head);
        var lines = facts.Lines[head.Id].ToList();
        var wording = Wording.For(payer.Language);
        var (before, paid) = head.Run is null ? (0, 0) : Balance(head, facts);
        var statement = head.Kind == "statement" ? Statement(head, facts, unit) : null;
        var due = statement?.Closing.ToMinor() ?? head.DueMinor + before - paid;
        return new InvoiceView
        {
            Kind = KindOf(head.Kind),
            Statement = statement,
            TypeName = Or(facts.TypeOf(head).Name),
            References = facts.References[head.Id].Any()
                ? [.. facts.References[head.Id].Select(one => new DocumentReference(one.Relation, one.Number, one.IssueDate, KindOf(one.Kind)))]
                : null,
            Number = head.Phase == "issued" || head.Number is not null ? head.Number : null,
            Language = payer.Language,
            Currency = unit,
            IssueDate = head.IssueDate,
            DueDate = due > 0 && statement is null ? head.DueDate : null,
            Period = head.Period,
            Seller = Seller(facts.SellerOf(head)),
            Customer = new CustomerView(payer.Name, Address(payer, facts.SellerOf(head).Country), payer.CustomerKey,
                payer.AccountKey, Or(payer.TaxId)),
            Groups =
            [
                .. lines.GroupBy(line => line.Subscription).Select(group => new ServiceGroup(
                    group.First().GroupLabel.Length > 0 ? group.First().GroupLabel : Label(group.Key, payer, wording),
                    [.. Tops(group, head, facts, unit, wording)], Of(group.Sum(line => line.NetMinor)), Or(group.First().GroupOffer))),
            ],
            Taxes = [.. facts.Taxes[head.Id].Select(tax => new TaxRow(tax.Name, tax.Percent, Of(tax.BaseMinor), Of(tax.TaxMinor))
            {
                FixedAmount = tax.Fixed == 0 ? null : new Money(tax.Fixed, unit),
                Category = CategoryOf(tax),
            })],
            Notes = [.. facts.Taxes[head.Id].Select(tax => tax.Note).Prepend(head.Reason).Where(note => note.Length > 0)
                .Distinct(StringComparer.Ordinal)],
            Totals = new InvoiceTotals(
                Of(head.NetMinor), Of(head.TaxMinor), Of(head.GrossMinor), Of(head.SettledMinor), Of(before), Of(paid), Of(due))
            {
                Rounding = head.RoundingMinor == 0 ? null : Of(head.RoundingMinor),
                SetOff = head.CreditedMinor == 0 ? null
                    : [.. facts.SetOff[head.Id].Where(one => !one.BeforeTax)
                        .Select(one => new SetOffRow(one.Description, Of(one.AmountMinor)))],
            },
            Payment = Payment(head, payer, due),
            Allowances = head.Run is null ? [] : Allowances(head, facts, lines),
            History = facts.IsOfPeriod(head) ? History(head, facts, unit) : [],
            Changes = facts.IsOfPeriod(head) ? BillChangeTexts.Of(head, facts, lines, wording) : null,
            Usage = head.Run is null ? [] : UsageDetails.Sections(head, facts, lines, wording),
        };
    }

    /// <summary>What was owed before this bill and before the payments since the previous one, and those payments.</summary>
    private static (long Before, long Paid) Balance(DocumentHead head, InvoiceFacts facts)
    {
        LocalDate? previous = null;
        foreach (var bill in facts.Earlier[head.Account].Where(bill => bill.Document != head.Id
            && bill.IssueDate <= head.IssueDate))
        {
            previous = previous is { } day ? LocalDate.Max(day, bill.IssueDate) : bill.IssueDate;
        }
        long before = 0, paid = 0;
        foreach (var move in facts.Moves[head.Account])
        {
            if (!move.IsPayment)
            {
                before += move.AmountMinor;
            }
            else if (move.On > head.IssueDate)
            {
                continue; // comes on the next bill
            }
            else if (move.On >= previous)
            {
                paid += move.AmountMinor;
            }
            else
            {
                before -= move.AmountMinor;
            }
        }
        return (before, paid);
    }

    private static InvoiceLine Line(DocumentLine line, DocumentHead head, InvoiceFacts facts, Unit unit, Wording wording)
    {
        var price = line.UnitPrice.Length > 0
            ? wording.Plain(new Money(decimal.Parse(line.UnitPrice, CultureInfo.InvariantCulture), unit))
            : null;
        return new InvoiceLine(
            Text(line, head, facts, wording), Money.FromMinor(line.NetMinor, unit), line.TaxPercent,
            line.Period == head.Period && !IsPart(line) && line.Reason == DocumentText.Text(LineReason.Due) ? null : line.Period,
            Quantity(line, wording), price, Or(wording.Explain(line.Explanation, unit)));
    }

    /// <summary>The amount is for a part of a period.</summary>
    private static bool IsPart(DocumentLine line) => line.Explanation.Parts.Any(part =>
        part.Kind is ExplanationKind.Days or ExplanationKind.Share or ExplanationKind.Seconds or ExplanationKind.FullPrice);

    /// <summary>Lines, each with its parts; one that has parts shows their sum.</summary>
    private static IEnumerable<InvoiceLine> Tops(
        IEnumerable<DocumentLine> group, DocumentHead head, InvoiceFacts facts, Unit unit, Wording wording)
    {
        var all = group.ToList();
        var parts = all.Where(line => line.ParentNo is not null).ToLookup(line => line.ParentNo!.Value);
        foreach (var line in all.Where(line => line.ParentNo is null))
        {
            var own = parts[line.No].ToList();
            var top = Line(line, head, facts, unit, wording);
            yield return own.Count == 0 ? top : top with
            {
                Net = Money.FromMinor(own.Sum(part => part.NetMinor), unit),
                TaxPercent = own.Select(part => part.TaxPercent).Distinct().Skip(1).Any() is false ? own[0].TaxPercent : 0m,
                Parts =
                [
                    .. own.Select(part => new LinePart(
                        part.Description, wording.Percent(part.TaxPercent), null, Money.FromMinor(part.NetMinor, unit))),
                ],
            };
        }
    }

    /// <summary>Of lines of a subscription without a label, and of lines of the whole account.</summary>
    private static string Label(SubscriptionId? subscription, PayerFacts payer, Wording wording) =>
        subscription is { Value: > 0 } one ? one.ToString() : $"{wording.AccountNumber} {payer.AccountKey}";

    /// <summary>Documents and payments up to the end of the period; those before it make the opening balance.</summary>
    private static StatementView Statement(DocumentHead head, InvoiceFacts facts, Unit unit)
    {
        Money Of(long minor) => Money.FromMinor(minor, unit);
        var balance = 0L;
        var opening = 0L;
        var rows = ImmutableArray.CreateBuilder<StatementRow>();
        foreach (var move in facts.Moves[head.Account].Where(move => move.On < head.Period.To).OrderBy(move => move.On)
            .ThenBy(move => move.IsPayment).ThenBy(move => move.Reference, StringComparer.Ordinal))
        {
            var amount = move.IsPayment ? -move.AmountMinor : move.AmountMinor;
            balance += amount;
            if (move.On < head.Period.From)
            {
                opening += amount;
                continue;
            }
            rows.Add(new StatementRow(move.On, move.Reference, Of(amount), Of(balance), move.IsPayment ? null : KindOf(move.Kind)));
        }
        return new StatementView(Of(opening), rows.ToImmutable(), Of(balance));
    }

    internal static DocumentKind KindOf(string kind) => DocumentTypes.Kind(kind) switch
    {
        BillKind.CreditNote => DocumentKind.CreditNote,
        BillKind.DebitNote => DocumentKind.DebitNote,
        BillKind.AdvanceInvoice => DocumentKind.AdvanceInvoice,
        BillKind.TaxCorrection => DocumentKind.TaxCorrection,
        BillKind.Statement => DocumentKind.Statement,
        _ => DocumentKind.Invoice,
    };

    /// <summary>Code of EN 16931, BT-118; nothing for an ordinary rate.</summary>
    private static string? CategoryOf(DocumentTax tax) => tax.Treatment switch
    {
        TaxTreatment.ReverseCharge => "AE",
        TaxTreatment.Exempt => "E",
        TaxTreatment.OutsideScope => "O",
        TaxTreatment.ZeroRated => "Z",
        _ => null,
    };

    /// <summary>What a line is for, in the language of the facts.</summary>
    internal static string Text(DocumentLine line, DocumentHead head, InvoiceFacts facts, Wording wording) =>
        line.Usage is { } used && facts.Named(head, used) is var usage
            ? wording.UsageOf(usage.Service, usage.Zone, usage.Band)
            : line.Description;

    /// <summary>Time as minutes and seconds, everything else as a number of the bill's language; nothing for one
    /// piece.</summary>
    private static string? Quantity(DocumentLine line, Wording wording)
    {
        if (line.Kind == "usage" && line.UnitText == "min")
        {
            var seconds = (line.BaseUnits + 999) / 1000;
            return string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{Math.Abs(seconds % 60):00} min");
        }
        return line.Kind == "usage" || line.Quantity != 1
            ? $"{wording.Plain(Rounding.Round(line.Quantity, PrintedDecimals, RoundingMode.HalfUp))} {wording.UnitOf(line.UnitText)}".TrimEnd()
            : null;
    }

    private static PaymentInstruction Payment(DocumentHead head, PayerFacts payer, long due)
    {
        if (due <= 0 || head.Number is null || head.Kind == "statement")
        {
            return PaymentInstruction.Nothing();
        }
        return payer.PaymentMethod == DirectDebits.Method && DirectDebits.Lacks(payer.PaymentMethod, payer.Iban, payer.Mandate) is null
            ? PaymentInstruction.DirectDebit(head.DueDate, payer.Mandate, $"{payer.Iban[..2]}•• •••• {payer.Iban[^4..]}")
            : PaymentInstruction.Transfer(head.Number);
    }

    private static ImmutableArray<AllowanceUse> Allowances(DocumentHead head, InvoiceFacts facts, List<DocumentLine> lines)
    {
        var labels = lines.Where(line => line.Subscription is not null).GroupBy(line => line.Subscription!.Value)
            .ToDictionary(group => group.Key, group => group.First().GroupLabel);
        var uses = ImmutableArray.CreateBuilder<AllowanceUse>();
        foreach (var pocket in facts.Allowances[head.Account])
        {
            if (IsOf(pocket, head, facts) && labels.TryGetValue(pocket.Subscription, out var label)
                && Units.Find(pocket.Unit) is { } unit)
            {
                decimal Shown(long stored) => Rounding.Round(unit.FromStorage(stored), unit.MinorDigits, RoundingMode.HalfUp);
                uses.Add(new AllowanceUse(
                    label, facts.AllowanceName(head, pocket), Shown(pocket.Granted - pocket.Balance), UnitText(unit),
                        Shown(pocket.Granted))
                {
                    Period = PeriodOf(pocket),
                });
            }
        }
        var several = uses.GroupBy(use => (use.Service, use.Name)).Where(group => group.Skip(1).Any())
            .Select(group => group.Key).ToHashSet();
        return [.. uses.Select(use => several.Contains((use.Service, use.Name)) ? use : use with { Period = null })];
    }

    private static BillPeriod? PeriodOf(AllowancePocket pocket)
    {
        var zone = DateTimeZoneProviders.Tzdb[pocket.TimeZone];
        var (from, to) = (pocket.ValidFrom.InZone(zone).Date, pocket.ValidTo.InZone(zone).Date);
        return from < to ? new BillPeriod(from, to) : null;
    }

    /// <summary>The pocket began in the bill's period; on an account's first bill also before it, with the cycle of which the
    /// bill is a part.</summary>
    private static bool IsOf(AllowancePocket pocket, DocumentHead head, InvoiceFacts facts)
    {
        var zone = DateTimeZoneProviders.Tzdb[pocket.TimeZone];
        var from = pocket.ValidFrom.InZone(zone).Date;
        return head.Period.Contains(from) || (from < head.Period.From && facts.PreviousOf(head) is null
            && pocket.ValidTo.InZone(zone).Date > head.Period.From);
    }

    private static ImmutableArray<PastBill> History(DocumentHead head, InvoiceFacts facts, Unit unit)
    {
        var bills = facts.Earlier[head.Account].Where(bill => bill.Document != head.Id && bill.IssueDate <= head.IssueDate)
            .Select(bill => new PastBill(bill.Period.LastDay, Money.FromMinor(bill.GrossMinor, unit)))
            .Append(new PastBill(head.Period.LastDay, Money.FromMinor(head.GrossMinor, unit))).TakeLast(BillsInChart)
                .ToImmutableArray();
        return bills.Length > 1 ? bills : [];
    }

    private static SellerView Seller(SellerFactsForPrint seller) => new(
        seller.Name, seller.LegalName, [.. seller.Address.Split('\n', StringSplitOptions.RemoveEmptyEntries)], Or(seller.TaxId),
        Or(seller.Web), Or(seller.Email), Or(seller.Phone), Or(seller.Iban), Or(seller.Bic), Or(seller.Bank))
    {
        CreditorId = Or(seller.CreditorId),
    };

    /// <summary>Street, town, and the country only when it is another one than the seller's.</summary>
    private static ImmutableArray<string> Address(PayerFacts payer, string home) =>
    [
        .. new[] { payer.Street, $"{payer.Postcode} {payer.City}".Trim(), payer.Country == home ? "" : payer.Country }
            .Where(line => line.Length > 0),
    ];

    private static string UnitText(Unit unit) => unit.Code == "MIN" ? "min" : unit.Code;

    private static string? Or(string text) => text.Length > 0 ? text : null;
}
