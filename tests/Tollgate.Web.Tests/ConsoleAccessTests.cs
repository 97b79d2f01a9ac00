using System.Net;
using System.Net.Http.Headers;

namespace Tollgate.Web.Tests;

/// <summary>Who is answered, and with what; no browser needed.</summary>
public sealed class ConsoleAccessTests
{
    private const string Document = "/console/documents/doc_1003024/pdf";

    [Theory]
    [InlineData("/")]
    [InlineData(Document)]
    [InlineData("/console/charges/new")]
    public async Task A_client_of_another_machine_is_refused(string path)
    {
        await using var server = await ConsoleServer.StartAsync(filled: true, client: IPAddress.Parse("203.0.113.7"));

        var (status, text, _) = await GetAsync(server, path);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.DoesNotContain("Nordlicht", text, StringComparison.Ordinal);
        Assert.Contains("answers only browsers on the machine", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("Forwarded", "for=203.0.113.7")]
    [InlineData("Host", "tollgate.example.org")]
    [InlineData("Host", "127.0.0.1.example.org")]
    public async Task What_a_proxy_or_a_foreign_name_brings_is_refused(string header, string value)
    {
        await using var server = await ConsoleServer.StartAsync(filled: true);

        var (status, _, _) = await GetAsync(server, "/", header, value);

        Assert.Equal(HttpStatusCode.Forbidden, status);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("[::1]:8080")]
    public async Task Names_of_this_machine_are_answered(string host)
    {
        await using var server = await ConsoleServer.StartAsync(filled: true);

        var (status, text, headers) = await GetAsync(server, "/", "Host", host);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Nordlicht Mobil", text, StringComparison.Ordinal);
        Assert.Contains("no-store", headers.GetValues("Cache-Control").Single(), StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'", headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_opens_as_pdf_and_an_unknown_one_is_not_found()
    {
        await using var server = await ConsoleServer.StartAsync(filled: true);

        var (status, text, _) = await GetAsync(server, Document);
        var (unknown, _, _) = await GetAsync(server, "/console/documents/doc_77/pdf");
        var (other, _, _) = await GetAsync(server, "/console/documents/acc_1003024/pdf");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(System.Text.Encoding.ASCII.GetString(ConsoleServer.Pdf), text);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (unknown, other));
    }

    [Fact]
    public async Task A_tenant_without_data_has_a_page_that_says_so()
    {
        await using var server = await ConsoleServer.StartAsync(filled: false);

        var (status, text, _) = await GetAsync(server, "/");

        Assert.Equal(HttpStatusCode.OK, status);
        foreach (var sentence in new[] { "No seller yet", "No usage file yet.", "Nothing is held.", "No document yet",
            "Nothing is booked yet." })
        {
            Assert.Contains(sentence, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        await using var server = await ConsoleServer.StartAsync(filled: false);
        using var client = new HttpClient { BaseAddress = server.Address };
        foreach (var (path, handler) in new[] { ("/console/charges/new", "charge"), ("/console/sell/film", "sell") })
        {
            using var form = new FormUrlEncodedContent([new("_handler", handler), new("step", "publish"), new("base", "0")]);

            using var response = await client.PostAsync(
                new Uri(path, UriKind.Relative), form, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    private static async Task<(HttpStatusCode Status, string Text, HttpHeaders Headers)> GetAsync(
        ConsoleServer server, string path, string? header = null, string? value = null)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers);
    }
}
