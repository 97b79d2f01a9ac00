using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Documents;

/// <summary>A line to be credited.</summary>
/// <param name="No">Of the original.</param>
/// <param name="Amount">With tax; null: everything that is left of it.</param>
public sealed record CreditLine(int No, decimal? Amount);

/// <summary>What to credit of an issued document.</summary>
/// <param name="Document">Invoice, debit note or advance invoice.</param>
/// <param name="Amount">With tax, divided over the document; null together with no lines: everything that is left.</param>
/// <param name="Lines">Lines with or without amounts; not together with <paramref name="Amount"/>.</param>
/// <param name="Net">True: amounts are without tax.</param>
/// <param name="BillAgain">True: what is credited counts as not billed, and the next bill bills what is due; false: the credit
/// is final;
/// null: as the policy says.</param>
public sealed record CreditRequest(
    DocumentId Document, decimal? Amount, ImmutableArray<CreditLine> Lines, bool Net, bool? BillAgain, DocumentOrder Order);

/// <summary>
/// Credits an issued document, in whole, by an amount or by lines, with the tax of the original. What was credited before is
/// gone: the sum of
/// all credits is at most the original, in each line. Usage that is credited stays billed.
/// </summary>
public static class CreditDocument
{
    public static async Task<Outcome<DocumentMade>> RunAsync(
        OperationContext context, CreditRequest request, CancellationToken cancel = default)
    {
        var outcome = await DocumentMaking.RunAsync(
            context, "document.credit", BillKind.CreditNote, request.Order, Content(request),
            (work, _) => ComputeAsync(context, work, request, cancel), cancel);
        return outcome.Value is { } made && request.BillAgain == true
            ? made with { Note = await UsageNoteAsync(context, made, cancel) }
            : outcome;
    }

