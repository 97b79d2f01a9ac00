using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Usage;

/// <summary>
/// Takes the tax out of sums of usage that was priced with tax, so that they can be set beside others: by the taxes of the
/// account that used it, as its tax standing and the catalogue are on the last day of the time. Bills take it out line by line,
/// by the day of each; only a change of tax within the time tells the two apart.
/// </summary>
internal sealed class NetOfTax
{
    private readonly Dictionary<(long Account, string Tax), decimal> percents = [];

    /// <summary>Learns the taxes of these sums.</summary>
    /// <param name="sums">Accounts with the tax categories of what they used; account 0, priced without tax, is passed over.</param>
    /// <param name="to">End of the time.</param>
    internal static async Task<NetOfTax> LoadAsync(
        OperationContext context, BookWork work, IEnumerable<(long Account, string Tax)> sums, Instant to,
        CancellationToken cancel)
    {
        var net = new NetOfTax();
        var wanted = sums.Where(sum => sum.Account != 0).Distinct().ToList();
        if (wanted.Count == 0)
        {
            return net;
        }
        long[] accounts = [.. wanted.Select(sum => sum.Account).Distinct()];
        var who = (await work.ReadAsync(
            "SELECT a.account_id, a.customer_id, s.country, a.time_zone FROM billing_account a JOIN seller s ON s.seller_id = "
            + "a.seller_id WHERE a.account_id IN @accounts AND a.tenant_id = @tenant",
            reader => (Account: reader.GetInt64(0), Customer: reader.GetInt64(1), Seller: reader.GetString(2),
                Zone: reader.GetString(3)), cancel, ("accounts", accounts))).ToDictionary(one => one.Account);
        var profiles = await TaxProfileReader.ReadAsync(
            work, [.. who.Values.Select(one => one.Customer).Distinct()], accounts, cancel);
        var versions = (await CatalogueVersions.LoadAsync(context, cancel)).Entries
            .Where(entry => entry.EffectiveFrom < to).OrderByDescending(entry => entry.EffectiveFrom)
            .ThenByDescending(entry => entry.Version).Select(entry => entry.Compiled.Source).ToList();
        foreach (var (account, tax) in wanted)
        {
            if (who.TryGetValue(account, out var one)
                && versions.Find(version => Category(version, tax) is not null) is { } catalogue
                && TaxDetermination.Of(catalogue, Category(catalogue, tax)!, new TaxQuestion(
                    one.Seller, profiles[new AccountId(account)],
                    (to - Duration.Epsilon).InZone(DateTimeZoneProviders.Tzdb[one.Zone]).Date, "en")) is { } set)
            {
                net.percents.Add((account, tax), set.Percent);
            }
        }
        return net;
    }

    /// <summary>The sum without tax; as it is where it has none, or where no tax is known.</summary>
    internal long Of(long steps, long account, string tax) => percents.TryGetValue((account, tax), out var percent)
        ? (long)Rounding.Round(steps * 100m / (100m + percent), 0, RoundingMode.HalfUp)
        : steps;

    private static TaxCategory? Category(Tollgate.Catalog.Catalogue catalogue, string tax) =>
        catalogue.Taxes.FirstOrDefault(category => category.Code == tax);
}
