using System.Globalization;
using NodaTime;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Scenarios.Reading;
using Tollgate.Primitives;

namespace Tollgate.Operations.Scenarios.Acts;

/// <summary><c>change</c>: another quantity of a subscription.</summary>
internal sealed record ChangeQuantity(string Subscription, int Quantity) : Act
{
    internal override string Words =>
        string.Create(CultureInfo.InvariantCulture, $"{Subscription} changes its quantity to {Quantity}");

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var act = new ChangeQuantity(
            scope.Subscriptions.Use(fields, "subscription"), (int)fields.Number("quantity", int.MinValue, int.MaxValue, 0));
        scope.Done(fields, "change");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var outcome = await ChangeSubscription.RunAsync(
            stage.Context, stage.Subscriptions[Subscription], new SubscriptionChange { Quantity = Quantity },
            PublishedOffers.Of(stage.Context), "", cancel);
        return new Played { Refusal = outcome.Refusal };
    }
}

/// <summary><c>end</c>: a subscription, an account, a customer or an identity of a subscription ends.</summary>
internal sealed record End(
    string? Subscription, string? Account, string? Customer, (string Kind, string Value)? Identity, Instant? From) : Act
{
    internal override string Words => Identity is { } identity
        ? $"{Subscription} loses {identity.Kind} {identity.Value}"
        : $"{Subscription ?? Account ?? Customer} ends";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var account = fields.Scalar("account", required: false) is { } one ? scope.Accounts.Known(one) : null;
        var customer = fields.Scalar("customer", required: false) is { } other ? scope.Customers.Known(other) : null;
        var subscription = account is null && customer is null ? scope.Subscriptions.Use(fields, "subscription") : null;
        if (subscription is null)
        {
            fields.Scalar("subscription", required: false);
        }
        var identity = fields.Scalar("identity", required: false) is { } word ? Subscribe.Identity(scope, word)
            : ((string, string)?)null;
        var act = new End(subscription, account, customer, identity, scope.OptionalTime(fields, "from"));
        scope.Done(fields, "end");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var context = stage.Context;
        var refusal = (Subscription, Account, Identity) switch
        {
            ({ } key, _, { } identity) => (await EndIdentity.RunAsync(
                context, stage.Subscriptions[key], identity.Kind, identity.Value, From, "", cancel)).Refusal,
            ({ } key, _, _) => (await EndSubscription.RunAsync(context, stage.Subscriptions[key], From, "", cancel)).Refusal,
            (_, { } key, _) => (await EndAccount.RunAsync(context, stage.Accounts[key], From, "", cancel)).Refusal,
            _ => (await EndCustomer.RunAsync(context, stage.Customers[Customer!], From, "", cancel)).Refusal,
        };
        return new Played(From is { } at ? $"from {stage.Local(at)}" : "") { Refusal = refusal };
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
            TermsDays = fields.Has("termsDays") ? fields.Whole("termsDays", 0, int.MinValue, int.MaxValue) : AskedAnyway(fields),
            PaymentMethod = fields.OptionalText("paymentMethod"),
            Language = fields.OptionalText("language"),
        });
        scope.Done(fields, "changeAccount");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel) =>
        new() { Refusal = (await ChangeAccount.RunAsync(stage.Context, stage.Accounts[Account], Change, "", cancel)).Refusal };

    private static int? AskedAnyway(Fields fields)
    {
        fields.Scalar("termsDays", required: false);
        return null;
    }

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
    }
}
