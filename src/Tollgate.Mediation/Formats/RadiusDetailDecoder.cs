using NodaTime;
using Tollgate.Mediation.Reading;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Formats;

/// <summary>
/// FreeRADIUS <c>detail</c> files: a header line with the local time of arrival, indented <c>Attribute = value</c> lines, a blank line. A
/// Stop (RFC 2866) is usage; its counters are the whole session's. Key: Acct-Session-Id, the NAS, User-Name, Acct-Unique-Session-Id; a
/// retransmitted Stop has the same key.
/// </summary>
internal sealed class RadiusDetailDecoder(UsageSource source, DecoderState start) : BlockDecoder(start)
{
    /// <summary>The subject unless the source says otherwise.</summary>
    internal const string DefaultSubject = "User-Name";

    private readonly RadiusAttributes _attributes = new(
        source.SubjectField.Length == 0 ? DefaultSubject : source.SubjectField, source.AttributeFields.All.Select(pair => pair.Value));
    private readonly string[] _wanted = [.. source.AttributeFields.All.Select(pair => pair.Key)];
    private readonly string _subjectName = source.SubjectField.Length == 0 ? DefaultSubject : source.SubjectField;
    private readonly Parties _parties = new(source, source is { SubjectField: "", SubjectKind: IdentityKind.Msisdn }
        ? IdentityKind.UserName : source.SubjectKind);
    private readonly InternTable _names = new(System.Text.Encoding.UTF8.GetString);
    private readonly RadiusTimes _times = new(source.TimeZone);
    private readonly RecordKey _key = new(source.Code);
    private readonly ServiceKind _service = source.Service == ServiceKind.Voice ? ServiceKind.Data : source.Service;

    /// <summary>Attributes are indented.</summary>
    protected override bool BeginsRecord(byte first) => first is not ((byte)'\t' or (byte)' ' or (byte)'\r');

    protected override Decoded Read(ReadOnlySpan<byte> text, long offset, bool complete)
    {
        Span<RadiusValue> values = stackalloc RadiusValue[_attributes.Count];
        _attributes.Read(text, values);
        if (!complete && !EndsWithTimestamp(text, values))
        {
            return Decoded.Reject(HoldReason.Truncated, "The record ends without a blank line; attributes may be missing.");
        }
        if (text[0] is (byte)'\t' or (byte)' ')
        {
            return Decoded.Reject(HoldReason.Unreadable, "The record begins without its header line.");
        }
        if (!TryGet(text, values, RadiusAttribute.StatusType, out var status, out var fault))
        {
            return fault;
        }
        if (status.SequenceEqual("Stop"u8) || status.SequenceEqual("2"u8))
        {
            return Stop(text, values, offset);
        }
        var ignored = IgnoredStatus(status);
        return ignored is not null
            ? Decoded.Ignore(ignored)
            : Decoded.Reject(status.IsEmpty ? HoldReason.MissingField : HoldReason.Unreadable,
                status.IsEmpty ? "Acct-Status-Type is missing." : $"Unknown Acct-Status-Type '{Decoded.Show(status)}'.");
    }

