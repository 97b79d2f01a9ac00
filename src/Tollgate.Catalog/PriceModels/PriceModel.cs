namespace Tollgate.Catalog;

/// <summary>
/// How a counted quantity becomes money. A closed hierarchy: one file for each model, and one compiled form in
/// <c>Tollgate.Rating/Models</c>. What all of them share stands in <see cref="UsagePrice"/>: the unit, increments, connect fee,
/// free units, and the least and most that an event costs.
/// </summary>
public abstract record PriceModel
{
    private protected PriceModel()
    {
    }

    /// <summary>Code of the counter that the model looks at, or null.</summary>
    public virtual string? CounterCode => null;
}
