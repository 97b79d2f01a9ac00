using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>
/// Everything that decides what an account owes for a period. The calculator reads nothing else, so the same input gives the
/// same draft, byte for byte. The order of subscriptions is the order on the document.
/// </summary>
public sealed record BillingInput
{
    public required SellerFacts Seller { get; init; }

    public required AccountFacts Account { get; init; }

    /// <summary>The bill period that ends now: usage and arrears of it are billed, and what is due in advance on the day it
    /// ends.</summary>
    public required BillPeriod Period { get; init; }

    /// <summary>Date of the document, in the seller's zone; the due date counts from it.</summary>
    public required LocalDate IssueDate { get; init; }

    public required CatalogueHistory Catalogues { get; init; }

    /// <summary>All subscriptions that the account ever had: a billed one that is missing here counts as never sold and is
    /// credited.</summary>
    public ImmutableArray<SubscriptionFacts> Subscriptions { get; init; } = [];

    /// <summary>Usage not billed yet.</summary>
    public ImmutableArray<UsageLine> Usage { get; init; } = [];

    /// <summary>Recurring and one-time items of the account's earlier documents, cancelled ones left out.</summary>
    public ImmutableArray<BilledItem> Billed { get; init; } = [];

    public BillingPolicy Policy { get; init; } = BillingPolicy.Default;
}

/// <summary>The seller as far as it matters for amounts.</summary>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Zone">Zone of the issue date and of the journal.</param>
public sealed record SellerFacts(SellerId Id, string Country, DateTimeZone Zone);

/// <summary>The account as far as it matters for amounts.</summary>
public sealed record AccountFacts
{
    public required CustomerId Customer { get; init; }

    public required AccountId Id { get; init; }

    /// <summary>Currency of every amount; a price in another parks the account.</summary>
    public required Unit Currency { get; init; }

    public required BillCycle Cycle { get; init; }

    /// <summary>Zone of the account's days.</summary>
    public required DateTimeZone Zone { get; init; }

    /// <summary>Country whose tax rates apply, ISO 3166-1 alpha-2.</summary>
    public required string TaxCountry { get; init; }

    /// <summary>First day that is billed here; what was before belongs to another system.</summary>
    public required LocalDate OpenedOn { get; init; }

    /// <summary>First day that is no longer billed, or null.</summary>
    public LocalDate? EndedOn { get; init; }

    /// <summary>Days from issue to due date, 0 or more.</summary>
    public int TermsDays { get; init; } = 14;

    /// <summary>BCP 47 tag of the language in which names are printed. Default <c>en</c>.</summary>
    public string Language { get; init; } = "en";
}

/// <summary>One subscription of the account, in days of the account's zone.</summary>
/// <param name="Id">Of the subscription.</param>
/// <param name="Offer">Offer code; looked up in the catalogue in force when each item begins.</param>
/// <param name="Quantity">Units subscribed, 1 or more; recurring and one-time prices count per unit.</param>
/// <param name="Started">First billed day. It anchors periods longer than a month.</param>
/// <param name="Ended">First day no longer billed, or null. On the day it started: it lived without a billed day.</param>
/// <param name="Label">What the customer knows it by, e.g. the phone number.</param>
public sealed record SubscriptionFacts(
    SubscriptionId Id, string Offer, int Quantity, LocalDate Started, LocalDate? Ended, string Label);

/// <summary>What a usage line is about: the part of a price key that a bill needs.</summary>
/// <param name="Id">Number of the key in the store; the same content has the same id.</param>
/// <param name="Code">Stable text, <c>plan/zone/band</c>.</param>
/// <param name="Label">As printed.</param>
/// <param name="Service">What was used; names the unit of counted events.</param>
/// <param name="Basis">What the quantities count: milliseconds, octets or events.</param>
/// <param name="Currency">Currency code of the amounts.</param>
/// <param name="Tax">Tax category.</param>
/// <param name="TaxIncluded">Amounts contain tax.</param>
/// <param name="RevenueAccount">Ledger account.</param>
public sealed record UsageKey(
    int Id, string Code, string Label, ServiceKind Service, PriceBasis Basis, string Currency, string Tax, bool TaxIncluded,
    string RevenueAccount);

/// <summary>Rated usage of one subscription, price key and period of use, summed.</summary>
/// <param name="Subscription">Who used it.</param>
/// <param name="Key">What it costs by.</param>
/// <param name="EventPeriod">First day of the bill period in which it was used; earlier than the billed period for late
/// usage.</param>
/// <param name="Events">Number of events.</param>
/// <param name="Used">Base units used.</param>
/// <param name="Charged">Base units charged after increments; free units included.</param>
/// <param name="FromAllowances">Part of <paramref name="Charged"/> that allowances paid.</param>
/// <param name="Amount">Stored steps of the account's currency.</param>
/// <param name="FromMoney">Part of <paramref name="Amount"/> that prepaid money paid when it was used.</param>
public sealed record UsageLine(
    SubscriptionId Subscription, UsageKey Key, LocalDate EventPeriod, long Events, long Used, long Charged, long FromAllowances,
    long Amount, long FromMoney);

/// <summary>
/// Identity of something that is billed once: a recurring price for one whole period of its grid, or a one-time price. What
/// should be billed and what was billed are compared by it.
/// </summary>
/// <param name="Subscription">Of which subscription.</param>
/// <param name="Kind">Recurring or one-time.</param>
/// <param name="Code">Price code within the offer.</param>
/// <param name="BasisFrom">First day of the whole period, also where only a part of it is charged; null for one-time
/// prices.</param>
public readonly record struct ItemKey(SubscriptionId Subscription, BillLineKind Kind, string Code, LocalDate? BasisFrom);

/// <summary>A line of an earlier document about an <see cref="ItemKey"/>; corrections of it are lines of their own.</summary>
/// <param name="Key">What was billed.</param>
/// <param name="BasisTo">End of the whole period, excluded; null for one-time prices.</param>
/// <param name="Period">The part charged.</param>
/// <param name="Description">As printed.</param>
/// <param name="AmountMinor">As priced: with tax where <paramref name="TaxIncluded"/>; negative for a credit.</param>
/// <param name="TaxIncluded">The amount contains tax.</param>
/// <param name="TaxCode">Tax category.</param>
/// <param name="TaxPercent">Rate applied.</param>
/// <param name="RevenueAccount">Ledger account.</param>
public sealed record BilledItem(
    ItemKey Key, LocalDate? BasisTo, BillPeriod Period, string Description, long AmountMinor, bool TaxIncluded, string TaxCode,
    decimal TaxPercent, string RevenueAccount);
