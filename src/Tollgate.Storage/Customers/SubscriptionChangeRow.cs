using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Storage.Customers;

/// <summary>Words of <c>subscription_change.kind</c>.</summary>
public static class ChangeKind
{
    public const string Quantity = "quantity";
    public const string Plan = "plan";
    public const string Price = "price";
    public const string Suspend = "suspend";
    public const string Resume = "resume";
    public const string Transfer = "transfer";

    /// <summary>A limit of usage of the subscription's own.</summary>
    public const string Limit = "limit";

    /// <summary>It goes to another customer, where it is kept on under an id of its own.</summary>
    public const string Leave = "leave";

    /// <summary>It comes from another customer, who paid and used it until then.</summary>
    public const string Join = "join";

    /// <summary>The end; kept along in the subscription's row.</summary>
    public const string End = "end";

    /// <summary>Takes another change back.</summary>
    public const string Withdraw = "withdraw";
}

/// <summary>Something that happened to a subscription: table <c>subscription_change</c>. Appended, never changed.</summary>
public sealed class SubscriptionChangeRow
{
    public long CustomerId { get; set; }
    public long SubscriptionId { get; set; }

    /// <summary>1, 2, 3 … in the order of recording.</summary>
    public int ChangeNo { get; set; }
    public int TenantId { get; set; }
    public required string Kind { get; set; }

    /// <summary>From when it holds.</summary>
    public Instant At { get; set; }
    public int? Quantity { get; set; }
    public string Offer { get; set; } = "";

    /// <summary>Of a price; of a limit, the code of what is limited.</summary>
    public string PriceCode { get; set; } = "";

    /// <summary>Exact decimal in the account's currency; of a limit, <c>STEPS UNIT</c> as <see cref="LimitText"/> writes it.
    /// Empty: the catalogue's again.</summary>
    public string Amount { get; set; } = "";

    /// <summary>Suspend: recurring prices go on.</summary>
    public bool Charged { get; set; }

    /// <summary>End: the fee for an early end is not charged.</summary>
    public bool FeeWaived { get; set; }
    public long? AccountId { get; set; }

    /// <summary>Leave and join: the same subscription at the other customer.</summary>
    public long? OtherSubscriptionId { get; set; }
    public int? Withdraws { get; set; }
    public string Note { get; set; } = "";
    public required string Actor { get; set; }
    public Instant RecordedAt { get; set; }

    /// <summary>The change as billing sees it; null for ends, limits of usage and withdrawals.</summary>
    /// <exception cref="InvalidOperationException">The row is of no known kind.</exception>
    public TimelineChange? ToChange(Unit currency) => Kind switch
    {
        ChangeKind.Quantity => new TimelineChange.Quantity(At, Quantity ?? 0),
        ChangeKind.Plan => new TimelineChange.Plan(At, Offer),
        ChangeKind.Price => new TimelineChange.Price(
            At, PriceCode, Amount.Length == 0 ? null : new Money(DocumentText.Decimal(Amount), currency)),
        ChangeKind.Suspend => new TimelineChange.Suspend(At, Charged),
        ChangeKind.Resume => new TimelineChange.Resume(At),
        ChangeKind.Transfer or ChangeKind.Leave or ChangeKind.Join =>
            new TimelineChange.Transfer(At, new AccountId(AccountId ?? 0)),
        ChangeKind.End or ChangeKind.Withdraw or ChangeKind.Limit => null,
        _ => throw new InvalidOperationException($"'{Kind}' is no kind of change."),
    };

    /// <summary>A limit as <see cref="Amount"/> keeps it.</summary>
    /// <param name="steps">Stored steps of the unit.</param>
    public static string LimitText(long steps, string unit) => string.Create(CultureInfo.InvariantCulture, $"{steps} {unit}");

    /// <summary>The limit that <see cref="Amount"/> keeps; null: the catalogue's again.</summary>
    public static (long Steps, string Unit)? LimitOf(string amount) => amount.Split(' ') is [var steps, var unit]
        ? (long.Parse(steps, CultureInfo.InvariantCulture), unit)
        : null;

    /// <summary>The changes that count, in the order of recording: without withdrawn ones and withdrawals.</summary>
    public static List<SubscriptionChangeRow> Standing(IEnumerable<SubscriptionChangeRow> rows)
    {
        var all = rows.OrderBy(row => row.ChangeNo).ToList();
        var withdrawn = all.Select(row => row.Withdraws).OfType<int>().ToHashSet();
        return all.FindAll(row => row.Kind != ChangeKind.Withdraw && !withdrawn.Contains(row.ChangeNo));
    }
}

/// <summary>A bill cycle that an account has left: table <c>cycle_move</c>.</summary>
public sealed class CycleMoveRow
{
    public long CustomerId { get; set; }
    public long AccountId { get; set; }

    /// <summary>First day of the next cycle.</summary>
    public LocalDate MovedOn { get; set; }
    public int TenantId { get; set; }

    /// <summary>Text of the cycle left.</summary>
    public required string Before { get; set; }
}

/// <summary>A discount given to an account or a subscription: table <c>discount_grant</c>.</summary>
public sealed class DiscountGrantRow
{
    public long CustomerId { get; set; }
    public long GrantId { get; set; }
    public int TenantId { get; set; }
    public long AccountId { get; set; }

    /// <summary>Null: of the whole account.</summary>
    public long? SubscriptionId { get; set; }

    /// <summary>Code in the catalogue, or of one made by hand (<see cref="Billing.HandMade"/>), which the following
    /// describe.</summary>
    public required string Discount { get; set; }
    public string Name { get; set; } = "";

    /// <summary>Decimal; empty: none.</summary>
    public string Percent { get; set; } = "";

    /// <summary>Decimal in the account's currency; empty: none.</summary>
    public string Amount { get; set; } = "";
    public int Scope { get; set; }
    public int ChargeKinds { get; set; }
    public int? Periods { get; set; }

    /// <summary>The coupon redeemed, upper case; empty: given by hand.</summary>
    public string Coupon { get; set; } = "";
    public LocalDate ValidFrom { get; set; }
    public LocalDate? ValidTo { get; set; }
    public string Reason { get; set; } = "";
    public string Actor { get; set; } = "";
    public Instant GrantedAt { get; set; }
}

internal sealed class CycleMoveConfiguration : IEntityTypeConfiguration<CycleMoveRow>
{
    public void Configure(EntityTypeBuilder<CycleMoveRow> builder)
    {
        builder.ToTable("cycle_move").HasKey(row => new { row.CustomerId, row.AccountId, row.MovedOn });
        builder.HasOne<BillingAccountRow>().WithMany().HasForeignKey(row => new { row.CustomerId, row.AccountId });
    }
}

internal sealed class DiscountGrantConfiguration : IEntityTypeConfiguration<DiscountGrantRow>
{
    public void Configure(EntityTypeBuilder<DiscountGrantRow> builder)
    {
        builder.ToTable("discount_grant").HasKey(row => new { row.CustomerId, row.GrantId });
        builder.Property(row => row.GrantId).ValueGeneratedNever();
    }
}

internal sealed class SubscriptionChangeConfiguration : IEntityTypeConfiguration<SubscriptionChangeRow>
{
    public void Configure(EntityTypeBuilder<SubscriptionChangeRow> builder)
    {
        builder.ToTable("subscription_change").HasKey(row => new { row.CustomerId, row.SubscriptionId, row.ChangeNo });
        builder.Property(row => row.ChangeNo).ValueGeneratedNever();
        builder.HasOne<SubscriptionRow>().WithMany().HasForeignKey(row => new { row.CustomerId, row.SubscriptionId });
    }
}
