using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Scenarios.Acts;
using Tollgate.Operations.Scenarios.Reading;

namespace Tollgate.Operations.Scenarios;

/// <summary>A story in time, read and checked: who is there at the beginning, what happens when, and what is expected then. The
/// format is described in docs/reference/scenarios.md.</summary>
public sealed record Scenario
{
    internal Scenario()
    {
    }

    /// <summary>The file, as the caller named it.</summary>
    public required string File { get; init; }

    /// <summary>One sentence.</summary>
    public required string Name { get; init; }

    /// <summary>More than the name says; may be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>Zone of the local times in the file.</summary>
    public required DateTimeZone Zone { get; init; }

    /// <summary>Where the clock stands at the beginning.</summary>
    public required Instant Start { get; init; }

    /// <summary>Number of steps.</summary>
    public int Length => Steps.Length;

    /// <summary>Number of steps that expect something.</summary>
    public int Expectations => Steps.Count(step => step.Expect is not null);

    /// <summary>Settings of the billing policy, in force from the beginning of time.</summary>
    internal ImmutableDictionary<string, string> Policies { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Usage from this time on is priced by the catalogue.</summary>
    internal Instant CatalogueFrom { get; init; }

    internal CatalogueTree Catalogue { get; init; } = CatalogueTree.Empty;

    internal ImmutableArray<NewSeller> Sellers { get; init; } = [];

    internal ImmutableArray<(string Seller, NewCustomer Customer)> Customers { get; init; } = [];

    internal ImmutableArray<(string Customer, NewAccount Account, string? BillsTo)> Accounts { get; init; } = [];

    internal ImmutableArray<Step> Steps { get; init; } = [];
}

/// <summary>Something that happens at a time.</summary>
/// <param name="At">Where the clock stands then.</param>
/// <param name="Act">What happens; null: only time passes.</param>
/// <param name="Expect">What must be so afterwards, checked against the shape of the facts; null: nothing is expected.</param>
/// <param name="Place">Where it is written.</param>
/// <param name="Note">A remark for the reader, may be empty.</param>
internal sealed record Step(Instant At, Act? Act, YamlMapping? Expect, Place Place, string Note);
