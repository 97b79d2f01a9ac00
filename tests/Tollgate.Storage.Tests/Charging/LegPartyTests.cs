using NodaTime;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Charging;
using Tollgate.Storage.Replay;
using Tollgate.Storage.Tests.Customers;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>The prices of other parties: found late, billed to them, corrected with the charge, and the margin.</summary>
public sealed class LegPartyTests
{
    private const string Number = "4915100000001";

    private const string Story = """
        timeBands:
          - { code: week, bands: [{ code: peak, days: Mon-Fri, from: "08:00", to: "20:00" }] }
        ratePlans:
          - { code: retail, name: Retail, service: voice, tax: standard, revenueAccount: "4000", timeBands: week, boundary: split,
              prices: [{ band: peak, price: 0.60 per minute }, { price: 0.06 per minute }] }
          - { code: whole, name: Wholesale, service: voice, tax: standard, revenueAccount: "4100",
              prices: [{ price: 0.03 per minute }] }
          - { code: carrier, name: Carrier, service: voice, tax: standard, revenueAccount: "5000",
              prices: [{ price: 0.02 per minute }] }
        legs:
          - { code: reseller, kind: reseller, party: parent, ratePlans: [whole] }
          - { code: carrier, kind: interconnect, party: CARRIER-1, ratePlans: [carrier], trunks: [T1] }
        offers:
          - { code: resold, name: Resold, ratePlans: [retail], legs: [reseller] }
        """;

