using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using NodaTime;

namespace Tollgate.Storage;

/// <summary>
/// The EF Core view of the tables, for screens, APIs and ordinary reads and writes. The schema itself is SQL (Migrations/); each
/// area maps its tables in an <c>IEntityTypeConfiguration</c> beside its rows. Column names are the snake_case of property names.
/// </summary>
public sealed class TollgateDb(DbContextOptions<TollgateDb> options) : DbContext(options)
{
    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) =>
        optionsBuilder.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(TollgateDb).Assembly);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(type => type.GetProperties()))
        {
            property.SetColumnName(SnakeCase.Of(property.Name));
        }
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        if (Database.ProviderName == "Npgsql.EntityFrameworkCore.PostgreSQL")
        {
            configurationBuilder.Properties<Instant>().HaveConversion<InstantToDateTime>();
            configurationBuilder.Properties<LocalDate>().HaveConversion<LocalDateToDateOnly>();
        }
        else
        {
            configurationBuilder.Properties<Instant>().HaveConversion<InstantToMicroseconds>();
            configurationBuilder.Properties<LocalDate>().HaveConversion<LocalDateToText>();
        }
    }

    private sealed class InstantToDateTime() : ValueConverter<Instant, DateTime>(
        instant => instant.ToDateTimeUtc(), time => Instant.FromDateTimeUtc(DateTime.SpecifyKind(time, DateTimeKind.Utc)));

    private sealed class LocalDateToDateOnly() : ValueConverter<LocalDate, DateOnly>(
        date => date.ToDateOnly(), date => LocalDate.FromDateOnly(date));

    private sealed class InstantToMicroseconds() : ValueConverter<Instant, long>(
        instant => TimeCodec.ToMicroseconds(instant), stored => TimeCodec.FromMicroseconds(stored));

    private sealed class LocalDateToText() : ValueConverter<LocalDate, string>(
        date => TimeCodec.ToText(date), text => TimeCodec.ToDate(text));
}

/// <summary>CustomerId → customer_id.</summary>
internal static class SnakeCase
{
    internal static string Of(string name)
    {
        var text = new System.Text.StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsAsciiLetterUpper(name[i]) && i > 0)
            {
                text.Append('_');
            }
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
