using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate explain</c> and <c>tollgate usage list</c>.</summary>
internal static class ExplainCommands
{
    internal static Command BuildExplain(Globals globals)
    {
        var charge = new Argument<string>("CHARGE") { Description = "Id of a charge, ch_…: see 'tollgate usage list'." };
        var command = new Command("explain",
            "Explains a charge step by step, from the record in its file to the line of the bill, by rating it once more with\n"
            + "the rater that charged it, and says where that comes to something else than what is stored.\n\n"
            + "Example: tollgate explain ch_0000000007q01m8qk8w8h2v6m0c9d3r5q7t1x4z6a8c0e2g4")
        {
            charge,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var id = Charge(parsed.GetValue(charge)!);
            await using var session = await globals.OpenAsync(parsed, cancel);
            var timeline = await CatalogueVersions.LoadAsync(session.Context, cancel);
            var explained = (await ExplainCharge.RunAsync(session.Context, timeline, id, cancel)).OrRefuse();
            var output = globals.Output(parsed);
            if (output.IsJson)
            {
                output.Json(Node(explained));
            }
            else
            {
                Print(output, explained);
            }
            return explained.Agrees ? ExitCodes.Ok : ExitCodes.Refused;
        });
        return command;
    }

    private static KeyValuePair<string, string> Attribute(string text) => text.Split('=', 2) is [{ Length: > 0 } name, var value]
        ? new(name, value)
        : throw new CommandRefusedException(
            $"--attribute '{text}' cannot be read. Write NAME=VALUE, e.g. imei=356938035643809.", ExitCodes.Usage);

    /// <summary>Attributes of a record, each written as <c>NAME=VALUE</c>.</summary>
    internal static UsageAttributes Attributes(IEnumerable<string> written)
    {
        var pairs = written.Select(Attribute).ToList();
        return pairs.GroupBy(pair => pair.Key, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is not { } twice
            ? UsageAttributes.Of(pairs)
            : throw new CommandRefusedException($"--attribute gives '{twice.Key}' several values: "
                + $"{string.Join(", ", twice.Select(pair => $"'{pair.Value}'"))}. Give it once.", ExitCodes.Usage);
    }

    internal static Command BuildList(Globals globals)
    {
        var account = Text("--account", "ID", "Of this account: id or your own number.");
        var subscription = Text("--subscription", "ID", "Of this subscription: id or your own key.");
        var line = Text("--line", "DOC/NO", "Billed by this line: id or number of the document, and the line, e.g. doc_1042/3.");
        var service = new Option<ServiceKind?>("--service") { Description = "Of this service, e.g. voice.",
            HelpName = "SERVICE" };
        var from = Text("--from", "TIME", "First event time: 2026-10-01 or 2026-10-01T08:00:00+02:00.");
        var to = Text("--to", "TIME", "Event times end before it.");
        var attribute = Text("--attribute", "NAME=VALUE",
            "What came from a device, SIM, port or line: an attribute of the record, e.g. imei=356938035643809. With --from it "
            + "needs no account.");
        var all = new Option<bool>("--all") { Description = "Also what re-rating has reversed, and the reversals." };
        var limit = new Option<int>("--limit")
        {
            Description = "At most this many charges.", HelpName = "N", DefaultValueFactory = _ => 100,
        };
        var command = new Command("list",
            "Lists charges, the oldest event first, each with the id that 'tollgate explain' takes.\n\n"
            + "Example: tollgate usage list --account A-1001 --from 2026-10-01 --to 2026-11-01")
        {
            account, subscription, line, service, attribute, from, to, all, limit,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var context = session.Context;
            AccountId? whose = parsed.GetValue(account) is { } owner
                ? await Arguments.AccountAsync(context, owner, cancel) : null;
            var zone = await Zones.OfAsync(context, whose, cancel);
            var (begin, end) = Arguments.Range(parsed.GetValue(from), parsed.GetValue(to), zone);
            var filter = new ChargeFilter
            {
                Account = whose,
                Subscription = parsed.GetValue(subscription) is { } one
                    ? await Arguments.SubscriptionAsync(context, one, cancel) : null,
                Line = parsed.GetValue(line) is { } billed ? await LineAsync(context, billed, cancel) : null,
                Service = parsed.GetValue(service),
                Attribute = parsed.GetValue(attribute) is { } named ? Attribute(named) : null,
                From = begin,
                To = end,
                All = parsed.GetValue(all),
            };
            var wanted = Math.Max(1, parsed.GetValue(limit));
            var charges = new List<UsageCharge>();
            string? after = null;
            do
            {
                var page = (await FindCharges.RunAsync(
                    context, filter, after, Math.Min(Paging.Most, wanted - charges.Count), cancel)).OrRefuse();
                charges.AddRange(page.Items);
                after = page.Next;
            }
            while (after is not null && charges.Count < wanted);
            var output = globals.Output(parsed);
            output.Table("Charges", ["charge", "time", "kind", "label", "destination", "amount", "slot", "attributes"],
                charges.Select(one => new object?[]
                {
                    one.Id, one.EventTime, one.Generation == 0 ? one.Kind : $"{one.Kind} {one.Generation}", one.Label,
                    one.Destination, one.Amount, one.Slot,
                    string.Join(", ", one.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                        .Select(pair => $"{pair.Key}={pair.Value}")),
                }));
            if (after is not null)
            {
                output.Line($"There are more: narrow the time, or raise --limit above {wanted}.");
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>Steps as lines: name, then text.</summary>
    internal static void Steps(Output output, IEnumerable<TraceStep> steps)
    {
        foreach (var step in steps)
        {
            output.Line($"  {step.Step,-13} {step.Text}");
        }
    }

    internal static JsonArray Nodes(IEnumerable<TraceStep> steps) =>
        [.. steps.Select(step => (JsonNode)new JsonObject { ["step"] = step.Step, ["text"] = step.Text })];

    internal static JsonArray Nodes(IEnumerable<ExplainedPocket> pockets) =>
    [
        .. pockets.Select(pocket => (JsonNode)new JsonObject
        {
            ["pocket"] = pocket.Pocket?.ToString(), ["allowance"] = pocket.Allowance, ["unit"] = pocket.Unit,
            ["before"] = Text(pocket.Before), ["change"] = Text(pocket.Change), ["after"] = Text(pocket.After),
        }),
    ];

    private static void Print(Output output, ChargeExplanation explained)
    {
        output.Line($"{explained.Id}: {explained.Label}, {explained.Amount}");
        Steps(output, explained.Steps);
        if (explained.Pockets.Length > 0)
        {
            output.Table("Pockets", ["pocket", "allowance", "unit", "before", "change", "after"],
                explained.Pockets.Select(pocket => new object?[]
                {
                    pocket.Pocket, pocket.Allowance.Length == 0 ? "money" : pocket.Allowance, pocket.Unit, pocket.Before,
                    pocket.Change, pocket.After,
                }));
        }
        if (explained.Generations.Length > 1)
        {
            output.Table("Charged", ["generation", "amount", "label", "catalogue", "slot", "at", "re-rating", "reason"],
                explained.Generations.Select(one => new object?[]
                {
                    one.Generation, one.Amount, one.Label, one.CatalogVersion, one.Slot, one.RatedAt, one.Run, one.Reason,
                }));
        }
        output.Line(explained.Agrees
            ? "Rated again, it comes to exactly what is stored."
            : "Rated again, it differs from what is stored:");
        foreach (var difference in explained.Differences)
        {
            output.Line("  " + difference);
        }
    }

    private static JsonObject Node(ChargeExplanation explained) => new()
    {
        ["id"] = explained.Id,
        ["account"] = explained.Account.ToString(),
        ["subscription"] = explained.Subscription.ToString(),
        ["eventTime"] = InstantPattern.ExtendedIso.Format(explained.EventTime),
        ["label"] = explained.Label,
        ["amount"] = Output.Node(explained.Amount),
        ["fromMoney"] = Output.Node(explained.FromMoney),
        ["catalogVersion"] = explained.CatalogVersion,
        ["steps"] = Nodes(explained.Steps),
        ["pockets"] = Nodes(explained.Pockets),
        ["generations"] = new JsonArray([.. explained.Generations.Select(one => (JsonNode)new JsonObject
        {
            ["generation"] = one.Generation, ["amount"] = Output.Node(one.Amount), ["label"] = one.Label,
            ["catalogVersion"] = one.CatalogVersion, ["slot"] = one.Slot,
                ["ratedAt"] = InstantPattern.ExtendedIso.Format(one.RatedAt),
            ["rerate"] = one.Run?.ToString(), ["reason"] = one.Reason,
        })]),
        ["billed"] = new JsonArray([.. explained.Billed.Select(line => (JsonNode)new JsonObject
        {
            ["document"] = line.Document.ToString(), ["number"] = line.Number, ["phase"] = line.Phase, ["line"] = line.Line,
            ["description"] = line.Description, ["net"] = Output.Node(line.Net),
        })]),
        ["agrees"] = explained.Agrees,
        ["differences"] = new JsonArray([.. explained.Differences.Select(text => (JsonNode)text)]),
    };

    private static string Text(decimal value) => value.ToString("0.##################", CultureInfo.InvariantCulture);

    private static ChargeId Charge(string text) => ChargeId.TryParse(text, out var id)
        ? id
        : throw new CommandRefusedException(
            $"'{text}' is not the id of a charge. See: tollgate usage list --account …", ExitCodes.Usage);

    private static async Task<(DocumentId, int)> LineAsync(OperationContext context, string text, CancellationToken cancel)
    {
        var slash = text.LastIndexOf('/');
        return slash > 0 && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var no)
            ? (await Arguments.DocumentAsync(context, text[..slash], cancel), no)
            : throw new CommandRefusedException($"--line '{text}' is not a line of a bill. Write it as doc_1042/3.",
                ExitCodes.Usage);
    }

    private static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };
}
