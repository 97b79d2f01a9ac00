using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Ledger;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Taxes;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Documents;

/// <summary>A line of a debit note or an advance invoice.</summary>
/// <param name="Description">As printed.</param>
/// <param name="Quantity">1 or more decimals; not 0.</param>
/// <param name="UnitPrice">In the account's currency; negative for a reduction.</param>
/// <param name="Tax">Tax category; empty for a line with parts.</param>
/// <param name="TaxIncluded">The price contains tax.</param>
/// <param name="RevenueAccount">Ledger account; empty: the chart's for the kind.</param>
/// <param name="Subscription">What it is about, or null: the account.</param>
public sealed record ChargeLine(
    string Description, decimal Quantity = 1, decimal UnitPrice = 0, string Tax = "", bool TaxIncluded = false,
        string RevenueAccount = "",
    SubscriptionId? Subscription = null)
{
    /// <summary>What the line is made of; its own price is then 0 and it shows the sum.</summary>
    public ImmutableArray<ChargeLine> Parts { get; init; } = [];
}

/// <summary>A debit note or an advance invoice.</summary>
/// <param name="Lines">At least one.</param>
/// <param name="Period">What it is for; null: the issue date alone.</param>
/// <param name="For">An issued document that it adds to, or null.</param>
public sealed record ChargeRequest(
    AccountId Account, BillKind Kind, ImmutableArray<ChargeLine> Lines, BillPeriod? Period, DocumentId? For, DocumentOrder Order);

/// <summary>
/// Makes debit notes (charges besides the bills) and advance invoices (money before the supply, with its tax). Taxes are those
/// of the account on the last day of the period, from the seller's tax service where it has one.
/// What was paid on an advance invoice is set off on the next bills.
/// </summary>
public static class ChargeByDocument
{
    private sealed record Place(
        CustomerId Customer, SellerId Seller, string Currency, string TaxCountry, int TermsDays, string Language,
            string SellerCountry,
        string SellerZone);

    public static Task<Outcome<DocumentMade>> RunAsync(
        OperationContext context, ChargeRequest request, CancellationToken cancel = default) =>
        request.Kind is BillKind.DebitNote or BillKind.AdvanceInvoice
            ? DocumentMaking.RunAsync(
                context, request.Kind == BillKind.DebitNote ? "document.debit" : "document.advance", request.Kind, request.Order,
                Content(request), (work, _) => ComputeAsync(context, work, request, cancel), cancel)
            : throw new ArgumentOutOfRangeException(nameof(request), request.Kind, "Not made of free lines.");

    private static string Content(ChargeRequest request) => string.Create(CultureInfo.InvariantCulture,
        $"account={request.Account}\nlines={string.Join('|', request.Lines.Select(Text))}\n")
        + $"period={request.Period}\nfor={request.For}";

    private static string Text(ChargeLine line) => string.Create(CultureInfo.InvariantCulture,
        $"{line.Description};{line.Quantity};{line.UnitPrice};{line.Tax};{line.TaxIncluded};{line.RevenueAccount};")
        + $"{line.Subscription};"
        + $"({string.Join(',', line.Parts.Select(Text))})";

