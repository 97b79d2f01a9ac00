using System.Globalization;
using NodaTime;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Adjustments;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Scenarios.Reading;
using Tollgate.Primitives;

namespace Tollgate.Operations.Scenarios.Acts;

/// <summary><c>change</c>: another quantity, offer or own price of a subscription, from a time on.</summary>
internal sealed record Change(string Subscription, SubscriptionChange What) : Act
{
    internal override string Words => $"{Subscription} changes {string.Join(" and ", Parts())}";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var quantity = fields.Whole("quantity", int.MinValue, int.MinValue, int.MaxValue);
        var act = new Change(scope.Subscriptions.Use(fields, "subscription"), new SubscriptionChange
        {
            Quantity = quantity == int.MinValue ? null : quantity,
            Offer = fields.OptionalText("offer"),
            PriceCode = fields.OptionalText("price"),
            Amount = scope.OptionalAmount(fields, "amount")?.Amount,
            At = scope.OptionalTime(fields, "from"),
            When = fields.Choice("when", ChangeTime.Now),
        });
        scope.Done(fields, "change");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var outcome = await ChangeSubscription.RunAsync(
            stage.Context, stage.Subscriptions[Subscription], What, stage.OffersAsync, "", cancel);
        return new Played(What.At is { } at ? $"from {stage.Local(at)}" : "") { Refusal = outcome.Refusal };
    }

    private IEnumerable<string> Parts()
    {
        if (What.Quantity is { } units)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"its quantity to {units}");
        }
        if (What.Offer is { } offer)
        {
            yield return $"to {offer}";
        }
        if (What.PriceCode is { } code)
        {
            yield return What.Amount is { } amount
                ? string.Create(CultureInfo.InvariantCulture, $"the price {code} to {amount}")
                    : $"the price {code} to the catalogue's";
        }
    }
}

/// <summary><c>suspend</c> and <c>resume</c>: the service pauses, and goes on.</summary>
internal sealed record Pause(string Subscription, bool Begins, bool Charged, Instant? From) : Act
{
    internal override string Words =>
        !Begins ? $"{Subscription} goes on" : $"{Subscription} pauses{(Charged ? ", charged" : "")}";

    internal static Act ReadSuspend(ScenarioScope scope, Fields fields)
    {
        var act = new Pause(
            scope.Subscriptions.Use(fields, "subscription"), true, fields.Flag("charged", otherwise: false),
            scope.OptionalTime(fields, "from"));
        scope.Done(fields, "suspend");
        return act;
    }

    internal static Act ReadResume(ScenarioScope scope, Fields fields)
    {
        var act = new Pause(scope.Subscriptions.Use(fields, "subscription"), false, false, scope.OptionalTime(fields, "from"));
        scope.Done(fields, "resume");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var id = stage.Subscriptions[Subscription];
        var outcome = Begins
            ? await SuspendSubscription.RunAsync(stage.Context, id, Charged, From, "", "", cancel)
            : await ResumeSubscription.RunAsync(stage.Context, id, From, "", "", cancel);
        return new Played(From is { } at ? $"from {stage.Local(at)}" : "") { Refusal = outcome.Refusal };
    }
}

/// <summary><c>withdraw</c>: a change that was recorded by mistake, or what was given to an account, is taken back.</summary>
/// <param name="Adjustment">Null: a change of a subscription.</param>
internal sealed record Withdraw(string? Adjustment, string Subscription, int Number) : Act
{
    internal override string Words => Adjustment is null
        ? string.Create(CultureInfo.InvariantCulture, $"change {Number} of {Subscription} is withdrawn")
        : $"{Adjustment} is withdrawn";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var adjustment = scope.Adjustments.Named(fields, "adjustment");
        fields.Knows(["subscription", "change"]);
        var act = new Withdraw(
            adjustment, adjustment is null ? scope.Subscriptions.Use(fields, "subscription") : "",
            adjustment is null ? (int)fields.Number("change", 0, int.MaxValue, 0) : 0);
        scope.Done(fields, "withdraw");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel) => new()
    {
        Refusal = Adjustment is null
            ? (await WithdrawChange.RunAsync(
                stage.Context, stage.Subscriptions[Subscription], Number, "", "", cancel)).Refusal
            : (await AdjustAccount.WithdrawAsync(stage.Context, stage.Adjustments[Adjustment], cancel)).Refusal,
    };
}

/// <summary><c>transfer</c>: another account pays a subscription, with its add-ons; at another customer the key names it as it is
/// kept there.</summary>
internal sealed record Transfer(string Subscription, string Account, Instant? From) : Act
{
    internal override string Words => $"{Account} pays {Subscription}";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var subscription = scope.Subscriptions.Use(fields, "subscription");
        var account = fields.Scalar("account", required: true) is { } to ? scope.Accounts.Known(to) : "";
        var act = new Transfer(subscription, account, scope.OptionalTime(fields, "from"));
        scope.Done(fields, "transfer");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var outcome = await TransferSubscription.RunAsync(
            stage.Context, stage.Subscriptions[Subscription], stage.Accounts[Account], stage.OffersAsync, From, "", "", cancel);
        if (outcome.Refusal is null)
        {
            stage.Subscriptions[Subscription] = outcome.Value.Id;
        }
        return new Played(From is { } at ? $"from {stage.Local(at)}" : "") { Refusal = outcome.Refusal };
    }
}

