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
            var amount = PriceOf(priced, ref piece);
            if (priced.Refusal is not null)
            {
                return default;
            }
            var fee = Fee(priced, i, piece, book);
            amount += fee;
            if (piece.Rule.Source.MaximumCharge is not null && (total + amount).CompareTo(piece.Rule.Maximum) > 0)
            {
                amount = Limited(priced, i, piece.Rule.Maximum - total, fee);
            }
            piece.Amount = Rounded(priced, amount);
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
        priced.MoneyFrom = piece.MoneyFrom;
        if (piece.Rule.Model is PerUnitModel)
        {
            piece.Rate = priced.Plan.Tariffs[piece.Tariff].Rate(priced.Plan.Rounding.Decimals);
        }
        var from = Math.Max(piece.MoneyFrom, Math.Min(piece.To, piece.Rule.Source.FreeUnits));
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
    private static Exact Limited(PricedEvent priced, int index, in Exact left, in Exact fee)
    {
        ref var piece = ref priced.Pieces[index];
        var rest = left.IsPositive ? left : default;
        priced.Notes |= UsageNotes.MaximumReached;
        if (piece.Rule.Source.AtMaximum != AtMaximum.Disconnect)
        {
            return rest;
        }
        priced.Notes |= UsageNotes.Disconnect;
        var rate = RateOf(priced, piece);
        if (!rate.IsPositive)
        {
            return rest;
        }
        // The largest number of whole blocks that the rest of the maximum pays for.
        var from = Math.Max(piece.MoneyFrom, Math.Min(piece.To, piece.Rule.Source.FreeUnits));
        var affordable = from + Math.Min((left - fee).WholeTimes(rate), piece.To - from);
        var whole = affordable < piece.Origin ? piece.From
            : piece.Origin + (affordable - piece.Origin) / piece.Block * piece.Block;
        var end = Math.Clamp(whole, piece.MoneyFrom, piece.To);
        priced.CutAt(index, end);
        // A connect fee alone may be more than the maximum.
        var amount = fee + rate * Math.Max(0, end - from);
        return amount.CompareTo(rest) > 0 ? rest : amount;
    }

    /// <summary>Price of one unit of a model that has one, else 0.</summary>
    private static Exact RateOf(PricedEvent priced, in Piece piece) => piece.Rule.Model switch
    {
        PerUnitModel => piece.Rate,
        AgeStepsModel steps => steps.Price(priced, piece, 0, 1),
        _ => default,
    };

    private static Exact WithLeast(PricedEvent priced, in Exact total)
    {
        ref readonly var rule = ref priced.Pieces[0].Rule;
        var due = priced.Paid > 0 || (priced.Charged == 0 && priced.FeeWithoutUse);
        if (!due || rule.Source.MinimumCharge == 0 || total.CompareTo(default) < 0 || total.CompareTo(rule.Minimum) >= 0)
        {
            return total;
        }
        ref var last = ref priced.Pieces[^1];
        last.Amount += rule.Minimum - total;
        return rule.Minimum;
    }

    /// <summary>A part's amount, rounded here when the plan rounds parts.</summary>
    private static Exact Rounded(PricedEvent priced, in Exact amount) =>
        priced.Plan.Source.RoundAt == RoundingPoint.Part
            ? new Exact(Fractions.Divide(amount.Numerator, amount.Divisor, priced.Plan.Rounding.Mode), 1)
            : amount;
}
