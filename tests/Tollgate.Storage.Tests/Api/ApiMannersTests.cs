using System.Text.Json;
using static Tollgate.Storage.Tests.Api.ApiWorld;

namespace Tollgate.Storage.Tests.Api;

/// <summary>How the API answers those who mistype.</summary>
public sealed class ApiMannersTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_parameter_that_an_endpoint_does_not_have_is_refused_and_the_known_ones_are_named()
    {
        await using var api = await CreateAsync(DatabaseKind.Sqlite);

        var misspelt = await api.GetAsync("/api/v1/customers?externalkey=C-1&sellr=sel_1&phse=active");
        Assert.Equal((400, "unknown-parameter"), (misspelt.Status, Text(misspelt.Body, "code")));
        Assert.Equal(
            "There is no parameter 'sellr', 'phse' here. Known are: externalKey, seller, phase, after, limit.",
            Text(misspelt.Body, "detail"));
        var none = await api.GetAsync("/api/v1/bill-runs?limit=3");
        Assert.Equal("There is no parameter 'limit' here. This request takes none.", Text(none.Body, "detail"));
        var grouped = await api.GetAsync("/api/v1/try?offer=m&colour=red");
        Assert.Contains("'colour' here. Known are:", Text(grouped.Body, "detail"), StringComparison.Ordinal);
        var inPath = await api.GetAsync("/api/v1/customers/cus_1?id=cus_2");
        Assert.Equal(400, inPath.Status);
        Assert.Equal(200, (await api.GetAsync("/api/v1/customers?externalKey=C-1&phase=active&limit=1")).Status);
    }

    [Fact]
    public async Task Every_documented_parameter_of_the_query_is_known()
    {
        await using var api = await CreateAsync(DatabaseKind.Sqlite);
        var document = JsonDocument.Parse(await api.Anonymous.GetStringAsync("/openapi/v1.json", Stop)).RootElement;
        var asked = 0;
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            if (!path.Value.TryGetProperty("get", out var get) || !get.TryGetProperty("parameters", out var parameters))
            {
                continue;
            }
            var names = parameters.EnumerateArray().Where(parameter => Text(parameter, "in") == "query")
                .Select(parameter => $"{Text(parameter, "name")}=1");
            var route = path.Name.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
            var answer = await api.GetAsync($"{route}?{string.Join('&', names)}");
            Assert.False(answer.Body.ValueKind == JsonValueKind.Object && answer.Body.TryGetProperty("code", out var code)
                && code.GetString() == "unknown-parameter", $"{path.Name}: {answer.Body}");
            asked++;
        }
        Assert.InRange(asked, 20, 200);
    }

    [Fact]
    public async Task A_word_that_a_parameter_does_not_know_is_refused_with_those_it_knows()
    {
        await using var api = await CreateAsync(DatabaseKind.Sqlite);

        var documents = await api.GetAsync("/api/v1/documents?account=acc_1&phase=foo");
        Assert.Equal((400, "The parameter phase is 'foo'. Use one of: draft, accepted, issued, cancelled."),
            (documents.Status, Text(documents.Body, "detail")));
        var customers = await api.GetAsync("/api/v1/customers?phase=foo");
        Assert.Equal((400, "The parameter phase is 'foo'. Use one of: active, ended."),
            (customers.Status, Text(customers.Body, "detail")));
    }

    [Fact]
    public async Task The_root_says_what_stands_where_and_unknown_paths_are_problems()
    {
        await using var api = await CreateAsync(DatabaseKind.Sqlite);

        var root = await ReadAsync(await api.Anonymous.GetAsync("/", Stop));
        Assert.Equal((200, "/api/v1", "/openapi/v1.json"), (root.Status, Text(root.Body, "api"), Text(root.Body, "document")));
        Assert.Equal(200, (int)(await api.Anonymous.GetAsync(Text(root.Body, "health"), Stop)).StatusCode);
        foreach (var path in new[] { "/nowhere", "/api/v1/nowhere" })
        {
            var unknown = await ReadAsync(await api.Reader.GetAsync(path, Stop));
            Assert.Equal((404, "unknown-path", "application/problem+json"),
                (unknown.Status, Text(unknown.Body, "code"), unknown.Answer.Content.Headers.ContentType!.MediaType));
        }
    }
}
