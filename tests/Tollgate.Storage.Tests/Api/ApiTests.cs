using System.Net;
using System.Text;
using System.Text.Json;
using Tollgate.Operations.Security;

namespace Tollgate.Storage.Tests.Api;

public sealed class ApiTests
{
    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_customer_is_led_through_its_life(DatabaseKind kind)
    {
        await using var api = await ApiWorld.CreateAsync(kind);
        await api.PublishAsync();
        var (status, customer, answer) =
            await api.PostAsync("/api/v1/customers", """{"name":"Ελένη","externalKey":"C-1","country":"GR"}""");
        Assert.Equal((201, "C-1", "Ελένη"), (status, Text(customer, "externalKey"), Text(customer, "name")));
        Assert.Equal($"/api/v1/customers/{Text(customer, "id")}", answer.Headers.Location?.ToString());
        var account = await api.PostAsync("/api/v1/accounts", $$"""
            {"customer":"{{Text(customer, "id")}}","cycleDay":31,"openedOn":"2026-10-01",
             "openingBalance":{"value":"12.50","unit":"EUR"} }
            """);
        Assert.Equal((201, 31, "2026-10-01"),
            (account.Status, account.Body.GetProperty("cycleDay").GetInt32(), Text(account.Body, "billedTo")));
        var accountId = Text(account.Body, "id");
        var subscription = await api.PostAsync("/api/v1/subscriptions", $$"""
            {"account":"{{accountId}}","offer":"mobile","startedAt":"2026-10-05T02:00:00+02:00",
             "identities":[{"kind":"msisdn","value":"306911111111"}]}
            """);
        Assert.Equal((201, "2026-10-05T00:00:00Z"), (subscription.Status, Text(subscription.Body, "startedAt")));
        var subscriptionId = Text(subscription.Body, "id");
        Assert.Equal(201, (await api.PostAsync(
            $"/api/v1/subscriptions/{subscriptionId}/identities", """{"kind":"imsi","value":"202051111111111"}""")).Status);
        var found = await api.GetAsync("/api/v1/identities?kind=imsi&value=202051111111111&at=2026-10-06T00:00:00Z");
        Assert.Equal((200, subscriptionId), (found.Status, Text(found.Body, "id")));
        var pockets = await api.GetAsync($"/api/v1/accounts/{accountId}/pockets");
        Assert.Equal("12.5", Text(pockets.Body[0], "balance"));
        Assert.Equal("Πάτρα",
            Text((await api.PatchAsync($"/api/v1/customers/{Text(customer, "id")}", """{"city":"Πάτρα"}""")).Body, "city"));
        Assert.Equal(0, (await api.GetAsync($"/api/v1/accounts/{accountId}/charges")).Body.GetProperty("items").GetArrayLength());
        Assert.Equal(0, (await api.GetAsync($"/api/v1/accounts/{accountId}/unbilled")).Body.GetArrayLength());
        var ended = await api.PostAsync($"/api/v1/customers/{Text(customer, "id")}/end", """{"at":"2026-11-15T00:00:00Z"}""");
        Assert.Equal((200, "ended"), (ended.Status, Text(ended.Body, "phase")));
        var again = await api.PostAsync($"/api/v1/customers/{Text(customer, "id")}/end", "{}");
        Assert.Equal((409, "already-ended", "never"), (again.Status, Text(again.Body, "code"), Text(again.Body, "retry")));
        Assert.Equal("ended", Text((await api.GetAsync($"/api/v1/subscriptions/{subscriptionId}")).Body, "phase"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_repeated_post_answers_the_same_and_another_content_is_refused(DatabaseKind kind)
    {
        await using var api = await ApiWorld.CreateAsync(kind);
        var first = await api.PostAsync("/api/v1/customers", """{"name":"Ada"}""", "one");
        var again = await api.PostAsync("/api/v1/customers", """{"name":"Ada"}""", "one");
        Assert.Equal((201, first.Body.GetRawText()), (again.Status, again.Body.GetRawText()));
        Assert.Equal("true", Assert.Single(again.Answer.Headers.GetValues("Idempotent-Replay")));
        var other = await api.PostAsync("/api/v1/customers", """{"name":"Eve"}""", "one");
        Assert.Equal((409, "key-reused", "name"),
            (other.Status, Text(other.Body, "code"), Text(other.Body.GetProperty("errors")[0], "field")));
    }

    [Fact]
    public async Task A_create_without_an_idempotency_key_is_refused()
    {
        await using var api = await ApiWorld.CreateAsync(DatabaseKind.Sqlite);
        var (status, body, _) = await api.PostAsync("/api/v1/customers", """{"name":"Ada"}""", "");
        Assert.Equal((400, "idempotency-key-missing"), (status, Text(body, "code")));
    }

    [Fact]
    public async Task Lists_come_in_pages_and_by_external_key()
    {
        await using var api = await ApiWorld.CreateAsync(DatabaseKind.Sqlite);
        for (var i = 1; i <= 5; i++)
        {
            await api.World.CustomerAsync($"Customer {i}", $"C-{i}");
        }
        var names = new List<string>();
        var after = "";
        do
        {
            var page = (await api.GetAsync($"/api/v1/customers?limit=2{after}")).Body;
            names.AddRange(page.GetProperty("items").EnumerateArray().Select(item => Text(item, "externalKey")));
            after = page.GetProperty("next").ValueKind == JsonValueKind.Null ? "" : $"&after={Text(page, "next")}";
        }
        while (after.Length > 0);
        Assert.Equal(["C-1", "C-2", "C-3", "C-4", "C-5"], names);
        var keyed = (await api.GetAsync("/api/v1/customers?externalKey=C-3")).Body.GetProperty("items");
        Assert.Equal("Customer 3", Text(Assert.Single(keyed.EnumerateArray()), "name"));
        Assert.Equal(0, (await api.GetAsync("/api/v1/customers?externalKey=nobody")).Body.GetProperty("items").GetArrayLength());
        Assert.Equal(400, (await api.GetAsync("/api/v1/customers?limit=0")).Status);
    }

    [Theory]
    [InlineData("""{"name":"Ada","colour":"red"}""", 400, "malformed-request", "colour")]
    [InlineData("""{"name":"Ada","organisation":"yes"}""", 400, "malformed-request", "organisation")]
    [InlineData("""{"name":"Ada","seller":"cus_1"}""", 400, "malformed-request", "seller")]
    [InlineData("""{"name":null}""", 400, "malformed-request", "name")]
    [InlineData("""{"name":"Ada",""", 400, "malformed-json", null)]
    [InlineData("""[]""", 400, "malformed-request", null)]
    [InlineData("", 400, "malformed-request", null)]
    [InlineData("""{"email":"nowhere","country":"xx"}""", 422, "invalid", "name,email,country")]
    [InlineData("""{"name":"Ada","seller":"sel_99"}""", 422, "unknown-seller", "seller")]
    public async Task What_is_wrong_with_a_body_is_said_field_by_field(string json, int status, string code, string? fields)
    {
        await using var api = await ApiWorld.CreateAsync(DatabaseKind.Sqlite);
        var (actual, body, answer) = await api.PostAsync("/api/v1/customers", json);
        Assert.Equal((status, code), (actual, Text(body, "code")));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"urn:tollgate:problem:{code}", Text(body, "type"));
        if (fields is not null)
        {
            Assert.Equal(fields.Split(','), body.GetProperty("errors").EnumerateArray().Select(error => Text(error, "field")));
        }
        Assert.DoesNotContain("System.", body.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("Tollgate.", body.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/customers/cus_99", 404, "unknown-customer")]
    [InlineData("/api/v1/customers/acc_1", 404, "unknown-customer")]
    [InlineData("/api/v1/accounts/acc_99/charges", 404, "unknown-account")]
    [InlineData("/api/v1/identities?kind=msisdn&value=491", 404, "unknown-identity")]
    [InlineData("/api/v1/documents/doc_99", 404, "unknown-document")]
    [InlineData("/api/v1/documents/doc_99/pdf", 404, "unknown-document")]
    [InlineData("/api/v1/identities?kind=msisdn", 400, "malformed-request")]
    [InlineData("/api/v1/documents", 400, "malformed-request")]
    [InlineData("/api/v1/nothing", 404, "unknown-path")]
    [InlineData("/api/v1/accounts?customer=acc_1", 400, "malformed-request")]
    [InlineData("/api/v1/customers?limit=many", 400, "malformed-request")]
    public async Task What_is_not_there_is_said_with_a_code(string path, int status, string code)
    {
        await using var api = await ApiWorld.CreateAsync(DatabaseKind.Sqlite);
        var (actual, body, _) = await api.GetAsync(path);
        Assert.Equal((status, code), (actual, Text(body, "code")));
        Assert.DoesNotContain("parameter \\u0022", body.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("Nullable|Int32|String |\\bint\\b", body.GetRawText());
    }

    [Fact]
    public async Task A_body_of_another_type_or_size_is_refused()
    {
        await using var api = await ApiWorld.CreateAsync(DatabaseKind.Sqlite);
        using var text = new HttpRequestMessage(HttpMethod.Post, "/api/v1/customers")
        {
            Content = new StringContent("name=Ada", Encoding.UTF8, "text/plain"),
        };
        text.Headers.Add("Idempotency-Key", "t");
        var typed = await ApiWorld.ReadAsync(await api.Writer.SendAsync(text, TestContext.Current.CancellationToken));
        Assert.Equal((415, "not-json"), (typed.Status, Text(typed.Body, "code")));
        var large = await api.PostAsync("/api/v1/customers", $$"""{"name":"{{new string('x', 1 << 20)}}"}""");
        Assert.Equal((413, "body-too-large"), (large.Status, Text(large.Body, "code")));
        var wrong = await ApiWorld.ReadAsync(
            await api.Writer.DeleteAsync("/api/v1/customers/cus_1", TestContext.Current.CancellationToken));
        Assert.Equal((405, "wrong-method"), (wrong.Status, Text(wrong.Body, "code")));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Keys_are_checked_by_role_and_a_revoked_key_is_worthless_at_once(DatabaseKind kind)
    {
        await using var api = await ApiWorld.CreateAsync(kind);
        var read = await ApiWorld.ReadAsync(await api.Reader.PostAsync("/api/v1/sellers",
            new StringContent("{}", Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken));
        Assert.Equal((403, "read-only-key"), (read.Status, Text(read.Body, "code")));
        var key = await api.KeyAsync(ApiRole.Read, 9);
        using var client = api.Client(key);
        Assert.Equal(HttpStatusCode.OK,
            (await client.GetAsync("/api/v1/sellers", TestContext.Current.CancellationToken)).StatusCode);
        using var wrong = api.Client(key[..^1] + (key[^1] == '0' ? '1' : '0'));
        Assert.Equal(HttpStatusCode.Unauthorized,
            (await wrong.GetAsync("/api/v1/sellers", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Null((await ApiKeys.RevokeAsync(
            api.World.Context, key.Split('_')[1], TestContext.Current.CancellationToken)).Refusal);
        Assert.Equal(HttpStatusCode.Unauthorized,
            (await client.GetAsync("/api/v1/sellers", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(0, await api.World.NumberAsync(
            $"SELECT COUNT(*) FROM api_key WHERE secret_hash LIKE '%{key.Split('_')[2]}%'"));
    }

    [Fact]
    public async Task Health_needs_no_key_and_tells_when_the_database_is_gone()
    {
        await using var api = await ApiWorld.CreateAsync(DatabaseKind.Sqlite);
        Assert.Equal(HttpStatusCode.OK,
            (await api.Anonymous.GetAsync("/health/live", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK,
            (await api.Anonymous.GetAsync("/health/ready", TestContext.Current.CancellationToken)).StatusCode);
        await api.World.NumberAsync(
            "DELETE FROM schema_migration WHERE number = (SELECT MAX(number) FROM schema_migration) RETURNING number");
        var pending = await ApiWorld.ReadAsync(
            await api.Anonymous.GetAsync("/health/ready", TestContext.Current.CancellationToken));
        Assert.Equal((503, "unavailable"), (pending.Status, Text(pending.Body, "status")));
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
