using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>Step 2: where the called number is.</summary>
internal static class Placing
{
    /// <summary>Finds the place; a refusal is left in the event.</summary>
    internal static void Find(PricedEvent priced)
    {
        var deck = priced.Plan.Deck;
        if (deck is null)
        {
            priced.Place = new Place(0, -1, 0);
            return;
        }
        if (deck.TryFind(priced.Record.Destination, priced.Record.Start, out var place))
        {
            priced.Place = deck.Places[place];
        }
        else
        {
            priced.Refusal = HoldReason.UnpricedDestination;
        }
    }
}
