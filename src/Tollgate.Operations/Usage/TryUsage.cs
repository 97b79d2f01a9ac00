using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Mediation;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Replay;

namespace Tollgate.Operations.Usage;

/// <summary>One event to be tried. Exactly one of account, subscription and offer says whose it is.</summary>
public sealed record TryRequest
{
    /// <summary>The subscription of the account that prices the service; it must be the only one, or <see cref="Number"/> names
    /// it.</summary>
    public AccountId? Account { get; init; }

    public SubscriptionId? Subscription { get; init; }

    /// <summary>An offer's code: a new subscriber, with full allowances in the calendar month and without money.</summary>
    public string Offer { get; init; } = "";

    /// <summary>The served number or name. Default: whatever the subscription has.</summary>
    public string Number { get; init; } = "";

    public ServiceKind Service { get; init; } = ServiceKind.Voice;

    public string Origin { get; init; } = "";

    /// <summary>A number as dialled or in E.164, a short code, an access point or a partner.</summary>
    public string Destination { get; init; } = "";

    /// <summary>Milliseconds.</summary>
    public long DurationMs { get; init; }

    public long OctetsUp { get; init; }

    public long OctetsDown { get; init; }

    /// <summary>1 for a call, a message, a session.</summary>
    public int Events { get; init; } = 1;

    /// <summary>What else the record says, for conditions and formulas.</summary>
    public UsageAttributes Attributes { get; init; }

    /// <summary>Start; default: now.</summary>
    public Instant? At { get; init; }

    /// <summary>The published version that prices it; default: the one in force at the time.</summary>
    public int? CatalogVersion { get; init; }

    /// <summary>A catalogue that is not published, in place of the published ones.</summary>
    public CompiledCatalogue? Candidate { get; init; }
}

/// <summary>What the event would cost.</summary>
/// <param name="Refusal">Why it is not charged, or empty.</param>
/// <param name="CatalogVersion">0: one that is not published.</param>
/// <param name="Label">What the bill would call it.</param>
/// <param name="Charged">Base units of the service (ms, octets, events).</param>
/// <param name="Amount">Null when it is not charged.</param>
/// <param name="FromMoney">Part of it that money pockets pay.</param>
public sealed record TryResult(
    Instant At, string Offer, SubscriptionId? Subscription, int CatalogVersion, string Refusal, string Label, long Charged,
    long FromAllowances, Money? Amount, Money? FromMoney, ImmutableArray<TraceStep> Steps,
        ImmutableArray<ExplainedPocket> Pockets)
{
    /// <summary>Code of the refusal, e.g. <c>CreditLimitReached</c>; empty: it is charged.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Refused for the credit limit: how much would have been allowed, in base units of the service.</summary>
    public long? Allowed { get; init; }
}

/// <summary>Charges one event in memory, with the trace of the rater that charges; changes nothing.</summary>
public static class TryUsage
{
    /// <summary>Refusals: <c>invalid</c>, <c>unknown-account</c>, <c>unknown-subscription</c>, <c>unknown-offer</c>,
    /// <c>unknown-version</c>, <c>no-catalogue</c>, <c>several-subscriptions</c>.</summary>
    /// <param name="timeline">The published versions.</param>
    public static async Task<Outcome<TryResult>> RunAsync(
        OperationContext context, CatalogueTimeline timeline, TryRequest request, CancellationToken cancel = default)
    {
        if (Faulty(request) is { } wrong)
        {
            return wrong;
        }
        var at = request.At ?? context.Now;
        var prices = request.Candidate is { } candidate ? ChargeTrial.Unpublished(candidate)
            : request.CatalogVersion is { } version ? ChargeTrial.Only(timeline, version) : timeline;
        if (prices is null)
        {
            return new Refusal("unknown-version", string.Create(CultureInfo.InvariantCulture,
                $"There is no catalogue version {request.CatalogVersion}. See: tollgate catalog show."), Field: "catalogVersion");
        }
        if (prices.At(at) is not { } entry)
        {
            return new Refusal("no-catalogue", $"No catalogue version is in force at {at}.", Field: "at");
        }
        var record = Record(request, at, entry.Compiled.Source.Numbering);
        if (request.Offer.Length > 0)
        {
            return Try(entry, record, request.Offer);
        }
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        var chosen = await ChooseAsync(work, request, at, entry, cancel);
        if (chosen.Refusal is { } refusal)
        {
            return refusal;
        }
        var (customer, subscription, offer, subject, _) = chosen.Value!;
        var tried = await ChargeTrial.TryAsync(
            work, customer, subscription, record with { Subject = subject }, prices, context.Now, cancel);
        var currency = tried.Key is { } key ? Units.Find(key.Currency) ?? Units.Currency(key.Currency, 2) : Units.Eur;
        return new TryResult(
            at, offer, subscription, entry.Version, tried.Refusal, tried.Key?.Label ?? "", tried.Rated.Charged,
            tried.Rated.FromAllowances, tried.Key is null ? null : Money.FromStorage(tried.Rated.Amount, currency),
            tried.Key is null ? null : Money.FromStorage(tried.Rated.FromMoney, currency), [.. tried.Steps],
            [.. tried.Draws.Select(draw => ExplainCharge.Pocket(draw, entry.Compiled.Source))])
        {
            Reason = tried.Reason?.ToString() ?? "", Allowed = tried.Allowed,
        };
    }

    /// <summary>Against an offer of a catalogue alone; no database is needed.</summary>
    public static Outcome<TryResult> Try(CompiledCatalogue catalogue, TryRequest request, Instant at) =>
        Faulty(request) is { } wrong
            ? wrong
            : Try(new CatalogueEntry(0, Instant.MinValue, catalogue, []), Record(request, at, catalogue.Source.Numbering),
                request.Offer);

