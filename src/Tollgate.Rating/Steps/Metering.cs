using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>
/// Steps 3 to 5: the bands of an event, the rule of each, and what is chargeable. Cuts the event into pieces:
/// <code>
/// used          |--------------------------------->|
/// bands         |   peak         |   off-peak      |
/// blocks        [====][====][====][====][==][==][==]
/// pieces        [ peak           ][ off-peak       )     the block open at the boundary belongs to the old band
/// </code>
/// </summary>
internal static class Metering
{
    private const int MostPieces = 10_000;

    /// <summary>Makes the pieces; a refusal is left in the event.</summary>
    internal static void Cut(PricedEvent priced)
    {
        var plan = priced.Plan;
        priced.Band = plan.Week.DependsOnTime ? priced.Clock.BandAt(priced.Record.Start) : 0;
        var chosen = plan.Choose(priced, priced.Band);
        if (chosen < 0)
        {
            priced.Refusal = HoldReason.UnpricedDestination;
            return;
        }
        var rule = plan.Candidates[chosen].Rule;
        if (rule.Model is BarredModel)
        {
            priced.Barred = rule;
            priced.Refusal = HoldReason.Barred;
            return;
        }
        if (!TryUse(priced, rule.Source.Basis, out var used))
        {
            priced.Refusal = HoldReason.AmountOverflow;
            return;
        }
        if (used == 0)
        {
            var answered = !Unanswered(priced.Record);
            priced.FeeWithoutUse = (answered ? plan.Source.ZeroUse : plan.Source.Unanswered) == NoUseRule.Fee;
        }
        priced.Used = used;
        if (plan.Source.Boundary == BandBoundary.Split && plan.Week.DependsOnTime && rule.Model.Splits
            && rule.Source.Basis == PriceBasis.Duration && used > 0)
        {
            Split(priced, chosen, used);
        }
        else
        {
            Extend(priced, chosen, priced.Band, 0, used, used);
        }
        priced.Charged = priced.Count == 0 ? 0 : priced.Pieces[^1].To;
    }

    internal static bool Unanswered(UsageRecord record) =>
        !record.Attributes.IsEmpty && record.Attributes[AttributeNames.Answered] is "no" or "false" or "0";

    /// <summary>Piece after piece; each goes on from the end of the last block of the one before. Where a band is barred the
    /// event ends.</summary>
    private static void Split(PricedEvent priced, int chosen, long used)
    {
        var plan = priced.Plan;
        var start = priced.Record.Start;
        var limit = start + Duration.FromMilliseconds(used);
        var (at, band) = (0L, priced.Band);
        while (at < used)
        {
            var change = priced.Clock.NextChange(start + Duration.FromMilliseconds(at), limit);
            var boundary = change >= limit ? used : Milliseconds(change - start);
            at = Extend(priced, chosen, band, at, Math.Min(boundary, used), used);
            if (at >= used)
            {
                return;
            }
            if (priced.Count > MostPieces)
            {
                priced.Refusal = HoldReason.TooManySegments;
                return;
            }
            band = priced.Clock.BandAt(start + Duration.FromMilliseconds(at));
            var next = plan.Choose(priced, band);
            if (next < 0)
            {
                priced.Refusal = HoldReason.UnpricedDestination;
                return;
            }
            var rule = plan.Candidates[next].Rule;
            if (rule.Model is BarredModel)
            {
                priced.Barred = rule;
                priced.Notes |= UsageNotes.Disconnect;
                return;
            }
            if (rule.Model.Splits && rule.Source.Basis == PriceBasis.Duration)
            {
                chosen = next;
            }
        }
    }

    /// <summary>Rounded up: a started millisecond belongs to the old band.</summary>
    private static long Milliseconds(Duration duration)
    {
        var ticks = duration.BclCompatibleTicks;
        return ticks / NodaConstants.TicksPerMillisecond + (ticks % NodaConstants.TicksPerMillisecond == 0 ? 0 : 1);
    }

    /// <summary>Adds the pieces of one rule from an offset up to a use, rounded up to its blocks; returns the end.</summary>
    private static long Extend(PricedEvent priced, int chosen, int band, long from, long use, long used)
    {
        var candidate = priced.Plan.Candidates[chosen];
        var tariff = CompiledPlan.TariffOf(candidate.Rule, priced.Place);
        if (candidate.Rule.Model is AgeStepsModel model)
        {
            return ExtendBySteps(priced, candidate, model, band, from, use, used);
        }
        ref var piece = ref priced.Add();
        (piece.Rule, piece.Tariff, piece.PriceKey, piece.Band) = (candidate.Rule, tariff, candidate.PriceKey, band);
        var increments = priced.Plan.Tariffs[tariff].Increments;
        piece.From = from;
        piece.Block = increments.Next;
        piece.Origin = from == 0 ? increments.First : from;
        piece.To = use <= from ? from : from == 0 && use <= increments.First ? increments.First
            : BlockEnd(piece.Origin, use, increments.Next);
        piece.UsedTo = Math.Min(piece.To, used);
        return piece.To;
    }

    private static long ExtendBySteps(
        PricedEvent priced, in Candidate candidate, AgeStepsModel model, int band, long from, long use, long used)
    {
        var at = from;
        do
        {
            var step = model.StepAt(at);
            var end = step + 1 < model.Steps.Length ? Math.Min(use, model.Steps[step + 1].From) : use;
            ref var piece = ref priced.Add();
            (piece.Rule, piece.Tariff, piece.PriceKey, piece.Band) =
                (candidate.Rule, candidate.Rule.FirstTariff, candidate.PriceKey, band);
            (piece.Step, piece.From, piece.Origin, piece.Block) = (step, at, at, model.Steps[step].Block);
            piece.To = end <= at ? at : BlockEnd(at, end, piece.Block);
            piece.UsedTo = Math.Min(piece.To, used);
            at = piece.To;
        }
        while (at < use);
        return at;
    }

    private static long BlockEnd(long origin, long use, long block)
    {
        var rest = use - origin;
        return origin + (rest / block + (rest % block == 0 ? 0 : 1)) * block;
    }

    /// <summary>Used quantity on a basis; 0 for an unanswered call. False: it does not fit 64 bits.</summary>
    private static bool TryUse(PricedEvent priced, PriceBasis basis, out long used)
    {
        var record = priced.Record;
        used = 0;
        if (Unanswered(record))
        {
            return true;
        }
        switch (basis)
        {
            case PriceBasis.Duration:
                used = record.DurationMs;
                return true;
            case PriceBasis.Volume:
                used = record.OctetsUp > long.MaxValue - Math.Max(0, record.OctetsDown) ? 0 : record.Octets;
                return record.OctetsUp <= long.MaxValue - Math.Max(0, record.OctetsDown);
            case PriceBasis.Events:
                used = record.Events;
                return true;
            default:
                throw new InvalidOperationException($"Unknown price basis {basis}.");
        }
    }
}
