using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>Something that discounts, commitments and caps look at: an item, or the usage of one plan and period.</summary>
/// <param name="Kind">Recurring, one-time or usage.</param>
/// <param name="Code">Price code, or rate plan code.</param>
/// <param name="Offer">Empty for usage.</param>
/// <param name="On">Day on which what it pays for begins.</param>
/// <param name="Bill">Boundary on whose bill it is.</param>
/// <param name="Days">As printed.</param>
/// <param name="Every">Length of its periods; null: it comes once.</param>
/// <param name="Basis">Its whole period.</param>
/// <param name="Terms">Tax and revenue account.</param>
/// <param name="Share">Part of the whole price that it is, 1 for the whole.</param>
internal sealed record Charge(
    SubscriptionId Subscription, ChargeKinds Kind, string Code, string Offer, LocalDate On, LocalDate Bill, BillPeriod Days,
    BillInterval? Every, BillPeriod Basis, ChargeTerms Terms, decimal Share)
{
    /// <summary>What is left after the reductions so far, in minor units.</summary>
    internal long Left { get; set; }

    /// <summary>What a reduction must keep apart.</summary>
    internal (string Tax, bool TaxIncluded, string RevenueAccount) Slot => (Terms.Tax, Terms.TaxIncluded, Terms.RevenueAccount);
}

/// <summary>Makes charges of items and of usage, billed before and now.</summary>
internal static class Charges
{
    internal static List<Charge> Of(BillWork work, List<DueItem> items)
    {
        var charges = new List<Charge>(items.Count);
        foreach (var item in items)
        {
            if (Kind(item.Key.Kind) is { } kind)
            {
                charges.Add(Of(work, item, kind));
            }
        }
        var policy = work.Input.Policy.LineRounding;
        var now = work.Input.Usage.Select(line => (
            line.Subscription, line.EventPeriod, Plan: Plan(line.Key.Code), line.Key.Tax, line.Key.TaxIncluded,
            line.Key.RevenueAccount, line.Key.Id,
            Minor: work.Input.Account.Currency.MinorFromStorage(line.Amount, policy)));
        var before = work.Input.UsageBilled.Select(line => (
            line.Subscription, line.EventPeriod, line.Plan, line.Tax, line.TaxIncluded, line.RevenueAccount, Id: 0,
            Minor: line.AmountMinor));
        foreach (var group in before.Concat(now).GroupBy(line => (
                     line.Subscription, Period: work.Input.Account.PeriodOn(line.EventPeriod), line.Plan, line.Tax,
                     line.TaxIncluded, line.RevenueAccount)))
        {
            var (subscription, period, plan, tax, included, revenue) = group.Key;
            if (period.From < work.WindowHorizon)
            {
                continue;
            }
            charges.Add(new Charge(
                subscription, ChargeKinds.Usage, plan, "", period.From, period.To, period, null, period,
                new ChargeTerms("", tax, included, revenue), 1m)
            {
                Left = group.Sum(line => line.Minor),
            });
        }
        return charges;
    }

    /// <summary>Rate plan of a usage key's code <c>plan/zone/band</c>.</summary>
    internal static string Plan(string code) => code.Split('/', 2)[0];

    private static ChargeKinds? Kind(BillLineKind kind) => kind switch
    {
        BillLineKind.Recurring => ChargeKinds.Recurring,
        BillLineKind.OneTime or BillLineKind.Instalment => ChargeKinds.OneTime,
        _ => null,
    };

    private static Charge Of(BillWork work, DueItem item, ChargeKinds kind)
    {
        var account = work.Input.Account;
        var arrears = item.Arrears;
        var due = arrears ? item.Span.To : item.First.Days.From;
        var period = account.PeriodOn(due);
        var bill = period.From == due && due > account.OpenedOn ? due : period.To;
        var share = item.Parts is { } parts
            ? parts.Sum(part => (decimal)part.Share.Numerator / part.Share.Denominator)
            : (decimal)item.First.Share.Numerator / item.First.Share.Denominator;
        return new Charge(
            item.Key.Subscription, kind, item.Key.Code, item.Key.Offer, item.First.Days.From, bill, item.Span, item.Every,
            item.Basis ?? item.First.Days, item.Terms, share)
        {
            Left = item.AmountMinor,
        };
    }
}
