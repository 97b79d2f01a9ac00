using System.Text.Json.Serialization;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;

namespace Tollgate.Operations.Customers;

/// <summary>Words for the time of a change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangeTime>))]
public enum ChangeTime
{
    /// <summary>At once, or at the time given beside. The default.</summary>
    [JsonStringEnumMemberName("now")]
    Now,
    /// <summary>As the account's next bill period begins.</summary>
    [JsonStringEnumMemberName("next-cycle")]
    NextCycle,
    /// <summary>When everything is used up that was paid in advance.</summary>
    [JsonStringEnumMemberName("period-end")]
    PeriodEnd,
    /// <summary>When the minimum term ends; when it is over, as <see cref="PeriodEnd"/>. Refused without one.</summary>
    [JsonStringEnumMemberName("term-end")]
    TermEnd,
}

/// <summary>Words of <see cref="ChangeTime"/> and what they mean for a subscription.</summary>
public static class ChangeTimes
{
    /// <summary><c>now</c>, <c>next-cycle</c>, <c>period-end</c>, <c>term-end</c>; null on other text.</summary>
    public static ChangeTime? Find(string word) => word switch
    {
        "now" => ChangeTime.Now,
        "next-cycle" => ChangeTime.NextCycle,
        "period-end" => ChangeTime.PeriodEnd,
        "term-end" => ChangeTime.TermEnd,
        _ => null,
    };

    /// <summary>Why the word means nothing for an offer, or null.</summary>
    internal static Refusal? Refused(ChangeTime word, Instant? at, string code, Offer? offer) =>
        word == ChangeTime.TermEnd && at is null && offer?.MinimumTerm is null
            ? new Refusal("invalid", $"'{code}' has no minimum term that could end. Say now, next-cycle, period-end or a time.",
                Retry.AfterCure, "when")
            : null;

    /// <summary>The time: the one given, else what the word means today in the account's zone.</summary>
    internal static Instant Resolve(
        ChangeTime word, Instant? at, Instant now, AccountFacts account, SubscriptionFacts subscription, Offer? offer)
    {
        var today = now.InZone(account.Zone).Date;
        LocalDate? day = word switch
        {
            ChangeTime.Now => null,
            ChangeTime.NextCycle => SubscriptionTerms.NextCycle(account, today),
            ChangeTime.PeriodEnd => SubscriptionTerms.PeriodEnd(account, subscription, offer, today),
            ChangeTime.TermEnd => SubscriptionTerms.TermEnd(account, subscription, offer, today),
            _ => throw new ArgumentOutOfRangeException(nameof(word)),
        };
        return at ?? (day is { } from ? account.Zone.AtStartOfDay(from).ToInstant() : now);
    }
}
