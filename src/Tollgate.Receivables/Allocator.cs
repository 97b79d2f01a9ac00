using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Receivables;

/// <summary>What a customer owes for one document, as far as it is still open.</summary>
/// <param name="Id">Of the open item; unique.</param>
/// <param name="DueDate">In the account's zone; the day by which it is to be paid.</param>
/// <param name="OpenMinor">Not yet allocated, in minor units. Positive: owed. A negative item is a credit: see <see
/// cref="Credit"/>.</param>
public readonly record struct OpenItem(long Id, LocalDate DueDate, long OpenMinor);

/// <summary>Where money or a credit comes from.</summary>
public enum CreditKind
{
    /// <summary>A payment.</summary>
    Payment,
    /// <summary>An open item with a negative amount: a credit note, or a bill that came out below zero.</summary>
    CreditItem,
}

/// <summary>Money that can pay open items.</summary>
/// <param name="Kind">Payment or credit item.</param>
/// <param name="Id">Of the payment or the open item.</param>
/// <param name="Date">When it came in; older credits are used first.</param>
/// <param name="LeftMinor">Not yet allocated, in minor units, positive.</param>
public readonly record struct Credit(CreditKind Kind, long Id, LocalDate Date, long LeftMinor);

/// <summary>A part of a credit that pays a part of an open item.</summary>
/// <param name="AmountMinor">Positive.</param>
public readonly record struct Allocation(CreditKind Kind, long CreditId, long OpenItemId, long AmountMinor);

/// <summary>
/// Decides which money pays what: credits in the order they came in, items by due date, oldest first (ties: lower id). An item
/// may be paid in part; what no item needs stays as a credit of the account and pays later items.
/// </summary>
public static class Allocator
{
    /// <summary>All allocations that are possible now, in order. Items and credits without an open amount are passed
    /// over.</summary>
    public static ImmutableArray<Allocation> Allocate(IEnumerable<OpenItem> items, IEnumerable<Credit> credits)
    {
        var owed = items.Where(item => item.OpenMinor > 0).OrderBy(item => item.DueDate).ThenBy(item => item.Id).ToArray();
        var made = ImmutableArray.CreateBuilder<Allocation>();
        var next = 0;
        var open = owed.Length > 0 ? owed[0].OpenMinor : 0;
        foreach (var credit in credits.Where(credit => credit.LeftMinor > 0)
                     .OrderBy(credit => credit.Date).ThenBy(credit => credit.Kind).ThenBy(credit => credit.Id))
        {
            var left = credit.LeftMinor;
            while (left > 0 && next < owed.Length)
            {
                var amount = Math.Min(left, open);
                made.Add(new Allocation(credit.Kind, credit.Id, owed[next].Id, amount));
                left -= amount;
                open -= amount;
                if (open == 0 && ++next < owed.Length)
                {
                    open = owed[next].OpenMinor;
                }
            }
        }
        return made.ToImmutable();
    }
}

/// <summary>One change of what an account owes.</summary>
/// <param name="On">The day from which it counts: issue date of a document, value date of a payment.</param>
/// <param name="AmountMinor">Positive: the customer owes more; a payment is negative.</param>
/// <param name="DueDate">For documents; null for payments.</param>
public readonly record struct AccountMovement(LocalDate On, long AmountMinor, LocalDate? DueDate = null);

/// <summary>What an account owes on a day.</summary>
/// <param name="AsOf">At the end of this day.</param>
/// <param name="Balance">All movements up to that day; negative: the customer has a credit.</param>
/// <param name="Overdue">Part of the balance whose due date has passed; never more than the balance, never negative.</param>
public readonly record struct AccountBalance(LocalDate AsOf, Money Balance, Money Overdue)
{
    /// <summary>Sums movements up to and with a day. Payments count against the oldest debts first.</summary>
    public static AccountBalance On(LocalDate day, Unit currency, IEnumerable<AccountMovement> movements)
    {
        var balance = 0L;
        var notYetDue = 0L;
        foreach (var movement in movements.Where(movement => movement.On <= day))
        {
            balance += movement.AmountMinor;
            if (movement is { AmountMinor: > 0, DueDate: { } due } && due >= day)
            {
                notYetDue += movement.AmountMinor;
            }
        }
        var overdue = Math.Max(0, balance - notYetDue);
        return new AccountBalance(day, Money.FromMinor(balance, currency), Money.FromMinor(overdue, currency));
    }
}
