using System.Collections.Immutable;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Operations.Taxes;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>One chunk of a bill run after the other: load with a fixed number of queries, compute, save; one transaction
/// each.</summary>
internal sealed class BillChunk(
    OperationContext context, CatalogueHistory history, BillingPolicy policy, RunBillingRequest request, BillRunId run)
{
    private Dictionary<int, UsageKey>? keys;
    private AskTaxes? taxes;
    private bool? closedByHand;

    /// <summary>Drafts made so far.</summary>
    internal int Drafted { get; private set; }

    /// <summary>Bills the next accounts.</summary>
    /// <returns>The last account looked at and how many there were, or null when none is left.</returns>
    internal async Task<((long Customer, long Account) Last, int Count)?> BillNextAsync(
        (long Customer, long Account) after, CancellationToken cancel)
    {
        // Ids come from a connection of their own, so before the transaction: a document and an alert per account.
        var firstId = context.Ids.Next(2 * request.ChunkSize);
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var chosen = await BillReader.NextDueAsync(work, request.Due(history), after, request.ChunkSize, cancel);
        if (chosen.Count == 0)
        {
            return null;
        }
        long[] customers = [.. chosen.Select(one => one.Customer).Distinct()];
        long[] accounts = [.. chosen.Select(one => one.Account)];
        await work.LockHeadsAsync(customers, cancel);
        keys ??= await BillReader.KeysAsync(work, cancel);
        taxes ??= await AskTaxes.LoadAsync(work, cancel);
        await BillAsync(work, await LoadAsync(work, customers, accounts, cancel), firstId, cancel);
        await work.CommitAsync(cancel);
        return (chosen[^1], chosen.Count);
    }

    private sealed record Loaded(
        List<DueAccount> Accounts, HashSet<long> OpenDrafts, ILookup<AccountId, SubscriptionTimes> Subscriptions,
        ILookup<AccountId, SlotUsage> Usage, ILookup<AccountId, BilledItem> Billed, Dictionary<AccountId, TaxProfile> Taxes,
        ILookup<AccountId, AdvanceFacts> Advances, ILookup<AccountId, GivenDiscount> Discounts,
        ILookup<AccountId, BilledUsage> UsageBilled, ILookup<AccountId, GivenLine> Given,
        ILookup<AccountId, CreditFacts> Credits);

    private async Task<Loaded> LoadAsync(BookWork work, long[] customers, long[] accounts, CancellationToken cancel)
    {
        var since = request.Date.PlusMonths(-history.LookBackMonths(policy));
        closedByHand ??= await CloseCycle.ClosedAtAsync(work, request.Cycle, request.Date, cancel) is not null;
        // What a child account owes is billed to its parent.
        var paying = await PayingAccounts.LoadAsync(work, customers, accounts, cancel);
        var (family, payers) = (paying.All, paying.Payers);
        return new Loaded(
            await BillReader.AccountsAsync(
                work, request.Due(history), customers, accounts, paying.Moves, paying.Children, UnitOf, cancel),
            await BillReader.OpenDraftsAsync(work, customers, accounts, cancel),
            paying.Subscriptions,
            (await BillReader.UsageAsync(work, customers, family, keys!, cancel)).ToLookup(one => payers[one.Account]),
            (await BillReader.BilledAsync(work, customers, accounts, since, cancel)).ToLookup(one => one.Account, one =>
                one.Item),
            await TaxProfileReader.ReadAsync(work, customers, accounts, cancel),
            (await DocumentLinks.AdvancesAsync(work, customers, accounts, cancel)).ToLookup(one => one.Account, one => one.Advance),
            paying.Discounts,
            (history.HasWindows || paying.Discounts.Count > 0 ? await WindowReader.UsageBilledAsync(work, customers, accounts, since, cancel) : [])
                .ToLookup(one => one.Account, one => one.Usage),
            (await CustomerMoney.LinesAsync(work, customers, family, cancel))
                .ToLookup(one => payers[one.Account], one => one.Line),
            (await CustomerMoney.CreditsAsync(work, customers, family, request.Date, cancel))
                .ToLookup(one => payers[one.Account], one => one.Credit));
    }

    /// <summary>What the run would compute for one account, and whether a draft of it is undecided; null when it is not due.
    /// Nothing
    /// is saved.</summary>
    internal async Task<(BillingInput Input, bool OpenDraft)?> PreviewAsync(
        BookWork work, CustomerId customer, AccountId account, CancellationToken cancel)
    {
        keys ??= await BillReader.KeysAsync(work, cancel);
        taxes ??= await AskTaxes.LoadAsync(work, cancel);
        var loaded = await LoadAsync(work, [customer.Value], [account.Value], cancel);
        if (loaded.Accounts.Count == 0)
        {
            return null;
        }
        var input = InputOf(loaded, loaded.Accounts[0]);
        return request.IsProgressive && BillThreshold.Of(loaded.Accounts[0].ThresholdMinor, input) is null
            ? null
            : (input, loaded.OpenDrafts.Contains(account.Value));
    }

    /// <summary>Computes drafts of the run anew, as if they had not been made, of the usage that they bill; their customers are
    /// locked. Nothing is saved.</summary>
    /// <returns>Why a draft is not what it would be now, in words; drafts that are the same are not in it.</returns>
    internal async Task<Dictionary<DocumentId, string>> ChangedAsync(
        BookWork work, IReadOnlyList<DocumentHead> drafts, CancellationToken cancel)
    {
        long[] customers = drafts.Customers(), documents = drafts.Documents();
        var lines = await DocumentReader.LinesAsync(work, customers, documents, cancel);
        var claims = (await work.ReadAsync(
            "SELECT account_id, slot_no, event_period FROM usage_claim WHERE customer_id IN @customers AND document_id IN @documents",
            reader => (new AccountId(reader.GetInt64(0)), reader.GetInt32(1), reader.GetDate(2)), cancel,
            ("customers", customers), ("documents", documents))).ToHashSet();
        const string AsIfNotDrafted = "as_if_not_drafted";
        await work.Transaction.SaveAsync(AsIfNotDrafted, cancel);
        foreach (var draft in drafts)
        {
            await CancelDocuments.TakeBackAsync(work, draft, cancel);
        }
        keys ??= await BillReader.KeysAsync(work, cancel);
        taxes ??= await AskTaxes.LoadAsync(work, cancel);
        var loaded = await LoadAsync(work, customers, drafts.Accounts(), cancel);
        await work.Transaction.RollbackAsync(AsIfNotDrafted, cancel);
        // What was used since is for the next bill.
        loaded = loaded with
        {
            Usage = loaded.Usage.SelectMany(group => group.Select(one => (group.Key, Usage: one)))
                .Where(pair => claims.Contains((pair.Usage.Account, pair.Usage.Slot, pair.Usage.Line.EventPeriod)))
                .ToLookup(pair => pair.Key, pair => pair.Usage),
        };
        var accounts = loaded.Accounts.ToDictionary(account => account.Facts.Id);
        var changed = new Dictionary<DocumentId, string>();
        foreach (var draft in drafts)
        {
            var outcome = accounts.TryGetValue(draft.Account, out var account) ? BillCalculator.Draft(InputOf(loaded, account)) : null;
            if (DraftCheck.Difference(draft, [.. lines[draft.Id]], outcome, taxes.Has(draft.Seller)) is { } difference)
            {
                changed.Add(draft.Id, difference);
            }
        }
        return changed;
    }

    private BillingInput InputOf(Loaded loaded, DueAccount account) => BillingInputs.Of(
        account with { Facts = account.Facts with { Tax = loaded.Taxes.GetValueOrDefault(account.Facts.Id) } }, request, history, policy,
        loaded.Subscriptions[account.Facts.Id], UsageOf(loaded, account), loaded.Billed[account.Facts.Id]) with
    {
        Discounts = [.. loaded.Discounts[account.Facts.Id]],
        UsageBilled = [.. loaded.UsageBilled[account.Facts.Id]],
        Advances = [.. loaded.Advances[account.Facts.Id]],
        Given = [.. loaded.Given[account.Facts.Id]],
        Credits = [.. loaded.Credits[account.Facts.Id]],
        UsageOnly = request.IsProgressive,
        ExternalTax = taxes!.Has(account.Seller),
    };

    /// <summary>The usage that is not billed has reached the threshold.</summary>
    private bool HasPassed(Loaded loaded, DueAccount account) => Money.FromStorage(
        UsageOf(loaded, account).Sum(one => one.Line.Amount), account.Facts.Currency).RoundToMinor(policy.LineRounding).ToMinor()
        >= BillThreshold.Of(account.ThresholdMinor, InputOf(loaded, account));

    private List<SlotUsage> UsageOf(Loaded loaded, DueAccount account) =>
        [
            .. loaded.Usage[account.Facts.Id].Where(one =>
                one.Line.EventPeriod < request.Date && !(one.Open && closedByHand == true)),
        ];

    private async Task BillAsync(BookWork work, Loaded loaded, long firstId, CancellationToken cancel)
    {
        var drafts = new List<NewDraft>();
        var parked = new List<ParkedAccount>();
        var done = new List<DueAccount>();
        foreach (var account in loaded.Accounts)
        {
            var facts = account.Facts;
            if (request.IsProgressive && (loaded.OpenDrafts.Contains(facts.Id.Value) || !HasPassed(loaded, account)))
            {
                continue;
            }
            if (loaded.OpenDrafts.Contains(facts.Id.Value))
            {
                parked.Add(new ParkedAccount(facts.Customer, facts.Id, run, ParkReason.OpenDraft.Code(),
                    "An earlier draft of this account is undecided: accept or cancel it, then start the run again."));
                continue;
            }
            var usage = UsageOf(loaded, account);
            var subscriptions = loaded.Subscriptions[facts.Id].ToList();
            var input = InputOf(loaded, account);
            switch (BillCalculator.Draft(input))
            {
                case BillOutcome.Parked(var reason, var detail):
                    parked.Add(new ParkedAccount(facts.Customer, facts.Id, run, reason.Code(), detail));
                    break;
                case BillOutcome.Drafted(var draft):
                    if (input.ExternalTax && draft.Lines.Length > 0)
                    {
                        var (taxed, problem) = await taxes!.ApplyAsync(context, work, input, draft, cancel);
                        if (taxed is null)
                        {
                            parked.Add(new ParkedAccount(facts.Customer, facts.Id, run, ParkReason.TaxServiceDown.Code(),
                                $"The tax service gave no usable answer: {problem}. Mend it, then start the run again."));
                            break;
                        }
                        draft = taxed;
                    }
                    done.Add(account);
                    if (draft.Lines.Length > 0 || policy.Empty == EmptyDocuments.Issue)
                    {
                        drafts.Add(new NewDraft(
                            new DocumentId(firstId + drafts.Count), account.Seller, run, draft, facts.TaxCountry,
                            BillingFingerprint.Of(input), Labels(subscriptions, facts.Language), Claims(usage)));
                    }
                    break;
            }
        }
        await BillWriter.SaveDraftsAsync(work, drafts, context.Now, cancel);
        await BillWriter.ParkAsync(work, parked, firstId + request.ChunkSize, context.Now, cancel);
        if (done.Count > 0 && !request.IsProgressive)
        {
            await BillWriter.BilledToAsync(
                work, [.. done.Select(one => one.Facts.Customer.Value).Distinct()],
                    [.. done.SelectMany(one => one.Facts.Children.Prepend(one.Facts.Id)).Select(one => one.Value)],
                request.Date,
                context.Now, cancel);
        }
        await work.ExecuteAsync("UPDATE bill_run SET done = done + @done, parked = parked + @parked WHERE run_id = @run", cancel,
            ("done", done.Count), ("parked", parked.Count), ("run", run.Value));
        Drafted += drafts.Count;
    }

    private static List<UsageClaim> Claims(List<SlotUsage> billed) =>
        [.. billed.Select(one => new UsageClaim(one.Account, one.Slot, one.Line.EventPeriod, one.Open)).Distinct()];

    private Dictionary<SubscriptionId, (string Label, string Offer)> Labels(
        List<SubscriptionTimes> subscriptions, string language) =>
        subscriptions.ToDictionary(one => one.Id, one => (one.Label, OfferName(one.Offer, language)));

    private string OfferName(string code, string language) => history.Versions.Reverse()
        .Select(version => version.Offer(code)?.Name.In(language)).FirstOrDefault(name => name is not null) ?? code;

    private Unit? UnitOf(string code) => Units.Find(code) ?? history.Versions.Reverse()
        .SelectMany(version => version.Catalogue.Units).FirstOrDefault(unit => unit.Code == code);
}
