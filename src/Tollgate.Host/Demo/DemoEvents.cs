using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Host.Demo;

/// <summary>One made-up use of a service.</summary>
/// <param name="Subscriber">Who.</param>
/// <param name="Service">What.</param>
/// <param name="Start">Local time of the operator.</param>
/// <param name="Destination">E.164 digits; empty for data.</param>
/// <param name="Seconds">Length; 0 for an unanswered call.</param>
/// <param name="OctetsDown">Received.</param>
/// <param name="OctetsUp">Sent.</param>
internal readonly record struct DemoEvent(
    DemoSubscriber Subscriber, ServiceKind Service, LocalDateTime Start, string Destination, int Seconds, long OctetsDown,
    long OctetsUp);

/// <summary>Makes up what subscribers do on a day: more by day than by night, companies on workdays only.</summary>
internal sealed class DemoEvents(IReadOnlyList<DemoSubscriber> subscribers, Deck deck, DemoRandom random)
{
    private static readonly string[] Near =
        ["Austria", "France", "Netherlands", "Poland", "Denmark", "Italy", "Spain", "Greece", "Sweden", "Czech"];

    private static readonly int[] HourWeights =
        [1, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 12, 13, 12, 12, 12, 13, 14, 14, 13, 11, 8, 5, 2];

    private readonly string[] national = ["49151", "49160", "49170", "49171", "49172", "49176"];
    private readonly string[] landline = ["4940", "4930", "4989", "49431", "49221", "49341"];

    private readonly DeckRow[] near =
        [.. deck.Rows.Where(row => !Costly(row.Zone) && Near.Any(name => row.Zone.StartsWith(name, StringComparison.Ordinal)))];

    private readonly DeckRow[] far =
        [.. deck.Rows.Where(row => !Costly(row.Zone) && !row.Zone.StartsWith("Germany", StringComparison.Ordinal))];

    /// <summary>The day's events of all subscribers, in order of time.</summary>
    internal List<DemoEvent> Of(LocalDate day)
    {
        var events = new List<DemoEvent>(subscribers.Count * 8);
        foreach (var subscriber in subscribers.Where(one => one.Activity > 0 && one.OpenedOn <= day))
        {
            switch (subscriber.Segment)
            {
                case DemoSegment.Broadband:
                    Add(events, subscriber, day, 4, ServiceKind.Data);
                    break;
                case DemoSegment.Business:
                    Add(events, subscriber, day, day.DayOfWeek < IsoDayOfWeek.Saturday ? 20 : 0, ServiceKind.Voice);
                    break;
                case DemoSegment.Postpaid:
                case DemoSegment.Prepaid:
                case DemoSegment.Hybrid:
                    var share = subscriber.Segment == DemoSegment.Prepaid ? 2 : 1;
                    Add(events, subscriber, day, 4 / share, ServiceKind.Voice);
                    Add(events, subscriber, day, 2, ServiceKind.Sms);
                    Add(events, subscriber, day, 4 / share, ServiceKind.Data);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(day), subscriber.Segment, "Unknown segment.");
            }
        }
        events.Sort((left, right) => left.Start != right.Start
            ? left.Start.CompareTo(right.Start)
            : left.Subscriber.Number.CompareTo(right.Subscriber.Number));
        return events;
    }

    private void Add(List<DemoEvent> events, DemoSubscriber subscriber, LocalDate day, int usual, ServiceKind service)
    {
        var expected = usual * subscriber.Activity;
        var count = expected / 100 + (random.Next(100) < expected % 100 ? 1 : 0);
        for (var i = 0; i < count; i++)
        {
            var start = day + new LocalTime(random.Weighted(HourWeights), random.Next(60), random.Next(60));
            events.Add(service switch
            {
                ServiceKind.Voice =>
                    new DemoEvent(subscriber, service, start, Callee(), random.Chance(15) ? 0 : random.Skewed(110), 0, 0),
                ServiceKind.Data => Session(subscriber, start),
                ServiceKind.Sms or ServiceKind.Mms or ServiceKind.Content =>
                    new DemoEvent(subscriber, service, start, Callee(), 0, 0, 0),
                _ => throw new ArgumentOutOfRangeException(nameof(service)),
            });
        }
    }

    private DemoEvent Session(DemoSubscriber subscriber, LocalDateTime start)
    {
        var typical = subscriber.Segment == DemoSegment.Broadband ? 900_000_000 : subscriber.Offer switch
        {
            "mobile-l" => 90_000_000,
            "mobile-m" => 25_000_000,
            "mobile-s" => 4_000_000,
            _ => 1_500_000,
        };
        var down = (long)random.Skewed(typical / 1000) * 1000 + random.Next(1000);
        return new DemoEvent(subscriber, ServiceKind.Data, start, "", random.Skewed(1800), down, down / random.Between(5, 40));
    }

    private string Callee() => random.Weighted([60, 28, 8, 4]) switch
    {
        0 => random.Chance(40) && subscribers is [_, ..] ? Peer() : Number(random.Pick(national), 12),
        1 => Number(random.Pick(landline), 11),
        2 => Number(random.Pick(near).Prefix, 11),
        _ => Number(random.Pick(far).Prefix, 11),
    };

    private string Peer()
    {
        var identity = random.Pick(subscribers).Identity;
        return identity.Contains('@', StringComparison.Ordinal) ? Number(random.Pick(national), 12) : identity;
    }

    private string Number(string prefix, int digits) =>
        prefix + random.Next(100_000_000)
            .ToString("00000000", CultureInfo.InvariantCulture)[..Math.Clamp(digits - prefix.Length, 3, 8)];

    private static bool Costly(string zone) =>
        zone.EndsWith("Premium", StringComparison.Ordinal) || zone.Contains("Satellite", StringComparison.Ordinal);
}
