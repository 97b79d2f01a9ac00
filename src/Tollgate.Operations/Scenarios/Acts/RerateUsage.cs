using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Scenarios.Reading;
using Tollgate.Operations.Usage;
using Tollgate.Storage;
using Tollgate.Storage.Replay;

namespace Tollgate.Operations.Scenarios.Acts;

/// <summary><c>rerate</c>: charged usage is priced again and the difference posted, or only looked at.</summary>
/// <param name="Approve">False: the run is cancelled when it is computed.</param>
internal sealed record RerateUsage(
    string? Account, string? Subscription, string Plan, Instant? From, Instant? To, int? Version, ReplayOrder Order,
    string Reason, bool Approve) : Act
{
    internal override string Words => $"usage{(Subscription ?? Account) switch { null => "", var whose => $" of {whose}" }}"
        + $"{(Plan.Length > 0 ? $" by plan {Plan}" : "")} is rated again{(Approve ? "" : ", to look at it")}";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var act = new RerateUsage(
            scope.Accounts.Named(fields, "account"), scope.Subscriptions.Named(fields, "subscription"),
            fields.OptionalText("plan") ?? "", scope.OptionalTime(fields, "from"), scope.OptionalTime(fields, "to"),
            fields.Scalar("catalogueVersion", required: false) is null ? null : fields.Whole("catalogueVersion", 1, 1, 1_000_000),
            fields.Choice("order", ReplayOrder.Charge), fields.OptionalText("reason") ?? "as the story says",
            fields.Flag("approve", otherwise: true));
        scope.Done(fields, "rerate");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var selection = new RerateSelection(
            null, Account is null ? null : stage.Accounts[Account].Value, stage.Subscription(Subscription)?.Value, Plan,
            Micros(From), Micros(To), Version);
        var timeline = await stage.TimelineAsync(cancel);
        var run = await Rerate.SelectAsync(
            stage.Context, timeline, new RerateRequest(selection, Reason, Order, stage.NextKey()) { Workers = 1 }, null, cancel);
        if (run.Refusal is null)
        {
            run = Approve
                ? await Rerate.ApproveAsync(stage.Context, timeline, run.Value!.Id, null, cancel)
                : await Rerate.CancelAsync(stage.Context, run.Value!.Id, cancel);
        }
        if (run.Refusal is { } refusal)
        {
            return Played.Refused(refusal);
        }
        var sums = run.Value!.Sums;
        var changed = sums.Sum(sum => sum.Changed);
        return new Played(changed == 0 ? "nothing changes" : string.Create(CultureInfo.InvariantCulture,
            $"{changed} changed, {string.Join(", ", sums.Select(sum => sum.Difference))}"))
        {
            Rerated = sums,
        };
    }

    private static long? Micros(Instant? time) => time is { } one ? TimeCodec.ToMicroseconds(one) : null;
}
