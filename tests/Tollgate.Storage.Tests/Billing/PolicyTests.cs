using System.Collections.Immutable;
using System.Text.Json;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Documents;
using Tollgate.Storage.Tests.Api;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

public sealed class PolicyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static PolicyOrder Order(LocalDate from, params (string Name, string Value)[] settings) =>
        new(settings.ToImmutableDictionary(one => one.Name, one => one.Value), from, "as agreed");

    private static async Task<PolicyInForce> SetAsync(BillingStory story, PolicyOrder order)
    {
        var outcome = await Policies.SetAsync(story.Context, order, Stop);
        Assert.Null(outcome.Refusal);
        return outcome.Value!;
    }

    [Fact]
    public void Every_setting_of_the_policy_can_be_written_and_read_back()
    {
        var names = PolicySettings.All.Select(setting => setting.Name).ToList();
        var properties = typeof(BillingPolicy).GetProperties().Select(one => char.ToLowerInvariant(one.Name[0]) + one.Name[1..]);
        Assert.Equal(properties.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        foreach (var setting in PolicySettings.All)
        {
            Assert.Equal(BillingPolicy.Default, setting.With(BillingPolicy.Default, setting.Default));
            Assert.Null(setting.With(BillingPolicy.Default, "what?"));
        }
        Assert.Equal(TaxRounding.PerLine,
            PolicySettings.Find("taxRounding")!.With(BillingPolicy.Default, "per-line")!.TaxRounding);
        Assert.Null(PolicySettings.Find("lookBackMonths")!.With(BillingPolicy.Default, "0"));
        Assert.Equal(3, PolicySettings.Find("holdAboveHeldRecords")!.With(BillingPolicy.Default, "3")!.HoldAboveHeldRecords);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_bill_follows_the_policy_of_its_date_and_earlier_dates_keep_theirs(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100, offer: "usage-only");
        await SetAsync(story, Order(December, ("empty", "issue")));

        var november = await story.BillAsync(November);
        var december = await story.BillAsync(December);

        Assert.Equal((0, 1), (november.Drafted, december.Drafted));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Credits_and_held_usage_follow_the_policy_unless_told_otherwise(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await SetAsync(story, Order(October, ("creditedItems", "bill-again"), ("holdAboveHeldRecords", "0")));
        var run = (await story.BillAsync(November)).Run;
        await story.ExecuteAsync(
            "INSERT INTO held_record (tenant_id, source, record_key, file_id, file_offset, line, reason, detail, raw, subject, "
            + "phase, held_at) VALUES (@tenant, 's', @key, 1, 0, 1, 31, '', '', '49151100', 'held', @now)",
            ("now", story.Context.Now), ("key", kind == DatabaseKind.Postgres ? new Guid(1, 0, 0, new byte[8]) : new byte[16]));

        Assert.Equal(1, (await AcceptDocuments.RunAsync(story.Context, story.Catalogues, run, null, Stop)).Value!.Held);
        Assert.Equal(1, (await AcceptDocuments.RunAsync(story.Context, story.Catalogues, run, 1, Stop)).Value!.Accepted);
        await IssueDocuments.RunAsync(story.Context, run, cancel: Stop);
        var invoice = Assert.Single(await story.DocumentsAsync());
        var credit = await CreditDocument.RunAsync(story.Context,
            new CreditRequest(invoice.Id, null, [new CreditLine(1, null)], false, null, new DocumentOrder("c")), Stop);

        Assert.Null(credit.Refusal);
        Assert.Equal([0L], await story.ReadAsync("SELECT count(*) FROM document_line WHERE final_credit"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_change_keeps_who_when_why_and_what_was_before_and_what_holds_later_stays(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await SetAsync(story, Order(December, ("lookBackMonths", "24"), ("lastDayBilled", "yes")));
        var now = await SetAsync(story, Order(October, ("lookBackMonths", "6"), ("empty", "skip")));
        var repeated = await SetAsync(story, Order(October, ("lookBackMonths", "6")));

        Assert.Equal((6, false, 3), (now.Policy.LookBackMonths, now.Policy.LastDayBilled, now.Version));
        Assert.Equal(3, repeated.Version);
        var later = await Policies.ShowAsync(story.Context, December, Stop);
        Assert.Equal((24, true), (later.Policy.LookBackMonths, later.Policy.LastDayBilled));
        Assert.Equal(BillingPolicy.Default, (await Policies.ShowAsync(story.Context, October.PlusDays(-1), Stop)).Policy);
        var last = later.Changes[0];
        Assert.Equal((3, "lookBackMonths", October, "13", "6", "as agreed", "test", story.Context.Now),
            (last.No, last.Setting, last.EffectiveFrom, last.Before, last.Value, last.Reason, last.Actor, last.RecordedAt));
        Assert.Equal([2L], await story.ReadAsync("SELECT count(*) FROM audit_entry WHERE action = 'policy.set'"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task All_that_is_wrong_is_told_at_once_and_a_change_by_somebody_else_is_noticed(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        var wrong = (await Policies.SetAsync(
            story.Context, Order(October, ("taxRounding", "often"), ("lokBack", "3"), ("empty", "issue")), Stop)).Refusal!;
        Assert.Equal(["lokBack", "taxRounding"], wrong.Faults.Select(fault => fault.Field));
        Assert.Contains("per-document | per-line", wrong.Faults[1].Cure, StringComparison.Ordinal);

        await SetAsync(story, Order(October, ("empty", "issue")) with { Base = 0 });
        var late = (await Policies.SetAsync(story.Context, Order(October, ("empty", "skip")) with { Base = 0 }, Stop)).Refusal!;
        Assert.Equal(("policy-changed", "base"), (late.Code, late.Field));
        Assert.Equal(EmptyDocuments.Issue, (await Policies.ShowAsync(story.Context, October, Stop)).Policy.Empty);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_policy_is_read_and_set_by_API(DatabaseKind kind)
    {
        await using var api = await ApiWorld.CreateAsync(kind);
        var set = await api.PutAsync("/api/v1/policy",
            """{"settings":{"taxRounding":"per-line"},"from":"2026-12-01","reason":"new contract","base":0}""");
        Assert.Equal((200, "per-line", 1), (set.Status, Setting(set.Body), set.Body.GetProperty("version").GetInt32()));
        var before = await api.GetAsync("/api/v1/policy?on=2026-11-30");
        Assert.Equal((200, "per-document"), (before.Status, Setting(before.Body)));
        Assert.Equal("new contract", before.Body.GetProperty("changes")[0].GetProperty("reason").GetString());

        var late = await api.PutAsync("/api/v1/policy", """{"settings":{"empty":"issue"},"base":0}""");
        Assert.Equal((409, "policy-changed"), (late.Status, late.Body.GetProperty("code").GetString()));
        var wrong = await api.PutAsync("/api/v1/policy", """{"settings":{"empty":"never"}}""");
        Assert.Equal((422, "invalid"), (wrong.Status, wrong.Body.GetProperty("code").GetString()));
        Assert.Equal(400, (await api.GetAsync("/api/v1/policy?on=tomorrow")).Status);
    }

    private static string Setting(JsonElement body) => body.GetProperty("settings").GetProperty("taxRounding").GetString()!;
}
