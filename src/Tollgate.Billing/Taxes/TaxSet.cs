using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Tollgate.Catalog;

namespace Tollgate.Billing;

/// <summary>One tax or levy as it applies to a charge.</summary>
public sealed record TaxPart
{
    /// <summary>Code of the category or the rule.</summary>
    public required string Code { get; init; }

    /// <summary>As printed.</summary>
    public required string Name { get; init; }

    /// <summary>Whose tax, ISO 3166-1 alpha-2.</summary>
    public required string Country { get; init; }

    /// <summary>Region or locality, e.g. <c>IL</c> or <c>IL/CHI</c>; empty: the whole country.</summary>
    public string Region { get; init; } = "";

    /// <summary>19 for 19 %; 0 for a fixed amount.</summary>
    public required decimal Percent { get; init; }

    /// <summary>Fixed amount in major units of the document's currency; 0 for a percentage.</summary>
    public decimal Fixed { get; init; }

    /// <summary>What <see cref="Fixed"/> is levied on.</summary>
    public LevyPer Per { get; init; }

    /// <summary>Percent of the net amount in its base.</summary>
    public decimal Share { get; init; } = 100m;

    /// <summary>Codes of parts of the same set that are in its base too; they stand before it.</summary>
    public ImmutableArray<string> On { get; init; } = [];

    /// <summary>Ledger account; empty: the chart's, by country and rate.</summary>
    public string LedgerAccount { get; init; } = "";

    /// <summary>What makes two parts the same tax: everything but name and ledger account.</summary>
    internal string Key => string.Create(CultureInfo.InvariantCulture,
        $"{Code}:{Country}:{Region}:{Percent:0.######}:{Fixed:0.############}:{(Fixed == 0 ? "" : Per)}:{Share:0.####}:"
        + $"{string.Join('+', On)}");
}

/// <summary>
/// All taxes and levies of a charge, in the order in which they are computed. Two sets are equal when they tax alike,
/// whatever their
/// names are.
/// </summary>
public sealed class TaxSet : IEquatable<TaxSet>
{
    private string? key;
    private string?[]? keys;

    public TaxSet(string category, TaxTreatment treatment, string note, ImmutableArray<TaxPart> parts)
    {
        (Category, Treatment, Note, Parts) = (category, treatment, note, parts);
        Factor = FactorOf(parts);
    }

    /// <summary>Tax category of the charge.</summary>
    public string Category { get; }

    public TaxTreatment Treatment { get; }

    /// <summary>What the document must say; empty for an ordinary charge.</summary>
    public string Note { get; }

    /// <summary>At least one; a part comes after the parts in its base.</summary>
    public ImmutableArray<TaxPart> Parts { get; }

    /// <summary>What one unit of net amount costs with all percentages: 1.19 for 19 %.</summary>
    public decimal Factor { get; }

    /// <summary>All percentages as one, compounds included: 19 for 19 %.</summary>
    public decimal Percent => Math.Round((Factor - 1m) * 100m, 6, MidpointRounding.AwayFromZero);

    /// <summary>Whether a part is a fixed amount.</summary>
    public bool HasFixed
    {
        get
        {
            foreach (var part in Parts)
            {
                if (part.Fixed != 0)
                {
                    return true;
                }
            }
            return false;
        }
    }

    /// <summary>What sets are compared by. Written when it is first asked for: most sets never are.</summary>
    private string Key => key ??= Text();

    /// <summary>One rate of the category itself, the ordinary case.</summary>
    public static TaxSet Plain(string category, string name, string country, decimal percent) => new(
        category, TaxTreatment.Taxed, "",
        [new TaxPart { Code = category, Name = name, Country = country, Percent = percent }]);

    /// <summary>Whether it is what <see cref="Plain"/> makes.</summary>
    public bool IsPlain => Treatment == TaxTreatment.Taxed && Note.Length == 0 && Parts is [var part]
        && part.Code == Category && part is { Fixed: 0, Share: 100m, Region: "", LedgerAccount: "", On.IsEmpty: true };

    public bool Equals(TaxSet? other) => ReferenceEquals(this, other) || (other is not null && Key == other.Key);

    public override bool Equals(object? obj) => Equals(obj as TaxSet);

    public override int GetHashCode() => string.GetHashCode(Key, StringComparison.Ordinal);

    public override string ToString() => Key;

    /// <summary>What tells the tax of a part of this set from others on a document: treatment and note are shown with
    /// it.</summary>
    internal string KeyOf(int part) =>
        (keys ??= new string?[Parts.Length])[part] ??= $"{Parts[part].Key}|{Treatment}|{Note}";

    private string Text()
    {
        var text = new StringBuilder(Category).Append('|').Append(Treatment).Append('|').Append(Note);
        foreach (var part in Parts)
        {
            text.Append('|').Append(part.Key);
        }
        return text.ToString();
    }

    private static decimal FactorOf(ImmutableArray<TaxPart> parts)
    {
        if (parts is [{ Share: 100m } single])
        {
            return 1m + single.Percent / 100m;
        }
        var shares = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            var basis = part.Share / 100m + part.On.Sum(code => shares.GetValueOrDefault(code));
            shares[part.Code] = shares.GetValueOrDefault(part.Code) + basis * part.Percent / 100m;
        }
        return 1m + shares.Values.Sum();
    }
}
