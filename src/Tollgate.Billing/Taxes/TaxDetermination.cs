using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;

namespace Tollgate.Billing;

/// <summary>What decides the taxes of a charge, beside the catalogue.</summary>
/// <param name="SellerCountry">Where the seller is established.</param>
/// <param name="Customer">Who buys, and where.</param>
/// <param name="Day">The tax date.</param>
/// <param name="Language">BCP 47 tag in which names and notes are printed.</param>
public readonly record struct TaxQuestion(string SellerCountry, TaxProfile Customer, LocalDate Day, string Language);

/// <summary>
/// Finds the taxes of a charge by the catalogue's rules. The steps, in order:
/// <code>
/// 1  place of supply: the customer's place on the tax date, or the seller's
/// 2  special case: the first that fits replaces the rate of the category (reverse charge, exempt, out of scope)
/// 3  exemption certificates and exempt customers take away what can be exempt
/// 4  rules of the place, each with its rate on the tax date
/// 5  order: a tax after the taxes in its base
/// </code>
/// </summary>
public static class TaxDetermination
{
    /// <summary>The taxes; null when the category has neither a rate nor a rule for the place and date.</summary>
    public static TaxSet? Of(Catalog.Catalogue catalogue, TaxCategory category, in TaxQuestion question)
    {
        var standing = question.Customer.On(question.Day);
        var place = category.Place == PlaceOfSupply.Customer ? standing.Place : new TaxPlace(question.SellerCountry);
        var rate = category.RateOn(place.Country, question.Day);
        if (rate is not null && catalogue.TaxRules.IsEmpty && catalogue.TaxCases.IsEmpty && question.Customer.Exemptions.IsEmpty
            && standing.Type != TaxCustomer.Exempt)
        {
            return TaxSet.Plain(category.Code, category.Name.In(question.Language), place.Country, rate.Percent);
        }
        var special = Special(catalogue, category, question, standing);
        var exempt = new Exempting(question, standing);
        var parts = new List<TaxPart>();
        foreach (var rule in catalogue.TaxRules)
        {
            if (Applies(rule, category, place, standing.Type) && rule.RateOn(question.Day) is { } levied
                && !(rule.Exemptable && (special is not null || exempt.From(rule.Code))))
            {
                parts.Add(Part(rule, levied, question.Language));
            }
        }
        var ownFreed = rate is not null && special is null && exempt.From(category.Code);
        if (rate is not null || special is not null)
        {
            parts.Add(new TaxPart
            {
                Code = category.Code,
                Name = category.Name.In(question.Language),
                Country = place.Country,
                Percent = special is not null || ownFreed ? 0m : rate!.Percent,
                On = category.On,
            });
        }
        if (parts.Count == 0 && exempt.Note.Length > 0)
        {
            ownFreed = true;
            parts.Add(new TaxPart
            {
                Code = category.Code, Name = category.Name.In(question.Language), Country = place.Country, Percent = 0m,
            });
        }
        if (parts.Count == 0)
        {
            return null;
        }
        var treatment = special?.Treatment ?? (ownFreed ? TaxTreatment.Exempt : TaxTreatment.Taxed);
        var note = special is not null ? special.Note.In(question.Language) : exempt.Note;
        return new TaxSet(category.Code, treatment, note, Ordered(parts));
    }

    private static bool Applies(TaxRule rule, TaxCategory category, TaxPlace place, TaxCustomer type) =>
        (rule.Categories.IsEmpty || rule.Categories.Contains(category.Code, StringComparer.Ordinal))
        && rule.Country == place.Country
        && (rule.Region.Length == 0 || rule.Region == place.Region)
        && (rule.Localities.IsEmpty || rule.Localities.Contains(place.Locality, StringComparer.Ordinal))
        && !rule.Except.Contains(place.Locality, StringComparer.Ordinal)
        && (rule.Customers.IsEmpty || rule.Customers.Contains(type));

    private static TaxSpecialCase? Special(
        Catalog.Catalogue catalogue, TaxCategory category, TaxQuestion question, TaxStanding standing)
    {
        foreach (var one in catalogue.TaxCases)
        {
            var country = standing.Place.Country;
            if ((one.Categories.IsEmpty || one.Categories.Contains(category.Code, StringComparer.Ordinal))
                && (one.SellerCountries.IsEmpty || one.SellerCountries.Contains(question.SellerCountry, StringComparer.Ordinal))
                && (one.CustomerCountries.IsEmpty || one.CustomerCountries.Contains(country, StringComparer.Ordinal))
                && !one.ExceptCountries.Contains(country, StringComparer.Ordinal)
                && (one.CrossBorder is not { } cross || cross == (question.SellerCountry != country))
                && (one.Customers.IsEmpty || one.Customers.Contains(standing.Type))
                && question.Day >= one.From && (one.To is not { } to || question.Day < to))
            {
                return one;
            }
        }
        return null;
    }

    private static TaxPart Part(TaxRule rule, TaxRuleRate rate, string language) => new()
    {
        Code = rule.Code,
        Name = rule.Name.In(language),
        Country = rule.Country,
        Region = rule.Localities.IsEmpty ? rule.Region : $"{rule.Region}/{rule.Localities[0]}",
        Percent = rate.Percent,
        Fixed = rate.Amount?.Amount ?? 0m,
        Per = rate.Per,
        Share = rule.Share,
        On = rule.On,
        LedgerAccount = rule.LedgerAccount,
    };

    /// <summary>Each part after those in its base, else as given; references to parts that do not apply are left out. The reader
    /// has refused circles.</summary>
    private static ImmutableArray<TaxPart> Ordered(List<TaxPart> parts)
    {
        var codes = parts.Select(part => part.Code).ToHashSet(StringComparer.Ordinal);
        var left = parts.Select(part => part.On.IsEmpty
            ? part
            : part with { On = [.. part.On.Where(codes.Contains)] }).ToList();
        var ordered = ImmutableArray.CreateBuilder<TaxPart>(left.Count);
        while (left.Count > 0)
        {
            var next = left.FindIndex(part => part.On.All(code => left.All(other => other.Code != code)));
            next = next < 0 ? 0 : next;
            ordered.Add(left[next]);
            left.RemoveAt(next);
        }
        return ordered.ToImmutable();
    }

    /// <summary>What the customer does not pay, and why; remembers the reasons that were used.</summary>
    private sealed class Exempting(TaxQuestion question, TaxStanding standing)
    {
        private readonly List<string> reasons = [];

        internal string Note => string.Join("; ", reasons);

        internal bool From(string tax)
        {
            foreach (var exemption in question.Customer.Exemptions)
            {
                if (exemption.Frees(tax, question.Day))
                {
                    Because(exemption.Text);
                    return true;
                }
            }
            if (standing.Type != TaxCustomer.Exempt)
            {
                return false;
            }
            Because("Tax-exempt customer");
            return true;
        }

        private void Because(string reason)
        {
            if (!reasons.Contains(reason))
            {
                reasons.Add(reason);
            }
        }
    }
}
