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
        var total = default(Exact);
        foreach (ref readonly var piece in pieces)
        {
            total += piece.Amount;
        }
        var (sum, shared, used, money) = (default(Exact), 0L, 0L, fromMoney);
        for (var i = 0; i < pieces.Length; i++)
        {
            ref readonly var piece = ref pieces[i];
            sum += piece.Amount;
            var upTo = i == pieces.Length - 1 ? amount : Share(amount, sum, total);
            var usedTo = i == pieces.Length - 1 ? priced.Used : piece.UsedTo;
            var own = upTo - shared;
            var drawn = own > 0 ? Math.Min(own, Math.Max(0, money)) : 0;
            drawn = i == pieces.Length - 1 ? money : drawn;
            Merge(parts, new RatedPart(
                piece.PriceKey, usedTo - used, piece.To - piece.From, piece.Covered, own, drawn));
            (shared, used, money) = (upTo, usedTo, money - drawn);
        }
    }

    /// <summary>amount × part ÷ total, rounded down.</summary>
    private static long Share(long amount, in Exact part, in Exact total)
    {
        if (!total.IsPositive || amount <= 0)
        {
            return 0;
        }
        var (one, all) = (part.Numerator * total.Divisor, total.Numerator * part.Divisor);
        while (all > long.MaxValue)
        {
            (one, all) = (one >> 1, all >> 1);
        }
        return (long)Int128.Clamp(one * amount / all, 0, amount);
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
