using System.Globalization;
using NodaTime;
using Tollgate.Ledger;
using Tollgate.Operations;
using Tollgate.Operations.Adjustments;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Documents;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>What happens to a customer from October to March, decided by a seed: what, recorded on which day, from when it
/// holds. The same seed gives the same acts, whatever is billed in between.</summary>
internal sealed class RandomHistory
{
    internal const string Catalogue = """
        catalog: { code: random, currency: EUR, timeZone: Europe/Berlin }
        taxes: [ { code: standard, name: VAT, rates: [ { country: DE, percent: 19, from: 2007-01-01 } ] } ]
        discounts:
          - { code: some, name: Some, percent: 15, periods: 2 }
          - { code: both, name: Both, amount: 4.00, offers: [plan], requires: [fibre] }
          - { code: many, name: Many, scope: invoice, on: [recurring, usage], by: amount, steps: [ { from: 80, percent: 5 } ] }
          - { code: hello, name: Hello, percent: 50, periods: 1, coupon: { code: HELLO } }
        offers:
          - code: plan
            name: Plan
            recurring: [ { code: fee, name: Fee, amount: 31.37, tax: standard, revenueAccount: 4000-fees } ]
            discounts: [some, both]
          - code: late
            name: Late
            recurring: [ { code: fee, name: Fee, amount: 27.13, timing: arrears, tax: standard, revenueAccount: 4000-fees } ]
            spend: [ { code: least, name: Least, bound: minimum, amount: 12.00, tax: standard, revenueAccount: 4400-minimum } ]
          - code: fibre
            name: Fibre
            recurring: [ { code: line, name: Line, amount: 119.99, every: 3 months,
                tax: standard, taxIncluded: yes, revenueAccount: 4000-fees } ]
            oneTime:
              - { code: on, name: Switch-on, amount: 25.00, tax: standard, revenueAccount: 4010-once }
              - { code: off, name: Switch-off, at: termination, amount: 9.99, tax: standard, revenueAccount: 4010-once }
            discounts: [many]
          - code: stages
            name: Stages
            phases: [ { code: trial, name: Trial, for: 10 days }, { code: paid, name: Paid } ]
            recurring: [ { code: fee, name: Fee, amount: 19.90, phases: [paid], entry: thirty-days,
                tax: standard, revenueAccount: 4000-fees } ]
            spend: [ { code: most, name: Most, bound: maximum, amount: 20.00, tax: standard, revenueAccount: 4100-voice } ]
            minimumTerm: { length: 4 months, fee: { code: early, name: Early, kind: per-month-left, amount: 5.00,
                tax: standard, revenueAccount: 4010-once } }
          - code: phone
            name: Phone
            instalments: [ { code: part, name: Part, amount: 20.83, count: 5, tax: standard, revenueAccount: 4010-once } ]
          - { code: pack, name: Pack, includes: [late, phone] }
        """;

    private static readonly string[] Plans = ["plan", "late", "stages", "pack", "fibre"];

    private readonly Random random;
    private readonly long customer;
    private readonly bool money;
    private readonly List<Act> acts = [];
    private readonly List<string> subscriptions = ["s0"];

    /// <param name="money">Also charges and credits by hand, deposits, payments and credit notes, which depend on what was
    /// billed.</param>
    internal RandomHistory(int seed, long customer, bool money)
    {
        (random, this.customer, this.money) = (new Random(seed), customer, money);
        for (var day = October.PlusDays(random.Next(1, 8)); day < October.PlusMonths(6); day = day.PlusDays(random.Next(1, 16)))
        {
            acts.Add(Next(day));
        }
    }

    /// <summary>What happens on a day.</summary>
    /// <param name="Do">Null: done; else why it was refused.</param>
    internal sealed record Act(LocalDate On, string What, Func<Player, OperationContext, Task<Refusal?>> Do);

    /// <summary>In the order of time.</summary>
    internal IReadOnlyList<Act> Acts => acts;

    internal string Text => string.Join('\n', acts.Select(act => act.What));

    /// <summary>Does a history and remembers the ids of what it makes.</summary>
    internal sealed class Player(BillingStory story, long customer)
    {
        internal BillingStory Story { get; } = story;

        internal Dictionary<string, SubscriptionId> Subscriptions { get; } = new(StringComparer.Ordinal)
        {
            ["s0"] = new SubscriptionId(customer + 2),
        };

        internal List<GrantId> Discounts { get; } = [];

        internal List<GivenLineId> Lines { get; } = [];

        /// <summary>Acts that were not refused.</summary>
        internal int Done { get; private set; }

        internal async Task PlayAsync(RandomHistory history, LocalDate from, LocalDate to)
        {
            foreach (var act in history.Acts.Where(act => from <= act.On && act.On < to))
            {
                Done += await act.Do(this, Story.On(act.On)) is null ? 1 : 0;
            }
        }
    }

    private AccountId Account => new(customer + 1);

