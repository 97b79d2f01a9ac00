using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Storage.Customers;

/// <summary>Words of the <c>phase</c> columns of customers, accounts and subscriptions.</summary>
public static class Phase
{
    public const string Active = "active";

    /// <summary>An end is recorded; the end's own column says from when, which may lie ahead.</summary>
    public const string Ended = "ended";
}

/// <summary>A legal entity that sells: table <c>seller</c>.</summary>
public sealed class SellerRow
{
    public long SellerId { get; set; }
    public int TenantId { get; set; }
    public required string Code { get; set; }
    public required string Name { get; set; }
    public required string LegalName { get; set; }
    public string TaxId { get; set; } = "";
    public required string Country { get; set; }
    public required string TimeZone { get; set; }
    public required string Currency { get; set; }

    /// <summary>Lines separated by <c>\n</c>.</summary>
    public string Address { get; set; } = "";
    public string Email { get; set; } = "";
    public string Phone { get; set; } = "";
    public string Web { get; set; } = "";
    public string Iban { get; set; } = "";
    public string Bic { get; set; } = "";
    public string Bank { get; set; } = "";

    /// <summary>SEPA creditor identifier; empty: none.</summary>
    public string CreditorId { get; set; } = "";

    /// <summary>Begins the numbers of its documents.</summary>
    public string NumberPrefix { get; set; } = "";
    public Instant CreatedAt { get; set; }
    public Instant? EndedAt { get; set; }
}

/// <summary>The root of everything a person or company owns: table <c>customer</c>.</summary>
public sealed class CustomerRow
{
    public long CustomerId { get; set; }
    public int TenantId { get; set; }
    public long SellerId { get; set; }

    /// <summary>The reseller it belongs to, or null.</summary>
    public long? ParentCustomerId { get; set; }

    /// <summary>The operator's own customer number.</summary>
    public required string ExternalKey { get; set; }
    public string Phase { get; set; } = Customers.Phase.Active;
    public Instant CreatedAt { get; set; }
    public Instant? EndedAt { get; set; }
}

/// <summary>Personal data of a customer: table <c>party</c>.</summary>
public sealed class PartyRow
{
    public long CustomerId { get; set; }
    public int TenantId { get; set; }
    public required string Name { get; set; }
    public bool Organisation { get; set; }
    public string TaxId { get; set; } = "";
    public string Email { get; set; } = "";
    public string Phone { get; set; } = "";
    public string Street { get; set; } = "";
    public string Postcode { get; set; } = "";
    public string City { get; set; } = "";
    public string Country { get; set; } = "";
    public string Iban { get; set; } = "";
}

/// <summary>What is billed together: table <c>billing_account</c>.</summary>
public sealed class BillingAccountRow
{
    public long CustomerId { get; set; }
    public long AccountId { get; set; }
    public int TenantId { get; set; }
    public long SellerId { get; set; }
    public required string ExternalKey { get; set; }
    public required string Currency { get; set; }
    public int CycleDay { get; set; }

    /// <summary>A cycle that is not monthly (then <see cref="CycleDay"/> is 0), else empty.</summary>
    public string Cycle { get; set; } = "";

    /// <summary>The account of the same customer on whose bills this one is, or null.</summary>
    public long? BillsToAccountId { get; set; }
    public required string TimeZone { get; set; }
    public required string Language { get; set; }
    public required string TaxCountry { get; set; }
    public int TermsDays { get; set; }
    public required string PaymentMethod { get; set; }

    /// <summary>The debited bank account; empty: the party's.</summary>
    public string Iban { get; set; } = "";

    /// <summary>Reference of the direct-debit mandate; empty: none.</summary>
    public string Mandate { get; set; } = "";

    /// <summary>When the mandate was signed.</summary>
    public LocalDate? MandateOn { get; set; }
    public long? CreditLimitMinor { get; set; }

    /// <summary><c>charge</c> or <c>hold</c>.</summary>
    public string BeyondCredit { get; set; } = "charge";

    /// <summary>Usage of this much is billed before its period is over; null: never.</summary>
    public long? BillThresholdMinor { get; set; }
    public string UsageDetail { get; set; } = "none";
    public string Phase { get; set; } = Customers.Phase.Active;

    /// <summary>First day that is billed, in the account's zone.</summary>
    public LocalDate OpenedOn { get; set; }

    /// <summary>First day that no longer is, or null.</summary>
    public LocalDate? EndedOn { get; set; }
    public LocalDate BilledTo { get; set; }
    public Instant CreatedAt { get; set; }
}

/// <summary>An offer that an account has: table <c>subscription</c>.</summary>
public sealed class SubscriptionRow
{
    public long CustomerId { get; set; }
    public long SubscriptionId { get; set; }
    public int TenantId { get; set; }
    public long AccountId { get; set; }
    public string ExternalKey { get; set; } = "";
    public long? BaseSubscriptionId { get; set; }
    public required string Offer { get; set; }
    public int Quantity { get; set; } = 1;
    public string Phase { get; set; } = Customers.Phase.Active;
    public Instant StartedAt { get; set; }
    public Instant? EndedAt { get; set; }
    public Instant CreatedAt { get; set; }
}

/// <summary>How the network knows a subscription, in [ValidFrom, ValidTo): table <c>service_identity</c>.</summary>
public sealed class ServiceIdentityRow
{
    public long CustomerId { get; set; }
    public long SubscriptionId { get; set; }
    public IdentityKind Kind { get; set; }
    public required string Value { get; set; }
    public Instant ValidFrom { get; set; }
    public Instant? ValidTo { get; set; }
    public int TenantId { get; set; }
}

/// <summary>Whose an identity is over all customers: table <c>service_directory</c>, which guiding reads.</summary>
public sealed class ServiceDirectoryRow
{
    public int TenantId { get; set; }
    public IdentityKind Kind { get; set; }
    public required string Value { get; set; }
    public Instant ValidFrom { get; set; }
    public Instant? ValidTo { get; set; }
    public long CustomerId { get; set; }
    public long SubscriptionId { get; set; }
}

/// <summary>Whose one of the operator's own keys is: table <c>key_directory</c>.</summary>
public sealed class KeyDirectoryRow
{
    public int TenantId { get; set; }

    /// <summary><c>customer</c>, <c>account</c> or <c>subscription</c>.</summary>
    public required string Kind { get; set; }
    public required string ExternalKey { get; set; }
    public long CustomerId { get; set; }
    public long EntityId { get; set; }
    public string ContentHash { get; set; } = "";
}

/// <summary>A key to the API: table <c>api_key</c>.</summary>
public sealed class ApiKeyRow
{
    public required string KeyId { get; set; }
    public int TenantId { get; set; }
    public required string Name { get; set; }
    public required string SecretHash { get; set; }
    public required string Role { get; set; }
    public Instant CreatedAt { get; set; }
    public Instant? RevokedAt { get; set; }
}

/// <summary>A write that was answered: table <c>idempotency</c>.</summary>
public sealed class IdempotencyRow
{
    public int TenantId { get; set; }
    public required string Operation { get; set; }
    public required string CallerKey { get; set; }
    public required string RequestHash { get; set; }
    public required string Response { get; set; }
    public Instant CreatedAt { get; set; }
}

/// <summary>Who did what when: table <c>audit_entry</c>.</summary>
public sealed class AuditEntryRow
{
    public long AuditId { get; set; }
    public int TenantId { get; set; }
    public Instant At { get; set; }
    public required string Actor { get; set; }
    public required string Action { get; set; }
    public required string Subject { get; set; }
    public string Detail { get; set; } = "";
}
