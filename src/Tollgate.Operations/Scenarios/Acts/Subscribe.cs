using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Scenarios.Reading;
using Tollgate.Primitives;

namespace Tollgate.Operations.Scenarios.Acts;

/// <summary><c>subscribe</c>: an account takes an offer. A base without identities gets a telephone number of its own.</summary>
internal sealed record Subscribe(
    string Key, string Account, string Offer, int Quantity, string? Base, Instant? From,
        ImmutableArray<(string Kind, string Value)> Identities)
    : Act
{
    internal override string Words => string.Create(CultureInfo.InvariantCulture,
        $"{Account} subscribes to {Offer}{(Quantity == 1 ? "" : $" × {Quantity}")}{(Key == Offer ? "" : $" as {Key}")}"
        + $"{(Base is null ? "" : $" on {Base}")}");

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var offer = fields.Code("offer");
        var key = fields.Scalar("key", required: false);
        var account = scope.Accounts.Use(fields, "account");
        var basis = fields.Scalar("base", required: false) is { } word ? scope.Subscriptions.Known(word) : null;
        var act = new Subscribe(
            scope.Subscriptions.Add(key?.Text ?? offer, key?.Place ?? fields.Place), account, offer,
            fields.Whole("quantity", 1, int.MinValue, int.MaxValue), basis, scope.OptionalTime(fields, "from"),
            [.. fields.Scalars("identities").Select(scalar => Identity(scope, scalar))]);
        scope.Done(fields, "subscribe");
        return act;
    }

    /// <summary><c>msisdn=4915100000001</c>.</summary>
    internal static (string Kind, string Value) Identity(ScenarioScope scope, YamlScalar scalar)
    {
        var parts = scalar.Text.Split('=', 2);
        if (parts.Length == 2 && IdentityKinds.Find(parts[0]) is not null)
        {
            return (parts[0], parts[1]);
        }
        scope.Findings.Error(Catalog.CatalogueFindings.Value, scalar.Place, $"'{scalar.Text}' is not an identity.",
            $"Write KIND=VALUE with one of the kinds {string.Join(", ", IdentityKinds.All)}.");
        return ("msisdn", "");
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel)
    {
        var start = From ?? stage.Context.Now;
        var identities = Identities.IsEmpty && Base is null
            ? [("msisdn", string.Create(CultureInfo.InvariantCulture, $"49151{stage.Subscriptions.Count + 1:00000000}"))]
            : Identities;
        var outcome = await CreateSubscription.RunAsync(
            stage.Context,
            new NewSubscription
            {
                Account = stage.Accounts[Account], ExternalKey = Key, Offer = Offer, Quantity = Quantity, StartedAt = start,
                Base = Base is null ? null : stage.Subscriptions[Base],
                Identities = [.. identities.Select(one => new NewIdentity { Kind = one.Kind, Value = one.Value })],
            },
            stage.OffersAsync, "", cancel);
        if (outcome.Refusal is { } refusal)
        {
            return Played.Refused(refusal);
        }
        stage.Subscriptions[Key] = outcome.Value.Id;
        stage.Identities[Key] = identities.FirstOrDefault(one => one.Item1 == "msisdn").Item2 ?? "";
        return new Played(From is null ? "" : $"from {stage.Local(start)}");
    }
}
