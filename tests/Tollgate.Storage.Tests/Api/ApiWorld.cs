using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Tollgate.Host.Api;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Security;
using Tollgate.Storage.Tests.Customers;

namespace Tollgate.Storage.Tests.Api;

/// <summary>The API on a loopback port with a database, a seller and a key of each role.</summary>
internal sealed class ApiWorld : IAsyncDisposable
{
    private readonly WebApplication app;
    private int keys;
    private bool owns;

    private ApiWorld(CustomerWorld world, WebApplication app)
    {
        (World, this.app) = (world, app);
        Anonymous = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    internal CustomerWorld World { get; }

    internal WebApplication App => app;

    internal HttpClient Anonymous { get; }

    internal HttpClient Writer { get; private set; } = null!;

    internal HttpClient Reader { get; private set; } = null!;

    internal static async Task<ApiWorld> CreateAsync(DatabaseKind kind)
    {
        var api = await OverAsync(await CustomerWorld.CreateAsync(kind));
        api.owns = true;
        return api;
    }

    /// <summary>Over a database of somebody else.</summary>
    internal static async Task<ApiWorld> OverAsync(CustomerWorld world)
    {
        var served = ApiHost.Build(["http://127.0.0.1:0"], world.Context);
        await served.StartAsync(TestContext.Current.CancellationToken);
        var api = new ApiWorld(world, served);
        api.Writer = api.Client(await api.KeyAsync(ApiRole.Write, 1));
        api.Reader = api.Client(await api.KeyAsync(ApiRole.Read, 2));
        return api;
    }

    internal async Task<string> KeyAsync(ApiRole role, byte seed)
    {
        var random = Enumerable.Range(0, ApiKeys.RandomBytes).Select(i => (byte)((i * 7 + seed) % 256)).ToArray();
        return (await ApiKeys.CreateAsync(World.Context, role.ToString(), role, random)).Value!;
    }

    internal HttpClient Client(string key)
    {
        var client = new HttpClient { BaseAddress = Anonymous.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>A catalogue of two plans with a monthly fee: m for 31.00, l for 62.00.</summary>
    internal const string TwoPlans =
        """
        catalog: { code: mini, currency: EUR, timeZone: Europe/Berlin }
        taxes: [ { code: standard, name: VAT, rates: [ { country: DE, percent: 19, from: 2007-01-01 } ] } ]
        offers:
          - code: m
            name: Plan M
            recurring: [ { code: fee, name: Fee, amount: 31.00, tax: standard, revenueAccount: 4100-subscriptions } ]
          - code: l
            name: Plan L
            recurring: [ { code: fee, name: Fee, amount: 62.00, tax: standard, revenueAccount: 4100-subscriptions } ]
        """;

    /// <summary>Publishes <see cref="TwoPlans"/> and makes a customer whose account has plan m from 22 October on.</summary>
    internal async Task<(string Account, string Subscription)> SubscribeAsync(string country = "DE")
    {
        await PublishAsync(TwoPlans);
        var customer = await PostAsync("/api/v1/customers", $$"""{"name":"Ada","country":"{{country}}"}""");
        var account = Text((await PostAsync("/api/v1/accounts", $$"""
            {"customer":"{{Text(customer.Body, "id")}}","openedOn":"2026-10-01","timeZone":"Europe/Berlin"}
            """)).Body, "id");
        var subscription = Text((await PostAsync("/api/v1/subscriptions", $$"""
            {"account":"{{account}}","offer":"m","startedAt":"2026-10-22T00:00:00+02:00"}
            """)).Body, "id");
        return (account, subscription);
    }

    /// <summary>A text of a JSON object.</summary>
    internal static string Text(JsonElement body, string name) => body.GetProperty(name).GetString()!;

    /// <summary>Publishes the smallest catalogue that has offers.</summary>
    internal Task PublishAsync() => PublishAsync("""
            catalog: { code: mini, currency: EUR, timeZone: Europe/Berlin }
            taxes:
              - code: standard
                name: VAT
                rates:
                  - { country: DE, percent: 19, from: 2007-01-01 }
            offers:
              - code: mobile
                name: Mobile
              - code: prepaid
                name: Prepaid
                payment: prepaid
            """);

    /// <summary>Publishes a catalogue, in force from the beginning of the year.</summary>
    internal async Task PublishAsync(string yaml, int based = 0)
    {
        var files = new[] { new Tollgate.Catalog.CatalogueFile("catalogue.yaml", Encoding.UTF8.GetBytes(yaml)) };
        var published = await PublishCatalogue.RunAsync(
            World.Context, files, NodaTime.Instant.FromUtc(2026, 1, 1, 0, 0), based, "");
        Assert.Null(published.Refusal);
    }

    /// <summary>Posts JSON text with a fresh idempotency key, or the given one; empty: without.</summary>
    internal async Task<(int Status, JsonElement Body, HttpResponseMessage Answer)> PostAsync(
        string path, string json, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        key ??= "auto-" + ++keys;
        if (key.Length > 0)
        {
            request.Headers.Add("Idempotency-Key", key);
        }
        return await ReadAsync(await Writer.SendAsync(request));
    }

    internal async Task<(int Status, JsonElement Body, HttpResponseMessage Answer)> PatchAsync(string path, string json) =>
        await ReadAsync(await Writer.PatchAsync(path, new StringContent(json, Encoding.UTF8, "application/json")));

    internal async Task<(int Status, JsonElement Body, HttpResponseMessage Answer)> PutAsync(string path, string json) =>
        await ReadAsync(await Writer.PutAsync(path, new StringContent(json, Encoding.UTF8, "application/json")));

    internal async Task<(int Status, JsonElement Body, HttpResponseMessage Answer)> GetAsync(string path) =>
        await ReadAsync(await Reader.GetAsync(path));

    internal static async Task<(int Status, JsonElement Body, HttpResponseMessage Answer)> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement, answer);
    }

    public async ValueTask DisposeAsync()
    {
        Anonymous.Dispose();
        Writer.Dispose();
        Reader.Dispose();
        await app.DisposeAsync();
        if (owns)
        {
            await World.DisposeAsync();
        }
    }
}