    private static async Task<Outcome<MadeDraft>> ComputeAsync(
        OperationContext context, BookWork work, ChargeRequest request, CancellationToken cancel)
    {
        if (await PlaceAsync(work, request.Account, cancel) is not { } place)
        {
            return BookRequests.Unknown(request.Account);
        }
        await work.LockHeadsAsync([place.Customer.Value], cancel);
        if (await RefusedForAsync(work, request, cancel) is { } refused)
        {
            return refused;
        }
        var today = request.Order.IssueDate
            ?? context.Now.InZone(DateTimeZoneProviders.Tzdb[place.SellerZone]).Date;
        var version = (await work.ReadAsync(
            "SELECT version FROM catalog_version WHERE tenant_id = @tenant AND effective_from <= @now ORDER BY version DESC "
                + "LIMIT 1",
            reader => reader.GetInt32(0), cancel, ("now", context.Now))).FirstOrDefault();
        if (await CatalogueVersions.SourceAsync(work, version, cancel) is not { } catalogue)
        {
            return new Refusal("no-catalogue", "No catalogue is in force: publish one, its taxes are needed.");
        }
        var profile = (await TaxProfileReader.ReadAsync(work, [place.Customer.Value], [request.Account.Value],
            cancel))[request.Account];
        var unit = Units.Find(place.Currency) ?? Units.Currency(place.Currency, 2);
        var period = request.Period ?? new BillPeriod(today, today.PlusDays(1));
        var asked = await AskTaxes.LoadAsync(work, cancel);
        var external = asked.Has(place.Seller);
        var made = Lines(request, unit, period, tax => catalogue.Taxes.FirstOrDefault(one => one.Code == tax) switch
        {
            null => null,
            _ when external => TaxSet.Plain(tax, tax, place.TaxCountry, 0m), // the service says what it is
            { } category => TaxDetermination.Of(
                catalogue, category, new TaxQuestion(place.SellerCountry, profile, period.LastDay, place.Language)),
        });
        if (made.Refusal is { } wrong)
        {
            return wrong;
        }
        var subject = new TaxSubject(
            place.Seller, place.SellerCountry, request.Account, place.TaxCountry, place.Language, profile,
            (await Policies.InForceAsync(work, today, cancel)).TaxRounding);
        var untaxed = new BillDraft
        {
            Customer = place.Customer, Account = request.Account, Period = period, IssueDate = today,
            DueDate = today.PlusDays(place.TermsDays), Currency = unit, CatalogueVersion = version,
            Lines = [.. made.Value!.Select((line, i) => line with { No = i + 1 })], Taxes = [], NetMinor = 0, TaxMinor = 0,
            GrossMinor = 0, SettledMinor = 0, SettledSteps = 0,
        };
        var taxed = external ? await asked.ApplyAsync(context, work, subject, untaxed, cancel) : Taxed(subject, untaxed);
        if (taxed.Refusal is { } down)
        {
            return down;
        }
        var draft = taxed.Value!;
        if (draft.GrossMinor <= 0)
        {
            return new Refusal("invalid", "The lines sum to nothing or less: a credit note takes back, these documents demand.",
                Field: "lines");
        }
        return new MadeDraft(
            draft, place.Seller, place.TaxCountry, new Dictionary<SubscriptionId, (string, string)>(),
            request.For is { } target ? [(0, "debits", target, 0)] : []);
    }

    /// <summary>With the taxes of the catalogue.</summary>
    private static BillDraft Taxed(TaxSubject subject, BillDraft draft)
    {
        var (taxed, taxes) = TaxMath.Of(
            [.. draft.Lines.Select(line => new TaxableLine(line.TaxSet!, line.AmountMinor, line.TaxIncluded, 1))],
            subject.Rounding, draft.Currency);
        var (net, tax) = (taxed.Sum(line => line.NetMinor), taxes.Sum(one => one.TaxMinor));
        bool Plain(TaxSet set) => set.IsPlain && set.Parts[0].Country == subject.TaxCountry;
        return draft with
        {
            Lines =
            [
                .. draft.Lines.Select((line, i) => line with
                {
                    NetMinor = taxed[i].NetMinor, TaxMinor = taxed[i].TaxMinor,
                    TaxSet = Plain(line.TaxSet!) ? null : line.TaxSet, TaxParts = Plain(line.TaxSet!) ? [] : taxed[i].Parts,
                }),
            ],
            Taxes = taxes, NetMinor = net, TaxMinor = tax, GrossMinor = net + tax,
        };
    }

