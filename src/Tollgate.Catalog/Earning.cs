using Tollgate.Primitives;

namespace Tollgate.Catalog;

/// <summary>
/// What fills a pocket by itself: a counter that advances with usage, or a top-up. The pocket is that of an allowance of the
/// same offer, which may be granted with nothing; a top-up may earn money, too.
/// </summary>
public sealed record Earning
{
    /// <summary>Unique within the offer.</summary>
    public required string Code { get; init; }

    public required CatalogueName Name { get; init; }

    /// <summary>Code of the <see cref="Catalog.Counter"/> whose advance earns; null: top-ups do.</summary>
    public string? Counter { get; init; }

    /// <summary>Least top-up that earns; of several into one pocket the one with the highest that is reached applies. Null: usage
    /// earns.</summary>
    public Money? TopUp { get; init; }

    /// <summary>Each whole one of these that the counter passes, or that the top-up holds, gives <see cref="Give"/>; in stored
    /// steps of the counter's unit or of the top-up's currency. 0, for top-ups only: the whole of it gives once.</summary>
    public required long Per { get; init; }

    /// <summary>In stored steps of the allowance's unit; more than 0.</summary>
    public required long Give { get; init; }

    /// <summary>Code of the allowance whose pocket gets it; null, for top-ups only: the money of the account.</summary>
    public string? Into { get; init; }

    /// <summary>What a counter earns that goes from one number to another: so that it does not matter how usage was cut into
    /// records. Negative when it goes down.</summary>
    public long Between(long before, long after) => checked((long)((Int128)Give * (Wholes(after) - Wholes(before))));

    /// <summary>What a top-up of so many stored steps earns, once it reaches <see cref="TopUp"/>.</summary>
    public long Of(long steps) => Per == 0 ? Give : checked((long)((Int128)Give * (steps / Per)));

    private Int128 Wholes(long counted) => counted >= 0 ? counted / Per : -(((Int128)0 - counted + Per - 1) / Per);
}
