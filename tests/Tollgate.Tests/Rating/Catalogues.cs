using System.Collections.Immutable;
using NodaTime;
using NodaTime.Text;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Tests.Rating;

/// <summary>Small catalogues, records and pockets, built by hand.</summary>
internal static class Catalogues
{
    internal static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];

    /// <summary>A Monday noon in Berlin.</summary>
    internal static readonly Instant Noon = At("2026-03-02T12:00");

    internal static Instant At(string local) =>
        Berlin.AtLeniently(LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(local).Value).ToInstant();

    internal static Instant Utc(string instant) => InstantPattern.General.Parse(instant).Value;

    internal static RatePlan Plan(ServiceKind service, params UsagePrice[] prices) => new()
    {
        Code = "plan",
        Name = "Plan",
        Service = service,
        Currency = Units.Eur,
        TimeZone = Berlin,
        Prices = [.. prices],
        Tax = "standard",
        RevenueAccount = "4000-voice",
    };

    internal static UsagePrice PerMinute(decimal price, long first = 0, long next = 1, decimal connect = 0) => new()
    {
        Per = Units.Minute,
        PerUnit = price,
        ConnectFee = connect,
        Increments = new Increments(first, next),
    };

    internal static Offer Offer(params string[] plans) => new() { Code = "offer", Name = "Offer", RatePlans = [.. plans] };

    internal static Catalogue Catalogue(RatePlan plan, Offer? offer = null) => new()
    {
        Code = "test",
        Currency = Units.Eur,
        TimeZone = Berlin,
        Numbering = new NumberingPlan(ShortCodeDigits: 0),
        RatePlans = [plan],
        Offers = [offer ?? Offer(plan.Code)],
    };

    internal static Deck Deck(params (string Prefix, string Zone)[] rows) =>
        new("deck", [.. rows.Select(row => new DeckRow(row.Prefix, row.Zone, null))]);

    internal static UsageRecord Call(long milliseconds, string destination = "4930123456", Instant? at = null) => new()
    {
        EventId = default,
        Service = ServiceKind.Voice,
        Subject = new ServiceIdentity(IdentityKind.Msisdn, "491701234567"),
        Destination = destination,
        Start = at ?? Noon,
        DurationMs = milliseconds,
    };

    internal static PocketState Pocket(
        long id, int allowance, long balance, int priority = 100, string from = "2026-01-01T00:00:00Z",
        string to = "2027-01-01T00:00:00Z") =>
        new()
        {
            Id = new PocketId(id),
            Kind = allowance < 0 ? PocketKind.Money : PocketKind.Allowance,
            Allowance = allowance,
            Balance = balance,
            Priority = priority,
            ValidFrom = Utc(from),
            ValidTo = Utc(to),
        };

    internal static PocketState Counter(long id, int counter, long balance) =>
        Pocket(id, counter, balance) with { Kind = PocketKind.Counter };

    internal static PocketState Cash(long id, long balance, int priority = 100) => Pocket(id, -1, balance, priority);

    internal static long Cents(decimal cents) => Units.Eur.ToStorage(cents / 100, RoundingMode.HalfUp);
}

/// <summary>Rates with the first offer of a catalogue and remembers what the draws were.</summary>
internal sealed class Till
{
    private readonly Rater rater;
    private readonly CompiledOffer offer;

    internal Till(Catalogue catalogue)
    {
        Compiled = CompiledCatalogue.Compile(catalogue);
        rater = new Rater(Compiled);
        offer = Compiled.Offers[catalogue.Offers[0].Code];
    }

    internal CompiledCatalogue Compiled { get; }

    internal ImmutableArray<PocketDraw> Draws { get; private set; } = [];

    internal ImmutableArray<RatedPart> Parts => [.. rater.Parts];

    internal ImmutableArray<RatedLeg> Legs => [.. rater.Legs];

    internal ImmutableArray<ThresholdCrossed> Thresholds => [.. rater.Thresholds];

    internal SubscriberFacts? Facts { get; init; }

    internal RatedUsage Rate(UsageRecord record, params PocketState[] pockets)
    {
        var draws = new PocketDraw[pockets.Length];
        var rated = rater.Rate(offer, record, pockets, draws, null, Facts);
        Draws = [.. draws.Take(rated.Draws)];
        return rated;
    }

    internal IReadOnlyList<TraceStep> Explain(UsageRecord record, params PocketState[] pockets)
    {
        var trace = new RatingTrace();
        rater.Rate(offer, record, pockets, new PocketDraw[pockets.Length], trace, Facts);
        return trace.Steps;
    }

    /// <summary>The amount in major units.</summary>
    internal decimal Price(UsageRecord record)
    {
        var rated = Rate(record);
        Assert.Null(rated.Refusal);
        return Units.Eur.FromStorage(rated.Amount);
    }
}
