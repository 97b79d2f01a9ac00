using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Operations.Customers;

/// <summary>In which zone a date without one begins.</summary>
public static class Zones
{
    /// <summary>Zone of an account; of the first seller where there is none; else UTC.</summary>
    public static async Task<DateTimeZone> OfAsync(OperationContext context, AccountId? account, CancellationToken cancel)
    {
        var zone = account is { } id && (await ReadAccounts.OneAsync(context, id, cancel)).Value is { } found
            ? found.TimeZone
            : (await ReadSellers.ListAsync(context, cancel: cancel)).Items.FirstOrDefault()?.TimeZone;
        return zone is null ? DateTimeZone.Utc : DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) ?? DateTimeZone.Utc;
    }
}
