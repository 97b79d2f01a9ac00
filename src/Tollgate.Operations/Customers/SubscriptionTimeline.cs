using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>A subscription with its account and everything recorded about it, loaded for a write.</summary>
internal sealed class SubscriptionTimeline
{
    private readonly WriteScope scope;
    private readonly List<SubscriptionChangeRow> rows;

    private SubscriptionTimeline(
        WriteScope scope, SubscriptionRow row, BillingAccountRow account, IReadOnlyList<CycleMoveRow> moves,
        List<SubscriptionChangeRow> changes)
    {
        (this.scope, rows, Row) = (scope, changes, row);
        Account = FactsOf(account, moves);
        Facts = FactsOf(row, changes, Account);
    }

    internal SubscriptionRow Row { get; }

    internal AccountFacts Account { get; }

    internal SubscriptionFacts Facts { get; }

    /// <summary>In the order of recording, withdrawn ones and withdrawals included.</summary>
    internal IReadOnlyList<SubscriptionChangeRow> Changes => rows;

    /// <summary>Null: there is no such subscription. Locks the customer's head.</summary>
    internal static async Task<SubscriptionTimeline?> LoadAsync(
        WriteScope scope, SubscriptionId subscription, CancellationToken cancel)
    {
        if (await Find.SubscriptionAsync(scope, subscription, cancel) is not { } row)
        {
            return null;
        }
        var changes = await scope.Db.Set<SubscriptionChangeRow>()
            .Where(change => change.CustomerId == row.CustomerId && change.SubscriptionId == row.SubscriptionId)
            .OrderBy(change => change.ChangeNo).ToListAsync(cancel);
        var account = await scope.Db.Set<BillingAccountRow>().SingleAsync(
            account => account.CustomerId == row.CustomerId && account.AccountId == row.AccountId, cancel);
        var moves = await scope.Db.Set<CycleMoveRow>()
            .Where(move => move.CustomerId == row.CustomerId && move.AccountId == row.AccountId).ToListAsync(cancel);
        return new SubscriptionTimeline(scope, row, account, moves, changes);
    }

    /// <summary>Who pays subscriptions of one customer at a time: account by subscription.</summary>
    internal static async Task<Dictionary<long, long>> PayersAsync(
        WriteScope scope, IReadOnlyCollection<SubscriptionRow> subscriptions, Instant at, CancellationToken cancel)
    {
        long[] customers = [.. subscriptions.Select(row => row.CustomerId).Distinct()];
        var changes = (await scope.Db.Set<SubscriptionChangeRow>().Where(row => customers.Contains(row.CustomerId))
            .ToListAsync(cancel)).ToLookup(row => row.SubscriptionId);
        return subscriptions.ToDictionary(row => row.SubscriptionId, row => SubscriptionChangeRow
            .Standing(changes[row.SubscriptionId]).Where(change => change.Kind == ChangeKind.Transfer && change.At <= at)
            .OrderBy(change => change.At).LastOrDefault()?.AccountId ?? row.AccountId);
    }

    /// <summary>What holds at a time.</summary>
    internal SubscriptionState StateAt(Instant at) => SubscriptionTerms.StateAt(Facts, Account.Zone, at);

    /// <summary>Records a change.</summary>
    internal void Append(string kind, Instant at, string note, Action<SubscriptionChangeRow>? fill = null)
    {
        var row = new SubscriptionChangeRow
        {
            CustomerId = Row.CustomerId, SubscriptionId = Row.SubscriptionId, ChangeNo = rows.Count + 1, TenantId = scope.Tenant,
            Kind = kind, At = at, Note = note, Actor = scope.Context.Actor, RecordedAt = scope.Now,
        };
        fill?.Invoke(row);
        rows.Add(row);
        scope.Db.Add(row);
    }

    /// <summary>Why nothing can change at a time, or null.</summary>
    internal Refusal? Refused(Instant at)
    {
        var id = new SubscriptionId(Row.SubscriptionId);
        return Row.EndedAt is { } ended && at >= ended ? Refusals.AlreadyEnded("subscription", id, ended)
            : at < Row.StartedAt
                ? new Refusal("before-start", $"{id} starts at {Row.StartedAt}. Give a time that is not before.",
                    Retry.AfterCure, "at")
                : null;
    }

    internal static SubscriptionFacts FactsOf(
        SubscriptionRow row, IEnumerable<SubscriptionChangeRow> changes, AccountFacts account) => BillingInputs.Facts(
            new SubscriptionTimes(
                new AccountId(row.AccountId), new SubscriptionId(row.SubscriptionId), row.Offer, row.Quantity, row.StartedAt,
                row.EndedAt, row.ExternalKey, row.BaseSubscriptionId is { } main ? new SubscriptionId(main) : null,
                SubscriptionChangeRow.Standing(changes)).BetweenCustomers(),
            account, BillingPolicy.Default);

    internal static AccountFacts FactsOf(BillingAccountRow row, IEnumerable<CycleMoveRow> moves) => new()
    {
        Customer = new CustomerId(row.CustomerId), Id = new AccountId(row.AccountId), Currency = CurrencyOf(row.Currency),
        Cycle = AccountTimes.CycleOf(row.Cycle, row.CycleDay), Zone = DateTimeZoneProviders.Tzdb[row.TimeZone],
        TaxCountry = row.TaxCountry, OpenedOn = row.OpenedOn, EndedOn = row.EndedOn, TermsDays = row.TermsDays,
        Language = row.Language,
        CycleMoves =
        [
            .. moves.OrderBy(move => move.MovedOn)
                .Select(move => new CycleMove(move.MovedOn, AccountTimes.CycleOf(move.Before, 0))),
        ],
    };

    private static Unit CurrencyOf(string code) => Units.Find(code) ?? new Unit(code, UnitKind.Currency, 100_000_000, 2);
}
