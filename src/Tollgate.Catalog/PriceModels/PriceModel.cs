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

    /// <summary>More units never cost less, and how many they are decides the price: only such a price can say where an event
    /// has to end (<see cref="AtMaximum.Disconnect"/>).</summary>
    public virtual bool Grows => false;
}
