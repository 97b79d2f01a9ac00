using NodaTime;
using Tollgate.Catalog;
using Tollgate.Operations;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Customers.CustomerWorld;

namespace Tollgate.Storage.Tests.Customers;

public sealed class CustomerOperationsTests
{
    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_customer_is_read_as_it_was_created_and_changed(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var created = Right(await CreateCustomer.RunAsync(world.Context, new NewCustomer
        {
            ExternalKey = "C-1", Name = "Ζωή Παπαδοπούλου", Email = "zoe@example.gr", City = "Αθήνα", Country = "GR",
        }, "k"));
        Right(await ChangeCustomer.RunAsync(world.Context, created, new CustomerChange { City = "Πάτρα", Email = "" }));
        var read = (await ReadCustomers.OneAsync(world.Context, created)).Value!;
        Assert.Equal(("Ζωή Παπαδοπούλου", "Πάτρα", "", "GR", "C-1", "active"),
            (read.Name, read.City, read.Email, read.Country, read.ExternalKey, read.Phase));
        Assert.Equal(created, Assert.Single((await ReadCustomers.ListAsync(world.Context, externalKey: "C-1")).Items).Id);
        Assert.Equal(1, await world.NumberAsync(
            $"SELECT version FROM charging_head WHERE customer_id = {created.Value} AND seq = 0"));
        Assert.Equal(3, await world.NumberAsync("SELECT COUNT(*) FROM audit_entry WHERE actor = 'test'"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_same_key_and_content_is_a_replay_and_other_content_is_refused_with_the_field(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var customer = new NewCustomer { Name = "Ada", ExternalKey = "C-1", City = "Bonn" };
        var first = await CreateCustomer.RunAsync(world.Context, customer, "same");
        var again = await CreateCustomer.RunAsync(world.Context, customer, "same");
        Assert.Equal(first.Value.Id, again.Value.Id);
        Assert.Equal((false, true), (first.Value.Replayed, again.Value.Replayed));
        var other = await CreateCustomer.RunAsync(world.Context, customer with { City = "Köln" }, "same");
        Assert.Equal(("key-reused", "city"), (other.Refusal?.Code, other.Refusal?.Field));
        var taken = await CreateCustomer.RunAsync(world.Context, customer, "another");
        Assert.Equal(("external-key-taken", "externalKey"), (taken.Refusal?.Code, taken.Refusal?.Field));
        Assert.Equal(1, await world.NumberAsync("SELECT COUNT(*) FROM customer"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_refused_request_may_be_repeated_with_the_same_key_once_it_is_mended(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var wrong = await CreateAccount.RunAsync(world.Context, new NewAccount { Customer = new CustomerId(99_999) }, "k");
        Assert.Equal("unknown-customer", wrong.Refusal?.Code);
        var customer = await world.CustomerAsync();
        Right(await CreateAccount.RunAsync(world.Context, new NewAccount { Customer = customer }, "k"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Simultaneous_requests_with_one_key_create_one_customer(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
            CreateCustomer.RunAsync(world.Context, new NewCustomer { Name = "Ada" }, "one"))));
        Assert.Single(answers.Select(Right).Distinct());
        Assert.Equal(5, answers.Count(answer => answer.Value.Replayed));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_subscription_gets_the_promotions_of_its_first_day_in_the_accounts_zone_once(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var catalogue = new Catalogue { Code = "c", Currency = Units.Eur, TimeZone = DateTimeZone.Utc } with
        {
            Offers =
            [
                new Offer { Code = "mobile", Name = "Mobile" },
                new Offer
                {
                    Code = "spring", Name = "Spring", AddOnTo = ["mobile"],
                    Promotion = new Promotion(new LocalDate(2026, 11, 1), new LocalDate(2026, 11, 3), BillInterval.OfMonths(1)),
                },
                new Offer { Code = "tv", Name = "TV", AddOnTo = ["mobile"] },
            ],
        };
        var account = await world.AccountAsync(await world.CustomerAsync());
        Task<Outcome<Written<SubscriptionId>>> AtAsync(Instant start, string key) => CreateSubscription.RunAsync(
            world.Context, new NewSubscription { Account = account, Offer = "mobile", StartedAt = start, Quantity = 2 },
            (_, _) => Task.FromResult(new Offers(catalogue)), key);
        Task<long> PromotionsAsync(SubscriptionId id) => world.NumberAsync(
            $"SELECT COUNT(*) FROM subscription WHERE base_subscription_id = {id.Value} AND offer = 'spring' AND quantity = 2");

        // Midnight in Berlin is 23:00 of the day before in UTC.
        Assert.Equal(0, await PromotionsAsync(Right(await AtAsync(Instant.FromUtc(2026, 10, 31, 22, 59), "a"))));
        var first = Right(await AtAsync(Instant.FromUtc(2026, 10, 31, 23, 0), "b"));
        Assert.Equal(first, Right(await AtAsync(Instant.FromUtc(2026, 10, 31, 23, 0), "b")));
        Assert.Equal(1, await PromotionsAsync(first));
        Assert.Equal(1, await PromotionsAsync(Right(await AtAsync(Instant.FromUtc(2026, 11, 2, 22, 59), "c"))));
        Assert.Equal(0, await PromotionsAsync(Right(await AtAsync(Instant.FromUtc(2026, 11, 2, 23, 0), "d"))));

        async Task<Instant?> EndAsync() =>
            (await ReadSubscriptions.ListAsync(world.Context, account: account)).Items.First(one => one.Base == first).EndedAt;
        Assert.Equal(Instant.FromUtc(2026, 11, 30, 23, 0), await EndAsync());
        Right(await EndSubscription.RunAsync(world.Context, first, Instant.FromUtc(2026, 11, 10, 0, 0), "e"));
        Assert.Equal(Instant.FromUtc(2026, 11, 10, 0, 0), await EndAsync());
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task All_faults_of_an_account_are_listed_at_once(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var refusal = (await CreateAccount.RunAsync(world.Context, new NewAccount
        {
            Customer = await world.CustomerAsync(), CycleDay = 32, TimeZone = "Europe/Atlantis", Currency = "EUR",
            TaxCountry = "XX",
            TermsDays = -1, PaymentMethod = "barter", Language = "DE", OpeningBalance = new Money(1.005m, Units.Eur),
            CreditLimit = new Money(1, Units.Get("USD")),
        }, "k")).Refusal!;
        Assert.Equal("invalid", refusal.Code);
        Assert.Equal(
            ["creditLimit", "cycleDay", "language", "openingBalance", "paymentMethod", "taxCountry", "termsDays", "timeZone"],
            refusal.Faults.Select(fault => fault.Field).Order(StringComparer.Ordinal));
        Assert.All(refusal.Faults, fault => Assert.NotEqual("", fault.Cure));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_opening_balance_fills_a_money_pocket_and_is_booked(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var account = await world.AccountAsync(await world.CustomerAsync(), new Money(12.50m, Units.Eur));
        var pocket = Assert.Single((await ReadAccounts.PocketsAsync(world.Context, account)).Value);
        Assert.Equal(("money", "EUR", 12.50m), (pocket.Kind, pocket.Unit, pocket.Balance));
        Assert.Equal(0, await world.NumberAsync("SELECT SUM(amount_minor) FROM journal_line"));
        Assert.Equal(1250, await world.NumberAsync(
            "SELECT amount_minor FROM journal_line WHERE ledger_account = '3900-opening'"));
        await world.SubscriptionAsync(account, "prepaid", "491701234567");
        Assert.Single((await ReadAccounts.PocketsAsync(world.Context, account)).Value);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_prepaid_subscription_gives_its_account_an_empty_money_pocket(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var account = await world.AccountAsync(await world.CustomerAsync());
        await world.SubscriptionAsync(account, "mobile", "491701234567");
        Assert.Empty((await ReadAccounts.PocketsAsync(world.Context, account)).Value);
        await world.SubscriptionAsync(account, "hybrid", "491701234568");
        Assert.Equal(0m, Assert.Single((await ReadAccounts.PocketsAsync(world.Context, account)).Value).Balance);
        Assert.Equal(1, await world.NumberAsync("SELECT COUNT(*) FROM bill_slot WHERE slot_no = 1 AND closed_at IS NULL"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_guiding_sees_raises_the_version_of_the_head(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var customer = await world.CustomerAsync();
        var account = await world.AccountAsync(customer);
        var subscription = await world.SubscriptionAsync(account, "mobile", "491701234567");
        Right(await EndIdentity.RunAsync(world.Context, subscription, "msisdn", "491701234567"));
        Assert.Equal(4, await world.NumberAsync($"SELECT version FROM charging_head WHERE customer_id = {customer.Value}"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_subscription_needs_an_offer_of_the_catalogue_and_an_active_account(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var account = await world.AccountAsync(await world.CustomerAsync());
        var refusal = (await CreateSubscription.RunAsync(world.Context, new NewSubscription
        {
            Account = account, Offer = "moonshot", Quantity = 0, StartedAt = Instant.FromUtc(2026, 9, 1, 0, 0),
        }, OnSale, "k")).Refusal!;
        Assert.Equal(["offer", "quantity", "startedAt"], refusal.Faults.Select(fault =>
            fault.Field).Order(StringComparer.Ordinal));
        Right(await EndAccount.RunAsync(world.Context, account));
        var late = await CreateSubscription.RunAsync(
            world.Context, new NewSubscription { Account = account, Offer = "mobile" }, OnSale, "k");
        Assert.Equal("already-ended", late.Refusal?.Code);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Ending_a_customer_ends_everything_below_and_ending_twice_is_refused(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var customer = await world.CustomerAsync();
        var account = await world.AccountAsync(customer);
        var subscription = await world.SubscriptionAsync(account, "mobile", "491701234567");
        var at = Instant.FromUtc(2026, 11, 15, 23, 30);
        Right(await EndCustomer.RunAsync(world.Context, customer, at));
        Assert.Equal("already-ended", (await EndCustomer.RunAsync(world.Context, customer, at)).Refusal?.Code);
        Assert.Equal("already-ended", (await EndSubscription.RunAsync(world.Context, subscription)).Refusal?.Code);
        Assert.Equal("already-ended", (await EndAccount.RunAsync(world.Context, account)).Refusal?.Code);
        var read = (await ReadSubscriptions.OneAsync(world.Context, subscription)).Value!;
        Assert.Equal((at, at, "ended"), (read.EndedAt, Assert.Single(read.Identities).ValidTo, read.Phase));
        // 23:30 UTC is the 16th in Berlin.
        Assert.Equal(new LocalDate(2026, 11, 16), (await ReadAccounts.OneAsync(world.Context, account)).Value!.EndedOn);
        Assert.Equal("unknown-identity",
            (await ReadSubscriptions.ByIdentityAsync(world.Context, "msisdn", "491701234567", at)).Refusal?.Code);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Unknown_ids_are_refused_by_their_kind(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        Assert.Equal("unknown-seller", (await EndSeller.RunAsync(world.Context, new SellerId(1))).Refusal?.Code);
        Assert.Equal("unknown-customer", (await EndCustomer.RunAsync(world.Context, new CustomerId(1))).Refusal?.Code);
        Assert.Equal("unknown-account", (await EndAccount.RunAsync(world.Context, new AccountId(1))).Refusal?.Code);
        Assert.Equal("unknown-subscription",
            (await EndSubscription.RunAsync(world.Context, new SubscriptionId(1))).Refusal?.Code);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Another_tenant_does_not_see_or_change_a_customer(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var customer = await world.CustomerAsync();
        await TenantClock.EnsureTenantAsync(world.Database, new TenantId(2), Now);
        var other = world.Context with { Tenant = new TenantId(2) };
        Assert.Equal("unknown-customer", (await ReadCustomers.OneAsync(other, customer)).Refusal?.Code);
        Assert.Equal("unknown-customer", (await EndCustomer.RunAsync(other, customer)).Refusal?.Code);
        Assert.Equal("unknown-customer",
            (await CreateAccount.RunAsync(other, new NewAccount { Customer = customer }, "k")).Refusal?.Code);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_seller_with_active_customers_is_not_ended(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var customer = await world.CustomerAsync();
        Assert.Equal("seller-has-customers", (await EndSeller.RunAsync(world.Context, world.Seller)).Refusal?.Code);
        Right(await EndCustomer.RunAsync(world.Context, customer));
        Right(await EndSeller.RunAsync(world.Context, world.Seller));
        var none = await CreateCustomer.RunAsync(world.Context, new NewCustomer { Name = "Eve" }, "k");
        Assert.Equal("unknown-seller", none.Refusal?.Code);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Changes_are_recorded_with_their_time_and_can_be_withdrawn(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var subscription = await world.SubscriptionAsync(await world.AccountAsync(await world.CustomerAsync()));
        Task<Outcome<Written<SubscriptionId>>> Change(SubscriptionChange change) =>
            ChangeSubscription.RunAsync(world.Context, subscription, change, PublishedOffers.Of(world.Context));
        Right(await Change(new SubscriptionChange { Quantity = 3 }));
        Right(await Change(new SubscriptionChange { Quantity = 5, When = ChangeTime.NextCycle }));
        Assert.Equal(3, (await ReadSubscriptions.OneAsync(world.Context, subscription)).Value!.Quantity);
        Assert.Equal("invalid", (await Change(new SubscriptionChange())).Refusal?.Code);
        Assert.Equal("invalid", (await Change(new SubscriptionChange { Offer = "none" })).Refusal?.Code);
        Assert.Equal("before-start",
            (await Change(new SubscriptionChange { Quantity = 1, At = Instant.FromUtc(2000, 1, 1, 0, 0) })).Refusal?.Code);

        Right(await SuspendSubscription.RunAsync(world.Context, subscription, charged: false));
        Assert.Equal("already-suspended",
            (await SuspendSubscription.RunAsync(world.Context, subscription, charged: true)).Refusal?.Code);
        Right(await ResumeSubscription.RunAsync(world.Context, subscription));
        Assert.Equal("not-suspended", (await ResumeSubscription.RunAsync(world.Context, subscription)).Refusal?.Code);

        Right(await WithdrawChange.RunAsync(world.Context, subscription, 1));
        Assert.Equal(1, (await ReadSubscriptions.OneAsync(world.Context, subscription)).Value!.Quantity);
        Assert.Equal("already-withdrawn", (await WithdrawChange.RunAsync(world.Context, subscription, 1)).Refusal?.Code);
        Assert.Equal("unknown-change", (await WithdrawChange.RunAsync(world.Context, subscription, 99)).Refusal?.Code);
        Assert.Equal(
            ["quantity", "quantity", "suspend", "resume", "withdraw"],
            (await ReadSubscriptions.HistoryAsync(world.Context, subscription)).Value!.Select(change => change.Kind));
    }
}
