using System.CommandLine;
using System.Globalization;
using NodaTime.Text;
using Tollgate.Operations.Customers;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate subscription change|suspend|resume|transfer|withdraw|history</c>.</summary>
internal static class SubscriptionChangeCommands
{
    internal static Argument<string> Which() => new("subscription") { Description = "Id (sub_1001) or your own key." };

    /// <summary>Words for a time besides <c>--at</c>.</summary>
    internal static Option<string> When() => new("--when")
    {
        Description = "now, next-cycle (as the next bill period begins), period-end (when what was paid in advance is used up), "
            + "or term-end (when the minimum term ends).",
        HelpName = "WHEN", DefaultValueFactory = _ => "now",
    };

    internal static ChangeTime ReadWhen(string text) => ChangeTimes.Find(text) ?? throw new CommandRefusedException(
        $"'{text}' is no time of a change. Write now, next-cycle, period-end or term-end.", ExitCodes.Usage);

    private static Option<string> Note() => Arguments.Text("--note", "Why, for whoever reads the history.");

    internal static Command Change(Globals globals)
    {
        var (which, at, when, note, key) = (Which(), Arguments.At(), When(), Note(), Arguments.Key());
        var quantity = new Option<int?>("--quantity") { Description = "The whole quantity from then on.", HelpName = "N" };
        var offer = Arguments.Text("--offer", "Another offer: the unused part of the old one is credited.");
        var price = new Option<string>("--price")
        {
            Description = "A price of the customer's own, CODE=AMOUNT; CODE=catalogue takes it back.", HelpName = "CODE=AMOUNT",
            DefaultValueFactory = _ => "",
        };
        var limit = new Option<string>("--limit")
        {
            Description = "A limit of usage of the subscription's own, e.g. month=\"50 EUR\" for the spending cap 'month' of its "
                + "offer; CODE=offer takes it back.",
            HelpName = "CODE=VALUE", DefaultValueFactory = _ => "",
        };
        var command = new Command("change",
            "Changes quantity, offer, a price or a limit from a time on, which may lie in the past: billed periods are corrected "
            + "by the next bill.\n\nExample: tollgate subscription change sub_1004 --offer mobile-l --when next-cycle")
        {
            which, quantity, offer, price, limit, at, when, note, key,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.SubscriptionAsync(session.Context, parsed.GetValue(which)!, cancel);
            var (code, amount) = Price(parsed.GetValue(price)!);
            var (limited, most) = Limit(parsed.GetValue(limit)!);
            var change = new SubscriptionChange
            {
                Quantity = parsed.GetValue(quantity), Offer = parsed.GetValue(offer) is { Length: > 0 } other ? other : null,
                PriceCode = code, Amount = amount, LimitCode = limited, Limit = most,
                At = await Arguments.TimeAsync(session.Context, parsed.GetValue(at), id,
                    cancel),
                When = ReadWhen(parsed.GetValue(when)!), Note = parsed.GetValue(note)!,
            };
            var written = await ChangeSubscription.RunAsync(
                session.Context, id, change, PublishedOffers.Of(session.Context), parsed.GetValue(key)!, cancel);
            Arguments.Done(globals.Output(parsed), written.OrFaults(), "subscription");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static (string? Code, string? Value) Limit(string text)
    {
        if (text.Length == 0)
        {
            return default;
        }
        return text.Split('=', 2) is [{ Length: > 0 } code, { Length: > 0 } value]
            ? (code, value == "offer" ? null : value)
            : throw new CommandRefusedException(
                $"--limit '{text}' cannot be read. Write CODE=VALUE, e.g. month=\"50 EUR\", or CODE=offer.", ExitCodes.Usage);
    }

    internal static Command Suspend(Globals globals)
    {
        var (which, at, note) = (Which(), Arguments.At(), Note());
        var charged = new Option<bool>("--charged") { Description = "Recurring prices go on." };
        var command = new Command("suspend", "Pauses a subscription; recurring prices pause with it unless --charged.")
        {
            which, charged, at, note,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.SubscriptionAsync(session.Context, parsed.GetValue(which)!, cancel);
            var written = await SuspendSubscription.RunAsync(
                session.Context, id, parsed.GetValue(charged), await Arguments.TimeAsync(session.Context, parsed.GetValue(at), id,
                    cancel),
                    parsed.GetValue(note)!,
                "", cancel);
            Arguments.Done(globals.Output(parsed), written.OrFaults(), "subscription");
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Resume(Globals globals)
    {
        var (which, at, note) = (Which(), Arguments.At(), Note());
        var command = new Command("resume", "Ends a pause.") { which, at, note };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.SubscriptionAsync(session.Context, parsed.GetValue(which)!, cancel);
            var written = await ResumeSubscription.RunAsync(
                session.Context, id, await Arguments.TimeAsync(session.Context, parsed.GetValue(at), id, cancel),
                    parsed.GetValue(note)!, "", cancel);
            Arguments.Done(globals.Output(parsed), written.OrFaults(), "subscription");
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Transfer(Globals globals)
    {
        var (which, at, note, key) = (Which(), Arguments.At(), Note(), Arguments.Key());
        var account = new Argument<string>("account") { Description = "Id (acc_1042) or your own account number." };
        var command = new Command("transfer",
            "Lets another account pay a subscription, with its add-ons, from a time on, which may lie in the past: billed "
            + "periods are corrected by the next bills of both. An account of another customer takes it over with its numbers, "
            + "allowances, term and discounts; it has an id of its own there, which is printed.\n\n"
            + "Example: tollgate subscription transfer sub_1004 A-18 --at 2026-12-01")
        {
            which, account, at, note, key,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.SubscriptionAsync(session.Context, parsed.GetValue(which)!, cancel);
            var payer = await Arguments.AccountAsync(session.Context, parsed.GetValue(account)!, cancel);
            var written = await TransferSubscription.RunAsync(
                session.Context, id, payer, PublishedOffers.Of(session.Context),
                await Arguments.TimeAsync(session.Context, parsed.GetValue(at), payer, cancel), parsed.GetValue(note)!,
                parsed.GetValue(key)!, cancel);
            Arguments.Done(globals.Output(parsed), written.OrFaults(), "subscription");
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Withdraw(Globals globals)
    {
        var (which, note) = (Which(), Note());
        var number = new Argument<int>("number") { Description = "Number of the change (tollgate subscription history)." };
        var command = new Command("withdraw",
            "Takes back a change that was recorded by mistake; what was billed because of it comes back with the next bill.")
        {
            which, number, note,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.SubscriptionAsync(session.Context, parsed.GetValue(which)!, cancel);
            var written = await WithdrawChange.RunAsync(
                session.Context, id, parsed.GetValue(number), parsed.GetValue(note)!, "", cancel);
            Arguments.Done(globals.Output(parsed), written.OrFaults(), "subscription");
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command History(Globals globals)
    {
        var which = Which();
        var command = new Command("history", "Everything recorded about a subscription after its start.") { which };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.SubscriptionAsync(session.Context, parsed.GetValue(which)!, cancel);
            var history = (await ReadSubscriptions.HistoryAsync(session.Context, id, cancel)).OrRefuse();
            globals.Output(parsed).Table("Changes", ["No", "From", "What", "Withdrawn", "Recorded", "By", "Note"],
                history.Select(change => new object?[]
                {
                    change.Number, InstantPattern.General.Format(change.At), change.What, change.Withdrawn ? "yes" : "",
                    InstantPattern.General.Format(change.RecordedAt), change.Actor, change.Note,
                }));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static (string? Code, decimal? Amount) Price(string text)
    {
        if (text.Length == 0)
        {
            return (null, null);
        }
        if (text.Split('=', 2) is [{ Length: > 0 } code, var amount])
        {
            if (amount == "catalogue")
            {
                return (code, null);
            }
            if (decimal.TryParse(amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            {
                return (code, value);
            }
        }
        throw new CommandRefusedException(
            $"'{text}' is no price. Write CODE=AMOUNT, e.g. monthly=7.50, or CODE=catalogue.", ExitCodes.Usage);
    }
}
