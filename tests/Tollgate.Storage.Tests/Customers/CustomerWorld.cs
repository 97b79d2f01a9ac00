using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Operations;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Storage.Tests.Customers;

/// <summary>A database with a tenant, a seller and a clock that stands still; what tests of customers start from.</summary>
internal sealed class CustomerWorld : IAsyncDisposable
{
    internal static readonly Instant Now = Instant.FromUtc(2026, 11, 20, 10, 0);

    internal static readonly OffersAt OnSale = (_, _) => Task.FromResult(new Offers(
    [
        ("mobile", PaymentModel.Postpaid), ("prepaid", PaymentModel.Prepaid), ("hybrid", PaymentModel.Hybrid),
        ("extra", PaymentModel.Postpaid),
    ]));

    private readonly TestDatabase place;
    private int keys;

    private CustomerWorld(TestDatabase place, Database database)
    {
        this.place = place;
        Database = database;
        Context = new OperationContext(database, new IdBlock(database), new StandingClock(Now), new TenantId(1), "test");
    }

    internal Database Database { get; }

    internal OperationContext Context { get; }

    internal string ConnectionSpec => place.ConnectionSpec;

    internal SellerId Seller { get; private set; }

    internal static async Task<CustomerWorld> CreateAsync(DatabaseKind kind)
    {
        var made = await TestDatabase.CreateAsync(kind);
        var world = new CustomerWorld(made, made.Open());
        await TenantClock.EnsureTenantAsync(world.Database, new TenantId(1), Now);
        var seller = new NewSeller
        {
            Code = "nord", Name = "Nordnetz", Country = "DE", TimeZone = "Europe/Berlin", Currency = "EUR", TaxId = "DE123456789",
        };
        world.Seller = Right(await CreateSeller.RunAsync(world.Context, seller, world.Key()));
        return world;
    }

    /// <summary>A caller key that was not used before.</summary>
    internal string Key() => string.Create(CultureInfo.InvariantCulture, $"key-{++keys}");

    internal async Task<CustomerId> CustomerAsync(string name = "Ada Łukasik", string externalKey = "") =>
        Right(await CreateCustomer.RunAsync(Context, new NewCustomer { Name = name, ExternalKey = externalKey }, Key()));

    internal async Task<AccountId> AccountAsync(CustomerId customer, Money? opening = null) =>
        Right(await CreateAccount.RunAsync(Context, new NewAccount
        {
            Customer = customer, CycleDay = 31, OpenedOn = new LocalDate(2026, 10, 1), OpeningBalance = opening,
        }, Key()));

    internal async Task<SubscriptionId> SubscriptionAsync(AccountId account, string offer = "mobile", params string[] numbers) =>
        Right(await CreateSubscription.RunAsync(Context, new NewSubscription
        {
            Account = account, Offer = offer, StartedAt = Instant.FromUtc(2026, 10, 5, 0, 0),
            Identities = [.. numbers.Select(number => new NewIdentity { Kind = "msisdn", Value = number })],
        }, OnSale, Key()));

    internal static TId Right<TId>(Outcome<Written<TId>> outcome) where TId : struct, IId<TId>
    {
        Assert.Null(outcome.Refusal);
        return outcome.Value.Id;
    }

    /// <summary>One number out of the database.</summary>
    internal async Task<long> NumberAsync(string sql)
    {
        await using var connection = await Database.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await place.DisposeAsync();
    }

    private sealed class StandingClock(Instant now) : IClock
    {
        public Instant GetCurrentInstant() => now;
    }
}
