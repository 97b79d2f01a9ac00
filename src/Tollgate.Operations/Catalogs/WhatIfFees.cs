using NodaTime;
using Tollgate.Billing;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Operations.Catalogs;

/// <summary>Fixed fees of a customer for one offer and currency, in stored steps.</summary>
/// <param name="Offer">Empty: of the whole account.</param>
/// <param name="Problem">Why the candidate cannot price them all, or empty.</param>
internal readonly record struct FeeChange(
    long Customer, string Offer, string Currency, Int128 Old, Int128 New, string Problem);

/// <summary>Fixed fees of customers by the published catalogues and by a candidate that holds from ever on. Reads only; for any
/// thread.</summary>
internal sealed class WhatIfFees
{
    private static readonly Instant Ever = Instant.FromUtc(1900, 1, 1, 0, 0);

    private readonly FixedFees before;
    private readonly FixedFees after;
    private readonly CompiledCatalogue candidate;
    private readonly CatalogueTimeline published;
    private readonly BillingPolicy policy;
    private readonly Instant from;
    private readonly Instant to;

    internal WhatIfFees(
        CatalogueTimeline published, CompiledCatalogue candidate, BillingPolicy policy, Instant from, Instant to)
    {
        (this.published, this.candidate, this.policy, this.from, this.to) = (published, candidate, policy, from, to);
        before = new FixedFees(CatalogueHistories.Of(published));
        after = new FixedFees(new CatalogueHistory([new CataloguePublication(0, Ever, candidate.Source)]));
    }

    /// <summary>What changes, by customer.</summary>
    internal async Task<ILookup<long, FeeChange>> OfAsync(BookWork work, long[] customers, CancellationToken cancel)
    {
        var paying = await PayingAccounts.LoadAsync(work, customers, null, cancel);
        var changes = new List<FeeChange>();
        foreach (var account in await BillReader.AccountsOfAsync(
            work, customers, paying.Moves, paying.Children, UnitOf, cancel))
        {
            var facts = account.Facts;
            var time = DaysIn(facts.Zone);
            var input = new BillingInput
            {
                Seller = new SellerFacts(account.Seller, account.SellerCountry, account.SellerZone),
                Account = facts,
                Period = time,
                IssueDate = time.To,
                Catalogues = new CatalogueHistory([]),
                Subscriptions = [.. paying.Subscriptions[facts.Id].Select(one => BillingInputs.Facts(one, facts, policy))],
                Discounts = [.. paying.Discounts[facts.Id]],
                Policy = policy,
            };
            Add(changes, facts, before.Of(input, time), after.Of(input, time));
        }
        return changes.ToLookup(change => change.Customer);
    }

    private void Add(List<FeeChange> into, AccountFacts account, FixedFeesOfAccount old, FixedFeesOfAccount now)
    {
        var problem = "";
        if (now.Problems.Length > 0)
        {
            var missing = old.Fees.Select(fee => fee.Offer)
                .FirstOrDefault(offer => offer.Length > 0 && !candidate.Offers.ContainsKey(offer));
            problem = missing is null ? now.Problems[0] : $"The candidate has no offer '{missing}'.";
        }
        foreach (var offer in new SortedSet<string>(old.Fees.Concat(now.Fees).Select(fee => fee.Offer), StringComparer.Ordinal))
        {
            into.Add(new FeeChange(
                account.Customer.Value, offer, account.Currency.Code, Sum(old, offer), Sum(now, offer), problem));
            problem = "";
        }

        Int128 Sum(FixedFeesOfAccount fees, string offer) => (Int128)(Money.FromMinor(
            fees.Fees.Where(fee => fee.Offer == offer).Sum(fee => fee.AmountMinor), account.Currency).Amount
            * account.Currency.StoragePerUnit);
    }

    /// <summary>The days of a zone whose beginnings lie nearest to the times.</summary>
    private BillPeriod DaysIn(DateTimeZone zone)
    {
        var (first, next) = (Nearest(from), Nearest(to));
        return new BillPeriod(first, LocalDate.Max(next, first.PlusDays(1)));

        LocalDate Nearest(Instant time) => (time + Duration.FromHours(12)).InZone(zone).Date;
    }

    private Unit? UnitOf(string code) => Units.Find(code) ?? candidate.Source.Units.Concat(
        published.Entries.SelectMany(version => version.Compiled.Source.Units)).FirstOrDefault(unit => unit.Code == code);
}
