using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime.Text;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate try</c>: one event, charged in memory.</summary>
internal static class TryCommand
{
    /// <summary>Quantities as people write them; base units per unit.</summary>
    private static readonly Dictionary<string, long> Seconds = new(StringComparer.Ordinal)
    {
        ["ms"] = 1, ["s"] = 1_000, ["m"] = 60_000, ["min"] = 60_000, ["h"] = 3_600_000,
    };

    private static readonly Dictionary<string, long> Octets = new(StringComparer.Ordinal)
    {
        ["B"] = 1, ["KB"] = 1_000, ["MB"] = 1_000_000, ["GB"] = 1_000_000_000,
        ["KiB"] = 1L << 10, ["MiB"] = 1L << 20, ["GiB"] = 1L << 30,
    };

    internal static Command Build(Globals globals)
    {
        var options = new Options();
        var command = new Command("try",
            "Charges one event in memory and shows every step; nothing is changed. Against an account or a subscription it uses\n"
            + "their pockets as they are now; against an offer it takes a new subscriber.\n\n"
            + "Examples:\n"
            + "  tollgate try --account A-1001 --to 4930123456 --duration 61s\n"
            + "  tollgate try --offer mobile-m --catalog catalogs/demo --service data --volume 5MB --at 2026-11-01");
        options.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var folder = parsed.GetValue(options.Catalog);
            if (folder is not null && options.HasVersion(parsed))
            {
                throw new CommandRefusedException(
                    "--catalog and --catalog-version both say what prices the event. Give one of the two.", ExitCodes.Usage);
            }
            var candidate = folder is null ? null : CatalogCommands.Compile(folder, globals.Terminal);
            var output = globals.Output(parsed);
            var request = options.Read(parsed) with { Candidate = candidate };
            if (candidate is not null && request.Offer.Length > 0)
            {
                var at = options.At(parsed, candidate.Source.TimeZone) ?? NodaTime.SystemClock.Instance.GetCurrentInstant();
                return Print(output, TryUsage.Try(candidate, request, at).OrFaults(), request);
            }
            await using var session = await globals.OpenAsync(parsed, cancel);
            request = await options.WhoAsync(parsed, session.Context, request, cancel);
            var timeline = await CatalogueVersions.LoadAsync(session.Context, cancel);
            return Print(output, (await TryUsage.RunAsync(session.Context, timeline, request, cancel)).OrFaults(), request);
        });
        return command;
    }

    private static int Print(Output output, TryResult result, TryRequest request)
    {
        if (output.IsJson)
        {
            output.Json(new JsonObject
            {
                ["at"] = InstantPattern.ExtendedIso.Format(result.At),
                ["offer"] = result.Offer,
                ["subscription"] = result.Subscription?.ToString(),
                ["catalogVersion"] = result.CatalogVersion,
                ["refusal"] = result.Refusal,
                ["reason"] = result.Reason,
                ["allowed"] = result.Allowed,
                ["label"] = result.Label,
                ["charged"] = result.Charged,
                ["fromAllowances"] = result.FromAllowances,
                ["amount"] = result.Amount is { } amount ? Output.Node(amount) : null,
                ["fromMoney"] = result.FromMoney is { } money ? Output.Node(money) : null,
                ["steps"] = ExplainCommands.Nodes(result.Steps),
                ["pockets"] = ExplainCommands.Nodes(result.Pockets),
            });
            return result.Refusal.Length == 0 ? ExitCodes.Ok : ExitCodes.Refused;
        }
        var version = result.CatalogVersion == 0
            ? "an unpublished catalogue"
                : string.Create(CultureInfo.InvariantCulture, $"catalogue version {result.CatalogVersion}");
        output.Line(result.Amount is { } cost
            ? $"{cost}  {result.Label}, offer {result.Offer}, by {version}; nothing was changed"
            : $"Not charged: {result.Refusal}");
        ExplainCommands.Steps(output, result.Steps);
        foreach (var pocket in result.Pockets)
        {
            var name = pocket.Allowance.Length == 0 ? "money" : pocket.Allowance;
            output.Line(string.Create(CultureInfo.InvariantCulture,
                $"  {"pocket",-13} {pocket.Pocket?.ToString() ?? "new"} {name}: {pocket.Before:0.########} -> ")
                + string.Create(CultureInfo.InvariantCulture, $"{pocket.After:0.########} {pocket.Unit}"));
        }
        if (result.Reason == nameof(HoldReason.UnpricedDestination) && request.Destination.Length == 0)
        {
            output.Line("Say where it goes: --to NUMBER.");
        }
        return result.Refusal.Length == 0 ? ExitCodes.Ok : ExitCodes.Refused;
    }

    /// <summary>A number with a unit, <c>61s</c> or <c>5MB</c>, in base units.</summary>
    private static long Quantity(string? text, string option, Dictionary<string, long> units)
    {
        if (string.IsNullOrEmpty(text))
        {
            return 0;
        }
        var digits = text.TakeWhile(letter => char.IsAsciiDigit(letter) || letter == '.').Count();
        return units.TryGetValue(text[digits..].Trim(), out var factor)
            && decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number <= long.MaxValue / factor
            ? (long)decimal.Truncate(number * factor)
            : throw new CommandRefusedException(
                $"{option} '{text}' cannot be read. Write a number and one of: {string.Join(", ", units.Keys)}.",
                    ExitCodes.Usage);
    }

    private sealed class Options
    {
        private readonly Option<string?> account = Text("--account", "ID", "Against this account: id or your own number.");
        private readonly Option<string?> subscription = Text("--subscription", "ID",
            "Against this subscription: id or your own key.");
        private readonly Option<string?> number = Text("--number", "NUMBER",
            "Which of the account's services, e.g. its phone number.");
        private readonly Option<string?> offer = Text("--offer", "CODE", "Against this offer, for a new subscriber.");

        private readonly Option<string> service = Choices.Option("--service", "What is used.", ServiceKind.Voice);

        private readonly Option<string?> destination = Text("--to", "NUMBER",
            "Destination: E.164 digits, short code, access point.");
        private readonly Option<string?> origin = Text("--from", "NUMBER", "Calling or sending party.");
        private readonly Option<string?> duration = Text("--duration", "TIME", "E.g. 61s, 2.5min, 1h.");
        private readonly Option<string?> volume = Text("--volume", "VOLUME", "Received, e.g. 5MB, 1GiB.");
        private readonly Option<string?> up = Text("--volume-up", "VOLUME", "Sent.");

        private readonly Option<int> events = new("--events")
        {
            Description = "Number of messages or other events.", HelpName = "N", DefaultValueFactory = _ => 1,
        };

        private readonly Option<string[]> attributes = new("--attribute")
        {
            Description = "What else the record says, e.g. apn=internet, partner=films, price=2.99, answered=no. "
                + "May be given several times.",
            HelpName = "NAME=VALUE", DefaultValueFactory = _ => [],
        };

        private readonly Option<string?> at = Text("--at", "TIME", "Start: a time or a date. Default: now.");

        private readonly Option<int?> version = new("--catalog-version")
        {
            Description = "Published version that prices it. Default: the one in force at the time.", HelpName = "N",
        };

        internal Option<string?> Catalog { get; } =
            Text("--catalog", "DIR", "Folder of a catalogue that prices it instead of the published ones.");

        internal void AddTo(Command command)
        {
            foreach (var option in new Option[]
            {
                account, subscription, number, offer, service, destination, origin, duration, volume, up, events,
                    attributes, at, version, Catalog,
            })
            {
                command.Add(option);
            }
        }

        internal bool HasVersion(ParseResult parsed) => parsed.GetValue(version) is not null;

        internal TryRequest Read(ParseResult parsed) => new()
        {
            Offer = parsed.GetValue(offer) ?? "",
            Number = parsed.GetValue(number) ?? "",
            Service = Choices.Read<ServiceKind>(parsed.GetValue(service)!),
            Destination = parsed.GetValue(destination) ?? "",
            Origin = parsed.GetValue(origin) ?? "",
            DurationMs = Quantity(parsed.GetValue(duration), "--duration", Seconds),
            OctetsDown = Quantity(parsed.GetValue(volume), "--volume", Octets),
            OctetsUp = Quantity(parsed.GetValue(up), "--volume-up", Octets),
            Events = parsed.GetValue(events) is var many and >= 0 ? many : throw new CommandRefusedException(
                $"--events '{parsed.GetValue(events)}' is below 0. Give 0 or more.", ExitCodes.Usage),
            Attributes = ExplainCommands.Attributes(parsed.GetValue(attributes)!),
            CatalogVersion = parsed.GetValue(version),
        };

        internal NodaTime.Instant? At(ParseResult parsed, NodaTime.DateTimeZone zone) =>
            Arguments.Time(parsed.GetValue(at), "--at", zone);

        internal async Task<TryRequest> WhoAsync(
            ParseResult parsed, OperationContext context, TryRequest request, CancellationToken cancel)
        {
            AccountId? whose = parsed.GetValue(account) is { } owner
                ? await Arguments.AccountAsync(context, owner, cancel) : null;
            return request with
            {
                At = At(parsed, await Zones.OfAsync(context, whose, cancel)),
                Account = whose,
                Subscription = parsed.GetValue(subscription) is { } one
                    ? await Arguments.SubscriptionAsync(context, one, cancel) : null,
            };
        }

        private static Option<string?> Text(string name, string helpName, string description) =>
            new(name) { Description = description, HelpName = helpName };
    }
}
