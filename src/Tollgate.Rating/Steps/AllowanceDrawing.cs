using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>
/// Step 6: allowances of units pay from the front of a piece, in the order of the pockets. What they leave is money's, unless
/// one that is used up says otherwise.
/// </summary>
internal static class AllowanceDrawing
{
    /// <summary>Draws for one piece and notes in it where money begins.</summary>
    /// <param name="index">Index of the piece.</param>
    internal static void Draw(PricedEvent priced, int index, ref PocketBook book)
    {
        var offer = priced.Offer!;
        ref var piece = ref priced.Pieces[index];
        piece.MoneyFrom = piece.From;
        // What is free takes nothing from an allowance.
        var begin = piece.Rule.Model is FreeModel ? piece.To : piece.FirstPriced(piece.From);
        if (begin == piece.To)
        {
            return;
        }
        var at = priced.WholePayer >= 0 ? piece.To : begin;
        var overrun = false;
        for (var place = 0; place < book.Units && at < piece.To; place++)
        {
            var pocket = book[place];
            var cover = offer.Covers[book.Pockets[pocket].Allowance];
            if (!cover.Covers(priced, piece.Band))
            {
                continue;
            }
            var own = OwnSteps(priced, cover, piece);
            var rest = own is null ? piece.To - at : own.Value.Apply(priced.Used) - at;
            if (rest <= 0)
            {
                continue;
            }
            var paid = cover.Simple
                ? One(cover, piece, pocket, rest, ref book)
                : Converted(priced, cover, piece, pocket, rest, ref book);
            if (paid > 0 && index == 0 && at == begin)
            {
                priced.FirstPayer = pocket;
            }
            if (cover.Source.Price is not null)
            {
                piece.Own += cover.OwnPrice(paid, priced.Plan.Rounding.Decimals);
            }
            at += paid;
            if (own is not null && paid > 0)
            {
                Recount(priced, ref piece, at);
            }
            if (at < piece.To && cover.Source.Overage != Overage.Price && IsLast(place, book.Units, book))
            {
                (overrun, piece.Covered) = (true, at - begin);
                at = Overrun(priced, cover.Source.Overage, index, at);
            }
        }
        if (!overrun)
        {
            piece.Covered = at - begin;
        }
        // An overrun may have cut the event.
        piece.MoneyFrom = overrun || at > begin ? at : piece.From;
        priced.FromAllowances += piece.Covered;
        priced.Unpaid += at - begin;
    }

    /// <summary>The steps of an allowance that counts by its own; null: it counts by the price's, as it must where prices
    /// change within the event.</summary>
    private static Increments? OwnSteps(PricedEvent priced, AllowanceCover cover, in Piece piece) =>
        cover.Source.Increments is { } own && priced.Count == 1 && piece.To >= priced.Used && piece.Rule.Model is PerUnitModel
            ? own : null;

    /// <summary>An allowance with steps of its own has paid up to an offset: the price counts what is left of the use from
    /// there.</summary>
    private static void Recount(PricedEvent priced, ref Piece piece, long at)
    {
        var increments = priced.Plan.Tariffs[piece.Tariff].Increments;
        var steps = at < increments.First ? increments : increments with { First = 0 };
        piece.Origin = at + steps.First;
        piece.To = at + steps.Apply(priced.Used - at);
        piece.UsedTo = Math.Min(piece.To, priced.Used);
        priced.Charged = piece.To;
    }

    private static long One(AllowanceCover cover, in Piece piece, int pocket, long rest, ref PocketBook book)
    {
        var balance = book.Pockets[pocket].Balance;
        if (balance <= 0 || !cover.TryRate(null!, piece.Rule.Source.Basis, out _, out _))
        {
            return 0;
        }
        var taken = Math.Min(rest, balance);
        book.Take(pocket, taken);
        return taken;
    }

    /// <summary>Pays by the allowance's own measure and within the member's limit; returns usage paid.</summary>
    private static long Converted(
        PricedEvent priced, AllowanceCover cover, in Piece piece, int pocket, long rest, ref PocketBook book)
    {
        if (!cover.TryRate(priced, piece.Rule.Source.Basis, out var steps, out var per))
        {
            return 0;
        }
        var member = MemberOf(cover, book);
        var left = Left(cover, pocket, member, book);
        if (per == 0)
        {
            if (left < steps || left <= 0)
            {
                return 0;
            }
            priced.WholePayer = pocket;
            Take(pocket, member, steps, ref book);
            return rest;
        }
        if (left <= 0)
        {
            return 0;
        }
        var most = steps == 0 ? rest : (long)Int128.Min(rest, (Int128)left * per / steps);
        var taken = (long)(((Int128)most * steps + per - 1) / per);
        Take(pocket, member, taken, ref book);
        return most;
    }

    /// <summary>The pocket that counts what the member takes of a shared allowance, or -1.</summary>
    internal static int MemberOf(AllowanceCover cover, in PocketBook book) =>
        cover.MemberCounter < 0 ? -1 : CounterOf(cover.MemberCounter, book);

    /// <summary>What the member may still take of a pocket; may be negative.</summary>
    internal static long Left(AllowanceCover cover, int pocket, int member, in PocketBook book)
    {
        var left = book.Pockets[pocket].Balance;
        return member < 0 ? left : Math.Min(left, cover.Source.MemberLimit!.Value - book.Pockets[member].Balance);
    }

    /// <summary>Takes of a pocket and counts it for the member.</summary>
    internal static void Take(int pocket, int member, long taken, ref PocketBook book)
    {
        book.Take(pocket, taken);
        if (member >= 0)
        {
            book.Take(member, -taken);
        }
    }

    private static int CounterOf(int counter, in PocketBook book)
    {
        for (var place = book.MoneyEnd; place < book.CountersEnd; place++)
        {
            if (book.Pockets[book[place]].Allowance == counter)
            {
                return book[place];
            }
        }
        return -1;
    }

    /// <summary>True when no later pocket of the same allowance, up to a place, has anything.</summary>
    internal static bool IsLast(int place, int end, in PocketBook book)
    {
        var allowance = book.Pockets[book[place]].Allowance;
        for (var later = place + 1; later < end; later++)
        {
            ref readonly var pocket = ref book.Pockets[book[later]];
            if (pocket.Kind == PocketKind.Allowance && pocket.Allowance == allowance && pocket.Balance > 0)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>What happens from an offset on, when a pocket that says so is used up; returns up to where allowances
    /// pay.</summary>
    private static long Overrun(PricedEvent priced, Overage overage, int index, long at)
    {
        if (overage == Overage.Throttle)
        {
            priced.Notes |= UsageNotes.Throttle;
            priced.SlowedFrom = priced.SlowedFrom < 0 ? at : priced.SlowedFrom;
            return priced.Pieces[index].To;
        }
        if (overage == Overage.Redirect)
        {
            priced.Notes |= UsageNotes.Redirect;
        }
        if (at == 0)
        {
            priced.Refusal = HoldReason.AllowanceExhausted;
            return at;
        }
        priced.CutAt(index, at);
        priced.Notes |= UsageNotes.Disconnect;
        return at;
    }
}
