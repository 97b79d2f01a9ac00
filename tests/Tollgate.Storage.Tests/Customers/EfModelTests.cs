using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace Tollgate.Storage.Tests.Customers;

/// <summary>Holds the EF model against the schema that the migrations make.</summary>
public sealed class EfModelTests
{
    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Every_mapped_column_is_in_the_schema_with_the_same_nullability_and_key(DatabaseKind kind)
    {
        await using var place = await TestDatabase.CreateAsync(kind);
        await using var database = place.Open();
        await using var db = database.Context();
        var differences = new List<string>();
        var tables = 0;
        foreach (var type in db.Model.GetEntityTypes())
        {
            tables++;
            var table = type.GetTableName()!;
            var columns = await ColumnsAsync(database, table);
            if (columns.Count == 0)
            {
                differences.Add($"There is no table {table}.");
                continue;
            }
            foreach (var property in type.GetProperties())
            {
                var name = property.GetColumnName();
                if (!columns.TryGetValue(name, out var nullable))
                {
                    differences.Add($"{table} has no column {name}.");
                }
                else if (nullable != property.IsNullable)
                {
                    differences.Add(
                        $"{table}.{name}: nullable is {nullable} in the schema and {property.IsNullable} in the model.");
                }
            }
            foreach (var (name, nullable) in columns.Where(column =>
                type.GetProperties().All(property => property.GetColumnName() != column.Key)))
            {
                differences.Add($"{table}.{name} is not mapped.");
            }
            await KeyAsync(database, table, [.. type.FindPrimaryKey()!.Properties.Select(property => property.GetColumnName())],
                differences);
        }
        Assert.Empty(differences);
        Assert.InRange(tables, 11, int.MaxValue);
    }

    private static async Task KeyAsync(Database database, string table, List<string> mapped, List<string> differences)
    {
        var sql = database.Kind == DatabaseKind.Sqlite
            ? $"SELECT name FROM pragma_table_info('{table}') WHERE pk > 0"
            : "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) "
                + $"WHERE i.indrelid = '{table}'::regclass AND i.indisprimary";
        var real = (await RowsAsync(database, sql)).Select(row => (string)row[0]);
        if (!real.Order(StringComparer.Ordinal).SequenceEqual(mapped.Order(StringComparer.Ordinal)))
        {
            differences.Add(
                $"{table}: the key is ({string.Join(", ", real)}) in the schema and ({string.Join(", ", mapped)}) in the model.");
        }
    }

    private static async Task<Dictionary<string, bool>> ColumnsAsync(Database database, string table)
    {
        var sql = database.Kind == DatabaseKind.Sqlite
            ? $"SELECT name, CASE WHEN \"notnull\" = 1 THEN 0 ELSE 1 END FROM pragma_table_info('{table}')"
            : "SELECT column_name::text, CASE WHEN is_nullable = 'YES' THEN 1 ELSE 0 END FROM information_schema.columns "
                + $"WHERE table_schema = 'public' AND table_name = '{table}'";
        return (await RowsAsync(database, sql)).ToDictionary(
            row => (string)row[0], row => Convert.ToInt64(row[1], CultureInfo.InvariantCulture) == 1, StringComparer.Ordinal);
    }

    private static async Task<List<object[]>> RowsAsync(Database database, string sql)
    {
        await using var connection = await database.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        var rows = new List<object[]>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            rows.Add(values);
        }
        return rows;
    }
}
