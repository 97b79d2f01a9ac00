using NodaTime;
using Tollgate.Billing;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Storage.Charging;

/// <summary>One way from an identity to a subscription; several lead on through <see cref="Next"/>.</summary>
internal sealed class Guide(SubscriptionState subscription, long from, long to, Guide? next)
{
    internal SubscriptionState Subscription { get; } = subscription;

    internal long From { get; } = from;

    internal long To { get; } = to;

    internal Guide? Next { get; } = next;
}

/// <summary>
/// Customers that were loaded, and the way from identities to them. A hint until the customer is locked and its version compared.
/// For one thread at a time. When more than <paramref name="limit"/> customers are held, all are dropped at the next batch.
/// </summary>
internal sealed class CustomerCache(int limit)
{
    private readonly Dictionary<long, CustomerState> customers = [];
    private readonly Dictionary<ServiceIdentity, Guide> guides = new(new ByEnd());
    private readonly Dictionary<(int Day, string Cycle, string Moves, string Zone), BillCalendar> calendars = [];

    /// <summary>The other parties of usage.</summary>
    internal LegParties Parties { get; } = new();

    /// <summary>Grows whenever guides are added or dropped.</summary>
    internal long Changes { get; private set; }

    internal CustomerState? Find(long customer) => customers.GetValueOrDefault(customer);

    /// <summary>The first guide of an identity, or null.</summary>
    internal Guide? Guides(ServiceIdentity identity) => guides.GetValueOrDefault(identity);

    /// <summary>The calendar of a cycle.</summary>
    /// <param name="moves">Cycles left before, as <c>DATE CYCLE;DATE CYCLE</c>; empty: none.</param>
    internal BillCalendar Calendar(int cycleDay, string cycle, string moves, string zone)
    {
        if (!calendars.TryGetValue((cycleDay, cycle, moves, zone), out var calendar))
        {
            calendar = new BillCalendar(
                AccountTimes.CycleOf(cycle, cycleDay),
                [
                    .. moves.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(move => move.Split(' ', 2))
                        .Select(move => new CycleMove(TimeCodec.ToDate(move[0]), AccountTimes.CycleOf(move[1], 0))),
                ], DateTimeZoneProviders.Tzdb[zone]);
            calendars.Add((cycleDay, cycle, moves, zone), calendar);
        }
        return calendar;
    }

    /// <summary>Puts a customer in place of what was known of it; its guides are added afterwards.</summary>
    internal void Put(CustomerState customer)
    {
        Remove(customer.Id);
        customers.Add(customer.Id, customer);
    }

    /// <summary>Notes that an attempt has these customers, in id order, for itself.</summary>
    internal void Take(long[] ordered, int attempt)
    {
        for (var i = 0; i < ordered.Length; i++)
        {
            var customer = customers[ordered[i]];
            customer.LockedBy = attempt;
            customer.Rank = i + 1;
        }
    }

    internal void AddGuide(ServiceIdentity identity, SubscriptionState subscription, long from, long to)
    {
        Changes++;
        guides[identity] = new Guide(subscription, from, to, guides.GetValueOrDefault(identity));
        subscription.Account.Customer.Identities.Add(identity);
    }

    internal void Remove(long id)
    {
        if (!customers.Remove(id, out var customer))
        {
            return;
        }
        Changes++;
        foreach (var identity in customer.Identities)
        {
            Guide? kept = null;
            for (var guide = guides.GetValueOrDefault(identity); guide is not null; guide = guide.Next)
            {
                if (guide.Subscription.Account.Customer != customer)
                {
                    kept = new Guide(guide.Subscription, guide.From, guide.To, kept);
                }
            }
            if (kept is null)
            {
                guides.Remove(identity);
            }
            else
            {
                guides[identity] = kept;
            }
        }
    }

    /// <summary>True: over the limit; <see cref="Trim"/> will empty it.</summary>
    internal bool IsFull => customers.Count > limit;

    /// <summary>Keeps within the limit.</summary>
    internal void Trim()
    {
        if (IsFull)
        {
            Clear();
        }
    }

    /// <summary>Forgets all customers.</summary>
    internal void Clear()
    {
        Changes++;
        customers.Clear();
        guides.Clear();
    }

    /// <summary>Compares identities as they are and hashes their last eight characters, in which numbers differ. Only identities
    /// of loaded customers are in the table, so nobody who sends usage can fill one bucket.</summary>
    private sealed class ByEnd : IEqualityComparer<ServiceIdentity>
    {
        public bool Equals(ServiceIdentity x, ServiceIdentity y) =>
            x.Kind == y.Kind && string.Equals(x.Value, y.Value, StringComparison.Ordinal);

        public int GetHashCode(ServiceIdentity identity)
        {
            var text = identity.Value.AsSpan();
            var hash = ((uint)text.Length << 8) + (uint)identity.Kind;
            foreach (var c in text[Math.Max(0, text.Length - 8)..])
            {
                hash = unchecked((hash ^ c) * 0x9E3779B1);
            }
            return unchecked((int)(hash ^ (hash >> 15)));
        }
    }
}
