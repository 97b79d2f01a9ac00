namespace Tollgate.Rating;

/// <summary>The shares of the event's price keys, which add up to the event.</summary>
internal static class Parting
{
    internal static void Add(PricedEvent priced, long amount, long fromMoney, List<RatedPart> parts)
    {
        var pieces = priced.Pieces;
        if (pieces.Length == 1)
        {
            parts.Add(new RatedPart(
                pieces[0].PriceKey, priced.Used, priced.Charged, priced.FromAllowances, amount, fromMoney));
            return;
        }
        var split = new Split(priced, amount);
        var (shared, used, money) = (0L, 0L, fromMoney);
        for (var i = 0; i < pieces.Length; i++)
        {
            ref readonly var piece = ref pieces[i];
            var last = i == pieces.Length - 1;
            var own = last ? amount - shared : split.Of(i);
            var usedTo = last ? priced.Used : piece.UsedTo;
            var drawn = last ? money : own > 0 ? Math.Min(own, Math.Max(0, money)) : Math.Max(own, Math.Min(0, money));
            Merge(parts, new RatedPart(
                piece.PriceKey, usedTo - used, piece.To - piece.From, piece.Covered, own, drawn));
            (shared, used, money) = (shared + own, usedTo, money - drawn);
        }
    }

    /// <summary>What of the event's amount is each part's own. Parts of one sign share it in proportion, so that discounts, caps and
    /// rounding fall on all of them; where some are negative, each keeps its own price and the largest bears the rest.</summary>
    private ref struct Split
    {
        private readonly PricedEvent priced;
        private readonly long amount;
        private readonly Exact total;
        private readonly bool mixed;
        private readonly int largest;
        private readonly long largestShare;
        private Exact sum;
        private long shared;

        internal Split(PricedEvent priced, long amount)
        {
            (this.priced, this.amount) = (priced, amount);
            var pieces = priced.Pieces;
            var (positive, negative) = (false, false);
            for (var i = 0; i < pieces.Length; i++)
            {
                ref readonly var own = ref pieces[i].Amount;
                total += own;
                positive |= own.IsPositive;
                negative |= own.Numerator < 0;
                largest = Size(own).CompareTo(Size(pieces[largest].Amount)) > 0 ? i : largest;
            }
            mixed = positive && negative;
            largestShare = amount;
            for (var i = 0; mixed && i < pieces.Length; i++)
            {
                largestShare -= i == largest ? 0 : Stored(i);
            }
        }

        /// <summary>Call for each part in turn.</summary>
        internal long Of(int part)
        {
            if (mixed)
            {
                return part == largest ? largestShare : Stored(part);
            }
            sum += priced.Pieces[part].Amount;
            var upTo = UpTo();
            var own = upTo - shared;
            shared = upTo;
            return own;
        }

        /// <summary>amount × sum of the parts so far ÷ sum of all, towards zero; 0 when the amount has another sign.</summary>
        private readonly long UpTo()
        {
            if (total.IsZero || amount == 0 || total.IsPositive != amount > 0)
            {
                return 0;
            }
            var size = Math.Abs(amount);
            var (one, all) = (Int128.Abs(sum.Numerator) * total.Divisor, Int128.Abs(total.Numerator) * sum.Divisor);
            while (all > long.MaxValue)
            {
                (one, all) = (one >> 1, all >> 1);
            }
            return Math.Sign(amount) * (long)Int128.Clamp(one * size / all, 0, size);
        }

        private readonly long Stored(int part) =>
            priced.Plan.Rounding.TryStore(priced.Pieces[part].Amount, out var stored) ? stored : 0;

        private static Exact Size(in Exact amount) => amount.Numerator < 0 ? new Exact(-amount.Numerator, amount.Divisor) : amount;
    }

    private static void Merge(List<RatedPart> parts, RatedPart part)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].PriceKey == part.PriceKey)
            {
                var same = parts[i];
                parts[i] = new RatedPart(
                    part.PriceKey, same.Used + part.Used, same.Charged + part.Charged, same.FromAllowances + part.FromAllowances,
                    same.Amount + part.Amount, same.FromMoney + part.FromMoney);
                return;
            }
        }
        parts.Add(part);
    }
}
