using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Catalog.Reading;
using Tollgate.Ledger;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Scenarios.Reading;
using Tollgate.Primitives;

namespace Tollgate.Operations.Scenarios.Acts;

/// <summary>What top-ups and payments say alike.</summary>
internal sealed record MoneyIn(string Account, Money Amount, PaymentChannel Channel, LocalDate? Date, string? Key)
{
    internal static MoneyIn Read(ScenarioScope scope, Fields fields)
    {
        var account = scope.Accounts.Use(fields, "account");
        var amount = scope.OptionalAmount(fields, "amount");
        if (amount is null)
        {
            fields.Scalar("amount", required: true);
        }
        var channel = fields.Choice("channel", PaymentChannel.Transfer);
        return new MoneyIn(
            account, amount ?? Money.Zero(scope.Currency), channel, scope.OptionalDate(fields, "date"),
                fields.OptionalText("key"));
    }

    internal string KeyOn(Stage stage) => Key ?? stage.NextKey();
}

/// <summary><c>topUp</c>: prepaid money for an account.</summary>
internal sealed record TopUpMoney(MoneyIn Money) : Act
{
    internal override string Words => $"{Money.Account} tops up {Money.Amount}";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var act = new TopUpMoney(MoneyIn.Read(scope, fields));
        scope.Done(fields, "topUp");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var outcome = await TopUp.RunAsync(
            stage.Context, new TopUpRequest(
                stage.Accounts[Money.Account], Money.Amount, Money.Channel, Money.Date ?? stage.Today, Money.KeyOn(stage)),
                    cancel);
        return outcome.Refusal is { } refusal
            ? Played.Refused(refusal)
            : new Played(outcome.Value!.Replayed ? "done before" : $"balance {outcome.Value.Balance}");
    }
}

/// <summary><c>pay</c>: money for what is owed.</summary>
internal sealed record Pay(MoneyIn Money, string Reference) : Act
{
    internal override string Words => $"{Money.Account} pays {Money.Amount}";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var act = new Pay(MoneyIn.Read(scope, fields), fields.OptionalText("reference") ?? "");
        scope.Done(fields, "pay");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var outcome = await RecordPayment.RunAsync(
            stage.Context, new PaymentRequest(
                stage.Accounts[Money.Account], Money.Amount, Money.Channel, Money.Date ?? stage.Today, Money.KeyOn(stage),
                    Reference), cancel);
        if (outcome.Refusal is { } refusal)
        {
            return Played.Refused(refusal);
        }
        var result = outcome.Value!;
        return new Played(result.Replayed ? "recorded before"
            : result.Credit.Amount == 0 ? "" : $"{result.Allocated} paid debts, {result.Credit} is a credit");
    }
}

/// <summary><c>publish</c>: the catalogue changes; what the step does not name stays as it is.</summary>
internal sealed record Publish(CatalogueTree Tree, Instant? From, string What) : Act
{
    internal override string Words => $"a catalogue version is published{What}";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var from = scope.OptionalTime(fields, "from");
        scope.Catalogue = CatalogueSection.With(scope, fields.Map, scope.Catalogue);
        scope.KeysSeen?.Invoke("publish", ["from", .. CatalogueSection.OwnKeys]);
        var changed = fields.Map.Entries.Select(entry => entry.Key.Text).Where(key => key != "from").ToList();
        return new Publish(scope.Catalogue, from, changed.Count == 0 ? "" : $", other {string.Join(" and ", changed)}");
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var from = From ?? stage.Context.Now;
        var outcome = await stage.PublishAsync(Tree, from, cancel);
        return outcome.Refusal is { } refusal
            ? Played.Refused(refusal)
            : new Played(
                string.Create(CultureInfo.InvariantCulture, $"version {outcome.Value!.Version} from {stage.Local(from)}"));
    }
}
