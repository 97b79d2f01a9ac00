using System.Globalization;
using System.Text;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Host.Cli;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Replay;
using Tollgate.Storage.Tests.Charging;

namespace Tollgate.Storage.Tests.Replay;

/// <summary>What tests of explaining and re-rating have in common, on top of a <see cref="ChargingStage"/>.</summary>
internal static class ReplayStage
{
    internal static readonly Instant Start = ChargingStage.Since.AtStartOfDayInZone(
        DateTimeZoneProviders.Tzdb["Europe/Berlin"]).ToInstant();

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The files of version 1 with words of its YAML replaced.</summary>
    internal static async Task<CatalogueFile[]> ChangedAsync(ChargingStage stage, params (string Old, string New)[] changes)
    {
        var files = (await CatalogueVersions.FilesAsync(stage.Context, 1, Cancel))!.Value;
        return
        [
            .. files.Select(file =>
            {
                if (!file.Name.EndsWith(".yaml", StringComparison.Ordinal))
                {
                    return file;
                }
                var text = Encoding.UTF8.GetString(file.Content.Span);
                foreach (var (old, now) in changes)
                {
                    Assert.Contains(old, text, StringComparison.Ordinal);
                    text = text.Replace(old, now, StringComparison.Ordinal);
                }
                return new CatalogueFile(file.Name, Encoding.UTF8.GetBytes(text));
            }),
        ];
    }

    /// <summary>Publishes a changed catalogue that prices the same time as the first.</summary>
    internal static async Task PublishAsync(ChargingStage stage, params (string Old, string New)[] changes)
    {
        var files = await ChangedAsync(stage, changes);
        Assert.Null((await PublishCatalogue.RunAsync(stage.Context, files, Start, null, "changed", Cancel)).Refusal);
    }

    internal static CompiledCatalogue Compile(IReadOnlyList<CatalogueFile> files)
    {
        var check = CatalogueFolder.Check(files);
        Assert.True(check.Ok, string.Join('\n', check.Findings));
        return check.Value!;
    }

    internal static Task<RerateView> SelectAsync(
        ChargingStage stage, RerateSelection? selection = null, ReplayOrder order = ReplayOrder.Charge, string reason = "test") =>
        SelectAsync(stage.Context, selection, order, reason);

    internal static async Task<RerateView> SelectAsync(
        OperationContext context, RerateSelection? selection = null, ReplayOrder order = ReplayOrder.Charge,
        string reason = "test")
    {
        var request = new RerateRequest(selection ?? Everything, reason, order, "") { Workers = 2, ChunkSize = 3 };
        var outcome = await Rerate.SelectAsync(
            context, await CatalogueVersions.LoadAsync(context, Cancel), request, null, Cancel);
        Assert.True(outcome.Refusal is null, outcome.Refusal?.Message);
        return outcome.Value!;
    }

    internal static Task<RerateView> ApproveAsync(ChargingStage stage, RerateRunId run) => ApproveAsync(stage.Context, run);

    internal static async Task<RerateView> ApproveAsync(OperationContext context, RerateRunId run)
    {
        var outcome = await Rerate.ApproveAsync(context, await CatalogueVersions.LoadAsync(context, Cancel), run, null, Cancel);
        Assert.True(outcome.Refusal is null, outcome.Refusal?.Message);
        return outcome.Value!;
    }

    internal static RerateSelection Everything { get; } = new(From: TimeCodec.ToMicroseconds(Start));

    /// <summary>A customer's account, by its own number.</summary>
    internal static async Task<AccountId> AccountAsync(ChargingStage stage, int customer) => new(await stage.NumberAsync(
        "SELECT account_id FROM billing_account WHERE external_key = @key", ("key", ChargingStage.Key(customer))));

    /// <summary>What is true now, without ids: charges, totals over all slots, pockets.</summary>
    internal static Task<IReadOnlyList<string>> TruthAsync(ChargingStage stage) => TruthAsync(stage.Context);

    internal static async Task<IReadOnlyList<string>> TruthAsync(OperationContext context)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, Cancel);
        var keys = await PriceKeys.LoadAsync(work, Cancel);
        var customers = await work.ReadAsync("SELECT customer_id, external_key FROM customer WHERE tenant_id = @tenant",
            reader => (Id: reader.GetInt64(0), Key: reader.GetString(1)), Cancel);
        var names = customers.ToDictionary(one => one.Id, one => one.Key);
        var charges = await ChargeHistory.ChargesAsync(
            work, [.. names.Keys], Instant.FromUtc(2000, 1, 1, 0, 0), Instant.FromUtc(2100, 1, 1, 0, 0), keys, Cancel);
        var rows = charges.ConvertAll(charge => string.Create(CultureInfo.InvariantCulture,
            $"charge {names[charge.Id.Customer.Value]} {charge.Record.EventId} {keys[charge.PriceKeyId].Label} {charge.Charged} ")
            + string.Create(CultureInfo.InvariantCulture, $"{charge.FromAllowances} {charge.Amount} {charge.FromMoney}"));
        rows.AddRange((await work.ReadAsync(
            "SELECT customer_id, price_key_id, CAST(event_period AS text), CAST(sum(events) AS bigint), "
            + "CAST(sum(used) AS bigint), CAST(sum(charged) AS bigint), CAST(sum(from_allowances) AS bigint), "
            + "CAST(sum(amount) AS bigint), "
            + "CAST(sum(from_money) AS bigint) FROM usage_total WHERE tenant_id = @tenant "
            + "GROUP BY customer_id, price_key_id, event_period",
            reader => (Customer: reader.GetInt64(0), Key: reader.GetInt32(1), Period: reader.GetString(2),
                Sums: Enumerable.Range(3, 6).Select(reader.GetInt64).ToArray()), Cancel))
            .Where(total => total.Sums.Any(sum => sum != 0))
            .GroupBy(total => (names[total.Customer], keys[total.Key].Label, total.Period))
            .Select(group => $"total {group.Key} "
                + string.Join(' ', Enumerable.Range(0, 6).Select(i => group.Sum(one => one.Sums[i])))));
        rows.AddRange((await work.ReadAsync(
            "SELECT customer_id, allowance, balance, valid_from, priority FROM pocket WHERE tenant_id = @tenant AND balance <> 0",
            reader => string.Create(CultureInfo.InvariantCulture,
                $"pocket {names[reader.GetInt64(0)]} {reader.GetString(1)} {reader.GetInt64(2)} {reader.GetTime(3)} ")
                + reader.GetInt32(4).ToString(CultureInfo.InvariantCulture), Cancel)));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    /// <summary>A file of random calls; in part shuffled, so that records come late.</summary>
    internal static async Task<string> CallsAsync(ChargingStage stage, string name, int records, int customers, int seed)
    {
        var path = stage.PathOf(name);
        await BenchOperator.WriteFileAsync(path, records, customers, ChargingStage.Since, seed, cancel: Cancel);
        var lines = await File.ReadAllLinesAsync(path, Cancel);
        var random = new Random(seed);
        for (var i = 0; i < lines.Length / 4; i++)
        {
            var (a, b) = (random.Next(lines.Length), random.Next(lines.Length));
            (lines[a], lines[b]) = (lines[b], lines[a]);
        }
        await File.WriteAllTextAsync(path, string.Concat(lines.Select(line => line + "\n")), Cancel);
        return path;
    }
}
