using System.Collections.Immutable;

namespace Tollgate.Operations.Scenarios.Facts;

/// <summary>How a fact is written and compared.</summary>
internal enum FactKind
{
    /// <summary>Letter by letter.</summary>
    Text,
    /// <summary>By value: 16.1 is 16.10. Without a currency.</summary>
    Number,
    /// <summary>By value in base units: 60 seconds are 1 minute.</summary>
    Quantity,
    /// <summary><c>2026-10-22/2026-11-01</c>, the second day excluded.</summary>
    Period,
    /// <summary>A date or local time as in steps.</summary>
    Time,
    /// <summary>yes or no.</summary>
    Flag,
    /// <summary>One object.</summary>
    Object,
    /// <summary>A list: complete and in order.</summary>
    List,
    /// <summary>A list whose entries are found by their keys; what is not named is not compared.</summary>
    Keyed,
    /// <summary>A mapping of free keys to numbers; what is not named is not compared, and counts as 0 when it is not
    /// there.</summary>
    Numbers,
}

/// <summary>One fact of a shape.</summary>
internal sealed record Fact(string Name, FactKind Kind, Shape? Of = null);

/// <summary>What can be told about a thing: the keys of JSON output, and of expectations.</summary>
/// <param name="Name">As in the JSON Schema.</param>
/// <param name="Keys">Facts by which an entry of a keyed list is found.</param>
internal sealed record Shape(string Name, ImmutableArray<Fact> Facts, params ImmutableArray<string> Keys)
{
    internal Fact? Find(string name) => Facts.FirstOrDefault(fact => fact.Name == name);
}

/// <summary>The shapes of everything that scenarios show and expect.</summary>
internal static class Shapes
{
    private static readonly Shape Line = new("line",
    [
        new("text", FactKind.Text), new("subscription", FactKind.Text), new("kind", FactKind.Text), new("reason", FactKind.Text),
        new("code", FactKind.Text), new("period", FactKind.Period), new("quantity", FactKind.Number), new("unit", FactKind.Text),
        new("unitPrice", FactKind.Number), new("amount", FactKind.Number), new("net", FactKind.Number), new("tax", FactKind.Text),
        new("percent", FactKind.Number), new("taxIncluded", FactKind.Flag), new("events", FactKind.Number),
        new("revenueAccount", FactKind.Text), new("explanation", FactKind.Text),
    ]);

    private static readonly Shape Tax = new("tax",
    [
        new("code", FactKind.Text), new("name", FactKind.Text), new("percent", FactKind.Number), new("base", FactKind.Number),
        new("tax", FactKind.Number),
    ]);

    internal static readonly Shape Document = new("document",
    [
        new("account", FactKind.Text), new("seller", FactKind.Text), new("kind", FactKind.Text), new("phase", FactKind.Text),
        new("number", FactKind.Text), new("period", FactKind.Period), new("issueDate", FactKind.Time),
        new("dueDate", FactKind.Time),
        new("currency", FactKind.Text), new("net", FactKind.Number), new("taxAmount", FactKind.Number),
        new("gross", FactKind.Number),
        new("settled", FactKind.Number), new("credited", FactKind.Number), new("rounding", FactKind.Number),
        new("due", FactKind.Number), new("lines", FactKind.List, Line),
        new("taxes", FactKind.List, Tax),
    ]);

    internal static readonly Shape Charge = new("charge",
    [
        new("subscription", FactKind.Text), new("at", FactKind.Time), new("service", FactKind.Text), new("from", FactKind.Text),
        new("to", FactKind.Text), new("text", FactKind.Text), new("used", FactKind.Quantity), new("charged", FactKind.Quantity),
        new("free", FactKind.Quantity), new("amount", FactKind.Number), new("fromMoney", FactKind.Number),
        new("catalogueVersion", FactKind.Number), new("kind", FactKind.Text),
    ]);

    private static readonly Shape Allowance = new("allowance",
    [
        new("subscription", FactKind.Text), new("allowance", FactKind.Text), new("left", FactKind.Quantity),
        new("granted", FactKind.Quantity), new("from", FactKind.Time), new("to", FactKind.Time),
    ], "subscription", "allowance", "from");

