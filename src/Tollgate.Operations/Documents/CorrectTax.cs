using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Taxes;
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
        var chosen = (await DocumentLinks.CreditableAsync(work, head, stored, cancel))
            .Where(line => (request.Lines.IsEmpty || request.Lines.Contains(line.Line.No)) && (line.NetLeft != 0
            || line.TaxLeft != 0)).ToList();
        var taxes = (await DocumentReader.TaxesAsync(work, [head.Customer.Value], [head.Id.Value], cancel))[head.Id].ToList();
        var today = request.Order.IssueDate ?? await DocumentMaking.TodayAsync(context, work, head.Seller, cancel);
        var subject = await SubjectAsync(work, head, (await Policies.InForceAsync(work, today, cancel)).TaxRounding, cancel);
        var asked = await AskTaxes.LoadAsync(work, cancel);
        bool Differs(CreditableLine old, TaxSet to) =>
            !(old.Line.TaxSet ?? CreditDocument.PlainSet(old.Line, taxes, head)).Equals(to);
        var right = asked.Has(head.Seller)
            ? await AnsweredAsync(context, work, asked, subject, head, request.Tax, chosen, today, cancel)
            : await ByCatalogueAsync(context, work, subject, head, request.Tax, chosen, Differs, cancel);
        if (right.Refusal is { } unclear)
        {
            return unclear;
        }
        var changed = right.Value!.FindAll(pair => Differs(pair.Old, pair.New.TaxSet!));
        if (changed.Count == 0)
        {
            return new Refusal("tax-unchanged", "The lines already bear this tax, or nothing is left of them.", Retry.Never,
                "tax");
        }
        var (lines, links) = Lines(changed, head);
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
        List<(CreditableLine Old, BillLine New)> pairs, DocumentHead head)
    {
        var lines = ImmutableArray.CreateBuilder<BillLine>();
        var links = new List<(int, string, DocumentId, int)>();
        foreach (var (old, right) in pairs)
        {
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
                AmountMinor = old.Line.TaxIncluded ? right.NetMinor + right.TaxMinor : right.NetMinor,
                NetMinor = right.NetMinor,
                TaxMinor = right.TaxMinor,
                TaxCode = right.TaxSet!.Category,
                TaxPercent = right.TaxSet.Percent,
                TaxSet = right.TaxSet,
                TaxParts = right.TaxParts,
                LevyLines = 0,
                LevyServices = 0,
            });
        }
        return (lines.ToImmutable(), links);
    }

    private static string Category(CreditableLine line, string tax) => tax.Length > 0 ? tax : line.Line.TaxCode;

    /// <summary>What is left of a line, as it is priced.</summary>
    private static long Left(CreditableLine line) => line.Line.TaxIncluded ? line.GrossLeft : line.NetLeft;

    /// <summary>The taxes that the catalogue's rules give the lines that bear others; or a category without a tax.</summary>
    private static async Task<Outcome<List<(CreditableLine Old, BillLine New)>>> ByCatalogueAsync(
        OperationContext context, BookWork work, TaxSubject subject, DocumentHead head, string tax, List<CreditableLine> chosen,
        Func<CreditableLine, TaxSet, bool> differs, CancellationToken cancel)
    {
        var version = (await work.ReadAsync(
            "SELECT version FROM catalog_version WHERE tenant_id = @tenant AND effective_from <= @now ORDER BY version DESC "
                + "LIMIT 1",
            reader => reader.GetInt32(0), cancel, ("now", context.Now))).FirstOrDefault();
        var catalogue = await CatalogueVersions.SourceAsync(work, version, cancel);
        var pairs = new List<(CreditableLine Old, TaxSet To)>();
        foreach (var line in chosen)
        {
            var day = line.Line.Period.LastDay;
            var category = catalogue?.Taxes.FirstOrDefault(one => one.Code == Category(line, tax));
            if (category is null || TaxDetermination.Of(
                    catalogue!, category, new TaxQuestion(subject.SellerCountry, subject.Profile, day, subject.Language))
                is not { } set)
            {
                return new Refusal("unknown-tax",
                    $"Line {line.Line.No} has no tax '{Category(line, tax)}' on {day:uuuu-MM-dd}: check category, rates and the "
                    + "account's tax profile.", Field: "tax");
            }
            if (differs(line, set))
            {
                pairs.Add((line, set));
            }
        }
        var (taxed, _) = TaxMath.Of(
            [.. pairs.Select(pair => new TaxableLine(pair.To, Left(pair.Old), pair.Old.Line.TaxIncluded))], subject.Rounding,
            InvoiceFacts.UnitOf(head));
        return pairs.Select((pair, i) => (pair.Old, pair.Old.Line with
        {
            NetMinor = taxed[i].NetMinor, TaxMinor = taxed[i].TaxMinor, TaxSet = pair.To, TaxParts = taxed[i].Parts,
        })).ToList();
    }

    /// <summary>The taxes that the seller's tax service answers for the lines; or that it does not.</summary>
    private static async Task<Outcome<List<(CreditableLine Old, BillLine New)>>> AnsweredAsync(
        OperationContext context, BookWork work, AskTaxes asked, TaxSubject subject, DocumentHead head, string tax,
        List<CreditableLine> chosen, LocalDate today, CancellationToken cancel)
    {
        var question = DocumentMaking.Draft(head, today, today,
        [
            .. chosen.Select(line => line.Line with
            {
                ParentNo = null, TaxCode = Category(line, tax), AmountMinor = Left(line), LevyLines = 0, LevyServices = 0,
            }),
        ], []);
        var answered = await asked.ApplyAsync(context, work, subject, question, cancel);
        return answered.Refusal is { } down ? down
            : chosen.Zip(answered.Value!.Lines, (old, line) => (old, line)).ToList();
    }

    private static async Task<TaxSubject> SubjectAsync(
        BookWork work, DocumentHead head, TaxRounding rounding, CancellationToken cancel)
    {
        var profile = (await TaxProfileReader.ReadAsync(work, [head.Customer.Value], [head.Account.Value], cancel))[head.Account];
        var (seller, language) = (await work.ReadAsync(
            "SELECT s.country, a.language FROM billing_account a JOIN seller s ON s.seller_id = a.seller_id WHERE "
                + "a.customer_id = @customer "
            + "AND a.account_id = @account AND a.tenant_id = @tenant",
            reader => (reader.GetString(0), reader.GetString(1)), cancel, ("customer", head.Customer.Value),
            ("account", head.Account.Value)))[0];
        return new TaxSubject(head.Seller, seller, head.Account, head.TaxCountry, language, profile, rounding);
    }
}
