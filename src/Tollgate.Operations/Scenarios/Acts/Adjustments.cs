using NodaTime;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Adjustments;
using Tollgate.Operations.Scenarios.Reading;
using Tollgate.Primitives;

namespace Tollgate.Operations.Scenarios.Acts;

/// <summary><c>adjust</c>: a line for the next bill of an account, or money that its bills set off.</summary>
/// <param name="Key">The story's name for it.</param>
/// <param name="Line">Null: a credit.</param>
internal sealed record Adjust(string Key, string Account, NewGivenLine? Line, NewCredit? Credit) : Act
{
    internal override string Words => Line is { } line
        ? $"{Account} is charged {FormattableString.Invariant($"{line.Amount}")} for: {line.Text}"
        : $"{Account} is given {FormattableString.Invariant($"{Credit!.Amount}")}: {Credit.Text}";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var account = scope.Accounts.Use(fields, "account");
        var (charge, credit) = (scope.OptionalAmount(fields, "charge"), scope.OptionalAmount(fields, "credit"));
        if (charge is null == credit is null)
        {
            scope.Findings.Error(Catalog.CatalogueFindings.Missing, fields.Place, "An adjustment is a charge or a credit.",
                "Give either 'charge: 5.00' with a 'tax', or 'credit: 5.00'.");
        }
        var (text, reason) = (fields.Text("text"), fields.OptionalText("reason") ?? "");
        var kind = fields.OptionalText("kind") ?? "charge";
        var line = new NewGivenLine(
            default, text, charge?.Amount ?? 0m, fields.OptionalText("tax") ?? "", fields.Flag("taxIncluded", otherwise: false),
            kind, scope.OptionalDate(fields, "on"), fields.OptionalText("revenueAccount") ?? "", reason);
        var money = new NewCredit(
            default, text, credit?.Amount ?? 0m,
            fields.Scalar("beforeTax", required: false) is null ? null : fields.Flag("beforeTax", otherwise: false), reason);
        var act = new Adjust(
            scope.Adjustments.Name(fields, credit is null ? kind : "credit"), account, credit is null ? line : null,
            credit is null ? null : money);
        scope.Done(fields, "adjust");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var account = stage.Accounts[Account];
        if (Line is { } line)
        {
            var charged = await AdjustAccount.ChargeAsync(
                stage.Context, line with { Account = account }, await stage.CatalogueInForceAsync(cancel), "", cancel);
            return Told(stage, Key, charged.Refusal, charged.Value.Id.ToString());
        }
        var given = await AdjustAccount.CreditAsync(stage.Context, Credit! with { Account = account }, "", cancel);
        return Told(stage, Key, given.Refusal, given.Value.Id.ToString());
    }

    internal static Played Told(Stage stage, string key, Refusal? refusal, string id)
    {
        if (refusal is not null)
        {
            return Played.Refused(refusal);
        }
        stage.Adjustments[key] = id;
        return new Played();
    }
}

/// <summary><c>deposit</c>: an account leaves money as security.</summary>
internal sealed record TakeDeposit(string Key, MoneyIn Money, string Text) : Act
{
    internal override string Words => $"{Money.Account} leaves a deposit of {Money.Amount}";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var act = new TakeDeposit(
            scope.Adjustments.Name(fields, "deposit"), MoneyIn.Read(scope, fields), fields.OptionalText("text") ?? "Deposit");
        scope.Done(fields, "deposit");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var taken = await Deposits.TakeAsync(stage.Context, new NewDeposit(
            stage.Accounts[Money.Account], Money.Amount, Money.Channel, Money.Date ?? stage.Today, Text,
            stage.NextKey()), cancel);
        return Adjust.Told(stage, Key, taken.Refusal, taken.Value.Id.ToString());
    }
}

/// <summary><c>releaseDeposit</c>: the next bill sets it off. <c>returnDeposit</c>: it is paid back.</summary>
/// <param name="Back">False: it is released.</param>
/// <param name="Amount">Null: everything that is left.</param>
internal sealed record GiveDepositUp(
    string Deposit, bool Back, Money? Amount, LocalDate? Date, Ledger.PaymentChannel Channel) : Act
{
    internal override string Words => !Back ? $"{Deposit} is released"
        : $"{Deposit} is paid back{(Amount is { } amount ? $": {amount}" : "")}";

    internal static Act ReadRelease(ScenarioScope scope, Fields fields)
    {
        var act = new GiveDepositUp(scope.Adjustments.Use(fields, "deposit"), false, null, null, default);
        scope.Done(fields, "releaseDeposit");
        return act;
    }

    internal static Act ReadReturn(ScenarioScope scope, Fields fields)
    {
        var act = new GiveDepositUp(
            scope.Adjustments.Use(fields, "deposit"), true, scope.OptionalAmount(fields, "amount"),
            scope.OptionalDate(fields, "date"), fields.Choice("channel", Ledger.PaymentChannel.Transfer));
        scope.Done(fields, "returnDeposit");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        // What is no deposit has the id that nothing has, and the operation says so.
        var deposit = Id.TryParse<CreditId>(stage.Adjustments[Deposit], out var id) ? id : default;
        if (!Back)
        {
            return new Played { Refusal = (await Deposits.ReleaseAsync(stage.Context, deposit, cancel)).Refusal };
        }
        var back = await Deposits.ReturnAsync(stage.Context, new DepositReturn(
            deposit, Amount?.Amount, Channel, Date ?? stage.Today, stage.NextKey()), cancel);
        return back.Refusal is { } refusal ? Played.Refused(refusal) : new Played($"{back.Value}");
    }
}
