using Tollgate.Primitives;

namespace Tollgate.Operations.Customers;

/// <summary>
/// Gives a subscription, or all of its customer's, a list of numbers that discounts look at (friends and family, a closed user
/// group), in place of the one before. Usage is judged by the list at its time. Refusals: <c>unknown-subscription</c>,
/// <c>invalid</c>, <c>key-reused</c>.
/// </summary>
public static class SetNumbers
{
    private const int Most = 1000;

    /// <param name="list">Name that the catalogue's discounts use.</param>
    /// <param name="numbers">E.164 digits; empty: the list ends.</param>
    /// <param name="forCustomer">For all subscriptions of the customer.</param>
    public static Task<Outcome<Written<SubscriptionId>>> RunAsync(
        OperationContext context, SubscriptionId subscription, string list, IReadOnlyCollection<string> numbers,
        bool forCustomer = false, string callerKey = "", CancellationToken cancel = default) =>
        WriteScope.RunAsync<SubscriptionId>(context, "numbers.set", callerKey,
            new Fingerprint().Add("subscription", subscription).Add("list", list).Add("numbers", string.Join(',', numbers))
                .Add("forCustomer", forCustomer), async scope =>
        {
            if (list.Length is 0 or > 64 || numbers.Count > Most
                || numbers.Any(number => number.Length is 0 or > 20 || number.Any(digit => !char.IsAsciiDigit(digit))))
            {
                return new Refusal("invalid",
                    $"A list has a name of at most 64 characters and at most {Most} numbers of 1 to 20 digits, "
                    + "e.g. 491701234567.",
                    Retry.AfterCure, "numbers");
            }
            var row = await Find.SubscriptionAsync(scope, subscription, cancel);
            if (row is null)
            {
                return Refusals.Unknown("subscription", subscription);
            }
            (string, object?)[] values =
            [
                ("customer", row.CustomerId), ("subscription", forCustomer ? 0L : row.SubscriptionId), ("list", list),
                ("now", context.Database.TimeValue(scope.Now)),
            ];
            await scope.RaiseVersionAsync(row.CustomerId, cancel);
            await scope.ExecuteAsync(
                "DELETE FROM subscriber_number WHERE customer_id = @customer AND subscription_id = @subscription "
                + "AND list = @list "
                + "AND valid_from >= @now", cancel, values);
            await scope.ExecuteAsync(
                "UPDATE subscriber_number SET valid_to = @now WHERE customer_id = @customer AND subscription_id = @subscription "
                + "AND list = @list AND valid_to IS NULL", cancel, values);
            foreach (var number in numbers.Distinct(StringComparer.Ordinal))
            {
                await scope.ExecuteAsync(
                    "INSERT INTO subscriber_number (customer_id, subscription_id, list, number, valid_from, valid_to, tenant_id) "
                    + "VALUES (@customer, @subscription, @list, @number, @now, NULL, @tenant)",
                    cancel, [.. values, ("number", number)]);
            }
            return subscription;
        }, cancel);
}
