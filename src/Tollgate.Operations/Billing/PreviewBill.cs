using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Documents;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Billing;

/// <summary>Which bill to look ahead to.</summary>
public sealed record PreviewRequest(AccountId Account)
{
    /// <summary>A boundary of the account's cycle that is not billed yet. Default: the next one.</summary>
    public LocalDate? Date { get; init; }

    /// <summary>The bill of usage so far, whether the account has passed its threshold or not.</summary>
    public bool Progressive { get; init; }

    /// <summary>Of descriptions and explanations; null: the account's.</summary>
    public string? Language { get; init; }

    /// <summary>What is considered, in this order. Default: nothing.</summary>
    public ImmutableArray<PlannedChange> Changes { get; init; } = [];
}

/// <summary>A line of a bill that is not made yet.</summary>
/// <param name="Subscription">Null: of the whole account, or of a subscription that is only considered.</param>
/// <param name="From">First day charged.</param>
/// <param name="To">First day after the last one charged.</param>
/// <param name="Amount">As priced.</param>
/// <param name="Explanation">How it came about, in the language asked for; may be empty.</param>
public sealed record PreviewedLine(
    string Kind, string Reason, SubscriptionId? Subscription, string Code, string Description, LocalDate From, LocalDate To,
    decimal Quantity, string Unit, Money Amount, Money Net, string Tax, decimal TaxPercent, string Explanation)
{
    /// <summary>Of a subscription that is only considered.</summary>
    [JsonIgnore]
    public bool Considered { get; init; }
}

/// <summary>A tax subtotal of a bill that is not made yet.</summary>
public sealed record PreviewedTax(string Code, string Name, decimal Percent, Money Base, Money Tax);

/// <summary>What the bill would be.</summary>
/// <param name="From">First day of the billed period.</param>
/// <param name="To">The boundary.</param>
/// <param name="Credited">Money of the customer that would be set off after tax.</param>
/// <param name="Rounding">What cash rounding would add.</param>
/// <param name="Due">What the bill itself would demand.</param>
/// <param name="DueWithoutChanges">The same if nothing is changed.</param>
/// <param name="Difference">What the considered changes cost on this bill; negative: they save.</param>
public sealed record BillPreview(
    AccountId Account, LocalDate From, LocalDate To, LocalDate IssueDate, LocalDate DueDate, ImmutableArray<PreviewedLine> Lines,
    ImmutableArray<PreviewedTax> Taxes, Money Net, Money Tax, Money Gross, Money Settled, Money Credited, Money Rounding,
    Money Due, Money DueWithoutChanges, Money Difference)
{
    /// <summary>What the account owes today, payments taken off; negative: a credit.</summary>
    public required Money OpenFromBefore { get; init; }

    /// <summary>What would be to pay if nothing came in before.</summary>
    public Money AmountToPay => Due + OpenFromBefore;
}

/// <summary>
/// Computes the next bill of an account, or a later one, as it would be if nothing more happened, with the considered changes
/// made: by the function that computes real bills, on the input that a run would load now. Writes nothing. Refusals:
/// <c>unknown-account</c>, <c>not-a-boundary</c>, <c>already-billed</c>, <c>open-draft</c>, those of the changes, and the
/// reasons for which accounts are parked.
/// </summary>
public static class PreviewBill
{
    public static async Task<Outcome<BillPreview>> RunAsync(
        OperationContext context, CatalogueTimeline catalogues, PreviewRequest request, CancellationToken cancel = default)
    {
        var account = await ReadAccounts.OneAsync(context, request.Account, cancel);
        if (account.Refusal is { } unknown)
        {
            return unknown;
        }
        var computed = await ComputeAsync(context, catalogues, request, cancel);
        if (computed.Refusal is { } refusal)
        {
            return refusal;
        }
        var (bill, without) = computed.Value;
        var balance = await ReadAccounts.BalanceAsync(context, request.Account, cancel);
        var language = request.Language ?? account.Value!.Language;
        return View(bill, without, Wording.For(language), await UsageTextsAsync(context, catalogues, bill, language, cancel),
            balance.Value!.Owed);
    }

