using System.Collections.Immutable;
using System.Text;
using NodaTime;
using Tollgate.Mediation.Reading;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Layouts;

/// <summary>Makes usage of records that a layout's form has cut into fields. One for each decoder.</summary>
internal sealed class LayoutRecords
{
    private static readonly (string Name, ServiceKind Kind)[] Services =
        [.. Enum.GetValues<ServiceKind>().Select(kind => (kind.ToString(), kind))];

    private readonly UsageLayout _layout;
    private readonly LayoutUsage _usage;
    private readonly byte _decimalSign;
    private readonly ServiceKind _service;
    private readonly Parties _parties;
    private readonly RecordKey _key;
    private readonly LocalTimes _times;
    private readonly LocalTimes _startTimes;
    private readonly LocalTimes _endTimes;
    private readonly InternTable _names = new(Encoding.UTF8.GetString);
    private readonly Scratch _scratch = new();
    private readonly LayoutAttributes? _attributes;

    internal LayoutRecords(UsageLayout layout, UsageSource source)
    {
        _layout = layout;
        _usage = layout.Usage;
        _decimalSign = layout.Form.DecimalSign;
        _service = _usage.OneService ?? source.Service;
        _parties = new Parties(source, _usage.SubjectKind ?? source.SubjectKind);
        _key = new RecordKey(source.Code);
        _times = new LocalTimes(layout.Form.TimeZone ?? source.TimeZone);
        _startTimes = _usage.Start?.Zone is { } start ? new LocalTimes(start) : _times;
        _endTimes = _usage.End?.Zone is { } end ? new LocalTimes(end) : _times;
        _attributes = LayoutAttributes.Of(_usage, _decimalSign);
    }

    /// <summary>What becomes of a record.</summary>
    /// <param name="row">Its fields.</param>
    /// <param name="text">All of it.</param>
    /// <param name="offset">Where it begins in the file.</param>
    internal Decoded Read(in LayoutRow row, ReadOnlySpan<byte> text, long offset)
    {
        foreach (var rule in _layout.Ignore)
        {
            if (rule.Holds(row))
            {
                return Decoded.Ignore(rule.Reason);
            }
        }
        if (!TryService(row, out var service, out var fault)
            || !_parties.TrySubject(_usage.Subject.Name, _usage.Subject.Read(row, _scratch), out var subject, out fault)
            || !TryTimes(row, service, out var start, out var duration, out fault)
            || !TryOctets(row, out var up, out var down, out fault)
            || !TryCount(row, _usage.Events, int.MaxValue, 1, out var events, out fault))
        {
            return fault;
        }
        var attributes = default(UsageAttributes);
        if (_attributes is not null && !_attributes.TryRead(row, _scratch, out attributes, out fault))
        {
            return fault;
        }
        return Decoded.Of(new UsageRecord
        {
            EventId = KeyOf(row, text),
            Service = service,
            Subject = subject,
            Origin = _usage.Origin is null ? "" : _parties.Origin(_usage.Origin.Read(row, _scratch)),
            Destination = Destination(row, service),
            Start = start,
            DurationMs = duration,
            OctetsUp = up,
            OctetsDown = down,
            Events = (int)events,
            Attributes = attributes,
            Offset = offset,
        });
    }

    private string Destination(in LayoutRow row, ServiceKind service) => _usage.Destination is not { } destination ? ""
        : service is ServiceKind.Data or ServiceKind.Content ? _names.Get(destination.Read(row, _scratch))
        : _parties.Destination(destination.Read(row, _scratch));

    private EventId KeyOf(in LayoutRow row, ReadOnlySpan<byte> text)
    {
        _key.Begin();
        var known = false;
        foreach (var slot in _usage.Id)
        {
            known |= !row[slot].IsEmpty;
            _key.Add(row[slot]);
        }
        return known ? _key.ToEventId() : _key.Begin().Add(text.TrimEnd("\r\n"u8)).ToEventId();
    }

    private bool TryService(in LayoutRow row, out ServiceKind service, out Decoded fault)
    {
        service = _service;
        fault = default;
        if (_usage.Service is not { } from)
        {
            return true;
        }
        var text = from.Read(row, _scratch);
        foreach (var (name, kind) in Services)
        {
            if (Ascii.EqualsIgnoreCase(text, name))
            {
                service = kind;
                return true;
            }
        }
        if (text.IsEmpty)
        {
            return true;
        }
        fault = Decoded.Reject(HoldReason.Unreadable,
            $"{from.Name} '{Decoded.Show(text)}' is none of voice, sms, mms, data, content, and the layout maps it to none.");
        return false;
    }

