using System.Collections.Immutable;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>A small operator in a fresh database: one seller in Berlin, one offer at 30.00 a month, VAT of 19 %.</summary>
internal sealed class BillingStory : IAsyncDisposable
{
    internal static readonly LocalDate October = new(2026, 10, 1);
    internal static readonly LocalDate November = new(2026, 11, 1);
    internal static readonly LocalDate December = new(2026, 12, 1);

    private static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
    private readonly TestDatabase test;
    private long nextEvent;

    private BillingStory(TestDatabase test, Database database)
    {
        this.test = test;
        Context = new OperationContext(database, new IdBlock(database), new StandingClock(), new TenantId(1), "test");
    }

    internal OperationContext Context { get; }

    internal CatalogueTimeline Catalogues { get; set; } = Timeline("plan");

    /// <summary>Offers of the catalogue, as operations that sell ask for them.</summary>
    internal OffersAt OnSale => (_, _) => Task.FromResult(new Offers(Catalogues.Entries[0].Compiled.Source));

    /// <summary>The same operator on the morning of a day.</summary>
    internal OperationContext On(LocalDate day) =>
        Context with { Clock = new StandingClock { Time = day.At(new LocalTime(3, 0)).InUtc().ToInstant() } };

    /// <summary>The beginning of a day in Berlin.</summary>
    internal static Instant Start(LocalDate day) => Berlin.AtStartOfDay(day).ToInstant();

    /// <summary>Publishes a catalogue with taxes for the offers of the beginning: documents look their taxes up there.</summary>
    internal async Task PublishAsync()
    {
        var published = await PublishCatalogue.RunAsync(Context,
            [new CatalogueFile("all.yaml", System.Text.Encoding.UTF8.GetBytes(
                """
                catalog: { code: test, currency: EUR, timeZone: Europe/Berlin }
                taxes:
                  - code: standard
                    name: VAT
                    rates:
                      - { country: DE, percent: 19, from: 2000-01-01 }
                      - { country: FR, percent: 20, from: 2000-01-01 }
                  - { code: reduced, name: VAT, rates: [{ country: DE, percent: 7, from: 2000-01-01 }] }
                taxCases:
                  - { code: reverse, treatment: reverse-charge, note: "Reverse charge", crossBorder: yes, customers: [business] }
                offers:
                  - code: plan
                    name: Plan M
                    recurring: [{ code: base, name: Base fee, amount: 30, tax: standard, revenueAccount: 4000-fees }]
                """))], Instant.FromUtc(2020, 1, 1, 0, 0), null, "");
        Assert.Null(published.Refusal);
    }

    /// <summary>Sells by another catalogue, written in YAML, from the beginning on.</summary>
    internal void Sell(string yaml)
    {
        var read = CatalogueReader.Read([new CatalogueFile("catalogue.yaml", System.Text.Encoding.UTF8.GetBytes(yaml))]);
        Assert.True(read.Value is not null, string.Join('\n', read.Findings));
        Catalogues = new CatalogueTimeline(
            [new CatalogueEntry(1, Instant.FromUtc(2020, 1, 1, 0, 0), CompiledCatalogue.Compile(read.Value), [])]);
    }

    private sealed class StandingClock : IClock
    {
        internal Instant Time { get; init; } = Instant.FromUtc(2026, 11, 1, 3, 0);

        public Instant GetCurrentInstant() => Time;
    }

    internal static async Task<BillingStory> CreateAsync(DatabaseKind kind)
    {
        var fresh = await TestDatabase.CreateAsync(kind);
        var story = new BillingStory(fresh, fresh.Open());
        var now = story.Context.Now;
        await story.ExecuteAsync("INSERT INTO tenant (tenant_id, code, name, created_at) VALUES (@tenant, 'test', 'Test', @now)",
            ("now", now));
        await story.ExecuteAsync(
            "INSERT INTO seller (seller_id, tenant_id, code, name, legal_name, tax_id, country, time_zone, currency, address, "
            + "number_prefix, created_at) VALUES (1, @tenant, 'main', 'Tollgate Mobile', 'Tollgate Mobile GmbH', 'DE123', 'DE', "
            + "'Europe/Berlin', 'EUR', 'Gasse 1' , 'TG-', @now)", ("now", now));
        foreach (var (id, included) in new[] { (1, false), (2, true) })
        {
            await story.ExecuteAsync(
                "INSERT INTO price_key (tenant_id, price_key_id, plan, zone, band, service, basis, currency, tax, tax_included, "
                + "revenue_account, label) VALUES (@tenant, @id, 'voice', 'national', 'other', 1, 0, 'EUR', 'standard', "
                + "@included, '4100-voice', 'Calls')",
                ("id", id), ("included", included));
        }
        if (kind == DatabaseKind.Postgres)
        {
            await story.ExecuteAsync("CREATE TABLE charge_default PARTITION OF charge DEFAULT");
        }
        return story;
    }

