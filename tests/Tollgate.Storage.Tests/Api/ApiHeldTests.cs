using System.Text.Json;
using Tollgate.Catalog;
using Tollgate.Mediation;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Usage;
using Tollgate.Storage.Charging;

namespace Tollgate.Storage.Tests.Api;

public sealed class ApiHeldTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Held_records_are_listed_corrected_dropped_and_replayed(DatabaseKind kind)
    {
        await using var api = await ApiWorld.CreateAsync(kind);
        await api.PublishAsync();
        await ImportAsync(api, "a,49151,4930,2026-10-05 12:00:00,61", "b,49152,4930,2026-10-05 12:00:00,62",
            "c,49153,4930,2026-10-05 12:00:00,sixty");

        var first = await api.GetAsync("/api/v1/held-records?limit=1");
        var rest = await api.GetAsync($"/api/v1/held-records?after={Text(first.Body, "next")}");
        var none = await api.GetAsync("/api/v1/held-records?reason=TooOld");
        var id = Text(first.Body.GetProperty("items")[0], "id");
        var fixedOnce = await api.PostAsync(
            $"/api/v1/held-records/{id}/corrections", """{"set":{"duration":"30"},"reason":"ticket 1"}""", "");
        var twice = await api.PostAsync(
            $"/api/v1/held-records/{id}/corrections", """{"set":{"duration":"30"},"reason":"ticket 1"}""", "");
        var wrong = await api.PostAsync(
            $"/api/v1/held-records/{id}/corrections", """{"set":{"duration":"-1","size":"3"},"reason":"ticket 1"}""", "");
        var replay = await api.PostAsync("/api/v1/held-records/replay", "{}", "");
        var dropped = await api.PostAsync($"/api/v1/held-records/{id}/drop", """{"reason":"test"}""", "");
        var late = await api.PostAsync($"/api/v1/held-records/{id}/corrections", """{"set":{"duration":"1"},"reason":"x"}""", "");
        var unknown = await api.GetAsync("/api/v1/held-records/00000000000000000000000000000000");
        var noId = await api.GetAsync("/api/v1/held-records/5");
        var badReason = await api.GetAsync("/api/v1/held-records?reason=Colour");

        Assert.Equal((200, 2, 0), (first.Status, rest.Body.GetProperty("items").GetArrayLength(),
            none.Body.GetProperty("items").GetArrayLength()));
        Assert.Equal(JsonValueKind.Null, rest.Body.GetProperty("next").ValueKind);
        Assert.Equal((200, "30"), (fixedOnce.Status, Text(fixedOnce.Body.GetProperty("values"), "duration")));
        Assert.Equal(fixedOnce.Body.GetRawText(), twice.Body.GetRawText());
        Assert.Equal((422, 2), (wrong.Status, wrong.Body.GetProperty("errors").GetArrayLength()));
        Assert.Equal((200, 3, 0),
            (replay.Status, replay.Body.GetProperty("tried").GetInt32(), replay.Body.GetProperty("charged").GetInt32()));
        Assert.Equal((200, "dropped"), (dropped.Status, Text(dropped.Body.GetProperty("record"), "phase")));
        Assert.Equal((409, "held-record-settled"), (late.Status, Text(late.Body, "code")));
        Assert.Equal((404, "unknown-held-record"), (unknown.Status, Text(unknown.Body, "code")));
        Assert.Equal((404, "unknown-held-record"), (noId.Status, Text(noId.Body, "code")));
        Assert.Equal(400, badReason.Status);
        Assert.Contains("UnknownSubscriber", Text(badReason.Body, "detail"), StringComparison.Ordinal);
    }

    private static async Task ImportAsync(ApiWorld api, params string[] rows)
    {
        var context = api.World.Context;
        var source = new UsageSource { Code = "csv", Format = "generic-csv" };
        await SourceStore.PutAsync(context.Database, context.Tenant, source, Cancel);
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path,
            "record_id,subject,destination,start,duration_s\n" + string.Concat(rows.Select(row => row + "\n")),
            Cancel);
        var done = await UsageImport.RunAsync(
            context, await CatalogueVersions.LoadAsync(context, Cancel), source, path, cancel: Cancel);
        File.Delete(path);
        Assert.Equal(rows.Length, done.Value!.File.Held);
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
