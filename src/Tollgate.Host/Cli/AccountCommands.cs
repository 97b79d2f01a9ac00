using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate account add|change|show|end</c> and what others add to it.</summary>
internal static class AccountCommands
{
    internal static Command Build(Globals globals) => new("account", "The billing accounts of customers.")
    {
        Add(globals), Change(globals), AccountListCommand.Build(globals), Show(globals),
            BillCycleCommands.Move(globals), End(globals), PaymentCommands.TopUp(globals),
            AdjustmentCommands.Adjust(globals), AdjustmentCommands.List(globals),
            AdjustmentCommands.Withdraw(globals), PocketCommands.Movements(globals),
            PocketCommands.Grant(globals), PocketCommands.Exchange(globals), PocketCommands.Use(globals),
    };

    private static Command Add(Globals globals)
    {
        var customer = new Argument<string>("customer") { Description = "Id (cus_1001) or your own customer number." };
        var external = Arguments.Text("--external-key", "Your own account number.");
        var day = new Option<int>("--cycle-day")
        {
            Description = "Day on which bill periods begin, 1 to 31.", DefaultValueFactory = _ => 1,
        };
        var currency = Arguments.Text("--currency", "ISO 4217. Default: the seller's.");
        var zone = Arguments.Text("--time-zone", "tz database name. Default: the seller's.");
        var language = new Option<string>("--language") { Description = "Of its documents.", DefaultValueFactory = _ => "en" };
        var country = Arguments.Text("--tax-country", "Whose taxes apply. Default: the customer's country.");
        var terms = new Option<int>("--terms-days")
        {
            Description = "Days from issue to due date.", DefaultValueFactory = _ => 14,
        };
        var method = new Option<string>("--payment-method")
        {
            Description = "transfer, direct-debit, card or cash.", DefaultValueFactory = _ => "transfer",
        };
        var (iban, mandate, signed) = DebitOptions();
        var cycle = Arguments.Text(
            "--cycle", "A cycle that is not monthly, e.g. \"2 weeks from 2026-01-05\"; start: the day of --opened-on; "
                + "least-loaded: the day from 1 to 28 with the fewest accounts.");
        var billsTo = Arguments.Text("--bills-to", "Another account of the customer on whose bills this one is.");
        var opened = Arguments.Text("--opened-on", "First day that is billed. Default: today.");
        var balance = Arguments.Text("--opening-balance", "Prepaid money, e.g. \"12.50 EUR\".");
        var limit = Arguments.Text("--credit-limit", LimitWords);
        var beyond = BeyondOption();
        var detail = DetailOption();
        var key = Arguments.Key();
        var command = new Command(
            "add", "Creates a billing account.\n\nExample: tollgate account add C-17 --external-key A-17 --cycle-day 31")
        {
            customer, external, day, currency, zone, language, country, terms, method, iban, mandate, signed, cycle,
            billsTo, opened, balance, limit,
            beyond, detail, key,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            string Text(Option<string> option) => parsed.GetValue(option) ?? "";
            var account = new NewAccount
            {
                Customer = await Arguments.CustomerAsync(session.Context, parsed.GetValue(customer)!, cancel),
                ExternalKey = Text(external),
                CycleDay = parsed.GetValue(day), Currency = Text(currency), TimeZone = Text(zone), Language = Text(language),
                TaxCountry = Text(country), TermsDays = parsed.GetValue(terms), PaymentMethod = Text(method),
                Iban = parsed.GetValue(iban) ?? "", Mandate = parsed.GetValue(mandate) ?? "",
                MandateOn = Arguments.Date(parsed.GetValue(signed), "--mandate-date"),
                Cycle = Text(cycle),
                BillsTo = Text(billsTo) is { Length: > 0 } parent
                    ? await Arguments.AccountAsync(session.Context, parent, cancel) : null,
                OpenedOn = Arguments.Date(Text(opened), "--opened-on"),
                OpeningBalance = Arguments.Amount(Text(balance), "--opening-balance"),
                CreditLimit = Arguments.Amount(Text(limit), "--credit-limit"),
                BeyondCredit = parsed.GetValue(beyond) ?? BeyondCreditSettings.Charge,
                UsageDetail = parsed.GetValue(detail) ?? UsageDetailSettings.None,
            };
            var written = await CreateAccount.RunAsync(
                session.Context, account, Arguments.CallerKey(Text(key), account.ExternalKey), cancel);
            Arguments.Done(globals.Output(parsed), written.OrFaults(), "account");
            await TellLackAsync(session.Context, globals.Output(parsed), written.Value.Id, cancel);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static (Option<string?> Iban, Option<string?> Mandate, Option<string?> Signed) DebitOptions() => (
        new Option<string?>("--iban")
        {
            Description = "The bank account that is debited, without blanks. Default: the customer's.", HelpName = "IBAN",
        },
        new Option<string?>("--mandate")
        {
            Description = "Reference of the direct-debit mandate; without it bills ask for a transfer.", HelpName = "REFERENCE",
        },
        new Option<string?>("--mandate-date")
        {
            Description = "When the mandate was signed. Default: today, with a new mandate.", HelpName = "DATE",
        });

    /// <summary>Says what keeps the bills of a direct-debit account from being collected.</summary>
    private static async Task TellLackAsync(
        OperationContext context, Output output, Primitives.AccountId id, CancellationToken cancel)
    {
        if ((await ReadAccounts.OneAsync(context, id, cancel)).Value?.DirectDebitLacks is { } lacks)
        {
            output.Line($"Direct debit lacks {lacks}: bills ask for a transfer until then (an alert is open). Record it with: "
                + DirectDebits.Cure(id, lacks));
        }
    }

    private const string LimitWords =
        "Usage may take what the account has, and this beyond it, e.g. \"100 EUR\". Without it nothing is limited.";

    private static Option<string?> BeyondOption()
    {
        var beyond = new Option<string?>("--beyond-credit")
        {
            Description = "Usage in files beyond the limit has happened: charge (with an alert, the default) or hold it.",
            HelpName = "WHAT",
        };
        beyond.AcceptOnlyFromAmong([.. BeyondCreditSettings.All]);
        return beyond;
    }

    private static Option<string?> DetailOption()
    {
        var detail = new Option<string?>("--usage-detail")
        {
            Description = "Itemised usage on bills: none, masked (the last three digits of numbers hidden) or full.",
            HelpName = "DETAIL",
        };
        detail.AcceptOnlyFromAmong([.. UsageDetailSettings.All]);
        return detail;
    }

    private static Command Change(Globals globals)
    {
        var which = new Argument<string>("account") { Description = "Id (acc_1001) or your own account number." };
        var language = new Option<string?>("--language") { Description = "Of its documents from now on." };
        var terms = new Option<int?>("--terms-days") { Description = "Days from issue to due date." };
        var method = new Option<string?>("--payment-method") { Description = "transfer, direct-debit, card or cash." };
        var (iban, mandate, signed) = DebitOptions();
        var detail = DetailOption();
        var country = new Option<string?>("--tax-country") { Description = "Whose taxes apply from --tax-from on." };
        var since = new Option<string?>("--tax-from")
        {
            Description = "First tax date in the new country; what is billed since is corrected with the next bill. "
                + "Default: today; earlier supplies keep the taxes of their time.",
            HelpName = "DATE",
        };
        var threshold = new Option<string?>("--bill-threshold")
        {
            Description = "Usage of this much is billed before its period is over (bill run --progressive), e.g. \"50 EUR\"; "
                + "\"0 EUR\": that of its offers again, if they have one.",
            HelpName = "AMOUNT",
        };
        var limit = new Option<string?>("--credit-limit")
        {
            Description = LimitWords + " \"none\": no limit any more.", HelpName = "AMOUNT",
        };
        var beyond = BeyondOption();
        var command = new Command("change",
            "Changes how an account is billed from now on; what is not given stays.\n\n"
            + "Example: tollgate account change A-17 --usage-detail masked --language de")
        {
            which, language, terms, method, iban, mandate, signed, detail, country, since, threshold, limit, beyond,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.AccountAsync(session.Context, parsed.GetValue(which)!, cancel);
            var change = new AccountChange
            {
                Language = parsed.GetValue(language), TermsDays = parsed.GetValue(terms), PaymentMethod = parsed.GetValue(method),
                UsageDetail = parsed.GetValue(detail), TaxCountry = parsed.GetValue(country),
                Iban = parsed.GetValue(iban), Mandate = parsed.GetValue(mandate),
                MandateOn = Arguments.Date(parsed.GetValue(signed), "--mandate-date"),
                TaxCountryFrom = Arguments.Date(parsed.GetValue(since), "--tax-from"),
                BillThreshold = Arguments.Amount(parsed.GetValue(threshold), "--bill-threshold"),
                RemoveCreditLimit = parsed.GetValue(limit) == "none",
                CreditLimit = parsed.GetValue(limit) == "none"
                    ? null : Arguments.Amount(parsed.GetValue(limit), "--credit-limit"),
                BeyondCredit = parsed.GetValue(beyond),
            };
            Arguments.Done(
                globals.Output(parsed), (await ChangeAccount.RunAsync(session.Context, id, change, "", cancel)).OrFaults(),
                    "changed");
            await TellLackAsync(session.Context, globals.Output(parsed), id, cancel);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Show(Globals globals)
    {
        var which = new Argument<string>("account") { Description = "Id (acc_1001) or your own account number." };
        var command = new Command("show",
            "Shows an account: what it owes and holds, what it subscribes to, its usage not billed yet, its open bills.")
        {
            which,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.AccountAsync(session.Context, parsed.GetValue(which)!, cancel);
            await ShowAsync(session.Context, globals.Output(parsed), id, cancel);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task ShowAsync(
        OperationContext context, Output output, Primitives.AccountId id, CancellationToken cancel)
    {
        var account = (await ReadAccounts.OneAsync(context, id, cancel)).OrRefuse();
        var customer = (await ReadCustomers.OneAsync(context, account.Customer, cancel)).OrRefuse();
        var balance = (await ReadAccounts.BalanceAsync(context, id, cancel)).OrRefuse();
        var credit = (await ReadAccounts.CreditAsync(context, id, cancel)).OrRefuse();
        var pockets = (await ReadAccounts.PocketsAsync(context, id, cancel)).OrRefuse();
        var subscriptions = await ReadSubscriptions.ListAsync(context, account.Customer, id, limit: Paging.Most, cancel: cancel);
        var unbilled = (await ReadUsage.UnbilledAsync(context, id, cancel)).OrRefuse();
        var open = (await ReadAccounts.OpenBillsAsync(context, id, cancel)).OrRefuse();
        var money = pockets.Where(pocket => pocket.Kind == "money").Sum(pocket => pocket.Balance);
        (string, object?)[] fields =
        [
            ("id", account.Id), ("customer", account.Customer), ("phase", account.Phase),
            ("balance", balance.Owed.Amount switch
            {
                > 0 => $"The customer owes {balance.Owed}.",
                < 0 => $"The customer has {-balance.Owed} to its credit.",
                _ => "Nothing is owed.",
            }
            + (money >= 0 ? "" : string.Create(
                CultureInfo.InvariantCulture, $" Its money is {-money:0.00####} {account.Currency} below zero."))
            + (balance.Unallocated.Amount == 0 ? "" : $" {balance.Unallocated} of payments is not used for a bill yet.")),
            ("credit", credit.Limit is { } limit
                ? $"{limit} beyond what it has; {credit.Available} left to use ({credit.Beyond} beyond it)"
                : "no limit"),
            ("cycle day", account.CycleDay), ("billed to", account.BilledTo.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture)),
            ("payment", string.Create(CultureInfo.InvariantCulture, $"{account.PaymentMethod}, {account.TermsDays} days")
                + (account.Mandate.Length > 0 ? $", mandate {account.Mandate} of {account.MandateOn:uuuu-MM-dd}" : "")
                + (account.DirectDebitLacks is { } lacks ? $"; bills ask for a transfer: it lacks {lacks}" : "")),
            ("pockets", string.Join("; ", pockets.Select(pocket => Words(pocket, account, context.Now)))),
            ("subscriptions", string.Join("; ", subscriptions.Items.Select(subscription =>
                $"{subscription.Id} {subscription.Offer} "
                + string.Join(' ', subscription.Identities.Where(identity => !(identity.ValidTo <= context.Now))
                    .Select(identity => identity.Value))
                + (subscription.EndedAt is not { } end ? "" : $" ({(end > context.Now ? "ends" : "ended")} {end})")))),
            ("not billed yet", string.Join(
                "; ", unbilled.GroupBy(total => total.Label, StringComparer.Ordinal).Select(group => string.Create(
                CultureInfo.InvariantCulture,
                $"{group.Key}: {group.Sum(total => total.Events)} events, {group.Sum(total => total.Amount.Amount):0.00####} "
                    + $"{account.Currency}")))),
        ];
        if (output.IsJson)
        {
            output.Record("",
            [
                .. fields, ("credit limit", credit.Limit), ("available", credit.Available),
                ("amount owed", balance.Owed), ("unallocated", balance.Unallocated),
                ("open bills", new JsonArray([.. open.Select(bill => (JsonNode)new JsonObject
                {
                    ["document"] = bill.Id.ToString(), ["number"] = bill.Number, ["issued"] = BillCommands.Text(bill.IssueDate),
                    ["due"] = BillCommands.Text(bill.DueDate), ["gross"] = Output.Node(bill.Gross),
                    ["open"] = Output.Node(bill.Open),
                })])),
            ]);
            return;
        }
        output.Record($"{customer.Name}, account {account.ExternalKey}", fields);
        output.Table("Open bills", ["document", "number", "issued", "due", "gross", "open"], open.Select(bill => new object?[]
        {
            bill.Id, bill.Number, BillCommands.Text(bill.IssueDate), BillCommands.Text(bill.DueDate), bill.Gross, bill.Open,
        }));
    }

    /// <summary>What a pocket holds, whose it is, and until when it may be used.</summary>
    private static string Words(Pocket pocket, Account account, Instant now)
    {
        var what = string.Create(CultureInfo.InvariantCulture,
            $"{pocket.Kind} {pocket.Allowance}{(pocket.Allowance.Length > 0 ? " " : "")}{pocket.Balance:0.00####} {pocket.Unit}");
        if (pocket.Kind == "money")
        {
            return what;
        }
        var whose = pocket.Subscription is { } subscription ? $"{subscription}, " : "";
        var zone = DateTimeZoneProviders.Tzdb[account.TimeZone];
        var from = pocket.ValidFrom.InZone(zone).Date;
        var ends = pocket.ValidTo - now < Duration.FromDays(36_500)
            ? $"until {BillCommands.Text(pocket.ValidTo.InZone(zone).Date)}" : "without end";
        return $"{what} ({whose}of {BillCommands.Text(from)}, {ends})";
    }

    private static Command End(Globals globals)
    {
        var which = new Argument<string>("account") { Description = "Id (acc_1001) or your own account number." };
        var at = Arguments.At();
        var command = new Command("end",
            "Ends an account with its subscriptions and identities; what was used before is still billed.")
        {
            which, at,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.AccountAsync(session.Context, parsed.GetValue(which)!, cancel);
            var written = await EndAccount.RunAsync(
                session.Context, id, await Arguments.TimeAsync(session.Context, parsed.GetValue(at), id, cancel), "", cancel);
            Arguments.Done(globals.Output(parsed), written.OrFaults(), "ended");
            return ExitCodes.Ok;
        });
        return command;
    }
}
