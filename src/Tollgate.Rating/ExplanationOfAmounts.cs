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
        if (priced.Count == 1 && Drawn(offer, book))
        {
            trace.Add("increments", $"{Explanation.Quantity(priced.Used, tariff)} used → {
                Explanation.Quantity(priced.Charged, tariff)} charged, by the increments of what pays");
        }
        if (priced.SlowedFrom >= 0)
        {
            trace.Add("overage",
                $"From {Explanation.Quantity(priced.SlowedFrom, tariff)} on, usage is slowed down and costs nothing: Throttle.");
        }
        if ((priced.Notes & (UsageNotes.Redirect | UsageNotes.Disconnect)) != UsageNotes.None)
        {
            trace.Add("overage", $"From {Explanation.Quantity(priced.Charged, tariff)} on, usage costs nothing: {priced.Notes}.");
        }
    }

    /// <summary>An allowance with increments of its own was drawn.</summary>
    private static bool Drawn(CompiledOffer offer, in PocketBook book)
    {
        foreach (var draw in book.Draws)
        {
            ref readonly var pocket = ref book.Pockets[draw.Pocket];
            if (pocket.Kind == PocketKind.Allowance && offer.Allowances[pocket.Allowance].Increments is not null)
            {
                return true;
            }
        }
        return false;
    }

    internal static void Price(this RatingTrace trace, PricedEvent priced, in Exact exact)
    {
        var plan = priced.Plan;
        var sum = default(Exact);
        var nothing = true;
        foreach (ref readonly var piece in priced.Pieces)
        {
            if (piece.MoneyFrom >= piece.To && piece.Fee.IsZero && piece.Own.IsZero)
            {
                continue;
            }
            nothing = false;
            var all = piece.Fee + piece.Own + piece.Price;
            sum += all;
            trace.Add("price", $"{string.Join(" + ", Summands(priced, piece))} = {Explanation.Amount(all, plan)}");
        }
        if (nothing)
        {
            trace.Add("price", $"Nothing is left to pay: {Explanation.Amount(0, plan)}, no connect fee.");
        }
        Limits(trace, priced, sum, exact);
    }

    /// <summary>What a piece's price is made of.</summary>
    private static List<string> Summands(PricedEvent priced, in Piece piece)
    {
        var plan = priced.Plan;
        ref readonly var tariff = ref plan.Tariffs[piece.Tariff];
        var summands = new List<string>();
        if (!piece.Fee.IsZero)
        {
            var whose = priced.FirstPayer >= 0 && plan.Source.ConnectFee == ConnectFeeRule.FirstUnit
                ? " of the allowance that pays the first unit" : "";
            summands.Add($"{Explanation.Amount(piece.Fee, plan)} connect fee{whose}");
        }
        if (!piece.Own.IsZero)
        {
            summands.Add($"{Explanation.Amount(piece.Own, plan)} for what allowances pay");
        }
        var from = piece.FirstPriced(piece.MoneyFrom);
        if (from > piece.MoneyFrom)
        {
            summands.Add($"{Explanation.Quantity(from - piece.MoneyFrom, tariff)} free");
        }
        if (from < piece.To)
        {
            summands.Add(piece.Rule.Model.Explain(priced, piece, from, piece.To, tariff));
        }
        return summands;
    }

    /// <summary>The most, the least and the rounding of parts, from the sum of the prices to the amount.</summary>
    private static void Limits(RatingTrace trace, PricedEvent priced, in Exact sum, in Exact exact)
    {
        var plan = priced.Plan;
        var before = exact - priced.Raised;
        if ((priced.Notes & UsageNotes.MaximumReached) != UsageNotes.None)
        {
            trace.Add("limit", $"The most that the event costs is reached: {Explanation.Amount(sum, plan)} → {
                Explanation.Amount(before, plan)}");
        }
        else if (before.CompareTo(sum) != 0)
        {
            trace.Add("rounding", $"Each part rounded on its own: {Explanation.Amount(sum, plan)} → {
                Explanation.Amount(before, plan)}");
        }
        if (!priced.Raised.IsZero)
        {
            trace.Add("limit", $"The least that the event costs: {Explanation.Amount(before, plan)} → {
                Explanation.Amount(exact, plan)}");
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
        var rounding = priced.Pieces[0].Rule.Rounding ?? plan.Rounding;
        trace.Add("rounding",
            $"{Explanation.Amount(exact, plan)} rounded {Explanation.Mode(rounding.Mode)} to {
                rounding.Decimals} decimals = {Explanation.Stored(stored, plan)}");
    }

    internal static void Added(this RatingTrace trace, PricedEvent priced, long amount) =>
        trace.Add("leg", $"{Explanation.Stored(priced.Added, priced.Plan)} of it is added to the customer's price: {
            Explanation.Stored(amount - priced.Added, priced.Plan)} → {Explanation.Stored(amount, priced.Plan)}");

    internal static void Cap(this RatingTrace trace, CompiledPlan plan, SpendingCap cap, long amount, long left) =>
        trace.Add("cap", $"Cap {cap.Code} of {Explanation.Stored(cap.Limit, plan)} leaves {Explanation.Stored(left, plan)} of {
            Explanation.Stored(amount, plan)}.");

    internal static void Money(
        this RatingTrace trace, PricedEvent priced, in PocketBook book, int first, long owed, long amount, long fromMoney)
    {
        var plan = priced.Plan;
        foreach (var draw in book.Draws[first..])
        {
            ref readonly var pocket = ref book.Pockets[draw.Pocket];
            if (pocket.Kind == PocketKind.Counter)
            {
                continue;
            }
            var what = pocket.Kind == PocketKind.Money ? "money pocket"
                : $"allowance {priced.Offer!.Allowances[pocket.Allowance].Code}";
            trace.Add("money", $"{Explanation.Stored(draw.Taken, plan)} from {what} {Explanation.Name(pocket)}: {
                Explanation.Stored(draw.Before, plan)} → {Explanation.Stored(pocket.Balance, plan)}");
        }
        if (owed != amount)
        {
            trace.Add("overage", $"{Explanation.Stored(owed - amount, plan)} beyond the allowance cost nothing: {priced.Notes}.");
        }
        if (amount != fromMoney)
        {
            var left = Explanation.Stored(amount - fromMoney, plan);
            trace.Add("money", priced.Offer!.Payment == PaymentModel.Prepaid
                ? (FormattableString)$"{left} is to be paid from the account's money (Prepaid); none is given here."
                : $"{left} goes on the bill ({priced.Offer.Payment}).");
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