    internal static CatalogueTimeline Timeline(string offer)
    {
        var catalogue = new Catalogue
        {
            Code = "test", Currency = Units.Eur, TimeZone = Berlin,
            Taxes = [new TaxCategory("standard", "VAT", 
                [new TaxRate("DE", 19m, new LocalDate(2000, 1, 1)), new TaxRate("FR", 20m, new LocalDate(2000, 1, 1))])],
            Offers =
            [
                new Offer
                {
                    Code = offer, Name = "Plan M",
                    Recurring =
                    [
                        new RecurringPrice
                        {
                            Code = "base", Name = "Base fee", Amount = new Money(30m, Units.Eur), Tax = "standard",
                            RevenueAccount = "4000-fees",
                        },
                    ],
                },
                new Offer
                {
                    Code = "big", Name = "Plan L",
                    Recurring =
                    [
                        new RecurringPrice
                        {
                            Code = "base", Name = "Base fee", Amount = new Money(60m, Units.Eur), Tax = "standard",
                            RevenueAccount = "4000-fees",
                        },
                    ],
                },
                new Offer { Code = "usage-only", Name = "Prepaid", Payment = PaymentModel.Prepaid },
            ],
        };
        return new CatalogueTimeline(
            [new CatalogueEntry(1, Instant.FromUtc(2020, 1, 1, 0, 0), CompiledCatalogue.Compile(catalogue), [])]);
    }

    /// <summary>Customer, account and one subscription with consecutive ids: customer = id, account = id + 1, subscription = id +
    /// 2.</summary>
    internal async Task AddCustomerAsync(long id, int cycleDay = 1, string offer = "plan", LocalDate? openedOn = null)
    {
        var opened = openedOn ?? October;
        var start = Berlin.AtStartOfDay(opened).ToInstant();
        (string, object?)[] values =
        [
            ("id", id), ("account", id + 1), ("sub", id + 2), ("key", $"K{id}"), ("day", cycleDay), ("opened", opened),
            ("offer", offer), ("start", start), ("number", $"49151{id}"),
        ];
        foreach (var sql in new[]
        {
            "INSERT INTO customer (customer_id, tenant_id, seller_id, external_key, phase, created_at) VALUES (@id, @tenant, 1, "
                + "@key, 'active', @start)",
            "INSERT INTO party (customer_id, tenant_id, name, organisation) VALUES (@id, @tenant, 'Zoë Łukasik', @org)",
            "INSERT INTO charging_head (customer_id, tenant_id, seq, version) VALUES (@id, @tenant, 0, 1)",
            "INSERT INTO billing_account (customer_id, account_id, tenant_id, seller_id, external_key, currency, cycle_day, "
                + "time_zone, tax_country, phase, opened_on, billed_to, created_at) VALUES (@id, @account, @tenant, 1, @key, "
                + "'EUR', @day, 'Europe/Berlin', 'DE', 'active', @opened, @opened, @start)",
            "INSERT INTO bill_slot (customer_id, account_id, slot_no, tenant_id) VALUES (@id, @account, 1, @tenant)",
            "INSERT INTO subscription (customer_id, subscription_id, tenant_id, account_id, offer, quantity, phase, started_at, "
                + "created_at) VALUES (@id, @sub, @tenant, @account, @offer, 1, 'active', @start, @start)",
            "INSERT INTO service_identity (customer_id, subscription_id, kind, value, valid_from, tenant_id) "
                + "VALUES (@id, @sub, 1, @number, @start, @tenant)",
        })
        {
            await ExecuteAsync(sql, [.. values, ("org", false)]);
        }
    }

