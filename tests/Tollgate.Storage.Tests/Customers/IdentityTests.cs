using NodaTime;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Customers.CustomerWorld;

namespace Tollgate.Storage.Tests.Customers;

public sealed class IdentityTests
{
    private const string Number = "491701234567";
    private static readonly Instant Start = Instant.FromUtc(2026, 10, 5, 0, 0);

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_number_in_use_is_refused_with_its_owner(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var owner = await world.CustomerAsync("Owner");
        var first = await world.SubscriptionAsync(await world.AccountAsync(owner), "mobile", Number);
        var second = await world.SubscriptionAsync(await world.AccountAsync(await world.CustomerAsync("Other")));
        var refusal = (await AddIdentity.RunAsync(
            world.Context, second, new NewIdentity { Kind = "msisdn", Value = Number }, "k")).Refusal!;
        Assert.Equal("identity-taken", refusal.Code);
        Assert.Contains(first.ToString(), refusal.Message, StringComparison.Ordinal);
        Assert.Contains(owner.ToString(), refusal.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_ported_number_belongs_to_one_until_and_to_the_other_from_the_same_moment(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var first = await world.SubscriptionAsync(await world.AccountAsync(await world.CustomerAsync()), "mobile", Number);
        var second = await world.SubscriptionAsync(await world.AccountAsync(await world.CustomerAsync()));
        var ported = Instant.FromUtc(2026, 11, 1, 12, 0);
        Right(await EndIdentity.RunAsync(world.Context, first, "msisdn", Number, ported));
        Right(await AddIdentity.RunAsync(
            world.Context, second, new NewIdentity { Kind = "msisdn", Value = Number, ValidFrom = ported }, "k"));
        var before = await ReadSubscriptions.ByIdentityAsync(world.Context, "msisdn", Number, ported - Duration.FromTicks(10));
        var after = await ReadSubscriptions.ByIdentityAsync(world.Context, "msisdn", Number, ported);
        Assert.Equal((first, second), (before.Value!.Id, after.Value!.Id));
    }

    /// <summary>The first subscription has the number in [10, 20) of the month of November.</summary>
    [Theory]
    [InlineData(1, 10, true)]
    [InlineData(1, 11, false)]
    [InlineData(10, 20, false)]
    [InlineData(12, 13, false)]
    [InlineData(19, null, false)]
    [InlineData(20, null, true)]
    [InlineData(1, null, false)]
    public async Task Validities_may_touch_and_never_overlap(int from, int? to, bool free)
    {
        foreach (var kind in Databases.All.Select(row => row.Data))
        {
            await using var world = await CreateAsync(kind);
            var first = await world.SubscriptionAsync(await world.AccountAsync(await world.CustomerAsync()));
            var second = await world.SubscriptionAsync(await world.AccountAsync(await world.CustomerAsync()));
            Right(await AddIdentity.RunAsync(world.Context, first, Wanted(10, 20), "a"));
            var outcome = await AddIdentity.RunAsync(world.Context, second, Wanted(from, to), "b");
            Assert.Equal(free ? null : "identity-taken", outcome.Refusal?.Code);
        }

        static NewIdentity Wanted(int from, int? to) => new()
        {
            Kind = "msisdn", Value = Number, ValidFrom = Instant.FromUtc(2026, 11, from, 0, 0),
            ValidTo = to is { } day ? Instant.FromUtc(2026, 11, day, 0, 0) : null,
        };
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Of_many_who_want_one_number_at_once_one_gets_it(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var subscriptions = new List<SubscriptionId>();
        for (var i = 0; i < 5; i++)
        {
            subscriptions.Add(await world.SubscriptionAsync(await world.AccountAsync(await world.CustomerAsync())));
        }
        var answers = await Task.WhenAll(subscriptions.Select((subscription, i) => Task.Run(() => AddIdentity.RunAsync(
            world.Context, subscription,
            new NewIdentity { Kind = "msisdn", Value = Number, ValidFrom = Start + Duration.FromDays(i) }, $"n{i}"))));
        Assert.Single(answers, answer => answer.Refusal is null);
        Assert.Equal(4, answers.Count(answer => answer.Refusal?.Code == "identity-taken"));
        Assert.Equal(1, await world.NumberAsync("SELECT COUNT(*) FROM service_directory"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Identities_are_kept_in_the_form_in_which_guiding_looks_for_them(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var subscription = await world.SubscriptionAsync(await world.AccountAsync(await world.CustomerAsync()));
        Right(await AddIdentity.RunAsync(
            world.Context, subscription, new NewIdentity { Kind = "user-name", Value = "Ada@ISP.example" }, "a"));
        Right(await AddIdentity.RunAsync(
            world.Context, subscription, new NewIdentity { Kind = "mac", Value = "00-1A-2B-3C-4D-5E" }, "b"));
        var values = (await ReadSubscriptions.OneAsync(world.Context, subscription)).Value!.Identities.Select(identity =>
            identity.Value);
        Assert.Equal(["00:1a:2b:3c:4d:5e", "ada@isp.example"], values);
    }

    [Theory]
    [InlineData("msisdn", "+491701234567")]
    [InlineData("msisdn", "01701234567")]
    [InlineData("msisdn", "1234567890123456")]
    [InlineData("msisdn", "٤٩١٧٠١٢٣")]
    [InlineData("imsi", "26201A")]
    [InlineData("sip-uri", "alice")]
    [InlineData("ip-address", "10.0.0.256")]
    [InlineData("mac", "00:11:22:33:44")]
    [InlineData("user-name", "a b")]
    [InlineData("pigeon", "1")]
    public async Task A_malformed_identity_is_refused_with_a_cure(string identityKind, string value)
    {
        await using var world = await CreateAsync(DatabaseKind.Sqlite);
        var subscription = await world.SubscriptionAsync(await world.AccountAsync(await world.CustomerAsync()));
        var refusal = (await AddIdentity.RunAsync(
            world.Context, subscription, new NewIdentity { Kind = identityKind, Value = value }, "k")).Refusal!;
        Assert.Equal("invalid", refusal.Code);
        Assert.NotEqual("", Assert.Single(refusal.Faults).Cure);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_identity_that_ends_before_it_begins_never_was_and_is_free(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var account = await world.AccountAsync(await world.CustomerAsync());
        var subscription = await world.SubscriptionAsync(account);
        var later = Instant.FromUtc(2026, 12, 1, 0, 0);
        Right(await AddIdentity.RunAsync(
            world.Context, subscription, new NewIdentity { Kind = "msisdn", Value = Number, ValidFrom = later }, "a"));
        Right(await EndSubscription.RunAsync(world.Context, subscription, Now));
        Assert.Equal(0, await world.NumberAsync("SELECT COUNT(*) FROM service_directory"));
        Assert.Equal(1, await world.NumberAsync("SELECT COUNT(*) FROM service_identity WHERE valid_to = valid_from"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Add_ons_end_with_their_base(DatabaseKind kind)
    {
        await using var world = await CreateAsync(kind);
        var account = await world.AccountAsync(await world.CustomerAsync());
        var main = await world.SubscriptionAsync(account);
        var addOn = Right(await CreateSubscription.RunAsync(
            world.Context, new NewSubscription { Account = account, Offer = "extra", Base = main, StartedAt = Start },
            OnSale, "a"));
        var nested = await CreateSubscription.RunAsync(
            world.Context, new NewSubscription { Account = account, Offer = "extra", Base = addOn, StartedAt = Start },
            OnSale, "b");
        Assert.Equal("base", nested.Refusal?.Field);
        Right(await EndSubscription.RunAsync(world.Context, main, Now));
        Assert.Equal(Now, (await ReadSubscriptions.OneAsync(world.Context, addOn)).Value!.EndedAt);
    }
}
