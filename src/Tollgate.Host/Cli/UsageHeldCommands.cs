using System.CommandLine;
using System.Globalization;
using NodaTime.Text;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;
using EventId = Tollgate.Primitives.EventId;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate usage held</c> and its commands.</summary>
internal static class UsageHeldCommands
{
    internal static Command Build(Globals globals)
    {
        var filter = new HeldFilterOptions();
        var limit = new Option<int>("--limit")
        {
            Description = "At most this many records.",
            HelpName = "N",
            DefaultValueFactory = _ => 100,
        };
        var command = new Command("held",
            "Lists records that could not be charged, with id, reason and place. Mend the cause, or the record itself with\n"
            + "'held fix', and run 'tollgate usage replay'; or write it off with 'held drop'.\n\n"
            + "Example: tollgate usage held --reason UnknownSubscriber")
        {
            limit,
        };
        filter.AddTo(command);
        command.Add(Show(globals));
        command.Add(Fix(globals));
        command.Add(Drop(globals));
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var (database, tenant) = (session.Database, session.Context.Tenant);
            var output = globals.Output(parsed);
            var which = await filter.ReadAsync(parsed, session, cancel);
            var records = await HeldStore.ListAsync(
                database, tenant, which, null, UsageCommands.Positive(parsed.GetValue(limit), "--limit"), cancel);
            output.Table("Held records", ["id", "source", "file", "line", "offset", "reason", "subject", "detail", "text"],
                records.Select(record => new object?[]
                {
                    record.Key.ToString(), record.Source, record.File, record.Line, record.Offset, record.Reason, record.Subject,
                    record.Detail, record.Raw,
                }));
            var counts = await HeldStore.CountAsync(database, tenant, which, cancel);
            output.Line(counts.Count == 0 ? "Nothing is held." : "Held in all: "
                + string.Join(", ", counts.Select(pair =>
                    string.Create(CultureInfo.InvariantCulture, $"{pair.Reason} {pair.Count}"))) + ".");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Show(Globals globals)
    {
        var id = IdArgument();
        var command = new Command("show",
            "Shows one held record: its text, its fields as they would be charged, and every correction.\n\n"
            + "Example: tollgate usage held show 5d41402abc4b2a76b9719d911017c592")
        {
            id,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            Print(globals.Output(parsed),
                (await ReadHeld.OneAsync(session.Context, ReadKey(parsed.GetValue(id)!), cancel)).OrRefuse());
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Fix(Globals globals)
    {
        var id = IdArgument();
        var set = new Option<string[]>("--set")
        {
            Description = "Field and new value; may be given several times. Fields: " + string.Join(", ", HeldFields.Names) + ".",
            HelpName = "FIELD=VALUE",
            Required = true,
        };
        var reason = ReasonOption("Why it is corrected.");
        var command = new Command("fix",
            "Corrects fields of a held record. The record stays as it came: each change is kept beside it with who, when, the\n"
            + "value before and after, and why. 'tollgate usage replay' charges the corrected record.\n\n"
            + "Example: tollgate usage held fix 5d41402abc4b2a76b9719d911017c592 --set destination=493012345678 "
            + "--reason \"digits swapped by the switch, ticket 4711\"")
        {
            id, set, reason,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var fields = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var pair in parsed.GetValue(set)!)
            {
                var equals = pair.IndexOf('=', StringComparison.Ordinal);
                if (equals < 1 || !fields.TryAdd(pair[..equals], pair[(equals + 1)..]))
                {
                    throw new CommandRefusedException(
                        $"'--set {pair}' is not a field with its value, or the field is given twice. Write --set FIELD=VALUE.",
                        ExitCodes.Usage);
                }
            }
            Print(globals.Output(parsed), (await CorrectHeld.RunAsync(session.Context, ReadKey(parsed.GetValue(id)!),
                new HeldCorrectionRequest(fields, parsed.GetValue(reason)), cancel)).OrRefuse());
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Drop(Globals globals)
    {
        var ids = new Argument<string[]>("ID")
        {
            Description = "Ids of held records; see: tollgate usage held",
            Arity = ArgumentArity.OneOrMore,
        };
        var reason = ReasonOption("Why they will never be charged.");
        var command = new Command("drop",
            "Writes held records off: they are never charged, and their files count them as dropped, for good.\n\n"
            + "Example: tollgate usage held drop 5d41402abc4b2a76b9719d911017c592 --reason \"test call of the switch\"")
        {
            ids, reason,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var keys = parsed.GetValue(ids)!.Select(ReadKey).ToList();
            var dropped = new List<HeldRecord>();
            foreach (var key in keys)
            {
                dropped.Add((await DropHeld.RunAsync(session.Context, key, parsed.GetValue(reason), cancel)).OrRefuse().Record);
            }
            globals.Output(parsed).Table("Dropped records", ["id", "source", "file", "line", "reason", "dropped because"],
                dropped.Select(record => new object?[]
                {
                    record.Key.ToString(), record.Source, record.File, record.Line, record.Reason, record.Resolution,
                }));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Print(Output output, HeldDetail detail)
    {
        var record = detail.Record;
        output.Record("Held record",
        [
            ("id", record.Key.ToString()), ("phase", record.Phase), ("source", record.Source), ("file", record.File),
            ("line", record.Line), ("offset", record.Offset), ("reason", record.Reason), ("detail", record.Detail),
            ("resolution", record.Resolution), ("text", record.Raw),
            .. detail.Values.Select(pair => (pair.Key, (object?)pair.Value)),
            .. detail.Corrections.Select(change => ($"correction {change.No.ToString(CultureInfo.InvariantCulture)}", (object?)
                $"{change.Field}: '{change.Before}' → '{change.After}' by {change.Actor} at "
                + $"{InstantPattern.General.Format(change.At)}: {change.Reason}")),
        ]);
    }

    private static Argument<string> IdArgument() => new("ID") { Description = "Id of a held record; see: tollgate usage held" };

    private static Option<string> ReasonOption(string description) =>
        new("--reason") { Description = description, HelpName = "TEXT", Required = true };

    private static EventId ReadKey(string text) => HeldFilterOptions.ReadKey(text)
        ?? throw new CommandRefusedException(
            $"'{text}' is not the id of a held record: 32 hexadecimal digits. See: tollgate usage held", ExitCodes.Usage);
}

/// <summary>Which held records are meant.</summary>
internal sealed class HeldFilterOptions
{
    private readonly Option<HoldReason?> reason = new("--reason")
    {
        Description = "Only with this reason, e.g. UnknownSubscriber.",
        HelpName = "REASON",
    };

    private readonly Option<string?> source = new("--source") { Description = "Only from this source.", HelpName = "CODE" };

    private readonly Option<string?> file = new("--file")
    {
        Description = "Only from this file, e.g. file_1042.",
        HelpName = "ID",
    };

    private readonly Option<string?> record = new("--record") { Description = "Only this record.", HelpName = "ID" };

    internal void AddTo(Command command)
    {
        command.Add(reason);
        command.Add(source);
        command.Add(file);
        command.Add(record);
    }

    /// <exception cref="CommandRefusedException">An id cannot be read, or there is no such file or source.</exception>
    internal async Task<HeldFilter> ReadAsync(ParseResult parsed, Session session, CancellationToken cancel)
    {
        var filter = Read(parsed);
        var (database, tenant) = (session.Database, session.Context.Tenant);
        if (filter.Source is { } code && await SourceStore.FindAsync(database, tenant, code, cancel) is null)
        {
            throw new CommandRefusedException($"There is no usage source '{code}'. See: tollgate usage source list");
        }
        if (filter.File is { } id && await UsageFileStore.FindAsync(database, tenant, id, cancel) is null)
        {
            throw new CommandRefusedException($"There is no usage file {id}. See: tollgate usage status");
        }
        return filter;
    }

    private HeldFilter Read(ParseResult parsed)
    {
        UsageFileId? id = null;
        if (parsed.GetValue(file) is { } text)
        {
            id = Id.TryParse<UsageFileId>(text, out var known)
                ? known
                : throw new CommandRefusedException(
                    $"'{text}' is not the id of a file. See: tollgate usage status", ExitCodes.Usage);
        }
        EventId? key = null;
        if (parsed.GetValue(record) is { } one)
        {
            key = ReadKey(one) ?? throw new CommandRefusedException(
                $"'{one}' is not the id of a held record. See: tollgate usage held", ExitCodes.Usage);
        }
        return new HeldFilter(parsed.GetValue(reason), parsed.GetValue(source), id, key);
    }

    /// <summary>The id that 32 hexadecimal digits are, or null.</summary>
    internal static EventId? ReadKey(string text) => EventId.TryParse(text, out var key) ? key : null;
}
