using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>The steps of <see cref="Rater.Rate"/> in words. Numbers are exact unless a text says otherwise.</summary>
internal static class Explanation
{
    internal static void Plan(this RatingTrace trace, CompiledOffer offer, CompiledPlan plan) =>
        trace.Add("plan", $"Offer {offer.Code} prices {plan.Source.Service} by rate plan {plan.Source.Code}.");

    internal static void AnyDestination(this RatingTrace trace, CompiledPlan plan) =>
        trace.Add("destination",
            $"Rate plan {plan.Source.Code} has no deck: every destination is in the zone {CompiledPlan.AnyZone}.");

    internal static void Destination(this RatingTrace trace, CompiledDeck deck, string destination)
    {
        var row = deck.RowOf(destination);
        if (row < 0)
        {
            trace.Add("destination", deck.IsShortCode(destination)
                ? (FormattableString)
                    $"'{destination}' is a short code, and deck {deck.Source.Code} has no row of exactly these digits."
                : $"'{destination}' matches no prefix of deck {deck.Source.Code}.");
            return;
        }
        var found = deck.Source.Rows[row];
        trace.Add("destination", $"{destination} matches prefix {found.Prefix}: {found.Zone}");
    }

    internal static void TimeBand(this RatingTrace trace, CompiledPlan plan, Instant start, int band)
    {
        var code = plan.Week.Bands[band];
        if (!plan.Week.DependsOnTime)
        {
            trace.Add("time-band", $"Rate plan {plan.Source.Code} has no time bands: {code}");
            return;
        }
        var local = start.InZone(plan.Source.TimeZone);
        var time = local.ToString("ddd uuuu-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        trace.Add("time-band", $"Start {time} in {plan.Source.TimeZone.Id} is in band {code} of {plan.Source.TimeBands}.");
    }

    internal static void NoPrice(this RatingTrace trace, CompiledPlan plan, Place place, int band) =>
        trace.Add("price-rule",
            $"No rule of rate plan {plan.Source.Code} prices zone {plan.Zones[place.Zone]} in band {plan.Week.Bands[band]}.");

    internal static void PriceRule(this RatingTrace trace, CompiledPlan plan, in PriceCell cell, in Tariff tariff)
    {
        var rule = plan.Source.Prices[cell.Rule];
        var names = (rule.Zone, rule.Band) switch
        {
            ({ } zone, { } band) => $"for zone {zone} and band {band}",
            ({ } zone, null) => $"for zone {zone}",
            (null, { } band) => $"for band {band}",
            (null, null) => "for every zone and band",
        };
        var source = cell.FromDeck ? ", with the prefix's own price from the deck" : "";
        var fee = tariff.ConnectFee == 0 ? "" : $", connect fee {Amount(tariff.ConnectFee, plan)}";
        trace.Add("price-rule", $"Rule {names}{source}: {Amount(tariff.PerUnit, plan)} per {tariff.Unit}{fee}.");
    }

    internal static void Increments(this RatingTrace trace, in Tariff tariff, long used, long charged)
    {
        var (first, next) = (tariff.Increments.First, tariff.Increments.Next);
        var steps = tariff.Increments == Catalog.Increments.Exact
            ? "exactly what was used"
            : tariff.Basis == PriceBasis.Duration ? $"{Seconds(first)}/{Seconds(next)}" : Invariant($"{first}/{next}");
        trace.Add("increments", $"{Quantity(used, tariff)} used → {Quantity(charged, tariff)} charged ({steps})");
    }

    internal static void Allowances(
        this RatingTrace trace, CompiledOffer offer, in Tariff tariff, ReadOnlySpan<PocketState> pockets,
        ReadOnlySpan<PocketDraw> draws, long charged)
    {
        var rest = charged;
        foreach (var draw in draws)
        {
            rest -= draw.Taken;
            var pocket = pockets[draw.Pocket];
            trace.Add("allowance",
                $"{Quantity(draw.Taken, tariff)} from allowance {offer.Allowances[pocket.Allowance].Code} ({pocket.Id}): {
                    Quantity(draw.Before, tariff)} → {Quantity(pocket.Balance, tariff)}, {Quantity(rest, tariff)} left to pay");
        }
    }

    internal static void Price(this RatingTrace trace, CompiledPlan plan, in Tariff tariff, long rest, long stored)
    {
        if (rest == 0)
        {
            trace.Add("price", $"Nothing is left to pay: {Amount(0, plan)}, no connect fee.");
            return;
        }
        var exact = Exact(tariff, rest);
        var fee = tariff.ConnectFee == 0 ? "" : $"{Amount(tariff.ConnectFee, plan)} connect fee + ";
        trace.Add("price",
            $"{fee}{Quantity(rest, tariff)} × {Amount(tariff.PerUnit, plan)} per {tariff.Unit} = {Amount(exact, plan)}");
        var charged = plan.Source.Currency.FromStorage(stored);
        trace.Add("rounding",
            $"{Amount(exact, plan)} rounded {Mode(plan.Source.Rounding.Mode)} to {
                plan.Source.Rounding.Decimals} decimals = {Amount(charged, plan)}");
    }

    internal static void Money(
        this RatingTrace trace, CompiledOffer offer, CompiledPlan plan, ReadOnlySpan<PocketState> pockets,
        ReadOnlySpan<PocketDraw> draws, long amount, long fromMoney)
    {
        var currency = plan.Source.Currency;
        foreach (var draw in draws)
        {
            var pocket = pockets[draw.Pocket];
            trace.Add("money",
                $"{Amount(currency.FromStorage(draw.Taken), plan)} from money pocket {pocket.Id}: {
                    Amount(currency.FromStorage(draw.Before), plan)} → {Amount(currency.FromStorage(pocket.Balance), plan)}");
        }
        if (amount > fromMoney)
        {
            trace.Add("money", $"{Amount(currency.FromStorage(amount - fromMoney), plan)} goes on the bill ({offer.Payment}).");
        }
    }

    internal static void Refusal(this RatingTrace trace, HoldReason reason, CompiledOffer offer, UsageRecord record) =>
        trace.Add("refusal", reason switch
        {
            HoldReason.NoRatePlan => (FormattableString) $"NoRatePlan: offer {offer.Code} has no rate plan for {record.Service}.",
            HoldReason.UnpricedDestination => $"UnpricedDestination: '{record.Destination}' has no price.",
            _ => $"{reason}: the quantity or amount is too large to be stored.",
        });

    /// <summary>The unrounded amount; where it does not end within 12 decimals or has more than 27 digits, an approximation
    /// to 12.</summary>
    private static decimal Exact(in Tariff tariff, long quantity)
    {
        const decimal safe = 1_000_000_000_000_000_000m;
        var product = tariff.PerUnit == 0 || quantity <= safe / Math.Max(1, tariff.PerUnit)
            ? quantity * tariff.PerUnit / tariff.BasePerUnit
            : (decimal)quantity / tariff.BasePerUnit * tariff.PerUnit;
        return Rounding.Round(tariff.ConnectFee + product, 12, RoundingMode.HalfEven);
    }

    private static string Amount(decimal amount, CompiledPlan plan) => new Money(amount, plan.Source.Currency).ToString();

    private static string Quantity(long quantity, in Tariff tariff) => tariff.Basis switch
    {
        PriceBasis.Duration => Seconds(quantity) + " s",
        PriceBasis.Volume => Invariant($"{quantity} octets"),
        PriceBasis.Events => Invariant($"{quantity} {(quantity == 1 ? "event" : "events")}"),
        _ => throw new InvalidOperationException($"Unknown price basis {tariff.Basis}."),
    };

    private static string Seconds(long milliseconds) => (milliseconds / 1000m).ToString("0.###", CultureInfo.InvariantCulture);

    private static string Mode(RoundingMode mode) => mode switch
    {
        RoundingMode.HalfUp => "half up",
        RoundingMode.HalfEven => "half even",
        RoundingMode.Up => "up",
        RoundingMode.Down => "down",
        RoundingMode.Ceiling => "to the ceiling",
        RoundingMode.Floor => "to the floor",
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