    private static readonly Instant October = Instant.FromUtc(2026, 10, 1, 0, 0);
    private static readonly Instant November = Instant.FromUtc(2026, 11, 1, 0, 0);

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_has_no_account_yet_waits_and_is_taken_once_there_is_one(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        var reseller = await SubscribeAsync(stage);
        await stage.ChargeAsync([stage.Call(Number, 6, 10, 60, attributes: "trunk=T1")]);

        var nobody = await LegRollup.RunAsync(stage.World.Context);
        await AccountAsync(stage, await stage.World.CustomerAsync("Carrier"), "CARRIER-1");
        var carrier = await LegRollup.RunAsync(stage.World.Context);
        await AccountAsync(stage, reseller, "");
        var both = await LegRollup.RunAsync(stage.World.Context);

        Assert.Equal((0, "carrier reseller"), (nobody.Taken, string.Join(' ', nobody.Waiting.Select(one => one.Code))));
        Assert.All(nobody.Waiting, one => Assert.Equal((1L, "no-account"), (one.Events, one.Why)));
        Assert.Equal((1, "reseller"), (carrier.Taken, Assert.Single(carrier.Waiting).Code));
        Assert.Equal(1, both.Taken);
        Assert.Empty(both.Waiting);
        // The operator pays the carrier and is paid by the reseller.
        Assert.Equal(["carrier|1|60000|-2000000", "reseller|1|60000|3000000"],
            await stage.RowsAsync("SELECT code, events, used, amount FROM leg_total"));
        await ProveAsync(stage);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_party_that_has_another_currency_waits(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        await SubscribeAsync(stage);
        var carrier = await stage.World.CustomerAsync("Carrier");
        Assert.Null((await CreateAccount.RunAsync(stage.World.Context, new NewAccount
        {
            Customer = carrier, CycleDay = 1, OpenedOn = new LocalDate(2026, 10, 1), ExternalKey = "CARRIER-1", Currency = "CHF",
        }, stage.World.Key())).Refusal);
        await stage.ChargeAsync([stage.Call(Number, 6, 10, 60, attributes: "trunk=T1")]);

        var rolled = await LegRollup.RunAsync(stage.World.Context);

        Assert.Equal(["carrier currency", "reseller no-account"], rolled.Waiting.Select(one => $"{one.Code} {one.Why}").Order());
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Parties_get_bills_of_their_legs_by_the_ordinary_run(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        await AccountAsync(stage, await SubscribeAsync(stage), "");
        await AccountAsync(stage, await stage.World.CustomerAsync("Carrier"), "CARRIER-1");
        await stage.ChargeAsync(
            [stage.Call(Number, 6, 10, 100 * 60, attributes: "trunk=T1"), stage.Call(Number, 7, 10, 60 * 60)]);
        await LegRollup.RunAsync(stage.World.Context);
        await stage.ChargeAsync([stage.Call(Number, 8, 10, 60 * 60)], 1);
        await LegRollup.RunAsync(stage.World.Context);

        var context = stage.World.Context;
        var catalogues = await CatalogueVersions.LoadAsync(context);
        var run = (await RunBilling.RunAsync(context, catalogues, new RunBillingRequest(1, new LocalDate(2026, 11, 1)))).Value!;
        Assert.Null((await AcceptDocuments.RunAsync(context, catalogues, run.Run)).Refusal);
        var issued = await IssueDocuments.RunAsync(context, run.Run);

        Assert.True(issued.Refusal is null, issued.Refusal?.Message);
        // 220 minutes at 0.03 of the reseller; 100 minutes at 0.02 to the carrier.
        Assert.Equal(["Calls|-200|usage", "Calls|660|usage"], await stage.RowsAsync(
            "SELECT description, amount_minor, kind FROM document_line WHERE account_id IN (SELECT account_id FROM leg_total)"));
        // No service stands above the lines of another party, and no number of ours.
        var carrier = (await ReadDocuments.ListAsync(context, new DocumentFilter(run.Run))).Single(one => one.GrossMinor < 0);
        var view = (await ReadDocuments.ViewAsync(context, carrier.Id)).Value!;
        Assert.Equal($"Account {view.Customer.AccountNumber}", Assert.Single(view.Groups).Label);
        await ProveAsync(stage);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_margin_of_all_records_is_the_margin_that_is_reported(DatabaseKind kind)
    {
        await using var stage = await DepthStage.CreateAsync(kind, Story);
        await SubscribeAsync(stage);
        var random = new Random(5);
        await stage.ChargeAsync(
        [
            .. Enumerable.Range(0, 60).Select(i => stage.Call(Number, 6 + i / 5, 6 + random.Next(14), random.Next(60 * 90),
                attributes: random.Next(2) == 0 ? "trunk=T1" : "")),
        ], 7);
        await RerateAsync(stage, ("0.60 per minute", "0.50 per minute"), ("0.02 per minute", "0.025 per minute"));

        var margin = await ReadMargin.RunAsync(stage.World.Context, October, November);
        var records = await stage.NumberAsync(
            """
            SELECT sum(c.amount - coalesce((SELECT sum(l.amount) FROM posted_leg l WHERE l.customer_id = c.customer_id
              AND l.event_time = c.event_time AND l.event_id = c.event_id AND l.generation = c.generation
              AND l.charge_kind = c.kind AND l.kind >= 2), 0)) FROM posted_charge c
            """);

        Assert.All(margin, row => Assert.True(row.Costed > 0));
        Assert.True(margin.Sum(row => row.Cost) > 0 && margin.Sum(row => row.Other) > 0);
        Assert.Equal(records, margin.Sum(row => row.Retail - row.Cost));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Re_rating_splits_calls_and_prices_other_parties_as_charging_anew_would(DatabaseKind kind)
    {
        (string, string)[] changes =
        [
            ("from: \"08:00\", to: \"20:00\"", "from: \"09:00\", to: \"18:00\""), ("0.03 per minute", "0.04 per minute"),
            ("0.02 per minute", "0.01 per minute"),
        ];
        var truths = new List<List<string>>();
        foreach (var anew in new[] { false, true })
        {
            await using var stage = await DepthStage.CreateAsync(
                kind, anew ? changes.Aggregate(Story, (yaml, change) => yaml.Replace(change.Item1, change.Item2,
                    StringComparison.Ordinal)) : Story);
            await AccountAsync(stage, await SubscribeAsync(stage), "");
            await AccountAsync(stage, await stage.World.CustomerAsync("Carrier"), "CARRIER-1");
            var random = new Random(11);
            await stage.ChargeAsync(
            [
                .. Enumerable.Range(0, 40).Select(i => stage.Call(Number, 6 + i / 4, 5 + random.Next(15), random.Next(60 * 200),
                    attributes: random.Next(2) == 0 ? "trunk=T1" : "")),
            ]);
            await LegRollup.RunAsync(stage.World.Context);
            if (!anew)
            {
                // There, back, and there again: generations are corrected like first charges.
                await RerateAsync(stage, changes);
                await RerateAsync(stage);
                await RerateAsync(stage, changes);
                Assert.Equal(3, await stage.NumberAsync("SELECT max(generation) FROM charge_revision_part"));
            }
            await LegRollup.RunAsync(stage.World.Context);
            await ProveAsync(stage);
            truths.Add(
            [
                .. await stage.RowsAsync(
                    "SELECT k.label, t.subscription_id = 0, sum(t.events), sum(t.used), sum(t.charged), sum(t.amount) "
                    + "FROM usage_total t JOIN price_key k ON k.price_key_id = t.price_key_id "
                    + "GROUP BY k.label, t.subscription_id = 0 HAVING sum(t.used) <> 0"),
            ]);
        }
        Assert.NotEmpty(truths[0]);
        Assert.Equal(truths[1], truths[0]);
    }

    private const string Tiers = """
        counters:
          - { code: minutes, of: charged, unit: minute, reset: month }
          - { code: all, of: charged, unit: minute, reset: month, shared: account }
        ratePlans:
          - { code: retail, name: Retail, service: voice, tax: standard, revenueAccount: "4000",
              prices: [{ tiers: { counter: minutes, levels: [{ upTo: 30 minutes, price: 0.20 }, { price: 0.10 }] } }] }
          - { code: whole, name: Wholesale, service: voice, tax: standard, revenueAccount: "4100",
              prices: [{ increments: 60/60,
                tiers: { counter: minutes, levels: [{ upTo: 100 minutes, price: 0.03 }, { price: 0.01 }] } }] }
          - { code: carrier, name: Carrier, service: voice, tax: standard, revenueAccount: "5000",
              prices: [{ tiers: { rule: volume, counter: all, levels: [{ upTo: 50 minutes, price: 0.02 }, { price: 0.015 }] } }] }
        legs:
          - { code: reseller, kind: reseller, party: parent, ratePlans: [whole] }
          - { code: carrier, kind: interconnect, party: CARRIER-1, ratePlans: [carrier], trunks: [T1] }
        offers:
          - { code: resold, name: Resold, ratePlans: [retail], legs: [reseller] }
        """;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Tiers_of_legs_count_the_period_of_the_subscription_apart_from_its_own_price(DatabaseKind kind)
    {
        var legs = new List<List<string>>();
        foreach (var batch in new[] { 1, 3 })
        {
            await using var stage = await DepthStage.CreateAsync(kind, Tiers);
            await SubscribeAsync(stage);
            await stage.ChargeAsync(
            [
                stage.Call(Number, 6, 10, 59 * 60 + 1, attributes: "trunk=T1"), stage.Call(Number, 7, 10, 60 * 60),
                stage.Call(Number, 8, 10, 60 * 60, attributes: "trunk=T1"),
            ], batch);
            legs.Add(await stage.RowsAsync(
                "SELECT l.code, l.charged / 1000, l.amount FROM charge_leg l ORDER BY l.event_time, l.code"));
            Assert.Equal(["leg/carrier/all|7141000", "leg/reseller/minutes|10800000", "minutes|10741000"],
                await stage.RowsAsync("SELECT allowance, balance FROM pocket WHERE kind = 'counter'"));
        }

        // The reseller: 60 minutes at 0.03; 40 at 0.03 and 20 at 0.01; 60 at 0.01. The carrier: 59 min 1 s at 0.015, as it is
        // more than 50 minutes; then an hour at 0.015.
        Assert.Equal(
            ["carrier|3541|88525000", "carrier|3600|90000000", "reseller|3600|140000000", "reseller|3600|180000000",
                "reseller|3600|60000000"],
            legs[0].Order(StringComparer.Ordinal));
        Assert.Equal(legs[0], legs[1]);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Re_rating_counts_tiers_of_legs_as_charging_anew_would(DatabaseKind kind)
    {
        (string, string)[] changes = [("upTo: 100 minutes, price: 0.03", "upTo: 60 minutes, price: 0.05"), ("0.015", "0.012")];
        var truths = new List<List<string>>();
        foreach (var anew in new[] { false, true })
        {
            var yaml = changes.Aggregate(Tiers, (text, change) =>
                text.Replace(change.Item1, change.Item2, StringComparison.Ordinal));
            await using var stage = await DepthStage.CreateAsync(kind, anew ? yaml : Tiers);
            await AccountAsync(stage, await SubscribeAsync(stage), "");
            await AccountAsync(stage, await stage.World.CustomerAsync("Carrier"), "CARRIER-1");
            var random = new Random(12);
            await stage.ChargeAsync(
            [
                .. Enumerable.Range(0, 30).Select(i => stage.Call(Number, 6 + i, 5 + random.Next(15), random.Next(60 * 30),
                    attributes: random.Next(2) == 0 ? "trunk=T1" : "")),
            ], 9);
            await LegRollup.RunAsync(stage.World.Context);
            if (!anew)
            {
                await RerateToAsync(stage, yaml);
            }
            await LegRollup.RunAsync(stage.World.Context);
            await ProveAsync(stage);
            truths.Add(
            [
                .. await stage.RowsAsync("SELECT code, sum(events), sum(used), sum(amount) FROM leg_total GROUP BY code"),
                .. await stage.RowsAsync("SELECT allowance, balance, valid_from FROM pocket WHERE kind = 'counter'"),
            ]);
        }
        Assert.Equal(truths[1], truths[0]);
    }

    /// <summary>A subscriber under a reseller that has no account yet.</summary>
    private static async Task<CustomerId> SubscribeAsync(DepthStage stage)
    {
        var reseller = await stage.World.CustomerAsync("Reseller");
        var customer = CustomerWorld.Right(await CreateCustomer.RunAsync(
            stage.World.Context, new NewCustomer { Name = "Resold", Parent = reseller }, stage.World.Key()));
        await stage.SubscribeAsync(await stage.World.AccountAsync(customer), "resold", Number);
        return reseller;
    }

    private static async Task AccountAsync(DepthStage stage, CustomerId customer, string key) =>
        Assert.Null((await CreateAccount.RunAsync(stage.World.Context, new NewAccount
        {
            Customer = customer, CycleDay = 1, OpenedOn = new LocalDate(2026, 10, 1), ExternalKey = key,
        }, stage.World.Key())).Refusal);

    private static async Task RerateAsync(DepthStage stage, params (string Old, string New)[] changes)
    {
        await RerateToAsync(
            stage, changes.Aggregate(Story, (yaml, change) => yaml.Replace(change.Old, change.New, StringComparison.Ordinal)));
    }

    private static async Task RerateToAsync(DepthStage stage, string text)
    {
        await stage.PublishAsync(text);
        var timeline = await CatalogueVersions.LoadAsync(stage.World.Context);
        var run = await Rerate.SelectAsync(stage.World.Context, timeline, new RerateRequest(
            new RerateSelection(From: TimeCodec.ToMicroseconds(October)), "test", ReplayOrder.Charge, stage.World.Key()));
        Assert.True(run.Refusal is null, run.Refusal?.Message);
        var approved = await Rerate.ApproveAsync(stage.World.Context, timeline, run.Value!.Id);
        Assert.True(approved.Refusal is null, approved.Refusal?.Message);
        Assert.Empty(approved.Value!.Problems);
    }

    private static async Task ProveAsync(DepthStage stage)
    {
        Assert.Empty(await UsageProofs.CheckAsync(stage.World.Database, stage.World.Context.Tenant));
        Assert.Empty((await LedgerCheck.RunAsync(stage.World.Context)).SelectMany(proof => proof.Findings));
    }
}