    private Decoded Stop(ReadOnlySpan<byte> text, ReadOnlySpan<RadiusValue> values, long offset)
    {
        if (!TryGet(text, values, RadiusAttribute.SessionId, out var session, out var fault)
            || !TryGet(text, values, _attributes.Subject, out var subject, out fault)
            || !TryGet(text, values, RadiusAttribute.CallingStationId, out var calling, out fault)
            || !TryGet(text, values, RadiusAttribute.CalledStationId, out var called, out fault)
            || !TryGet(text, values, RadiusAttribute.SessionTime, out var time, out fault))
        {
            return fault;
        }
        if (session.IsEmpty)
        {
            return Decoded.Reject(HoldReason.MissingField, "Acct-Session-Id is missing.");
        }
        if (!_parties.TrySubject(_subjectName, subject, out var served, out fault)
            || !TryEnd(text, values, out var end, out fault)
            || !Digits.TrySeconds("Acct-Session-Time", time, out var duration, out fault)
            || !TryVolume(text, values, RadiusAttribute.InputOctets, RadiusAttribute.InputGigawords, out var up, out fault)
            || !TryVolume(text, values, RadiusAttribute.OutputOctets, RadiusAttribute.OutputGigawords, out var down, out fault)
            || !TryKey(text, values, session, out var id, out fault)
            || !TryAttributes(text, values, out var attributes, out fault))
        {
            return fault;
        }
        if (up > long.MaxValue - down)
        {
            return Decoded.Reject(HoldReason.BadQuantity, "The volumes in both directions do not fit 63 bits together.");
        }
        var begin = end.ToUnixTimeMilliseconds() - duration;
        if (begin < 0)
        {
            return Decoded.Reject(HoldReason.BadTime, "The session would have begun before 1970.");
        }
        return Decoded.Of(new UsageRecord
        {
            EventId = id,
            Service = _service,
            Subject = served,
            Origin = _parties.Origin(calling),
            Destination = _names.Get(called),
            Start = Instant.FromUnixTimeMilliseconds(begin),
            DurationMs = duration,
            OctetsUp = up,
            OctetsDown = down,
            Attributes = attributes,
            Offset = offset,
        });
    }

    /// <summary>What the source wants as attributes and the packet has.</summary>
    private bool TryAttributes(
        ReadOnlySpan<byte> text, ReadOnlySpan<RadiusValue> values, out UsageAttributes attributes, out Decoded fault)
    {
        attributes = default;
        fault = default;
        if (_wanted.Length == 0)
        {
            return true;
        }
        var pairs = new List<string>(_wanted.Length * 2);
        for (var i = 0; i < _wanted.Length; i++)
        {
            if (!TryGet(text, values, _attributes.More[i], out var value, out fault))
            {
                return false;
            }
            if (!value.IsEmpty)
            {
                pairs.Add(_wanted[i]);
                pairs.Add(_names.Get(value));
            }
        }
        attributes = UsageAttributes.FromSorted([.. pairs]);
        return true;
    }

    private bool TryKey(ReadOnlySpan<byte> text, ReadOnlySpan<RadiusValue> values, ReadOnlySpan<byte> session, out EventId id,
        out Decoded fault)
    {
        id = default;
        var nas = values[(int)RadiusAttribute.NasIpAddress].Present ? RadiusAttribute.NasIpAddress
            : values[(int)RadiusAttribute.NasIpv6Address].Present ? RadiusAttribute.NasIpv6Address
            : RadiusAttribute.NasIdentifier;
        if (!TryGet(text, values, nas, out var nasName, out fault)
            || !TryGet(text, values, RadiusAttribute.UserName, out var user, out fault)
            || !TryGet(text, values, RadiusAttribute.UniqueSessionId, out var unique, out fault))
        {
            return false;
        }
        id = _key.Begin().Add(session).Add(nasName).Add(user).Add(unique).ToEventId();
        return true;
    }

    /// <summary>When the session ended: Timestamp or the header less the delay, or Event-Timestamp.</summary>
    private bool TryEnd(ReadOnlySpan<byte> text, ReadOnlySpan<RadiusValue> values, out Instant end, out Decoded fault)
    {
        end = default;
        if (!TryGet(text, values, RadiusAttribute.Timestamp, out var arrival, out fault)
            || !TryGet(text, values, RadiusAttribute.EventTimestamp, out var happened, out fault)
            || !TryGet(text, values, RadiusAttribute.DelayTime, out var delayText, out fault))
        {
            return false;
        }
        var delay = 0L;
        if (!delayText.IsEmpty && !Digits.TrySeconds("Acct-Delay-Time", delayText, out delay, out fault))
        {
            return false;
        }
        bool ok;
        var written = arrival;
        if (!arrival.IsEmpty)
        {
            ok = RadiusTimes.TryEpoch(arrival, out end);
        }
        else if (!happened.IsEmpty)
        {
            written = happened;
            ok = _times.TryEvent(happened, out end);
            delay = 0;
        }
        else
        {
            var line = text.IndexOf((byte)'\n');
            written = (line < 0 ? text : text[..line]).TrimEnd((byte)'\r');
            ok = _times.TryHeader(written, out end);
        }
        if (!ok)
        {
            fault = Decoded.Reject(HoldReason.BadTime, $"'{Decoded.Show(written)}' is not a date and time.");
            return false;
        }
        end = end.Minus(Duration.FromMilliseconds(delay));
        return true;
    }

