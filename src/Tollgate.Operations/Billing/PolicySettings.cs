using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Billing;
using Tollgate.Catalog.Reading;

namespace Tollgate.Operations.Billing;

/// <summary>A setting of the billing policy as text, the same in commands, API, scenario files and database.</summary>
/// <param name="Name">camelCase, e.g. <c>taxRounding</c>.</param>
/// <param name="Values">What it may be, in words.</param>
/// <param name="Meaning">What it decides.</param>
/// <param name="Read">Its value in a policy, as text.</param>
/// <param name="With">The policy with another value; null: it cannot be that.</param>
public sealed record PolicySetting(
    string Name, string Values, string Meaning, Func<BillingPolicy, string> Read, Func<BillingPolicy, string, BillingPolicy?> With)
{
    /// <summary>Its default as text.</summary>
    public string Default => Read(BillingPolicy.Default);
}

/// <summary>All settings of the billing policy.</summary>
public static class PolicySettings
{
    private const string None = "none";

    /// <summary>In the order in which they are shown.</summary>
    public static readonly ImmutableArray<PolicySetting> All =
    [
        Choice("taxRounding", "Where tax is rounded to minor units.",
            policy => policy.TaxRounding, (policy, value) => policy with { TaxRounding = value }),
        Choice("lineRounding", "How each line is rounded to minor units.",
            policy => policy.LineRounding, (policy, value) => policy with { LineRounding = value }),
        Whole("cashStepMinor", 1, 1000, "What is left to pay is rounded to a multiple of this many minor units.",
            policy => policy.CashStepMinor, (policy, value) => policy with { CashStepMinor = value ?? 1 }),
        Choice("empty", "What becomes of an account that has nothing to bill.",
            policy => policy.Empty, (policy, value) => policy with { Empty = value }),
        Flag("lastDayBilled", "Whether the day on which a subscription ends is billed.",
            policy => policy.LastDayBilled, (policy, value) => policy with { LastDayBilled = value }),
        Choice("quantityOfDay", "Which quantity counts for a day on which it changes, where amounts go by days.",
            policy => policy.QuantityOfDay, (policy, value) => policy with { QuantityOfDay = value }),
        Whole("lookBackMonths", 1, 120, "How far back a bill corrects what was billed before.",
            policy => policy.LookBackMonths, (policy, value) => policy with { LookBackMonths = value ?? 13 }),
        Choice("creditedItems", "Whether what a credit note took back is billed again, unless the credit note says.",
            policy => policy.CreditedItems, (policy, value) => policy with { CreditedItems = value }),
        Flag("creditsBeforeTax", "Whether credits that do not say so lower what is taxed, or what is left to pay.",
            policy => policy.CreditsBeforeTax, (policy, value) => policy with { CreditsBeforeTax = value }),
        new("creditAccount", "a ledger account", "Account of credits that bills set off.",
            policy => policy.CreditAccount,
            (policy, text) => IsAccount(text) ? policy with { CreditAccount = text } : null),
        Whole("holdAboveHeldRecords", 0, 1_000_000,
            "Bills of accounts with more held usage records than this are kept back when a run is accepted.",
            policy => policy.HoldAboveHeldRecords, (policy, value) => policy with { HoldAboveHeldRecords = value }, canBeNone: true),
    ];

    /// <summary>The setting of a name, or null.</summary>
    public static PolicySetting? Find(string name) =>
        All.FirstOrDefault(setting => string.Equals(setting.Name, name, StringComparison.Ordinal));

    private static PolicySetting Choice<T>(
        string name, string meaning, Func<BillingPolicy, T> read, Func<BillingPolicy, T, BillingPolicy> with) where T : struct, Enum =>
        new(name, string.Join(" | ", Words<T>.All), meaning, policy => Words<T>.Of(read(policy)),
            (policy, text) => Words<T>.Find(text) is { } value ? with(policy, value) : null);

    private static PolicySetting Flag(
        string name, string meaning, Func<BillingPolicy, bool> read, Func<BillingPolicy, bool, BillingPolicy> with) =>
        new(name, "yes | no", meaning, policy => read(policy) ? "yes" : "no", (policy, text) => text switch
        {
            "yes" or "true" => with(policy, true),
            "no" or "false" => with(policy, false),
            _ => null,
        });

    private static PolicySetting Whole(
        string name, int least, int most, string meaning, Func<BillingPolicy, int?> read,
        Func<BillingPolicy, int?, BillingPolicy> with, bool canBeNone = false) =>
        new(name, string.Create(CultureInfo.InvariantCulture, $"{least} to {most}{(canBeNone ? $" | {None}" : "")}"), meaning,
            policy => read(policy)?.ToString(CultureInfo.InvariantCulture) ?? None,
            (policy, text) => canBeNone && text == None ? with(policy, null)
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
                    ? with(policy, value) : null);

    private static bool IsAccount(string text) =>
        text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
