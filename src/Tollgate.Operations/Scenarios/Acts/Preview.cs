using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Scenarios.Facts;
using Tollgate.Operations.Scenarios.Reading;

namespace Tollgate.Operations.Scenarios.Acts;

/// <summary>What may be considered in a preview.</summary>
internal enum Considered
{
    Quantity,
    Plan,
    Suspend,
    Resume,
    End,
    Add,
}

/// <summary>A change that a preview considers.</summary>
internal sealed record Consider(Considered What, string? Subscription, string? Offer, int Units, string? Base, Instant? At)
{
    internal static Consider Read(ScenarioScope scope, Fields fields)
    {
        var what = fields.Choice<Considered>("do") ?? Considered.End;
        var offer = fields.Scalar("offer", required: what is Considered.Plan or Considered.Add)?.Text;
        var subscription = what == Considered.Add ? null : scope.Subscriptions.Use(fields, "subscription");
        if (subscription is null)
        {
            fields.Scalar("subscription", required: false);
        }
        var change = new Consider(
            what, subscription, offer, fields.Whole("quantity", 1, int.MinValue, int.MaxValue),
            fields.Scalar("base", required: false) is { } basis ? scope.Subscriptions.Known(basis) : null,
                scope.OptionalTime(fields, "at"));
        scope.Done(fields, "consider");
        return change;
    }

    internal PlannedChange On(Stage stage) => What switch
    {
        Considered.Quantity => new PlannedChange.Quantity(stage.Subscriptions[Subscription!], Units, At),
        Considered.Plan => new PlannedChange.Plan(stage.Subscriptions[Subscription!], Offer!, At),
        Considered.Suspend => new PlannedChange.Suspend(stage.Subscriptions[Subscription!], At),
        Considered.Resume => new PlannedChange.Resume(stage.Subscriptions[Subscription!], At),
        Considered.End => new PlannedChange.End(stage.Subscriptions[Subscription!], At),
        Considered.Add => new PlannedChange.Add(Offer!, Units, Base is null ? null : stage.Subscriptions[Base], At),
        _ => throw new InvalidOperationException($"Unknown change {What}."),
    };
}

/// <summary><c>preview</c>: the next bill, or one with changes that are only considered. Nothing happens.</summary>
internal sealed record Preview(string Account, LocalDate? Date, bool Progressive, ImmutableArray<Consider> With) : Act
{
    internal override string Words => $"the next bill of {Account} is previewed{(Progressive ? ", of usage so far" : "")}"
        + string.Concat(
            With.Select(change => $", with {change.What.ToString().ToLowerInvariant()} {change.Offer ?? change.Subscription}"));

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var act = new Preview(
            scope.Accounts.Use(fields, "account"), scope.OptionalDate(fields, "date"),
            fields.Flag("progressive", otherwise: false),
            [.. fields.Entries("with").Select(entry => Consider.Read(scope, entry))]);
        scope.Done(fields, "preview");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var request = new PreviewRequest(stage.Accounts[Account])
        {
            Date = Date, Progressive = Progressive, Changes = [.. With.Select(change => change.On(stage))],
        };
        var computed = await PreviewBill.ComputeAsync(stage.Context, await stage.TimelineAsync(cancel), request, cancel);
        return computed.Refusal is { } refusal
            ? Played.Refused(refusal)
            : new Played($"{FactReader.Minor(computed.Value.Bill.DueMinor, computed.Value.Bill.Currency.Code)} to pay")
            {
                Preview = DocumentFacts.Of(stage, computed.Value.Bill),
            };
    }
}