    /// <summary>Start and duration; of start, end and duration any two make the third.</summary>
    private bool TryTimes(in LayoutRow row, ServiceKind service, out Instant start, out long duration, out Decoded fault)
    {
        (start, duration) = (default, 0);
        var end = default(Instant);
        if ((_usage.Start is { } first && !TryTime(row, first, _startTimes, out start, out fault))
            || (_usage.End is { } last && !TryTime(row, last, _endTimes, out end, out fault))
            || (_usage.Duration is { } lasting && !TryDuration(row, lasting, service, out duration, out fault)))
        {
            return false;
        }
        fault = default;
        if (_usage.Start is not null && _usage.End is not null)
        {
            duration = end.ToUnixTimeMilliseconds() - start.ToUnixTimeMilliseconds();
            if (end < start || duration > Digits.MaxSeconds * 1000)
            {
                fault = Decoded.Reject(HoldReason.BadQuantity, end < start
                    ? $"{_usage.End.Value.Name} is before {_usage.Start.Value.Name}."
                    : $"More than {Digits.MaxSeconds} seconds lie between {_usage.Start.Value.Name} and {_usage.End.Value.Name}.");
                return false;
            }
        }
        else if (_usage.Start is null)
        {
            start = end - Duration.FromMilliseconds(duration);
            if (start < NodaConstants.UnixEpoch)
            {
                fault = Decoded.Reject(HoldReason.BadTime, $"{_usage.End!.Value.Name} minus the duration is before 1970.");
                return false;
            }
        }
        return true;
    }

    private bool TryTime(in LayoutRow row, LayoutTime time, LocalTimes zone, out Instant instant, out Decoded fault)
    {
        var text = time.Value.Read(row, _scratch);
        instant = default;
        fault = default;
        if (text.IsEmpty)
        {
            fault = Decoded.Reject(HoldReason.MissingField, $"{time.Value.Name} is empty.");
            return false;
        }
        if (time.PerSecond > 0)
        {
            if (ScaledNumber.TryRead(text, _decimalSign, 1000, time.PerSecond, LocalTimes.MaxEpoch * 1000, out var count))
            {
                instant = Instant.FromUnixTimeMilliseconds(count);
                return true;
            }
        }
        else if (time.Pattern?.TryRead(text, zone, out instant) ?? zone.TryIso(text, out instant))
        {
            return true;
        }
        fault = Decoded.Reject(HoldReason.BadTime,
            $"{time.Value.Name} '{Decoded.Show(text)}' is no date and time in the form that the layout names.");
        return false;
    }

    private bool TryDuration(
        in LayoutRow row, LayoutDuration duration, ServiceKind service, out long milliseconds, out Decoded fault)
    {
        const long Most = Digits.MaxSeconds * 1000;
        var text = duration.Value.Read(row, _scratch);
        milliseconds = 0;
        fault = default;
        if (text.IsEmpty)
        {
            // A message has no duration; a call that does not say how long it was is not one of zero seconds.
            fault = service == ServiceKind.Voice
                ? Decoded.Reject(HoldReason.MissingField, $"{duration.Value.Name} is empty.") : default;
            return service != ServiceKind.Voice;
        }
        var read = duration.Unit switch
        {
            DurationUnit.Clock => ScaledNumber.TryClock(text, _decimalSign, Most, out milliseconds),
            DurationUnit.Digits => ScaledNumber.TryClockDigits(text, Most, out milliseconds),
            DurationUnit.Milliseconds => ScaledNumber.TryRead(text, _decimalSign, 1, 1, Most, out milliseconds),
            DurationUnit.Microseconds => ScaledNumber.TryRead(text, _decimalSign, 1, 1000, Most, out milliseconds),
            DurationUnit.Minutes => ScaledNumber.TryRead(text, _decimalSign, 60_000, 1, Most, out milliseconds),
            DurationUnit.Hours => ScaledNumber.TryRead(text, _decimalSign, 3_600_000, 1, Most, out milliseconds),
            _ => ScaledNumber.TryRead(text, _decimalSign, 1000, 1, Most, out milliseconds),
        };
        if (!read)
        {
            fault = Decoded.Reject(HoldReason.BadQuantity,
                $"{duration.Value.Name} '{Decoded.Show(text)}' is no duration from 0 to {Digits.MaxSeconds} seconds in "
                + "the form that the layout names.");
        }
        return read;
    }

    private bool TryOctets(in LayoutRow row, out long up, out long down, out Decoded fault)
    {
        down = 0;
        if (!TryCount(row, _usage.Up, long.MaxValue, 0, out up, out fault)
            || !TryCount(row, _usage.Down, long.MaxValue - up, 0, out down, out fault)
            || !TryCount(row, _usage.Octets, long.MaxValue - up - down, 0, out var both, out fault))
        {
            return false;
        }
        down += both;
        return true;
    }

