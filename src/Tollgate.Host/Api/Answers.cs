using Microsoft.AspNetCore.Mvc;
using NodaTime;
using Tollgate.Operations;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>When something ends.</summary>
public sealed record EndRequest
{
    /// <summary>From when; default: now.</summary>
    public Instant? At { get; init; }
}

/// <summary>Header that makes a write safe to repeat: same key and content, same answer; same key, other content:
/// refused.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class IdempotencyKeyAttribute : FromHeaderAttribute
{
    public IdempotencyKeyAttribute() => Name = HeaderName;

    internal const string HeaderName = "Idempotency-Key";
}

/// <summary>Turns outcomes of operations into HTTP answers.</summary>
internal static class Answers
{
    internal const string Base = "/api/v1";

    /// <summary>200 with the value, or the refusal's problem.</summary>
    internal static IResult Ok<T>(Outcome<T> outcome) =>
        outcome.Refusal is { } refusal ? ApiProblem.Of(refusal).Result() : Results.Json(outcome.Value);

    /// <summary>201 with the thing as it is now and its address; a replay says so in a header.</summary>
    internal static async Task<IResult> CreatedAsync<TId, TView>(
        HttpContext http, Outcome<Written<TId>> outcome, string collection, Func<TId, Task<Outcome<TView>>> read)
        where TId : struct, IId<TId>
    {
        if (outcome.Refusal is { } refusal)
        {
            return ApiProblem.Of(refusal).Result();
        }
        MarkReplay(http, outcome.Value.Replayed);
        var view = await read(outcome.Value.Id);
        return view.Refusal is { } gone
            ? ApiProblem.Of(gone).Result()
            : Results.Created($"{Base}/{collection}/{outcome.Value.Id}", view.Value);
    }

    /// <summary>200 with the thing as it is after the change.</summary>
    internal static async Task<IResult> ChangedAsync<TId, TView>(
        HttpContext http, Outcome<Written<TId>> outcome, Func<TId, Task<Outcome<TView>>> read) where TId : struct, IId<TId>
    {
        if (outcome.Refusal is { } refusal)
        {
            return ApiProblem.Of(refusal).Result();
        }
        MarkReplay(http, outcome.Value.Replayed);
        return Ok(await read(outcome.Value.Id));
    }

    /// <summary>Reads the id of a path; on other text the answer is 404.</summary>
    internal static Task<IResult> WithIdAsync<TId>(string text, string what, Func<TId, Task<IResult>> then)
        where TId : struct, IId<TId> =>
        Id.TryParse<TId>(text, out var id)
            ? then(id)
            : Task.FromResult(ApiProblem.Of(StatusCodes.Status404NotFound, $"unknown-{what}",
                $"'{FieldRules.Short(text)}' is not the id of a {what}. Write it as {TId.Prefix}_1001.").Result());

    /// <summary>Reads an id, a time or a page size of the query; what is wrong becomes an error 400.</summary>
    internal static TId? QueryId<TId>(string? text, string name) where TId : struct, IId<TId> =>
        text is null ? null
        : Id.TryParse<TId>(text, out var id) ? id
        : throw new BadHttpRequestException($"The parameter {name} is not an id. Write it as {TId.Prefix}_1001.");

    internal static Instant? QueryTime(string? text, string name) =>
        text is null ? null
        : ApiJson.ReadTime(text)
        ?? throw new BadHttpRequestException($"The parameter {name} is not a time. Write it as 2026-11-30T08:00:00Z.");

    internal static LocalDate? QueryDate(string? text, string name) =>
        text is null ? null
        : ApiJson.ReadDate(text)
        ?? throw new BadHttpRequestException(
            $"The parameter {name} is not a date of the years {ApiJson.Years}. Write it as 2026-11-30.");

    /// <summary>One of some words, or null; another word becomes an error 400 that names them.</summary>
    internal static string? QueryWord(string? text, string name, params ReadOnlySpan<string> words) =>
        text is null || words.Contains(text) ? text
        : throw new BadHttpRequestException(
            $"The parameter {name} is '{FieldRules.Short(text)}'. Use one of: {string.Join(", ", words)}.");

    internal static int QueryLimit(int? limit) => limit switch
    {
        null => Paging.Default,
        >= 1 and <= Paging.Most => limit.Value,
        _ => throw new BadHttpRequestException($"The parameter limit is out of range. Use 1 to {Paging.Most}."),
    };

    /// <summary>Documents the error answers that every endpoint has.</summary>
    internal static RouteHandlerBuilder Refuses(this RouteHandlerBuilder builder, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in (ReadOnlySpan<int>)[400, 401, 403, .. statuses])
        {
            builder.Produces<ApiProblem>(status, ApiProblem.ContentType);
        }
        return builder;
    }

    internal static void MarkReplay(HttpContext http, bool replayed)
    {
        if (replayed)
        {
            http.Response.Headers["Idempotent-Replay"] = "true";
        }
    }
}
