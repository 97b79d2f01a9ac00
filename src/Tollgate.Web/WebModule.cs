using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Operations;
using Tollgate.Primitives;
using Tollgate.Web.Console;

namespace Tollgate.Web;

/// <summary>What the console asks its host for.</summary>
/// <param name="Context">Opens an operation for one request: database, tenant, and the tenant's clock as it stands then.</param>
/// <param name="Pdf">The PDF of a document, or null when there is none of this id.</param>
public sealed record ConsoleSources(
    Func<CancellationToken, Task<OperationContext>> Context, Func<DocumentId, CancellationToken, Task<byte[]?>> Pdf);

/// <summary>Plugs the operator console into a web application.</summary>
public static class WebModule
{
    /// <summary>Registers the console's pages and what they ask for.</summary>
    public static IServiceCollection AddTollgateConsole(this IServiceCollection services, ConsoleSources sources)
    {
        services.AddSingleton(sources);
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddRazorComponents();
        return services;
    }

    /// <summary>
    /// Maps the console: <c>/</c>, <c>/console/documents/{id}/pdf</c> and the files of its pages. Only clients on the same
    /// machine are answered (see <see cref="LoopbackOnly"/>); all others get 403. Call it once, after authentication if there is
    /// any.
    /// </summary>
    public static WebApplication MapTollgateConsole(this WebApplication app)
    {
        app.UseAntiforgery();
        app.MapRazorComponents<App>().OnlyFromLoopback();
        app.MapGet("/console/documents/{id}/pdf", PdfAsync).OnlyFromLoopback();
        foreach (var asset in ConsoleAssets.All)
        {
            app.MapGet(asset.Path, (HttpContext http) =>
            {
                http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                return Results.Bytes(asset.Content, asset.ContentType);
            });
        }
        return app;
    }

    private static async Task<IResult> PdfAsync(string id, ConsoleSources sources, HttpContext http)
    {
        if (!Id.TryParse<DocumentId>(id, out var document) || await sources.Pdf(document, http.RequestAborted) is not { } pdf)
        {
            return Results.Text($"There is no document '{id}'.", statusCode: StatusCodes.Status404NotFound);
        }
        http.Response.Headers.ContentDisposition = $"inline; filename=\"{document}.pdf\"";
        return Results.Bytes(pdf, "application/pdf");
    }

    private static void OnlyFromLoopback(this IEndpointConventionBuilder endpoints) =>
        endpoints.Finally(endpoint => endpoint.RequestDelegate = LoopbackOnly.Guard(endpoint.RequestDelegate!));
}
