using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Documents;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>How much of its usage an account sees on its bills.</summary>
public static class UsageDetailSettings
{
    /// <summary>Sums by price only. The default.</summary>
    public const string None = "none";

    /// <summary>Every event; the last three digits of numbers are hidden.</summary>
    public const string Masked = "masked";

    /// <summary>Every event, numbers whole.</summary>
    public const string Full = "full";

    /// <summary>All settings.</summary>
    public static readonly ImmutableArray<string> All = [None, Masked, Full];
}

/// <summary>One charged event of a document.</summary>
/// <param name="Capped">A spending cap took off what it would have cost.</param>
/// <param name="Offer">Code of the subscription's offer.</param>
internal sealed record BilledEvent(
    AccountId Account, SubscriptionId Subscription, int PriceKey, Instant At, string Identity, string Destination,
        long DurationMs,
    long Octets, int Events, long Amount, int Slot, bool Capped, string Offer);

/// <summary>
/// The itemised usage of a bill: for each service identity the events by kind of service, in the order of time. Amounts are exact
/// and without tax, rounded to four decimals for print; the lines of the bill are the rounded sums.
/// </summary>
internal static class UsageDetails
{
    private const int PrintedDecimals = 4;
    private const int HiddenDigits = 3;

    /// <summary>The sections of a document.</summary>
    internal static ImmutableArray<UsageSection> Sections(
        DocumentHead head, InvoiceFacts facts, IReadOnlyCollection<DocumentLine> lines, Wording words)
    {
        var payer = facts.PayerOf(head);
        if (payer.UsageDetail == UsageDetailSettings.None)
        {
            return [];
        }
        var unit = InvoiceFacts.UnitOf(head);
        var zone = DateTimeZoneProviders.Tzdb[payer.TimeZone];
        var cycle = new BillCycle(payer.CycleDay);
        var billed = lines.Where(line => line.PriceKey is not null && line.Subscription is not null)
            .Select(line => line with { Usage = line.Usage is { } usage ? facts.Named(head, usage) : null })
            .ToLookup(line => (line.Subscription!.Value, line.PriceKey!.Value));
        var events = facts.Events[head.Id]
            .Select(one => (Event: one, Line: billed[(one.Subscription, one.PriceKey)].FirstOrDefault(
                line => Within(line, cycle, one.At.InZone(zone).Date))))
            .Where(pair => pair.Line is not null).ToList();
        return
        [
            .. events.GroupBy(pair => pair.Event.Identity, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => Section(group.Key, group, unit, zone, payer.UsageDetail == UsageDetailSettings.Masked,
                    offer => facts.CapOf(head, offer), words)),
        ];
    }

    /// <summary>Usage of a slot belongs to the line of the bill period in which it was used.</summary>
    private static bool Within(DocumentLine line, BillCycle cycle, LocalDate day) =>
        cycle.PeriodContaining(day) == cycle.PeriodContaining(line.Period.From);

    private static UsageSection Section(
        string identity, IEnumerable<(BilledEvent Event, DocumentLine? Line)> events, Unit unit, DateTimeZone zone, bool masked,
        Func<string, string?> capOf, Wording words)
    {
        var groups = events.GroupBy(pair => pair.Line!.Usage!.Service).OrderBy(group => group.Key).Select(group =>
        {
            var rows = group.OrderBy(pair => pair.Event.At).Select(pair => Row(pair.Event, pair.Line!, unit, zone, masked, capOf, words))
                .ToImmutableArray();
            var sum = group.Key switch
            {
                ServiceKind.Voice => Clock(group.Sum(pair => pair.Event.DurationMs)),
                ServiceKind.Data => Volume(group.Sum(pair => pair.Event.Octets), words),
                ServiceKind.Sms or ServiceKind.Mms or ServiceKind.Content =>
                    group.Sum(pair => pair.Event.Events).ToString(CultureInfo.InvariantCulture),
                _ => throw new ArgumentOutOfRangeException(nameof(events)),
            };
            return new UsageGroup(words.UsageOf(group.Key, null, null), rows, sum, Sum(rows.Select(row => row.Amount), unit));
        }).ToImmutableArray();
        return new UsageSection(identity, groups, Sum(groups.Select(group => group.Total), unit));
    }

    private static UsageRow Row(
        BilledEvent used, DocumentLine line, Unit unit, DateTimeZone zone, bool masked, Func<string, string?> capOf,
        Wording words) => new(
            used.At.InZone(zone).LocalDateTime, masked ? Mask(used.Destination) : used.Destination,
            Place(line.Usage!, words), Quantity(used, line.Usage!.Service, words), Net(used.Amount, line, unit))
        {
            Note = !used.Capped ? null
                : words.CapReached + (capOf(used.Offer) is { } code ? $" ({code})" : ""),
        };

    private static string Place(LineUsage usage, Wording words)
    {
        var band = usage.Band is null ? null : usage.Band == "other" ? words.OtherTimes : usage.Band;
        return string.Join(", ", new[] { usage.Zone, band }.OfType<string>());
    }

    private static string Quantity(BilledEvent used, ServiceKind service, Wording words) => service switch
    {
        ServiceKind.Voice => Clock(used.DurationMs),
        ServiceKind.Data => Volume(used.Octets, words),
        ServiceKind.Sms or ServiceKind.Mms or ServiceKind.Content => used.Events.ToString(CultureInfo.InvariantCulture),
        _ => throw new ArgumentOutOfRangeException(nameof(service)),
    };

    /// <summary>Hides the last digits of a number; names stay.</summary>
    internal static string Mask(string destination) => destination.Length > HiddenDigits && destination.All(char.IsAsciiDigit)
        ? destination[..^HiddenDigits] + new string('x', HiddenDigits)
        : destination;

    private static string Clock(long ms)
    {
        var seconds = (ms + 999) / 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}");
    }

    private static string Volume(long octets, Wording words)
    {
        var unit = octets >= Units.Gigabyte.StoragePerUnit ? Units.Gigabyte : Units.Megabyte;
        return $"{words.Plain(Rounding.Round(unit.FromStorage(octets), 2, RoundingMode.HalfUp))} {unit.Code}";
    }

    private static Money Net(long stored, DocumentLine line, Unit unit)
    {
        var amount = Money.FromStorage(stored, unit).Amount;
        var net = line.TaxIncluded ? amount * 100m / (100m + line.TaxPercent) : amount;
        return new Money(Rounding.Round(net, PrintedDecimals, RoundingMode.HalfUp), unit);
    }

    private static Money Sum(IEnumerable<Money> amounts, Unit unit) => new(amounts.Sum(amount => amount.Amount), unit);
}
