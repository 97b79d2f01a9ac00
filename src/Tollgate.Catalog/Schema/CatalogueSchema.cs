using System.Collections.Immutable;

namespace Tollgate.Catalog.Schema;

/// <summary>
/// The JSON Schema (draft 2020-12) of catalogue files, for completion in editors. It is made from one table of keys; tests hold
/// the table against the keys that the reader asks for. It says less than the reader checks: references, for one.
/// </summary>
public static class CatalogueSchema
{
    /// <summary>Where the published schema calls itself at home.</summary>
    public const string Id = "https://tollgate.example/catalogue.schema.json";

    /// <summary>All mappings that files have.</summary>
    public static ImmutableArray<CatalogueMapping> Mappings { get; } =
        [.. FoundationKeys.All, .. TaxKeys.All, .. RatePlanKeys.All, .. UsageKeys.All, .. OfferKeys.All];

    /// <summary>The schema as text, with a line end at its end.</summary>
    public static string Text() => SchemaText.Of(Id, "Tollgate catalogue file", Mappings);
}
