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

    /// <summary>Usage on earlier documents, for commitments, caps and volume discounts; only needed where offers have
    /// them.</summary>
    public ImmutableArray<BilledUsage> UsageBilled { get; init; } = [];

    /// <summary>Discounts given to the account or its subscriptions besides those of their offers.</summary>
    public ImmutableArray<GivenDiscount> Discounts { get; init; } = [];

    /// <summary>Lines that come computed from elsewhere, e.g. late fees and interest from dunning.</summary>
    public ImmutableArray<GivenLine> Given { get; init; } = [];

    /// <summary>Paid advance invoices that are not used up, oldest first.</summary>
    public ImmutableArray<AdvanceFacts> Advances { get; init; } = [];

    /// <summary>Money of the customer that is set off against this bill, in this order.</summary>
    public ImmutableArray<CreditFacts> Credits { get; init; } = [];

    /// <summary>Only usage is billed, before its period is over (progressive billing); discounts and limits come with the bill of
    /// the period.</summary>
    public bool UsageOnly { get; init; }

    public BillingPolicy Policy { get; init; } = BillingPolicy.Default;

    /// <summary>Taxes come from a service: the draft bears none until <see cref="ExternalTaxes"/>, and items are
    /// compared by
    /// category alone.</summary>
    public bool ExternalTax { get; init; }
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

    /// <summary>The cycle of today; see <see cref="CycleMoves"/> for earlier ones.</summary>
    public required BillCycle Cycle { get; init; }

    /// <summary>Changes of the cycle, ascending. The period that contains the day of a move ends on it; the next one begins
    /// on it
    /// and
    /// ends with the new cycle's period.</summary>
    public ImmutableArray<CycleMove> CycleMoves { get; init; } = [];

    /// <summary>Accounts of the same customer that are billed to this one: their subscriptions are on its bills.</summary>
    public ImmutableArray<AccountId> Children { get; init; } = [];

    /// <summary>Zone of the account's days.</summary>
    public required DateTimeZone Zone { get; init; }

    /// <summary>Country whose tax rates apply, ISO 3166-1 alpha-2.</summary>
    public required string TaxCountry { get; init; }

    /// <summary>Place, type and exemptions of the customer over time; null: a consumer who was always in <see
    /// cref="TaxCountry"/>.</summary>
    public TaxProfile? Tax { get; init; }

    /// <summary>First day that is billed here; what was before belongs to another system.</summary>
    public required LocalDate OpenedOn { get; init; }

    /// <summary>First day that is no longer billed, or null.</summary>
    public LocalDate? EndedOn { get; init; }

    /// <summary>Days from issue to due date, 0 or more.</summary>
    public int TermsDays { get; init; } = 14;

    /// <summary>BCP 47 tag of the language in which names are printed. Default <c>en</c>.</summary>
    public string Language { get; init; } = "en";
}

/// <summary>The account left a cycle.</summary>
/// <param name="On">First day of the new cycle.</param>
/// <param name="Before">The cycle before.</param>
public sealed record CycleMove(LocalDate On, BillCycle Before);

/// <summary>A discount for an account or a subscription, besides those of offers.</summary>
/// <param name="Code">Discount code, of the catalogue or of <see cref="Own"/>.</param>
/// <param name="Subscription">Null: for the whole account.</param>
/// <param name="From">First day.</param>
/// <param name="To">First day on which it no longer counts, or null.</param>
public sealed record GivenDiscount(string Code, SubscriptionId? Subscription, LocalDate From, LocalDate? To)
{
    /// <summary>The discount itself where it was made by hand; null: the catalogue's of this code.</summary>
    public Discount? Own { get; init; }
}

/// <summary>Usage of one subscription, plan and period of use on earlier documents.</summary>
/// <param name="EventPeriod">First day of the bill period in which it was used.</param>
/// <param name="Plan">Rate plan code.</param>
/// <param name="AmountMinor">Sum of the lines, as priced.</param>
public sealed record BilledUsage(
    SubscriptionId Subscription, LocalDate EventPeriod, string Plan, long AmountMinor, string Tax, bool TaxIncluded,
    string RevenueAccount);

