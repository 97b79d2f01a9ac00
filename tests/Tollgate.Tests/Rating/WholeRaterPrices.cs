using System.Numerics;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Tests.Rating;

/// <summary>Allowances, prices, discounts, caps and money.</summary>
internal sealed partial class WholeRater
{
    private Fraction Price()
    {
        var total = new Fraction(0);
        for (var i = 0; i < parts.Count && refusal is null; i++)
        {
            var part = parts[i];
            Draw(i);
            if (refusal is not null)
            {
                break;
            }
            var from = part.AfterFree(part.MoneyFrom);
            var amount = part.MoneyFrom < part.To && from < part.To ? PriceOf(part, from, part.To) : new Fraction(0);
            if (refusal is not null)
            {
                break;
            }
            var fee = Fee(i);
            amount += fee + part.Own;
            if (part.Rule.MaximumCharge is { } most && total + amount > new Fraction(most))
            {
                amount = AtMost(i, from, new Fraction(most) - total, fee + part.Own);
            }
            var rounding = RoundingOf(part.Rule);
            amount = plan.RoundAt == RoundingPoint.Part ? amount.Rounded(rounding.Decimals, rounding.Mode) : amount;
            paid += part.To - part.MoneyFrom;
            total += amount;
        }
        var least = new Fraction(parts[0].Rule.MinimumCharge);
        return paid > 0 && parts[0].Rule.MinimumCharge != 0 && total >= new Fraction(0) && total < least ? least : total;
    }

    /// <summary>Allowances pay from the front of a part.</summary>
    private void Draw(int index)
    {
        var part = parts[index];
        var begin = part.AfterFree(part.From);
        var at = wholePaid ? part.To : begin;
        part.MoneyFrom = part.From;
        if (part.Rule.Model is FreePrice || begin == part.To)
        {
            return;
        }
        long? usedUpAt = null;
        foreach (var i in units)
        {
            var allowance = Of(pockets[i]);
            if (at >= part.To || (!allowance.Bands.IsEmpty && !allowance.Bands.Contains(part.Band)) || !Holds(allowance.When))
            {
                continue;
            }
            var own = parts.Count == 1 && part.To >= record.DurationMs && part.Rule.Model is PerUnitPrice
                ? allowance.Increments : null;
            var rest = own is null ? part.To - at : Steps(own.Value, 0).First(end => end >= record.DurationMs) - at;
            if (rest <= 0)
            {
                continue;
            }
            var payable = Payable(i, allowance, rest);
            firstPayer = payable > 0 && index == 0 && at == begin ? i : firstPayer;
            part.Own += new Fraction(allowance.Price?.PerUnit ?? 0) * payable / 60_000;
            at += payable;
            if (own is not null && payable > 0)
            {
                part.Ends.Clear();
                part.To = at;
                foreach (var end in Steps(part.Rule.Increments, at).TakeWhile(_ => part.To < record.DurationMs))
                {
                    part.Ends.Add(end);
                    part.To = end;
                }
            }
            usedUpAt = at < part.To && allowance.Overage != Overage.Price ? at : usedUpAt;
            if (at < part.To && allowance.Overage == Overage.Throttle)
            {
                at = part.To;
            }
            else if (at < part.To && allowance.Overage is Overage.Block or Overage.Redirect)
            {
                if (at == 0)
                {
                    refusal = HoldReason.AllowanceExhausted;
                    return;
                }
                EndAt(index, at);
            }
        }
        part.Covered = (usedUpAt ?? at) - begin;
        part.MoneyFrom = at > begin || usedUpAt is not null ? at : part.From;
        unpaid += at - begin;
    }

    /// <summary>Where steps from an offset on end; a first one only before its own end.</summary>
    private static IEnumerable<long> Steps(Increments increments, long from)
    {
        var at = from + (from < increments.First ? increments.First : increments.Next);
        for (; ; at += increments.Next)
        {
            yield return at;
        }
    }

    /// <summary>How much of the usage a pocket pays, after it has paid.</summary>
    private long Payable(int pocket, Allowance allowance, long rest)
    {
        // All prices here are per time.
        var rate = allowance.Takes.FirstOrDefault(one => one.Per == 0 || one.Basis == PriceBasis.Duration
            || (one.Basis is null && allowance.Unit.Kind == UnitKind.Duration));
        if (rate is null && allowance.Unit.Kind != UnitKind.Duration)
        {
            return 0;
        }
        var (steps, per) = rate is null ? (1L, 1L) : (rate.Steps, rate.Per);
        var left = LeftFor(pocket, allowance, out var member);
        if (left <= 0 || (per == 0 && left < steps))
        {
            return 0;
        }
        wholePaid |= per == 0;
        var usage = per == 0 || steps == 0 ? rest : (long)BigInteger.Min(rest, (BigInteger)left * per / steps);
        var taken = per == 0 ? steps : (long)(((BigInteger)usage * steps + per - 1) / per);
        pockets[pocket].Balance -= taken;
        if (allowance.MemberLimit is not null)
        {
            pockets[member].Balance += taken;
        }
        return usage;
    }

