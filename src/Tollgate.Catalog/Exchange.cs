using Tollgate.Primitives;

namespace Tollgate.Catalog;

/// <summary>
/// What units in pockets can be turned into, at a rate: points into credit, a right into what it is a right to. Both pockets
/// move at once; what is given is rounded down, so that nothing is made from nothing.
/// </summary>
public sealed record Exchange
{
    public required string Code { get; init; }

    public required CatalogueName Name { get; init; }

    /// <summary>Unit of what is taken.</summary>
    public required Unit Unit { get; init; }

    /// <summary>Taken for each <see cref="Give"/>, in stored steps; more than 0.</summary>
    public required long Take { get; init; }

    /// <summary>Only of pockets of this code; null: of all pockets in the unit.</summary>
    public string? From { get; init; }

    /// <summary>Unit of what is given; null: nothing in a pocket, the right is used up for a service rendered
    /// elsewhere.</summary>
    public Unit? To { get; init; }

    /// <summary>Given for each <see cref="Take"/>, in stored steps.</summary>
    public long Give { get; init; }

    /// <summary>Code of the pocket that gets it: an allowance, mostly one that is granted no other way. Null: the money of the
    /// account, and the unit is its currency.</summary>
    public string? Pocket { get; init; }

    /// <summary>How long what is given lasts, from the exchange on. Default: without end.</summary>
    public ResetRule Lasts { get; init; } = new(ResetEvery.Never);

    /// <summary>Least that is taken at once, in stored steps. Default: <see cref="Take"/>.</summary>
    public long Minimum { get; init; }

    /// <summary>Only multiples of it are taken. Default: <see cref="Take"/>.</summary>
    public long Step { get; init; }

    /// <summary>What is given for so much, rounded down to a stored step.</summary>
    /// <exception cref="OverflowException">It is more than can be stored.</exception>
    public long GivenFor(long taken) => checked((long)((Int128)taken * Give / Take));
}