/// <summary>A line that comes computed; billed once by its reference.</summary>
/// <param name="Reference">Of what it comes from; the same reference is billed once.</param>
/// <param name="Description">As printed.</param>
/// <param name="On">Its day; billed with the first bill on or after it.</param>
/// <param name="AmountMinor">As priced.</param>
/// <param name="Tax">Tax category.</param>
/// <param name="TaxIncluded">The amount contains tax.</param>
/// <param name="RevenueAccount">Ledger account.</param>
public sealed record GivenLine(
    string Reference, string Description, LocalDate On, long AmountMinor, string Tax, bool TaxIncluded, string RevenueAccount);

/// <summary>What money of the customer is.</summary>
public enum CreditKind
{
    /// <summary>Goodwill or a correction: reduces what is taxed when <see cref="CreditFacts.BeforeTax"/>.</summary>
    Credit,
    /// <summary>Security that is given back by setting it off.</summary>
    Deposit,
}

/// <summary>Money of the customer that waits for a bill.</summary>
/// <param name="Reference">Of the money; drafts say how much of which was used.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Description">As printed.</param>
/// <param name="AvailableMinor">More than 0.</param>
/// <param name="BeforeTax">True: it lowers the amounts that are taxed (never below zero); false: it lowers what is left to
/// pay.</param>
public sealed record CreditFacts(string Reference, CreditKind Kind, string Description, long AvailableMinor, bool BeforeTax);

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
    long Amount, long FromMoney)
{
    /// <summary>Part of it is the difference of usage that an earlier bill has and that was rated again; null: none.</summary>
    public ReratedUsage? Rerated { get; init; }
}

/// <summary>Usage of an earlier bill that was rated again, in stored steps of the account's currency.</summary>
/// <param name="Old">What it was charged.</param>
/// <param name="New">What it is charged now.</param>
public readonly record struct ReratedUsage(long Old, long New)
{
    public static ReratedUsage operator +(ReratedUsage left, ReratedUsage right) =>
        new(left.Old + right.Old, left.New + right.New);
}

/// <summary>
/// Identity of something that is billed once: a recurring price for one whole period of its grid, or a one-time price. What
/// should be billed and what was billed are compared by it.
/// </summary>
/// <param name="Subscription">Of which subscription; <c>default</c>: of the whole account.</param>
/// <param name="Kind">Recurring or one-time.</param>
/// <param name="Code">Price code within the offer.</param>
/// <param name="BasisFrom">First day of the whole period, also where only a part of it is charged; null for one-time
/// prices.</param>
/// <param name="Offer">Offer that the price is of; empty for items of the whole account.</param>
public readonly record struct ItemKey(
    SubscriptionId Subscription, BillLineKind Kind, string Code, LocalDate? BasisFrom, string Offer = "");

/// <summary>Compares keys as they do themselves; the hash leaves out what hardly tells two apart.</summary>
internal sealed class ItemKeys : IEqualityComparer<ItemKey>
{
    internal static readonly ItemKeys Comparer = new();

    public bool Equals(ItemKey x, ItemKey y) => x.Subscription == y.Subscription && x.BasisFrom == y.BasisFrom && x.Kind == y.Kind
        && x.Code == y.Code && x.Offer == y.Offer;

    public int GetHashCode(ItemKey obj) => HashCode.Combine(
        obj.Subscription.Value, obj.BasisFrom.GetValueOrDefault().GetHashCode(),
        string.GetHashCode(obj.Code, StringComparison.Ordinal));
}

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
    decimal TaxPercent, string RevenueAccount)
{
    /// <summary>What it was taxed with, as on <see cref="BillLine.TaxSet"/>.</summary>
    public TaxSet? TaxSet { get; init; }

    /// <summary>As on <see cref="BillLine.LevyLines"/>.</summary>
    public long LevyLines { get; init; }

    /// <summary>As on <see cref="BillLine.LevyServices"/>.</summary>
    public long LevyServices { get; init; }

    /// <summary>
    /// A credit that stays a credit: it does not count as taken back, so the item is not billed again; corrections take back
    /// at most
    /// what it left.
    /// </summary>
    public bool FinalCredit { get; init; }
}
