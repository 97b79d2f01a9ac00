using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Replay;

namespace Tollgate.Operations.Catalogs;

/// <summary>Adds up repriced charges, which come customer by customer, and fees. For one thread at a time.</summary>
/// <param name="units">Currencies of the operator's own have their own decimals.</param>
/// <param name="fees">By customer; customers without charges among them too.</param>
internal sealed class WhatIfSums(UnitStore units, ILookup<long, FeeChange>? fees = null)
{
    private const int MostShocks = 20;
    private const int MostReasons = 20;
    private const string Fees = "fees";

    private readonly Dictionary<Key, Sum> groups = [];
    private readonly Dictionary<Key, (Int128 Old, Int128 New)> own = [];
    private readonly Dictionary<string, long> refusals = new(StringComparer.Ordinal);
    private readonly HashSet<long> seen = [];
    private List<Shock> shocks = [];
    private long customer;
    private int customers;
    private long charges;

    private enum Part
    {
        Total,
        Plan,
        Service,
    }

    private readonly record struct Key(Part Part, string Group, string Currency);

    private record struct Sum(
        long Charges, long Unpriced, Int128 Old, Int128 New, Int128 OldFees, Int128 NewFees, int Winners, int Losers, int Same);

    private sealed record Shock(long Customer, string Currency, Int128 Old, Int128 New);

    /// <summary>What is kept of a chunk.</summary>
    private sealed record Stored(
        int Customers, long Charges, List<StoredGroup> Groups, Dictionary<string, long> Refusals, List<Shock> Shocks);