    internal static readonly Shape Balance = new("balance",
    [
        new("account", FactKind.Text), new("currency", FactKind.Text), new("money", FactKind.Number),
        new("owed", FactKind.Number),
        new("credit", FactKind.Number), new("allowances", FactKind.Keyed, Allowance),
    ], "account");

    internal static readonly Shape Subscription = new("subscription",
    [
        new("subscription", FactKind.Text), new("account", FactKind.Text), new("offer", FactKind.Text),
        new("quantity", FactKind.Number),
        new("phase", FactKind.Text), new("started", FactKind.Time), new("ended", FactKind.Time),
    ], "subscription");

    internal static readonly Shape Account = new("accountState",
    [
        new("account", FactKind.Text), new("phase", FactKind.Text), new("cycleDay", FactKind.Number),
        new("billedTo", FactKind.Time),
        new("ended", FactKind.Time),
    ], "account");

    internal static readonly Shape Held = new("held",
    [
        new("reason", FactKind.Text), new("subject", FactKind.Text), new("at", FactKind.Time), new("detail", FactKind.Text),
    ]);

    internal static readonly Shape Parked = new("parked",
        [new("account", FactKind.Text), new("reason", FactKind.Text), new("detail", FactKind.Text)]);

    private static readonly Shape PostingLine = new("postingLine",
        [new("ledgerAccount", FactKind.Text), new("account", FactKind.Text), new("amount", FactKind.Number),
            new("currency", FactKind.Text)]);

    internal static readonly Shape Posting = new("posting",
    [
        new("kind", FactKind.Text), new("seller", FactKind.Text), new("bookedOn", FactKind.Time),
        new("lines", FactKind.List, PostingLine),
    ]);

    internal static readonly Shape Counts = new("usageCounts",
    [
        new("read", FactKind.Number), new("rated", FactKind.Number), new("held", FactKind.Number),
        new("duplicate", FactKind.Number),
        new("ignored", FactKind.Number), new("reasons", FactKind.Numbers),
    ]);

    /// <summary>What was given to an account by hand.</summary>
    internal static readonly Shape Adjustment = new("adjustment",
    [
        new("adjustment", FactKind.Text), new("account", FactKind.Text), new("kind", FactKind.Text),
        new("text", FactKind.Text), new("on", FactKind.Time), new("amount", FactKind.Number), new("left", FactKind.Number),
        new("state", FactKind.Text), new("tax", FactKind.Text),
    ], "adjustment");

    /// <summary>A discount given by hand or by a coupon.</summary>
    internal static readonly Shape Discount = new("discountGiven",
    [
        new("discount", FactKind.Text), new("account", FactKind.Text), new("subscription", FactKind.Text),
        new("code", FactKind.Text), new("coupon", FactKind.Text), new("percent", FactKind.Number),
        new("amount", FactKind.Number), new("from", FactKind.Time), new("to", FactKind.Time),
    ], "discount");

    /// <summary>What a re-rating comes to in a currency.</summary>
    internal static readonly Shape Rerated = new("rerated",
    [
        new("currency", FactKind.Text), new("changed", FactKind.Number), new("old", FactKind.Number),
        new("new", FactKind.Number), new("difference", FactKind.Number),
    ]);

    internal static readonly Shape Refused = new("refused",
        [new("code", FactKind.Text), new("field", FactKind.Text), new("message", FactKind.Text)]);

    /// <summary>Everything that a step may expect.</summary>
    internal static readonly Shape All = new("expect",
    [
        new("refused", FactKind.Object, Refused), new("usage", FactKind.Object, Counts), new("charges", FactKind.List, Charge),
        new("balances", FactKind.Keyed, Balance), new("documents", FactKind.List, Document),
        new("preview", FactKind.Object, Document),
        new("subscriptions", FactKind.Keyed, Subscription), new("accounts", FactKind.Keyed, Account),
        new("adjustments", FactKind.Keyed, Adjustment), new("discounts", FactKind.Keyed, Discount),
        new("rerated", FactKind.List, Rerated), new("held", FactKind.List, Held),
        new("parked", FactKind.List, Parked), new("postings", FactKind.List, Posting), new("trialBalance", FactKind.Numbers),
    ]);
}