    /// <summary>What the subscription may still take of a pocket, and the counter of that, if there is one.</summary>
    private long LeftFor(int pocket, Allowance allowance, out int member)
    {
        member = Array.FindIndex(pockets, one => one.Kind == PocketKind.Counter
            && counters[one.Allowance].Code == $"{allowance.Code}/member");
        var left = pockets[pocket].Balance;
        return allowance.MemberLimit is { } limit ? Math.Min(left, limit - pockets[member].Balance) : left;
    }

    /// <summary>The event ends within a part.</summary>
    private void EndAt(int index, long at)
    {
        parts[index].To = at;
        parts.RemoveRange(index + 1, parts.Count - index - 1);
    }

    private Fraction PriceOf(Part part, long from, long to)
    {
        var rule = part.Rule;
        switch (rule.Model)
        {
            case PerUnitPrice:
                return new Fraction(rule.PerUnit) * (to - from) / 60_000;
            case AgeStepsPrice:
                return new Fraction(part.Step!.Value.PerUnit) * (to - from) / 60_000;
            case FlatPrice flat:
                return new Fraction(flat.Amount);
            case FreePrice:
                return new Fraction(0);
            case PackagePrice package:
                var begun = Before(part, package.Counter, from);
                return new Fraction(package.Amount) * (Up(begun + to - from, package.Size) - Up(begun, package.Size));
            case TieredPrice tiered:
                var before = Before(part, tiered.Counter, from);
                return Total(tiered, before + to - from) - Total(tiered, before);
            case ExternalPrice external:
                if (record.Attributes["price"] is null)
                {
                    refusal = HoldReason.MissingPrice;
                    return default;
                }
                return new Fraction(PriceSteps() / 100_000_000m) * new Fraction(1 + external.Percent / 100)
                    + new Fraction(external.Plus);
            case PercentagePrice percentage:
                if (record.Attributes["price"] is null)
                {
                    refusal = HoldReason.MissingPrice;
                    return default;
                }
                return Percentages(percentage, PriceSteps() / 100_000_000m);
            case FormulaPrice:
                var quantity = (to - from) / 60_000m;
                return new Fraction(decimal.Round(quantity * 0.01m + (BandAt(0) == "peak" ? 1 : 0), 12, MidpointRounding.ToEven));
            default:
                throw new InvalidOperationException($"Unknown model {rule.Model}.");
        }
    }

    /// <summary>Cent by cent would be plainer still; tier by tier of what came before and what comes now.</summary>
    private Fraction Percentages(PercentagePrice percentage, decimal price)
    {
        var before = percentage.Counter is null ? 0m : pockets.Single(one => one.Kind == PocketKind.Counter
            && counters[one.Allowance].Code == counted + percentage.Counter).Balance / 100_000_000m;
        return PercentagesOfAll(percentage, before + price) - PercentagesOfAll(percentage, before);
    }

    /// <summary>Below zero the first percentage goes on.</summary>
    private static Fraction PercentagesOfAll(PercentagePrice percentage, decimal total)
    {
        if (total < 0)
        {
            return new Fraction(total) * new Fraction(percentage.Tiers[0].Percent / 100);
        }
        var (sum, at) = (new Fraction(0), 0m);
        foreach (var tier in percentage.Tiers.TakeWhile(_ => at < total))
        {
            var until = Math.Min(total, tier.UpTo ?? decimal.MaxValue);
            sum += new Fraction(until - at) * new Fraction(tier.Percent / 100);
            at = until;
        }
        return sum;
    }

    private static long Up(long quantity, long size) => (quantity + size - 1) / size;

    /// <summary>What the counter stands at before a unit of this event; a leg's counters are its own.</summary>
    private long Before(Part part, string? code, long from)
    {
        if (code is null)
        {
            return 0;
        }
        var pocket = pockets.Single(one => one.Kind == PocketKind.Counter && counters[one.Allowance].Code == counted + code);
        return pocket.Balance + from - (counters[pocket.Allowance].Of == CounterOf.Charged ? 0 : unpaid);
    }

    private static Fraction Total(TieredPrice price, long quantity)
    {
        if (quantity <= 0)
        {
            return new Fraction(0);
        }
        var reached = price.Tiers.First(tier => quantity <= (tier.UpTo ?? long.MaxValue));
        if (price.Rule != TierRule.Graduated)
        {
            return new Fraction(reached.Flat)
                + (price.Rule == TierRule.StairStep ? new Fraction(0) : new Fraction(reached.PerUnit) * quantity / 60_000);
        }
        var (sum, start) = (new Fraction(0), 0L);
        foreach (var tier in price.Tiers.TakeWhile(tier => start < quantity))
        {
            var end = Math.Min(quantity, tier.UpTo ?? long.MaxValue);
            sum += new Fraction(tier.Flat) + new Fraction(tier.PerUnit) * (end - start) / 60_000;
            start = end;
        }
        return sum;
    }

