using Tollgate.Operations;

namespace Tollgate.Host.Api;

/// <summary>Builds the web application: API, console, health.</summary>
public static class ApiHost
{
    /// <summary>An application that listens at <paramref name="urls"/> and works on the context's database; not started yet.</summary>
    public static WebApplication Build(string[] urls, OperationContext context)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(urls);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(context);
        var app = builder.Build();
        app.MapGet("/health/live", () => Results.Ok());
        return app;
    }
}
