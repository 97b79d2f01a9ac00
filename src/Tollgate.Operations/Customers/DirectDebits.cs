using NodaTime;
using Tollgate.Storage.Customers;
using Tollgate.Primitives;

namespace Tollgate.Operations.Customers;

/// <summary>What the collection of an account's bills needs: an IBAN, its own or the customer's, and a mandate. Without them its
/// bills ask for a transfer, and an alert says so until they are there.</summary>
public static class DirectDebits
{
    internal const string Method = "direct-debit";

    /// <summary>Kind of the alert; its subject is the account.</summary>
    internal const string Incomplete = "direct-debit-incomplete";

    private const string NoIban = "an IBAN", NoMandate = "a mandate", Neither = NoIban + " and " + NoMandate;

    /// <summary>What is missing; null: nothing, or the account pays otherwise.</summary>
    /// <param name="iban">The account's own, or else the customer's.</param>
    internal static string? Lacks(string method, string iban, string mandate) => method != Method ? null
        : (iban.Length, mandate.Length) switch
        {
            (0, 0) => Neither,
            (0, _) => NoIban,
            (_, 0) => NoMandate,
            _ => null,
        };

    /// <summary>The command that gives an account what it lacks.</summary>
    public static string Cure(AccountId account, string lacks) => $"tollgate account change {account}" + lacks switch
    {
        NoIban => " --iban IBAN",
        NoMandate => " --mandate REFERENCE",
        _ => " --iban IBAN --mandate REFERENCE",
    };

    /// <summary>A mandate is not signed in the future.</summary>
    internal static void CheckDay(Faults faults, NewAccount account, Instant now)
    {
        if (account.MandateOn is { } signed && DateTimeZoneProviders.Tzdb.GetZoneOrNull(account.TimeZone) is { } zone
            && signed > now.InZone(zone).Date)
        {
            faults.Add("mandateOn", $"{signed:uuuu-MM-dd} has not come yet.", "Give the day on which the mandate was signed.");
        }
    }

    /// <summary>Raises the alert of an account that lacks something, and closes that of one that no longer does.</summary>
    internal static async Task TellAsync(WriteScope scope, BillingAccountRow row, string partyIban, CancellationToken cancel)
    {
        var subject = new AccountId(row.AccountId).ToString();
        var lacks = Lacks(row.PaymentMethod, row.Iban.Length > 0 ? row.Iban : partyIban, row.Mandate);
        const string open = " WHERE tenant_id = @tenant AND kind = @kind AND subject = @subject AND closed_at IS NULL";
        (string, object?)[] alert = [("kind", Incomplete), ("subject", subject)];
        if (lacks is null)
        {
            await scope.ExecuteAsync("UPDATE alert SET closed_at = @now" + open, cancel, [.. alert, ("now", Now())]);
            return;
        }
        alert = [.. alert, ("detail",
            $"{subject} pays by direct debit but lacks {lacks}: its bills ask for a transfer. Record it with "
            + $"'{Cure(new AccountId(row.AccountId), lacks)}'.")];
        if (await scope.ExecuteAsync("UPDATE alert SET detail = @detail" + open, cancel, alert) == 0)
        {
            await scope.ExecuteAsync(
                "INSERT INTO alert (alert_id, tenant_id, at, kind, subject, count, detail) VALUES "
                + "(@id, @tenant, @now, @kind, @subject, 1, @detail)", cancel,
                [.. alert, ("id", scope.NextId()), ("now", Now())]);
        }

        object Now() => scope.Context.Database.TimeValue(scope.Now);
    }
}
