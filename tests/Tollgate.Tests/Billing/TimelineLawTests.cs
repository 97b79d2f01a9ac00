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

/// <summary>Laws over random timelines: changes of quantity, plan and price, pauses, discounts, recorded late and early, between
/// the bill runs.</summary>
public sealed class TimelineLawTests
{
    private static readonly LocalDate Begin = new(2026, 1, 1);

    /// <summary>What happened to a subscription in up to ten months, made from a seed.</summary>
    private sealed class Story
    {
        private readonly Random random;

        internal Story(int seed, bool seconds = false)
        {
            random = new Random(seed);
            Account = BillingFixture.Account(random.Next(1, 32), "2026-01-01");
            var rule = seconds ? Proration.Seconds : Proration.Days;
            RecurringPrice Price() => Monthly(
                random.Next(1, 20_000) / 100m, random.Next(2) == 0 ? Timing.Advance : Timing.Arrears, rule, rule) with
            {
                Change = rule,
            };
            Prices = new Dictionary<string, RecurringPrice>(StringComparer.Ordinal) { ["plan"] = Price(), ["big"] = Price() };
            var started = Begin.PlusDays(random.Next(-60, 120));
            Subscription = BillingFixture.Subscription("2026-01-01") with
            {
                Started = started, Quantity = random.Next(1, 4), StartedAt = Start(started)
                    + Duration.FromSeconds(Second(seconds)),
            };
        }

        internal AccountFacts Account { get; }

        internal Dictionary<string, RecurringPrice> Prices { get; }

        internal SubscriptionFacts Subscription { get; private set; }

        internal Instant Start(LocalDate day) => Account.Zone.AtStartOfDay(day).ToInstant();

        internal IEnumerable<LocalDate> BillDates()
        {
            for (var date = Account.Cycle.PeriodContaining(Account.OpenedOn).To; date < Begin.PlusMonths(11);
                 date = Account.Cycle.PeriodContaining(date).To)
            {
                yield return date;
            }
        }

        internal BillingInput Input(LocalDate billDate, ImmutableArray<BilledItem> billed, params Discount[] discounts)
        {
            var catalogue = Catalogue() with
            {
                Discounts = [.. discounts],
                Offers =
                [
                    .. Prices.Select(pair => new Offer
                    {
                        Code = pair.Key, Name = pair.Key, Recurring = [pair.Value],
                        Discounts = [.. discounts.Select(discount => discount.Code)],
                    }),
                ],
            };
            return BillingFixture.Input(History(("2000-01-01", catalogue)), Account, billDate,
                Subscription) with { Billed = billed };
        }

        /// <summary>A change is recorded, with any time.</summary>
        internal void Change(bool seconds = false)
        {
            var at = Start(Subscription.Started.PlusDays(random.Next(0, 250))) + Duration.FromSeconds(Second(seconds));
            TimelineChange change = random.Next(6) switch
            {
                0 or 1 => new TimelineChange.Quantity(at, random.Next(0, 5)),
                2 => new TimelineChange.Plan(at, random.Next(2) == 0 ? "plan" : "big"),
                3 => new TimelineChange.Suspend(at, random.Next(3) == 0),
                4 => new TimelineChange.Resume(at),
                _ => new TimelineChange.Price(at, "base", random.Next(3) == 0 ? null : Euro(random.Next(1, 9000) / 100m)),
            };
            Subscription = Subscription with { Changes = Subscription.Changes.Add(change) };
            if (random.Next(5) == 0)
            {
                var ended = Subscription.Started.PlusDays(random.Next(0, 250));
                Subscription = Subscription.Ended is null
                    ? Subscription with { Ended = ended, EndedAt = Start(ended) } : Subscription with { Ended = null,
                        EndedAt = null };
            }
        }

        private long Second(bool seconds) => seconds ? random.Next(86_400) : random.Next(2) * random.Next(80_000);
    }

    private static void ForStories(Func<Story, bool> law, bool seconds = false) =>
        Prop.ForAll<DoNotSize<int>>(seed => law(new Story(seed.Item, seconds)))
            .Holds();

