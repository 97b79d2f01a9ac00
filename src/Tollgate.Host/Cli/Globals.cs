using System.CommandLine;
using NodaTime;
using Tollgate.Operations;
using Tollgate.Primitives;
using Tollgate.Storage;

namespace Tollgate.Host.Cli;

/// <summary>How tables are printed.</summary>
public enum OutputFormat
{
    Table,
    Json,
}

/// <summary>Options that every command has, and what they open.</summary>
public sealed class Globals(Terminal terminal)
{
    /// <summary>Where the command writes.</summary>
    public Terminal Terminal => terminal;

    /// <summary>Database spec; default: environment variable <c>TOLLGATE_DB</c>, else <c>sqlite:tollgate.db</c>.</summary>
    public Option<string> Db { get; } = new("--db")
    {
        Description = "The database: sqlite:PATH or postgres:CONNECTION-STRING.",
        HelpName = "SPEC",
        Recursive = true,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("TOLLGATE_DB") ?? "sqlite:tollgate.db",
    };

    public Option<string> Format { get; } = Choices.Option(
        "--format", "How tables are printed: table (for people) or json (for programs).", OutputFormat.Table);

    public void AddTo(Command root)
    {
        root.Add(Db);
        Format.Recursive = true;
        root.Add(Format);
    }

    /// <summary>Where tables go.</summary>
    public Output Output(ParseResult parsed) => new(Choices.Read<OutputFormat>(parsed.GetValue(Format)!), terminal);

    /// <summary>The database that the command line names, not opened yet.</summary>
    /// <exception cref="CommandRefusedException">The spec cannot be read.</exception>
    public DatabaseSpec Spec(ParseResult parsed)
    {
        var (spec, error) = DatabaseSpec.Parse(parsed.GetValue(Db)!);
        return spec ?? throw new CommandRefusedException(error!, ExitCodes.Usage);
    }

    /// <summary>Opens the database and the tenant's clock. The schema must be current: <c>tollgate migrate</c> sees to
    /// it.</summary>
    /// <exception cref="CommandRefusedException">The spec is wrong or the database has not been migrated.</exception>
    public Task<Session> OpenAsync(ParseResult parsed, CancellationToken cancel) =>
        Session.OpenAsync(Spec(parsed), "cli", cancel);
}

/// <summary>An opened database with the context for operations. Dispose at the end of the command.</summary>
public sealed class Session(OperationContext context) : IAsyncDisposable
{
    public OperationContext Context { get; } = context;

    public Database Database => Context.Database;

    /// <summary>Opens a migrated database.</summary>
    /// <exception cref="CommandRefusedException">It is not there or not migrated.</exception>
    public static async Task<Session> OpenAsync(DatabaseSpec spec, string actor, CancellationToken cancel)
    {
        if (spec.FilePath is { } path && !File.Exists(path))
        {
            throw new CommandRefusedException(
                $"There is no database file '{path}'. Check --db, or make one: tollgate migrate --db sqlite:{path}");
        }
        var database = new Database(spec);
        if (await Migrator.PendingAsync(database, cancel) is { Length: > 0 } pending)
        {
            await database.DisposeAsync();
            throw new CommandRefusedException(
                $"The database lacks {Counted.Of(pending.Length, "schema step")}, first {pending[0].Name}. "
                + "Run: tollgate migrate --db …");
        }
        var tenant = new TenantId(1);
        var clock = await TenantClock.LoadAsync(database, tenant, SystemClock.Instance, cancel);
        return new Session(new OperationContext(database, new IdBlock(database), clock, tenant, actor));
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
