using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Ledger;
using Tollgate.Operations.Adjustments;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Pockets;

/// <summary>What was taken out of pockets and what was given for it.</summary>
/// <param name="Exchange">Code of the exchange; empty: a right was used up for nothing in a pocket.</param>
/// <param name="Left">What the account still holds of the same.</param>
/// <param name="GivenUnit">Empty: nothing was given.</param>
/// <param name="Pocket">Which got it; null: a credit, or nothing.</param>
/// <param name="Credit">Of an account without a money pocket: its next bills set it off.</param>
public sealed record UnitsExchanged(
    string Exchange, decimal Taken, string Unit, decimal Left, decimal Given, string GivenUnit, PocketId? Pocket,
    CreditId? Credit)
{
    /// <summary>True: it was done before under the same key, and nothing was done now.</summary>
    public bool Replayed { get; init; }
}

/// <summary>
/// Turns units in pockets into others by the exchanges of the catalogue in force, and uses up rights. What is taken and what is
/// given move in one transaction. Refusals: <c>unknown-account</c>, <c>unknown-exchange</c>, <c>unknown-pocket</c>,
/// <c>not-enough</c>, <c>exchange-step</c>, <c>other-currency</c>, <c>several-subscriptions</c>, <c>invalid</c>,
/// <c>key-reused</c>.
/// </summary>
public static class ExchangeUnits
{
    /// <summary>Exchanges an amount.</summary>
    /// <param name="code">Of the exchange.</param>
    /// <param name="amount">In the unit that is taken; null: as much as the exchange names.</param>
    /// <param name="subscription">Whose pocket gets what is given, when several have one.</param>
    /// <param name="unit">What the caller takes the amount to be in; refused when it is another; empty: it does not say.</param>
    public static Task<Outcome<UnitsExchanged>> RunAsync(
        OperationContext context, AccountId account, string code, decimal? amount, CatalogueTimeline timeline, string callerKey,
        SubscriptionId? subscription = null, string unit = "", CancellationToken cancel = default) =>
        OnceAsync(context, "account.exchange", account, callerKey,
            new Fingerprint().Add("account", account).Add("exchange", code).Add("amount", amount)
                .Add("subscription", subscription), timeline,
            async work => Exchanges(timeline, work).FirstOrDefault(one => one.Code == code) is not { } exchange
                ? new Refusal("unknown-exchange", $"The catalogue in force has no exchange '{FieldRules.Short(code)}'.")
                : OtherUnit(code, exchange.Unit, unit) is { } other ? other
                : Steps(exchange.Unit, amount, exchange.Take) is not { } steps
                    ? NoAmount(amount, exchange.Unit)
                    : await ExchangeAsync(work, exchange, steps, "exchange", timeline, subscription, cancel), cancel);

    /// <summary>Uses up units of pockets of a code, e.g. a right to a film. When an exchange takes from that code, what it gives
    /// is given.</summary>
    /// <param name="pocket">Code of the pockets.</param>
    /// <param name="amount">In their unit; null: one, or as much as the exchange names.</param>
    /// <param name="unit">As for <see cref="RunAsync"/>.</param>
    public static Task<Outcome<UnitsExchanged>> UseAsync(
        OperationContext context, AccountId account, string pocket, decimal? amount, CatalogueTimeline timeline, string callerKey,
        SubscriptionId? subscription = null, string unit = "", CancellationToken cancel = default) =>
        OnceAsync(context, "account.use", account, callerKey,
            new Fingerprint().Add("account", account).Add("pocket", pocket).Add("amount", amount)
                .Add("subscription", subscription), timeline,
            async work =>
            {
                if (Exchanges(timeline, work).FirstOrDefault(one => one.From == pocket) is { } exchange)
                {
                    if (OtherUnit(pocket, exchange.Unit, unit) is { } wrong)
                    {
                        return wrong;
                    }
                    if (Steps(exchange.Unit, amount, exchange.Take) is not { } steps)
                    {
                        return NoAmount(amount, exchange.Unit);
                    }
                    var done = await ExchangeAsync(work, exchange, steps, "use", timeline, subscription, cancel);
                    if (done.Refusal is null)
                    {
                        await ItemiseAsync(work, timeline, pocket, exchange.Unit, steps, exchange.Name.Text, cancel);
                    }
                    return done;
                }
                if (await UnitOfAsync(work, pocket, cancel) is not { } own)
                {
                    return Refusals.Unknown("pocket", $"of the account with the code '{FieldRules.Short(pocket)}'");
                }
                if (OtherUnit(pocket, own, unit) is { } other)
                {
                    return other;
                }
                if (Steps(own, amount, own.StoragePerUnit) is not { } taken)
                {
                    return NoAmount(amount, own);
                }
                var took = await TakeAsync(work, own, pocket, taken, "use", cancel);
                if (took.Refusal is { } refusal)
                {
                    return refusal;
                }
                await ItemiseAsync(work, timeline, pocket, own, taken, "", cancel);
                return Text("", own, taken, took.Value, null, 0, null, null);
            }, cancel);

