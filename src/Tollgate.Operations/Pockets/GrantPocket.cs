using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Operations.Pockets;

/// <summary>Units to be given to an account.</summary>
/// <param name="Pocket">Code of the allowance whose usage draws them; or a code of your own, for units that are only used by
/// operations.</param>
/// <param name="Amount">In the unit, exact.</param>
/// <param name="Unit">Built-in or of the catalogue; empty: the allowance's, and without an amount what one grant gives.</param>
public sealed record NewGrant(AccountId Account, string Pocket, decimal? Amount = null, string Unit = "")
{
    /// <summary>Whose, when several subscriptions have the allowance.</summary>
    public SubscriptionId? Subscription { get; init; }

    /// <summary>First time of use; null: now.</summary>
    public Instant? From { get; init; }

    /// <summary>End of use; null: as the allowance says, else never.</summary>
    public Instant? To { get; init; }
}

/// <summary>What was given.</summary>
/// <param name="Balance">Of the new pocket.</param>
public sealed record PocketGrant(
    PocketId Pocket, SubscriptionId? Subscription, string Code, decimal Balance, string Unit, Instant ValidFrom, Instant ValidTo)
{
    /// <summary>True: it was given before under the same key, and nothing was done now.</summary>
    public bool Replayed { get; init; }
}

/// <summary>
/// Gives units of any kind to an account, in a pocket of its own. Refusals: <c>unknown-account</c>,
/// <c>unknown-subscription</c>, <c>several-subscriptions</c>, <c>invalid</c>, <c>key-reused</c>.
/// </summary>
public static class GrantPocket
{
    private const string Operation = "account.grant";

    public static async Task<Outcome<PocketGrant>> RunAsync(
        OperationContext context, NewGrant grant, CatalogueTimeline timeline, string callerKey,
        CancellationToken cancel = default)
    {
        PocketGrant? made = null;
        var done = await PocketWork.RunAsync(
            context, Operation, grant.Account, callerKey,
            new Fingerprint().Add("account", grant.Account).Add("pocket", grant.Pocket).Add("amount", grant.Amount)
                .Add("unit", grant.Unit).Add("subscription", grant.Subscription).Add("from", grant.From).Add("to", grant.To),
            timeline, async work =>
            {
                var given = await GiveAsync(work, grant, timeline, cancel);
                made = given.Value;
                return given.Refusal is { } refusal ? refusal : given.Value!.Pocket.ToString();
            }, cancel);
        return done.Refusal is { } refused ? refused
            : made ?? (await ReadAsync(context, grant.Account, done.Value.Answer, cancel)) with { Replayed = true };
    }

    private static async Task<Outcome<PocketGrant>> GiveAsync(
        PocketWork work, NewGrant grant, CatalogueTimeline timeline, CancellationToken cancel)
    {
        var faults = new Faults();
        FieldRules.Required(faults, "pocket", grant.Pocket);
        if (faults.Refusal is { } missing)
        {
            return missing;
        }
        var found = await PocketTarget.FindAsync(work, timeline, grant.Pocket, grant.Subscription, cancel);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }
        var target = found.Value!;
        var (unit, steps) = Amount(work, grant, target.Allowance, faults);
        var from = grant.From ?? work.Context.Now;
        var to = grant.To ?? await work.EndAsync(target.Allowance?.Reset ?? new ResetRule(ResetEvery.Never), from, cancel);
        if (to <= from)
        {
            faults.Add("to", "It ends before it begins.", "Give a later time.");
        }
        if (faults.Refusal is { } wrong)
        {
            return wrong;
        }
        var pocket = await work.GiveAsync(target, unit!, steps, from, to, cancel);
        return new PocketGrant(pocket, target.Subscription, target.Code, unit!.FromStorage(steps), unit.Code, from, to);
    }

    private static (Unit? Unit, long Steps) Amount(PocketWork work, NewGrant grant, Allowance? allowance, Faults faults)
    {
        var unit = grant.Unit.Length == 0 ? allowance?.Unit : work.Units.Find(grant.Unit);
        if (unit is null)
        {
            faults.Add("unit", grant.Unit.Length == 0
                    ? $"No offer of the account says what '{FieldRules.Short(grant.Pocket)}' is counted in."
                    : $"There is no unit '{FieldRules.Short(grant.Unit)}'.",
                "Give a currency, MIN, MB, EVENT … or a unit that a published catalogue defines.");
            return default;
        }
        if (allowance is not null && (unit.Kind != allowance.Unit.Kind
            || (unit != allowance.Unit && unit.Kind is UnitKind.Currency or UnitKind.Count)))
        {
            faults.Add("unit", $"'{allowance.Code}' is counted in {allowance.Unit.Code}, not in {unit.Code}.", "Give that unit.");
            return default;
        }
        if (grant.Amount is not { } amount)
        {
            if (allowance is null || grant.Unit.Length > 0)
            {
                faults.Add("amount", "It is missing.", "Give an amount above zero.");
            }
            return (allowance?.Unit ?? unit, allowance?.Amount ?? 0);
        }
        // Kept in the allowance's own unit, whose stored steps are the same (ms, octets).
        if (amount <= 0 || amount > long.MaxValue / 2 / unit.StoragePerUnit
            || decimal.Truncate(amount * unit.StoragePerUnit) != amount * unit.StoragePerUnit)
        {
            faults.Add("amount", string.Create(CultureInfo.InvariantCulture, $"{amount} {unit.Code} is not possible."),
                "Give an amount above zero, with no more decimals than the unit holds.");
            return default;
        }
        return (allowance?.Unit ?? unit, unit.ToStorage(amount, RoundingMode.Down));
    }

    /// <summary>A pocket that was given before, as it was given.</summary>
    private static async Task<PocketGrant> ReadAsync(
        OperationContext context, AccountId account, string answer, CancellationToken cancel)
    {
        await using var work = await Storage.Billing.BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        var units = await UnitStore.LoadAsync(work, cancel);
        var customer = (await BookRequests.AccountAsync(work, account, cancel))!.Customer;
        var id = Id.TryParse<PocketId>(answer, out var parsed) ? parsed
            : throw new InvalidOperationException($"The recorded answer '{answer}' is no pocket.");
        return (await work.ReadAsync(
            "SELECT subscription_id, allowance, granted, unit, valid_from, valid_to FROM pocket WHERE customer_id = @customer "
            + "AND pocket_id = @pocket",
            reader => new PocketGrant(
                id, reader.IsDBNull(0) ? null : new SubscriptionId(reader.GetInt64(0)), reader.GetString(1),
                units.Of(reader.GetString(3)).FromStorage(reader.GetInt64(2)), reader.GetString(3),
                reader.GetTime(4), reader.GetTime(5)),
            cancel, ("customer", customer.Value), ("pocket", id.Value)))[0];
    }
}
