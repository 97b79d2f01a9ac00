using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Replay;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate rerate select|list|show|approve|cancel</c>.</summary>
internal static class RerateCommands
{
    internal static Command Build(Globals globals)
    {
        var command = new Command("rerate",
            "Rate stored usage again: select, look at the difference, approve. What is approved is posted as reversals and new\n"
            + "charges into the open bill slots; documents that were made are never touched.");
        command.Add(Select(globals));
        command.Add(List(globals));
        command.Add(Show(globals));
        command.Add(Approve(globals));
        command.Add(Cancel(globals));
        return command;
    }

    private static Command Select(Globals globals)
    {
        var file = Text("--file", "ID", "Of this usage file, e.g. file_1042.");
        var account = Text("--account", "ID", "Of this account: id or your own number.");
        var subscription = Text("--subscription", "ID", "Of this subscription: id or your own key.");
        var plan = Text("--plan", "CODE", "Priced by this rate plan.");
        var from = Text("--from", "TIME", "First event time.");
        var to = Text("--to", "TIME", "Event times end before it.");
        var version = new Option<int?>("--catalog-version")
        {
            Description = "Price them by this published version. Default: the one in force at the time of each event.",
                HelpName = "N",
        };
        var reason = new Option<string>("--reason")
        {
            Description = "Why; kept with every posting.", HelpName = "TEXT", Required = true,
        };
        var order = Choices.Option(
            "--order", "charge: as the events were charged at first; event: by the time of the event.", ReplayOrder.Charge);
        var key = new Option<string>("--key")
        {
            Description = "Your own key: the same key is the same run. Default: an interrupted run with the same content "
                + "goes on.",
            HelpName = "KEY", DefaultValueFactory = _ => "",
        };
        var command = new Command("select",
            "Selects charges and computes what they would be now, with everything later of the same customers that draws from\n"
            + "the same pockets. Nothing is changed until the run is approved.\n\n"
            + "Example: tollgate rerate select --plan voice --from 2026-10-01 --to 2026-11-01 --reason \"wrong peak price\"")
        {
            file, account, subscription, plan, from, to, version, reason, order, key,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var context = session.Context;
            AccountId? whose = parsed.GetValue(account) is { } owner
                ? await Arguments.AccountAsync(context, owner, cancel) : null;
            var zone = await Zones.OfAsync(context, whose, cancel);
            var (begin, end) = Arguments.Range(parsed.GetValue(from), parsed.GetValue(to), zone);
            var selection = new RerateSelection(
                parsed.GetValue(file) is { } one ? IdOf<UsageFileId>(one, "--file").Value : null,
                whose?.Value,
                parsed.GetValue(subscription) is { } sub ? (await Arguments.SubscriptionAsync(context, sub, cancel)).Value : null,
                parsed.GetValue(plan) ?? "", Micros(begin), Micros(end), parsed.GetValue(version));
            var timeline = await CatalogueVersions.LoadAsync(context, cancel);
            var request = new RerateRequest(
                selection, parsed.GetValue(reason)!, Choices.Read<ReplayOrder>(parsed.GetValue(order)!), parsed.GetValue(key)!);
            return Print(globals.Output(parsed), (await ProgressBar.ShowAsync(globals.Terminal, "rerate",
                progress => Rerate.SelectAsync(context, timeline, request, progress, cancel))).OrRefuse());
        });
        return command;
    }

    private static Command List(Globals globals)
    {
        var command = new Command("list", "Lists the re-ratings, newest first.\n\nExample: tollgate rerate list");
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            globals.Output(parsed).Table("Re-ratings",
                ["run", "phase", "selection", "reason", "customers", "difference", "by", "at"],
                (await Rerate.ListAsync(session.Context, cancel: cancel)).Select(run => new object?[]
                {
                    run.Id, run.Phase, run.Selection, run.Reason, run.Customers,
                    string.Join(", ", run.Sums.Select(sum => sum.Difference)), run.CreatedBy, run.CreatedAt,
                }));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Show(Globals globals)
    {
        var run = Run();
        var limit = new Option<int>("--limit")
        {
            Description = "At most this many accounts.", HelpName = "N", DefaultValueFactory = _ => 50,
        };
        var command = new Command("show",
            "Shows what a re-rating changes, the largest differences first, and whose cannot be posted.\n\n"
            + "Example: tollgate rerate show rer_1042")
        {
            run, limit,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            return Print(globals.Output(parsed), (await Rerate.ShowAsync(
                session.Context, IdOf<RerateRunId>(parsed.GetValue(run)!, "RUN"), Math.Max(1, parsed.GetValue(limit)),
                    cancel)).OrRefuse());
        });
        return command;
    }

    private static Command Approve(Globals globals)
    {
        var run = Run();
        var command = new Command("approve",
            "Posts a re-rating: for every changed charge a reversal and a new charge, and the movements of the pockets. A\n"
            + "customer to whom something happened since it was computed is left as it is and marked as expired.\n"
            + "May be repeated.\n\nExample: tollgate rerate approve rer_1042")
        {
            run,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var timeline = await CatalogueVersions.LoadAsync(session.Context, cancel);
            var id = IdOf<RerateRunId>(parsed.GetValue(run)!, "RUN");
            return Print(globals.Output(parsed), (await ProgressBar.ShowAsync(globals.Terminal, "approve",
                progress => Rerate.ApproveAsync(session.Context, timeline, id, progress, cancel))).OrRefuse());
        });
        return command;
    }

    private static Command Cancel(Globals globals)
    {
        var run = Run();
        var command = new Command("cancel",
            "Puts away a re-rating that is not approved.\n\nExample: tollgate rerate cancel rer_1042")
        {
            run,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            return Print(globals.Output(parsed), (await Rerate.CancelAsync(
                session.Context, IdOf<RerateRunId>(parsed.GetValue(run)!, "RUN"), cancel)).OrRefuse());
        });
        return command;
    }

    private static int Print(Output output, RerateView run)
    {
        if (output.IsJson)
        {
            output.Json(Node(run));
            return ExitCodes.Ok;
        }
        output.Record($"Re-rating {run.Id}",
        [
            ("phase", run.Phase), ("selection", run.Selection), ("reason", run.Reason), ("order", run.Order),
            ("customers", run.Customers),
            ("of these", string.Join(", ", run.Phases.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}")))),
        ]);
        output.Table("In total", ["accounts", "charges changed", "old", "new", "difference"], run.Sums.Select(sum => new object?[]
        {
            sum.Accounts, sum.Changed, sum.Old, sum.New, sum.Difference,
        }));
        output.Table("By account", ["account", "customer", "charges changed", "old", "new", "difference"],
            run.Accounts.Select(one => new object?[]
            {
                one.Account, one.Customer, one.Changed, one.Old, one.New, one.Difference,
            }));
        foreach (var problem in run.Problems)
        {
            output.Line($"{problem.Customer} {problem.Phase}: {problem.Detail}");
        }
        return ExitCodes.Ok;
    }

    private static JsonObject Node(RerateView run) => new()
    {
        ["id"] = run.Id.ToString(),
        ["phase"] = run.Phase,
        ["selection"] = run.Selection,
        ["reason"] = run.Reason,
        ["order"] = run.Order,
        ["customers"] = run.Customers,
        ["phases"] = new JsonObject(run.Phases.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["sums"] = new JsonArray([.. run.Sums.Select(sum => (JsonNode)new JsonObject
        {
            ["accounts"] = sum.Accounts, ["changed"] = sum.Changed, ["old"] = Output.Node(sum.Old),
                ["new"] = Output.Node(sum.New),
            ["difference"] = Output.Node(sum.Difference),
        })]),
        ["accounts"] = new JsonArray([.. run.Accounts.Select(one => (JsonNode)new JsonObject
        {
            ["account"] = one.Account.ToString(), ["customer"] = one.Customer.ToString(), ["changed"] = one.Changed,
            ["old"] = Output.Node(one.Old), ["new"] = Output.Node(one.New), ["difference"] = Output.Node(one.Difference),
        })]),
        ["problems"] = new JsonArray([.. run.Problems.Select(one => (JsonNode)new JsonObject
        {
            ["customer"] = one.Customer.ToString(), ["phase"] = one.Phase, ["detail"] = one.Detail,
        })]),
        ["createdAt"] = InstantPattern.ExtendedIso.Format(run.CreatedAt),
        ["decidedAt"] = run.DecidedAt is { } decided ? InstantPattern.ExtendedIso.Format(decided) : null,
    };

    private static long? Micros(Instant? time) => time is { } at ? TimeCodec.ToMicroseconds(at) : null;

    private static TId IdOf<TId>(string text, string what) where TId : struct, IId<TId> => Id.TryParse<TId>(text, out var id)
        ? id
        : throw new CommandRefusedException($"{what} '{text}' is not an id. Write it as {TId.Prefix}_1042.", ExitCodes.Usage);

    private static Argument<string> Run() => new("RUN") { Description = "Id of a re-rating, e.g. rer_1042." };

    private static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };
}
