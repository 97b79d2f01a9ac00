using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NodaTime;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Scenarios.Acts;
using Tollgate.Operations.Scenarios.Facts;
using Tollgate.Primitives;

namespace Tollgate.Operations.Scenarios;

/// <summary>Plays one scenario on a stage: sets it, does one step after the other, compares.</summary>
internal sealed class ScenarioPlay(Stage stage)
{
    private readonly FactReader facts = new(stage);
    private readonly GivenFacts given = new(stage);
    private static readonly LocalDate LongAgo = new(1970, 1, 1);

    private readonly List<StepResult> done = [];

    internal async Task<ScenarioResult> RunAsync(bool final, CancellationToken cancel)
    {
        var scenario = stage.Scenario;
        if (await SetAsync(cancel) is { } refusal)
        {
            var start = scenario.Start.InZone(scenario.Zone).LocalDateTime;
            done.Add(new StepResult(start, "the stage is set", "", [Unexpected(refusal, 1)], 1, ""));
            return new ScenarioResult(scenario, [.. done], [], "", null);
        }
        foreach (var step in scenario.Steps)
        {
            cancel.ThrowIfCancellationRequested();
            var result = await StepAsync(step, cancel);
            done.Add(result);
            if (result.Checks.Any(check => !check.Holds && check.What.StartsWith("refused", StringComparison.Ordinal)))
            {
                break; // what follows would rest on what did not happen
            }
        }
        return new ScenarioResult(
            scenario, [.. done], [.. stage.WrongPreviews, .. await facts.BrokenProofsAsync(cancel)], "", final
                ? await FinalAsync(cancel) : null);
    }

    /// <summary>Publishes the catalogue and creates who is there at the beginning.</summary>
    private async Task<Refusal?> SetAsync(CancellationToken cancel)
    {
        var scenario = stage.Scenario;
        if (!scenario.Policies.IsEmpty && (await Policies.SetAsync(
            stage.Context, new PolicyOrder(scenario.Policies, LongAgo, scenario.Name), cancel)).Refusal is { } wrong)
        {
            return wrong;
        }
        if ((await stage.PublishAsync(scenario.Catalogue, scenario.CatalogueFrom, cancel)).Refusal is { } invalid)
        {
            return invalid;
        }
        foreach (var seller in scenario.Sellers)
        {
            var made = await CreateSeller.RunAsync(stage.Context, seller, "", cancel);
            if (made.Refusal is { } refusal)
            {
                return refusal;
            }
            stage.Sellers[seller.Code] = made.Value.Id;
        }
        foreach (var (seller, customer) in scenario.Customers)
        {
            var made = await CreateCustomer.RunAsync(stage.Context, customer with { Seller = stage.Sellers[seller] }, "", cancel);
            if (made.Refusal is { } refusal)
            {
                return refusal;
            }
            stage.Customers[customer.ExternalKey] = made.Value.Id;
        }
        foreach (var (customer, account, billsTo) in scenario.Accounts)
        {
            var made = await CreateAccount.RunAsync(
                stage.Context, account with
                {
                    Customer = stage.Customers[customer], BillsTo = billsTo is null ? null : stage.Accounts[billsTo],
                }, "", cancel);
            if (made.Refusal is { } refusal)
            {
                return refusal;
            }
            stage.Accounts[account.ExternalKey] = made.Value.Id;
            stage.Currencies[account.ExternalKey] = Units.Find(
                account.Currency.Length > 0 ? account.Currency : scenario.Sellers[0].Currency) ?? Units.Eur;
        }
        return null;
    }

    private async Task<StepResult> StepAsync(Step step, CancellationToken cancel)
    {
        stage.Clock.AdvanceTo(step.At);
        var at = stage.Context.Now.InZone(stage.Zone).LocalDateTime;
        var before = step.Expect is null ? null : await BeforeAsync(step.Expect, step.Act is not null, cancel);
        var played = step.Act is null ? new Played() : await step.Act.PlayAsync(stage, cancel);
        var checks = new List<Check>();
        var refusalExpected = step.Expect?.Find("refused") is not null;
        if (played.Refusal is { } refusal && !refusalExpected)
        {
            checks.Add(Unexpected(refusal, step.Place.Line));
        }
        else if (step.Expect is { } expected)
        {
            new Comparison(checks).Object("", expected, await AfterAsync(expected, before!, played, cancel), Shapes.All);
        }
        var outcome = played.Refusal is { } no ? $"refused, {no.Code}: {no.Message}" : played.Outcome;
        return new StepResult(at, step.Act?.Words ?? "", outcome, [.. checks], step.Place.Line, step.Note)
        {
            Preview = played.Preview,
        };
    }