    private Fraction Fee(int index)
    {
        var (first, part) = (parts[0], parts[index]);
        var fee = new Fraction(first.Rule.ConnectFee);
        if (parts[^1].To == 0)
        {
            return feeWithoutUse ? fee : new Fraction(0);
        }
        if (plan.ConnectFee == ConnectFeeRule.AnyMoney)
        {
            return paid == 0 && part.MoneyFrom < part.To ? fee : new Fraction(0);
        }
        return index > 0 ? new Fraction(0)
            : firstPayer >= 0 ? new Fraction(Of(pockets[firstPayer]).ConnectFee)
            : part.MoneyFrom == part.From ? fee : new Fraction(0);
    }

    /// <summary>What the maximum leaves; a call that is to end there has as many whole blocks as are paid for.</summary>
    private Fraction AtMost(int index, long from, Fraction left, Fraction fee)
    {
        var part = parts[index];
        var rest = left > new Fraction(0) ? left : new Fraction(0);
        var grows = part.Rule.Model switch
        {
            PerUnitPrice => part.Rule.PerUnit > 0,
            AgeStepsPrice => part.Step!.Value.PerUnit > 0,
            var other => other.Grows,
        };
        if (part.Rule.AtMaximum != AtMaximum.Disconnect || !grows || from >= part.To)
        {
            return rest;
        }
        Fraction CostOf(long end) => PriceOf(part, from, end);
        var end = part.Ends.Prepend(part.From).Where(one => one <= from || CostOf(one) <= left - fee).Max();
        end = Math.Clamp(end, part.MoneyFrom, part.To);
        EndAt(index, end);
        var amount = fee + (end > from ? CostOf(end) : new Fraction(0));
        return amount > rest ? rest : amount;
    }

    private Fraction Discounted(Fraction amount)
    {
        foreach (var discount in offer.UsageDiscounts.Where(discount => Holds(discount.When)))
        {
            if (amount <= new Fraction(0))
            {
                break;
            }
            amount = amount * new Fraction(1 - discount.Percent / 100) - new Fraction(discount.Amount);
            amount = amount > new Fraction(0) ? amount : new Fraction(0);
            if (discount.Exclusive)
            {
                break;
            }
        }
        return amount;
    }

    private Rounding RoundingOf(UsagePrice rule) => rule.Rounding ?? plan.Rounding with
    {
        Decimals = plan.RoundAt == RoundingPoint.Total ? 8 : plan.Rounding.Decimals,
    };

    private long Stored(Fraction amount) => (long)(amount.Rounded(
        RoundingOf(parts[0].Rule).Decimals, RoundingOf(parts[0].Rule).Mode) * 100_000_000).Whole;

    private long Capped(long amount)
    {
        foreach (var cap in offer.SpendingCaps)
        {
            var spent = pockets.Single(one => one.Kind == PocketKind.Counter && counters[one.Allowance].Code == "spend").Balance;
            var left = Math.Max(0, cap.Limit - spent);
            if (amount > left && left == 0 && cap.Then == AtCap.Block)
            {
                refusal = HoldReason.SpendingCapReached;
            }
            amount = Math.Min(amount, left);
        }
        return amount;
    }

    private long Money(ref long amount)
    {
        var cash = Order(pocket => pocket.Kind == PocketKind.Money);
        if (amount <= 0)
        {
            pockets[cash[0]].Balance -= offer.Payment == PaymentModel.Prepaid ? amount : 0;
            return offer.Payment == PaymentModel.Prepaid ? amount : 0;
        }
        var credit = Order(pocket => pocket.Kind == PocketKind.Allowance && Of(pocket).Unit.Kind == UnitKind.Currency
                && Of(pocket).Takes.IsEmpty)
            .Where(i => (Of(pockets[i]).Bands.IsEmpty || Of(pockets[i]).Bands.Contains(BandAt(0))) && Holds(Of(pockets[i]).When));
        var left = amount;
        foreach (var i in credit)
        {
            var allowance = Of(pockets[i]);
            var taken = Math.Min(left, Math.Max(0, LeftFor(i, allowance, out var member)));
            pockets[i].Balance -= taken;
            pockets[member < 0 ? i : member].Balance += member < 0 ? 0 : taken;
            left -= taken;
            if (left > 0 && allowance.Overage != Overage.Price)
            {
                refusal = allowance.Overage != Overage.Throttle && left == amount && parts.All(part => part.Covered == 0)
                    ? HoldReason.AllowanceExhausted : null;
                (amount, left) = (amount - left, 0);
            }
        }
        foreach (var i in offer.Payment == PaymentModel.Postpaid ? [] : cash)
        {
            var taken = Math.Min(left, Math.Max(0, pockets[i].Balance));
            pockets[i].Balance -= taken;
            left -= taken;
        }
        if (offer.Payment == PaymentModel.Prepaid)
        {
            pockets[cash[^1]].Balance -= left;
            left = 0;
        }
        return amount - left;
    }
}
