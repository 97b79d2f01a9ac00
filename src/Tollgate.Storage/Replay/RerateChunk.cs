using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;

namespace Tollgate.Storage.Replay;

/// <summary>
/// Computes what a re-rating changes for some customers, and posts it. Both replay the same way: what is computed without a
/// lock is
/// computed again under it, and posted only when it comes out the same. Keeps raters; for one thread at a time.
/// </summary>
public sealed class RerateChunk
{
    private static readonly Instant Never = Instant.FromUtc(9999, 12, 31, 0, 0);
    private static readonly Instant Ever = Instant.FromUtc(1970, 1, 1, 0, 0);

    private readonly Database database;
    private readonly TenantId tenant;
    private readonly CatalogueTimeline timeline;
    private readonly RerateRun run;
    private readonly ReplaySession session;
    private PriceKeys? keys;

    public RerateChunk(Database database, TenantId tenant, CatalogueTimeline timeline, RerateRun run)
    {
        this.database = database;
        this.tenant = tenant;
        this.timeline = timeline;
        this.run = run;
        session = new ReplaySession(database, tenant);
    }

    /// <summary>Computes customers and stores the outcome.</summary>
    public async Task ComputeAsync(long[] customers, Instant now, CancellationToken cancel)
    {
        List<Computed> computed;
        await using (var view = await BookWork.BeginReadingAsync(database, tenant, cancel))
        {
            computed = await ReplayAsync(view, customers, now, cancel);
        }
        await using var work = await BookWork.BeginAsync(database, tenant, cancel);
        foreach (var one in computed)
        {
            await RerateStore.SaveAsync(work, run.Id, one.Row, one.Differences, cancel);
        }
        await work.CommitAsync(cancel);
    }

    /// <summary>The changed charges of one customer as they come out now.</summary>
    public async Task<IReadOnlyList<RerateChange>> ChangesAsync(CustomerId customer, Instant now, CancellationToken cancel)
    {
        await using var view = await BookWork.BeginReadingAsync(database, tenant, cancel);
        var computed = await ReplayAsync(view, [customer.Value], now, cancel);
        return
        [
            .. computed[0].Result.Charges.Where(one => one.Changed).Select(one => new RerateChange(
                one.Old, one.New.PriceKeyId, one.New.CatalogVersion, one.New.Rated.Charged, one.New.Rated.Amount)),
        ];
    }

    /// <summary>
    /// Posts customers: reversals and new charges into the open slots, under the locks of the heads, one transaction. A
    /// customer whose
    /// head has moved since, or who comes out differently, is marked as expired and left as it is.
    /// </summary>
    public async Task PostAsync(long[] customers, IdBlock ids, Instant now, CancellationToken cancel)
    {
        await using var work = await BookWork.BeginAsync(database, tenant, cancel);
        await work.LockHeadsAsync(customers, cancel);
        var stored = (await RerateStore.CustomersAsync(work, run.Id, customers, cancel))
            .Where(row => row.Phase == RerateCustomer.Differs).ToDictionary(row => row.Customer);
        if (stored.Count == 0)
        {
            return;
        }
        long[] chosen = [.. stored.Keys.Select(customer => customer.Value).Order()];
        var posting = new RerateWriter(
            work, ids, run.Id, now, keys ??= await PriceKeys.LoadAsync(work, cancel), version =>
                session.Version(timeline, version)?.Versions[0].Compiled);
        foreach (var one in await ReplayAsync(work, chosen, now, cancel))
        {
            var approved = stored[one.Row.Customer];
            var expired = approved.Version != one.Row.Version
                ? "Something was charged, paid in or changed since: compute the difference again."
                : approved.Fingerprint != one.Row.Fingerprint ? "It comes out differently now: compute the difference again."
                    : "";
            if (expired.Length > 0)
            {
                await RerateStore.PhaseAsync(work, run.Id, one.Row.Customer, RerateCustomer.Expired, expired, cancel);
                continue;
            }
            posting.Add(session.Cache.Find(one.Row.Customer.Value)!, one.Head, one.Result, one.Movements);
            await RerateStore.PhaseAsync(work, run.Id, one.Row.Customer, RerateCustomer.Posted, approved.Detail, cancel);
        }
        await posting.SaveAsync(cancel);
        FaultPoint.Hit(FaultPoint.BeforeRerateCommit);
        await work.CommitAsync(cancel);
        FaultPoint.Hit(FaultPoint.AfterRerateCommit);
    }

    private sealed record Computed(
        RerateCustomer Row, IReadOnlyList<RerateDifference> Differences, Head Head, CustomerReplayed Result,
        IReadOnlyList<StoredMovement> Movements);

