using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Operations.Customers;

/// <summary>One page of a list.</summary>
/// <param name="Items">In id or time order.</param>
/// <param name="Next">Give it as <c>after</c> to get the next page; null: this is the last.</param>
public sealed record Page<T>(ImmutableArray<T> Items, string? Next);

/// <summary>A seller as it is now.</summary>
public sealed record Seller(
    SellerId Id, string Code, string Name, string LegalName, string TaxId, string Country, string TimeZone, string Currency,
    string Address,
    string Email, string Phone, string Web, string Iban, string Bic, string Bank, string NumberPrefix, Instant CreatedAt,
    Instant? EndedAt)
{
    /// <summary>SEPA creditor identifier; empty: none.</summary>
    public string CreditorId { get; init; } = "";
}

/// <summary>A customer as it is now.</summary>
/// <param name="Phase"><c>active</c> or <c>ended</c>.</param>
public sealed record Customer(
    CustomerId Id, string ExternalKey, SellerId Seller, CustomerId? Parent, string Phase, string Name, bool Organisation,
    string TaxId,
    string Email, string Phone, string Street, string Postcode, string City, string Country, string Iban, Instant CreatedAt,
    Instant? EndedAt);

/// <summary>A billing account as it is now.</summary>
/// <param name="BilledTo">Days before this one have been billed.</param>
public sealed record Account(
    AccountId Id, string ExternalKey, CustomerId Customer, SellerId Seller, string Phase, string Currency, int CycleDay,
    string TimeZone,
    string Language, string TaxCountry, int TermsDays, string PaymentMethod, Money? CreditLimit, LocalDate OpenedOn,
    LocalDate? EndedOn, LocalDate BilledTo, Instant CreatedAt, string UsageDetail)
{
    /// <summary>Usage of this much is billed before its period is over; null: never.</summary>
    public Money? BillThreshold { get; init; }

    /// <summary>Usage in files beyond the credit limit: <c>charge</c> or <c>hold</c>.</summary>
    public string BeyondCredit { get; init; } = BeyondCreditSettings.Charge;

    /// <summary>Name of the customer.</summary>
    public string CustomerName { get; init; } = "";

    /// <summary>The bank account that is debited; empty: the customer's.</summary>
    public string Iban { get; init; } = "";

    /// <summary>Reference of the direct-debit mandate; empty: none.</summary>
    public string Mandate { get; init; } = "";

    /// <summary>When the mandate was signed; null: none.</summary>
    public LocalDate? MandateOn { get; init; }

    /// <summary>What keeps bills from being collected, for an account that pays by direct debit: bills ask for a transfer
    /// until then. Null: nothing is missing, or it pays otherwise.</summary>
    public string? DirectDebitLacks { get; init; }
}

/// <summary>Words of <see cref="Account.BeyondCredit"/>.</summary>
public static class BeyondCreditSettings
{
    /// <summary>It is charged, noted and told by an alert.</summary>
    public const string Charge = "charge";

    /// <summary>It is held as <c>CreditLimitReached</c>.</summary>
    public const string Hold = "hold";

    public static readonly ImmutableArray<string> All = [Charge, Hold];
}

/// <summary>What an account may still use.</summary>
/// <param name="Limit">Null: there is none, and nothing is refused.</param>
/// <param name="Money">In money pockets now; negative: overdrawn.</param>
/// <param name="Owed">Issued and not paid, payments ahead taken off, and usage that is not issued yet.</param>
/// <param name="Beyond"><c>charge</c> or <c>hold</c>.</param>
public sealed record AccountCredit(Money? Limit, Money Money, Money Owed, string Beyond)
{
    /// <summary>Money + limit − owed; below zero: the limit is passed. Null: without a limit.</summary>
    public Money? Available => Limit is { } limit ? Money + limit - Owed : null;
}

/// <summary>How an account stands, in its currency.</summary>
/// <param name="Open">Left to pay on issued documents, credit notes taken off; negative: a credit.</param>
/// <param name="Unallocated">Paid, but not used for a document yet: overpayments, payments ahead.</param>
public sealed record AccountBalance(Money Open, Money Unallocated)
{
    /// <summary>What the customer owes after all; negative: it has that to its credit.</summary>
    public Money Owed => Open - Unallocated;
}

/// <summary>An issued document that is not settled.</summary>
/// <param name="Open">Left to pay; negative: a credit that is left.</param>
public sealed record OpenBill(DocumentId Id, string Number, LocalDate IssueDate, LocalDate DueDate, Money Gross, Money Open);

/// <summary>A subscription as it is now.</summary>
/// <param name="Base">The subscription that it hangs on as an add-on, or null.</param>
public sealed record Subscription(
    SubscriptionId Id, string ExternalKey, CustomerId Customer, AccountId Account, SubscriptionId? Base, string Offer,
    int Quantity, string Phase, Instant StartedAt, Instant? EndedAt, ImmutableArray<Identity> Identities)
{
    /// <summary>It pauses now.</summary>
    public bool Suspended { get; init; }
}

/// <summary>Something recorded about a subscription.</summary>
/// <param name="Number">1, 2, 3 … in the order of recording.</param>
/// <param name="Kind">E.g. <c>quantity</c>, <c>plan</c>, <c>suspend</c>, <c>withdraw</c>.</param>
/// <param name="At">From when it holds.</param>
/// <param name="What">In words.</param>
/// <param name="Withdrawn">It was taken back.</param>
public sealed record RecordedChange(
    int Number, string Kind, Instant At, string What, bool Withdrawn, string Note, string Actor, Instant RecordedAt);

/// <summary>How the network knows a subscription, in [ValidFrom, ValidTo).</summary>
public sealed record Identity(SubscriptionId Subscription, string Kind, string Value, Instant ValidFrom, Instant? ValidTo);

/// <summary>What an account holds ready: money or an allowance.</summary>
/// <param name="Kind"><c>money</c> or <c>allowance</c>.</param>
/// <param name="Balance">In <paramref name="Unit"/>; exact decimal.</param>
/// <param name="Unit">Currency, or unit of the allowance.</param>
public sealed record Pocket(
    PocketId Id, AccountId Account, SubscriptionId? Subscription, string Kind, string Allowance, decimal Balance, decimal Granted,
    string Unit, Instant ValidFrom, Instant ValidTo);