    private static Check Unexpected(Refusal refusal, int line)
    {
        var faults = string.Concat(refusal.Faults.Select(fault => $" {fault.Field}: {fault.Message} {fault.Cure}"));
        return new Check("refused", "none", $"{refusal.Code}: {refusal.Message}{faults}", false, line);
    }

    /// <summary>What a step must know of the time before it, to tell afterwards what it made.</summary>
    private sealed record Before(Dictionary<long, string> Phases, Dictionary<long, long>? Sequences, long Entry);

    private async Task<Before> BeforeAsync(YamlMapping expect, bool acts, CancellationToken cancel) => new(
        expect.Find("documents") is null ? [] : await facts.PhasesAsync(cancel),
        acts && expect.Find("charges") is not null ? await facts.SequencesAsync(cancel) : null,
        acts && expect.Find("postings") is not null ? await facts.LastEntryAsync(cancel) : 0);

    /// <summary>The facts that a step expects something about.</summary>
    private async Task<JsonObject> AfterAsync(YamlMapping expect, Before before, Played played, CancellationToken cancel)
    {
        var found = new JsonObject();
        foreach (var (key, _) in expect.Entries)
        {
            found[key.Text] = key.Text switch
            {
                "refused" => played.Refusal is { } refusal
                    ? new JsonObject { ["code"] = refusal.Code, ["field"] = refusal.Field, ["message"] = refusal.Message }
                    : new JsonObject(),
                "usage" => played.Usage is { } usage ? GivenFacts.Of(usage) : new JsonObject(),
                "rerated" => GivenFacts.Of(played.Rerated),
                "adjustments" => await given.AdjustmentsAsync(cancel),
                "discounts" => await given.DiscountsAsync(cancel),
                "preview" => played.Preview ?? [],
                "charges" => await facts.ChargesAsync(before.Sequences, cancel),
                "balances" => await facts.BalancesAsync(cancel),
                "documents" => await TouchedAsync(before.Phases, cancel),
                "subscriptions" => await facts.SubscriptionsAsync(cancel),
                "accounts" => await facts.AccountsAsync(cancel),
                "held" => await facts.HeldAsync(cancel),
                "parked" => await facts.ParkedAsync(cancel),
                "postings" => await facts.PostingsAsync(before.Entry, cancel),
                "trialBalance" => await facts.TrialBalanceAsync(cancel),
                _ => null,
            };
        }
        return found;
    }

    /// <summary>The documents that the step made or moved to another phase; when it touched none, all that are not
    /// cancelled.</summary>
    private async Task<JsonArray> TouchedAsync(Dictionary<long, string> phases, CancellationToken cancel)
    {
        var all = await facts.DocumentsAsync(cancel);
        var touched = all.Where(one => phases.GetValueOrDefault(one.Head.Id.Value) != one.Head.Phase).ToList();
        return [.. (touched.Count > 0 ? touched : all.Where(one => one.Head.Phase != "cancelled")).Select(one => one.Fact)];
    }

    private async Task<JsonObject> FinalAsync(CancellationToken cancel) => new()
    {
        ["charges"] = await facts.ChargesAsync(null, cancel),
        ["balances"] = await facts.BalancesAsync(cancel),
        ["documents"] = new JsonArray([.. (await facts.DocumentsAsync(cancel)).Select(one => one.Fact)]),
        ["subscriptions"] = await facts.SubscriptionsAsync(cancel),
        ["accounts"] = await facts.AccountsAsync(cancel),
        ["adjustments"] = await given.AdjustmentsAsync(cancel),
        ["discounts"] = await given.DiscountsAsync(cancel),
        ["held"] = await facts.HeldAsync(cancel),
        ["parked"] = await facts.ParkedAsync(cancel),
        ["postings"] = await facts.PostingsAsync(0, cancel),
        ["trialBalance"] = await facts.TrialBalanceAsync(cancel),
    };
}
