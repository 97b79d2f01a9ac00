using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>The segments of one offer, one after the other, that the billed account pays.</summary>
/// <param name="PlanFrom">First day of the offer.</param>
/// <param name="Changed">The offer was changed to; the subscription did not begin with it.</param>
internal sealed record PlanRun(string Offer, LocalDate PlanFrom, bool Changed, List<Segment> Segments)
{
    /// <summary>The plan or the subscription ends with the last segment; else another account pays from then on.</summary>
    internal bool Ends { get; set; }

    internal LocalDate From => Segments[0].From;

    internal LocalDate To => Segments[^1].To;
}

/// <summary>
/// What should have been billed up to and on the bill date, from the start of the account or the look-back, whichever is later.
/// <code>
/// recurring     one item for each whole period of the price's grid: the sum of the shares of the segments in it
/// in advance    a part is due on the first bill date on or after the day it begins
/// in arrears    all parts are due on the first bill date on or after the period, the plan or the life ends
/// </code>
/// One-time prices, instalments and fees: <see cref="OneTimeItems"/>.
/// </summary>
internal static class Entitlement
{
    internal static void Collect(BillWork work, SubscriptionFacts subscription, List<DueItem> into)
    {
        if (subscription.Ended < subscription.Started)
        {
            return; // withdrawn before it began
        }
        var first = into.Count;
        var runs = Runs(work, subscription, exact: false);
        OneTimeItems.Collect(work, subscription, runs, into);
        var bySeconds = false;
        foreach (var run in runs)
        {
            foreach (var grid in work.Grids(run.Offer, out var seconds))
            {
                bySeconds |= seconds;
                Recurring(work, subscription, run, grid, exact: false, into);
            }
        }
        if (bySeconds)
        {
            foreach (var run in Runs(work, subscription, exact: true))
            {
                foreach (var grid in work.Grids(run.Offer, out _))
                {
                    Recurring(work, subscription, run, grid, exact: true, into);
                }
            }
        }
        if (runs.Count > 1 || !work.Input.Account.CycleMoves.IsEmpty)
        {
            SameItems.Merge(work, into, first);
        }
    }

    /// <summary>The plans that the billed account pays, with their phases.</summary>
    internal static List<PlanRun> Runs(BillWork work, SubscriptionFacts subscription, bool exact)
    {
        var runs = new List<PlanRun>(1);
        var segments = Phases.Split(work, Timeline.Of(subscription, work.Input.Account, work.Input.Policy, exact));
        for (var i = 0; i < segments.Count; i++)
        {
            var state = segments[i].State;
            if (!work.Pays(state.Account) || segments[i].From > work.BillDate)
            {
                continue;
            }
            if (runs.Count > 0 && runs[^1].Offer == state.Offer && runs[^1].PlanFrom == state.PlanFrom)
            {
                runs[^1].Segments.Add(segments[i]);
            }
            else
            {
                runs.Add(new PlanRun(state.Offer, state.PlanFrom, state.PlanFrom != subscription.Started, [segments[i]]));
            }
            runs[^1].Ends = i + 1 < segments.Count
                ? segments[i + 1].State.Offer != state.Offer || segments[i + 1].State.PlanFrom != state.PlanFrom
                : segments[i].Ends;
        }
        return runs;
    }

    /// <summary>The shares of a price in a period, exact, in order of time; only those that are due.</summary>
    private static void Recurring(
        BillWork work, SubscriptionFacts subscription, PlanRun run, PriceGrid grid, bool exact, List<DueItem> into)
    {
        var day = LocalDate.Max(run.From, work.Horizon);
        if (day >= run.To)
        {
            return;
        }
        var account = work.Input.Account;
        var period = grid.Containing(account, subscription.Started, run.PlanFrom, day);
        var next = 0;
        while (period.Cut.From <= work.BillDate && period.Cut.From < run.To)
        {
            while (next < run.Segments.Count && run.Segments[next].To <= period.Cut.From)
            {
                next++;
            }
            if (run.Segments[next].From < period.Cut.To)
            {
                Period(work, subscription, run, grid, period, next, exact, into);
            }
            period = grid.Containing(account, subscription.Started, run.PlanFrom, period.Cut.To);
        }
    }

    private static void Period(
        BillWork work, SubscriptionFacts subscription, PlanRun run, PriceGrid grid, GridPeriod period, int next, bool exact,
        List<DueItem> into)
    {
        var priced = work.PriceDay(run, LocalDate.Max(run.Segments[next].From, period.Cut.From));
        if (work.Offer(run.Offer, priced) is not { } offer)
        {
            return;
        }
        foreach (var price in offer.Recurring)
        {
            if (price.IsBySeconds() != exact || PriceGrid.Of(price) != grid
                || (price.Timing == Timing.Arrears && LocalDate.Min(run.To, period.Cut.To) > work.BillDate)
                || !work.SameCurrency(price.Amount.Currency.Code, price.Name))
            {
                continue;
            }
            var parts = work.Parts;
            parts.Clear();
            for (var i = next; i < run.Segments.Count && run.Segments[i].From < period.Cut.To; i++)
            {
                AddPart(work, run.Segments[i], period, price, exact, parts);
            }
            if (parts.Count > 0)
            {
                var key = new ItemKey(subscription.Id, BillLineKind.Recurring, price.Code, period.Whole.From, offer.Code);
                into.Add(Item(
                    work, key, period.Whole, ChargeTerms.Of(price), parts, price.Every, price.Timing == Timing.Arrears));
            }
        }
    }

