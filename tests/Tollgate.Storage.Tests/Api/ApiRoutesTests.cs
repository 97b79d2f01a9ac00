using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Tollgate.Storage.Tests.Api;

/// <summary>What is served, to whom, and whether it is documented.</summary>
public sealed class ApiRoutesTests
{
    /// <summary>Routes that need no key.</summary>
    private static readonly string[] Anonymous =
        ["GET /", "GET /health/live", "GET /health/ready", "GET /openapi/{documentName}.json"];

    private static readonly string[] Guarded =
    [
        "GET /api/v1/accounts", "GET /api/v1/accounts/{id}", "GET /api/v1/accounts/{id}/charges",
        "GET /api/v1/accounts/{id}/discounts", "POST /api/v1/accounts/{id}/discounts", "POST /api/v1/accounts/{id}/coupons",
        "POST /api/v1/subscriptions/{id}/transfer",
        "GET /api/v1/discounts/{id}", "POST /api/v1/discounts/{id}/end", "GET /api/v1/accounts/{id}/pockets",
        "GET /api/v1/accounts/{id}/preview",
        "GET /api/v1/accounts/{id}/unbilled", "GET /api/v1/customers", "GET /api/v1/customers/{id}", "GET /api/v1/documents",
        "GET /api/v1/documents/{id}", "GET /api/v1/documents/{id}/pdf", "GET /api/v1/held-records",
        "GET /api/v1/held-records/{id}", "GET /api/v1/identities",
        "GET /api/v1/charges/{id}/explanation", "GET /api/v1/documents/{id}/lines/{line}/charges", "GET /api/v1/rerates",
        "GET /api/v1/rerates/{id}", "GET /api/v1/try", "GET /api/v1/policy",
        "PUT /api/v1/policy", "POST /api/v1/rerates", "POST /api/v1/rerates/{id}/approve",
        "POST /api/v1/rerates/{id}/cancel", "GET /api/v1/what-ifs", "GET /api/v1/what-ifs/{id}", "POST /api/v1/what-ifs",
        "POST /api/v1/what-ifs/{id}/cancel",
        "GET /api/v1/catalogues", "GET /api/v1/catalogues/{version}", "GET /api/v1/catalogues/{version}/changes",
        "GET /api/v1/catalogues/{version}/price-sheet", "POST /api/v1/catalogues", "POST /api/v1/catalogues/check",
        "GET /api/v1/thresholds", "PUT /api/v1/subscriptions/{id}/numbers/{list}",
        "GET /api/v1/sellers", "GET /api/v1/sellers/{id}", "GET /api/v1/subscriptions", "GET /api/v1/subscriptions/{id}",
        "GET /api/v1/subscriptions/{id}/identities", "PATCH /api/v1/accounts/{id}", "PATCH /api/v1/customers/{id}",
        "PATCH /api/v1/sellers/{id}", "PATCH /api/v1/subscriptions/{id}", "POST /api/v1/accounts",
        "POST /api/v1/accounts/{id}/end",
        "GET /api/v1/documents/{id}/links", "GET /api/v1/documents/{id}/view", "POST /api/v1/documents/advance",
        "POST /api/v1/documents/debit", "POST /api/v1/documents/statement", "POST /api/v1/documents/{id}/correct",
        "POST /api/v1/documents/{id}/credit", "POST /api/v1/documents/{id}/issue",
        "POST /api/v1/customers", "POST /api/v1/customers/{id}/end", "POST /api/v1/held-records/replay",
        "POST /api/v1/held-records/{id}/corrections", "POST /api/v1/held-records/{id}/drop", "POST /api/v1/sellers",
            "POST /api/v1/sellers/{id}/end",
        "POST /api/v1/subscriptions", "POST /api/v1/subscriptions/{id}/end", "POST /api/v1/subscriptions/{id}/identities",
        "POST /api/v1/subscriptions/{id}/identities/{kind}/{value}/end", "POST /api/v1/subscriptions/{id}/suspend",
        "POST /api/v1/subscriptions/{id}/resume", "GET /api/v1/subscriptions/{id}/changes",
        "POST /api/v1/subscriptions/{id}/changes/{number}/withdraw", "POST /api/v1/accounts/{id}/cycle",
        "POST /api/v1/documents/{id}/cancel", "GET /api/v1/alerts", "POST /api/v1/alerts/{id}/close",
        "POST /api/v1/accounts/{id}/payments",
        "GET /api/v1/bill-cycles", "POST /api/v1/bill-cycles/close",
        "GET /api/v1/bill-runs", "POST /api/v1/bill-runs",
        "POST /api/v1/bill-runs/{id}/accept", "POST /api/v1/bill-runs/{id}/issue", "GET /api/v1/parked-accounts",
        "POST /api/v1/parked-accounts/retry",
        "GET /api/v1/accounts/{id}/adjustments", "POST /api/v1/accounts/{id}/lines", "POST /api/v1/accounts/{id}/credits",
        "POST /api/v1/accounts/{id}/deposits", "GET /api/v1/adjustments/{id}", "POST /api/v1/adjustments/{id}/withdraw",
        "POST /api/v1/deposits/{id}/release", "POST /api/v1/deposits/{id}/return",
        "GET /api/v1/accounts/{id}/movements", "GET /api/v1/accounts/{id}/movements/days",
        "POST /api/v1/accounts/{id}/grants", "POST /api/v1/accounts/{id}/exchanges", "POST /api/v1/accounts/{id}/uses",
        "GET /api/v1/accounts/{id}/credit", "GET /api/v1/usage/report", "GET /api/v1/charges",
        "PATCH /api/v1/subscriptions/{id}/identities/{kind}/{value}", "POST /api/v1/usage/sources", "GET /api/v1/usage/sources",
        "GET /api/v1/usage/sources/{code}", "PATCH /api/v1/usage/sources/{code}", "POST /api/v1/usage/sources/{code}/end",
    ];

