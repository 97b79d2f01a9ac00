using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;

namespace Tollgate.Billing;

/// <summary>Cuts segments where a phase of their offer begins. A last phase with a length ends the subscription.</summary>
internal static class Phases
{
    internal static List<Segment> Split(BillWork work, List<Segment> segments)
    {
        if (segments.TrueForAll(segment => PhasesOf(work, segment).IsDefaultOrEmpty))
        {
            return segments;
        }
        var split = new List<Segment>(segments.Count + 2);
        foreach (var segment in segments)
        {
            var phases = PhasesOf(work, segment);
            if (phases.IsDefaultOrEmpty)
            {
                split.Add(segment);
                continue;
            }
            if (!Add(work, segment, phases, split))
            {
                break; // the fixed term is over
            }
        }
        return split;
    }

    /// <summary>Phases with the first day of each, and the day on which the last one ends.</summary>
    internal static IEnumerable<(OfferPhase Phase, LocalDate From, LocalDate To)> Of(Offer offer, LocalDate planFrom)
    {
        var from = planFrom;
        foreach (var phase in offer.Phases)
        {
            var to = phase.Length is { } length ? length.Boundary(from, 1) : Timeline.Never;
            yield return (phase, from, to);
            from = to;
        }
    }

    private static ImmutableArray<OfferPhase> PhasesOf(BillWork work, Segment segment) =>
        work.Input.Catalogues.Shape(segment.State.Offer) is { HasPhases: true }
            ? work.Sold(segment.State.Offer, segment.State.PlanFrom)?.Phases ?? []
            : [];

    private static bool Add(
        BillWork work, Segment segment, ImmutableArray<OfferPhase> phases, List<Segment> into)
    {
        var zone = work.Input.Account.Zone;
        var offer = work.Sold(segment.State.Offer, segment.State.PlanFrom)!;
        foreach (var (phase, from, to) in Of(offer, segment.State.PlanFrom))
        {
            var (begins, ends) = (from > segment.From, to < segment.To);
            if (to <= segment.From || from >= segment.To)
            {
                continue;
            }
            var last = ends && phase == phases[^1];
            into.Add(segment with
            {
                Phase = phase.Code,
                From = begins ? from : segment.From,
                FromAt = begins ? Timeline.Start(from, zone) : segment.FromAt,
                Starts = segment.Starts && !begins,
                To = ends ? to : segment.To,
                ToAt = ends ? Timeline.Start(to, zone) : segment.ToAt,
                Ends = last || (segment.Ends && !ends),
            });
            if (last)
            {
                return false;
            }
        }
        return into.Count > 0 && into[^1].To >= segment.To;
    }
}
