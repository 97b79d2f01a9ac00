using System.Net;
using Microsoft.AspNetCore.Http;

namespace Tollgate.Web.Console;

/// <summary>
/// The lock of the console while there are no logins: the connection comes from this machine, was not passed on by a proxy, and
/// was addressed to this machine by name, so that a foreign web page cannot reach it by pointing a name of its own at 127.0.0.1.
/// </summary>
public static class LoopbackOnly
{
    private const string Refusal =
        "The console shows operator data and answers only browsers on the machine that it runs on. Open it there as "
        + "http://localhost, or forward its port: ssh -L 8080:localhost:PORT HOST.";

    private static readonly string[] ForwardingHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"];

    /// <summary>Answers 403 instead of calling <paramref name="inner"/> unless the request may see operator data.</summary>
    public static RequestDelegate Guard(RequestDelegate inner) => async http =>
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "no-cache, no-store";
        headers.Pragma = "no-cache";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (!Allows(http))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.WriteAsync(Refusal, http.RequestAborted);
            return;
        }
        headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        await inner(http);
    };

    private static bool Allows(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } client && IPAddress.IsLoopback(client)
        && !ForwardingHeaders.Any(http.Request.Headers.ContainsKey)
        && IsLoopbackName(http.Request.Host.Host);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
