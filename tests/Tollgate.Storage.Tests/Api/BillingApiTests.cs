using System.Net;
using System.Text;
using System.Text.Json;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Operations.Catalogs;
using static Tollgate.Storage.Tests.Api.ApiWorld;

namespace Tollgate.Storage.Tests.Api;

/// <summary>A subscription through its changes and an account through its bills, by the API alone.</summary>
public sealed class BillingApiTests
{
    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_subscription_pauses_changes_and_ends_with_a_history_that_can_be_withdrawn(DatabaseKind kind)
    {
        await using var api = await ApiWorld.CreateAsync(kind);
        var (_, subscription) = await api.SubscribeAsync();
        var at = $"/api/v1/subscriptions/{subscription}";

        var paused = await api.PostAsync($"{at}/suspend", """{"at":"2026-10-27T00:00:00+01:00","note":"abroad"}""", "p-1");
        Assert.Equal((200, "true"), (paused.Status, paused.Body.GetProperty("suspended").GetRawText()));
        var again = await api.PostAsync($"{at}/suspend", """{"at":"2026-10-27T00:00:00+01:00","note":"abroad"}""", "p-1");
        Assert.Equal((200, "true"), (again.Status, again.Answer.Headers.GetValues("Idempotent-Replay").Single()));
        var other = await api.PostAsync($"{at}/suspend", """{"charged":true}""", "p-1");
        Assert.Equal((409, "key-reused"), (other.Status, Text(other.Body, "code")));
        Assert.Equal("already-suspended", Text((await api.PostAsync($"{at}/suspend", "{}")).Body, "code"));
        Assert.Equal(200, (await api.PostAsync($"{at}/resume", """{"at":"2026-11-05T00:00:00+01:00"}""")).Status);
        Assert.Equal("not-suspended", Text((await api.PostAsync($"{at}/resume", "{}")).Body, "code"));

        Assert.Equal(["pauses, free", "goes on"], await ChangesAsync(api, at));
        Assert.Equal(200, (await api.PostAsync($"{at}/changes/2/withdraw", """{"note":"mistake"}""")).Status);
        Assert.Equal(200, (await api.PostAsync($"{at}/changes/1/withdraw", "{}")).Status);
        var twice = await api.PostAsync($"{at}/changes/1/withdraw", "{}");
        Assert.Equal((409, "already-withdrawn"), (twice.Status, Text(twice.Body, "code")));
        var unknown = await api.PostAsync($"{at}/changes/99/withdraw", "{}");
        Assert.Equal((404, "unknown-change"), (unknown.Status, Text(unknown.Body, "code")));
        Assert.Equal(400, (await api.PostAsync($"{at}/changes/first/withdraw", "{}")).Status);
        Assert.Equal(404, (await api.PostAsync("/api/v1/subscriptions/sub_999999/suspend", "{}")).Status);
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        var reader = await api.Reader.PostAsync($"{at}/suspend", body, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, reader.StatusCode);

        Assert.Equal(200, (await api.PatchAsync(at, """{"offer":"l","when":"next-cycle"}""")).Status);
        var ends = await api.PostAsync($"{at}/end", """{"when":"period-end","waiveFee":true}""");
        Assert.Equal((200, "2026-11-30T23:00:00Z"), (ends.Status, Text(ends.Body, "endedAt")));
        var changes = (await api.GetAsync($"{at}/changes")).Body.EnumerateArray().ToList();
        Assert.Equal(("offer l", "2026-11-30T23:00:00Z"), (Text(changes[4], "what"), Text(changes[4], "at")));
        Assert.True(changes[0].GetProperty("withdrawn").GetBoolean());
        Assert.Equal("ends without a fee", Text(changes[5], "what"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_cycle_is_run_taken_back_run_again_accepted_issued_and_moved(DatabaseKind kind)
    {
        await using var api = await ApiWorld.CreateAsync(kind);
        var (account, subscription) = await api.SubscribeAsync();
        var price = await api.PatchAsync(
            $"/api/v1/subscriptions/{subscription}", """{"priceCode":"fee","amount":"15.50","at":"2026-11-01T00:00:00+01:00"}""");
        Assert.Equal(200, price.Status);
        var due = (await api.GetAsync("/api/v1/bill-cycles?date=2026-11-05")).Body.EnumerateArray().Single();
        Assert.Equal(("1", "closed", 1), (Text(due, "cycle"), Text(due, "before"), due.GetProperty("due").GetInt32()));

        var run = await api.PostAsync("/api/v1/bill-runs", """{"cycleDay":1,"date":"2026-11-01"}""", "");
        Assert.Equal((200, 1, 0), (run.Status, Number(run.Body, "drafted"), Number(run.Body, "parked")));
        var id = Text(run.Body, "run");
        var draft = await DraftAsync(api, account);
        // 10 of 31 days at 31.00 and November at the customer's own price
        Assert.Equal(("draft", "25.50"), (Text(draft, "phase"), draft.GetProperty("net").GetProperty("value").GetString()));

        var cancelled = await api.PostAsync($"/api/v1/documents/{Text(draft, "id")}/cancel", "{}", "");
        Assert.Equal((200, "cancelled"), (cancelled.Status, Text(cancelled.Body.GetProperty("document"), "phase")));
        var resumed = await api.PostAsync("/api/v1/bill-runs", """{"cycleDay":1,"date":"2026-11-01"}""", "");
        Assert.Equal((id, 1), (Text(resumed.Body, "run"), Number(resumed.Body, "drafted")));
        Assert.Equal(0, Number((await api.PostAsync(
            "/api/v1/bill-runs", """{"cycleDay":1,"date":"2026-11-01"}""", "")).Body, "drafted"));
        Assert.Equal(1, Number((await api.PostAsync($"/api/v1/bill-runs/{id}/accept", "{}", "")).Body, "accepted"));
        var issued = await api.PostAsync($"/api/v1/bill-runs/{id}/issue", """{"issueDate":"2026-11-02"}""", "");
        Assert.Equal((200, 1), (issued.Status, Number(issued.Body, "issued")));
        var bill = await DraftAsync(api, account);
        Assert.Equal(("issued", "2026-11-02"), (Text(bill, "phase"), Text(bill, "issueDate")));
        var late = await api.PostAsync($"/api/v1/documents/{Text(bill, "id")}/cancel", "{}", "");
        Assert.Equal((409, "document-issued"), (late.Status, Text(late.Body, "code")));
        Assert.Equal("issued", Text((await api.GetAsync("/api/v1/bill-runs")).Body.EnumerateArray().Single(), "phase"));

        var moved = await api.PostAsync($"/api/v1/accounts/{account}/cycle", """{"cycle":"15"}""");
        Assert.Equal((200, 15), (moved.Status, Number(moved.Body, "cycleDay")));
        var same = await api.PostAsync($"/api/v1/accounts/{account}/cycle", """{"cycle":"15"}""");
        Assert.Equal((422, "invalid"), (same.Status, Text(same.Body, "code")));
    }

    [Fact]
    public async Task What_cannot_be_billed_waits_with_its_reason_until_it_is_tried_again()
    {
        await using var api = await ApiWorld.CreateAsync(DatabaseKind.Sqlite);
        var (account, _) = await api.SubscribeAsync(country: "FR");
        var run = await api.PostAsync("/api/v1/bill-runs", """{"cycle":"1","date":"2026-11-01"}""", "");
        Assert.Equal((200, 1), (run.Status, Number(run.Body, "parked")));
        var parked = (await api.GetAsync("/api/v1/parked-accounts")).Body.EnumerateArray().Single();
        Assert.Equal((account, "no-tax-rate"), (Text(parked, "account"), Text(parked, "reason")));

        await api.PublishAsync(ApiWorld.TwoPlans.Replace(
            "{ country: DE, percent: 19, from: 2007-01-01 }",
            "{ country: DE, percent: 19, from: 2007-01-01 }, { country: FR, percent: 20, from: 2014-01-01 }",
            StringComparison.Ordinal), 1);
        var retried = (await api.PostAsync("/api/v1/parked-accounts/retry", "{}", "")).Body.EnumerateArray().Single();
        Assert.Equal((1, 0), (Number(retried, "drafted"), Number(retried, "parked")));
        Assert.Empty((await api.GetAsync("/api/v1/parked-accounts")).Body.EnumerateArray());

        var neither = await api.PostAsync("/api/v1/bill-runs", """{"date":"2026-11-01"}""", "");
        Assert.Equal((422, "invalid"), (neither.Status, Text(neither.Body, "code")));
        var ahead = await api.PostAsync("/api/v1/bill-runs", """{"cycleDay":1,"date":"2027-01-01"}""", "");
        Assert.Equal((409, "date-in-future"), (ahead.Status, Text(ahead.Body, "code")));
        Assert.Equal(404, (await api.PostAsync("/api/v1/bill-runs/run_999999/accept", "{}", "")).Status);
        Assert.Equal(404, (await api.PostAsync("/api/v1/bill-runs/run_999999/issue", "{}", "")).Status);
        Assert.Equal(404, (await api.PostAsync("/api/v1/documents/doc_999999/cancel", "{}", "")).Status);
        Assert.Equal(400, (await api.GetAsync("/api/v1/bill-cycles?date=soon")).Status);
    }

    /// <summary>The one document of an account that is not cancelled.</summary>
    private static async Task<JsonElement> DraftAsync(ApiWorld api, string account) =>
        (await api.GetAsync($"/api/v1/documents?account={account}")).Body.GetProperty("items").EnumerateArray()
            .Single(document => Text(document, "phase") != "cancelled");

    private static async Task<List<string>> ChangesAsync(ApiWorld api, string at) =>
        [.. (await api.GetAsync($"{at}/changes")).Body.EnumerateArray().Select(change => Text(change, "what"))];

    private static int Number(JsonElement body, string name) => body.GetProperty(name).GetInt32();
}
