using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Tollgate.Storage.Customers;

internal sealed class SellerConfiguration : IEntityTypeConfiguration<SellerRow>
{
    public void Configure(EntityTypeBuilder<SellerRow> builder)
    {
        builder.ToTable("seller").HasKey(row => row.SellerId);
        builder.Property(row => row.SellerId).ValueGeneratedNever();
    }
}

internal sealed class CustomerConfiguration : IEntityTypeConfiguration<CustomerRow>
{
    public void Configure(EntityTypeBuilder<CustomerRow> builder)
    {
        builder.ToTable("customer").HasKey(row => row.CustomerId);
        builder.Property(row => row.CustomerId).ValueGeneratedNever();
        builder.HasOne<SellerRow>().WithMany().HasForeignKey(row => row.SellerId);
    }
}

internal sealed class PartyConfiguration : IEntityTypeConfiguration<PartyRow>
{
    public void Configure(EntityTypeBuilder<PartyRow> builder)
    {
        builder.ToTable("party").HasKey(row => row.CustomerId);
        builder.Property(row => row.CustomerId).ValueGeneratedNever();
        builder.HasOne<CustomerRow>().WithOne().HasForeignKey<PartyRow>(row => row.CustomerId);
    }
}

internal sealed class BillingAccountConfiguration : IEntityTypeConfiguration<BillingAccountRow>
{
    public void Configure(EntityTypeBuilder<BillingAccountRow> builder)
    {
        builder.ToTable("billing_account").HasKey(row => new { row.CustomerId, row.AccountId });
        builder.Property(row => row.AccountId).ValueGeneratedNever();
        builder.HasOne<CustomerRow>().WithMany().HasForeignKey(row => row.CustomerId);
    }
}

internal sealed class SubscriptionConfiguration : IEntityTypeConfiguration<SubscriptionRow>
{
    public void Configure(EntityTypeBuilder<SubscriptionRow> builder)
    {
        builder.ToTable("subscription").HasKey(row => new { row.CustomerId, row.SubscriptionId });
        builder.Property(row => row.SubscriptionId).ValueGeneratedNever();
        builder.HasOne<BillingAccountRow>().WithMany().HasForeignKey(row => new { row.CustomerId, row.AccountId });
    }
}

internal sealed class ServiceIdentityConfiguration : IEntityTypeConfiguration<ServiceIdentityRow>
{
    public void Configure(EntityTypeBuilder<ServiceIdentityRow> builder)
    {
        builder.ToTable("service_identity")
            .HasKey(row => new { row.CustomerId, row.SubscriptionId, row.Kind, row.Value, row.ValidFrom });
        builder.Property(row => row.Kind).HasConversion<short>();
        builder.HasOne<SubscriptionRow>().WithMany().HasForeignKey(row => new { row.CustomerId, row.SubscriptionId });
    }
}

internal sealed class ServiceDirectoryConfiguration : IEntityTypeConfiguration<ServiceDirectoryRow>
{
    public void Configure(EntityTypeBuilder<ServiceDirectoryRow> builder)
    {
        builder.ToTable("service_directory").HasKey(row => new { row.TenantId, row.Kind, row.Value, row.ValidFrom });
        builder.Property(row => row.Kind).HasConversion<short>();
    }
}

internal sealed class KeyDirectoryConfiguration : IEntityTypeConfiguration<KeyDirectoryRow>
{
    public void Configure(EntityTypeBuilder<KeyDirectoryRow> builder) =>
        builder.ToTable("key_directory").HasKey(row => new { row.TenantId, row.Kind, row.ExternalKey });
}

internal sealed class ApiKeyConfiguration : IEntityTypeConfiguration<ApiKeyRow>
{
    public void Configure(EntityTypeBuilder<ApiKeyRow> builder) => builder.ToTable("api_key").HasKey(row => row.KeyId);
}

internal sealed class IdempotencyConfiguration : IEntityTypeConfiguration<IdempotencyRow>
{
    public void Configure(EntityTypeBuilder<IdempotencyRow> builder) =>
        builder.ToTable("idempotency").HasKey(row => new { row.TenantId, row.Operation, row.CallerKey });
}

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntryRow>
{
    public void Configure(EntityTypeBuilder<AuditEntryRow> builder)
    {
        builder.ToTable("audit_entry").HasKey(row => row.AuditId);
        builder.Property(row => row.AuditId).ValueGeneratedNever();
    }
}