    private bool TryCount(in LayoutRow row, LayoutCount? count, long most, long whenEmpty, out long number, out Decoded fault)
    {
        number = whenEmpty;
        fault = default;
        if (count is null)
        {
            return true;
        }
        var text = count.Value.Read(row, _scratch);
        var wraps = 0L;
        var read = (text.IsEmpty || ScaledNumber.TryRead(text, _decimalSign, count.Unit, 1, most, out number))
            && TryGigawords(row, count, out wraps) && number <= most - (wraps << 32);
        number += read ? wraps << 32 : 0;
        fault = read ? default : Decoded.Reject(HoldReason.BadQuantity,
            $"{count.Value.Name} '{Decoded.Show(text)}' is not a number from 0 to {most}.");
        return read;
    }

    /// <summary>How often a counter of 32 bits began anew, so that the whole fits 63 bits.</summary>
    private bool TryGigawords(in LayoutRow row, LayoutCount count, out long wraps)
    {
        wraps = 0;
        if (count.Gigawords is not { } from)
        {
            return true;
        }
        var text = from.Read(row, _scratch);
        return text.IsEmpty || (Digits.TryRead(text, out wraps) && wraps <= long.MaxValue >> 32);
    }
}

/// <summary>The attributes of records, the price among them.</summary>
internal sealed class LayoutAttributes
{
    private readonly ImmutableArray<(string Name, LayoutValue Value, InternTable Texts)> _wanted;
    private readonly string[] _found;
    private readonly LayoutPrice? _price;
    private readonly byte _decimalSign;

    private LayoutAttributes(LayoutUsage usage, byte decimalSign)
    {
        _price = usage.Price;
        _decimalSign = decimalSign;
        var texts = new InternTable(Encoding.UTF8.GetString);
        var all = usage.Attributes.Select(attribute => (attribute.Name, attribute.Value, texts)).ToList();
        if (_price is not null)
        {
            all.Add((AttributeNames.Price, _price.Value, new InternTable(PriceText)));
            if (_price.Currency is { } currency)
            {
                all.Add((AttributeNames.PriceCurrency, currency, texts));
            }
        }
        _wanted = [.. all.OrderBy(attribute => attribute.Name, StringComparer.Ordinal)];
        _found = new string[2 * _wanted.Length];
    }

    /// <summary>Null when the layout has none.</summary>
    internal static LayoutAttributes? Of(LayoutUsage usage, byte decimalSign) =>
        usage.Attributes.IsEmpty && usage.Price is null ? null : new LayoutAttributes(usage, decimalSign);

    /// <summary>The attributes of a record; what is empty is not there.</summary>
    internal bool TryRead(in LayoutRow row, Scratch scratch, out UsageAttributes attributes, out Decoded fault)
    {
        var count = 0;
        attributes = default;
        fault = default;
        foreach (var (name, value, texts) in _wanted)
        {
            var text = value.Read(row, scratch);
            if (text.IsEmpty)
            {
                continue;
            }
            if (ReferenceEquals(value, _price?.Value) && !IsPrice(text))
            {
                fault = Decoded.Reject(HoldReason.BadQuantity, $"{value.Name} '{Decoded.Show(text)}' is not a price.");
                return false;
            }
            _found[count++] = name;
            _found[count++] = texts.Get(text);
        }
        attributes = count == 0 ? default : UsageAttributes.FromSorted(_found[..count]);
        return true;
    }

    private bool IsPrice(ReadOnlySpan<byte> text)
    {
        var digits = text[0] == (byte)'-' ? text[1..] : text;
        var point = digits.IndexOf(_decimalSign);
        var whole = point < 0 ? digits : digits[..point];
        return digits.Length <= 28 && !whole.IsEmpty && !whole.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && (point < 0 || (_price!.Decimals == 0 && point + 1 < digits.Length
                && !digits[(point + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9')));
    }

    /// <summary>With a decimal point, whatever the layout's sign is.</summary>
    private string PriceText(ReadOnlySpan<byte> text)
    {
        var plain = Encoding.UTF8.GetString(text).Replace((char)_decimalSign, '.');
        if (_price!.Decimals == 0)
        {
            return plain;
        }
        var negative = plain[0] == '-';
        var digits = (negative ? plain[1..] : plain).PadLeft(_price.Decimals + 1, '0');
        return (negative ? "-" : "") + digits[..^_price.Decimals] + "." + digits[^_price.Decimals..];
    }
}
