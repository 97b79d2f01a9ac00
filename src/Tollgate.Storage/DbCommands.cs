using System.Data.Common;

namespace Tollgate.Storage;

/// <summary>Short forms for ADO.NET commands that work on both databases.</summary>
public static class DbCommands
{
    /// <summary>Adds a named parameter; null becomes SQL NULL.</summary>
    public static DbCommand Add(this DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
        return command;
    }

    /// <summary>A command with this text inside a transaction.</summary>
    public static DbCommand Command(this DbTransaction transaction, string sql)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        return command;
    }
}

/// <summary>Reading times and dates as either database stores them.</summary>
public static class DbReaders
{
    public static NodaTime.Instant GetTime(this DbDataReader reader, int column) => reader.GetValue(column) switch
    {
        DateTime time => NodaTime.Instant.FromDateTimeUtc(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
        long microseconds => TimeCodec.FromMicroseconds(microseconds),
        var other => throw new InvalidCastException($"Column {reader.GetName(column)} holds {other.GetType().Name}, not a time."),
    };

    public static NodaTime.Instant? GetTimeOrNull(this DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetTime(column);

    public static NodaTime.LocalDate GetDate(this DbDataReader reader, int column) => reader.GetValue(column) switch
    {
        DateOnly date => NodaTime.LocalDate.FromDateOnly(date),
        DateTime date => NodaTime.LocalDate.FromDateTime(date),
        string text => TimeCodec.ToDate(text),
        var other => throw new InvalidCastException($"Column {reader.GetName(column)} holds {other.GetType().Name}, not a date."),
    };
}
