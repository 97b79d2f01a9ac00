using Tollgate.Operations;
using Tollgate.Operations.Security;

namespace Tollgate.Host.Api;

/// <summary>What stands before every endpoint of the API: error answers and keys.</summary>
internal static class ApiPipeline
{
    /// <summary>Everything below this path needs a key.</summary>
    internal const string Guarded = "/api";

    /// <summary>Turns unknown paths, and failures and unreadable requests below <c>/api</c>, into problems; never shows the
    /// inside.</summary>
    internal static async Task AnswerProblemsAsync(HttpContext http, RequestDelegate next, ILogger logger)
    {
        try
        {
            await next(http);
            if (!http.Response.HasStarted && http.Response.ContentType is null
                && (http.Response.StatusCode is 404 or 405 || (IsApi(http) && http.Response.StatusCode >= 400)))
            {
                await Unrouted(http).WriteAsync(http);
            }
        }
        catch (BadHttpRequestException bad) when (!http.Response.HasStarted)
        {
            var problem = HttpMethods.IsPost(http.Request.Method) && !http.Request.Headers.ContainsKey("Idempotency-Key")
                && bad.Message.Contains("idempotencyKey", StringComparison.Ordinal)
                ? ApiProblem.Of(StatusCodes.Status400BadRequest, "idempotency-key-missing",
                    "Send an Idempotency-Key header: a key of your own that makes it safe to repeat the request.")
                : ApiProblem.Of(bad);
            await problem.WriteAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; nobody reads an answer.
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            logger.LogError(fault, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
            await ApiProblem.Of(fault).WriteAsync(http);
        }
    }

    /// <summary>The answer to a request that no endpoint took.</summary>
    private static ApiProblem Unrouted(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => ApiProblem.TooLarge,
        StatusCodes.Status415UnsupportedMediaType => ApiProblem.NotJson,
        StatusCodes.Status405MethodNotAllowed => ApiProblem.Of(405, "wrong-method", NoSuch(http), "never"),
        StatusCodes.Status404NotFound => ApiProblem.Of(404, "unknown-path", NoSuch(http), "never"),
        var status => ApiProblem.Of(status, "malformed-request", "The request cannot be read."),
    };

    private static string NoSuch(HttpContext http) =>
        $"There is no {http.Request.Method} {http.Request.Path}. See /openapi/v1.json.";

    /// <summary>Lets only holders of a key through below <c>/api</c>, and only those of a write key to change anything.</summary>
    internal static async Task CheckKeyAsync(HttpContext http, RequestDelegate next, OperationContext context)
    {
        if (!IsApi(http))
        {
            await next(http);
            return;
        }
        var header = http.Request.Headers.Authorization.ToString();
        var key = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? await ApiKeys.CheckAsync(context.Database, header[7..].Trim(), http.RequestAborted)
            : null;
        if (key is null)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await ApiProblem.Of(StatusCodes.Status401Unauthorized, "no-valid-key",
                "Send a valid API key: Authorization: Bearer tg_ID_SECRET. Create one with: tollgate apikey create.")
                    .WriteAsync(http);
            return;
        }
        if (key.Role != ApiRole.Write && !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            await ApiProblem.Of(
                StatusCodes.Status403Forbidden, "read-only-key", "This key may only read. Use one with the role write.")
                .WriteAsync(http);
            return;
        }
        http.Features.Set(context with { Tenant = key.Tenant, Actor = "api:" + key.Id });
        await next(http);
    }

    /// <summary>The caller's context; set by <see cref="CheckKeyAsync"/>.</summary>
    internal static OperationContext Operation(this HttpContext http) =>
        http.Features.Get<OperationContext>()
            ?? throw new InvalidOperationException("An endpoint outside the guarded path asked for its caller.");

    internal static bool IsApi(HttpContext http) =>
        http.Request.Path.StartsWithSegments(Guarded, StringComparison.OrdinalIgnoreCase);
}
