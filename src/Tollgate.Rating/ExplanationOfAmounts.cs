using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>The steps from allowances on in words.</summary>
internal static class ExplanationOfAmounts
{
    internal static void Allowances(this RatingTrace trace, PricedEvent priced, in PocketBook book)
    {
        var offer = priced.Offer!;
        ref readonly var tariff = ref priced.Plan.Tariffs[priced.Pieces[0].Tariff];
        var rest = priced.Charged;
        foreach (var draw in book.Draws)
        {
            ref readonly var pocket = ref book.Pockets[draw.Pocket];
            if (pocket.Kind != PocketKind.Allowance)
            {
                continue;
            }
            var cover = offer.Covers[pocket.Allowance];
            if (cover.Simple)
            {
                rest -= draw.Taken;
                trace.Add("allowance",
                    $"{Explanation.Quantity(draw.Taken, tariff)} from allowance {cover.Source.Code} ({Explanation.Name(pocket)}): {
                        Explanation.Quantity(draw.Before, tariff)} → {Explanation.Quantity(pocket.Balance, tariff)}, {
                        Explanation.Quantity(rest, tariff)} left to pay");
                continue;
            }
            var unit = cover.Source.Unit;
            trace.Add("allowance", $"{Explanation.Steps(draw.Taken, unit)} from allowance {cover.Source.Code} ({Explanation.Name(pocket)}): {
                Explanation.Steps(draw.Before, unit)} → {Explanation.Steps(pocket.Balance, unit)}");
        }
        if ((priced.Notes & (UsageNotes.Throttle | UsageNotes.Redirect | UsageNotes.Disconnect)) != UsageNotes.None)
        {
            trace.Add("overage", $"From {Explanation.Quantity(priced.Charged, tariff)} on, usage costs nothing: {priced.Notes}.");
        }
    }

    internal static void Price(this RatingTrace trace, PricedEvent priced, in Exact exact)
    {
        var plan = priced.Plan;
        var nothing = true;
        for (var i = 0; i < priced.Count; i++)
        {
            ref readonly var piece = ref priced.Pieces[i];
            if (piece.MoneyFrom >= piece.To && piece.Amount.IsZero)
            {
                continue;
            }
            nothing = false;
            ref readonly var tariff = ref plan.Tariffs[piece.Tariff];
            var fee = tariff.ConnectFee == 0 || i > 0 || (priced.FirstPayer >= 0
                && plan.Source.ConnectFee == ConnectFeeRule.FirstUnit)
                    ? "" : $"{Explanation.Amount(tariff.ConnectFee, plan)} connect fee + ";
            trace.Add("price", $"{fee}{Explanation.Quantity(piece.To - piece.MoneyFrom, tariff)} × {
                piece.Rule.Model.Describe(plan, tariff)} = {Explanation.Amount(piece.Amount, plan)}");
        }
        if (nothing)
        {
            trace.Add("price", $"Nothing is left to pay: {Explanation.Amount(0, plan)}, no connect fee.");
        }
        if ((priced.Notes & UsageNotes.MaximumReached) != UsageNotes.None)
        {
            trace.Add("limit", $"The most that an event costs is reached: {Explanation.Amount(exact, plan)}.");
        }
    }

    internal static void Discount(
        this RatingTrace trace, CompiledPlan plan, UsageDiscount discount, in Exact before, in Exact left) =>
        trace.Add("discount",
            $"{discount.Name.Text}: {Explanation.Amount(before, plan)} → {Explanation.Amount(left, plan)}");

    internal static void Rounding(this RatingTrace trace, PricedEvent priced, in Exact exact, long stored)
    {
        var plan = priced.Plan;
        if (exact.IsZero)
        {
            return;
        }
        trace.Add("rounding",
            $"{Explanation.Amount(exact, plan)} rounded {Explanation.Mode(plan.Rounding.Mode)} to {
                plan.Rounding.Decimals} decimals = {Explanation.Stored(stored, plan)}");
    }

    internal static void Cap(this RatingTrace trace, CompiledPlan plan, SpendingCap cap, long amount, long left) =>
        trace.Add("cap", $"Cap {cap.Code} of {Explanation.Stored(cap.Limit, plan)} leaves {Explanation.Stored(left, plan)} of {
            Explanation.Stored(amount, plan)}.");

    internal static void Money(
        this RatingTrace trace, PricedEvent priced, in PocketBook book, int first, long amount, long fromMoney)
    {
        var plan = priced.Plan;
        foreach (var draw in book.Draws[first..])
        {
            ref readonly var pocket = ref book.Pockets[draw.Pocket];
            var what = pocket.Kind == PocketKind.Money ? "money pocket"
                : $"allowance {priced.Offer!.Allowances[pocket.Allowance].Code}";
            trace.Add("money", $"{Explanation.Stored(draw.Taken, plan)} from {what} {Explanation.Name(pocket)}: {
                Explanation.Stored(draw.Before, plan)} → {Explanation.Stored(pocket.Balance, plan)}");
        }
        if (amount != fromMoney)
        {
            trace.Add("money", $"{Explanation.Stored(amount - fromMoney, plan)} goes on the bill ({priced.Offer!.Payment}).");
        }
    }

    internal static void Counter(this RatingTrace trace, Counter counter, long before, long after)
    {
        if (before != after)
        {
            trace.Add("counter", $"Counter {counter.Code}: {Explanation.Steps(before, counter.Unit)} → {
                Explanation.Steps(after, counter.Unit)}");
        }
    }

    internal static void Earned(this RatingTrace trace, Earning earning, Unit unit, long earned, in PocketState pocket) =>
        trace.Add("earning", $"{earning.Name.Text}: {Explanation.Steps(earned, unit)} into {earning.Into} ({Explanation.Name(pocket)}): {
            Explanation.Steps(pocket.Balance - earned, unit)} → {Explanation.Steps(pocket.Balance, unit)}");

    internal static void Thresholds(
        this RatingTrace trace, CompiledOffer offer, in PocketBook book, List<ThresholdCrossed> crossed)
    {
        foreach (var one in crossed)
        {
            ref readonly var pocket = ref book.Pockets[one.Pocket];
            var counter = pocket.Kind == PocketKind.Counter;
            var code = counter ? offer.Counters[pocket.Allowance].Code : offer.Allowances[pocket.Allowance].Code;
            var unit = counter ? offer.Counters[pocket.Allowance].Unit : offer.Allowances[pocket.Allowance].Unit;
            trace.Add("threshold", $"{code} passed {one.Percent} % of {Explanation.Steps(one.Limit, unit)}.");
        }
    }

    internal static void Leg(this RatingTrace trace, Leg leg, CompiledPlan plan, in RatedLeg rated) =>
        trace.Add("leg", rated.Refusal is { } refusal
            ? (FormattableString)$"Leg {leg.Code} ({leg.Kind}, {leg.Party}) has no price by plan {plan.Source.Code}: {refusal}."
            : $"Leg {leg.Code} ({leg.Kind}, {leg.Party}) by plan {plan.Source.Code}: {Explanation.Stored(rated.Amount, plan)}");
}
