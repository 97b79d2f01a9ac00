using NodaTime;

namespace Tollgate.Rating;

/// <summary>Room for <see cref="PocketBook"/>, reused from event to event.</summary>
internal sealed class PocketRoom
{
    internal int[] Order { get; private set; } = new int[16];

    internal int[] DrawOf { get; private set; } = new int[16];

    internal void Fit(int pockets)
    {
        if (Order.Length < pockets)
        {
            Order = new int[pockets * 2];
            DrawOf = new int[pockets * 2];
        }
    }
}

/// <summary>
/// The pockets of one event: those that are valid at its start, in the order in which they are used (priority, earlier end,
/// lower id), allowances of units first, then allowances of money, then money, then counters; and how the event moved them.
/// </summary>
internal ref struct PocketBook
{
    private readonly Span<PocketDraw> draws;
    private readonly int[] order;
    private readonly int[] drawOf;

    internal PocketBook(
        PocketRoom room, CompiledOffer offer, Instant start, Span<PocketState> pockets, Span<PocketDraw> draws)
    {
        Pockets = pockets;
        this.draws = draws;
        room.Fit(pockets.Length);
        order = room.Order;
        drawOf = room.DrawOf;
        var count = 0;
        for (var i = 0; i < pockets.Length; i++)
        {
            ref readonly var pocket = ref pockets[i];
            if (pocket.ValidFrom > start || start >= pocket.ValidTo)
            {
                continue;
            }
            drawOf[i] = -1;
            var group = Group(pocket, offer);
            var at = count++;
            while (at > 0 && Before(group, pocket, order[at - 1], offer))
            {
                order[at] = order[at - 1];
                at--;
            }
            order[at] = i;
            Units += group == 0 ? 1 : 0;
            MoneyEnd += group <= 2 ? 1 : 0;
        }
        CountersEnd = count;
    }

    internal Span<PocketState> Pockets { get; }

    internal int Drawn { get; private set; }

    internal readonly ReadOnlySpan<PocketDraw> Draws => draws[..Drawn];

    /// <summary>Number of allowances of units; places [0, Units) of the order.</summary>
    internal int Units { get; }

    /// <summary>Places [Units, MoneyEnd) are allowances of money and money.</summary>
    internal int MoneyEnd { get; }

    /// <summary>Places [MoneyEnd, CountersEnd) are counters.</summary>
    internal int CountersEnd { get; }

    /// <summary>Index of the pocket at a place of the order.</summary>
    internal readonly int this[int place] => order[place];

    /// <summary>Moves a pocket; several moves of one are one draw.</summary>
    internal void Take(int pocket, long taken)
    {
        if (taken == 0)
        {
            return;
        }
        ref var state = ref Pockets[pocket];
        ref var draw = ref drawOf[pocket];
        var after = state.Balance - taken;
        if (draw < 0)
        {
            draw = Drawn++;
            draws[draw] = new PocketDraw(pocket, taken, state.Balance);
        }
        else
        {
            draws[draw] = draws[draw] with { Taken = draws[draw].Taken + taken };
        }
        state.Balance = after;
    }

    /// <summary>What was taken of a pocket so far.</summary>
    internal readonly long Taken(int pocket) => drawOf[pocket] < 0 ? 0 : draws[drawOf[pocket]].Taken;

    /// <summary>Puts everything back, for a refusal.</summary>
    internal void GiveBack()
    {
        foreach (var draw in Draws)
        {
            Pockets[draw.Pocket].Balance = draw.Before;
        }
        Drawn = 0;
    }

    private static int Group(in PocketState pocket, CompiledOffer offer) => pocket.Kind switch
    {
        PocketKind.Allowance => offer.Covers[pocket.Allowance].IsMoney ? 1 : 0,
        PocketKind.Money => 2,
        PocketKind.Counter => 3,
        _ => throw new InvalidOperationException($"Unknown kind of pocket {pocket.Kind}."),
    };

    private readonly bool Before(int group, in PocketState pocket, int other, CompiledOffer offer)
    {
        var otherGroup = Group(Pockets[other], offer);
        return group != otherGroup ? group < otherGroup : Compare(pocket, Pockets[other]) < 0;
    }

    private static int Compare(in PocketState left, in PocketState right)
    {
        var byPriority = left.Priority.CompareTo(right.Priority);
        if (byPriority == 0)
        {
            byPriority = left.ValidTo.CompareTo(right.ValidTo);
        }
        return byPriority != 0 ? byPriority : left.Id.Value.CompareTo(right.Id.Value);
    }
}
