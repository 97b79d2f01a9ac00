using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Tests.Rating;

/// <summary>
/// A whole offer, written as plainly as its pages say it and with no thought of speed: bands minute by minute, blocks one after
/// the other, fractions of big whole numbers. For the catalogues of <see cref="DeepCatalogues"/>. Shares no code with the rater.
/// </summary>
internal sealed partial class WholeRater(Catalogue catalogue, ImmutableArray<Counter> counters)
{
    private readonly Offer offer = catalogue.Offers[0];
    private UsageRecord record = null!;
    private DeckRow place;
    private RatePlan plan = null!;
    private PocketState[] pockets = [];
    private string counted = "";
    private List<int> units = [];
    private List<Part> parts = [];
    private HoldReason? refusal;
    private bool feeWithoutUse;
    private bool wholePaid;
    private int firstPayer;
    private long paid;
    private long unpaid;

    internal sealed record Outcome(
        HoldReason? Refusal, long Used, long Charged, long FromAllowances, long Amount, long FromMoney,
        ImmutableArray<long> Balances, (HoldReason? Refusal, long Used, long Charged, long Amount)? Leg);

    /// <summary>A stretch of a call with one rule, band and step of age; blocks end at the ends.</summary>
    private sealed record Part(UsagePrice Rule, string Band, AgeStep? Step, long From)
    {
        internal List<long> Ends { get; init; } = [];

        internal long To { get; set; }

        internal long MoneyFrom { get; set; }

        internal long Covered { get; set; }

        /// <summary>Money for what allowances pay, by their own prices.</summary>
        internal Fraction Own { get; set; } = new(0m);

        /// <summary>The free units at the beginning of an event cost nobody anything.</summary>
        internal long AfterFree(long from) => Math.Max(from, Math.Min(To, Rule.FreeUnits));
    }

    internal Outcome Rate(UsageRecord usage, ImmutableArray<PocketState> before)
    {
        record = usage;
        pockets = [.. before];
        var leg = catalogue.Legs[0];
        var used = Begin();
        (HoldReason? Refusal, long Used, long Charged, long Amount)? added = null;
        if (leg.AddsToRetail && refusal is null && Holds(leg.When))
        {
            added = OtherParty();
            Begin();
        }
        var outcome = Retail(before, used, added?.Amount ?? 0);
        if (outcome.Refusal is not null || leg.AddsToRetail)
        {
            return outcome.Refusal is null ? outcome with { Leg = added } : outcome;
        }
        return Holds(leg.When)
            ? outcome with { Leg = OtherParty(), Balances = [.. pockets.Select(pocket => pocket.Balance)] } : outcome;
    }

    private long Begin()
    {
        counted = "";
        plan = catalogue.RatePlans.Single(one => one.Code == offer.RatePlans[0].Code);
        return Cut();
    }

    private Outcome Retail(ImmutableArray<PocketState> before, long used, long added)
    {
        if (refusal is not null)
        {
            return Refused(before);
        }
        units = Order(pocket => pocket.Kind == PocketKind.Allowance
            && (Of(pocket).Unit.Kind != UnitKind.Currency || !Of(pocket).Takes.IsEmpty));
        var exact = Price();
        if (refusal is not null)
        {
            return Refused(before);
        }
        var amount = Capped(Stored(Discounted(exact)) + added);
        if (refusal is not null)
        {
            return Refused(before);
        }
        var fromMoney = Money(ref amount);
        if (refusal is not null)
        {
            return Refused(before);
        }
        var charged = parts[^1].To;
        foreach (var i in Enumerable.Range(0, pockets.Length).Where(i => pockets[i].Kind == PocketKind.Counter))
        {
            pockets[i].Balance += counters[pockets[i].Allowance] switch
            {
                { Code: "minutes", Of: CounterOf.Charged } => charged,
                { Code: "minutes" } => charged - unpaid,
                { Code: "spend" } => amount,
                { Code: "prices" } => PriceSteps(),
                _ => 0,
            };
        }
        return new Outcome(
            null, used, charged, parts.Sum(part => part.Covered), amount, fromMoney,
            [.. pockets.Select(pocket => pocket.Balance)], null);
    }

    private (HoldReason?, long, long, long) OtherParty()
    {
        plan = catalogue.RatePlans.Single(one => one.Code == "leg");
        counted = "leg/leg/";
        var used = Cut();
        units = [];
        var exact = refusal is null ? Price() : default;
        if (refusal is not null)
        {
            return (refusal, 0, 0, 0);
        }
        foreach (var i in Enumerable.Range(0, pockets.Length).Where(i => pockets[i].Kind == PocketKind.Counter))
        {
            pockets[i].Balance += counters[pockets[i].Allowance].Code switch
            {
                "leg/leg/minutes" => parts[^1].To,
                "leg/leg/prices" => PriceSteps(),
                _ => 0,
            };
        }
        return (null, used, parts[^1].To, Stored(exact));
    }

