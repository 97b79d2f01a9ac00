using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Catalog.Wording;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>The steps up to the chargeable quantity in words, and how things are written. Numbers are exact unless a text says
/// otherwise.</summary>
internal static class Explanation
{
    internal static void Plan(this RatingTrace trace, CompiledOffer offer, CompiledPlan plan) =>
        trace.Add("plan", $"Offer {offer.Code} prices {Service(plan)} by rate plan {plan.Source.Code}.");

    private static string Service(CompiledPlan plan) => Say.English.Service(plan.Source.Service).ToLowerInvariant();

    /// <summary>A plan that was asked among several.</summary>
    internal static void Plan(this RatingTrace trace, CompiledOffer offer, AskedPlan asked) =>
        trace.Add("plan", $"Offer {offer.Code} prices {Service(asked.Plan)} by rate plan {
            asked.Plan.Source.Code}{From(asked)}, the first that has a price for the event.");

    internal static void PassedOver(this RatingTrace trace, AskedPlan asked, string reason) =>
        trace.Add("plan", $"Rate plan {asked.Plan.Source.Code}{From(asked)} is passed over: {reason}.");

    internal static void Destination(this RatingTrace trace, PricedEvent priced)
    {
        if (priced.Plan.Deck is not { } deck)
        {
            trace.Add("destination",
                $"Rate plan {priced.Plan.Source.Code} has no deck: every destination is in the zone {CompiledPlan.AnyZone}.");
            return;
        }
        var record = priced.Record;
        var destination = record.Destination;
        var row = deck.RowOf(destination, record.Start);
        if (row < 0)
        {
            trace.Add("destination", destination.Length == 0
                ? (FormattableString)$"There is no destination, so no prefix of deck {deck.Source.Code} matches."
                : deck.IsShortCode(destination)
                ? (FormattableString)
                    $"'{destination}' is a short code, and deck {deck.Source.Code} has no row of exactly these digits."
                : $"'{destination}' matches no prefix of deck {deck.Source.Code}.");
            return;
        }
        var found = deck.Source.Rows[row];
        trace.Add("destination", $"{destination} matches prefix {found.Prefix}: {found.Zone}");
    }

