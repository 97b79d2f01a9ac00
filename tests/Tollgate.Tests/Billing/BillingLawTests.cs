using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.TestSupport;
using static Tollgate.Tests.Billing.BillingFixture;

namespace Tollgate.Tests.Billing;

/// <summary>Laws over random timelines: subscriptions that start, end, are back-dated or withdrawn between the bill
/// runs.</summary>
public sealed class BillingLawTests
{
    private static readonly LocalDate Begin = new(2026, 1, 1);

    /// <summary>What happened to an account in up to ten months, made from a seed.</summary>
    private sealed class Story
    {
        private readonly Random random;

        internal Story(int seed)
        {
            random = new Random(seed);
            Account = BillingFixture.Account(random.Next(1, 32), "2026-01-01");
            Account = Account with { OpenedOn = Begin.PlusDays(random.Next(40)) };
            Price = Monthly(random.Next(1, 20_000) / 100m, random.Next(2) == 0 ? Timing.Advance : Timing.Arrears);
            Subscriptions = [.. Enumerable.Range(0, random.Next(1, 5)).Select(i => New(i + 1))];
        }

        internal AccountFacts Account { get; }

        internal RecurringPrice Price { get; }

        internal ImmutableArray<SubscriptionFacts> Subscriptions { get; private set; }

        internal IEnumerable<LocalDate> BillDates()
        {
            for (var date = Account.Cycle.PeriodContaining(Account.OpenedOn).To; date < Begin.PlusMonths(11);
                 date = Account.Cycle.PeriodContaining(date).To)
            {
                yield return date;
            }
        }

        internal BillingInput Input(LocalDate billDate, ImmutableArray<BilledItem> billed,
            TaxRounding rounding = TaxRounding.PerDocument) =>
            BillingFixture.Input(History(("2000-01-01", Catalogue(Price))), Account, billDate, [.. Subscriptions]) with
            {
                Billed = billed, Policy = new BillingPolicy { TaxRounding = rounding },
            };

        /// <summary>Something changes: a start or an end moves, back-dated or ahead, or a quantity.</summary>
        internal void Change()
        {
            var i = random.Next(Subscriptions.Length);
            var old = Subscriptions[i];
            Subscriptions = Subscriptions.SetItem(i, random.Next(4) switch
            {
                0 => old with { Ended = old.Ended is null ? old.Started.PlusDays(random.Next(0, 200)) : null },
                1 => old with { Quantity = random.Next(1, 5) },
                2 => old with { Started = Begin.PlusDays(random.Next(200)) },
                _ => old,
            });
        }

        private SubscriptionFacts New(int id)
        {
            var started = Begin.PlusDays(random.Next(-60, 200));
            return Subscription("2026-01-01", id: id) with
            {
                Started = started, Ended = random.Next(2) == 0 ? null : started.PlusDays(random.Next(0, 150)),
                    Quantity = random.Next(1, 4),
            };
        }
    }

    private static void ForStories(Func<Story, bool> law) =>
        Prop.ForAll<DoNotSize<int>>(seed => law(new Story(seed.Item)))
            .Holds();

    [Fact]
    public void Lines_add_up_to_the_totals() => ForStories(story =>
    {
        var billed = ImmutableArray<BilledItem>.Empty;
        foreach (var (date, i) in story.BillDates().Select((date, i) => (date, i)))
        {
            var draft = Draft(story.Input(date, billed, i % 2 == 0 ? TaxRounding.PerDocument : TaxRounding.PerLine));
            if (draft.Lines.Sum(line => line.NetMinor) != draft.NetMinor || draft.Taxes.Sum(tax =>
                tax.TaxMinor) != draft.TaxMinor
                || draft.Taxes.Sum(tax => tax.BaseMinor) != draft.NetMinor || draft.NetMinor
                    + draft.TaxMinor != draft.GrossMinor)
            {
                return false;
            }
            billed = billed.AddRange(draft.AsBilled());
            story.Change();
        }
        return true;
    });

    [Fact]
    public void Billing_twice_adds_nothing() => ForStories(story =>
    {
        var billed = ImmutableArray<BilledItem>.Empty;
        foreach (var date in story.BillDates())
        {
            billed = billed.AddRange(Draft(story.Input(date, billed)).AsBilled());
            if (!Draft(story.Input(date, billed)).Lines.IsEmpty)
            {
                return false;
            }
            story.Change();
        }
        return true;
    });

    [Fact]
    public void Billing_period_by_period_through_any_changes_sums_to_what_a_slow_model_demands() => ForStories(story =>
    {
        var billed = ImmutableArray<BilledItem>.Empty;
        foreach (var date in story.BillDates())
        {
            story.Change();
            billed = billed.AddRange(Draft(story.Input(date, billed)).AsBilled());
            var expected = story.Subscriptions.Sum(one => SlowModel(story, one, date));
            if (billed.Sum(item => item.AmountMinor) != expected)
            {
                return false;
            }
        }
        return true;
    });

    [Fact]
    public void One_late_bill_equals_the_bills_of_every_period() => ForStories(story =>
    {
        var billed = ImmutableArray<BilledItem>.Empty;
        var last = story.BillDates().Last();
        foreach (var date in story.BillDates())
        {
            billed = billed.AddRange(Draft(story.Input(date, billed)).AsBilled());
        }
        return billed.Sum(item => item.AmountMinor) == Draft(story.Input(last, [])).Lines.Sum(line => line.AmountMinor);
    });

    /// <summary>Walks day by day. Each lived day costs its share of the period that it lies in; a period's days are summed and
    /// rounded once it is due. Boundaries are found by asking every day whether it is one.</summary>
    private static long SlowModel(Story story, SubscriptionFacts subscription, LocalDate billDate)
    {
        var cycleDay = story.Account.Cycle.Day;
        bool Boundary(LocalDate day) => day.Day == cycleDay || (day.Day < cycleDay && day.PlusDays(1).Day == 1);
        bool Lives(LocalDate day) =>
            day >= subscription.Started && day >= story.Account.OpenedOn && (subscription.Ended is null
                || day < subscription.Ended);

        var total = 0L;
        var day = story.Account.OpenedOn.PlusDays(-40);
        while (!Boundary(day))
        {
            day = day.PlusDays(1);
        }
        while (day <= billDate)
        {
            var days = new List<LocalDate> { day };
            for (var next = day.PlusDays(1); !Boundary(next); next = next.PlusDays(1))
            {
                days.Add(next);
            }
            var lived = days.Where(Lives).ToList();
            if (lived.Count > 0)
            {
                var due = story.Price.Timing == Timing.Advance ? lived[0] : lived[^1].PlusDays(1);
                var exact = lived.Count * story.Price.Amount.Amount * subscription.Quantity * 100m / days.Count;
                total += due <= billDate ? (long)decimal.Round(exact, 0, MidpointRounding.AwayFromZero) : 0;
            }
            day = days[^1].PlusDays(1);
        }
        return total;
    }
}
