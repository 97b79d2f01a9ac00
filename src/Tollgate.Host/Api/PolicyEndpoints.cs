using System.Collections.Immutable;
using NodaTime;
using NodaTime.Text;
using Tollgate.Operations.Billing;

namespace Tollgate.Host.Api;

/// <summary>The billing policy of a day.</summary>
/// <param name="On">Bills and documents dated on this day follow it.</param>
/// <param name="Version">Number of the last recorded change; 0: nothing was ever changed.</param>
/// <param name="Settings">Every setting with its value as text, e.g. <c>"taxRounding":"per-line"</c>.</param>
/// <param name="Changes">Everything that was ever recorded, newest first.</param>
public sealed record PolicyView(
    LocalDate On, int Version, ImmutableSortedDictionary<string, string> Settings, ImmutableArray<PolicyChange> Changes);

/// <summary>What to change of the billing policy.</summary>
public sealed record PolicyBody
{
    /// <summary>Names and values; the other settings stay.</summary>
    public required Dictionary<string, string> Settings { get; init; }

    /// <summary>First bill date it holds for; default: today (UTC).</summary>
    public LocalDate? From { get; init; }

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The version that was looked at: refused when the policy was changed since.</summary>
    public int? Base { get; init; }
}

/// <summary><c>/api/v1/policy</c></summary>
internal static class PolicyEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/policy").WithTags("Policy");
        group.MapGet("", async (HttpContext http, string? on, CancellationToken cancel) =>
            Results.Json(View(await Policies.ShowAsync(http.Operation(), Answers.QueryDate(on, "on"), cancel))))
            .WithSummary("The billing policy of a day, with its history").WithDescription("Default: of today (UTC).")
            .WithName("readPolicy").Produces<PolicyView>().Refuses();
        group.MapPut("", async (HttpContext http, PolicyBody body, CancellationToken cancel) =>
        {
            var set = await Policies.SetAsync(http.Operation(), new PolicyOrder(
                body.Settings.ToImmutableDictionary(StringComparer.Ordinal), body.From, body.Reason, body.Base), cancel);
            return set.Refusal is { } refusal ? ApiProblem.Of(refusal).Result() : Results.Json(View(set.Value!));
        })
            .WithSummary("Set settings of the billing policy from a day on")
            .WithDescription(
                "Settings that are not named stay. Setting what holds already records nothing, so it is safe to repeat.")
            .WithName("setPolicy").Produces<PolicyView>().Refuses(409, 413, 415, 422);
    }

    private static PolicyView View(PolicyInForce policy) => new(
        policy.On, policy.Version,
        PolicySettings.All.ToImmutableSortedDictionary(setting => setting.Name, setting => setting.Read(policy.Policy),
            StringComparer.Ordinal),
        policy.Changes);
}
