using System.CommandLine;
using System.Globalization;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Pockets;
using Tollgate.Primitives;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate account movements|grant|exchange|use</c>.</summary>
internal static class PocketCommands
{
    internal static Command Movements(Globals globals)
    {
        var which = new Argument<string>("account") { Description = "Id (acc_1001) or your own account number." };
        var pocket = Text("--pocket", "ID", "Only this pocket, e.g. poc_1001. Default: money and allowances, no counters.");
        var from = Text("--from", "TIME", "First time: 2026-10-01 or 2026-10-01T08:00:00+02:00.");
        var to = Text("--to", "TIME", "Times end before it.");
        var days = new Option<bool>("--by-day") { Description = "Sums up the usage of each day." };
        var limit = new Option<int>("--limit")
        {
            Description = "At most this many lines.", HelpName = "N", DefaultValueFactory = _ => 100,
        };
        var after = Text("--after", "CURSOR", "Goes on after a list that was cut: the cursor that it named.");
        var command = new Command("movements",
            "Lists what changed the pockets of an account, pocket by pocket in the order of booking, with the balances. What is\n"
            + "listed of a pocket adds up to its balance.\n\n"
            + "Example: tollgate account movements A-1001 --from 2026-10-01 --to 2026-11-01 --by-day")
        {
            which, pocket, from, to, days, limit, after,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var context = session.Context;
            var account = await Arguments.AccountAsync(context, parsed.GetValue(which)!, cancel);
            var zone = await Zones.OfAsync(context, account, cancel);
            var filter = new MovementFilter(account)
            {
                Pocket = parsed.GetValue(pocket) is { } one ? PocketOf(one) : null,
                From = Arguments.Time(parsed.GetValue(from), "--from", zone),
                To = Arguments.Time(parsed.GetValue(to), "--to", zone),
            };
            var output = globals.Output(parsed);
            if (parsed.GetValue(days))
            {
                Print(output, (await ReadMovements.ByDayAsync(context, filter, cancel)).OrRefuse());
                return ExitCodes.Ok;
            }
            var wanted = UsageCommands.Positive(parsed.GetValue(limit), "--limit");
            var lines = new List<PocketMovement>();
            var next = parsed.GetValue(after);
            do
            {
                var page = (await ReadMovements.RunAsync(
                    context, filter, next, Math.Min(Paging.Most, wanted - lines.Count), cancel)).OrRefuse();
                lines.AddRange(page.Items);
                next = page.Next;
            }
            while (next is not null && lines.Count < wanted);
            Print(output, lines);
            if (next is not null)
            {
                output.Line($"There are more: narrow the time, raise --limit, or go on with --after {next}.");
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Grant(Globals globals)
    {
        var which = new Argument<string>("account") { Description = "Id (acc_1001) or your own account number." };
        var code = new Argument<string>("pocket")
        {
            Description = "Code of the allowance whose usage draws it; or a code of your own, which 'use' and 'exchange' name.",
        };
        var amount = Text("--amount", "AMOUNT", "E.g. \"3 FILM\", \"0.005 BTC\". Default: what one grant of it gives.");
        var subscription = Text("--subscription", "ID", "Whose, when several subscriptions of the account have the allowance.");
        var from = Text("--from", "TIME", "First time of use. Default: now.");
        var to = Text("--to", "TIME", "End of use. Default: as long as the allowance's grants last, else never.");
        var key = Key();
        var command = new Command("grant",
            "Gives an account units of any kind: money to play with, points, rights, minutes. They come in a pocket of their\n"
            + "own.\n\nExample: tollgate account grant A-1001 films --amount \"3 FILM\" --to 2027-01-01 --key promo-17")
        {
            which, code, amount, subscription, from, to, key,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var context = session.Context;
            var account = await Arguments.AccountAsync(context, parsed.GetValue(which)!, cancel);
            var zone = await Zones.OfAsync(context, account, cancel);
            var (given, unit) = Amount(parsed.GetValue(amount), unitNeeded: true);
            var grant = new NewGrant(account, parsed.GetValue(code)!, given, unit)
            {
                Subscription = parsed.GetValue(subscription) is { } one
                    ? await Arguments.SubscriptionAsync(context, one, cancel) : null,
                From = Arguments.Time(parsed.GetValue(from), "--from", zone),
                To = Arguments.Time(parsed.GetValue(to), "--to", zone),
            };
            var done = (await GrantPocket.RunAsync(
                context, grant, await CatalogueVersions.LoadAsync(context, cancel), parsed.GetValue(key)!, cancel)).OrFaults();
            globals.Output(parsed).Record(done.Replayed ? "Given before" : "Given",
            [
                ("Pocket", done.Pocket), ("Code", done.Code), ("Balance", Show(done.Balance)), ("Unit", done.Unit),
                ("From", done.ValidFrom), ("To", done.ValidTo), ("Replayed", done.Replayed),
            ]);
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Exchange(Globals globals) => Turn(globals,
        "exchange", "exchange", "Code of the exchange in the catalogue.",
        "Turns units in pockets into money or other units at the rate of the catalogue: both pockets move at once, or nothing\n"
        + "does.\n\nExample: tollgate account exchange A-1001 points-credit --amount 500 --key web-4711",
        "In the unit that is taken, with or without its name: 500 or \"500 POINT\". Default: as much as the exchange names.",
        ExchangeUnits.RunAsync);

    internal static Command Use(Globals globals) => Turn(globals,
        "use", "pocket", "Code of the pocket, e.g. of a right to a film.",
        "Uses up units of a pocket, e.g. a right to a service or package: it is gone, and cannot be used again. When an\n"
        + "exchange of the catalogue takes from the pocket, what it gives is given.\n\n"
        + "Example: tollgate account use A-1001 films --key shop-991",
        "In the pocket's unit, with or without its name: 3 or \"3 FILM\". Default: 1, or as much as the exchange names.",
        ExchangeUnits.UseAsync);

    private delegate Task<Outcome<UnitsExchanged>> Turning(
        OperationContext context, AccountId account, string code, decimal? amount, CatalogueTimeline timeline, string callerKey,
        SubscriptionId? subscription, string unit, CancellationToken cancel);

    private static Command Turn(
        Globals globals, string name, string what, string whatWords, string words, string amountWords, Turning turn)
    {
        var which = new Argument<string>("account") { Description = "Id (acc_1001) or your own account number." };
        var code = new Argument<string>(what) { Description = whatWords };
        var amount = Text("--amount", "AMOUNT", amountWords);
        var subscription = Text("--subscription", "ID", "Whose pocket gets what is given, when several have one.");
        var key = Key();
        var command = new Command(name, words) { which, code, amount, subscription, key };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var context = session.Context;
            var (taken, unit) = Amount(parsed.GetValue(amount), unitNeeded: false);
            var done = (await turn(
                context, await Arguments.AccountAsync(context, parsed.GetValue(which)!, cancel), parsed.GetValue(code)!, taken,
                await CatalogueVersions.LoadAsync(context, cancel), parsed.GetValue(key)!,
                parsed.GetValue(subscription) is { } one ? await Arguments.SubscriptionAsync(context, one, cancel) : null,
                unit, cancel)).OrFaults();
            globals.Output(parsed).Record(done.Replayed ? "Done before" : "Done",
            [
                ("Taken", $"{Show(done.Taken)} {done.Unit}"), ("Left", $"{Show(done.Left)} {done.Unit}"),
                ("Given", done.GivenUnit.Length == 0 ? "" : $"{Show(done.Given)} {done.GivenUnit}"),
                ("Pocket", done.Pocket), ("Credit", done.Credit), ("Replayed", done.Replayed),
            ]);
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>A number, with its unit when that is needed or given.</summary>
    private static (decimal? Amount, string Unit) Amount(string? text, bool unitNeeded) =>
        (text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? []) switch
        {
            [] when text is null => (null, ""),
            [var number] when !unitNeeded => (Arguments.Number(number), ""),
            [var number, var unit] => (Arguments.Number(number), unit),
            _ => throw new CommandRefusedException(
                $"--amount '{text}' cannot be read. Write a number and a unit, e.g. \"3 FILM\".", ExitCodes.Usage),
        };

    private static Option<string> Key() => new("--key")
    {
        Description = "Your own key of this request; repeating it does nothing twice.", HelpName = "KEY", Required = true,
    };

    private static void Print(Output output, IEnumerable<PocketMovement> lines) => output.Table(
        "Movements", ["pocket", "of", "time", "what", "before", "amount", "after", "unit", "events", "charge", "reference"],
        lines.Select(one => new object?[]
        {
            one.Pocket, one.Allowance.Length == 0 ? one.Kind : one.Allowance, one.At, one.What, Show(one.Before),
            Show(one.Amount), Show(one.After), one.Unit, one.Events, one.Charge, one.Reference,
        }));

    private static string Show(decimal amount) => amount.ToString("0.#########", CultureInfo.InvariantCulture);

    private static PocketId PocketOf(string text) => Id.TryParse<PocketId>(text, out var id)
        ? id
        : throw new CommandRefusedException(
            $"'{text}' is not the id of a pocket. Write it as {PocketId.Prefix}_1001; 'account movements' names them.",
            ExitCodes.Usage);

    private static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };
}
