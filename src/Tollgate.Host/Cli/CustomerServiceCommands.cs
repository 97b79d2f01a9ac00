using System.CommandLine;
using Tollgate.Operations.Customers;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate subscription add|show|change|suspend|resume|withdraw|history|end</c> and <c>tollgate identity
/// add|show|change|end</c>.</summary>
internal static class CustomerServiceCommands
{
    internal static Command BuildSubscription(Globals globals) => new("subscription", "The offers that accounts have.")
    {
        AddSubscription(globals), ShowSubscription(globals), SubscriptionChangeCommands.Change(globals),
        SubscriptionChangeCommands.Suspend(globals),
        SubscriptionChangeCommands.Resume(globals), SubscriptionChangeCommands.Transfer(globals),
        SubscriptionChangeCommands.Withdraw(globals),
        SubscriptionChangeCommands.History(globals), EndSubscriptionCommand(globals),
        UsageDepthCommands.Numbers(globals),
    };

    internal static Command BuildIdentity(Globals globals) =>
        new("identity", "Numbers, user names and addresses by which the network knows a subscription.")
    {
        AddIdentityCommand(globals), ShowIdentity(globals), ChangeIdentityCommand(globals), EndIdentityCommand(globals),
    };

    private static Command AddSubscription(Globals globals)
    {
        var account = new Argument<string>("account") { Description = "Id (acc_1001) or your own account number." };
        var offer = new Argument<string>("offer") { Description = "Code of an offer of the published catalogue." };
        var external = Arguments.Text("--external-key", "Your own key of the subscription.");
        var quantity = new Option<int>("--quantity") { Description = "How many.", DefaultValueFactory = _ => 1 };
        var start = Arguments.At();
        var hangsOn = Arguments.Text("--base", "The subscription that this add-on hangs on.");
        var identities = new Option<string[]>("--identity")
        {
            Description = "KIND=VALUE, e.g. msisdn=491701234567; may be given several times.", HelpName = "KIND=VALUE",
        };
        var key = Arguments.Key();
        var command = new Command(
            "add", "Subscribes an account to an offer.\n\n"
                + "Example: tollgate subscription add A-17 mobile-s --identity msisdn=491701234567")
        {
            account, offer, external, quantity, start, hangsOn, identities, key,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var accountId = await Arguments.AccountAsync(session.Context, parsed.GetValue(account)!, cancel);
            var subscription = new NewSubscription
            {
                Account = accountId,
                Offer = parsed.GetValue(offer)!, ExternalKey = parsed.GetValue(external)!, Quantity = parsed.GetValue(quantity),
                StartedAt = await Arguments.TimeAsync(session.Context, parsed.GetValue(start), accountId, cancel),
                Base = parsed.GetValue(hangsOn) is { Length: > 0 } main
                    ? await Arguments.SubscriptionAsync(session.Context, main, cancel) : null,
                Identities = [.. (parsed.GetValue(identities) ?? []).Select(Identity)],
            };
            var written = await CreateSubscription.RunAsync(session.Context, subscription, PublishedOffers.Of(session.Context),
                Arguments.CallerKey(parsed.GetValue(key)!, subscription.ExternalKey), cancel);
            Arguments.Done(globals.Output(parsed), written.OrFaults(), "subscription");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command ShowSubscription(Globals globals)
    {
        var which = Which();
        var command = new Command("show",
            "Shows a subscription with its identities, as it is now; what happened to it: tollgate subscription history.\n\n"
            + "Example: tollgate subscription show sub_1004") { which };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.SubscriptionAsync(session.Context, parsed.GetValue(which)!, cancel);
            Print(globals.Output(parsed), (await ReadSubscriptions.OneAsync(session.Context, id, cancel)).OrRefuse());
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Print(Output output, Subscription subscription)
    {
        output.Record(subscription.Id.ToString(),
        [
            ("id", subscription.Id), ("external key", subscription.ExternalKey), ("customer", subscription.Customer),
            ("account", subscription.Account), ("base", subscription.Base), ("offer", subscription.Offer),
            ("quantity", subscription.Quantity), ("phase", subscription.Phase), ("suspended", subscription.Suspended),
            ("started", subscription.StartedAt), ("ended", subscription.EndedAt),
            ("identities", string.Join("; ", subscription.Identities.Select(identity =>
                $"{identity.Kind}={identity.Value} from {identity.ValidFrom}"
                + (identity.ValidTo is { } to ? $" to {to}" : "")))),
        ]);
    }

    private static Command ShowIdentity(Globals globals)
    {
        var identity = Which2();
        var at = new Option<string?>("--at")
        {
            Description = "When: a time, or a date in the zone of the first seller. Default: now.", HelpName = "TIME",
        };
        var command = new Command("show",
            "Shows the subscription that has an identity.\n\nExample: tollgate identity show msisdn=491701234567 --at 2026-11-30")
        {
            identity, at,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var wanted = Identity(parsed.GetValue(identity)!);
            var time = await Arguments.TimeAsync(session.Context, parsed.GetValue(at), (Primitives.AccountId?)null, cancel);
            Print(globals.Output(parsed), (await ReadSubscriptions.ByIdentityAsync(
                session.Context, wanted.Kind, wanted.Value, time, cancel)).OrFaults());
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command ChangeIdentityCommand(Globals globals)
    {
        var (which, identity, at) = (Which(), Which2(), Arguments.At());
        var other = new Argument<string>("new") { Description = "KIND=VALUE that takes its place, e.g. imsi=262019876543210." };
        var command = new Command("change",
            "Puts another identity in the place of one, e.g. a new number or SIM: one ends and the other begins at the same\n"
            + "time, or nothing is done.\n\n"
            + "Example: tollgate identity change sub_1004 msisdn=491701234567 msisdn=491709999999")
        {
            which, identity, other, at,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.SubscriptionAsync(session.Context, parsed.GetValue(which)!, cancel);
            var (old, wanted) = (Identity(parsed.GetValue(identity)!), Identity(parsed.GetValue(other)!));
            var change = new IdentityChange
            {
                Kind = wanted.Kind, Value = wanted.Value,
                At = await Arguments.TimeAsync(session.Context, parsed.GetValue(at), id, cancel),
            };
            var written = await ChangeIdentity.RunAsync(session.Context, id, old.Kind, old.Value, change, "", cancel);
            Arguments.Done(globals.Output(parsed), written.OrFaults(), "subscription");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command EndSubscriptionCommand(Globals globals)
    {
        var which = new Argument<string>("subscription") { Description = "Id (sub_1001) or your own key." };
        var at = Arguments.At();
        var when = SubscriptionChangeCommands.When();
        var waive = new Option<bool>("--waive-fee") { Description = "No fee for ending within the minimum term." };
        var command = new Command("end", "Ends a subscription with its add-ons and identities.") { which, at, when, waive };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.SubscriptionAsync(session.Context, parsed.GetValue(which)!, cancel);
            var end = new SubscriptionEnd
            {
                At = await Arguments.TimeAsync(session.Context, parsed.GetValue(at), id, cancel),
                WaiveFee = parsed.GetValue(waive),
                When = SubscriptionChangeCommands.ReadWhen(parsed.GetValue(when)!),
            };
            var written = await EndSubscription.RunAsync(
                session.Context, id, end, PublishedOffers.Of(session.Context), "", cancel);
            Arguments.Done(globals.Output(parsed), written.OrFaults(), "ended");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command AddIdentityCommand(Globals globals)
    {
        var (which, identity, at) = (Which(), Which2(), Arguments.At());
        var command = new Command("add",
            "Gives a subscription an identity.\n\nExample: tollgate identity add sub_1004 msisdn=491701234567")
        {
            which, identity, at,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.SubscriptionAsync(session.Context, parsed.GetValue(which)!, cancel);
            var wanted = Identity(parsed.GetValue(identity)!) with
            {
                ValidFrom = await Arguments.TimeAsync(session.Context, parsed.GetValue(at), id, cancel) ?? session.Context.Now,
            };
            Arguments.Done(globals.Output(parsed),
                (await AddIdentity.RunAsync(session.Context, id, wanted, "", cancel)).OrFaults(), "subscription");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command EndIdentityCommand(Globals globals)
    {
        var (which, identity, at) = (Which(), Which2(), Arguments.At());
        var command = new Command("end", "Takes an identity from a subscription, so that another may have it.")
        {
            which, identity, at,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.SubscriptionAsync(session.Context, parsed.GetValue(which)!, cancel);
            var old = Identity(parsed.GetValue(identity)!);
            var written = await EndIdentity.RunAsync(
                session.Context, id, old.Kind, old.Value,
                await Arguments.TimeAsync(session.Context, parsed.GetValue(at), id, cancel), "", cancel);
            Arguments.Done(globals.Output(parsed), written.OrFaults(), "subscription");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Argument<string> Which() => new("subscription") { Description = "Id (sub_1001) or your own key." };

    private static Argument<string> Which2() => new("identity") { Description = "KIND=VALUE, e.g. msisdn=491701234567." };

    private static NewIdentity Identity(string text) => text.Split('=', 2) is [var kind, var value]
        ? new NewIdentity { Kind = kind, Value = value }
        : throw new CommandRefusedException(
            $"'{text}' is not an identity. Write KIND=VALUE, e.g. msisdn=491701234567.", ExitCodes.Usage);
}
