using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>Makes lines of rated usage: one per subscription, key and period of use.</summary>
internal static class UsageBilling
{
    internal static void Collect(BillWork work, List<BillLine> into, ref long settledMinor, ref long settledSteps)
    {
        var currency = work.Input.Account.Currency;
        var (of, period) = (default(LocalDate), default(BillPeriod));
        foreach (var group in Summed(work.Input.Usage))
        {
            if (of != group.EventPeriod)
            {
                (of, period) = (group.EventPeriod, Period(work, group.EventPeriod));
            }
            if (!work.SameCurrency(group.Key.Currency, group.Key.Label) || work.Rate(group.Key.Tax,
                period.LastDay) is not { } rate)
            {
                continue;
            }
            var amount = currency.MinorFromStorage(group.Amount, work.Input.Policy.LineRounding);
            if (group.Events == 0 && amount == 0)
            {
                continue; // charged and reversed
            }
            var (quantity, unit) = Readable(group.Charged, group.Key);
            into.Add(new BillLine
            {
                Kind = BillLineKind.Usage,
                Subscription = group.Subscription,
                Code = group.Key.Code,
                UsageKeyId = group.Key.Id,
                Description = group.Key.Label,
                Period = period,
                Quantity = quantity,
                UnitText = unit,
                AmountMinor = amount,
                TaxIncluded = group.Key.TaxIncluded,
                TaxCode = group.Key.Tax,
                TaxPercent = rate.Percent,
                TaxSet = rate.Set,
                LevyLines = 1,
                RevenueAccount = group.Key.RevenueAccount,
                Explanation = group.Rerated is { } again ? Explain(again, currency, work.Input.Policy) : Explain(group, unit),
                Events = group.Events,
                BaseUnits = group.Charged,
                FreeBaseUnits = group.FromAllowances,
            });
            if (group.FromMoney == 0)
            {
                continue;
            }
            settledSteps += group.FromMoney;
            // A line that prepaid money paid whole is settled whole, so that rounding never leaves a cent to pay.
            settledMinor += group.FromMoney == group.Amount
                ? amount
                : currency.MinorFromStorage(group.FromMoney, work.Input.Policy.LineRounding);
        }
    }

    /// <summary>A quantity in the unit people read, rounded for print.</summary>
    internal static (decimal Quantity, string Unit) Readable(long baseUnits, UsageKey key) => key.Basis switch
    {
        PriceBasis.Duration => (Round(Units.Minute, baseUnits), "min"),
        PriceBasis.Volume when Math.Abs(baseUnits) >= Units.Gigabyte.StoragePerUnit => (Round(Units.Gigabyte, baseUnits), "GB"),
        PriceBasis.Volume => (Round(Units.Megabyte, baseUnits), "MB"),
        PriceBasis.Events => (baseUnits, EventUnit(key.Service)),
        _ => throw new ArgumentOutOfRangeException(nameof(key)),
    };

    private static string EventUnit(ServiceKind service) => service switch
    {
        ServiceKind.Sms => "SMS",
        ServiceKind.Mms => "MMS",
        ServiceKind.Voice => "calls",
        ServiceKind.Data => "sessions",
        ServiceKind.Content => "items",
        _ => throw new ArgumentOutOfRangeException(nameof(service)),
    };

    private static LineExplanation Explain(UsageLine usage, string unit)
    {
        if (usage.FromAllowances == 0)
        {
            return LineExplanation.None;
        }
        var free = usage.Key.Basis switch
        {
            PriceBasis.Duration => Round(Units.Minute, usage.FromAllowances),
            PriceBasis.Volume => Round(unit == "GB" ? Units.Gigabyte : Units.Megabyte, usage.FromAllowances),
            PriceBasis.Events => usage.FromAllowances,
            _ => throw new ArgumentOutOfRangeException(nameof(usage)),
        };
        return usage.FromAllowances == usage.Charged
            ? LineExplanation.Of(ExplanationKind.AllFree)
            : LineExplanation.Of(ExplanationKind.Free, free, unit);
    }

    private static LineExplanation Explain(ReratedUsage again, Unit currency, BillingPolicy policy) => LineExplanation.Of(
        ExplanationKind.Rerated, Money.FromStorage(again.Old, currency).RoundToMinor(policy.LineRounding).Amount,
        Money.FromStorage(again.New, currency).RoundToMinor(policy.LineRounding).Amount);

    private static decimal Round(Unit unit, long baseUnits) =>
        unit.FromMinor(unit.MinorFromStorage(baseUnits, RoundingMode.HalfUp));

    private static BillPeriod Period(BillWork work, LocalDate eventPeriod)
    {
        var whole = work.Input.Account.PeriodOn(eventPeriod);
        var opened = work.Input.Account.OpenedOn;
        var from = opened > whole.From && opened < whole.To ? opened : whole.From;
        var to = work.Input.UsageOnly && from < work.BillDate ? LocalDate.Min(whole.To, work.BillDate) : whole.To;
        return new BillPeriod(from, to);
    }

    /// <summary>One line for each subscription, key and period of use, in the order in which each is met first.</summary>
    private static ImmutableArray<UsageLine> Summed(ImmutableArray<UsageLine> usage)
    {
        if (Ascending(usage))
        {
            return usage; // as the store reads it
        }
        var places = new Dictionary<(SubscriptionId, int, LocalDate), int>(usage.Length);
        var sums = ImmutableArray.CreateBuilder<UsageLine>(usage.Length);
        foreach (var line in usage)
        {
            var key = (line.Subscription, line.Key.Id, line.EventPeriod);
            if (places.TryGetValue(key, out var place))
            {
                sums[place] = Sum(sums[place], line);
                continue;
            }
            places.Add(key, sums.Count);
            sums.Add(line);
        }
        return sums.DrainToImmutable();
    }

    private static bool Ascending(ImmutableArray<UsageLine> usage)
    {
        for (var i = 1; i < usage.Length; i++)
        {
            var (a, b) = (usage[i - 1], usage[i]);
            var order = a.Subscription.Value.CompareTo(b.Subscription.Value);
            order = order != 0 ? order : a.Key.Id.CompareTo(b.Key.Id);
            if ((order != 0 ? order : a.EventPeriod.CompareTo(b.EventPeriod)) >= 0)
            {
                return false;
            }
        }
        return true;
    }

    private static UsageLine Sum(UsageLine sum, UsageLine line) => sum with
    {
        Events = sum.Events + line.Events,
        Used = sum.Used + line.Used,
        Charged = sum.Charged + line.Charged,
        FromAllowances = sum.FromAllowances + line.FromAllowances,
        Amount = sum.Amount + line.Amount,
        FromMoney = sum.FromMoney + line.FromMoney,
        Rerated = sum.Rerated is { } first && line.Rerated is { } second ? first + second : sum.Rerated ?? line.Rerated,
    };
}
