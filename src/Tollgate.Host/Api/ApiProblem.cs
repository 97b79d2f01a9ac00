using System.Collections.Immutable;
using System.Data.Common;
using Tollgate.Storage.Charging;
using System.Text.Json;
using Tollgate.Operations;

namespace Tollgate.Host.Api;

/// <summary>An error answer (RFC 9457).</summary>
/// <param name="Type">A name of the kind of problem: <c>urn:tollgate:problem:CODE</c>.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is wrong and how to mend it.</param>
/// <param name="Code">Stable, kebab-case; see docs/reference/refusals.md.</param>
/// <param name="Retry"><c>never</c>, <c>after-cure</c> or <c>again</c>.</param>
/// <param name="Errors">The fields that are wrong, where it is about fields.</param>
public sealed record ApiProblem(
    string Type, string Title, int Status, string Detail, string Code, string Retry, ImmutableArray<FieldFault> Errors)
{
    internal const string ContentType = "application/problem+json";

    internal static ApiProblem Of(int status, string code, string detail, string retry = "after-cure") =>
        new($"urn:tollgate:problem:{code}", TitleOf(status), status, detail, code, retry, []);

    internal static ApiProblem Of(Refusal refusal) => Of(StatusOf(refusal), refusal.Code, refusal.Message, refusal.Retry switch
    {
        Operations.Retry.Never => "never",
        Operations.Retry.Again => "again",
        Operations.Retry.AfterCure => "after-cure",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal)),
    }) with
    {
        Errors = !refusal.Faults.IsDefaultOrEmpty ? refusal.Faults
            : refusal.Field.Length > 0 ? [new FieldFault(refusal.Field, refusal.Message, "")] : [],
    };

    internal static ApiProblem NotJson =>
        Of(StatusCodes.Status415UnsupportedMediaType, "not-json",
            "The body is not JSON. Send it with Content-Type: application/json.");

    internal static ApiProblem TooLarge =>
        Of(StatusCodes.Status413PayloadTooLarge, "body-too-large", "The body is larger than 1 MiB. Send less at once.");

    internal static ApiProblem Of(BadHttpRequestException bad)
    {
        if (bad.StatusCode == StatusCodes.Status415UnsupportedMediaType)
        {
            return NotJson;
        }
        if (bad.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge;
        }
        if (bad.InnerException is JsonException json)
        {
            var path = json.Path is null or "$" ? "" : json.Path.TrimStart('$').TrimStart('.');
            // The reader's exception has one of its own inside; what only does not fit has none.
            var unparsable = json.InnerException is JsonException;
            var problem = Of(StatusCodes.Status400BadRequest, unparsable ? "malformed-json" : "malformed-request",
                Words(json, path, unparsable));
            return path.Length == 0
                ? problem : problem with { Errors = [new FieldFault(path, Words(json, path, unparsable),
                    "See /openapi/v1.json.")] };
        }
        return Of(bad.StatusCode, "malformed-request", BindingWords.Of(bad.Message));
    }

    internal IResult Result() => Results.Json(this, contentType: ContentType, statusCode: Status);

    internal Task WriteAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        return http.Response.WriteAsJsonAsync(this, options: null, ContentType, http.RequestAborted);
    }

    private static string Words(JsonException json, string path, bool unparsable)
    {
        // The library's own words name .NET types; its position is kept and the words are replaced, ours are kept.
        if (json.Message.StartsWith("is not ", StringComparison.Ordinal))
        {
            return $"'{path}' {json.Message.Split(" Path:")[0].TrimEnd('.')}.";
        }
        if (json.Message.Contains("could not be mapped", StringComparison.Ordinal))
        {
            return $"There is no field '{path}' here. See /openapi/v1.json for the fields.";
        }
        var place = json.LineNumber is { } line ? $" (line {line + 1}, byte {json.BytePositionInLine + 1})" : "";
        return unparsable ? $"The body is not well-formed JSON{place}."
            : path.Length == 0 ? "The body is not an object with the fields that this request takes. See /openapi/v1.json."
            : $"The value of '{path}' does not fit its type{place}.";
    }

    /// <summary>What a fault of the program or the database answers; says nothing about the inside.</summary>
    internal static ApiProblem Of(Exception fault) => fault switch
    {
        FileMovedException overtaken => Of(StatusCodes.Status409Conflict, "overtaken", overtaken.Message, "again"),
        DbException or TimeoutException =>
            Of(StatusCodes.Status503ServiceUnavailable, "database-failed", "The database did not answer. Try again.", "again"),
        _ => Of(StatusCodes.Status500InternalServerError, "fault", "A fault of the program; it has been logged.", "again"),
    };

    private static int StatusOf(Refusal refusal) => refusal.Code switch
    {
        "invalid" or "ends-before-start" => StatusCodes.Status422UnprocessableEntity,
        _ when refusal.Code.StartsWith("unknown-", StringComparison.Ordinal) => refusal.Field.Length == 0
            ? StatusCodes.Status404NotFound
            : StatusCodes.Status422UnprocessableEntity,
        _ => StatusCodes.Status409Conflict,
    };

    private static string TitleOf(int status) => status switch
    {
        400 => "The request cannot be read",
        401 => "No valid API key",
        403 => "Not allowed",
        404 => "Not there",
        405 => "Not this method",
        409 => "In conflict with what is there",
        413 => "Too large",
        415 => "Not JSON",
        422 => "Fields are wrong",
        503 => "Not available",
        _ => "A fault",
    };
}