    /// <summary>What was used up stands on the next bill with its name, at nothing.</summary>
    /// <param name="name">Of what is given for it; empty: the name of the allowance.</param>
    private static async Task ItemiseAsync(
        PocketWork work, CatalogueTimeline timeline, string pocket, Unit unit, long steps, string name, CancellationToken cancel)
    {
        if (timeline.At(work.Context.Now)?.Compiled.Source is not { Taxes: [var first, ..] } catalogue)
        {
            return;
        }
        var code = pocket[(pocket.LastIndexOf('/') + 1)..];
        var right = catalogue.Offers.SelectMany(offer => offer.Allowances).FirstOrDefault(one => one.Code == code);
        var plan = catalogue.RatePlans.FirstOrDefault(one => right?.IsFor(one.Service) == true);
        var used = string.Create(CultureInfo.InvariantCulture, $"{unit.FromStorage(steps):0.######} × ");
        await BookAdjustment.LineAsync(
            work.Work, work.Context, work.Account, work.Context.Ids.Next(1, work.Work.Transaction), new NewGivenLine(
                work.Id, used + (name.Length > 0 ? name : right?.Name.Text ?? pocket), 0m, plan?.Tax ?? first.Code, Kind: "use",
                On: work.Context.Now.InZone(work.Zone).Date,
                RevenueAccount: plan?.RevenueAccount ?? ChartOfAccounts.Default.OtherRevenue, Reason: work.Reference), cancel);
    }

    private static ImmutableArray<Exchange> Exchanges(CatalogueTimeline timeline, PocketWork work) =>
        timeline.At(work.Context.Now)?.Compiled.Source.Exchanges ?? [];

    private static async Task<Outcome<UnitsExchanged>> OnceAsync(
        OperationContext context, string operation, AccountId account, string callerKey, Fingerprint content,
        CatalogueTimeline timeline, Func<PocketWork, Task<Outcome<string>>> make, CancellationToken cancel)
    {
        var done = await PocketWork.RunAsync(context, operation, account, callerKey, content, timeline, make, cancel);
        return done.Refusal is { } refusal ? refusal : Read(done.Value.Answer) with { Replayed = done.Value.Replayed };
    }

    private static async Task<Outcome<string>> ExchangeAsync(
        PocketWork work, Exchange exchange, long steps, string kind, CatalogueTimeline timeline, SubscriptionId? subscription,
        CancellationToken cancel)
    {
        if (steps < exchange.Minimum || steps % exchange.Step != 0)
        {
            return new Refusal("exchange-step", string.Create(CultureInfo.InvariantCulture,
                $"'{exchange.Code}' takes at least {exchange.Unit.FromStorage(exchange.Minimum)} {exchange.Unit.Code}, and ")
                + string.Create(CultureInfo.InvariantCulture,
                    $"multiples of {exchange.Unit.FromStorage(exchange.Step)}: not {exchange.Unit.FromStorage(steps)}."),
                Field: "amount");
        }
        var given = exchange.To is { } to && exchange.Pocket is null
            ? exchange.GivenFor(steps) / to.StoragePerMinor * to.StoragePerMinor
            : exchange.GivenFor(steps);
        if (exchange.To is not null && given == 0)
        {
            return new Refusal("exchange-step", $"'{exchange.Code}' gives nothing for so little: give more.", Field: "amount");
        }
        var took = await TakeAsync(work, exchange.Unit, exchange.From, steps, kind, cancel);
        if (took.Refusal is { } refusal)
        {
            return refusal;
        }
        var left = took.Value;
        if (exchange.To is not { } unit)
        {
            return Text(exchange.Code, exchange.Unit, steps, left, null, 0, null, null);
        }
        if (exchange.Pocket is null)
        {
            var money = await MoneyAsync(work, exchange, unit, given, cancel);
            return money.Refusal is { } wrong
                ? wrong
                : Text(exchange.Code, exchange.Unit, steps, left, unit, given, money.Value.Pocket, money.Value.Credit);
        }
        var target = await PocketTarget.FindAsync(work, timeline, exchange.Pocket, subscription, cancel);
        if (target.Refusal is { } unclear)
        {
            return unclear;
        }
        var own = target.Value!.Allowance?.Unit ?? unit;
        if (own.Kind != unit.Kind || (own != unit && own.Kind is UnitKind.Currency or UnitKind.Count))
        {
            return new Refusal("invalid",
                $"'{exchange.Pocket}' is counted in {own.Code}, and '{exchange.Code}' gives {unit.Code}: mend the catalogue.");
        }
        var pocket = await work.GiveAsync(
            target.Value!, own, given, work.Context.Now, await work.EndAsync(exchange.Lasts, work.Context.Now, cancel), cancel);
        return Text(exchange.Code, exchange.Unit, steps, left, own, given, pocket, null);
    }

