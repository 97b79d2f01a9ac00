using System.Collections.Immutable;

namespace Tollgate.Catalog;

/// <summary>Which network numbers have been carried to, from a CSV file. Looked up before a deck's column
/// <c>network</c>.</summary>
/// <param name="Code">Name used by rate plans.</param>
/// <param name="Ranges">Not overlapping; in file order.</param>
public sealed record PortabilityTable(string Code, ImmutableArray<PortedRange> Ranges);

/// <summary>Numbers that belong to a network now. A single number has the same first and last.</summary>
/// <param name="First">E.164 digits.</param>
/// <param name="Last">As many digits, not before <paramref name="First"/>.</param>
/// <param name="Network">Code of the network, as the operator writes it.</param>
public readonly record struct PortedRange(string First, string Last, string Network);