    private sealed record StoredGroup(Part Part, string Group, string Currency, Sum Sum);

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
        Add(new Key(Part.Total, "", charge.Currency), charge);
        Add(new Key(Part.Plan, charge.Offer, charge.Currency), charge);
        Add(new Key(Part.Service, charge.Old.Record.Service.ToString().ToLowerInvariant(), charge.Currency), charge);
    }

    /// <summary>Call it after the last charge: what is left are customers who only pay fees.</summary>
    internal void End()
    {
        EndCustomer();
        foreach (var rest in fees ?? Enumerable.Empty<IGrouping<long, FeeChange>>())
        {
            if (!seen.Contains(rest.Key))
            {
                customer = rest.Key;
                EndCustomer();
            }
        }
    }

    internal string ToJson()
    {
        Keep();
        return JsonSerializer.Serialize(new Stored(
            customers, charges,
            [.. groups.Select(pair => new StoredGroup(pair.Key.Part, pair.Key.Group, pair.Key.Currency, pair.Value))], refusals,
            shocks));
    }

    internal static WhatIfSums FromJson(string text, UnitStore units)
    {
        var stored = JsonSerializer.Deserialize<Stored>(text)!;
        var sums = new WhatIfSums(units) { customers = stored.Customers, charges = stored.Charges, shocks = stored.Shocks };
        foreach (var group in stored.Groups)
        {
            sums.groups.Add(new Key(group.Part, group.Group, group.Currency), group.Sum);
        }
        foreach (var (reason, count) in stored.Refusals)
        {
            sums.refusals.Add(reason, count);
        }
        return sums;
    }

    internal void Merge(WhatIfSums other)
    {
        foreach (var (key, one) in other.groups)
        {
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, key, out _);
            sum = new Sum(
                sum.Charges + one.Charges, sum.Unpriced + one.Unpriced, sum.Old + one.Old, sum.New + one.New,
                sum.OldFees + one.OldFees, sum.NewFees + one.NewFees, sum.Winners + one.Winners, sum.Losers + one.Losers,
                sum.Same + one.Same);
        }
        foreach (var (reason, count) in other.refusals)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(refusals, reason, out _) += count;
        }
        shocks.AddRange(other.shocks);
        customers += other.customers;
        charges += other.charges;
        Keep();
    }

    internal async Task<WhatIfReport> ReportAsync(BookWork work, CancellationToken cancel)
    {
        var keys = (await work.ReadAsync(
            "SELECT customer_id, external_key FROM customer WHERE customer_id IN @customers AND tenant_id = @tenant",
            reader => (Id: reader.GetInt64(0), Key: reader.GetString(1)), cancel,
            ("customers", shocks.Select(shock => shock.Customer).Distinct().ToArray()))).ToDictionary(row => row.Id, row =>
                row.Key);
        return new WhatIfReport(
            customers, charges, Rows(Part.Total), Rows(Part.Plan), Rows(Part.Service),
            [
                .. shocks.Select(shock => new BillShock(
                    new CustomerId(shock.Customer), keys.GetValueOrDefault(shock.Customer, ""),
                    MoneyOf(shock.Old, shock.Currency), MoneyOf(shock.New, shock.Currency))),
            ],
            [
                .. refusals.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
                    .Take(MostReasons).Select(pair => new WhatIfRefusal(pair.Key, pair.Value)),
            ]);
    }

    private void EndCustomer()
    {
        if (customer == 0 || !seen.Add(customer))
        {
            return;
        }
        foreach (var fee in fees?[customer] ?? [])
        {
            if (fee.Problem.Length > 0)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(refusals, fee.Problem, out _)++;
            }
            Add(new Key(Part.Total, "", fee.Currency), fee);
            Add(new Key(Part.Plan, fee.Offer, fee.Currency), fee);
            Add(new Key(Part.Service, Fees, fee.Currency), fee);
        }
        customers += own.Count > 0 ? 1 : 0;
        foreach (var (key, (old, now)) in own)
        {
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, key, out _);
            sum.Winners += now < old ? 1 : 0;
            sum.Losers += now > old ? 1 : 0;
            sum.Same += now == old ? 1 : 0;
            if (key.Part == Part.Total && now > old)
            {
                shocks.Add(new Shock(customer, key.Currency, old, now));
            }
        }
        own.Clear();
        if (shocks.Count > 10_000)
        {
            Keep();
        }
    }

    private void Add(Key key, in RepricedCharge charge)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, key, out _);
        var priced = charge.Refusal.Length == 0;
        sum.Charges += priced ? 1 : 0;
        sum.Unpriced += priced ? 0 : 1;
        sum.Old += charge.Old.Amount;
        sum.New += charge.New;
        Own(key, charge.Old.Amount, charge.New);
    }

    private void Add(Key key, in FeeChange fee)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, key, out _);
        sum.Old += fee.Old;
        sum.New += fee.New;
        sum.OldFees += fee.Old;
        sum.NewFees += fee.New;
        Own(key, fee.Old, fee.New);
    }

    private void Own(Key key, Int128 old, Int128 now)
    {
        ref var mine = ref CollectionsMarshal.GetValueRefOrAddDefault(own, key, out _);
        mine.Old += old;
        mine.New += now;
    }

    /// <summary>The largest of all currencies.</summary>
    private void Keep() => shocks =
    [
        .. shocks.OrderByDescending(shock =>
            MoneyOf(shock.New, shock.Currency).Amount - MoneyOf(shock.Old, shock.Currency).Amount)
            .ThenBy(shock => shock.Customer).Take(MostShocks),
    ];

    private ImmutableArray<WhatIfRow> Rows(Part part) =>
    [
        .. groups.Where(pair => pair.Key.Part == part)
            .OrderBy(pair => pair.Key.Group, StringComparer.Ordinal).ThenBy(pair => pair.Key.Currency, StringComparer.Ordinal)
            .Select(pair => new WhatIfRow(
                pair.Key.Group, pair.Value.Charges, pair.Value.Unpriced, MoneyOf(pair.Value.Old, pair.Key.Currency),
                MoneyOf(pair.Value.New, pair.Key.Currency), MoneyOf(pair.Value.OldFees, pair.Key.Currency),
                MoneyOf(pair.Value.NewFees, pair.Key.Currency), pair.Value.Winners, pair.Value.Losers, pair.Value.Same)),
    ];

    private Money MoneyOf(Int128 steps, string currency)
    {
        var unit = units.Of(currency);
        return new Money((decimal)steps / unit.StoragePerUnit, unit);
    }
}
