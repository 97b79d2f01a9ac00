using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Tests.Rating;

/// <summary>What rating means, written as plainly as possible and with no thought of speed. Shares no code with the
/// rater.</summary>
internal static class ReferenceRater
{
    internal sealed record Outcome(
        HoldReason? Refusal, PriceKey? Key, long Used, long Charged, long FromAllowances, long Amount, long FromMoney,
        ImmutableArray<PocketDraw> Draws, ImmutableArray<long> Balances);

    internal static Outcome Rate(Catalogue catalogue, Offer offer, UsageRecord record, ImmutableArray<PocketState> pockets)
    {
        var balances = pockets.Select(pocket => pocket.Balance).ToArray();
        Outcome Refused(HoldReason reason) => new(
            reason, null, 0, 0, 0, 0, 0, [], [.. pockets.Select(pocket => pocket.Balance)]);

        var plans = offer.RatePlans
            .Select(entry => (Entry: entry, Plan: catalogue.RatePlans.Single(one => one.Code == entry.Code)))
            .Where(one => one.Plan.Service == record.Service).OrderBy(one => one.Entry.Priority).ToList();
        if (plans.Count == 0)
        {
            return Refused(HoldReason.NoRatePlan);
        }
        var first = plans.Where(one => Asked(one.Entry, one.Plan, record))
            .Select(one => (one.Plan, Row: RowOf(catalogue, one.Plan, record)))
            .Where(one => one.Row is { } found
                && RuleFor(one.Plan, found, BandOf(catalogue, one.Plan, record)) is not null).ToList();
        if (first.Count == 0)
        {
            return Refused(HoldReason.UnpricedDestination);
        }
        var (plan, place) = (first[0].Plan, first[0].Row!.Value);
        var rule = RuleFor(plan, place, BandOf(catalogue, plan, record))!;
        var (perUnit, fee, increments) = rule.FromDeck
            ? (place.Price!.PerUnit, place.Price.ConnectFee, place.Price.Increments ?? rule.Increments)
            : (rule.PerUnit, rule.ConnectFee, rule.Increments);
        var used = rule.Per.Kind switch
        {
            UnitKind.Duration => record.DurationMs,
            UnitKind.Volume => record.OctetsUp + record.OctetsDown,
            _ => record.Events,
        };
        var charged = Charged(used, increments);

        var draws = new List<PocketDraw>();
        var valid = Enumerable.Range(0, pockets.Length)
            .Where(i => pockets[i].ValidFrom <= record.Start && record.Start < pockets[i].ValidTo)
            .OrderBy(i => pockets[i].Priority).ThenBy(i => pockets[i].ValidTo).ThenBy(i => pockets[i].Id.Value).ToArray();
        void Draw(int pocket, long taken)
        {
            draws.Add(new PocketDraw(pocket, taken, balances[pocket]));
            balances[pocket] -= taken;
        }

        var rest = charged;
        foreach (var i in valid.Where(i => pockets[i].Allowance >= 0 && balances[i] > 0))
        {
            var allowance = offer.Allowances[pockets[i].Allowance];
            var covers = allowance.Service == plan.Service && allowance.Unit.Kind == rule.Per.Kind
                && (allowance.Zones.IsEmpty || allowance.Zones.Contains(place.Zone, StringComparer.Ordinal));
            if (covers && rest > 0)
            {
                var taken = Math.Min(rest, balances[i]);
                Draw(i, taken);
                rest -= taken;
            }
        }
        var feeDue = rest == charged || plan.ConnectFee == ConnectFeeRule.AnyMoney;
        var exact = rest == 0 ? 0 : (feeDue ? fee : 0) + rest * perUnit / rule.Per.StoragePerUnit;
        var amount = plan.Currency.ToStorage(plan.Rounding.Apply(exact), plan.Rounding.Mode);

        var owed = amount;
        var money = valid.Where(i => pockets[i].Allowance < 0).ToArray();
        for (var n = 0; n < money.Length && offer.Payment != PaymentModel.Postpaid; n++)
        {
            var takesAll = offer.Payment == PaymentModel.Prepaid && money.Skip(n + 1).All(i => balances[i] <= 0)
                && (n == money.Length - 1 || balances[money[n]] >= owed);
            var taken = takesAll ? owed : Math.Min(owed, Math.Max(0, balances[money[n]]));
            if (taken > 0)
            {
                Draw(money[n], taken);
                owed -= taken;
            }
        }
        var key = new PriceKey(
            plan.Code, place.Zone, BandOf(catalogue, plan, record), plan.Service, rule.Basis, plan.Currency.Code, plan.Tax,
            plan.TaxIncluded, plan.RevenueAccount, "", plan.TimeBands is not null);
        return new Outcome(null, key, used, charged, charged - rest, amount, amount - owed, [.. draws], [.. balances]);
    }

    /// <summary>The only condition of the random catalogues is about the number of events.</summary>
    private static bool Asked(OfferPlan entry, RatePlan plan, UsageRecord record)
    {
        var day = record.Start.InZone(plan.TimeZone).Date;
        return (entry.From is not { } from || from <= day) && (entry.To is not { } to || day < to)
            && (entry.When is null || record.Events > 1);
    }

    private static DeckRow? RowOf(Catalogue catalogue, RatePlan plan, UsageRecord record) => plan.Deck is null
        ? new DeckRow("", "any", null)
        : catalogue.Decks.Single(deck => deck.Code == plan.Deck).Rows
            .Where(one => record.Destination.StartsWith(one.Prefix, StringComparison.Ordinal))
            .OrderByDescending(one => one.Prefix.Length).Select(one => (DeckRow?)one).FirstOrDefault();

    private static string BandOf(Catalogue catalogue, RatePlan plan, UsageRecord record)
    {
        var local = record.Start.InZone(plan.TimeZone).LocalDateTime;
        return catalogue.TimeBands.Where(set => set.Code == plan.TimeBands).SelectMany(set => set.Bands)
            .Where(band => band.Contains(local)).Select(band => band.Code).FirstOrDefault("other");
    }

    private static UsagePrice? RuleFor(RatePlan plan, DeckRow place, string band) => plan.Prices
        .Where(rule => rule.Zone is null || rule.Zone == place.Zone)
        .Where(rule => rule.Band is null || rule.Band == band)
        .Where(rule => !rule.FromDeck || place.Price is not null)
        .OrderByDescending(rule => (rule.Zone is not null || rule.FromDeck, rule.Band is not null))
        .FirstOrDefault();

    private static long Charged(long used, Increments increments)
    {
        if (used == 0)
        {
            return 0;
        }
        var charged = increments.First;
        while (charged < used)
        {
            charged += increments.Next;
        }
        return charged;
    }
}