    private static Money Eur(decimal amount) => new(amount, Units.Eur);

    private Act Next(LocalDate on)
    {
        // Half of what is recorded holds from an earlier day, also of a billed period.
        var at = random.Next(2) == 0 ? on : on.PlusDays(random.Next(-50, 20));
        at = LocalDate.Max(at, October);
        var key = subscriptions[random.Next(subscriptions.Count)];
        var what = string.Create(CultureInfo.InvariantCulture, $"{on:uuuu-MM-dd}: from {at:uuuu-MM-dd} {key} ");
        return random.Next(money ? 17 : 11) switch
        {
            0 or 1 => Subscribe(on, at),
            2 => Change(on, at, key, what),
            3 => Quantity(on, at, key, what),
            4 => Price(on, at, key, what),
            5 => Pause(on, at, key, what),
            6 => End(on, at, key, what),
            7 => Withdraw(on, key, what),
            8 => random.Next(3) == 0 ? EndDiscount(on, at) : Discount(on, at, key),
            9 or 10 => Use(on, at),
            11 or 12 => Credit(on),
            13 => Line(on, at),
            14 => WithdrawLine(on),
            15 => Given(on),
            _ => Pay(on),
        };
    }

    private Act Subscribe(LocalDate on, LocalDate at)
    {
        var (key, offer, units) = ($"s{subscriptions.Count}", Plans[random.Next(Plans.Length)], random.Next(1, 4));
        subscriptions.Add(key);
        return new Act(on, $"{on:uuuu-MM-dd}: from {at:uuuu-MM-dd} {key} is {offer} × {units}", async (player, context) =>
        {
            var made = await CreateSubscription.RunAsync(context, new NewSubscription
            {
                Account = Account, Offer = offer, Quantity = units, StartedAt = Start(at),
            }, player.Story.OnSale, "");
            player.Subscriptions[key] = made.Refusal is null ? made.Value.Id : default;
            return made.Refusal;
        });
    }

    private Act Change(LocalDate on, LocalDate at, string key, string what)
    {
        var offer = Plans[random.Next(Plans.Length)];
        return new Act(on, what + $"becomes {offer}", async (player, context) => (await ChangeSubscription.RunAsync(
            context, player.Subscriptions[key], new SubscriptionChange { Offer = offer, At = Start(at) }, player.Story.OnSale))
            .Refusal);
    }

    private Act Quantity(LocalDate on, LocalDate at, string key, string what)
    {
        var (units, hour) = (random.Next(1, 6), random.Next(24));
        return new Act(on, what + $"× {units}", async (player, context) => (await ChangeSubscription.RunAsync(
            context, player.Subscriptions[key],
            new SubscriptionChange { Quantity = units, At = Start(at) + Duration.FromHours(hour) }, player.Story.OnSale))
            .Refusal);
    }

    private Act Price(LocalDate on, LocalDate at, string key, string what)
    {
        var amount = random.Next(3000) / 100m;
        return new Act(on, what + $"fee {amount}", async (player, context) => (await ChangeSubscription.RunAsync(
            context, player.Subscriptions[key],
            new SubscriptionChange { PriceCode = "fee", Amount = amount, At = Start(at) }, player.Story.OnSale)).Refusal);
    }

    private Act Pause(LocalDate on, LocalDate at, string key, string what)
    {
        var charged = random.Next(3) == 0;
        return new Act(on, what + "pauses or goes on", async (player, context) =>
        {
            var id = player.Subscriptions[key];
            var paused = await SuspendSubscription.RunAsync(context, id, charged, Start(at));
            return paused.Refusal?.Code == "already-suspended"
                ? (await ResumeSubscription.RunAsync(context, id, Start(at))).Refusal
                : paused.Refusal;
        });
    }

    private Act End(LocalDate on, LocalDate at, string key, string what)
    {
        var (when, waive) = (random.Next(3) == 0 ? ChangeTime.PeriodEnd : ChangeTime.Now, random.Next(2) == 0);
        return new Act(on, what + $"ends ({when})", async (player, context) => (await EndSubscription.RunAsync(
            context, player.Subscriptions[key],
            new SubscriptionEnd { At = when == ChangeTime.Now ? Start(at) : null, When = when, WaiveFee = waive },
            player.Story.OnSale)).Refusal);
    }

    private Act Withdraw(LocalDate on, string key, string what)
    {
        var number = random.Next(1, 4);
        return new Act(on, what + $"without change {number}", async (player, context) => (await WithdrawChange.RunAsync(
            context, player.Subscriptions[key], number)).Refusal);
    }

