using System.Buffers;
using NodaTime;

namespace Tollgate.Mediation.Writing;

/// <summary>RFC 2866 Acct-Status-Type of a packet.</summary>
public enum RadiusStatus
{
    Start = 1,
    Stop = 2,
    InterimUpdate = 3,
    AccountingOn = 7,
    AccountingOff = 8,
}

/// <summary>One accounting packet as FreeRADIUS logs it.</summary>
/// <param name="Arrival">Local time of arrival: the header line.</param>
/// <param name="Timestamp">The same instant, written last.</param>
/// <param name="Seconds">Acct-Session-Time.</param>
/// <param name="OctetsUp">From the user; written as octets and gigawords.</param>
/// <param name="OctetsDown">To the user.</param>
/// <param name="Delay">Acct-Delay-Time in seconds.</param>
/// <param name="CallingStation">Empty: not written.</param>
/// <param name="CalledStation">Empty: not written.</param>
public readonly record struct RadiusPacket(
    LocalDateTime Arrival, Instant Timestamp, RadiusStatus Status, string UserName, string NasIpAddress, string SessionId,
    string UniqueSessionId, long Seconds, long OctetsUp, long OctetsDown, long Delay = 0, string CallingStation = "",
    string CalledStation = "");

/// <summary>Writes packets as FreeRADIUS 3 does: header line, tab-indented attributes, blank line.</summary>
public static class RadiusDetailWriter
{
    /// <summary>Appends one packet with its blank line.</summary>
    public static void Write(IBufferWriter<byte> output, in RadiusPacket packet)
    {
        var size = 700 + (3 * (packet.UserName.Length + packet.NasIpAddress.Length + packet.SessionId.Length
            + packet.UniqueSessionId.Length + packet.CallingStation.Length + packet.CalledStation.Length));
        var text = new Utf8Text(output.GetSpan(size));
        Header(ref text, packet.Arrival);
        text.Raw("\n\tAcct-Status-Type = "u8);
        text.Raw(Name(packet.Status));
        text.Raw("\n\tNAS-IP-Address = "u8);
        text.Plain(packet.NasIpAddress);
        if (packet.Status is not (RadiusStatus.AccountingOn or RadiusStatus.AccountingOff))
        {
            Session(ref text, packet);
        }
        text.Raw("\n\tAcct-Delay-Time = "u8);
        text.Number(packet.Delay);
        text.Raw("\n\tTimestamp = "u8);
        text.Number(packet.Timestamp.ToUnixTimeSeconds());
        text.Raw("\n\n"u8);
        output.Advance(text.Length);
    }

    private static void Session(ref Utf8Text text, in RadiusPacket packet)
    {
        Quoted(ref text, "\n\tUser-Name = "u8, packet.UserName);
        Quoted(ref text, "\n\tAcct-Session-Id = "u8, packet.SessionId);
        Quoted(ref text, "\n\tAcct-Unique-Session-Id = "u8, packet.UniqueSessionId);
        Quoted(ref text, "\n\tCalling-Station-Id = "u8, packet.CallingStation);
        Quoted(ref text, "\n\tCalled-Station-Id = "u8, packet.CalledStation);
        if (packet.Status == RadiusStatus.Start)
        {
            return;
        }
        text.Raw("\n\tAcct-Session-Time = "u8);
        text.Number(packet.Seconds);
        text.Raw("\n\tAcct-Input-Octets = "u8);
        text.Number(packet.OctetsUp & uint.MaxValue);
        text.Raw("\n\tAcct-Output-Octets = "u8);
        text.Number(packet.OctetsDown & uint.MaxValue);
        text.Raw("\n\tAcct-Input-Gigawords = "u8);
        text.Number(packet.OctetsUp >> 32);
        text.Raw("\n\tAcct-Output-Gigawords = "u8);
        text.Number(packet.OctetsDown >> 32);
    }

    private static void Quoted(ref Utf8Text text, ReadOnlySpan<byte> name, string value)
    {
        if (value.Length > 0)
        {
            text.Raw(name);
            text.Quoted(value, backslash: true);
        }
    }

    /// <summary><c>Sun Feb  1 08:28:58 2015</c></summary>
    private static void Header(ref Utf8Text text, LocalDateTime time)
    {
        text.Raw("MonTueWedThuFriSatSun"u8.Slice(3 * ((int)time.DayOfWeek - 1), 3));
        text.Byte(' ');
        text.Raw("JanFebMarAprMayJunJulAugSepOctNovDec"u8.Slice(3 * (time.Month - 1), 3));
        text.Byte(' ');
        if (time.Day < 10)
        {
            text.Byte(' ');
        }
        text.Number(time.Day);
        text.Byte(' ');
        text.Clock(time);
        text.Byte(' ');
        text.Number(time.Year);
    }

    private static ReadOnlySpan<byte> Name(RadiusStatus status) => status switch
    {
        RadiusStatus.Start => "Start"u8,
        RadiusStatus.Stop => "Stop"u8,
        RadiusStatus.InterimUpdate => "Interim-Update"u8,
        RadiusStatus.AccountingOn => "Accounting-On"u8,
        RadiusStatus.AccountingOff => "Accounting-Off"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not an Acct-Status-Type."),
    };
}
