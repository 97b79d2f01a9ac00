using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Adds what the offers that a bundle includes have to the bundle.</summary>
internal static class Bundles
{
    public static ImmutableArray<Offer> Expand(
        Codebook<Offer> offers, Codebook<RatePlan> plans, FindingList findings)
    {
        foreach (var bundle in offers.All.Where(offer => !offer.Includes.IsEmpty))
        {
            foreach (var part in bundle.Includes.Select(code => offers[code]).OfType<Offer>()
                         .Where(part => !part.Includes.IsEmpty || !part.Phases.IsEmpty))
            {
                findings.Error(CatalogueFindings.Conflict, offers.PlaceOf(bundle.Code),
                    $"The bundle '{bundle.Code}' includes '{part.Code}', which is a bundle itself or has phases.",
                    "Include plain offers only.");
            }
        }
        return [.. offers.All.Select(offer => offer.Includes.IsEmpty ? offer : Expanded(offer, offers, plans))];
    }

    private static Offer Expanded(Offer bundle, Codebook<Offer> offers, Codebook<RatePlan> plans)
    {
        var parts = bundle.Includes.Select(code => offers[code]).OfType<Offer>().ToList();
        ImmutableArray<T> With<T>(ImmutableArray<T> own, Func<Offer, ImmutableArray<T>> of, Func<T, string, T> named) =>
            [.. own, .. parts.SelectMany(part => of(part).Select(one => named(one, part.Code + ".")))];
        return bundle with
        {
            BillThreshold = bundle.BillThreshold ?? parts.Select(part => part.BillThreshold).OfType<Money>()
                .OrderBy(amount => amount.Amount).Select(amount => (Money?)amount).FirstOrDefault(),
            Recurring = With(bundle.Recurring, part => part.Recurring, (one, at) => one with { Code = at + one.Code }),
            OneTime = With(bundle.OneTime, part => part.OneTime, (one, at) => one with { Code = at + one.Code }),
            Instalments = With(bundle.Instalments, part => part.Instalments, (one, at) => one with { Code = at + one.Code }),
            Spend = With(bundle.Spend, part => part.Spend, (one, at) => one with { Code = at + one.Code }),
            Allowances = With(bundle.Allowances, part => part.Allowances, (one, at) => one with { Code = at + one.Code }),
            Earns = With(bundle.Earns, part => part.Earns, (one, at) =>
                one with { Code = at + one.Code, Into = one.Into is null ? null : at + one.Into }),
            // For each service the bundle's own plans, else those of the first part that has any.
            RatePlans = [.. parts.Prepend(bundle).SelectMany((part, at) => part.RatePlans.Select(plan => (plan, at)))
                .GroupBy(one => plans[one.plan.Code]?.Service)
                .SelectMany(service => service.Where(one => one.at == service.First().at).Select(one => one.plan))],
            Discounts = [.. bundle.Discounts.Concat(parts.SelectMany(part => part.Discounts)).Distinct(StringComparer.Ordinal)],
        };
    }
}