    /// <summary>A charged call of one minute in the open slot, with its total and, when money paid, the pocket
    /// movement.</summary>
    internal async Task AddUsageAsync(
        long customer, LocalDate day, decimal amount, bool prepaid = false, LocalDate? period = null)
    {
        var steps = Units.Eur.ToStorage(amount, RoundingMode.HalfUp);
        var no = ++nextEvent;
        var slot = (await ReadAsync($"SELECT slot_no FROM bill_slot WHERE customer_id = {customer} AND closed_at IS NULL"))[0];
        (string, object?)[] values =
        [
            ("customer", customer), ("account", customer + 1), ("sub", customer + 2), ("slot", (int)slot),
            ("key", prepaid ? 2 : 1),
            ("amount", steps), ("money", prepaid ? steps : 0L), ("seq", no), ("time", Berlin.AtStartOfDay(day).ToInstant()),
            ("now", Context.Now),
            ("event", Context.Database.Kind == DatabaseKind.Postgres
                ? new Guid((int)no, 0, 0, new byte[8]) : BitConverter.GetBytes(no)),
            ("period", period ?? new LocalDate(day.Year, day.Month, 1)),
        ];
        await ExecuteAsync(
            "INSERT INTO charge (customer_id, event_time, event_id, tenant_id, seq, account_id, subscription_id, slot_no, "
            + "price_key_id, catalog_version, file_id, file_offset, subject, origin, destination, duration_ms, octets_up, "
            + "octets_down, events, charged, from_allowances, amount, from_money, kind, rated_at) VALUES (@customer, @time, "
            + "@event, @tenant, @seq, @account, @sub, @slot, @key, 1, 0, 0, '', '', '', 60000, 0, 0, 1, 60000, 0, @amount, "
            + "@money, 0, @now)", values);
        await ExecuteAsync(
            "INSERT INTO usage_total (customer_id, account_id, slot_no, subscription_id, price_key_id, event_period, tenant_id, "
            + "events, used, charged, from_allowances, amount, from_money) VALUES (@customer, @account, @slot, @sub, @key, "
            + "@period, @tenant, 1, 60000, 60000, 0, @amount, @money) ON CONFLICT (customer_id, account_id, slot_no, "
            + "subscription_id, price_key_id, event_period) DO UPDATE SET events = usage_total.events + 1, used = "
            + "usage_total.used + 60000, charged = usage_total.charged + 60000, amount = usage_total.amount + excluded.amount, "
            + "from_money = usage_total.from_money + excluded.from_money", values);
        if (prepaid)
        {
            await ExecuteAsync(
                "INSERT INTO pocket_movement (customer_id, pocket_id, seq, part, tenant_id, kind, amount, before, at) SELECT "
                + "customer_id, pocket_id, 1000 + @seq, 0, @tenant, 'usage', -@amount, balance, @now FROM pocket WHERE "
                + "customer_id = @customer AND kind = 'money'", values);
            await ExecuteAsync(
                "UPDATE pocket SET balance = balance - @amount WHERE customer_id = @customer AND kind = 'money'", values);
        }
    }

    internal async Task<BillRunResult> BillAsync(
        LocalDate date, int cycleDay = 1, int chunk = 200, IProgress<Progress>? progress = null)
    {
        var outcome = await RunBilling.RunAsync(
            On(date), Catalogues, new RunBillingRequest(cycleDay, date) { ChunkSize = chunk }, progress);
        Assert.Null(outcome.Refusal);
        return outcome.Value!;
    }

    /// <summary>Bills up to a date once more as if none of it had been billed: nothing is found.</summary>
    internal async Task AssertNothingMoreAsync(LocalDate date, int cycleDay = 1)
    {
        await ExecuteAsync("UPDATE billing_account SET billed_to = opened_on WHERE billed_to = @date", ("date", date));
        var again = await BillAsync(date, cycleDay);
        Assert.Equal((0, 0), (again.Drafted, again.Parked));
    }

    /// <summary>Sets the billing policy for everything dated from October on.</summary>
    internal async Task SetPolicyAsync(string setting, string value) => Assert.Null((await Policies.SetAsync(
        Context, new PolicyOrder(ImmutableDictionary<string, string>.Empty.Add(setting, value), October, ""))).Refusal);

    /// <summary>Accepts and issues a run.</summary>
    internal async Task<IssueResult> IssueAsync(BillRunId run)
    {
        Assert.Null((await AcceptDocuments.RunAsync(Context, Catalogues, run)).Refusal);
        var issued = await IssueDocuments.RunAsync(Context, run);
        Assert.Null(issued.Refusal);
        return issued.Value!;
    }

    internal Task<IReadOnlyList<DocumentHead>> DocumentsAsync(string phase = "") =>
        ReadDocuments.ListAsync(Context, new DocumentFilter(Phase: phase));

    /// <summary>The books agree; the names of the proofs that fail otherwise.</summary>
    internal async Task AssertBooksAsync() => Assert.Empty(
        (await LedgerCheck.RunAsync(Context))
            .SelectMany(proof => proof.Findings).Select(finding => $"{finding.Proof}: {finding.Message}"));

    internal async Task<int> ExecuteAsync(string sql, params (string Name, object? Value)[] values)
    {
        await using var work = await BookWork.BeginAsync(Context.Database, Context.Tenant, default);
        var count = await work.ExecuteAsync(sql, default, values);
        await work.CommitAsync(default);
        return count;
    }

    /// <summary>The first column of a query, as numbers.</summary>
    internal async Task<List<long>> ReadAsync(string sql)
    {
        await using var work = await BookWork.BeginAsync(Context.Database, Context.Tenant, default);
        return await work.ReadAsync(
            sql, reader => Convert.ToInt64(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture), default);
    }

    public async ValueTask DisposeAsync()
    {
        await Context.Database.DisposeAsync();
        await test.DisposeAsync();
    }
}

/// <summary>Stops the work after some reports, as a crash between two chunks would.</summary>
internal sealed class StopAfter(int reports) : IProgress<Progress>
{
    private int left = reports;

    public void Report(Progress value)
    {
        if (--left == 0)
        {
            throw new StoppedException();
        }
    }

    internal sealed class StoppedException() : Exception("Stopped by the test.");
}
