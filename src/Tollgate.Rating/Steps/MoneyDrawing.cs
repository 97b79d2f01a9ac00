using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>
/// Step 11: allowances of money, then money pockets. Postpaid: allowances only. Hybrid: what is there, never below zero.
/// Prepaid: everything; when all are empty, the last money pocket goes below zero. A negative amount is given to the first
/// money pocket of a prepaid offer.
/// </summary>
internal static class MoneyDrawing
{
    /// <summary>Draws an amount; returns what of it was drawn. A refusal is left in the event.</summary>
    /// <param name="amount">Becomes less when an allowance that is used up says that the rest costs nothing.</param>
    internal static long Draw(PricedEvent priced, ref long amount, ref PocketBook book)
    {
        var payment = priced.Offer!.Payment;
        if (amount < 0)
        {
            return payment == PaymentModel.Prepaid ? Give(amount, ref book) : 0;
        }
        var left = amount;
        var last = -1;
        for (var place = book.Units; place < book.MoneyEnd && left > 0; place++)
        {
            var pocket = book[place];
            ref readonly var state = ref book.Pockets[pocket];
            var (balance, member) = (state.Balance, -1);
            var overage = Overage.Price;
            if (state.Kind == PocketKind.Allowance)
            {
                var cover = priced.Offer.Covers[state.Allowance];
                if (!Pays(priced, cover))
                {
                    continue;
                }
                member = AllowanceDrawing.MemberOf(cover, book);
                balance = AllowanceDrawing.Left(cover, pocket, member, book);
                overage = cover.Source.Overage;
            }
            else if (payment == PaymentModel.Postpaid)
            {
                break;
            }
            else
            {
                last = pocket;
            }
            if (balance > 0)
            {
                var taken = Math.Min(left, balance);
                AllowanceDrawing.Take(pocket, member, taken, ref book);
                left -= taken;
            }
            if (left > 0 && overage != Overage.Price && AllowanceDrawing.IsLast(place, book.MoneyEnd, book))
            {
                Overrun(priced, overage, paid: left < amount);
                (amount, left) = (amount - left, 0);
            }
        }
        if (left > 0 && last >= 0 && payment == PaymentModel.Prepaid)
        {
            book.Take(last, left);
            left = 0;
        }
        return amount - left;
    }

    /// <summary>An allowance of money pays for events of its scope in its currency, judged by their start.</summary>
    private static bool Pays(PricedEvent priced, AllowanceCover cover) =>
        cover.Source.Unit == priced.Plan.Source.Currency && cover.Covers(priced, priced.Band);

    /// <summary>What happens when an allowance that says so is used up: what it leaves of the amount costs nothing, and the event
    /// is slowed down or is to end; one for which nothing was paid at all is refused.</summary>
    private static void Overrun(PricedEvent priced, Overage overage, bool paid)
    {
        if (overage == Overage.Throttle)
        {
            priced.Notes |= UsageNotes.Throttle;
        }
        else if (!paid && priced.FromAllowances == 0)
        {
            priced.Refusal = HoldReason.AllowanceExhausted;
        }
        else
        {
            priced.Notes |= UsageNotes.Disconnect | (overage == Overage.Redirect ? UsageNotes.Redirect : UsageNotes.None);
        }
    }

    private static long Give(long amount, ref PocketBook book)
    {
        for (var place = book.Units; place < book.MoneyEnd; place++)
        {
            if (book.Pockets[book[place]].Kind == PocketKind.Money)
            {
                book.Take(book[place], amount);
                return amount;
            }
        }
        return 0;
    }
}
