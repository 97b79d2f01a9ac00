using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Replay;

namespace Tollgate.Operations.Catalogs;

/// <summary>Adds up repriced charges, which come customer by customer. For one thread at a time.</summary>
internal sealed class WhatIfSums
{
    private const int MostReasons = 20;

    private readonly Dictionary<(Part Part, string Group, string Currency), Sum> groups = [];
    private readonly Dictionary<(Part Part, string Group, string Currency), (Int128 Old, Int128 New)> own = [];
    private readonly Dictionary<string, long> refusals = new(StringComparer.Ordinal);
    private List<(long Customer, string Currency, Int128 Old, Int128 New)> shocks = [];
    private long customer;
    private int customers;
    private long charges;

    private enum Part
    {
        Total,
        Plan,
        Service,
    }

    private record struct Sum(long Charges, long Unpriced, Int128 Old, Int128 New, int Winners, int Losers, int Same);

    internal void Add(RepricedCharge charge)
    {
        if (charge.Old.Id.Customer.Value != customer)
        {
            EndCustomer();
            customer = charge.Old.Id.Customer.Value;
        }
        charges++;
        if (charge.Refusal.Length > 0)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(refusals, charge.Refusal, out _)++;
        }
        Add((Part.Total, "", charge.Currency), charge);
        Add((Part.Plan, charge.Offer, charge.Currency), charge);
        Add((Part.Service, charge.Old.Record.Service.ToString().ToLowerInvariant(), charge.Currency), charge);
    }

    /// <summary>Call it after the last charge of a customer.</summary>
    internal void EndCustomer()
    {
        if (own.Count == 0)
        {
            return;
        }
        customers++;
        foreach (var (key, (old, now)) in own)
        {
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, key, out _);
            sum.Winners += now < old ? 1 : 0;
            sum.Losers += now > old ? 1 : 0;
            sum.Same += now == old ? 1 : 0;
            if (key.Part == Part.Total && now > old)
            {
                shocks.Add((customer, key.Currency, old, now));
            }
        }
        own.Clear();
        if (shocks.Count > 10_000)
        {
            Keep(1000);
        }
    }

    internal WhatIfSums Merge(WhatIfSums other, int most)
    {
        foreach (var (key, one) in other.groups)
        {
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, key, out _);
            sum = new Sum(
                sum.Charges + one.Charges, sum.Unpriced + one.Unpriced, sum.Old + one.Old, sum.New + one.New,
                sum.Winners + one.Winners, sum.Losers + one.Losers, sum.Same + one.Same);
        }
        foreach (var (reason, count) in other.refusals)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(refusals, reason, out _) += count;
        }
        shocks.AddRange(other.shocks);
        customers += other.customers;
        charges += other.charges;
        Keep(most);
        return this;
    }

    internal async Task<WhatIfReport> ReportAsync(BookWork work, WhatIfRequest request, Duration elapsed,
        CancellationToken cancel)
    {
        var keys = (await work.ReadAsync(
            "SELECT customer_id, external_key FROM customer WHERE customer_id IN @customers AND tenant_id = @tenant",
            reader => (Id: reader.GetInt64(0), Key: reader.GetString(1)), cancel,
            ("customers", shocks.Select(shock => shock.Customer).Distinct().ToArray()))).ToDictionary(row => row.Id, row =>
                row.Key);
        return new WhatIfReport(
            request.From, request.To, customers, charges, Rows(Part.Total), Rows(Part.Plan), Rows(Part.Service),
            [
                .. shocks.Select(shock => new BillShock(
                    new CustomerId(shock.Customer), keys.GetValueOrDefault(shock.Customer, ""),
                        MoneyOf(shock.Old, shock.Currency),
                    MoneyOf(shock.New, shock.Currency))),
            ],
            [
                .. refusals.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
                    .Take(MostReasons).Select(pair => (pair.Key, pair.Value)),
            ],
            elapsed);
    }

    private void Add((Part, string, string) key, in RepricedCharge charge)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, key, out _);
        ref var mine = ref CollectionsMarshal.GetValueRefOrAddDefault(own, key, out _);
        var priced = charge.Refusal.Length == 0;
        sum.Charges += priced ? 1 : 0;
        sum.Unpriced += priced ? 0 : 1;
        sum.Old += charge.Old.Amount;
        sum.New += charge.New;
        mine.Old += charge.Old.Amount;
        mine.New += charge.New;
    }

    private void Keep(int most) => shocks =
    [
        .. shocks.OrderByDescending(shock =>
            MoneyOf(shock.New, shock.Currency).Amount - MoneyOf(shock.Old, shock.Currency).Amount)
            .ThenBy(shock => shock.Customer).Take(most),
    ];

    private ImmutableArray<WhatIfRow> Rows(Part part) =>
    [
        .. groups.Where(pair => pair.Key.Part == part)
            .OrderBy(pair => pair.Key.Group, StringComparer.Ordinal).ThenBy(pair => pair.Key.Currency, StringComparer.Ordinal)
            .Select(pair => new WhatIfRow(
                pair.Key.Group, pair.Value.Charges, pair.Value.Unpriced, MoneyOf(pair.Value.Old, pair.Key.Currency),
                MoneyOf(pair.Value.New, pair.Key.Currency), pair.Value.Winners, pair.Value.Losers, pair.Value.Same)),
    ];

    private static Money MoneyOf(Int128 steps, string currency)
    {
        var unit = Units.Find(currency) ?? Units.Currency(currency, 2);
        return new Money((decimal)steps / unit.StoragePerUnit, unit);
    }
}
