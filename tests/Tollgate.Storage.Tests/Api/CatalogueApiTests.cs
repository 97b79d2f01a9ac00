using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tollgate.Primitives;
using Tollgate.Storage.Tests.Charging;

namespace Tollgate.Storage.Tests.Api;

/// <summary>Catalogues, thresholds and lists of numbers over HTTP.</summary>
public sealed class CatalogueApiTests
{
    private const string Yaml = """
        catalog: { code: api, currency: EUR, timeZone: Europe/Berlin }
        taxes:
          - { code: standard, name: VAT, rates: [{ country: DE, percent: 19, from: 2007-01-01 }] }
        ratePlans:
          - { code: calls, name: Calls, service: voice, tax: standard, revenueAccount: "4000",
              prices: [{ price: 0.10 per minute }] }
        offers:
          - code: mobile
            name: Mobile
            ratePlans: [calls]
            allowances: [{ code: minutes, name: Minutes, service: voice, amount: 10 minutes, reset: month, thresholds: [50] }]
            usageDiscounts: [{ code: friends, percent: 50, numbers: friends }]
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_catalogue_is_checked_published_compared_and_printed(DatabaseKind kind)
    {
        await using var api = await ApiWorld.CreateAsync(kind);
        var dearer = Yaml.Replace("0.10 per minute", "0.12 per minute", StringComparison.Ordinal);

        var wrong = await PostAsync(api, "catalogues/check", Body(Yaml.Replace("[calls]", "[none]", StringComparison.Ordinal)));
        var sound = await PostAsync(api, "catalogues/check", Body(Yaml));
        var refused = await PostAsync(api, "catalogues", Body("catalog: {}"));
        var first = await PostAsync(api, "catalogues", Body(Yaml, "2026-01-01T00:00:00Z"));
        var again = await PostAsync(api, "catalogues", Body(Yaml));
        var second = await PostAsync(api, "catalogues", Body(dearer));

        Assert.False(wrong.GetProperty("sound").GetBoolean());
        Assert.Equal("CAT-REF", wrong.GetProperty("findings")[0].GetProperty("code").GetString());
        Assert.True(sound.GetProperty("sound").GetBoolean());
        Assert.Equal("catalogue-invalid", refused.GetProperty("code").GetString());
        Assert.Equal((1, 1, 2), (Version(first), Version(again), Version(second)));
        Assert.Equal(2, (await GetAsync(api, "catalogues")).GetArrayLength());
        Assert.Equal(dearer, (await GetAsync(api, "catalogues/newest"))[0].GetProperty("text").GetString());
        var lines = (await GetAsync(api, "catalogues/2/changes?since=1")).GetProperty("lines").EnumerateArray()
            .Select(line => line.GetString()).ToList();
        Assert.Contains(lines, line => line!.Contains("0.12", StringComparison.Ordinal));
        var sheet = await api.Reader.GetStringAsync("/api/v1/catalogues/current/price-sheet?offer=mobile", Stop);
        Assert.Contains("<html", sheet, StringComparison.Ordinal);
        Assert.Contains("0.12", sheet, StringComparison.Ordinal);
        Assert.Equal("unknown-version", (await GetAsync(api, "catalogues/9")).GetProperty("code").GetString());
        Assert.Equal(400, (int)(await api.Reader.GetAsync("/api/v1/catalogues/%2Fetc", Stop)).StatusCode);
        Assert.Equal(403, (int)(await api.Reader.PostAsync("/api/v1/catalogues", Json(Body(Yaml)), Stop)).StatusCode);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Thresholds_are_listed_and_lists_of_numbers_are_set(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Yaml[Yaml.IndexOf("ratePlans", StringComparison.Ordinal)..]);
        await using var api = await ApiWorld.OverAsync(stage.World);
        var account = await stage.World.AccountAsync(await stage.World.CustomerAsync());
        var subscription = await stage.SubscribeAsync(account, "mobile", "4915100000001");
        await stage.ChargeAsync([stage.Call("4915100000001", 6, 10, 600, "4930")]);

        var thresholds = await GetAsync(api, "thresholds");
        using var set = await api.Writer.PutAsync(
            $"/api/v1/subscriptions/{subscription}/numbers/friends", Json("""{"numbers":["4930"]}"""), Stop);
        using var wrong = await api.Writer.PutAsync(
            $"/api/v1/subscriptions/{subscription}/numbers/friends", Json("""{"numbers":["+49"]}"""), Stop);
        UsageRecord Now() => stage.Call("4915100000001", 1, 0, 600, "4930") with { Start = stage.World.Context.Now };
        await stage.ChargeAsync([Now(), Now()]); // the first is the rest of the allowance

        Assert.Equal(("minutes", 50), (
            thresholds[0].GetProperty("code").GetString(), thresholds[0].GetProperty("percent").GetInt32()));
        Assert.Empty((await GetAsync(api, "thresholds?percent=51")).EnumerateArray());
        Assert.Equal((200, 422), ((int)set.StatusCode, (int)wrong.StatusCode));
        Assert.Equal(["0", "0", "50000000"], await stage.RowsAsync("SELECT amount FROM charge"));
    }

    private static int Version(JsonElement published) => published.GetProperty("version").GetInt32();

    private static string Body(string yaml, string? from = null)
    {
        var body = new JsonObject
        {
            ["files"] = new JsonArray(new JsonObject { ["name"] = "catalogue.yaml", ["text"] = yaml }),
        };
        if (from is not null)
        {
            body["effectiveFrom"] = from;
        }
        return body.ToJsonString();
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task<JsonElement> PostAsync(ApiWorld api, string path, string body)
    {
        using var answer = await api.Writer.PostAsync("/api/v1/" + path, Json(body), Stop);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement;
    }

    private static async Task<JsonElement> GetAsync(ApiWorld api, string path)
    {
        using var answer = await api.Reader.GetAsync("/api/v1/" + path, Stop);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement;
    }
}