    [Fact]
    public void Any_history_of_changes_and_bill_runs_sums_to_what_a_slow_model_demands() => ForStories(story =>
    {
        var billed = ImmutableArray<BilledItem>.Empty;
        foreach (var date in story.BillDates())
        {
            story.Change();
            var draft = Draft(story.Input(date, billed));
            billed = billed.AddRange(draft.AsBilled());
            if (billed.Sum(item => item.AmountMinor) != SlowModel.ByDays(story.Account, story.Prices, story.Subscription, date)
                || draft.Lines.Sum(line => line.NetMinor) != draft.NetMinor
                || !Draft(story.Input(date, billed)).Lines.IsEmpty)
            {
                return false;
            }
        }
        return true;
    });

    [Fact]
    public void Seconds_sum_to_what_a_slow_model_demands() => ForStories(story =>
    {
        var billed = ImmutableArray<BilledItem>.Empty;
        foreach (var date in story.BillDates())
        {
            story.Change(seconds: true);
            billed = billed.AddRange(Draft(story.Input(date, billed)).AsBilled());
            if (billed.Sum(item => item.AmountMinor) != SlowModel.BySeconds(story.Account, story.Prices, story.Subscription,
                date))
            {
                return false;
            }
        }
        return true;
    }, seconds: true);

    [Fact]
    public void One_late_bill_equals_the_bills_of_every_period_with_discounts() => ForStories(story =>
    {
        Discount[] discounts =
        [
            new() { Code = "a", Name = "A", Percent = 12.5m },
            new() { Code = "b", Name = "B", Amount = Euro(3m), Scope = DiscountScope.Invoice, Order = 200 },
            new() { Code = "c", Name = "C", Percent = 50m, Periods = 2, Order = 50 },
        ];
        for (var i = 0; i < 4; i++)
        {
            story.Change();
        }
        var billed = ImmutableArray<BilledItem>.Empty;
        foreach (var date in story.BillDates())
        {
            billed = billed.AddRange(Draft(story.Input(date, billed, discounts)).AsBilled());
        }
        var last = Draft(story.Input(story.BillDates().Last(), [], discounts));
        return billed.Sum(item => item.AmountMinor) == last.Lines.Sum(line => line.AmountMinor)
            && billed.Sum(item => item.AmountMinor) >= 0;
    });

    [Fact]
    public void The_order_in_which_changes_of_different_times_are_recorded_does_not_matter() => ForStories(story =>
    {
        for (var i = 0; i < 5; i++)
        {
            story.Change();
        }
        var date = story.BillDates().Last();
        var forward = story.Input(date, []);
        if (story.Subscription.Changes.Select(change => change.At).Distinct().Count() < story.Subscription.Changes.Length)
        {
            return true;
        }
        var backward = forward with
        {
            Subscriptions = [story.Subscription with { Changes = [.. story.Subscription.Changes.Reverse()] }],
        };
        return Draft(forward).Lines.SequenceEqual(Draft(backward).Lines);
    });

    /// <summary>Asks every day (every second between two changes) what holds, and adds up its share of its period.</summary>
    private static class SlowModel
    {
        internal static long ByDays(
            AccountFacts account, Dictionary<string, RecurringPrice> prices, SubscriptionFacts one, LocalDate billDate)
        {
            var total = 0L;
            var period = account.Cycle.PeriodContaining(account.OpenedOn);
            for (; period.From <= billDate; period = account.Cycle.PeriodContaining(period.To))
            {
                foreach (var run in Runs(account, one, period))
                {
                    var price = prices[run.Offer];
                    var days = run.Days.Where(day => !day.State.Free).ToList();
                    if (price.Timing == Timing.Arrears && run.End > billDate)
                    {
                        continue;
                    }
                    // A stretch that begins after the bill date is not due in advance; days of one stretch have the same state.
                    var due = days.Where(day => price.Timing == Timing.Arrears || day.Since <= billDate);
                    var sum = due.Sum(day => (day.State.Own ?? price.Amount.Amount) * day.State.Quantity);
                    total += (long)decimal.Round(sum * 100m / period.Days, 0, MidpointRounding.AwayFromZero);
                }
            }
            return total;
        }