    /// <summary>What usage is called on the bill, by price key.</summary>
    private static async Task<Dictionary<int, string>> UsageTextsAsync(
        OperationContext context, CatalogueTimeline catalogues, BillDraft bill, string language, CancellationToken cancel)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        var usage = await DocumentReader.UsageOfKeysAsync(
            work, [.. bill.Lines.Select(line => (long?)line.UsageKeyId).OfType<long>().Distinct()], cancel);
        var captions = catalogues.Entries.FirstOrDefault(entry => entry.Version == bill.CatalogueVersion) is { } entry
            ? new Captions(entry.Compiled.Source) : null;
        return usage.ToDictionary(one => one.Key, one => Wording.For(language).UsageOf(
            one.Value.Service,
            one.Value.Zone is { } zone ? captions?.Zone(zone, language) ?? zone : null,
            one.Value.Band is { } band ? captions?.Band(band, language) ?? band : null));
    }

    /// <summary>The bill with and without the changes.</summary>
    internal static async Task<Outcome<(BillDraft Bill, BillDraft Without)>> ComputeAsync(
        OperationContext context, CatalogueTimeline catalogues, PreviewRequest request, CancellationToken cancel)
    {
        var loaded = await LoadAsync(context, catalogues, request, cancel);
        if (loaded.Refusal is { } refusal)
        {
            return refusal;
        }
        var input = request.Language is { } language
            ? loaded.Value! with { Account = loaded.Value!.Account with { Language = language } } : loaded.Value!;
        var changed = PlannedChanges.Apply(input, request.Changes, context.Now);
        if (changed.Refusal is { } impossible)
        {
            return impossible;
        }
        return (await TaxedAsync(context, changed.Value!, cancel), await TaxedAsync(context, input, cancel)) switch
        {
            (BillOutcome.Parked(var reason, var detail), _) => new Refusal(reason.Code(), detail),
            (BillOutcome.Drafted(var bill), BillOutcome.Drafted(var without)) => (bill, without),
            (BillOutcome.Drafted(var bill), _) => (bill, bill), // only the change makes it possible to bill
            _ => throw new InvalidOperationException("A bill is drafted or parked."),
        };
    }

    /// <summary>What is computed, with the taxes of the seller's tax service where it has one; the answer is kept for the
    /// bill.</summary>
    private static async Task<BillOutcome> TaxedAsync(OperationContext context, BillingInput input, CancellationToken cancel)
    {
        var outcome = BillCalculator.Draft(input);
        if (!input.ExternalTax || outcome is not BillOutcome.Drafted({ Lines.IsEmpty: false } draft))
        {
            return outcome;
        }
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var taxes = await Taxes.AskTaxes.LoadAsync(work, cancel);
        var (taxed, problem) = await taxes.ApplyAsync(context, work, input, draft, cancel);
        await work.CommitAsync(cancel);
        return taxed is not null
            ? new BillOutcome.Drafted(taxed)
            : new BillOutcome.Parked(ParkReason.TaxServiceDown, $"The tax service gave no usable answer: {problem}.");
    }

    private static async Task<Outcome<BillingInput>> LoadAsync(
        OperationContext context, CatalogueTimeline catalogues, PreviewRequest request, CancellationToken cancel)
    {
        BillingAccountRow? account;
        LocalDate? moved;
        await using (var db = context.Database.Context())
        {
            account = await db.Set<BillingAccountRow>().SingleOrDefaultAsync(
                row => row.TenantId == context.Tenant.Value && row.AccountId == request.Account.Value, cancel);
            moved = account is null ? null : await db.Set<CycleMoveRow>()
                .Where(move => move.CustomerId == account.CustomerId && move.AccountId == account.AccountId)
                .MaxAsync(move => (LocalDate?)move.MovedOn, cancel);
        }
        if (account is null)
        {
            return Refusals.Unknown("account", request.Account);
        }
        if (account.BillsToAccountId is { } parent)
        {
            return new Refusal("billed-to-other", $"The account is on the bills of {new AccountId(parent)}: preview that one.");
        }
        if (request.Progressive)
        {
            return await ProgressiveAsync(context, catalogues, request, account, cancel);
        }
        var cycle = AccountTimes.CycleOf(account.Cycle, account.CycleDay);
        // The next bill comes with the first boundary after what is billed, and of a new cycle not before it begins.
        var billed = LocalDate.Max(account.BilledTo, account.OpenedOn);
        var behind = LocalDate.Max(billed, moved?.PlusDays(-1) ?? billed);
        var date = request.Date ?? cycle.PeriodContaining(behind).To;
        if (!cycle.IsBoundary(date))
        {
            return NotABoundary(cycle, date, behind);
        }
        if (date <= account.BilledTo)
        {
            return AlreadyBilled(account, date);
        }
        var run = new RunBillingRequest(cycle.Day, date) { Cycle = cycle };
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var policy = await Policies.InForceAsync(work, date, cancel);
        var chunk = new BillChunk(context, CatalogueHistories.Of(catalogues), policy, run, default);
        return await chunk.PreviewAsync(work, new CustomerId(account.CustomerId), request.Account, cancel) switch
        {
            null => AlreadyBilled(account, date),
            (_, true) => new Refusal("open-draft", "A draft of the account is undecided: accept or cancel it first."),
            var (input, _) => input,
        };
    }

    private static async Task<Outcome<BillingInput>> ProgressiveAsync(
        OperationContext context, CatalogueTimeline catalogues, PreviewRequest request, BillingAccountRow account,
        CancellationToken cancel)
    {
        var today = context.Now.InZone(DateTimeZoneProviders.Tzdb[account.TimeZone]).Date;
        var run = RunBillingRequest.Progressive(request.Date ?? today);
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var policy = await Policies.InForceAsync(work, run.Date, cancel);
        var chunk = new BillChunk(context, CatalogueHistories.Of(catalogues), policy, run, default);
        return await chunk.PreviewAsync(work, new CustomerId(account.CustomerId), request.Account, cancel) switch
        {
            null => new Refusal("no-threshold",
                "The account has no threshold, or its usage is billed up to that day. Set one: tollgate account change "
                + "--bill-threshold."),
            (_, true) => new Refusal("open-draft", "A draft of the account is undecided: accept or cancel it first."),
            var (input, _) => input,
        };
    }

    /// <summary>Suggests the boundaries around the date, but none that has no bill any more.</summary>
    /// <param name="billed">No day up to here.</param>
    private static Refusal NotABoundary(BillCycle cycle, LocalDate date, LocalDate billed)
    {
        var period = cycle.PeriodContaining(LocalDate.Max(date, billed));
        return new Refusal("not-a-boundary",
            $"{date:uuuu-MM-dd} is not a boundary of the account's cycle: give "
            + (period.From > billed ? $"{period.From:uuuu-MM-dd} or " : "") + $"{period.To:uuuu-MM-dd}.", Field: "date");
    }

    private static Refusal AlreadyBilled(BillingAccountRow account, LocalDate date) => new(
        "already-billed", $"The account is billed up to {account.BilledTo:uuuu-MM-dd}, or ended too long ago: "
        + $"there is no other bill on {date:uuuu-MM-dd}.", Retry.Never, "date");

    private static BillPreview View(BillDraft bill, BillDraft without, Wording words, Dictionary<int, string> usage, Money open)
    {
        Money Of(long minor) => Money.FromMinor(minor, bill.Currency);
        return new BillPreview(
            bill.Account, bill.Period.From, bill.Period.To, bill.IssueDate, bill.DueDate,
            [
                .. bill.Lines.Select(line => new PreviewedLine(
                    DocumentText.Text(line.Kind), DocumentText.Text(line.Reason),
                    PlannedChanges.IsNew(line.Subscription) ? null : line.Subscription, line.Code,
                    line.UsageKeyId is { } key && usage.TryGetValue(key, out var used) ? used : line.Description,
                    line.Period.From, line.Period.To, line.Quantity, line.UnitText,
                    Of(line.AmountMinor), Of(line.NetMinor), line.TaxCode, line.TaxPercent,
                    words.Explain(line.Explanation, bill.Currency))
                {
                    Considered = PlannedChanges.IsNew(line.Subscription),
                }),
            ],
            [.. bill.Taxes.Select(tax => new PreviewedTax(tax.Code, tax.Name, tax.Percent, Of(tax.BaseMinor), Of(tax.TaxMinor)))],
            Of(bill.NetMinor), Of(bill.TaxMinor), Of(bill.GrossMinor), Of(bill.SettledMinor), Of(bill.CreditedMinor),
            Of(bill.CashRoundingMinor), Of(bill.DueMinor), Of(without.DueMinor), Of(bill.DueMinor - without.DueMinor))
        {
            OpenFromBefore = open,
        };
    }
}

/// <summary>Published versions as the calculator takes them.</summary>
internal static class CatalogueHistories
{
    internal static CatalogueHistory Of(CatalogueTimeline catalogues) => new(catalogues.Entries.Select(
        entry => new CataloguePublication(entry.Version, entry.EffectiveFrom, entry.Compiled.Source)));
}
