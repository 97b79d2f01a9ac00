using System.Globalization;
using Tollgate.Catalog;

namespace Tollgate.Rating;

/// <summary>What a formula asks for and gets, for an explanation.</summary>
internal sealed class AskedFacts(ExpressionFacts facts) : ExpressionFacts
{
    private readonly List<string> asked = [];

    public override string Text(Fact fact) => Note(NameOf(fact), facts.Text(fact))!;

    public override decimal Number(Fact fact)
    {
        var value = facts.Number(fact);
        Note(NameOf(fact), value.ToString("0.############", CultureInfo.InvariantCulture));
        return value;
    }

    public override string? Attribute(string name) => Note(name, facts.Attribute(name));

    /// <summary>E.g. <c>quantity = 100, qos = 1</c>; each name once.</summary>
    public override string ToString() => asked.Count == 0 ? "nothing of the record" : string.Join(", ", asked.Distinct(StringComparer.Ordinal));

    private string? Note(string name, string? value)
    {
        asked.Add($"{name} {(value is null ? "absent" : "= " + value)}");
        return value;
    }
}
