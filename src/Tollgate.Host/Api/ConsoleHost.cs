using NodaTime;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Storage;
using Tollgate.Web;

namespace Tollgate.Host.Api;

/// <summary>The operator console beside the API. It answers this machine only, until there are logins.</summary>
internal static class ConsoleHost
{
    /// <summary>For <see cref="ApiHost.Build"/>: what the console needs and serves.</summary>
    internal static (Action<WebApplicationBuilder> Services, Action<WebApplication> Endpoints) Part(OperationContext context)
    {
        var sources = new ConsoleSources(
            async cancel => context with
            {
                Actor = "console",
                Clock = await TenantClock.LoadAsync(context.Database, context.Tenant, SystemClock.Instance, cancel),
            },
            async (document, cancel) =>
                (await ReadDocuments.PdfAsync(context, document, cancel)) is { Refusal: null, Value: { } pdf } ? pdf : null);
        return (builder => builder.Services.AddTollgateConsole(sources), app => app.MapTollgateConsole());
    }
}
