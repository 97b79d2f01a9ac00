using System.Collections.Immutable;
using NodaTime;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Alerts;

/// <summary>Something that the operator has to look at.</summary>
/// <param name="At">When it was raised or counted up last.</param>
/// <param name="Kind">E.g. <c>usage-held</c>, <c>account-parked</c>, <c>credit-limit</c>.</param>
/// <param name="Subject">What it is about: an account, a file and reason, an allowance …</param>
/// <param name="Count">How often it happened while it was open.</param>
/// <param name="Detail">What is wrong and what to do, in words.</param>
/// <param name="ClosedAt">Null: it is open.</param>
/// <param name="ClosedBy">Who closed it; empty: nobody, it is open or its cause is gone.</param>
/// <param name="Note">Why it was closed by hand.</param>
public sealed record Alert(
    AlertId Id, Instant At, string Kind, string Subject, long Count, string Detail, Instant? ClosedAt, string ClosedBy,
    string Note);

/// <summary>Which alerts to list; what is null does not restrict.</summary>
/// <param name="Kind">Of this kind.</param>
/// <param name="Since">Raised or counted up at or after it.</param>
/// <param name="Open">True: open ones; false: closed ones.</param>
public sealed record AlertFilter(string? Kind = null, Instant? Since = null, bool? Open = null);

/// <summary>Reads alerts.</summary>
public static class ReadAlerts
{
    /// <summary>Every kind there is.</summary>
    public static ImmutableArray<string> Kinds { get; } =
    [
        "usage-held", "charging-failed", "limit-reached", "credit-limit", "account-parked", DirectDebits.Incomplete,
        MissingCreditors.Alert,
    ];

    private const string Columns =
        "SELECT alert_id, at, kind, subject, count, detail, closed_at, closed_by, note FROM alert WHERE tenant_id = @tenant";

    /// <summary>Newest first; what was raised later than the page before began is left out.</summary>
    /// <param name="after">Last id of the page before.</param>
    public static async Task<Page<Alert>> ListAsync(
        OperationContext context, AlertFilter filter, AlertId? after = null, int limit = Paging.Default,
        CancellationToken cancel = default)
    {
        var (where, values) = ("", new List<(string, object?)> { ("limit", limit + 1) });
        void Restrict(string condition, string name, object? value)
        {
            if (value is not null)
            {
                where += condition;
                values.Add((name, value));
            }
        }
        Restrict(" AND kind = @kind", "kind", filter.Kind);
        Restrict(" AND at >= @since", "since", filter.Since);
        Restrict(
            " AND (at, alert_id) < (SELECT x.at, x.alert_id FROM alert x WHERE x.tenant_id = @tenant AND x.alert_id = @after)",
            "after", after?.Value);
        where += filter.Open switch { true => " AND closed_at IS NULL", false => " AND closed_at IS NOT NULL", null => "" };
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        var rows = await work.ReadAsync(
            $"{Columns}{where} ORDER BY at DESC, alert_id DESC LIMIT @limit", Row, cancel, [.. values]);
        return Paging.Page(rows, limit, row => row.Id.ToString());
    }

    /// <summary>One alert; refusal <c>unknown-alert</c>.</summary>
    public static async Task<Outcome<Alert>> OneAsync(OperationContext context, AlertId id, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        return await OneAsync(work, id, cancel);
    }

    internal static async Task<Outcome<Alert>> OneAsync(BookWork work, AlertId id, CancellationToken cancel) =>
        await work.ReadAsync($"{Columns} AND alert_id = @id", Row, cancel, ("id", id.Value)) is [var alert]
            ? alert
            : new Refusal("unknown-alert", $"There is no alert {id}. See: tollgate alert list --all.", Retry.Never);

    private static Alert Row(System.Data.Common.DbDataReader reader) => new(
        new AlertId(reader.GetInt64(0)), reader.GetTime(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4),
        reader.GetString(5), reader.GetTimeOrNull(6), reader.GetString(7), reader.GetString(8));
}
