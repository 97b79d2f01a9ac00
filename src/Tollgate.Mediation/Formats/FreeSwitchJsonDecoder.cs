using NodaTime;
using Tollgate.Mediation.Reading;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Formats;

/// <summary>
/// FreeSWITCH <c>mod_json_cdr</c>: one JSON object per call leg, on one line or pretty-printed, one after the other. An answered leg is
/// usage; a leg with direction <c>outbound</c> is the second leg of a call and ignored. Key: <c>variables.uuid</c>.
/// </summary>
internal sealed class FreeSwitchJsonDecoder(UsageSource source, DecoderState start) : JsonDecoder(start)
{
    internal const string DefaultSubject = "caller_id_number";

    private readonly string _subjectName = source.SubjectField.Length == 0 ? DefaultSubject : source.SubjectField;
    private readonly FreeSwitchField _subject =
        source.SubjectField is "" or DefaultSubject ? FreeSwitchField.CallerNumber : FreeSwitchField.Subject;
    private readonly FreeSwitchCall _call = new(
        source.SubjectField is "" or DefaultSubject ? null : source.SubjectField,
        [.. source.AttributeFields.All.Select(pair => pair.Value), "start_epoch"]);
    private readonly string[] _wanted = [.. source.AttributeFields.All.Select(pair => pair.Key)];
    private readonly InternTable _texts = new(System.Text.Encoding.UTF8.GetString);
    private readonly Parties _parties = new(source, source.SubjectKind);
    private readonly RecordKey _key = new(source.Code);
    private readonly ServiceKind _service = source.Service;

    protected override Decoded Object(ReadOnlySpan<byte> text, long offset)
    {
        if (!_call.TryRead(text, out var problem))
        {
            return Decoded.Reject(HoldReason.Unreadable, problem);
        }
        if (_call[FreeSwitchField.Direction].SequenceEqual("outbound"u8))
        {
            return Decoded.Ignore("second-leg");
        }
        var answered = _call[FreeSwitchField.AnswerMicroseconds];
        var perSecond = 1_000_000L;
        if (answered.IsEmpty)
        {
            answered = _call[FreeSwitchField.AnswerEpoch];
            perSecond = 1;
        }
        if (answered.IsEmpty && _call[FreeSwitchField.Uuid].IsEmpty)
        {
            return Decoded.Reject(HoldReason.MissingField, "The object has no variables.uuid; it is not a call.");
        }
        var when = 0L;
        if (!answered.IsEmpty && (!Digits.TryRead(answered, out when) || when / perSecond > LocalTimes.MaxEpoch))
        {
            return Decoded.Reject(HoldReason.BadTime, $"The answer time '{Decoded.Show(answered)}' is not a number of seconds since 1970.");
        }
        return when == 0 ? Unanswered(offset) : Answered(Instant.FromUnixTimeTicks(when * (10_000_000 / perSecond)), offset);
    }

    private Decoded Unanswered(long offset)
    {
        if (!source.Unanswered)
        {
            return Decoded.Ignore("not-answered");
        }
        var started = _call[_call.More[^1]];
        return Digits.TryRead(started, out var when) && when > 0 && when <= LocalTimes.MaxEpoch
            ? Call(Instant.FromUnixTimeSeconds(when), 0, Attributes().With(AttributeNames.Answered, "no"), offset)
            : Decoded.Reject(HoldReason.BadTime, $"start_epoch '{Decoded.Show(started)}' is not a number of seconds since 1970.");
    }

    private Decoded Answered(Instant begin, long offset)
    {
        if (!TryDuration(out var duration, out var fault))
        {
            return fault;
        }
        return duration == 0 && !source.Unanswered
            ? Decoded.Ignore("zero-duration")
            : Call(begin, duration, Attributes(), offset);
    }

    private Decoded Call(Instant begin, long duration, UsageAttributes attributes, long offset)
    {
        var uuid = _call[FreeSwitchField.Uuid];
        if (uuid.IsEmpty)
        {
            return Decoded.Reject(HoldReason.MissingField, "variables.uuid is missing.");
        }
        if (!_parties.TrySubject(_subjectName, _call[_subject], out var served, out var fault))
        {
            return fault;
        }
        return Decoded.Of(new UsageRecord
        {
            EventId = _key.Begin().Add(uuid).ToEventId(),
            Service = _service,
            Subject = served,
            Origin = _parties.Origin(_call[FreeSwitchField.CallerNumber]),
            Destination = _parties.Destination(_call[FreeSwitchField.DestinationNumber]),
            Start = begin,
            DurationMs = duration,
            Attributes = attributes,
            Offset = offset,
        });
    }

    /// <summary>What the source wants as attributes and the call has.</summary>
    private UsageAttributes Attributes()
    {
        if (_wanted.Length == 0)
        {
            return default;
        }
        var pairs = new List<string>(_wanted.Length * 2);
        for (var i = 0; i < _wanted.Length; i++)
        {
            var value = _call[_call.More[i]];
            if (!value.IsEmpty)
            {
                pairs.Add(_wanted[i]);
                pairs.Add(_texts.Get(value));
            }
        }
        return UsageAttributes.FromSorted([.. pairs]);
    }

    /// <summary>billmsec, or billusec cut to milliseconds, or billsec.</summary>
    private bool TryDuration(out long milliseconds, out Decoded fault)
    {
        fault = default;
        var exact = _call[FreeSwitchField.BillMilliseconds];
        var (divisor, name) = (1L, "billmsec");
        if (exact.IsEmpty)
        {
            exact = _call[FreeSwitchField.BillMicroseconds];
            (divisor, name) = (1000, "billusec");
        }
        if (exact.IsEmpty)
        {
            return Digits.TrySeconds("billsec", _call[FreeSwitchField.BillSeconds], out milliseconds, out fault);
        }
        if (Digits.TryRead(exact, out milliseconds) && (milliseconds /= divisor) <= Digits.MaxSeconds * 1000)
        {
            return true;
        }
        fault = Decoded.Reject(HoldReason.BadQuantity,
            $"{name} '{Decoded.Show(exact)}' is not a number from 0 to {Digits.MaxSeconds * 1000 * divisor}.");
        return false;
    }
}