    private static bool TryVolume(ReadOnlySpan<byte> text, ReadOnlySpan<RadiusValue> values, RadiusAttribute octets,
        RadiusAttribute gigawords, out long volume, out Decoded fault)
    {
        volume = 0;
        if (!TryNumber(text, values, octets, out var low, out fault) || !TryNumber(text, values, gigawords, out var high, out fault))
        {
            return false;
        }
        if (high > (long.MaxValue >> 32) || low > long.MaxValue - (high << 32))
        {
            fault = Decoded.Reject(HoldReason.BadQuantity, $"{RadiusAttributes.Name(gigawords)} {high} is too large.");
            return false;
        }
        volume = (high << 32) + low;
        return true;
    }

    /// <summary>The number, 0 when the attribute is absent.</summary>
    private static bool TryNumber(ReadOnlySpan<byte> text, ReadOnlySpan<RadiusValue> values, RadiusAttribute attribute, out long number,
        out Decoded fault)
    {
        number = 0;
        if (!TryGet(text, values, attribute, out var value, out fault))
        {
            return false;
        }
        if (value.IsEmpty || Digits.TryRead(value, out number))
        {
            return true;
        }
        fault = Decoded.Reject(HoldReason.BadQuantity,
            $"{RadiusAttributes.Name(attribute)} '{Decoded.Show(value)}' is not a number of octets that fits 63 bits.");
        return false;
    }

    /// <summary>The attribute's value, empty when it is absent; false when its quotes are not closed.</summary>
    private static bool TryGet(ReadOnlySpan<byte> text, ReadOnlySpan<RadiusValue> values, RadiusAttribute attribute,
        out ReadOnlySpan<byte> value, out Decoded fault)
    {
        fault = default;
        if (RadiusAttributes.TryValue(text, values[(int)attribute], out value))
        {
            return true;
        }
        fault = Decoded.Reject(HoldReason.Unreadable, $"The value '{Decoded.Show(value)}' has quotes that are not closed, or a NUL.");
        return false;
    }

    /// <summary>FreeRADIUS writes Timestamp last: a record that ends with this whole line is complete without its blank line.</summary>
    private static bool EndsWithTimestamp(ReadOnlySpan<byte> text, ReadOnlySpan<RadiusValue> values)
    {
        var value = values[(int)RadiusAttribute.Timestamp];
        return value.Present && text[^1] == (byte)'\n'
            && text[(value.Start + value.Length)..].IndexOfAnyExcept((byte)'\r', (byte)'\n', (byte)' ') < 0;
    }

    private static string? IgnoredStatus(ReadOnlySpan<byte> status) =>
        status.SequenceEqual("Start"u8) || status.SequenceEqual("1"u8) ? "start"
        : status.SequenceEqual("Interim-Update"u8) || status.SequenceEqual("Alive"u8) || status.SequenceEqual("3"u8) ? "interim-update"
        : status.SequenceEqual("Accounting-On"u8) || status.SequenceEqual("7"u8) ? "accounting-on"
        : status.SequenceEqual("Accounting-Off"u8) || status.SequenceEqual("8"u8) ? "accounting-off"
        : status.StartsWith("Tunnel-"u8) || status.SequenceEqual("Failed"u8) ? "not-a-session"
        : null;
}
