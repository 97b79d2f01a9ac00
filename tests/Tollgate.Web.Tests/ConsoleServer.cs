using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using Tollgate.Operations;
using Tollgate.Operations.Reports;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Tests.Reports;

namespace Tollgate.Web.Tests;

/// <summary>The console on a port of its own over a new SQLite database.</summary>
public sealed class ConsoleServer : IAsyncDisposable
{
    public static readonly byte[] Pdf = "%PDF-1.7 sample"u8.ToArray();

    private readonly string folder;
    private readonly Database database;
    private readonly WebApplication app;
    private readonly StandingClock clock;

    private ConsoleServer(string folder, Database database, WebApplication app, StandingClock clock) =>
        (this.folder, this.database, this.app, this.clock) = (folder, database, app, clock);

    /// <summary>An operation as the console runs it.</summary>
    public OperationContext Context => ContextOf(database, clock);

    /// <summary>Where its clock stands.</summary>
    public Instant Now
    {
        get => clock.Now;
        set => clock.Now = value;
    }

    public Uri Address => new(app.Urls.Single());

    /// <summary>Starts it.</summary>
    /// <param name="filled">With the rows of <see cref="SummaryRows"/>; else an empty tenant.</param>
    /// <param name="client">What the server shall take for the client's address; null: the true one.</param>
    public static async Task<ConsoleServer> StartAsync(bool filled, IPAddress? client = null)
    {
        var place = Directory.CreateTempSubdirectory("tollgate-web-").FullName;
        var opened = new Database(DatabaseSpec.Parse("sqlite:" + Path.Combine(place, "console.db")).Spec!);
        await Migrator.MigrateAsync(opened, SummaryRows.Now);
        if (filled)
        {
            await new SummaryRows(opened, 1).WriteAsync();
        }
        var standing = new StandingClock { Now = SummaryRows.Now };
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddTollgateConsole(new ConsoleSources(
            _ => Task.FromResult(ContextOf(opened, standing)),
            (id, _) => Task.FromResult(id.Value == 1_003_024 ? Pdf : null)));
        var web = builder.Build();
        if (client is not null)
        {
            web.Use((http, next) =>
            {
                http.Connection.RemoteIpAddress = client;
                return next(http);
            });
        }
        web.MapTollgateConsole();
        await web.StartAsync();
        return new ConsoleServer(place, opened, web, standing);
    }

    /// <summary>What the operation says.</summary>
    public Task<OperatorSummary> SummaryAsync() =>
        ReadSummary.RunAsync(Context, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static OperationContext ContextOf(Database database, StandingClock clock) =>
        new(database, new IdBlock(database), clock, new TenantId(1), "console");

    private sealed class StandingClock : IClock
    {
        public Instant Now { get; set; }

        public Instant GetCurrentInstant() => Now;
    }
}
