using Tollgate.Catalog;

namespace Tollgate.Rating;

/// <summary>
/// Step 11: allowances of money, then money pockets. Postpaid: allowances only. Hybrid: what is there, never below zero.
/// Prepaid: everything; when all are empty, the last money pocket goes below zero. A negative amount is given to the first
/// money pocket of a prepaid offer.
/// </summary>
internal static class MoneyDrawing
{
    /// <summary>Draws an amount; returns what of it was drawn.</summary>
    internal static long Draw(PricedEvent priced, long amount, ref PocketBook book)
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
            if (state.Kind == PocketKind.Allowance)
            {
                if (!Pays(priced, priced.Offer.Covers[state.Allowance]))
                {
                    continue;
                }
            }
            else if (payment == PaymentModel.Postpaid)
            {
                break;
            }
            else
            {
                last = pocket;
            }
            if (state.Balance > 0)
            {
                var taken = Math.Min(left, state.Balance);
                book.Take(pocket, taken);
                left -= taken;
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