    private async Task<List<Computed>> ReplayAsync(BookWork work, long[] customers, Instant now, CancellationToken cancel)
    {
        keys ??= await PriceKeys.LoadAsync(work, cancel);
        var heads = await session.LoadAsync(work, customers, now, cancel);
        await session.Cache.Parties.LoadAsync(work.Transaction, tenant.Value, timeline, cancel);
        var charges = (await ChargeHistory.WithSharesAsync(
            work, customers, await ChargeHistory.ChargesAsync(work, customers, Ever, Never, keys, cancel), cancel))
            .ToLookup(charge => charge.Id.Customer.Value);
        var movements = (await ChargeHistory.MovementsAsync(work, customers, cancel)).ToLookup(movement => movement.Customer);
        return heads.ConvertAll(head =>
        {
            var result = session.Replay.Run(session.Cache.Find(head.Customer)!, new ReplayPlan
            {
                Charges = [.. charges[head.Customer]],
                Movements = [.. movements[head.Customer]],
                Selected = Priced,
                Version = version => session.Version(timeline, version),
                Order = run.Order,
            });
            return Sum(head, result, [.. movements[head.Customer]]);
        });
    }

    private CatalogueTimeline? Priced(StoredCharge charge) => !run.Selection.Selects(charge, keys!) ? null
        : run.Selection.CatalogVersion is { } version
            ? session.Version(timeline, version)
                ?? throw new InvalidOperationException($"Catalogue version {Text(version)} is gone.")
            : timeline;

    private static Computed Sum(Head head, CustomerReplayed result, List<StoredMovement> movements)
    {
        var customer = new CustomerId(head.Customer);
        var refused = result.Charges.Where(one => one.Refusal.Length > 0).ToList();
        var changed = result.Charges.Where(one => one.Changed).ToList();
        var grants = result.Regrants.Select(one => RerateWriter.GrantChange(one, movements)).Count(change => change != 0)
            + result.Lapses.Count(one => result.Regrants.All(regrant => regrant.New != one.Pocket));
        var differences = changed.GroupBy(one => one.Old.Account).OrderBy(group => group.Key.Value)
            .Select(group => new RerateDifference(
                customer, group.Key, group.First().New.Subscription.Account.Currency, group.Count(),
                group.Sum(one => one.Old.Amount), group.Sum(one => one.New.Rated.Amount), group.Sum(one => one.Old.FromMoney),
                group.Sum(one => one.New.Rated.FromMoney))).ToList();
        var (phase, detail) = refused.Count > 0
            ? (RerateCustomer.Refused, $"{Text(refused.Count)} charge(s) have no price now, first: {refused[0].Refusal}")
            : (changed.Count + grants > 0 ? RerateCustomer.Differs : RerateCustomer.Same,
                grants > 0 ? $"{Text(grants)} allowance(s) granted anew." : "");
        return new Computed(
            new RerateCustomer(
                customer, phase, head.Version, result.Charges.Count(one => one.Selected), result.Charges.Count, changed.Count,
                refused.Count > 0 ? "" : Fingerprint(changed, result), detail),
            refused.Count > 0 ? [] : differences, head, result, movements);
    }

    private static string Fingerprint(List<ReplayedCharge> changed, CustomerReplayed result)
    {
        var text = new StringBuilder();
        foreach (var one in changed)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{one.Old.Id} {one.Old.Seq} {one.New.PriceKeyId} {one.New.CatalogVersion} {one.New.Rated.Charged} "
                + $"{one.New.Rated.FromAllowances} {one.New.Rated.Amount} {one.New.Rated.FromMoney}\n");
            foreach (var part in one.Parts)
            {
                text.Append(CultureInfo.InvariantCulture, $" {part.PriceKeyId} {part.Events} {part.Rated}\n");
            }
            foreach (var leg in one.Legs)
            {
                text.Append(CultureInfo.InvariantCulture, $" {leg.Leg.Code} {leg.PriceKeyId} {leg.Rated}\n");
            }
            foreach (var draw in one.Draws)
            {
                text.Append(CultureInfo.InvariantCulture,
                    $" {draw.Pocket.SubscriptionId} {draw.Pocket.Allowance} {draw.Pocket.ValidFrom.ToUnixTimeTicks()} "
                    + $"{draw.Amount}\n");
            }
        }
        foreach (var (old, granted) in result.Regrants)
        {
            text.Append(CultureInfo.InvariantCulture, $"{old?.Id} {old?.Granted} {granted?.Allowance} {granted?.Granted}\n");
        }
        foreach (var lapse in result.Lapses)
        {
            text.Append(CultureInfo.InvariantCulture, $"{lapse.Pocket.Allowance} {lapse.Old} {lapse.New} {lapse.At}\n");
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
