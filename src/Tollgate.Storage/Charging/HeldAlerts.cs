using System.Data.Common;
using System.Globalization;
using Tollgate.Primitives;

namespace Tollgate.Storage.Charging;

/// <summary>Keeps the alerts of a file true after a replay: each counts the records that still wait for its reason; one that has none is
/// closed.</summary>
public static class HeldAlerts
{
    /// <summary>Corrects and closes the alerts of one file.</summary>
    public static async Task SettleAsync(
        DbTransaction transaction, int tenant, UsageFileId file, object now, CancellationToken cancel)
    {
        var waiting = await WaitingAsync(transaction, tenant, file, cancel);
        foreach (var (id, subject) in await OpenAsync(transaction, tenant, file, cancel))
        {
            var left = waiting.GetValueOrDefault(subject);
            await using var update = transaction.Command(left == 0
                ? "UPDATE alert SET closed_at = @now WHERE alert_id = @id"
                : "UPDATE alert SET count = @left WHERE alert_id = @id");
            update.Add("id", id).Add(left == 0 ? "now" : "left", left == 0 ? now : left);
            await update.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <summary>The subject of the alert about a file's records held for a reason.</summary>
    internal static string Subject(UsageFileId file, HoldReason reason) => $"{file}/{reason}";

    private static async Task<Dictionary<string, long>> WaitingAsync(
        DbTransaction transaction, int tenant, UsageFileId file, CancellationToken cancel)
    {
        await using var command = transaction.Command(
            "SELECT reason, count(*) FROM held_record WHERE tenant_id = @tenant AND phase = 'held' AND file_id = @file GROUP BY reason");
        command.Add("tenant", tenant).Add("file", file.Value);
        var waiting = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            waiting.Add(Subject(file, (HoldReason)Convert.ToInt16(reader.GetValue(0), CultureInfo.InvariantCulture)), reader.GetInt64(1));
        }
        return waiting;
    }

    private static async Task<List<(long Id, string Subject)>> OpenAsync(
        DbTransaction transaction, int tenant, UsageFileId file, CancellationToken cancel)
    {
        var subjects = Enum.GetValues<HoldReason>().Select(reason => Subject(file, reason)).ToHashSet(StringComparer.Ordinal);
        await using var command = transaction.Command(
            "SELECT alert_id, subject FROM alert WHERE tenant_id = @tenant AND closed_at IS NULL");
        command.Add("tenant", tenant);
        var open = new List<(long, string)>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            if (subjects.Contains(reader.GetString(1)))
            {
                open.Add((reader.GetInt64(0), reader.GetString(1)));
            }
        }
        return open;
    }
}
