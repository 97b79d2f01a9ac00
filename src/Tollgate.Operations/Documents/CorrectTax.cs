using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Billing;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Documents;

/// <summary>A correction of the tax of an issued document.</summary>
/// <param name="Lines">Of the original; empty: all.</param>
/// <param name="Tax">Category that the lines belong to; empty: the one they have, at today's rates and rules and the account's
/// tax profile
/// of the day of supply.</param>
public sealed record TaxCorrectionRequest(DocumentId Document, ImmutableArray<int> Lines, string Tax, DocumentOrder Order);

/// <summary>
/// Corrects the tax of an issued document by a document of its own: each line is taken back at the old tax and charged at the
/// new one.
/// Lines priced with tax keep what the customer pays, lines priced without keep the net amount. What credit notes took is left
/// out.
/// </summary>
public static class CorrectTax
{
    public static Task<Outcome<DocumentMade>> RunAsync(
        OperationContext context, TaxCorrectionRequest request, CancellationToken cancel = default) =>
        DocumentMaking.RunAsync(
            context, "document.correct", BillKind.TaxCorrection, request.Order,
            string.Create(CultureInfo.InvariantCulture,
                $"document={request.Document}\nlines={string.Join(',', request.Lines)}\ntax={request.Tax}"),
            (work, _) => ComputeAsync(context, work, request, cancel), cancel);

    private static async Task<Outcome<MadeDraft>> ComputeAsync(
        OperationContext context, BookWork work, TaxCorrectionRequest request, CancellationToken cancel)
    {
        var original = await DocumentMaking.OriginalAsync(work, request.Document, cancel);
        if (original.Refusal is { } refusal)
        {
            return refusal;
        }
        var head = original.Value!;
        if (DocumentTypes.Kind(head.Kind) is not (BillKind.Invoice or BillKind.DebitNote or BillKind.AdvanceInvoice))
        {
            return new Refusal("not-correctable",
                $"{head.Number} is a {head.Kind}: the tax of invoices, debit notes and advance invoices "
                + "is corrected.", Retry.Never, "document");
        }
        var stored = (await DocumentReader.LinesAsync(work, [head.Customer.Value], [head.Id.Value], cancel))[head.Id].ToList();
        if (request.Lines.FirstOrDefault(no => stored.TrueForAll(line => line.No != no)) is var missing && missing != 0)
        {
            return new Refusal("invalid", $"The document has no line {missing}.", Field: "lines");
        }
        var sets = await SetsAsync(context, work, head, request.Tax, cancel);
        var chosen = (await DocumentLinks.CreditableAsync(work, head, stored, cancel))
            .Where(line => (request.Lines.IsEmpty || request.Lines.Contains(line.Line.No)) && (line.NetLeft != 0
            || line.TaxLeft != 0)).ToList();
        var taxes = (await DocumentReader.TaxesAsync(work, [head.Customer.Value], [head.Id.Value], cancel))[head.Id].ToList();
        var pairs = new List<(CreditableLine Old, TaxSet From, TaxSet To)>();
        foreach (var line in chosen)
        {
            var from = line.Line.TaxSet ?? CreditDocument.PlainSet(line.Line, taxes, head);
            if (sets(line.Line) is not { } to)
            {
                return new Refusal("unknown-tax",
                    $"Line {line.Line.No} has no tax '{(request.Tax.Length > 0 ? request.Tax : line.Line.TaxCode)}' "
                    + $"on {line.Line.Period.LastDay:uuuu-MM-dd}: check category, rates and the account's tax profile.",
                    Field: "tax");
            }
            if (!from.Equals(to))
            {
                pairs.Add((line, from, to));
            }
        }
        if (pairs.Count == 0)
        {
            return new Refusal("tax-unchanged", "The lines already bear this tax, or nothing is left of them.", Retry.Never,
                "tax");
        }
        var today = request.Order.IssueDate ?? await DocumentMaking.TodayAsync(context, work, head.Seller, cancel);
        var (lines, links) = Lines(pairs, head, await Policies.InForceAsync(work, today, cancel));
        var subtotals = CreditMath.Subtotals(lines, line => CreditDocument.PlainSet(line, taxes, head));
        var draft = DocumentMaking.Draft(head, today, today, [.. lines.Select(line => Stored(line, head))], subtotals);
        return new MadeDraft(draft, head.Seller, head.TaxCountry, DocumentMaking.Labels(stored), [(0, "corrects", head.Id, 0),
            .. links]);
    }

