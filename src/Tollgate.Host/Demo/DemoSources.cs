using NodaTime;
using Tollgate.Mediation;
using Tollgate.Primitives;

namespace Tollgate.Host.Demo;

/// <summary>Where the demo operator's usage comes from: four systems and four formats.</summary>
internal static class DemoSources
{
    internal const string Switch = "mobile-switch";
    internal const string Messages = "message-centre";
    internal const string Packet = "mobile-packet";
    internal const string Access = "broadband-access";
    internal const string Exchange = "business-exchange";

    internal static IReadOnlyList<UsageSource> All(DateTimeZone zone) =>
    [
        new() { Code = Switch, Format = "freeswitch-csv", TimeZone = zone },
        new() { Code = Messages, Format = "generic-csv", TimeZone = zone, Service = ServiceKind.Sms },
        new()
        {
            Code = Packet, Format = "radius-detail", TimeZone = zone, SubjectField = "Calling-Station-Id",
            SubjectKind = IdentityKind.Msisdn, Service = ServiceKind.Data,
        },
        new()
        {
            Code = Access, Format = "radius-detail", TimeZone = zone, SubjectKind = IdentityKind.UserName,
            Service = ServiceKind.Data,
        },
        new() { Code = Exchange, Format = "asterisk-csv", TimeZone = zone },
    ];

    internal static string Of(in DemoEvent use) => use.Subscriber.Segment switch
    {
        DemoSegment.Business => Exchange,
        DemoSegment.Broadband => Access,
        _ when use.Service == ServiceKind.Data => Packet,
        _ when use.Service == ServiceKind.Voice => Switch,
        _ => Messages,
    };
}
