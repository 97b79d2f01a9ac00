using System.Globalization;
using System.Text;
using Tollgate.Operations;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Customers.Onboarding;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Customers.CustomerWorld;

namespace Tollgate.Storage.Tests.Customers;

public sealed class OnboardingTests : IDisposable
{
    private const string Customers =
        "customer_key,name,city,country\nC1,Ada Łukasik,Kraków,PL\nC2,Ben,Bonn,DE\nC3,Cem Öğün,İzmir,TR\n";
    private const string Accounts =
        "account_key,customer_key,cycle_day,opened_on,usage_detail\nA1,C1,31,2026-10-01,masked\nA2,C2,1,2026-10-01,\n"
        + "A3,C3,15,2026-10-01,none\n";
    private const string Services =
        "account_key,offer,identity_kind,identity,start_date,quantity,service_key,base_service_key\n"
        + "A1,mobile,msisdn,48111111111,2026-10-05,1,S1,\nA1,mobile,imsi,260011111111111,2026-10-05,1,S1,\n"
        + "A1,extra,,,2026-10-05,1,,S1\nA2,prepaid,msisdn,49222222222,2026-10-01,1,,\n"
        + "A3,mobile,msisdn,90333333333,2026-10-01,2,,\n";
    private const string Balances = "account_key,unit,amount\nA2,EUR,12.50\n";

