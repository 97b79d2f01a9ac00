using System.Text;
using System.Text.Json;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Operations.Catalogs;

namespace Tollgate.Storage.Tests.Api;

/// <summary>Lines, credits, deposits, bills of usage so far and single documents, by the API alone.</summary>
public sealed class AdjustmentApiTests
{
    private const string Catalogue =
        """
        catalog: { code: mini, currency: EUR, timeZone: Europe/Berlin }
        taxes:
          - { code: standard, name: VAT, rates: [ { country: DE, percent: 19, from: 2007-01-01 } ] }
          - { code: reduced, name: Reduced VAT, rates: [ { country: DE, percent: 7, from: 2007-01-01 } ] }
        discounts: [ { code: hello, name: Hello, percent: 50, periods: 1, coupon: { code: HELLO } } ]
        offers:
          - code: m
            name: Plan M
            recurring: [ { code: fee, name: Fee, amount: 30.00, tax: standard, revenueAccount: 4100-subscriptions } ]
        """;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Lines_credits_deposits_and_a_coupon_are_on_the_next_bill(DatabaseKind kind)
    {
        await using var api = await ApiWorld.CreateAsync(kind);
        var account = await AccountAsync(api);
        var at = $"/api/v1/accounts/{account}";

        var fee = await api.PostAsync(
            $"{at}/lines", """{"text":"Late fee","amount":"5.00","tax":"standard","kind":"late-fee","on":"2026-11-15"}""", "l-1");
        Assert.Equal((201, "late-fee", "next-bill"), (fee.Status, Text(fee.Body, "kind"), Text(fee.Body, "state")));
        Assert.Equal($"/api/v1/adjustments/{Text(fee.Body, "id")}", fee.Answer.Headers.Location?.ToString());
        Assert.Equal("true", (await api.PostAsync(
            $"{at}/lines", """{"text":"Late fee","amount":"5.00","tax":"standard","kind":"late-fee","on":"2026-11-15"}""", "l-1"))
            .Answer.Headers.GetValues("Idempotent-Replay").Single());
        var wrong = await api.PostAsync($"{at}/lines", """{"text":"","amount":"0","tax":"none"}""");
        Assert.Equal((422, "invalid", 3),
            (wrong.Status, Text(wrong.Body, "code"), wrong.Body.GetProperty("errors").GetArrayLength()));
        var mistake = await api.PostAsync(
            $"{at}/lines", """{"text":"Oops","amount":"99.00","tax":"standard","on":"2026-11-15"}""");
        var withdrawn = await api.PostAsync($"/api/v1/adjustments/{Text(mistake.Body, "id")}/withdraw", "{}", "");
        Assert.Equal((200, "withdrawn"), (withdrawn.Status, Text(withdrawn.Body, "state")));

        var credit = await api.PostAsync($"{at}/credits", """{"text":"Outage","amount":"10.00","beforeTax":false}""");
        Assert.Equal((201, "after tax"), (credit.Status, Text(credit.Body, "tax")));
        var deposit = await api.PostAsync($"{at}/deposits", """{"amount":"20.00","channel":"cash"}""");
        Assert.Equal((201, "final-bill"), (deposit.Status, Text(deposit.Body, "state")));
        Assert.Equal("date-in-future", Text((await api.PostAsync(
            $"{at}/deposits", """{"amount":"20.00","receivedOn":"2027-02-01"}""")).Body, "code"));
        Assert.Equal("channel", Text((await api.PostAsync($"{at}/deposits", """{"amount":"20.00","channel":"barter"}"""))
            .Body.GetProperty("errors")[0], "field"));
        var deposits = $"/api/v1/deposits/{Text(deposit.Body, "id")}";
        Assert.Equal("15.00", Value((await api.PostAsync($"{deposits}/return", """{"amount":"5.00"}""")).Body, "left"));
        Assert.Equal("next-bill", Text((await api.PostAsync($"{deposits}/release", "{}", "")).Body, "state"));

        var run = await api.PostAsync("/api/v1/bill-runs", """{"cycleDay":20,"date":"2026-11-20"}""", "");
        Assert.Equal(1, run.Body.GetProperty("drafted").GetInt32());
        var bill = (await api.GetAsync($"/api/v1/documents?account={account}")).Body.GetProperty("items")[0];
        // Two periods at 30.00 and the fee with 19 %, less the credit and what is left of the deposit.
        Assert.Equal(("77.35", "52.35"), (Value(bill, "gross"), Value(bill, "due")));
        Assert.Equal(["late-fee", "charge", "credit", "deposit"], (await api.GetAsync($"{at}/adjustments")).Body.EnumerateArray()
            .Select(one => Text(one, "kind")));
        Assert.Equal(404, (await api.GetAsync("/api/v1/adjustments/crd_999999")).Status);
        Assert.Equal(404, (await api.GetAsync("/api/v1/accounts/acc_999999/adjustments")).Status);
        Assert.Equal(404, (await api.PostAsync("/api/v1/accounts/acc_999999/credits", """{"text":"x","amount":"1"}""")).Status);
        Assert.Equal(404, (await api.PostAsync("/api/v1/deposits/crd_999999/release", "{}", "")).Status);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Single_documents_are_made_by_the_api(DatabaseKind kind)
    {
        await using var api = await ApiWorld.CreateAsync(kind);
        var account = await AccountAsync(api);

        var debit = await api.PostAsync("/api/v1/documents/debit", $$"""
            {"account":"{{account}}","reason":"Repair","lines":[
              {"description":"Repair","quantity":"2","unitPrice":"40.00","tax":"standard"}]}
            """, "d-1");
        Assert.Equal((201, "debit-note", "95.20"), (debit.Status, Text(debit.Body, "kind"), Value(debit.Body, "gross")));
        var id = Text(debit.Body, "document");
        var advance = await api.PostAsync("/api/v1/documents/advance", $$"""
            {"account":"{{account}}","lines":[{"description":"Advance","unitPrice":"100.00","tax":"standard"}]}
            """);
        Assert.Equal((201, "advance-invoice"), (advance.Status, Text(advance.Body, "kind")));
        var corrected = await api.PostAsync($"/api/v1/documents/{id}/correct", """{"tax":"reduced","reason":"wrong category"}""");
        Assert.Equal((201, "-9.60"), (corrected.Status, Value(corrected.Body, "tax")));
        var credit = await api.PostAsync($"/api/v1/documents/{Text(advance.Body, "document")}/credit", """{"amount":"11.90"}""");
        Assert.Equal((201, "-11.90"), (credit.Status, Value(credit.Body, "gross")));
        var statement = await api.PostAsync("/api/v1/documents/statement", $$"""
            {"account":"{{account}}","from":"2026-10-20","to":"2026-11-21"}
            """);
        Assert.Equal((201, "statement"), (statement.Status, Text(statement.Body, "kind")));
        Assert.Equal(5, (await api.GetAsync($"/api/v1/documents?account={account}")).Body.GetProperty("items").GetArrayLength());
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_threshold_a_look_ahead_and_a_run_of_usage_so_far_go_by_the_api(DatabaseKind kind)
    {
        await using var api = await ApiWorld.CreateAsync(kind);
        var account = await AccountAsync(api);
        var at = $"/api/v1/accounts/{account}";

        var none = await api.GetAsync($"{at}/preview?progressive=true");
        Assert.Equal((409, "no-threshold"), (none.Status, Text(none.Body, "code")));
        var set = await api.PatchAsync(at, """{"billThreshold":{"value":"50.00","unit":"EUR"}}""");
        Assert.Equal("50.00", Value(set.Body, "billThreshold"));
        var ahead = await api.GetAsync($"{at}/preview?progressive=true&date=2026-11-17");
        Assert.Equal((200, "0.00"), (ahead.Status, Value(ahead.Body, "gross")));
        var run = await api.PostAsync("/api/v1/bill-runs", """{"progressive":true,"date":"2026-11-17"}""", "");
        Assert.Equal((200, 0), (run.Status, run.Body.GetProperty("drafted").GetInt32()));
        var both = await api.PostAsync("/api/v1/bill-runs", """{"progressive":true,"cycleDay":1,"date":"2026-11-17"}""", "");
        Assert.Equal((422, "invalid"), (both.Status, Text(both.Body, "code")));
    }

    private static async Task<string> AccountAsync(ApiWorld api)
    {
        Assert.Null((await PublishCatalogue.RunAsync(
            api.World.Context, [new CatalogueFile("catalogue.yaml", Encoding.UTF8.GetBytes(Catalogue))],
            Instant.FromUtc(2026, 1, 1, 0, 0), 0, "")).Refusal);
        var customer = await api.PostAsync("/api/v1/customers", """{"name":"Ada","country":"DE"}""");
        var account = Text((await api.PostAsync("/api/v1/accounts", $$"""
            {"customer":"{{Text(customer.Body, "id")}}","openedOn":"2026-10-20","cycleDay":20,"timeZone":"Europe/Berlin"}
            """)).Body, "id");
        Assert.Equal(201, (await api.PostAsync("/api/v1/subscriptions", $$"""
            {"account":"{{account}}","offer":"m","startedAt":"2026-10-20T00:00:00+02:00"}
            """)).Status);
        return account;
    }

    private static string Text(JsonElement body, string name) => body.GetProperty(name).GetString()!;

    private static string Value(JsonElement body, string name) => body.GetProperty(name).GetProperty("value").GetString()!;
}