    /// <summary>As bills store lines: the ordinary tax of one rate is no set, so that the next bill finds it billed as it should
    /// be.</summary>
    private static BillLine Stored(BillLine line, DocumentHead head) =>
        line.TaxSet is { IsPlain: true } set && set.Parts[0].Country == head.TaxCountry
            ? line with { TaxSet = null, TaxParts = [] }
            : line;

    /// <summary>For each corrected line a parent, the old tax taken back, and the new one.</summary>
    private static (ImmutableArray<BillLine> Lines, List<(int, string, DocumentId, int)> Links) Lines(
        List<(CreditableLine Old, TaxSet From, TaxSet To)> pairs, DocumentHead head, BillingPolicy policy)
    {
        var (taxed, _) = TaxMath.Of(
            [
                .. pairs.Select(pair => new TaxableLine(
                    pair.To, pair.Old.Line.TaxIncluded ? pair.Old.GrossLeft : pair.Old.NetLeft, pair.Old.Line.TaxIncluded)),
            ], policy.TaxRounding, InvoiceFacts.UnitOf(head));
        var lines = ImmutableArray.CreateBuilder<BillLine>();
        var links = new List<(int, string, DocumentId, int)>();
        for (var i = 0; i < pairs.Count; i++)
        {
            var (old, _, to) = pairs[i];
            var parent = lines.Count + 1;
            lines.Add(old.Line with
            {
                No = parent, ParentNo = null, Item = null, BasisTo = null, AmountMinor = 0, NetMinor = 0, TaxMinor = 0,
                    TaxParts = [],
                TaxSet = null, LevyLines = 0, LevyServices = 0, Kind = BillLineKind.Adjustment, Reason = LineReason.Changed,
                Explanation = LineExplanation.None, Events = 0, BaseUnits = 0, FreeBaseUnits = 0, Quantity = 1, UnitPrice = null,
                UnitText = "", UsageKeyId = null,
            });
            lines.AddRange(CreditMath.Whole([old]).Select(back => back with { No = parent + 1, ParentNo = parent,
                UsageKeyId = null }));
            links.Add((parent + 1, "corrects", head.Id, old.Line.No));
            lines.Add(lines[^1] with
            {
                No = parent + 2,
                AmountMinor = old.Line.TaxIncluded ? taxed[i].NetMinor + taxed[i].TaxMinor : taxed[i].NetMinor,
                NetMinor = taxed[i].NetMinor,
                TaxMinor = taxed[i].TaxMinor,
                TaxCode = to.Category,
                TaxPercent = to.Percent,
                TaxSet = to,
                TaxParts = taxed[i].Parts,
                LevyLines = 0,
                LevyServices = 0,
            });
        }
        return (lines.ToImmutable(), links);
    }

    private static async Task<Func<BillLine, TaxSet?>> SetsAsync(
        OperationContext context, BookWork work, DocumentHead head, string tax, CancellationToken cancel)
    {
        var version = (await work.ReadAsync(
            "SELECT version FROM catalog_version WHERE tenant_id = @tenant AND effective_from <= @now ORDER BY version DESC "
                + "LIMIT 1",
            reader => reader.GetInt32(0), cancel, ("now", context.Now))).FirstOrDefault();
        var catalogue = await CatalogueVersions.SourceAsync(work, version, cancel);
        var profile = (await TaxProfileReader.ReadAsync(work, [head.Customer.Value], [head.Account.Value], cancel))[head.Account];
        var (seller, language) = (await work.ReadAsync(
            "SELECT s.country, a.language FROM billing_account a JOIN seller s ON s.seller_id = a.seller_id WHERE "
                + "a.customer_id = @customer "
            + "AND a.account_id = @account AND a.tenant_id = @tenant",
            reader => (reader.GetString(0), reader.GetString(1)), cancel, ("customer", head.Customer.Value),
            ("account", head.Account.Value)))[0];
        return line => catalogue?.Taxes.FirstOrDefault(one => one.Code == (tax.Length > 0 ? tax : line.TaxCode)) is { } category
            ? TaxDetermination.Of(catalogue, category, new TaxQuestion(seller, profile, line.Period.LastDay, language))
            : null;
    }
}
