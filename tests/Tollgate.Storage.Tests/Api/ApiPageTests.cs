using System.Text.RegularExpressions;

namespace Tollgate.Storage.Tests.Api;

/// <summary>docs/reference/api.md names every path of the OpenAPI document and no other.</summary>
public sealed partial class ApiPageTests
{
    [Fact]
    public async Task The_page_lists_the_routes_that_are_documented()
    {
        await using var api = await ApiWorld.CreateAsync(DatabaseKind.Sqlite);
        var paths = (await ApiWorld.ReadAsync(
            await api.Anonymous.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken))).Body.GetProperty("paths");
        var routes = paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
            .Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}")).Order(StringComparer.Ordinal);

        var page = await PageAsync();

        Assert.Equal(routes, Rows().Matches(page).Select(row => row.Groups["route"].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_curl_example_calls_a_route_of_the_page()
    {
        var page = await PageAsync();
        var routes = Rows().Matches(page).Select(row => row.Groups["route"].Value.Split(' '))
            .Select(row => (Method: row[0], Parts: row[1].Split('/'))).ToList();
        var calls = Calls().Matches(page.Replace("\\\n", "", StringComparison.Ordinal)).Select(call => (
            Method: call.Groups["method"].Success ? call.Groups["method"].Value : "GET",
            Path: call.Groups["path"].Value)).Where(call => call.Path != "/openapi/v1.json").ToList();

        Assert.True(calls.Count >= 12, $"{calls.Count} examples");
        Assert.All(calls, call => Assert.Contains(
            routes, route => route.Method == call.Method && Fits(call.Path.Split('/'), route.Parts)));
        foreach (var group in page.Split("\n## ")[1..])
        {
            Assert.Contains("curl ", group, StringComparison.Ordinal);
        }
    }

    private static bool Fits(string[] path, string[] route) => path.Length == route.Length
        && path.Zip(route).All(pair => pair.Second.StartsWith('{') || pair.First == pair.Second);

    private static Task<string> PageAsync()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Tollgate.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
        }
        return File.ReadAllTextAsync(
            Path.Combine(folder.FullName, "docs", "reference", "api.md"), TestContext.Current.CancellationToken);
    }

    [GeneratedRegex(@"^\| `(?<route>[A-Z]+ /[^`]*)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rows();

    [GeneratedRegex(@"curl (-X (?<method>[A-Z]+) )?""?\$API(?<path>/[^\s""?]*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Calls();
}
