using System.Globalization;
using NodaTime;
using Tollgate.Ledger;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>
/// The money pocket of an account: one per account, in its currency, valid without end. Made with an opening balance or with the
/// first prepaid or hybrid subscription.
/// </summary>
internal static class MoneyPocket
{
    /// <summary>End of validity of a pocket that does not lapse.</summary>
    internal static readonly Instant NoEnd = Instant.FromUtc(9999, 12, 31, 0, 0);

    /// <summary>Rank of a money pocket; allowances come first by kind.</summary>
    internal const int Priority = 100;

    /// <summary>Creates the account's pocket unless it has one.</summary>
    internal static Task EnsureAsync(
        WriteScope scope, long customer, long account, Unit currency, Instant validFrom, decimal opening,
        CancellationToken cancel)
    {
        var granted = currency.ToStorage(opening, RoundingMode.HalfUp);
        return scope.ExecuteAsync(
            "INSERT INTO pocket (customer_id, pocket_id, tenant_id, account_id, kind, unit, granted, balance, priority, "
            + "valid_from, valid_to) SELECT @customer, @pocket, @tenant, @account, 'money', @unit, @granted, @granted, "
            + "@priority, @from, @to WHERE NOT EXISTS (SELECT 1 FROM pocket WHERE customer_id = @customer AND account_id = "
            + "@account AND kind = 'money' AND unit = @unit)",
            cancel, ("customer", customer), ("pocket", scope.NextId()), ("account", account), ("unit", currency.Code),
            ("granted", granted), ("priority", Priority), ("from", scope.Context.Database.TimeValue(validFrom)),
            ("to", scope.Context.Database.TimeValue(NoEnd)));
    }

    /// <summary>The account's pocket and its balance in stored steps, or null when it has none.</summary>
    internal static async Task<(PocketId Pocket, long Balance)?> FindAsync(
        BookWork work, BookAccount account, AccountId id, CancellationToken cancel)
    {
        var found = await work.ReadAsync(
            "SELECT pocket_id, balance FROM pocket WHERE customer_id = @customer AND account_id = @account AND kind = 'money' "
            + "AND unit = @unit AND subscription_id IS NULL AND tenant_id = @tenant ORDER BY pocket_id LIMIT 1",
            reader => (new PocketId(reader.GetInt64(0)), reader.GetInt64(1)), cancel,
            ("customer", account.Customer.Value), ("account", id.Value), ("unit", account.Currency));
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>The booking of an opening balance: prepaid money that the customer brings along.</summary>
    /// <param name="now">Booked on this day of the seller's zone.</param>
    internal static JournalEntry OpeningEntry(BillingAccountRow account, SellerRow seller, Money opening, Instant now) =>
        Postings.Default.ForOpening(
            new PostingSubject(
                new SellerId(seller.SellerId), new CustomerId(account.CustomerId), new AccountId(account.AccountId),
                opening.Currency, now.InZone(DateTimeZoneProviders.Tzdb[seller.TimeZone]).Date,
                new AccountId(account.AccountId).ToString()),
            owedMinor: 0, prepaidMinor: opening.ToMinor());

    /// <summary>One fault when an amount is not whole minor units or does not fit.</summary>
    internal static void Check(Faults faults, string field, decimal amount, Unit currency)
    {
        var scaled = decimal.MaxValue / 1_000_000_000 > Math.Abs(amount);
        if (!scaled || Math.Abs(amount) * currency.StoragePerUnit > long.MaxValue / 2)
        {
            faults.Add(field, "The amount is too large.", "Check the decimal point.");
        }
        else if (Rounding.Round(amount, currency.MinorDigits, RoundingMode.HalfUp) != amount)
        {
            faults.Add(field, string.Create(CultureInfo.InvariantCulture, $"{amount} has parts of a minor unit of {currency}."),
                string.Create(CultureInfo.InvariantCulture, $"Use at most {currency.MinorDigits} decimals."));
        }
    }
}