    /// <summary>The record's own price, or 0.</summary>
    private long PriceSteps() => record.Attributes["price"] is { } text
        ? (long)(decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture) * 100_000_000) : 0;

    private Outcome Refused(ImmutableArray<PocketState> before) =>
        new(refusal, 0, 0, 0, 0, 0, [.. before.Select(pocket => pocket.Balance)], null);

    private Allowance Of(PocketState pocket) => offer.Allowances[pocket.Allowance];

    private List<int> Order(Func<PocketState, bool> which) =>
    [
        .. Enumerable.Range(0, pockets.Length).Where(i => which(pockets[i]))
            .OrderBy(i => pockets[i].Priority).ThenBy(i => pockets[i].ValidTo).ThenBy(i => pockets[i].Id.Value),
    ];

    private long Cut()
    {
        (parts, refusal, feeWithoutUse, wholePaid, firstPayer, paid, unpaid) = ([], null, false, false, -1, 0, 0);
        var rows = RowsOf(record.Destination);
        place = rows.Count == 0 ? default : rows[0];
        var rule = rows.Count == 0 ? null : RuleIn(BandAt(0));
        if (rule is null)
        {
            refusal = HoldReason.UnpricedDestination;
            return 0;
        }
        if (rule.Model is BarredPrice)
        {
            refusal = HoldReason.Barred;
            return 0;
        }
        var answered = record.Attributes["answered"] != "no";
        var used = answered ? record.DurationMs : 0;
        feeWithoutUse = used == 0 && (answered ? plan.ZeroUse : plan.Unanswered) == NoUseRule.Fee;
        if (plan.Boundary == BandBoundary.Start || !ByTime(rule) || used == 0)
        {
            Blocks(rule, BandAt(0), 0, used);
            return used;
        }
        for (var at = 0L; at < used;)
        {
            var band = BandAt(at);
            at = Blocks(rule, band, at, Math.Min(used, EndOfBand(at)));
            if (at < used)
            {
                var next = RuleIn(BandAt(at));
                if (next is null)
                {
                    refusal = HoldReason.UnpricedDestination;
                    return used;
                }
                if (next.Model is BarredPrice)
                {
                    return used;
                }
                rule = ByTime(next) ? next : rule;
            }
        }
        return used;
    }

    /// <summary>The rows of a number on the day, the longest prefix first.</summary>
    private List<DeckRow> RowsOf(string number)
    {
        var day = record.Start.InZone(catalogue.TimeZone).Date;
        return
        [
            .. catalogue.Decks[0].Rows.Where(row => number.StartsWith(row.Prefix, StringComparison.Ordinal)
                    && (row.Detail?.From is not { } from || from <= day) && (row.Detail?.To is not { } to || day < to))
                .OrderByDescending(row => row.Prefix.Length),
        ];
    }

    private string OriginZone => RowsOf(record.Origin).Select(row => row.Zone).FirstOrDefault("");

    private string Visited => record.Attributes["visited-network"] is { Length: > 0 } network ? network : "home";

    private static bool ByTime(UsagePrice rule) => rule.Model is PerUnitPrice or AgeStepsPrice or FreePrice;

    /// <summary>Block after block until the use is covered; returns where the last one ends.</summary>
    private long Blocks(UsagePrice rule, string band, long from, long use)
    {
        var steps = (rule.Model as AgeStepsPrice)?.Steps;
        var at = from;
        do
        {
            AgeStep? step = steps?.Last(one => one.From <= at);
            var part = parts.LastOrDefault() is { } last && last.From != last.To && last.Rule == rule && last.Band == band
                && last.Step == step && last.From >= from ? last : null;
            if (part is null)
            {
                part = new Part(rule, band, step, at) { To = at };
                parts.Add(part);
            }
            if (at < use)
            {
                at += step?.Block ?? (at == 0 && rule.Increments.First > 0 ? rule.Increments.First : rule.Increments.Next);
                part.Ends.Add(at);
                part.To = at;
            }
        }
        while (at < use);
        return at;
    }

    private string BandAt(long age)
    {
        var local = (record.Start + Duration.FromMilliseconds(age)).InZone(plan.TimeZone).LocalDateTime;
        return catalogue.TimeBands[0].Bands.Where(band => band.Contains(local)).Select(band => band.Code).FirstOrDefault("other");
    }

    /// <summary>Bands change at whole minutes.</summary>
    private long EndOfBand(long at)
    {
        var band = BandAt(at);
        var second = record.Start.InUtc().Second * 1000L;
        for (var minute = (at + second) / 60_000 + 1; ; minute++)
        {
            var age = minute * 60_000 - second;
            if (age - at > 10_000_000 || BandAt(age) != band)
            {
                return age;
            }
        }
    }

    private UsagePrice? RuleIn(string band) => plan.Prices
        .Where(rule => (rule.Zone ?? place.Zone) == place.Zone && (rule.Band ?? band) == band)
        .Where(rule => (rule.From ?? OriginZone) == OriginZone && (rule.Visited ?? Visited) == Visited)
        .Where(rule => rule.Net is null || rule.Net == OnNet)
        .Where(rule => rule.NumberKind is null || place.Detail?.Kind == "mobile")
        .Where(rule => Holds(rule.When)).OrderBy(rule => rule.Priority)
        .ThenByDescending(rule => (rule.Zone is not null, rule.From is not null, rule.Visited is not null,
            rule.NumberKind is not null, rule.Net is not null, rule.When is not null, rule.Band is not null)).FirstOrDefault();

    private Net OnNet => (Ported ?? place.Detail?.Network) == "red" ? Net.OnNet : Net.OffNet;

    private string? Ported => plan.Portability is null ? null : catalogue.Portability[0].Ranges
        .Where(range => range.First.Length == record.Destination.Length
            && string.CompareOrdinal(range.First, record.Destination) <= 0
            && string.CompareOrdinal(record.Destination, range.Last) <= 0)
        .Select(range => range.Network).FirstOrDefault();

    private bool Holds(Condition? condition) => condition?.Text switch
    {
        null => true,
        "duration > 60" => record.DurationMs > 60_000,
        "trunk = \"T1\"" => record.Attributes["trunk"] == "T1",
        "net = \"on-net\" or kind = \"mobile\"" => OnNet == Net.OnNet || place.Detail?.Kind == "mobile",
        var other => throw new InvalidOperationException($"Unknown condition {other}."),
    };
}
