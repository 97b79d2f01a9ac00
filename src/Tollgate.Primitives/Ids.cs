using System.Globalization;

namespace Tollgate.Primitives;

/// <summary>
/// Ids are 64-bit numbers handed out in blocks by the database, unique over all kinds within one installation.
/// Their text form carries the kind, so that an id pasted into the wrong place is refused: <c>acc_1042</c>.
/// <c>default</c> (0) is no id.
/// </summary>
public interface IId<TSelf> where TSelf : struct, IId<TSelf>
{
    /// <summary>The kind in the text form, two to four lower-case letters.</summary>
    static abstract string Prefix { get; }

    /// <summary>Wraps a number.</summary>
    static abstract TSelf From(long value);

    /// <summary>The number as stored.</summary>
    long Value { get; }
}

public readonly record struct TenantId(int Value)
{
    public override string ToString() => Id.Text("ten", Value);
}

public readonly record struct SellerId(long Value) : IId<SellerId>
{
    public static string Prefix => "sel";

    public static SellerId From(long value) => new(value);

    public override string ToString() => Id.Text(Prefix, Value);
}

public readonly record struct CustomerId(long Value) : IId<CustomerId>
{
    public static string Prefix => "cus";

    public static CustomerId From(long value) => new(value);

    public override string ToString() => Id.Text(Prefix, Value);
}

public readonly record struct AccountId(long Value) : IId<AccountId>
{
    public static string Prefix => "acc";

    public static AccountId From(long value) => new(value);

    public override string ToString() => Id.Text(Prefix, Value);
}

public readonly record struct SubscriptionId(long Value) : IId<SubscriptionId>
{
    public static string Prefix => "sub";

    public static SubscriptionId From(long value) => new(value);

    public override string ToString() => Id.Text(Prefix, Value);
}

public readonly record struct PocketId(long Value) : IId<PocketId>
{
    public static string Prefix => "poc";

    public static PocketId From(long value) => new(value);

    public override string ToString() => Id.Text(Prefix, Value);
}

public readonly record struct UsageFileId(long Value) : IId<UsageFileId>
{
    public static string Prefix => "file";

    public static UsageFileId From(long value) => new(value);

    public override string ToString() => Id.Text(Prefix, Value);
}

public readonly record struct BillRunId(long Value) : IId<BillRunId>
{
    public static string Prefix => "run";

    public static BillRunId From(long value) => new(value);

    public override string ToString() => Id.Text(Prefix, Value);
}

public readonly record struct RerateRunId(long Value) : IId<RerateRunId>
{
    public static string Prefix => "rer";

    public static RerateRunId From(long value) => new(value);

    public override string ToString() => Id.Text(Prefix, Value);
}

/// <summary>A candidate catalogue over stored usage.</summary>
public readonly record struct WhatIfRunId(long Value) : IId<WhatIfRunId>
{
    public static string Prefix => "wif";

    public static WhatIfRunId From(long value) => new(value);

    public override string ToString() => Id.Text(Prefix, Value);
}

public readonly record struct DocumentId(long Value) : IId<DocumentId>
{
    public static string Prefix => "doc";

    public static DocumentId From(long value) => new(value);

    public override string ToString() => Id.Text(Prefix, Value);
}

public readonly record struct PaymentId(long Value) : IId<PaymentId>
{
    public static string Prefix => "pay";

    public static PaymentId From(long value) => new(value);

    public override string ToString() => Id.Text(Prefix, Value);
}

/// <summary>A discount given by hand or by a coupon.</summary>
public readonly record struct GrantId(long Value) : IId<GrantId>
{
    public static string Prefix => "dis";

    public static GrantId From(long value) => new(value);

    public override string ToString() => Id.Text(Prefix, Value);
}

/// <summary>A credit or a deposit of an account.</summary>
public readonly record struct CreditId(long Value) : IId<CreditId>
{
    public static string Prefix => "crd";

    public static CreditId From(long value) => new(value);

    public override string ToString() => Id.Text(Prefix, Value);
}

/// <summary>A line given by hand for the next bill.</summary>
public readonly record struct GivenLineId(long Value) : IId<GivenLineId>
{
    public static string Prefix => "giv";

    public static GivenLineId From(long value) => new(value);

    public override string ToString() => Id.Text(Prefix, Value);
}

/// <summary>Something that the operator has to look at.</summary>
public readonly record struct AlertId(long Value) : IId<AlertId>
{
    public static string Prefix => "alt";

    public static AlertId From(long value) => new(value);

    public override string ToString() => Id.Text(Prefix, Value);
}

public readonly record struct JournalEntryId(long Value) : IId<JournalEntryId>
{
    public static string Prefix => "je";

    public static JournalEntryId From(long value) => new(value);

    public override string ToString() => Id.Text(Prefix, Value);
}

/// <summary>Text form of ids.</summary>
public static class Id
{
    internal static string Text(string prefix, long value) => string.Create(CultureInfo.InvariantCulture, $"{prefix}_{value}");

    /// <summary>Reads <c>acc_1042</c> (or, for people at a terminal, the bare number). False on any other text.</summary>
    public static bool TryParse<T>(string? text, out T id) where T : struct, IId<T>
    {
        id = default;
        var digits = text is not null && text.StartsWith(T.Prefix + "_", StringComparison.Ordinal)
            ? text.AsSpan(T.Prefix.Length + 1)
            : text.AsSpan();
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value <= 0)
        {
            return false;
        }
        id = T.From(value);
        return true;
    }
}
