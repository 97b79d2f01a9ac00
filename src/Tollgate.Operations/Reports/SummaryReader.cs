using System.Collections.Immutable;
using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Tollgate.Primitives;
using Tollgate.Storage;

namespace Tollgate.Operations.Reports;

/// <summary>
/// Reads of one report: one snapshot of one tenant. Sums of bigint columns are taken in two parts, whole thousands of millions
/// and the rest, because <c>SUM</c> on SQLite fails beyond 64 bits.
/// </summary>
internal sealed class SummaryReader : IAsyncDisposable
{
    private const string Part = "1000000000";
    private const decimal PartValue = 1_000_000_000m;

    private readonly DbConnection connection;
    private readonly DbTransaction transaction;
    private readonly OperationContext context;

    private SummaryReader(DbConnection connection, DbTransaction transaction, OperationContext context) =>
        (this.connection, this.transaction, this.context) = (connection, transaction, context);

    /// <summary>Opens the snapshot; it takes no lock that a writer could wait for.</summary>
    internal static async Task<SummaryReader> OpenAsync(OperationContext context, CancellationToken cancel)
    {
        var opened = await context.Database.OpenAsync(cancel);
        try
        {
            var snapshot = opened is SqliteConnection sqlite
                ? sqlite.BeginTransaction(deferred: true)
                : await opened.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
            return new SummaryReader(opened, snapshot, context);
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>The two columns that <see cref="Sum"/> reads.</summary>
    internal static string SumOf(string column) => $"SUM({column} / {Part}), SUM({column} % {Part})";

    /// <summary>As <see cref="SumOf(string)"/>, of the rows that meet a condition.</summary>
    internal static string SumOf(string column, string condition) =>
        $"SUM(CASE WHEN {condition} THEN {column} / {Part} ELSE 0 END), SUM(CASE WHEN {condition} THEN {column} % "
            + $"{Part} ELSE 0 END)";

    /// <summary>As <see cref="SumOf(string)"/>, with the columns named for an outer query.</summary>
    internal static string Named(string column, string name) =>
        $"SUM({column} / {Part}) AS {name}_high, SUM({column} % {Part}) AS {name}_low";

    /// <summary>The sum that two columns of <see cref="SumOf(string)"/> make, beginning at this one; 0 for no rows.</summary>
    internal static decimal Sum(DbDataReader row, int column) => Number(row, column) * PartValue + Number(row, column + 1);

    /// <summary>As <see cref="Sum"/>, for counts.</summary>
    internal static long Count(DbDataReader row, int column) => (long)Sum(row, column);

    /// <summary>A sum of minor units.</summary>
    internal static Money Minor(DbDataReader row, int column, Unit currency) =>
        new(Sum(row, column) * currency.StoragePerMinor / currency.StoragePerUnit, currency);

    /// <summary>A sum of stored steps.</summary>
    internal static Money Steps(DbDataReader row, int column, Unit currency) =>
        new(Sum(row, column) / currency.StoragePerUnit, currency);

    /// <summary>The unit of this code; one that is not built in is taken as a currency of two decimals.</summary>
    internal static Unit UnitOf(DbDataReader row, int column) =>
        Units.Find(row.GetString(column)) ?? Units.Currency(row.GetString(column), 2);

    /// <summary>All rows of a query; <c>@tenant</c> is given.</summary>
    internal async Task<ImmutableArray<T>> RowsAsync<T>(
        string sql, Func<DbDataReader, T> make, CancellationToken cancel, params (string Name, object? Value)[] parameters)
    {
        await using var command = transaction.Command(sql).Add("tenant", context.Tenant.Value);
        foreach (var (name, value) in parameters)
        {
            command.Add(name, value);
        }
        var rows = ImmutableArray.CreateBuilder<T>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(make(reader));
        }
        return rows.ToImmutable();
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private static decimal Number(DbDataReader row, int column) =>
        row.IsDBNull(column) ? 0m : Convert.ToDecimal(row.GetValue(column), CultureInfo.InvariantCulture);
}