    /// <summary>Why the document that it adds to cannot be one; null where it can, or there is none.</summary>
    private static async Task<Refusal?> RefusedForAsync(BookWork work, ChargeRequest request, CancellationToken cancel)
    {
        if (request.For is not { } earlier)
        {
            return null;
        }
        var original = await DocumentMaking.OriginalAsync(work, earlier, cancel);
        return original.Refusal ?? (original.Value!.Account != request.Account
            ? new Refusal("invalid", $"{earlier} belongs to another account.", Field: "for")
            : null);
    }

    /// <summary>Lines with their sets of taxes, parents before their parts; or all that is wrong with the first wrong
    /// one.</summary>
    private static Outcome<List<BillLine>> Lines(ChargeRequest request, Unit unit, BillPeriod period, Func<string, TaxSet?> taxes)
    {
        if (request.Lines.IsEmpty)
        {
            return new Refusal("invalid", "There is no line: give at least one.", Field: "lines");
        }
        var made = new List<BillLine>();
        foreach (var line in request.Lines)
        {
            var parent = made.Count + 1;
            foreach (var one in line.Parts.IsEmpty ? [line] : line.Parts.Prepend(line with { Quantity = 1, UnitPrice = 0 }))
            {
                var category = one.Tax.Length > 0 ? one.Tax : line.Parts.FirstOrDefault()?.Tax ?? "";
                if (taxes(category) is not { } set)
                {
                    return new Refusal("unknown-tax",
                        $"'{category}' is no tax category with a rate for the account on {period.LastDay:uuuu-MM-dd}.",
                            Field: "lines");
                }
                if (one.Description is not { Length: > 0 and <= 500 } || one.Quantity == 0
                    || one.Quantity is > 1_000_000_000m or < -1_000_000_000m
                    || Math.Abs(one.UnitPrice) > 1_000_000_000m)
                {
                    return new Refusal("invalid",
                        $"Line {made.Count + 1} needs a description of 1 to 500 characters, a quantity and a price within 10^9.",
                        Field: "lines");
                }
                made.Add(new BillLine
                {
                    No = made.Count + 1,
                    ParentNo = !line.Parts.IsEmpty && made.Count + 1 > parent ? parent : null,
                    Kind = BillLineKind.Given,
                    Subscription = one.Subscription ?? line.Subscription,
                    Code = request.Kind == BillKind.AdvanceInvoice ? "advance" : "debit",
                    Description = one.Description,
                    Period = period,
                    Quantity = one.Quantity,
                    UnitPrice = one.UnitPrice == 0 ? null : one.UnitPrice,
                    AmountMinor = new Money(one.Quantity * one.UnitPrice, unit).RoundToMinor(RoundingMode.HalfUp).ToMinor(),
                    TaxIncluded = one.TaxIncluded,
                    TaxCode = category,
                    TaxPercent = set.Percent,
                    TaxSet = set,
                    RevenueAccount = RevenueAccount(request.Kind, one),
                });
            }
        }
        return made;
    }

    private static string RevenueAccount(BillKind kind, ChargeLine line) => kind == BillKind.AdvanceInvoice
        ? ChartOfAccounts.Default.Advances
        : line.RevenueAccount.Length > 0 ? line.RevenueAccount : ChartOfAccounts.Default.OtherRevenue;

    private static async Task<Place?> PlaceAsync(BookWork work, AccountId account, CancellationToken cancel) =>
        (await work.ReadAsync(
        "SELECT a.customer_id, a.seller_id, a.currency, a.tax_country, a.terms_days, a.language, s.country, s.time_zone "
        + "FROM billing_account a JOIN seller s ON s.seller_id = a.seller_id WHERE a.account_id = @account AND a.tenant_id = "
        + "@tenant",
        reader => new Place(
            new CustomerId(reader.GetInt64(0)), new SellerId(reader.GetInt64(1)), reader.GetString(2), reader.GetString(3),
            reader.GetInt32(4), reader.GetString(5), reader.GetString(6), reader.GetString(7)),
        cancel, ("account", account.Value))).FirstOrDefault();
}
