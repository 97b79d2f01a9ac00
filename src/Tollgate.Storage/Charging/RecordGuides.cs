namespace Tollgate.Storage.Charging;

/// <summary>The first guide of each record of a work, looked up once: customers' identities are spread over all of memory, so
/// looking them up again would cost more than rating. For one thread at a time; reused.</summary>
internal sealed class RecordGuides(CustomerCache cache)
{
    private Guide?[] found = [];
    private long changes = -1;

    /// <summary>The first guide of the record at this index, or null.</summary>
    internal Guide? this[int index] => found[index];

    /// <summary>Looks up the guides of the first records of a work.</summary>
    internal void Look(ChargeWork work, int count)
    {
        if (found.Length < count)
        {
            found = new Guide?[Math.Max(count, found.Length * 2)];
        }
        for (var i = 0; i < count; i++)
        {
            found[i] = cache.Guides(work.Usage[i].Subject);
        }
        changes = cache.Changes;
    }

    /// <summary>Looks them up again if customers were loaded or dropped since <see cref="Look"/>.</summary>
    internal void Refresh(ChargeWork work, int count)
    {
        if (changes != cache.Changes)
        {
            Look(work, count);
        }
    }
}