/// <summary><c>moveCycle</c>: an account gets another bill cycle.</summary>
internal sealed record MoveToCycle(string Account, string Cycle, LocalDate? On) : Act
{
    internal override string Words => $"{Account} moves to the cycle '{Cycle}'";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var act = new MoveToCycle(scope.Accounts.Use(fields, "account"), fields.Text("cycle"), scope.OptionalDate(fields, "on"));
        scope.Done(fields, "moveCycle");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel) =>
        new() { Refusal = (await MoveCycle.RunAsync(stage.Context, stage.Accounts[Account], Cycle, On, "", cancel)).Refusal };
}

/// <summary><c>end</c>: a subscription, an account, a customer, a discount or an identity of a subscription ends.</summary>
internal sealed record End(
    string? Subscription, string? Account, string? Customer, string? Discount, (string Kind, string Value)? Identity,
    SubscriptionEnd How) : Act
{
    internal override string Words => Identity is { } identity
        ? $"{Subscription} loses {identity.Kind} {identity.Value}"
        : $"{Subscription ?? Account ?? Customer ?? Discount} ends";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var (account, customer) = (scope.Accounts.Named(fields, "account"), scope.Customers.Named(fields, "customer"));
        var discount = scope.Discounts.Named(fields, "discount");
        fields.Knows(["subscription"]);
        var subscription = account is null && customer is null && discount is null
            ? scope.Subscriptions.Use(fields, "subscription") : null;
        var identity = fields.Scalar("identity", required: false) is { } word ? Subscribe.Identity(scope, word)
            : ((string, string)?)null;
        var act = new End(subscription, account, customer, discount, identity, new SubscriptionEnd
        {
            At = scope.OptionalTime(fields, "from"), When = fields.Choice("when", ChangeTime.Now),
            WaiveFee = fields.Flag("waiveFee", otherwise: false),
        });
        scope.Done(fields, "end");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var (context, from) = (stage.Context, How.At);
        var refusal = (Subscription, Account, Identity) switch
        {
            _ when Discount is not null => (await EndDiscount.RunAsync(
                context, stage.Discounts[Discount], from?.InZone(stage.Zone).Date, "", cancel)).Refusal,
            ({ } key, _, { } identity) => (await EndIdentity.RunAsync(
                context, stage.Subscriptions[key], identity.Kind, identity.Value, from, "", cancel)).Refusal,
            ({ } key, _, _) =>
                (await EndSubscription.RunAsync(context, stage.Subscriptions[key], How, stage.OffersAsync, "", cancel)).Refusal,
            (_, { } key, _) => (await EndAccount.RunAsync(context, stage.Accounts[key], from, "", cancel)).Refusal,
            _ => (await EndCustomer.RunAsync(context, stage.Customers[Customer!], from, "", cancel)).Refusal,
        };
        return new Played(from is { } at ? $"from {stage.Local(at)}" : "") { Refusal = refusal };
    }
}

/// <summary><c>identify</c>: a subscription gets another identity.</summary>
internal sealed record Identify(string Subscription, (string Kind, string Value) Identity, Instant? From, Instant? To) : Act
{
    internal override string Words => $"{Subscription} gets {Identity.Kind} {Identity.Value}";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var subscription = scope.Subscriptions.Use(fields, "subscription");
        var identity = fields.Scalar("identity", required: true) is { } word ? Subscribe.Identity(scope, word) : default;
        var act = new Identify(subscription, identity, scope.OptionalTime(fields, "from"), scope.OptionalTime(fields, "to"));
        scope.Done(fields, "identify");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var outcome = await AddIdentity.RunAsync(
            stage.Context, stage.Subscriptions[Subscription],
            new NewIdentity { Kind = Identity.Kind, Value = Identity.Value, ValidFrom = From, ValidTo = To }, "", cancel);
        return new Played(From is { } at ? $"from {stage.Local(at)}" : "") { Refusal = outcome.Refusal };
    }
}

/// <summary><c>changeAccount</c>: another country of taxation, other terms.</summary>
internal sealed record ChangeAccountFields(string Account, AccountChange Change) : Act
{
    internal override string Words => $"{Account} changes {string.Join(" and ", Changed())}";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var account = scope.Accounts.Use(fields, "account");
        var act = new ChangeAccountFields(account, new AccountChange
        {
            TaxCountry = fields.OptionalText("taxCountry"),
            TaxCountryFrom = scope.OptionalDate(fields, "taxCountryFrom"),
            TermsDays = fields.Scalar("termsDays", required: false) is null
                ? null : fields.Whole("termsDays", 0, int.MinValue, int.MaxValue),
            PaymentMethod = fields.OptionalText("paymentMethod"),
            Language = fields.OptionalText("language"),
            BillThreshold = scope.OptionalAmount(fields, "billThreshold"),
        });
        scope.Done(fields, "changeAccount");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel) =>
        new() { Refusal = (await ChangeAccount.RunAsync(stage.Context, stage.Accounts[Account], Change, "", cancel)).Refusal };

    private IEnumerable<string> Changed()
    {
        if (Change.TaxCountry is { } country)
        {
            yield return $"its tax country to {country}";
        }
        if (Change.TermsDays is { } days)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"its terms to {days} days");
        }
        if (Change.PaymentMethod is { } method)
        {
            yield return $"its payment method to {method}";
        }
        if (Change.Language is { } language)
        {
            yield return $"its language to {language}";
        }
        if (Change.BillThreshold is { } threshold)
        {
            yield return $"its threshold for bills to {threshold}";
        }
    }
}
