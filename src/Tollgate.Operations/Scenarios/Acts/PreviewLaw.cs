using System.Text.Json.Nodes;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Scenarios.Facts;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Scenarios.Acts;

/// <summary>A law of every story: a bill is what its preview said just before it was made, to the cent and line by
/// line.</summary>
internal static class PreviewLaw
{
    private static readonly string[] OnlyReal = ["seller", "phase", "number"];

    /// <summary>The bills that a run should make, by account; null: none.</summary>
    internal static async Task<Dictionary<string, JsonObject?>> ExpectAsync(
        Stage stage, RunBillingRequest run, CancellationToken cancel)
    {
        var policy = (await Policies.ShowAsync(stage.Context, run.Date, cancel)).Policy;
        var expected = new Dictionary<string, JsonObject?>(StringComparer.Ordinal);
        foreach (var (key, _) in (await stage.CyclesAsync(cancel)).Where(
            pair => run.IsProgressive || pair.Value == run.Cycle))
        {
            var computed = await PreviewBill.ComputeAsync(
                stage.Context, await stage.TimelineAsync(cancel),
                new PreviewRequest(stage.Accounts[key]) { Date = run.Date, Progressive = run.IsProgressive }, cancel);
            var bill = computed.Refusal is null ? computed.Value.Bill : null;
            var made = bill is not null && (bill.Lines.Length > 0 || policy.Empty == EmptyDocuments.Issue);
            expected[key] = made ? DocumentFacts.Of(stage, bill!) : null;
        }
        return expected;
    }

    /// <summary>Notes every difference between what was expected and what the run made.</summary>
    /// <param name="onlyMade">Whether accounts without a bill are passed over: before its threshold an account has a
    /// preview, but no bill.</param>
    internal static async Task CompareAsync(
        Stage stage, BillRunId run, Dictionary<string, JsonObject?> expected, bool onlyMade, CancellationToken cancel)
    {
        var made = (await new FactReader(stage).DocumentsAsync(cancel))
            .Where(one => one.Head.Run == run && one.Head.Phase == "draft")
            .GroupBy(one => one.Fact["account"]!.ToString(), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Last().Fact, StringComparer.Ordinal);
        foreach (var (account, preview) in expected.Where(pair => !onlyMade || made.ContainsKey(pair.Key)))
        {
            var real = made.GetValueOrDefault(account);
            foreach (var key in OnlyReal)
            {
                real?.Remove(key);
            }
            if (!JsonNode.DeepEquals(preview, real))
            {
                stage.WrongPreviews.Add(
                    $"the preview of {account} said {preview?.ToJsonString() ?? "no bill"}, "
                    + $"but the bill is {real?.ToJsonString() ?? "none"}");
            }
        }
    }
}
