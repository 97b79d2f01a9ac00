using System.Text.Json;
using static Tollgate.Storage.Tests.Api.ApiWorld;

namespace Tollgate.Storage.Tests.Api;

/// <summary>A subscriber asks what the next bill will be, and what a change would cost.</summary>
public sealed class PreviewApiTests
{
    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_next_bill_and_the_cost_of_a_change_are_told_and_nothing_is_written(DatabaseKind kind)
    {
        await using var api = await ApiWorld.CreateAsync(kind);
        var (account, subscription) = await api.SubscribeAsync();

        var next = await api.GetAsync($"/api/v1/accounts/{account}/preview");
        Assert.Equal(200, next.Status);
        Assert.Equal(2, next.Body.GetProperty("lines").GetArrayLength());
        // 10 of 31 days and a month in advance: 41.00 × 1.19
        Assert.Equal(("2026-11-01", "48.79", "0.00"),
            (Text(next.Body, "to"), Value(next.Body, "due"), Value(next.Body, "difference")));

        var more = await api.GetAsync($"/api/v1/accounts/{account}/preview?with=add:m:2@2026-10-31T23:00:00Z");
        // Two more from November on: 62.00 × 1.19
        Assert.Equal((200, "122.57", "73.78"), (more.Status, Value(more.Body, "due"), Value(more.Body, "difference")));

        var later = await api.GetAsync($"/api/v1/accounts/{account}/preview?date=2026-11-15");
        Assert.Equal((409, "not-a-boundary"), (later.Status, Text(later.Body, "code")));
        var unreadable = await api.GetAsync($"/api/v1/accounts/{account}/preview?with=more:{subscription}");
        Assert.Equal((422, "invalid"), (unreadable.Status, Text(unreadable.Body, "code")));
        var unknown = await api.GetAsync($"/api/v1/accounts/{account}/preview?with=end:sub_999999");
        Assert.Equal((422, "unknown-subscription"), (unknown.Status, Text(unknown.Body, "code")));
        Assert.Equal(404, (await api.GetAsync("/api/v1/accounts/acc_999999/preview")).Status);
        Assert.DoesNotContain("doc_", (await api.GetAsync("/api/v1/documents")).Body.GetRawText(), StringComparison.Ordinal);
    }

    private static string Value(JsonElement body, string name) => body.GetProperty(name).GetProperty("value").GetString()!;
}