    private readonly string folder = Directory.CreateTempSubdirectory("tollgate-onboarding-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Whole_customers_come_in_with_accounts_services_and_balances(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var report = await RunAsync(world);
        Assert.Equal((3, 3, 0, 0), (report.Customers, report.Created, report.Unchanged, report.FindingCount));
        var customer = Assert.Single((await ReadCustomers.ListAsync(world.Context, externalKey: "C1")).Items);
        Assert.Equal(("Ada Łukasik", "Kraków", "PL"), (customer.Name, customer.City, customer.Country));
        var account = Assert.Single((await ReadAccounts.ListAsync(
            world.Context, new AccountFilter { Customer = customer.Id })).Items);
        Assert.Equal(("EUR", 31, "Europe/Berlin", "PL", "masked"),
            (account.Currency, account.CycleDay, account.TimeZone, account.TaxCountry, account.UsageDetail));
        var subscriptions = (await ReadSubscriptions.ListAsync(world.Context, customer.Id)).Items;
        Assert.Equal(2, subscriptions.Length);
        Assert.Equal(["260011111111111", "48111111111"], subscriptions[0].Identities.Select(identity => identity.Value));
        Assert.Equal(subscriptions[0].Id, subscriptions[1].Base);
        Assert.Equal(NodaTime.Instant.FromUtc(2026, 10, 4, 22, 0), subscriptions[0].StartedAt);
        var prepaid = (await ReadAccounts.ByKeyAsync(world.Context, "A2")).Value!;
        Assert.Equal("none", prepaid.UsageDetail);
        Assert.Equal(12.50m, Assert.Single((await ReadAccounts.PocketsAsync(world.Context, prepaid.Id)).Value).Balance);
        Assert.Equal(-1250, await world.NumberAsync(
            "SELECT amount_minor FROM journal_line WHERE ledger_account = '2100-prepaid'"));
        Assert.Equal(3, await world.NumberAsync("SELECT COUNT(*) FROM charging_head WHERE seq = 0 AND version = 1"));
        Assert.Equal(3, await world.NumberAsync("SELECT COUNT(*) FROM bill_slot WHERE slot_no = 1 AND closed_at IS NULL"));
        Assert.Equal(0, await world.NumberAsync("SELECT COUNT(*) FROM billing_account WHERE billed_to <> opened_on"));
        var found = await ReadSubscriptions.ByIdentityAsync(world.Context, "msisdn", "48111111111");
        Assert.Equal(subscriptions[0].Id, found.Value!.Id);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_second_run_changes_nothing_and_other_content_is_reported_and_not_applied(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        await RunAsync(world);
        var rows = await RowsAsync(world);
        var again = await RunAsync(world);
        Assert.Equal((0, 3, 0), (again.Created, again.Unchanged, again.FindingCount));
        var other = await RunAsync(world, customers: Customers.Replace("Bonn", "Köln", StringComparison.Ordinal),
            services: Services.Replace("90333333333,2026-10-01,2", "90333333333,2026-10-01,3", StringComparison.Ordinal));
        Assert.Equal((0, 1, 2), (other.Created, other.Unchanged, other.Changed));
        Assert.Equal(["ONB-CHANGED customers.csv:3 city", "ONB-CHANGED accounts.csv:4 services"],
            other.Findings.Select(finding => string.Create(CultureInfo.InvariantCulture,
                $"{finding.Code} {finding.File}:{finding.Line} {finding.Message.Split('\'')[^2]}")));
        Assert.Equal(rows, await RowsAsync(world));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_dry_run_says_what_would_happen_and_writes_nothing(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var report = await RunAsync(world, options: new OnboardingOptions { DryRun = true });
        Assert.Equal((3, 0), (report.Created, report.FindingCount));
        Assert.Equal(0, await RowsAsync(world));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task One_error_stops_everything_unless_the_faulty_are_skipped(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var services = Services.Replace("A2,prepaid", "A2,moonshot", StringComparison.Ordinal);
        var refused = await RunAsync(world, services: services);
        Assert.True(refused.Refused);
        Assert.Equal((0, 1), (refused.Created, refused.Faulty));
        Assert.Equal(0, await RowsAsync(world));
        var skipped = await RunAsync(world, services: services, options: new OnboardingOptions { SkipFaulty = true });
        Assert.Equal((2, 1), (skipped.Created, skipped.Faulty));
        Assert.Equal(2, await world.NumberAsync("SELECT COUNT(*) FROM customer"));
        var rest = await RunAsync(world);
        Assert.Equal((1, 2), (rest.Created, rest.Unchanged));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_run_that_stops_between_chunks_is_finished_by_the_next(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var options = new OnboardingOptions { ChunkSize = 1 };
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(world, options: options, progress: new StopAfter(2)));
        Assert.Equal(2, await world.NumberAsync("SELECT COUNT(*) FROM customer"));
        var rest = await RunAsync(world, options: options);
        Assert.Equal((1, 2, 0), (rest.Created, rest.Unchanged, rest.FindingCount));
        Assert.Equal(4, await world.NumberAsync("SELECT COUNT(*) FROM service_directory"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_number_of_another_customer_is_a_finding(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var owner = await world.SubscriptionAsync(await world.AccountAsync(await world.CustomerAsync()), "mobile", "49222222222");
        var report = await RunAsync(world);
        var finding = Assert.Single(report.Findings);
        Assert.Equal(("services.csv", 5), (finding.File, finding.Line));
        Assert.Contains(owner.ToString(), finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("customers.csv", "customer_key,name\nC1,Ada\nC1,Eve\n", "customers.csv:3 ONB-VALUE customer_key")]
    [InlineData("customers.csv", "customer_key,name\n,Ada\n", "customers.csv:2 ONB-VALUE customer_key")]
    [InlineData("customers.csv", "customer_key,name,email\nC9,Ada,ada@home\n", "customers.csv:2 ONB-VALUE email")]
    [InlineData("customers.csv", "customer_key,name,seller\nC9,Ada,south\n", "customers.csv:2 ONB-VALUE seller")]
    [InlineData("customers.csv", "customer_key,name\nC9\n", "customers.csv:2 ONB-COLUMNS")]
    [InlineData("customers.csv", "customer_key,nom\nC9,Ada\n", "customers.csv:1 ONB-HEADER")]
    [InlineData("customers.csv", "customer_key,name,name\nC9,Ada,Ada\n", "customers.csv:1 ONB-HEADER")]
    [InlineData("customers.csv", "customer_key,name\nC9,\"Ada\n", "customers.csv:2 ONB-QUOTE")]
    [InlineData("customers.csv", "", "customers.csv:1 ONB-EMPTY")]
    [InlineData("accounts.csv", "account_key,customer_key,cycle_day\nA9,C1,32\n", "accounts.csv:2 ONB-VALUE cycle_day")]
    [InlineData("accounts.csv", "account_key,customer_key,cycle_day\nA9,C1,last\n", "accounts.csv:2 ONB-VALUE cycle_day")]
    [InlineData("accounts.csv", "account_key,customer_key,time_zone\nA9,C1,Mars/Base\n", "accounts.csv:2 ONB-VALUE time_zone")]
    [InlineData("accounts.csv", "account_key,customer_key,currency\nA9,C1,ZZZ\n", "accounts.csv:2 ONB-VALUE currency")]
    [InlineData("accounts.csv", "account_key,customer_key,opened_on\nA9,C1,2026-02-30\n", "accounts.csv:2 ONB-VALUE opened_on")]
    [InlineData("accounts.csv", "account_key,customer_key,credit_limit\nA9,C1,1.005\n", "accounts.csv:2 ONB-VALUE credit_limit")]
    [InlineData("accounts.csv", "account_key,customer_key\nA9,C77\n", "accounts.csv:2 ONB-VALUE customer_key")]
    [InlineData("services.csv", "account_key,offer,start_date\nA1,mobile,2026-09-30\n", "services.csv:2 ONB-VALUE start_date")]
    [InlineData("services.csv", "account_key,offer,start_date,quantity\nA1,mobile,2026-10-02,0\n",
        "services.csv:2 ONB-VALUE quantity")]
    [InlineData("services.csv", "account_key,offer,start_date,base_service_key\nA1,extra,2026-10-02,S7\n",
        "services.csv:2 ONB-VALUE base_service_key")]
    [InlineData("services.csv", "account_key,offer,start_date,identity_kind,identity\nA1,mobile,2026-10-02,msisdn,49111111\n"
        + "A2,mobile,2026-10-02,msisdn,49111111\n",
        "services.csv:3 ONB-VALUE identity")]
    [InlineData("services.csv", "account_key,offer,start_date,identity_kind,identity\nA1,mobile,2026-10-02,msisdn,+4911111\n",
        "services.csv:2 ONB-VALUE identity")]
    [InlineData("balances.csv", "account_key,unit,amount\nA1,USD,5\n", "balances.csv:2 ONB-VALUE unit")]
    [InlineData("balances.csv", "account_key,unit,amount\nA1,EUR,5,00\n", "balances.csv:2 ONB-COLUMNS")]
    [InlineData("balances.csv", "account_key,unit,amount\nA1,EUR,99999999999999999999\n", "balances.csv:2 ONB-VALUE amount")]
    public async Task What_is_wrong_is_found_with_file_line_and_column(string file, string content, string expected)
    {
        await using var world = await CreateAsync(DatabaseKind.Sqlite);
        Write(Customers, Accounts, "account_key,offer,start_date\n", null);
        await File.WriteAllTextAsync(Path.Combine(folder, file), content, TestContext.Current.CancellationToken);
        var report = await OnboardCustomers.RunAsync(
            world.Context, folder, OnSale, new OnboardingOptions(), null, TestContext.Current.CancellationToken);
        Assert.True(report.Refused);
        Assert.Contains(report.Findings, finding => string.Create(CultureInfo.InvariantCulture,
            $"{finding.File}:{finding.Line} {finding.Code} {finding.Message.Replace("column ", "", StringComparison.Ordinal)}")
            .StartsWith(expected, StringComparison.Ordinal));
        Assert.All(report.Findings, finding => Assert.NotEqual("", finding.Cure));
        Assert.Equal(0, await world.NumberAsync("SELECT COUNT(*) FROM customer"));
    }

    [Fact]
    public async Task A_byte_order_mark_crlf_semicolons_and_quotes_are_read()
    {
        await using var world = await CreateAsync(DatabaseKind.Sqlite);
        Write(null, Accounts.Replace("\n", "\r\n", StringComparison.Ordinal), null, null);
        await File.WriteAllBytesAsync(Path.Combine(folder, "customers.csv"),
            [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(
                "customer_key;name;street\r\nC1;\"Miller; \"\"M\"\" & Sons\";\r\nC2;B;x\r\n\r\nC3;C;y")],
            TestContext.Current.CancellationToken);
        var report = await OnboardCustomers.RunAsync(
            world.Context, folder, OnSale, new OnboardingOptions(), null, TestContext.Current.CancellationToken);
        Assert.Empty(report.Findings);
        Assert.Equal("Miller; \"M\" & Sons",
            Assert.Single((await ReadCustomers.ListAsync(world.Context, externalKey: "C1")).Items).Name);
    }

    [Fact]
    public async Task Wrong_encodings_are_findings()
    {
        await using var world = await CreateAsync(DatabaseKind.Sqlite);
        Write(Customers, Accounts, null, null);
        await File.WriteAllBytesAsync(Path.Combine(folder, "customers.csv"),
            Encoding.Latin1.GetBytes("customer_key,name\nC1,Jürgen\nC2,B\nC3,C\n"), TestContext.Current.CancellationToken);
        var latin = await OnboardCustomers.RunAsync(
            world.Context, folder, OnSale, new OnboardingOptions(), null, TestContext.Current.CancellationToken);
        var finding = Assert.Single(latin.Findings);
        Assert.Equal(("ONB-ENCODING", 2), (finding.Code, finding.Line));
        Assert.Contains("Jürgen", finding.Message, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(Path.Combine(folder, "customers.csv"),
            [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Customers)], TestContext.Current.CancellationToken);
        var wide = await OnboardCustomers.RunAsync(
            world.Context, folder, OnSale, new OnboardingOptions(), null, TestContext.Current.CancellationToken);
        Assert.Contains(
            wide.Findings, each => each.Code == "ONB-ENCODING" && each.Message.Contains("UTF-16", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Findings_beyond_the_limit_are_counted()
    {
        await using var world = await CreateAsync(DatabaseKind.Sqlite);
        var rows = string.Concat(Enumerable.Range(1, 250).Select(i => string.Create(CultureInfo.InvariantCulture, $"C{i},\n")));
        Write("customer_key,name\n" + rows, "account_key,customer_key\n", null, null);
        var report = await OnboardCustomers.RunAsync(world.Context, folder, OnSale, new OnboardingOptions { MaxFindings = 10 },
            null, TestContext.Current.CancellationToken);
        Assert.Equal((250, 10, 250), (report.FindingCount, report.Findings.Length, report.Faulty));
    }

    private async Task<OnboardingReport> RunAsync(
        CustomerWorld world, string customers = Customers, string services = Services, OnboardingOptions? options = null,
        IProgress<Progress>? progress = null)
    {
        Write(customers, Accounts, services, Balances);
        return await OnboardCustomers.RunAsync(world.Context, folder, OnSale, options ?? new OnboardingOptions(), progress);
    }

    private void Write(string? customers, string? accounts, string? services, string? balances)
    {
        foreach (var (name, content) in new[]
            { ("customers.csv", customers), ("accounts.csv", accounts), ("services.csv", services), ("balances.csv", balances) })
        {
            if (content is not null)
            {
                File.WriteAllText(Path.Combine(folder, name), content);
            }
        }
    }

    private static async Task<long> RowsAsync(CustomerWorld world)
    {
        var rows = 0L;
        foreach (var table in new[] { "customer", "party", "charging_head", "billing_account", "bill_slot", "subscription",
            "service_identity",
            "service_directory", "key_directory", "pocket", "journal_entry", "journal_line" })
        {
            rows += await world.NumberAsync($"SELECT COUNT(*) FROM {table}");
        }
        return rows;
    }

    private sealed class StopAfter(int chunks) : IProgress<Progress>
    {
        private int seen;

        public void Report(Progress value)
        {
            if (++seen == chunks)
            {
                throw new InvalidOperationException("stopped");
            }
        }
    }
}
