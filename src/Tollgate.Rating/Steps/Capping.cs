using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>A spending cap of an offer.</summary>
/// <param name="Source">As written.</param>
/// <param name="Counter">Index of its counter in the offer's counters.</param>
internal sealed record CompiledCap(SpendingCap Source, int Counter);

/// <summary>Step 10: what may still be spent in the period.</summary>
internal static class Capping
{
    /// <summary>The rounded amount, limited by the caps whose counter counts this event. A refusal is left in the
    /// event.</summary>
    internal static long Apply(PricedEvent priced, in PocketBook book, long amount, RatingTrace? trace)
    {
        foreach (var cap in priced.Offer!.Caps)
        {
            if (amount <= 0 || !priced.Offer.CountersCompiled[cap.Counter].Counts(priced, -1))
            {
                continue;
            }
            var left = Math.Max(0, cap.Source.Limit - Spent(cap.Counter, book));
            if (amount <= left)
            {
                continue;
            }
            if (left == 0 && cap.Source.Then == AtCap.Block)
            {
                priced.Refusal = HoldReason.SpendingCapReached;
                return 0;
            }
            priced.Notes |= UsageNotes.CapReached | cap.Source.Then switch
            {
                AtCap.Free => UsageNotes.None,
                AtCap.Block => UsageNotes.Disconnect,
                AtCap.Throttle => UsageNotes.Throttle,
                _ => throw new InvalidOperationException($"Unknown cap rule {cap.Source.Then}."),
            };
            trace?.Cap(priced.Plan, cap.Source, amount, left);
            amount = left;
        }
        return amount;
    }

    private static long Spent(int counter, in PocketBook book)
    {
        for (var place = book.MoneyEnd; place < book.CountersEnd; place++)
        {
            if (book.Pockets[book[place]].Allowance == counter)
            {
                return book.Pockets[book[place]].Balance;
            }
        }
        return 0;
    }
}
