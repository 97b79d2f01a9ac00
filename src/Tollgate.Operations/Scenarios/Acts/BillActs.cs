using System.Globalization;
using NodaTime;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Scenarios.Reading;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Scenarios.Acts;

/// <summary>Which cycles a step bills.</summary>
/// <param name="Text">A cycle as in an account; null: every cycle of the story's accounts that has a boundary on the
/// date.</param>
/// <param name="Date">Null: the day on which the clock stands.</param>
/// <param name="Progressive">Usage so far of the accounts that have passed their threshold, whatever their cycle.</param>
internal sealed record Cycle(string? Text, LocalDate? Date, bool Progressive)
{
    internal string Name => Progressive ? "what has passed its threshold is"
        : Text is null ? "the cycles due are" : $"cycle {Text} is";

    internal static Cycle Read(ScenarioScope scope, Fields fields) => new(
        fields.OptionalText("cycle"), scope.OptionalDate(fields, "date"), fields.Flag("progressive", otherwise: false));

    internal async Task<IEnumerable<RunBillingRequest>> DueAsync(Stage stage, CancellationToken cancel)
    {
        var date = Date ?? stage.Today;
        return Progressive
            ? [RunBillingRequest.Progressive(date)]
            : (await CyclesAsync(stage, date, cancel)).Select(cycle => new RunBillingRequest(cycle.Day, date) { Cycle = cycle });
    }

    private async Task<IReadOnlyList<BillCycle>> CyclesAsync(Stage stage, LocalDate date, CancellationToken cancel)
    {
        if (Text is not null)
        {
            return [BillCycle.TryParse(Text, out var cycle) ? cycle : default];
        }
        var all = (await stage.CyclesAsync(cancel)).Values.Distinct()
            .OrderBy(one => one.ToString(), StringComparer.Ordinal).ToList();
        var due = all.Where(one => one.IsBoundary(date)).ToList();
        return due.Count > 0 ? due : all;
    }
}

/// <summary><c>bill</c>: drafts of the cycles that are due.</summary>
internal sealed record Bill(Cycle Cycle) : Act
{
    internal override string Words => $"{Cycle.Name} billed";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var act = new Bill(Cycle.Read(scope, fields));
        scope.Done(fields, "bill");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var (drafted, parked) = (0, 0);
        stage.LastRuns.Clear();
        foreach (var request in await Cycle.DueAsync(stage, cancel))
        {
            var expected = await PreviewLaw.ExpectAsync(stage, request, cancel);
            var outcome = await RunBilling.RunAsync(
                stage.Context, await stage.TimelineAsync(cancel), request, null, cancel);
            if (outcome.Refusal is { } refusal)
            {
                return Played.Refused(refusal);
            }
            stage.LastRuns.Add(outcome.Value!.Run);
            await PreviewLaw.CompareAsync(stage, outcome.Value.Run, expected, request.IsProgressive, cancel);
            drafted += outcome.Value.Drafted;
            parked += outcome.Value.Parked;
        }
        return new Played(Says(drafted, parked));
    }

    internal static string Says(int drafted, int parked) => string.Create(CultureInfo.InvariantCulture,
        $"{drafted} draft{(drafted == 1 ? "" : "s")}{(parked == 0 ? "" : $", {parked} parked")}");
}

/// <summary><c>retryParked</c>: the runs that could not bill all their accounts are started again.</summary>
internal sealed record RetryBills : Act
{
    internal override string Words => "parked accounts are tried again";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        scope.Done(fields, "retryParked");
        return new RetryBills();
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var results = await RetryParked.RunAsync(stage.Context, await stage.TimelineAsync(cancel), cancel);
        stage.LastRuns.Clear();
        stage.LastRuns.AddRange(results.Select(result => result.Run));
        return new Played(Bill.Says(results.Sum(result => result.Drafted), results.Sum(result => result.Parked)));
    }
}

/// <summary><c>accept</c>: the drafts of the last bill runs.</summary>
internal sealed record Accept : Act
{
    internal override string Words => "the drafts are accepted";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        scope.Done(fields, "accept");
        return new Accept();
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var (accepted, held, changed) = (0, 0, 0);
        foreach (var run in stage.LastRuns)
        {
            var outcome = await AcceptDocuments.RunAsync(
                stage.Context, await stage.TimelineAsync(cancel), run, null, cancel);
            if (outcome.Refusal is { } refusal)
            {
                return Played.Refused(refusal);
            }
            accepted += outcome.Value!.Accepted;
            held += outcome.Value.Held;
            changed += outcome.Value.Changed.Count;
        }
        return new Played(
            string.Create(CultureInfo.InvariantCulture, $"{accepted} accepted{(held == 0 ? "" : $", {held} kept back")}")
            + (changed == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {changed} changed since")));
    }
}

/// <summary><c>issue</c>: what was accepted of the last bill runs.</summary>
internal sealed record Issue(LocalDate? Date) : Act
{
    internal override string Words => "the accepted documents are issued";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var act = new Issue(scope.OptionalDate(fields, "date"));
        scope.Done(fields, "issue");
        return act;
    }

    internal override Task<Played> PlayAsync(Stage stage, CancellationToken cancel) => RunAsync(stage, Date, cancel);

    internal static async Task<Played> RunAsync(Stage stage, LocalDate? date, CancellationToken cancel)
    {
        var numbers = new List<string>();
        foreach (var run in stage.LastRuns)
        {
            var outcome = await IssueDocuments.RunAsync(stage.Context, run, date, null, cancel);
            if (outcome.Refusal is { } refusal)
            {
                return Played.Refused(refusal);
            }
            numbers.AddRange(
                new[] { outcome.Value!.FirstNumber, outcome.Value.LastNumber }.OfType<string>().Distinct(StringComparer.Ordinal));
        }
        return new Played(numbers.Count == 0 ? "nothing to issue" : string.Join(" to ", numbers));
    }
}

/// <summary><c>invoice</c>: bill, accept and issue at once.</summary>
internal sealed record Invoice(Cycle Cycle, LocalDate? IssueDate) : Act
{
    internal override string Words => $"{Cycle.Name} billed and issued";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var act = new Invoice(Cycle.Read(scope, fields), scope.OptionalDate(fields, "issueDate"));
        scope.Done(fields, "invoice");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var billed = await new Bill(Cycle).PlayAsync(stage, cancel);
        if (billed.Refusal is not null)
        {
            return billed;
        }
        var accepted = await new Accept().PlayAsync(stage, cancel);
        return accepted.Refusal is null ? await Issue.RunAsync(stage, IssueDate, cancel) : accepted;
    }
}

/// <summary><c>cancelDraft</c>: the documents of an account that are not issued are taken back.</summary>
internal sealed record CancelDraft(string Account) : Act
{
    internal override string Words => $"the draft of {Account} is cancelled";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var act = new CancelDraft(scope.Accounts.Use(fields, "account"));
        scope.Done(fields, "cancelDraft");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var heads = await ReadDocuments.ListAsync(stage.Context, new DocumentFilter(Account: stage.Accounts[Account]), cancel);
        var open = heads.Where(head => head.Phase is "draft" or "accepted").ToList();
        // Without a draft the newest document is meant, so that the refusal of an issued one can be told as a story.
        var chosen = open.Count > 0 ? open : heads.TakeLast(1).ToList();
        var outcome = await CancelDocuments.RunAsync(stage.Context, [.. chosen.Select(head => head.Id)], cancel);
        return outcome.Refusal is { } refusal
            ? Played.Refused(refusal)
            : new Played(string.Create(CultureInfo.InvariantCulture, $"{outcome.Value} cancelled"));
    }
}