    private Act Discount(LocalDate on, LocalDate at, string key)
    {
        var (kind, percent, periods) = (random.Next(4), random.Next(1, 60), random.Next(2) == 0 ? 2 : (int?)null);
        var what = $"{on:uuuu-MM-dd}: from {at:uuuu-MM-dd} discount {kind}, {percent}, {periods}";
        return new Act(on, what, async (player, context) =>
        {
            var given = kind == 0
                ? await RedeemCoupon.RunAsync(
                    context, Account, null, "hello", player.Story.Catalogues.Entries[0].Compiled.Source)
                : await GrantDiscount.RunAsync(context, Account, new NewDiscount
                {
                    Subscription = kind == 1 ? player.Subscriptions[key] : null,
                    Percent = kind == 3 ? null : percent, Amount = kind == 3 ? percent / 4m : null,
                    On = kind == 2 ? "all" : null, Scope = kind == 2 ? "invoice" : null, Periods = periods, From = at,
                    Reason = "Complaint",
                }, null);
            if (given.Refusal is null)
            {
                player.Discounts.Add(given.Value.Id);
            }
            return given.Refusal;
        });
    }

    private static Act EndDiscount(LocalDate on, LocalDate at) => new(
        on, $"{on:uuuu-MM-dd}: the last discount ends {at:uuuu-MM-dd}", async (player, context) => player.Discounts.Count == 0
            ? Nothing : (await Operations.Customers.EndDiscount.RunAsync(context, player.Discounts[^1], at)).Refusal);

    private Act Use(LocalDate on, LocalDate at)
    {
        var (day, amount) = (LocalDate.Min(at, on), random.Next(1, 4000) / 100m);
        return new Act(on, $"{on:uuuu-MM-dd}: uses {amount} on {day:uuuu-MM-dd}", async (player, _) =>
        {
            await player.Story.AddUsageAsync(customer, day, amount);
            return null;
        });
    }

    /// <summary>A credit note of a part, a line or all of the last bill, final or to be billed again.</summary>
    private Act Credit(LocalDate on)
    {
        var (how, again) = (random.Next(3), random.Next(2) == 0);
        var key = Key();
        return new Act(on, $"{on:uuuu-MM-dd}: credit {how}{(again ? ", to be billed again" : "")}", async (player, context) =>
        {
            var bills = (await player.Story.DocumentsAsync("issued")).Where(one => one.Account == Account && one.GrossMinor > 0);
            if (bills.OrderBy(one => one.Id.Value).LastOrDefault() is not { } last)
            {
                return Nothing;
            }
            return (await CreditDocument.RunAsync(context, new CreditRequest(
                last.Id, how == 0 ? Math.Max(1, last.GrossMinor / 3) / 100m : null, how == 1 ? [new CreditLine(1, null)] : [],
                false, again, new DocumentOrder(key, "Goodwill", LocalDate.Max(on, last.IssueDate))))).Refusal;
        });
    }

    private Act Line(LocalDate on, LocalDate at)
    {
        var amount = random.Next(-2000, 3000) / 100m;
        return new Act(on, $"{on:uuuu-MM-dd}: charge by hand {amount} of {at:uuuu-MM-dd}", async (player, context) =>
        {
            var made = await AdjustAccount.ChargeAsync(
                context, new NewGivenLine(Account, "By hand", amount, "standard", On: at),
                player.Story.Catalogues.Entries[0].Compiled.Source);
            if (made.Refusal is null)
            {
                player.Lines.Add(made.Value.Id);
            }
            return made.Refusal;
        });
    }

    private static Act WithdrawLine(LocalDate on) => new(
        on, $"{on:uuuu-MM-dd}: the last charge by hand is withdrawn", async (player, context) => player.Lines.Count == 0
            ? Nothing : (await AdjustAccount.WithdrawAsync(context, player.Lines[^1].ToString())).Refusal);

    private Act Given(LocalDate on)
    {
        var (amount, before, deposit, key) = (random.Next(1, 5000) / 100m, random.Next(2) == 0, random.Next(3) == 0, Key());
        return new Act(on, $"{on:uuuu-MM-dd}: {(deposit ? "deposit" : "credit")} {amount}", async (_, context) =>
        {
            if (!deposit)
            {
                return (await AdjustAccount.CreditAsync(context, new NewCredit(Account, "Sorry", amount, before))).Refusal;
            }
            var taken = await Deposits.TakeAsync(
                context, new NewDeposit(Account, Eur(amount), PaymentChannel.Cash, on, "Deposit", key));
            return taken.Refusal ?? (before ? (await Deposits.ReleaseAsync(context, taken.Value.Id)).Refusal : null);
        });
    }

    private Act Pay(LocalDate on)
    {
        var (amount, key) = (random.Next(1, 9000) / 100m, Key());
        return new Act(on, $"{on:uuuu-MM-dd}: pays {amount}", async (_, context) => (await RecordPayment.RunAsync(
            context, new PaymentRequest(Account, Eur(amount), PaymentChannel.Transfer, on, key))).Refusal);
    }

    private string Key() => string.Create(CultureInfo.InvariantCulture, $"{customer}-{acts.Count}");

    private static readonly Refusal Nothing = new("nothing", "There is nothing to do it with.");
}