    /// <summary>What becomes of the usage on a credit note whose items are billed again; empty: there is none on it.</summary>
    private static async Task<string> UsageNoteAsync(OperationContext context, DocumentMade made, CancellationToken cancel)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        var head = (await DocumentReader.HeadsAsync(work, new DocumentFilter(Document: made.Document), cancel))[0];
        var usage = (await DocumentReader.LinesAsync(work, [head.Customer.Value], [head.Id.Value], cancel))[head.Id]
            .Where(line => line.PriceKey is not null).ToList();
        var gross = Money.FromMinor(-usage.Sum(line => line.NetMinor + line.TaxMinor), InvoiceFacts.UnitOf(head));
        return usage.Count == 0 ? ""
            : $"Its usage, {gross} with tax, is not billed again: {UsageStays}";
    }

    private const string UsageStays = "usage stays billed by its document. To demand it after all, use 'account adjust --charge' "
        + "or 'document debit'; where it was priced wrongly, 'rerate'.";

    private static string Content(CreditRequest request)
    {
        var lines = request.Lines.Select(line => $"{line.No}:{line.Amount?.ToString(CultureInfo.InvariantCulture)}");
        return string.Create(CultureInfo.InvariantCulture,
            $"document={request.Document}\namount={request.Amount}\nlines={string.Join(',', lines)}\n"
            + $"net={request.Net}\nbillAgain={request.BillAgain}");
    }

    private static async Task<Outcome<MadeDraft>> ComputeAsync(
        OperationContext context, BookWork work, CreditRequest request, CancellationToken cancel)
    {
        var original = await DocumentMaking.OriginalAsync(work, request.Document, cancel);
        if (original.Refusal is { } refusal)
        {
            return refusal;
        }
        var head = original.Value!;
        if (DocumentTypes.Kind(head.Kind) is BillKind.CreditNote or BillKind.Statement or null)
        {
            return new Refusal("not-creditable",
                $"{head.Number} is a {head.Kind}: invoices, debit notes, advance invoices and tax corrections are credited.",
                Retry.Never, "document");
        }
        var stored = (await DocumentReader.LinesAsync(work, [head.Customer.Value], [head.Id.Value], cancel))[head.Id].ToList();
        var links = await DocumentLinks.LinesAsync(work, head.Customer, head.Id, cancel);
        var lines = (await DocumentLinks.CreditableAsync(work, head, stored, cancel))
            .Where(line => !links.Exists(link => link.Relation == "corrects" && link.LineNo == line.Line.No)).ToImmutableArray();
        var credited = Choose(request, lines, InvoiceFacts.UnitOf(head));
        if (credited.Refusal is { } wrong)
        {
            return wrong;
        }
        if (request.BillAgain == true && UsageNamed(request, credited.Value) is { } stays)
        {
            return stays;
        }
        var taxes = (await DocumentReader.TaxesAsync(work, [head.Customer.Value], [head.Id.Value], cancel))[head.Id].ToList();
        var today = request.Order.IssueDate ?? await DocumentMaking.TodayAsync(context, work, head.Seller, cancel);
        if (today < head.IssueDate)
        {
            return new Refusal("before-original",
                $"{head.Number} is dated {head.IssueDate:uuuu-MM-dd}: a credit note cannot be earlier.",
                Field: "issueDate");
        }
        var policy = await Policies.InForceAsync(work, today, cancel);
        var final = !(request.BillAgain ?? policy.CreditedItems == CreditedItems.BillAgain);
        var made = credited.Value.Select(line => line with { FinalCredit = final && line.Item is not null }).ToImmutableArray();
        var draft = DocumentMaking.Draft(head, today, today, made, CreditMath.Subtotals(made, line =>
            PlainSet(line, taxes, head)));
        // The credit that leaves nothing takes the cash rounding back, so that the two add up to nothing.
        var closes = lines.Sum(line => line.GrossLeft) + made.Sum(line => line.NetMinor + line.TaxMinor) == 0;
        draft = draft with { CashRoundingMinor = closes ? -head.RoundingMinor : 0 };
        // An advance that the credited line had set off is free again.
        var setOff = links.Where(link => link.Relation == "sets-off").ToList();
        return new MadeDraft(
            draft, head.Seller, head.TaxCountry, DocumentMaking.Labels(stored),
            [
                (0, "credits", head.Id, 0), .. credited.Value.Select((line, i) => (i + 1, "credits", head.Id, line.No)),
                .. credited.Value.SelectMany((line, i) => setOff.Where(link => link.LineNo == line.No)
                    .Select(link => (i + 1, "sets-off", link.Target, link.TargetLineNo))),
            ]);
    }

    /// <summary>Usage that was named, or is all there is, cannot be billed again.</summary>
    private static Refusal? UsageNamed(CreditRequest request, ImmutableArray<BillLine> credited)
    {
        var usage = credited.Where(line => line.UsageKeyId is not null).ToList();
        return usage.Count == 0 || (request.Lines.IsEmpty && usage.Count < credited.Length) ? null
            : new Refusal("usage-stays-billed",
                string.Create(CultureInfo.InvariantCulture, $"Line {usage[0].No} is usage and cannot be billed again: ")
                + UsageStays + " Credit it without billing again.", Retry.AfterCure, "billAgain");
    }

    /// <summary>The set of a line that bears the rate of its category alone, named as on the original.</summary>
    internal static TaxSet PlainSet(BillLine line, List<DocumentTax> taxes, DocumentHead head)
    {
        var known = taxes.FirstOrDefault(tax => tax.Code == line.TaxCode && tax.Percent == line.TaxPercent);
        return TaxSet.Plain(line.TaxCode, known?.Name ?? line.TaxCode, known?.Country ?? head.TaxCountry, line.TaxPercent);
    }

    private static Outcome<ImmutableArray<BillLine>> Choose(
        CreditRequest request, ImmutableArray<CreditableLine> lines, Unit currency)
    {
        if (request.Amount is not null && !request.Lines.IsEmpty)
        {
            return new Refusal("invalid", "Give an amount or lines, not both.", Field: "lines");
        }
        if (lines.All(line => line is { NetLeft: 0, TaxLeft: 0 }))
        {
            return new Refusal("fully-credited", "Nothing is left to credit of this document.", Retry.Never, "document");
        }
        if (request.Amount is { } amount)
        {
            return Part(lines, amount, request.Net, currency, "amount");
        }
        if (request.Lines.IsEmpty)
        {
            return CreditMath.Whole(lines);
        }
        var chosen = new List<BillLine>();
        foreach (var wanted in request.Lines)
        {
            if (lines.FirstOrDefault(line => line.Line.No == wanted.No) is not { } line
                || request.Lines.Count(other => other.No == wanted.No) > 1)
            {
                return new Refusal("invalid", $"The document has no line {wanted.No}, or it is given twice.", Field: "lines");
            }
            if (line is { NetLeft: 0, TaxLeft: 0 })
            {
                return new Refusal("fully-credited", $"Nothing is left to credit of line {wanted.No}.", Retry.Never, "lines");
            }
            var part = wanted.Amount is { } some ? Part([line], some, request.Net, currency, "lines") : CreditMath.Whole([line]);
            if (part.Refusal is { } wrong)
            {
                return wrong;
            }
            chosen.AddRange(part.Value);
        }
        return chosen.ToImmutableArray();
    }

    private static Outcome<ImmutableArray<BillLine>> Part(
        ImmutableArray<CreditableLine> lines, decimal amount, bool net, Unit currency, string field)
    {
        var left = lines.Sum(line => net ? line.NetLeft : line.GrossLeft);
        var money = new Money(amount, currency);
        if (amount <= 0 || money.RoundToMinor(RoundingMode.HalfUp) != money)
        {
            return new Refusal("invalid", $"The amount {money} must be above zero and whole in minor units.", Field: field);
        }
        return money.ToMinor() > left
            ? new Refusal("more-than-left",
                $"{money} is more than what is left to credit: {Money.FromMinor(left, currency)} "
                    + (net ? "without tax." : "with tax."),
                Retry.AfterCure, field)
            : CreditMath.Part(lines, money.ToMinor(), net);
    }
}