    private static Outcome<TryResult> Try(CatalogueEntry entry, UsageRecord record, string code)
    {
        if (!entry.Compiled.Offers.TryGetValue(code, out var offer))
        {
            return new Refusal("unknown-offer", $"The catalogue has no offer '{code}'. It has: "
                + $"{string.Join(", ", entry.Compiled.Source.Offers.Select(one => one.Code))}.", Field: "offer");
        }
        var priced = default(PricedRecord);
        new PriceUsage(entry.Compiled, offer, explain: true, found => priced = found).Usage(record);
        return new TryResult(
            record.Start, code, null, entry.Version, priced.Reason, priced.Key?.Label ?? "", priced.Rated.Charged,
            priced.Rated.FromAllowances, priced.Amount,
            priced.Amount is { } amount ? Money.FromStorage(priced.Rated.FromMoney, amount.Currency) : null,
            [.. priced.Steps], [])
        {
            Reason = priced.Reason,
        };
    }

    private static UsageRecord Record(TryRequest request, Instant at, NumberingPlan numbering)
    {
        string Number(string text) => request.Service is ServiceKind.Voice or ServiceKind.Sms or ServiceKind.Mms
            ? new NumberNormaliser(numbering).Normalise(text)
            : text;
        return new UsageRecord
        {
            EventId = default,
            Service = request.Service,
            Subject = new ServiceIdentity(IdentityKind.Msisdn, request.Number),
            Origin = Number(request.Origin),
            Destination = Number(request.Destination),
            Start = at,
            DurationMs = request.DurationMs,
            OctetsUp = request.OctetsUp,
            OctetsDown = request.OctetsDown,
            Events = request.Events,
            Attributes = request.Attributes,
        };
    }

    private static Refusal? Faulty(TryRequest request)
    {
        var faults = ImmutableArray.CreateBuilder<FieldFault>();
        if ((request.Account is null ? 0 : 1) + (request.Subscription is null ? 0 : 1) + (request.Offer.Length > 0 ? 1 : 0) != 1)
        {
            faults.Add(new FieldFault("subscription", "It is not clear whose event it is.",
                "Give account, subscription or offer: one of them."));
        }
        foreach (var (field, quantity) in new[]
        {
            ("durationMs", request.DurationMs), ("octetsUp", request.OctetsUp), ("octetsDown", request.OctetsDown),
            ("events", request.Events),
        })
        {
            if (quantity < 0)
            {
                faults.Add(new FieldFault(field, FormattableString.Invariant($"{quantity} is below 0."), "Give 0 or more."));
            }
        }
        return faults.Count == 0
            ? null
            : new Refusal("invalid", $"{faults[0].Message} {faults[0].Cure}", Retry.AfterCure, faults[0].Field)
            {
                Faults = faults.ToImmutable(),
            };
    }

    /// <param name="Base">Of an add-on: what it hangs on, whose usage it prices too.</param>
    private sealed record Choice(
        CustomerId Customer, SubscriptionId Subscription, string Offer, ServiceIdentity Subject, SubscriptionId? Base);

    private static async Task<Outcome<Choice>> ChooseAsync(
        BookWork work, TryRequest request, Instant at, CatalogueEntry entry, CancellationToken cancel)
    {
        var rows = await work.ReadAsync(
            "SELECT s.customer_id, s.subscription_id, s.offer, i.kind, i.value, s.base_subscription_id FROM subscription s LEFT JOIN service_identity i "
            + "ON i.customer_id = s.customer_id AND i.subscription_id = s.subscription_id AND i.valid_from <= @at "
            + "AND (i.valid_to IS NULL OR i.valid_to > @at) WHERE s.tenant_id = @tenant AND "
            + (request.Subscription is null ? "s.account_id = @id" : "s.subscription_id = @id")
            + " AND s.started_at <= @at AND (s.ended_at IS NULL OR s.ended_at > @at) ORDER BY s.subscription_id, i.kind, i.value",
            reader => new Choice(
                new CustomerId(reader.GetInt64(0)), new SubscriptionId(reader.GetInt64(1)), reader.GetString(2),
                reader.IsDBNull(3)
                    ? new ServiceIdentity(IdentityKind.Msisdn, "")
                    : new ServiceIdentity((IdentityKind)reader.GetInt16(3), reader.GetString(4)),
                reader.IsDBNull(5) ? null : new SubscriptionId(reader.GetInt64(5))),
            cancel, ("at", at), ("id", request.Subscription?.Value ?? request.Account!.Value.Value));
        if (rows.Count == 0)
        {
            return request.Subscription is { } subscription
                ? Refusals.Unknown("subscription", FormattableString.Invariant($"{subscription} in force at {at}"),
                    "subscription")
                : Refusals.Unknown("account",
                    FormattableString.Invariant($"{request.Account} with a subscription in force at {at}"), "account");
        }
        var named = rows.FindAll(row => request.Number.Length == 0 || row.Subject.Value == request.Number);
        var fitting = named.DistinctBy(row => row.Subscription).ToList();
        fitting.RemoveAll(row => row.Base is { } above && named.Exists(other => other.Subscription == above));
        if (fitting.Count > 1)
        {
            fitting = fitting.FindAll(row =>
                entry.Compiled.Offers.GetValueOrDefault(row.Offer)?.Currency(request.Service) is not null);
        }
        return fitting is [var only]
            ? only
            : new Refusal("several-subscriptions",
                (fitting.Count == 0 ? "No subscription of the account fits: " : "Several subscriptions of the account fit: ")
                + string.Join(", ",
                    rows.Select(row => $"{row.Subscription} {row.Subject.Value} ({row.Offer})").Distinct(StringComparer.Ordinal))
                + ". Name the subscription or its number.", Field: "subscription");
    }
}