    /// <summary>What is sold and to whom: each has these four verbs through both doors.</summary>
    [Theory]
    [InlineData("seller", "/sellers", "/sellers/{id}")]
    [InlineData("customer", "/customers", "/customers/{id}")]
    [InlineData("account", "/accounts", "/accounts/{id}")]
    [InlineData("subscription", "/subscriptions", "/subscriptions/{id}")]
    [InlineData("identity", "/subscriptions/{id}/identities", "/subscriptions/{id}/identities/{kind}/{value}", "/identities")]
    [InlineData("usage source", "/usage/sources", "/usage/sources/{code}")]
    public async Task Each_thing_is_created_read_changed_and_ended_by_the_API_and_by_commands(
        string thing, string all, string one, string? read = null)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Tollgate.slnx")))
        {
            folder = folder.Parent;
        }
        // A test of its own holds that page to the commands.
        var commands = await File.ReadAllLinesAsync(
            Path.Combine(folder.FullName, "docs", "reference", "cli.md"), TestContext.Current.CancellationToken);

        Assert.Empty(new[]
        {
            $"POST /api/v1{all}", $"GET /api/v1{read ?? one}", $"PATCH /api/v1{one}", $"POST /api/v1{one}/end",
        }.Except(Guarded));
        Assert.All(["add", "show", "change", "end"], verb => Assert.Contains(commands, line =>
            line.StartsWith($"## `tollgate {thing} {verb}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_routes_are_these()
    {
        await using var api = await ApiWorld.CreateAsync(DatabaseKind.Sqlite);
        Assert.Equal(Anonymous.Concat(Guarded).Order(StringComparer.Ordinal), Routes(api));
    }

    [Fact]
    public async Task Every_route_but_health_and_the_document_answers_401_without_a_key()
    {
        await using var api = await ApiWorld.CreateAsync(DatabaseKind.Sqlite);
        foreach (var route in Routes(api).Except(Anonymous))
        {
            var (method, path) = (route.Split(' ')[0],
                route.Split(' ')[1].Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal));
            foreach (var authorization in new[] { "", "Bearer", "Bearer tg_x_y", "Basic dXNlcjpwYXNz",
                "Bearer tg_0000000000000000_00" })
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path)
                {
                    Content = new StringContent("{}", Encoding.UTF8, "application/json"),
                };
                request.Headers.Add("Idempotency-Key", "k");
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
                var answer = await api.Anonymous.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized,
                    $"{route} with '{authorization}' answers {answer.StatusCode}");
                Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
            }
        }
        Assert.Equal(1, await api.World.NumberAsync("SELECT COUNT(*) FROM seller"));
    }

    [Fact]
    public async Task Every_route_is_documented_with_summary_answers_and_errors()
    {
        await using var api = await ApiWorld.CreateAsync(DatabaseKind.Sqlite);
        var document = await DocumentAsync(api);
        var documented = new List<string>();
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var name = $"{operation.Name.ToUpperInvariant()} {path.Name}";
                documented.Add(name);
                Assert.True(operation.Value.TryGetProperty("summary", out _), $"{name} has no summary");
                var statuses = operation.Value.GetProperty("responses")
                    .EnumerateObject().Select(response => response.Name).ToList();
                Assert.Contains(statuses, status => status[0] == '2');
                if (path.Name.StartsWith("/api/", StringComparison.Ordinal))
                {
                    Assert.Contains("401", statuses);
                    Assert.True(operation.Value.GetProperty("security").GetArrayLength() > 0, $"{name} has no security");
                }
            }
        }
        Assert.Equal(Routes(api).Where(route =>
            !route.Contains("openapi", StringComparison.Ordinal)), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Schemas_say_what_the_json_holds()
    {
        await using var api = await ApiWorld.CreateAsync(DatabaseKind.Sqlite);
        var schemas = (await DocumentAsync(api)).GetProperty("components").GetProperty("schemas");
        var customer = schemas.GetProperty("NewCustomer");
        Assert.Contains("name", customer.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("boolean", customer.GetProperty("properties").GetProperty("organisation").GetProperty("type").GetString());
        var text = schemas.GetRawText();
        Assert.Contains("^cus_[0-9]+$", text, StringComparison.Ordinal);
        Assert.Contains("date-time", text, StringComparison.Ordinal);
        var problem = schemas.GetProperty("ApiProblem").GetProperty("properties");
        Assert.True(problem.TryGetProperty("code", out _) && problem.TryGetProperty("errors", out _));
    }

    private static List<string> Routes(ApiWorld api) =>
    [
        .. api.App.Services.GetRequiredService<IEnumerable<EndpointDataSource>>()
        .Concat(((IEndpointRouteBuilder)api.App).DataSources)
            .SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Distinct()
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["ANY"],
                (endpoint, method) => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}")
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    private static async Task<JsonElement> DocumentAsync(ApiWorld api) =>
        (await ApiWorld.ReadAsync(await api.Anonymous.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken))).Body;
}
