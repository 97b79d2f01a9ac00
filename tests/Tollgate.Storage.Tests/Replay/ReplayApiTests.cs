using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using NodaTime;
using Tollgate.Host.Api;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Security;
using Tollgate.Storage.Tests.Charging;
using static Tollgate.Storage.Tests.Charging.ChargingStage;
using static Tollgate.Storage.Tests.Replay.ReplayStage;

namespace Tollgate.Storage.Tests.Replay;

public sealed class ReplayApiTests
{
    private static readonly LocalDateTime Noon = new(2026, 10, 5, 12, 0);

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_charge_is_found_explained_tried_and_re_rated_over_http(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, Noon, 61)));
        await PublishAsync(stage, ("price: 0.06 per minute", "price: 0.12 per minute"));
        await using var app = ApiHost.Build(["http://127.0.0.1:0"], stage.Context);
        await app.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        var key = (await ApiKeys.CreateAsync(stage.Context, "write", ApiRole.Write, new byte[ApiKeys.RandomBytes])).Value!;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        client.DefaultRequestHeaders.Add("Idempotency-Key", "r-1");
        var account = await AccountAsync(stage, 2);

        var charge = (await GetAsync($"accounts/{account}/charges")).Body.GetProperty("items")[0].GetProperty("id").GetString();
        var explained = (await GetAsync($"charges/{charge}/explanation")).Body;
        var tried = (await GetAsync(
            $"try?account={account}&to=493012345678&durationMs=61000&at=2026-10-05T11:00:00Z&service=voice")).Body;
        var run = (await PostAsync("rerates", """{"reason":"wrong price","from":"2026-10-01T00:00:00Z"}""")).Body;
        var id = run.GetProperty("id").GetString();
        var approved = (await PostAsync($"rerates/{id}/approve", "{}")).Body;

        Assert.True(explained.GetProperty("agrees").GetBoolean());
        Assert.Equal("record", explained.GetProperty("steps")[0].GetProperty("step").GetString());
        Assert.Equal("0.122", tried.GetProperty("amount").GetProperty("value").GetString());
        Assert.Equal("0.061", run.GetProperty("sums")[0].GetProperty("difference").GetProperty("value").GetString());
        Assert.Equal("approved", approved.GetProperty("phase").GetString());
        Assert.Equal(1, (await GetAsync($"charges/{charge}/explanation")).Body.GetProperty("generations")[1]
            .GetProperty("generation").GetInt32());
        Assert.Equal(1, (await GetAsync("rerates")).Body.GetArrayLength());
        Assert.Equal((409, "rerate-approved"), Code(await PostAsync($"rerates/{id}/cancel", "{}")));
        Assert.Equal((404, "unknown-rerate"), Code(await GetAsync("rerates/rer_1")));
        Assert.Equal((404, "unknown-charge"), Code(await GetAsync("charges/ch_nonsense/explanation")));
        Assert.Equal((404, "unknown-line"), Code(await GetAsync("documents/doc_1/lines/1/charges")));
        Assert.Equal(422, (await GetAsync("try?durationMs=1000")).Status);
        Assert.Equal(
            (409, "key-reused"), Code(await PostAsync("rerates", """{"reason":"other","from":"2026-10-01T00:00:00Z"}""")));

        static (int, string?) Code((int Status, JsonElement Body) answer) =>
            (answer.Status, answer.Body.GetProperty("code").GetString());

        async Task<(int Status, JsonElement Body)> GetAsync(string path) =>
            await ReadAsync(await client.GetAsync("/api/v1/" + path, Cancel));

        async Task<(int Status, JsonElement Body)> PostAsync(string path, string json) => await ReadAsync(await client.PostAsync(
            "/api/v1/" + path, new StringContent(json, Encoding.UTF8, "application/json"), Cancel));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_what_if_is_started_followed_and_read_over_http_and_goes_on_when_the_server_comes_back(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, Noon, 60)));
        await PublishAsync(stage, ("price: 0.06 per minute", "price: 0.12 per minute"));
        var key = (await ApiKeys.CreateAsync(stage.Context, "write", ApiRole.Write, new byte[ApiKeys.RandomBytes])).Value!;
        // What an earlier server was asked for and did not do.
        var left = (await WhatIf.BeginAsync(
            stage.Context,
            new WhatIfRequest(await ChangedAsync(stage), "left", Start, ChargingStage.Now, "left") { Served = true }, Cancel))
            .Value!.Id;
        await using var app = ApiHost.Build(["http://127.0.0.1:0"], stage.Context);
        await app.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        client.DefaultRequestHeaders.Add("Idempotency-Key", "w-1");
        const string body = """{"version":2,"from":"2026-10-01T00:00:00+02:00","to":"2026-11-01T00:00:00+01:00"}""";

        var started = await PostAsync("what-ifs", body);
        var id = started.Body.GetProperty("id").GetString()!;
        var computed = await ComputedAsync(id);
        var total = computed.GetProperty("report").GetProperty("totals")[0];

        Assert.Equal(202, started.Status);
        Assert.Equal("0.06", total.GetProperty("difference").GetProperty("value").GetString());
        Assert.Equal("0", total.GetProperty("newFees").GetProperty("value").GetString()!.TrimEnd('0', '.') + "0");
        Assert.Equal("version 2", computed.GetProperty("candidate").GetString());
        Assert.Equal(id, (await PostAsync("what-ifs", body)).Body.GetProperty("id").GetString());
        await ComputedAsync(left.ToString());
        Assert.Equal(2, (await ReadAsync(await client.GetAsync("/api/v1/what-ifs", Cancel))).Body.GetArrayLength());
        Assert.Equal(409, (await PostAsync($"what-ifs/{id}/cancel", "{}")).Status);
        Assert.Equal(409, (await PostAsync("what-ifs", body.Replace("11-01", "11-02", StringComparison.Ordinal))).Status);
        Assert.Equal(404, (await ReadAsync(await client.GetAsync("/api/v1/what-ifs/wif_1", Cancel))).Status);
        Assert.Equal(400, (await PostAsync("what-ifs", body.Replace("\"version\":2,", "", StringComparison.Ordinal))).Status);

        async Task<JsonElement> ComputedAsync(string run)
        {
            while (true)
            {
                var view = (await ReadAsync(await client.GetAsync($"/api/v1/what-ifs/{run}", Cancel))).Body;
                if (view.GetProperty("phase").GetString() == "computed")
                {
                    return view;
                }
                await Task.Delay(50, Cancel);
            }
        }

        async Task<(int Status, JsonElement Body)> PostAsync(string path, string json) => await ReadAsync(await client.PostAsync(
            "/api/v1/" + path, new StringContent(json, Encoding.UTF8, "application/json"), Cancel));
    }

    private static async Task<(int Status, JsonElement Body)> ReadAsync(HttpResponseMessage answer) => (
        (int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement);
}
