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