    /// <summary>Into the money pocket of the account; without one, a credit that its bills set off.</summary>
    private static async Task<Outcome<(PocketId? Pocket, CreditId? Credit)>> MoneyAsync(
        PocketWork work, Exchange exchange, Unit unit, long steps, CancellationToken cancel)
    {
        var (account, now) = (work.Account, work.Context.Now);
        if (unit.Code != account.Currency)
        {
            return BookRequests.OtherCurrency(Money.FromStorage(steps, unit), account.Currency);
        }
        var minor = steps / unit.StoragePerMinor;
        var today = now.InZone(work.Zone).Date;
        if (await MoneyPocket.FindAsync(work.Work, account, work.Id, cancel) is not { } found)
        {
            var id = work.Context.Ids.Next(1, work.Work.Transaction);
            var before = (await Policies.InForceAsync(work.Work, today, cancel)).CreditsBeforeTax;
            await BookAdjustment.InsertAsync(work.Work, work.Context, account, work.Id, new NewMoney(
                id, CreditKind.Credit, before, AtEnd: false, minor, exchange.Name.Text, exchange.Code, today), cancel);
            return (null, new CreditId(id));
        }
        await PocketRows.ChangeAsync(work.Work, account.Customer, new PocketMove(
            found.Pocket, work.Seq, 0, "exchange", steps, found.Balance, now, work.Reference), cancel);
        BookWriter.SaveEntries(work.Work, [(work.Context.Ids.Next(1, work.Work.Transaction), Postings.Default.ForGift(
            new PostingSubject(account.Seller, account.Customer, work.Id, unit, today,
                string.Create(CultureInfo.InvariantCulture, $"{found.Pocket}/{work.Seq}")), minor))], now);
        return (found.Pocket, null);
    }

    /// <summary>Takes, and says what is left.</summary>
    private static async Task<Outcome<long>> TakeAsync(
        PocketWork work, Unit unit, string? code, long steps, string kind, CancellationToken cancel)
    {
        var held = await work.HeldAsync(unit.Code, code, cancel);
        var sum = held.Sum(pocket => pocket.Balance);
        if (sum < steps)
        {
            return new Refusal("not-enough", string.Create(CultureInfo.InvariantCulture,
                $"The account holds {unit.FromStorage(sum)} {unit.Code}{(code is null ? "" : $" of '{code}'")} now, ")
                + string.Create(CultureInfo.InvariantCulture, $"and {unit.FromStorage(steps)} are needed."));
        }
        await work.TakeAsync(held, steps, kind, cancel);
        return sum - steps;
    }

    /// <summary>The unit of the account's pockets of a code, used up ones included.</summary>
    private static async Task<Unit?> UnitOfAsync(PocketWork work, string code, CancellationToken cancel) =>
        (await work.Work.ReadAsync(
            "SELECT unit FROM pocket WHERE customer_id = @customer AND account_id = @account AND kind = 'allowance' AND "
            + "allowance = @code ORDER BY valid_to DESC, pocket_id LIMIT 1", reader => work.Units.Of(reader.GetString(0)), cancel,
            ("customer", work.Account.Customer.Value), ("account", work.Id.Value), ("code", code))).FirstOrDefault();

    private static Refusal? OtherUnit(string code, Unit unit, string wanted) => wanted.Length == 0 || wanted == unit.Code ? null
        : new Refusal("invalid", $"'{FieldRules.Short(code)}' is counted in {unit.Code}, not in {FieldRules.Short(wanted)}. Give "
            + $"the amount in {unit.Code}.", Field: "unit");

    /// <summary>An amount in stored steps; null: it is not above zero, or too fine or too large to be stored.</summary>
    private static long? Steps(Unit unit, decimal? amount, long otherwise) => amount switch
    {
        null => otherwise,
        <= 0 => null,
        { } given when given > long.MaxValue / 2 / unit.StoragePerUnit => null,
        { } given => decimal.Truncate(given * unit.StoragePerUnit) == given * unit.StoragePerUnit
            ? (long)(given * unit.StoragePerUnit) : null,
    };

    private static Refusal NoAmount(decimal? amount, Unit unit) => new("invalid",
        string.Create(CultureInfo.InvariantCulture, $"{amount} {unit.Code} is not possible. Give an amount above zero, with no ")
        + "more decimals than the unit holds.", Field: "amount");

    /// <summary>The answer as it is kept for a repetition.</summary>
    private static string Text(
        string exchange, Unit unit, long taken, long left, Unit? to, long given, PocketId? pocket, CreditId? credit) =>
        string.Join('|', exchange, unit.Code, Number(unit, taken), Number(unit, left), to?.Code,
            to is null ? "0" : Number(to, given), pocket, credit);

    private static string Number(Unit unit, long steps) => unit.FromStorage(steps).ToString(CultureInfo.InvariantCulture);

    private static UnitsExchanged Read(string answer)
    {
        var parts = answer.Split('|');
        return new UnitsExchanged(
            parts[0], Decimal(2), parts[1], Decimal(3), Decimal(5), parts[4],
            Id.TryParse<PocketId>(parts[6], out var pocket) ? pocket : null,
            Id.TryParse<CreditId>(parts[7], out var credit) ? credit : null);

        decimal Decimal(int part) => decimal.Parse(parts[part], CultureInfo.InvariantCulture);
    }
}