    /// <summary>Bands, rules and increments of the pieces; or why there are none.</summary>
    internal static void Pieces(this RatingTrace trace, PricedEvent priced)
    {
        var plan = priced.Plan;
        TimeBand(trace, plan, priced.Record.Start, priced.Band);
        if (priced.Count == 0 && priced.Barred is { } barred)
        {
            PriceRule(trace, plan, barred, plan.Tariffs[barred.FirstTariff]);
            return;
        }
        if (priced.Count == 0)
        {
            trace.Add("price-rule",
                $"No rule of rate plan {plan.Source.Code} prices zone {priced.ZoneName} in band {priced.BandName}.");
            return;
        }
        if (priced.Pieces[0].Rule.Source is { Net: not null } or { When: not null })
        {
            trace.Add("network", $"The called number is {(priced.Net == Net.OnNet ? "on-net" : "off-net")} (network {
                priced.Network ?? "unknown"}).");
        }
        var last = -1;
        foreach (ref readonly var piece in priced.Pieces)
        {
            if (piece.Rule.Index != last || piece.Rule.Source.FromDeck)
            {
                PriceRule(trace, plan, piece.Rule, plan.Tariffs[piece.Tariff]);
            }
            last = piece.Rule.Index;
            if (priced.Count > 1 || priced.Barred is not null)
            {
                var tariff = plan.Tariffs[piece.Tariff];
                trace.Add("increments", $"{Quantity(piece.From, tariff)} to {Quantity(piece.To, tariff)} in band {
                    plan.Week.Bands[piece.Band]}, in blocks of {Quantity(piece.Block, tariff)}");
            }
        }
        if (priced.Barred is { } ending)
        {
            PriceRule(trace, plan, ending, plan.Tariffs[ending.FirstTariff]);
            trace.Add("limit", $"What follows is barred: the event ends after {
                Quantity(priced.Charged, plan.Tariffs[priced.Pieces[0].Tariff])}, and the rest costs nothing.");
        }
        Increments(trace, plan.Tariffs[priced.Pieces[0].Tariff], priced);
    }

    internal static void Refusal(this RatingTrace trace, HoldReason reason, CompiledOffer offer, UsageRecord record) =>
        trace.Add("refusal", reason switch
        {
            HoldReason.NoRatePlan => (FormattableString)$"NoRatePlan: offer {offer.Code} has no rate plan for {record.Service}.",
            HoldReason.UnpricedDestination when record.Destination.Length == 0 =>
                $"UnpricedDestination: there is no price without a destination.",
            HoldReason.UnpricedDestination => $"UnpricedDestination: '{record.Destination}' has no price.",
            HoldReason.MissingPrice => $"MissingPrice: the record does not bring a price in the plan's currency.",
            HoldReason.FormulaFailed => $"FormulaFailed: the formula has no value for this record.",
            HoldReason.AllowanceExhausted => $"AllowanceExhausted: the allowance is used up, and usage stops then.",
            HoldReason.SpendingCapReached => $"SpendingCapReached: the cap is reached, and usage stops then.",
            HoldReason.Barred => $"Barred: the rate plan does not allow this usage.",
            HoldReason.TooManySegments => $"TooManySegments: the event crosses more than 10,000 boundaries.",
            _ => $"{reason}: the quantity or amount is too large to be stored.",
        });

    internal static string Amount(decimal amount, CompiledPlan plan) => new Money(amount, plan.Source.Currency).ToString();

    internal static string Amount(in Exact amount, CompiledPlan plan) => Amount(amount.Shown(plan.Rounding.Decimals), plan);

    internal static string Stored(long stored, CompiledPlan plan) => Amount(plan.Source.Currency.FromStorage(stored), plan);

    internal static string Quantity(long quantity, in Tariff tariff) => tariff.Basis switch
    {
        PriceBasis.Duration => Seconds(quantity) + " s",
        PriceBasis.Volume => FormattableString.Invariant($"{quantity} octets"),
        PriceBasis.Events => FormattableString.Invariant($"{quantity} {(quantity == 1 ? "event" : "events")}"),
        _ => throw new InvalidOperationException($"Unknown price basis {tariff.Basis}."),
    };

    internal static string Steps(long steps, Unit unit) =>
        unit.FromStorage(steps).ToString("0.######", CultureInfo.InvariantCulture) + " " + unit.Code;

    /// <summary>The id of a pocket, or that the event makes it.</summary>
    internal static string Name(in PocketState pocket) =>
        pocket.Id.Value >= PocketState.Unnumbered ? "new" : pocket.Id.ToString();

    internal static string Mode(RoundingMode mode) => mode switch
    {
        RoundingMode.HalfUp => "half up",
        RoundingMode.HalfEven => "half even",
        RoundingMode.Up => "up",
        RoundingMode.Down => "down",
        RoundingMode.Ceiling => "to the ceiling",
        RoundingMode.Floor => "to the floor",
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };

    private static string From(AskedPlan asked) => asked.AddOn is null ? "" : $" of add-on {asked.AddOn}";

    private static void TimeBand(RatingTrace trace, CompiledPlan plan, Instant start, int band)
    {
        var code = plan.Week.Bands[band];
        if (!plan.Week.DependsOnTime)
        {
            trace.Add("time-band", $"Rate plan {plan.Source.Code} has no time bands: {code}");
            return;
        }
        var time = start.InZone(plan.Source.TimeZone).ToString("ddd uuuu-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        trace.Add("time-band", $"Start {time} in {plan.Source.TimeZone.Id} is in band {code} of {plan.Source.TimeBands}.");
    }

    private static void PriceRule(RatingTrace trace, CompiledPlan plan, CompiledRule compiled, in Tariff tariff)
    {
        var rule = compiled.Source;
        var names = (rule.Zone, rule.Band) switch
        {
            ({ } zone, { } band) => $"for zone {zone} and band {band}",
            ({ } zone, null) => $"for zone {zone}",
            (null, { } band) => $"for band {band}",
            (null, null) => "for every zone and band",
        };
        var more = string.Concat(
            rule.From is null ? "" : $", from {rule.From}", rule.Visited is null ? "" : $", visited {rule.Visited}",
            rule.NumberKind is null ? "" : $", {rule.NumberKind} numbers",
            rule.Net is null ? "" : rule.Net == Net.OnNet ? ", on-net" : ", off-net",
            rule.When is null ? "" : $", when {rule.When.Text}");
        var source = rule.FromDeck ? ", with the prefix's own price from the deck" : "";
        var fee = tariff.ConnectFee == 0 ? "" : $", connect fee {Amount(tariff.ConnectFee, plan)}";
        var note = rule.Note is null ? "" : $" Note: {rule.Note}";
        trace.Add("price-rule", $"Rule {names}{more}{source}: {compiled.Model.Describe(plan, tariff)}{fee}.{note}");
    }

    private static void Increments(RatingTrace trace, in Tariff tariff, PricedEvent priced)
    {
        if (Metering.Unanswered(priced.Record))
        {
            trace.Add("increments",
                $"The call was not answered: {(priced.FeeWithoutUse ? "only the fee is due" : "it is free")}.");
            return;
        }
        var (first, next) = (tariff.Increments.First, tariff.Increments.Next);
        var steps = priced.Count > 1 ? "in the blocks of its parts" : tariff.Increments == Catalog.Increments.Exact
            ? "exactly what was used"
            : tariff.Basis == PriceBasis.Duration
                ? $"{Seconds(first)}/{Seconds(next)}" : FormattableString.Invariant($"{first}/{next}");
        trace.Add("increments",
            $"{Quantity(priced.Used, tariff)} used → {Quantity(priced.Charged, tariff)} charged ({steps})");
    }

    private static string Seconds(long milliseconds) => (milliseconds / 1000m).ToString("0.###", CultureInfo.InvariantCulture);
}
