using Tollgate.Operations;

namespace Tollgate.Host.Api;

/// <summary>Builds the web application: API, its document, health.</summary>
public static class ApiHost
{
    /// <summary>Largest request body: 1 MiB.</summary>
    public const int MaxBodyBytes = 1 << 20;

    /// <summary>An application that listens at <paramref name="urls"/> and works on the context's database; not started
    /// yet.</summary>
    /// <param name="urls">E.g. <c>http://127.0.0.1:5080</c>; port 0: any free one.</param>
    /// <param name="context">Database, clock and tenant; the API puts the key's tenant and name in its place.</param>
    /// <param name="more">Adds what else is served, e.g. the console; services first, endpoints when the application is
    /// built.</param>
    public static WebApplication Build(
        string[] urls, OperationContext context,
        (Action<WebApplicationBuilder> Services, Action<WebApplication> Endpoints)? more = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(urls);
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = MaxBodyBytes;
            options.AddServerHeader = false;
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // A port that is taken is told once, by whoever starts the application.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.AddSingleton(context);
        builder.Services.AddSingleton<WhatIfWorker>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WhatIfWorker>());
        builder.Services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.AddOpenApi("v1", ApiDocument.Configure);
        more?.Services(builder);
        var app = builder.Build();
        var logger = app.Logger;
        app.Use(next => http => ApiPipeline.AnswerProblemsAsync(http, next, logger));
        app.Use(next => http => ApiPipeline.CheckKeyAsync(http, next, context));
        app.UseRouting();
        app.Use(next => http => QueryNames.CheckAsync(http, next));
        HealthEndpoints.Map(app, context.Database);
        app.MapOpenApi();
        var api = app.MapGroup(Answers.Base);
        SellerEndpoints.Map(api);
        CustomerEndpoints.Map(api);
        AccountEndpoints.Map(api);
        PocketEndpoints.Map(api);
        SubscriptionEndpoints.Map(api);
        DiscountEndpoints.Map(api);
        AdjustmentEndpoints.Map(api);
        DocumentEndpoints.Map(api);
        BillRunEndpoints.Map(api);
        HeldEndpoints.Map(api);
        ChargeEndpoints.Map(api);
        RerateEndpoints.Map(api);
        WhatIfEndpoints.Map(api);
        CatalogueEndpoints.Map(api);
        UsageEndpoints.Map(api);
        UsageSourceEndpoints.Map(api);
        PolicyEndpoints.Map(api);
        AlertEndpoints.Map(api);
        PaymentEndpoints.Map(api);
        if (more is { } console)
        {
            console.Endpoints(app);
        }
        else
        {
            RootEndpoint.Map(app);
        }
        return app;
    }
}
