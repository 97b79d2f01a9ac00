using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Operations.Catalogs;

/// <summary>Old and new amounts of one group: usage and fixed fees.</summary>
/// <param name="Group">An offer, a service (<c>fees</c> for fixed fees), or empty for all.</param>
/// <param name="Charges">Number of charges of usage that have a price in both.</param>
/// <param name="Unpriced">Charges that the candidate does not price; they are in <paramref name="Old"/> and not in
/// <paramref name="New"/>.</param>
/// <param name="Old">Usage as charged and fees by the catalogues in force.</param>
/// <param name="New">Both by the candidate.</param>
/// <param name="OldFees">Fixed fees in <paramref name="Old"/>.</param>
/// <param name="NewFees">Fixed fees in <paramref name="New"/>.</param>
/// <param name="Winners">Customers who would pay less.</param>
/// <param name="Losers">Customers who would pay more.</param>
/// <param name="Same">Customers for whom nothing changes.</param>
public sealed record WhatIfRow(
    string Group, long Charges, long Unpriced, Money Old, Money New, Money OldFees, Money NewFees, int Winners, int Losers,
    int Same)
{
    public Money Difference => New - Old;
}

/// <summary>A customer who would pay much more.</summary>
public sealed record BillShock(CustomerId Customer, string ExternalKey, Money Old, Money New)
{
    public Money Difference => New - Old;
}

/// <summary>What has no price in the candidate.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Count">Charges, or customers' fees.</param>
public sealed record WhatIfRefusal(string Reason, long Count);

/// <summary>What would change, of the customers that are computed. Rows are by currency.</summary>
/// <param name="Customers">Who used anything or pays fees.</param>
/// <param name="Totals">One row per currency.</param>
/// <param name="Plans">By the offer that the customer had at the time.</param>
/// <param name="Services">By service; fixed fees are a row of their own.</param>
/// <param name="Shocks">The largest increases, largest first, at most 20.</param>
/// <param name="Refusals">What the candidate does not price; the most frequent first, at most 20.</param>
public sealed record WhatIfReport(
    int Customers, long Charges, ImmutableArray<WhatIfRow> Totals, ImmutableArray<WhatIfRow> Plans,
    ImmutableArray<WhatIfRow> Services, ImmutableArray<BillShock> Shocks, ImmutableArray<WhatIfRefusal> Refusals);

/// <summary>A run with what it comes to so far.</summary>
/// <param name="Phase"><c>computing</c>, <c>computed</c> or <c>cancelled</c>.</param>
/// <param name="Candidate">What a person called the catalogue.</param>
/// <param name="From">First event time.</param>
/// <param name="To">Event times end before it.</param>
/// <param name="Customers">All that are looked at.</param>
/// <param name="Done">Those of them that are computed.</param>
/// <param name="Report">Null in lists.</param>
public sealed record WhatIfView(
    WhatIfRunId Id, string Phase, string Candidate, Instant From, Instant To, int Customers, int Done, Instant CreatedAt,
    string CreatedBy, WhatIfReport? Report);
