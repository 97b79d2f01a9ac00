using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;

namespace Tollgate.Billing;

/// <summary>Where something is taxed.</summary>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Region">Region or state, e.g. <c>IL</c>; empty: not known or of no matter.</param>
/// <param name="Locality">Locality code as the rules name it; empty: none of them.</param>
public sealed record TaxPlace(string Country, string Region = "", string Locality = "");

/// <summary>Where a customer is and what it is from a day on.</summary>
public sealed record TaxStanding(LocalDate From, TaxPlace Place, TaxCustomer Type);

/// <summary>A paper by which a customer does not pay some taxes.</summary>
/// <param name="Taxes">Codes of rules or categories; empty: all that can be exempt.</param>
/// <param name="Reason">As printed, e.g. <c>Exempt: article 151 of Directive 2006/112/EC</c>.</param>
/// <param name="Certificate">Number of the paper; may be empty.</param>
/// <param name="From">First tax date.</param>
/// <param name="To">First tax date on which it no longer holds, or null.</param>
public sealed record TaxExemption(
    ImmutableArray<string> Taxes, string Reason, string Certificate, LocalDate From, LocalDate? To)
{
    /// <summary>Whether it frees from this tax on this day.</summary>
    public bool Frees(string tax, LocalDate day) =>
        day >= From && (To is null || day < To) && (Taxes.IsEmpty || Taxes.Contains(tax, StringComparer.Ordinal));

    /// <summary>The reason with the certificate's number.</summary>
    public string Text => Certificate.Length > 0 ? $"{Reason} ({Certificate})" : Reason;
}

/// <summary>The customer as taxes see it.</summary>
public sealed record TaxProfile
{
    /// <summary>Ascending by day; on days before the first the first applies. Never empty.</summary>
    public required ImmutableArray<TaxStanding> Standings { get; init; }

    public ImmutableArray<TaxExemption> Exemptions { get; init; } = [];

    /// <summary>A customer that was always in one country.</summary>
    public static TaxProfile In(string country, TaxCustomer type = TaxCustomer.Consumer) => new()
    {
        Standings = [new TaxStanding(LocalDate.MinIsoValue, new TaxPlace(country), type)],
    };

    /// <summary>Place and type on a day.</summary>
    public TaxStanding On(LocalDate day)
    {
        for (var i = Standings.Length - 1; i > 0; i--)
        {
            if (Standings[i].From <= day)
            {
                return Standings[i];
            }
        }
        return Standings[0];
    }
}