        internal static long BySeconds(
            AccountFacts account, Dictionary<string, RecurringPrice> prices, SubscriptionFacts one, LocalDate billDate)
        {
            var total = 0L;
            var zone = account.Zone;
            var period = account.Cycle.PeriodContaining(account.OpenedOn);
            for (; period.From <= billDate; period = account.Cycle.PeriodContaining(period.To))
            {
                var whole = period.In(zone);
                var begin = Instant.Max(one.StartedAt!.Value, zone.AtStartOfDay(account.OpenedOn).ToInstant());
                var from = Instant.Max(whole.Start, begin);
                var to = Instant.Min(whole.End, one.EndedAt ?? Instant.MaxValue);
                var marks = one.Changes.Select(change => change.At).Where(at => at > from
                    && at < to).Prepend(from).Append(to).Distinct()
                    .Order().ToList();
                var sums = new Dictionary<(string, LocalDate), (decimal Sum, LocalDate End)>();
                for (var i = 0; from < to && i + 1 < marks.Count; i++)
                {
                    var state = StateAt(one, zone, marks[i]);
                    var price = prices[state.Offer];
                    var (sum, _) = sums.GetValueOrDefault((state.Offer, state.PlanFrom));
                    var since = marks[i].InZone(zone).Date;
                    var end = marks[i + 1].InZone(zone).Date;
                    end = zone.AtStartOfDay(end).ToInstant() == marks[i + 1] ? end : end.PlusDays(1);
                    if (!state.Free && (price.Timing == Timing.Arrears || since <= billDate))
                    {
                        sum += (state.Own ?? price.Amount.Amount) * state.Quantity
                            * (marks[i + 1].ToUnixTimeSeconds() - marks[i].ToUnixTimeSeconds());
                    }
                    sums[(state.Offer, state.PlanFrom)] = (sum, end);
                }
                foreach (var group in sums.GroupBy(pair => pair.Key.Item1))
                {
                    var price = prices[group.Key];
                    var due = group.Where(pair => price.Timing == Timing.Advance || pair.Value.End <= billDate)
                        .Sum(pair => pair.Value.Sum);
                    total += (long)decimal.Round(
                        due * 100m / (whole.End.ToUnixTimeSeconds() - whole.Start.ToUnixTimeSeconds()), 0,
                        MidpointRounding.AwayFromZero);
                }
            }
            return total;
        }

        private sealed record State(string Offer, LocalDate PlanFrom, int Quantity, bool Free, decimal? Own);

        private static State StateAt(SubscriptionFacts one, DateTimeZone zone, Instant at)
        {
            var state = new State(one.Offer, one.Started, one.Quantity, false, null);
            foreach (var change in one.Changes.Select((change, i) => (change, i)).Where(pair => pair.change.At <= at)
                         .OrderBy(pair => pair.change.At).ThenBy(pair => pair.i).Select(pair => pair.change))
            {
                state = change switch
                {
                    TimelineChange.Quantity quantity => state with { Quantity = quantity.Units },
                    TimelineChange.Plan plan => state with { Offer = plan.Offer, PlanFrom = plan.At.InZone(zone).Date,
                        Own = null },
                    TimelineChange.Suspend suspend => state with { Free = !suspend.Charged },
                    TimelineChange.Resume => state with { Free = false },
                    TimelineChange.Price price => state with { Own = price.Amount?.Amount },
                    _ => state,
                };
            }
            return state;
        }

        /// <summary>The days of a period by offer, with the first day of the stretch that each lies in and the day on which the
        /// offer's part is over.</summary>
        private static IEnumerable<(string Offer, LocalDate End, List<(State State, LocalDate Since)> Days)> Runs(
            AccountFacts account, SubscriptionFacts one, BillPeriod period)
        {
            var days = new List<(LocalDate Day, State State, LocalDate Since)>();
            for (var day = period.From; day < period.To; day = day.PlusDays(1))
            {
                if (day < one.Started || day < account.OpenedOn || one.Ended <= day)
                {
                    continue;
                }
                var state = StateAt(one, account.Zone, account.Zone.AtStartOfDay(day.PlusDays(1)).ToInstant() - Duration.Epsilon);
                var changed = one.Changes.Any(change => change.At.InZone(account.Zone).Date == day);
                days.Add((day, state, days.Count == 0 || changed ? day : days[^1].Since));
            }
            foreach (var offer in days.GroupBy(day => day.State.Offer))
            {
                // Stretches of one offer that two changes of plan tear apart are one item.
                yield return (offer.Key, offer.Last().Day.PlusDays(1), [.. offer.Select(day => (day.State, day.Since))]);
            }
        }
    }
}