    private static void AddPart(
        BillWork work, Segment segment, GridPeriod period, RecurringPrice price, bool exact, List<ItemPart> parts)
    {
        var state = segment.State;
        var (from, to) = (LocalDate.Max(segment.From, period.Cut.From), LocalDate.Min(segment.To, period.Cut.To));
        if (state.Free || (price.Timing == Timing.Advance && from > work.BillDate)
            || (!price.Phases.IsEmpty && !price.Phases.Contains(segment.Phase, StringComparer.Ordinal)))
        {
            return;
        }
        var zone = work.Input.Account.Zone;
        var (cutBegin, cutEnd) = (segment.From < period.Cut.From, segment.To > period.Cut.To);
        var (begin, end) = (segment.FromAt, segment.ToAt);
        if (exact)
        {
            // A segment may begin or end within the day of the cut. By days nobody asks for the times.
            var (first, last) = (Timeline.Start(period.Cut.From, zone), Timeline.Start(period.Cut.To, zone));
            (cutBegin, cutEnd) = (cutBegin || begin < first, cutEnd || end > last);
            (begin, end) = (cutBegin ? first : begin, cutEnd ? last : end);
        }
        var part = new PeriodPart(
            new BillPeriod(from, to), begin, end, segment.Starts && !cutBegin ? PartEdge.Life : PartEdge.Change,
            segment.Ends && !cutEnd ? PartEdge.Life : PartEdge.Change);
        var share = Prorating.Share(period.Whole, part, price, zone);
        var amount = state.Prices?.TryGetValue(price.Code, out var own) == true ? own : price.Amount;
        var quantity = price.PerQuantity ? state.Quantity : 1;
        if (share.Numerator > 0 && work.SameCurrency(amount.Currency.Code, price.Name))
        {
            parts.Add(new ItemPart(part.Days, share, amount, quantity, Prorating.Exact(share, amount, quantity, price.Ratio)));
        }
    }

    /// <summary>An item of its parts: their exact amounts are summed, then rounded once.</summary>
    internal static DueItem Item(
        BillWork work, ItemKey key, BillPeriod basis, ChargeTerms terms, List<ItemPart> parts, BillInterval? every,
        bool arrears) => new()
    {
        Key = key,
        Every = every,
        Arrears = arrears,
        Basis = basis,
        Terms = terms,
        First = parts[0],
        Parts = parts.Count > 1 ? [.. parts] : null,
        AmountMinor = work.Minor(Sum(parts)),
    };

    /// <summary>Sums as fractions where the parts have one denominator, so that thirds of a cent do not decide a
    /// rounding.</summary>
    internal static decimal Sum(List<ItemPart> parts)
    {
        if (parts.Count == 1)
        {
            return parts[0].Exact;
        }
        var (exact, same, denominator) = (0m, 0m, parts[0].Share.Denominator);
        foreach (var part in parts)
        {
            exact += part.Exact;
            denominator = part.Share.Denominator == denominator ? denominator : 0;
            same += part.Price.Amount * part.Quantity * part.Share.Numerator;
        }
        return denominator > 0 && Rounding.Round(same / denominator, 12, RoundingMode.HalfUp)
            == Rounding.Round(exact, 12, RoundingMode.HalfUp) ? same / denominator : exact;
    }

    internal static bool IsBySeconds(this RecurringPrice price) =>
        price.Entry == Proration.Seconds || price.Exit == Proration.Seconds || price.Change == Proration.Seconds;
}

/// <summary>Joins items with the same key: a period that two plans or two cycles share is compared as one.</summary>
internal static class SameItems
{
    internal static void Merge(BillWork work, List<DueItem> items, int first)
    {
        var at = new Dictionary<ItemKey, int>(ItemKeys.Comparer);
        var kept = first;
        for (var i = first; i < items.Count; i++)
        {
            if (at.TryGetValue(items[i].Key, out var before))
            {
                List<ItemPart> parts = [.. items[before].Parts ?? [items[before].First], .. items[i].Parts ?? [items[i].First]];
                items[before] = Entitlement.Item(
                    work, items[i].Key, items[before].Basis ?? items[before].First.Days, items[i].Terms, parts, items[i].Every,
                    items[i].Arrears);
                continue;
            }
            at.Add(items[i].Key, kept);
            items[kept++] = items[i];
        }
        items.RemoveRange(kept, items.Count - kept);
    }
}
