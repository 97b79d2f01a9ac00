using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Receivables;

namespace Tollgate.Tests.Receivables;

public sealed class AllocatorTests
{
    private static readonly LocalDate Day = new(2026, 11, 1);

    private static OpenItem Item(long id, int due, long open) => new(id, Day.PlusDays(due), open);

    private static Credit Payment(long id, int on, long left) => new(CreditKind.Payment, id, Day.PlusDays(on), left);

    [Fact]
    public void The_item_that_was_due_first_is_paid_first() => Assert.Equal(
        [new Allocation(CreditKind.Payment, 9, 2, 100), new Allocation(CreditKind.Payment, 9, 1, 50)],
        Allocator.Allocate([Item(1, 5, 100), Item(2, 3, 100)], [Payment(9, 0, 150)]));

    [Fact]
    public void Items_due_on_one_day_are_paid_in_the_order_of_their_ids() => Assert.Equal(
        [1L, 2L], Allocator.Allocate([Item(2, 0, 10), Item(1, 0, 10)], [Payment(9, 0, 20)]).Select(made => made.OpenItemId));

    [Fact]
    public void An_item_may_be_paid_by_several_credits_oldest_first() => Assert.Equal(
        [new Allocation(CreditKind.CreditItem, 8, 1, 30), new Allocation(CreditKind.Payment, 9, 1, 20)],
        Allocator.Allocate([Item(1, 0, 100)], [Payment(9, 2, 20), new Credit(CreditKind.CreditItem, 8, Day, 30)]));

    [Fact]
    public void What_no_item_needs_stays_a_credit() => Assert.Equal(
        [new Allocation(CreditKind.Payment, 9, 1, 100)],
        Allocator.Allocate([Item(1, 0, 100)], [Payment(9, 0, 500), Payment(10, 1, 5)]));

    [Fact]
    public void Nothing_open_or_nothing_left_allocates_nothing()
    {
        Assert.Empty(Allocator.Allocate([], [Payment(9, 0, 500)]));
        Assert.Empty(Allocator.Allocate([Item(1, 0, 0), Item(2, 0, -5)], [Payment(9, 0, 500)]));
        Assert.Empty(Allocator.Allocate([Item(1, 0, 10)], [Payment(9, 0, 0)]));
    }

    [Fact]
    public void No_more_is_allocated_than_is_owed_or_there() => Prop.ForAll<short[], short[]>((items, credits) =>
    {
        var made = Allocator.Allocate(
            items.Select((open, i) => Item(i, open % 7, open)), credits.Select((left, i) => Payment(i, left % 5, left)));
        var owed = items.Where(open => open > 0).Sum(open => (long)open);
        var there = credits.Where(left => left > 0).Sum(left => (long)left);
        return made.Sum(one => one.AmountMinor) == Math.Min(owed, there)
            && made.All(one => one.AmountMinor > 0)
            && made.GroupBy(one => one.OpenItemId).All(group => group.Sum(one => one.AmountMinor) <= items[group.Key])
            && made.GroupBy(one => one.CreditId).All(group => group.Sum(one => one.AmountMinor) <= credits[group.Key]);
    }).Holds();

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(0, 100, 0)]
    [InlineData(14, 100, 0)]
    [InlineData(15, 100, 100)]
    [InlineData(20, 40, 40)]
    [InlineData(30, 90, 40)]
    [InlineData(31, -10, 0)]
    public void The_balance_of_a_day_counts_what_happened_until_then(int day, long balance, long overdue)
    {
        AccountMovement[] movements =
        [
            new(Day, 100, Day.PlusDays(14)), new(Day.PlusDays(20), -60), new(Day.PlusDays(30), 50, Day.PlusDays(44)),
            new(Day.PlusDays(31), -100),
        ];

        var answer = AccountBalance.On(Day.PlusDays(day), Units.Eur, movements);

        Assert.Equal(Money.FromMinor(balance, Units.Eur), answer.Balance);
        Assert.Equal(Money.FromMinor(overdue, Units.Eur), answer.Overdue);
    }
}
