using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>
/// Steps 6 and 7, piece by piece in order of time: allowances pay, then the model prices what they leave; free units, connect
/// fee, least and most per event.
/// </summary>
internal static class Pricing
{
    /// <summary>Prices all pieces. A refusal is left in the event.</summary>
    /// <returns>The exact amount, in steps of the plan's rounding.</returns>
    internal static Exact Price(PricedEvent priced, ref PocketBook book)
    {
        var total = default(Exact);
        for (var i = 0; i < priced.Count; i++)
        {
            if (priced.Offer is not null)
            {
                AllowanceDrawing.Draw(priced, i, ref book);
            }
            else
            {
                priced.Pieces[i].MoneyFrom = priced.Pieces[i].From;
            }
            if (priced.Refusal is not null)
            {
                return default;
            }
            ref var piece = ref priced.Pieces[i];
            piece.Price = PriceOf(priced, ref piece);
            if (priced.Refusal is not null)
            {
                return default;
            }
            piece.Fee = Fee(priced, i, piece, book);
            var amount = piece.Price + piece.Fee + piece.Own;
            if (piece.Rule.Source.MaximumCharge is not null && (total + amount).CompareTo(piece.Rule.Maximum) > 0)
            {
                amount = Limited(priced, i, piece.Rule.Maximum - total);
            }
            piece.Amount = priced.Plan.Source.RoundAt == RoundingPoint.Part
                ? piece.Rule.Round(amount, priced.Plan.Rounding) : amount;
            priced.Paid += piece.To - piece.MoneyFrom;
            total += piece.Amount;
        }
        return WithLeast(priced, total);
    }

    private static Exact PriceOf(PricedEvent priced, ref Piece piece)
    {
        if (piece.MoneyFrom >= piece.To)
        {
            return default;
        }
        if (piece.Rule.Model is PerUnitModel)
        {
            piece.Rate = priced.Plan.Tariffs[piece.Tariff].Rate(priced.Plan.Rounding.Decimals);
        }
        var from = piece.FirstPriced(piece.MoneyFrom);
        return from < piece.To ? piece.Rule.Model.Price(priced, piece, from, piece.To) : default;
    }

    /// <summary>The connect fee, with the piece for which it becomes due.</summary>
    private static Exact Fee(PricedEvent priced, int index, in Piece piece, in PocketBook book)
    {
        var first = priced.Pieces[0];
        var fee = priced.Plan.Tariffs[first.Tariff].Fee(priced.Plan.Rounding.Decimals);
        if (priced.Charged == 0)
        {
            return priced.FeeWithoutUse ? fee : default;
        }
        if (priced.Plan.Source.ConnectFee == ConnectFeeRule.AnyMoney)
        {
            return priced.Paid == 0 && piece.MoneyFrom < piece.To ? fee : default;
        }
        if (index > 0)
        {
            return default;
        }
        if (priced.FirstPayer >= 0)
        {
            var allowance = priced.Offer!.Allowances[book.Pockets[priced.FirstPayer].Allowance];
            return allowance.ConnectFee == 0 ? default : Exact.Of(allowance.ConnectFee, priced.Plan.Rounding.Decimals);
        }
        return piece.MoneyFrom == piece.From ? fee : default;
    }

    /// <summary>What the maximum leaves for a piece; cuts the event there when the rule says so.</summary>
    private static Exact Limited(PricedEvent priced, int index, in Exact left)
    {
        ref var piece = ref priced.Pieces[index];
        var rest = left.IsPositive ? left : default;
        priced.Notes |= UsageNotes.MaximumReached;
        if (piece.Rule.Source.AtMaximum != AtMaximum.Disconnect)
        {
            return rest;
        }
        var from = piece.FirstPriced(piece.MoneyFrom);
        if (from >= piece.To)
        {
            // A fee, or what allowances pay, alone is more than the maximum; nothing of the rest costs money, and it goes on.
            return rest;
        }
        priced.Notes |= UsageNotes.Disconnect;
        if (!piece.Rule.Model.Grows(piece))
        {
            return rest;
        }
        var end = Math.Clamp(PaidUpTo(priced, piece, from, left - piece.Fee - piece.Own), piece.MoneyFrom, piece.To);
        priced.CutAt(index, end);
        piece.Price = end > from ? piece.Rule.Model.Price(priced, piece, from, end) : default;
        // A connect fee, or what allowances pay, may alone be more than the maximum.
        var amount = piece.Fee + piece.Own + piece.Price;
        return amount.CompareTo(rest) > 0 ? rest : amount;
    }

    /// <summary>The end of the last whole block of a piece that an amount pays for, found by halving.</summary>
    private static long PaidUpTo(PricedEvent priced, in Piece piece, long from, in Exact amount)
    {
        var (low, high) = (-1L, piece.To < piece.Origin ? -1 : (piece.To - piece.Origin) / piece.Block);
        while (low < high)
        {
            var block = low + (high - low + 1) / 2;
            var end = piece.Origin + block * piece.Block;
            if (end <= from || piece.Rule.Model.Price(priced, piece, from, end).CompareTo(amount) <= 0)
            {
                low = block;
            }
            else
            {
                high = block - 1;
            }
        }
        return low < 0 ? piece.From : piece.Origin + low * piece.Block;
    }

    private static Exact WithLeast(PricedEvent priced, in Exact total)
    {
        ref readonly var rule = ref priced.Pieces[0].Rule;
        if (priced.Paid == 0 || rule.Source.MinimumCharge == 0 || total.CompareTo(default) < 0
            || total.CompareTo(rule.Minimum) >= 0)
        {
            return total;
        }
        priced.Raised = rule.Minimum - total;
        ref var last = ref priced.Pieces[^1];
        last.Amount += priced.Raised;
        return rule.Minimum;
    }
}
