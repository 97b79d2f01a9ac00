using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Storage.Charging;

/// <summary>A pocket to be stored.</summary>
/// <param name="Kind"><c>money</c>, <c>allowance</c> or <c>counter</c>.</param>
/// <param name="Granted">Stored steps that it begins with.</param>
public sealed record NewPocket(
    CustomerId Customer, PocketId Id, AccountId Account, string Kind, string Unit, long Granted, int Priority, Instant ValidFrom,
    Instant ValidTo)
{
    /// <summary>Null: of the account, or shared.</summary>
    public SubscriptionId? Subscription { get; init; }

    public string Allowance { get; init; } = "";

    public SharingScope Shared { get; init; }

    public Instant? LapsesAt { get; init; }

    /// <summary>Reference of what gave it; null: its offer did.</summary>
    public string? Given { get; init; }
}

/// <summary>One movement of a pocket, in stored steps.</summary>
/// <param name="Part">0, 1 … for one pocket and sequence.</param>
/// <param name="Kind">Word of <c>pocket_movement.kind</c>.</param>
public sealed record PocketMove(
    PocketId Pocket, long Seq, int Part, string Kind, long Amount, long Before, Instant At, string Reference);

/// <summary>Pockets one by one, for operations; usage writes them in bulk. Call everything with the customer's head
/// locked.</summary>
public static class PocketRows
{
    /// <summary>Takes the next number of the customer's charging sequence and raises the head's version.</summary>
    public static async Task<long> NextSeqAsync(BookWork work, CustomerId customer, CancellationToken cancel)
    {
        await work.ExecuteAsync(
            "INSERT INTO charging_head (customer_id, tenant_id, seq, version) VALUES (@customer, @tenant, 0, 1) "
            + "ON CONFLICT DO NOTHING", cancel, ("customer", customer.Value));
        return (await work.ReadAsync(
            "UPDATE charging_head SET seq = seq + 1, version = version + 1 WHERE customer_id = @customer "
            + "AND tenant_id = @tenant RETURNING seq",
            reader => reader.GetInt64(0), cancel, ("customer", customer.Value)))[0];
    }

    /// <summary>Stores a pocket, untouched.</summary>
    public static Task<int> InsertAsync(BookWork work, NewPocket pocket, CancellationToken cancel) => work.ExecuteAsync(
        "INSERT INTO pocket (customer_id, pocket_id, tenant_id, account_id, subscription_id, kind, allowance, unit, granted, "
        + "balance, priority, valid_from, valid_to, shared, lapses_at, given) VALUES (@customer, @id, @tenant, @account, "
        + "@subscription, @kind, @allowance, @unit, @granted, @granted, @priority, @from, @to, @shared, @lapses, @given)",
        cancel, ("customer", pocket.Customer.Value), ("id", pocket.Id.Value), ("account", pocket.Account.Value),
        ("subscription", pocket.Subscription?.Value), ("kind", pocket.Kind), ("allowance", pocket.Allowance),
        ("unit", pocket.Unit), ("granted", pocket.Granted), ("priority", pocket.Priority), ("from", pocket.ValidFrom),
        ("to", pocket.ValidTo), ("shared", (short)pocket.Shared), ("lapses", pocket.LapsesAt), ("given", pocket.Given));

    /// <summary>Changes a pocket's balance and notes the movement.</summary>
    public static async Task ChangeAsync(BookWork work, CustomerId customer, PocketMove move, CancellationToken cancel)
    {
        await work.ExecuteAsync(
            "UPDATE pocket SET balance = balance + @amount WHERE customer_id = @customer AND pocket_id = @pocket", cancel,
            ("amount", move.Amount), ("customer", customer.Value), ("pocket", move.Pocket.Value));
        await MoveAsync(work, customer, move, cancel);
    }

    /// <summary>Notes a movement.</summary>
    internal static Task<int> MoveAsync(BookWork work, CustomerId customer, PocketMove move, CancellationToken cancel) =>
        work.ExecuteAsync(
            "INSERT INTO pocket_movement (customer_id, pocket_id, seq, part, tenant_id, kind, amount, before, at, reference) "
            + "VALUES (@customer, @pocket, @seq, @part, @tenant, @kind, @amount, @before, @at, @reference)",
            cancel, ("customer", customer.Value), ("pocket", move.Pocket.Value), ("seq", move.Seq), ("part", move.Part),
            ("kind", move.Kind), ("amount", move.Amount), ("before", move.Before), ("at", move.At),
            ("reference", move.Reference));
}
