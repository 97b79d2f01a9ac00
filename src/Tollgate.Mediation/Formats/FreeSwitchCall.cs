using System.Text.Json;
using Tollgate.Mediation.Reading;

namespace Tollgate.Mediation.Formats;

/// <summary>The fields of a FreeSWITCH call that the decoder reads; what the source wants as attributes follows.</summary>
internal enum FreeSwitchField
{
    Uuid,
    Direction,
    AnswerEpoch,
    AnswerMicroseconds,
    BillSeconds,
    BillMilliseconds,
    BillMicroseconds,
    CallerNumber,
    DestinationNumber,
    Subject,
}

/// <summary>
/// Collects those fields from one JSON object. Values are unescaped, and URL-decoded because <c>mod_json_cdr</c> encodes them unless
/// <c>encode-values</c> is off; a percent sign that begins no code is kept. Reused from record to record.
/// </summary>
internal sealed class FreeSwitchCall : JsonValues
{
    private readonly (byte[] Name, FreeSwitchField Field)[] _variables;
    private readonly (int Start, int Length)[] _places;

    /// <param name="subject">The variable that names the served party, or null when it is the caller's number.</param>
    /// <param name="more">Further variables that are read.</param>
    internal FreeSwitchCall(string? subject, IEnumerable<string> more)
    {
        List<(byte[], FreeSwitchField)> variables =
        [
            ("uuid"u8.ToArray(), FreeSwitchField.Uuid),
            ("direction"u8.ToArray(), FreeSwitchField.Direction),
            ("answer_epoch"u8.ToArray(), FreeSwitchField.AnswerEpoch),
            ("answer_uepoch"u8.ToArray(), FreeSwitchField.AnswerMicroseconds),
            ("billsec"u8.ToArray(), FreeSwitchField.BillSeconds),
            ("billmsec"u8.ToArray(), FreeSwitchField.BillMilliseconds),
            ("billusec"u8.ToArray(), FreeSwitchField.BillMicroseconds),
        ];
        if (subject is not null)
        {
            variables.Add((System.Text.Encoding.UTF8.GetBytes(subject), FreeSwitchField.Subject));
        }
        var next = (int)FreeSwitchField.Subject + 1;
        More = [.. more.Select(name =>
        {
            var wanted = System.Text.Encoding.UTF8.GetBytes(name);
            var known = variables.FindIndex(variable => variable.Item1.AsSpan().SequenceEqual(wanted));
            if (known >= 0)
            {
                return variables[known].Item2;
            }
            variables.Add((wanted, (FreeSwitchField)next));
            return (FreeSwitchField)next++;
        })];
        _places = new (int, int)[next];
        _variables = [.. variables];
    }

    /// <summary>The further variables, in the order in which they were named.</summary>
    internal FreeSwitchField[] More { get; }

    /// <summary>The value; empty when the call does not have it.</summary>
    internal ReadOnlySpan<byte> this[FreeSwitchField field] =>
        Text.Slice(_places[(int)field].Start, _places[(int)field].Length);

    protected override void Clear() => Array.Clear(_places);

    protected override int Decode(Span<byte> text) => Unescape(text);

    protected override void Collect(ref Utf8JsonReader reader)
    {
        var flowSeen = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var variables = reader.ValueTextEquals("variables"u8);
            var flow = reader.ValueTextEquals("callflow"u8);
            reader.Read();
            if (variables && reader.TokenType == JsonTokenType.StartObject)
            {
                Variables(ref reader);
            }
            else if (flow && !flowSeen && reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            {
                flowSeen = true;
                Flow(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void Variables(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = (FreeSwitchField?)null;
            foreach (var (name, field) in _variables)
            {
                if (reader.ValueTextEquals(name))
                {
                    found = field;
                    break;
                }
            }
            reader.Read();
            if (found is { } wanted)
            {
                Keep(ref reader, wanted);
            }
            reader.Skip();
        }
    }

    /// <summary>The first element of <c>callflow</c> is the call's last profile: where the dialplan sent it.</summary>
    private void Flow(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        var array = reader.TokenType == JsonTokenType.StartArray;
        if (array)
        {
            reader.Read();
        }
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            Profile(ref reader);
        }
        while (array && !(reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == depth) && reader.Read())
        {
            reader.Skip();
        }
    }

    private void Profile(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var profile = reader.ValueTextEquals("caller_profile"u8);
            reader.Read();
            if (!profile || reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var caller = reader.ValueTextEquals("caller_id_number"u8);
                var called = reader.ValueTextEquals("destination_number"u8);
                reader.Read();
                if (caller || called)
                {
                    Keep(ref reader, caller ? FreeSwitchField.CallerNumber : FreeSwitchField.DestinationNumber);
                }
                reader.Skip();
            }
        }
    }

    private void Keep(ref Utf8JsonReader reader, FreeSwitchField field) => _places[(int)field] = Keep(ref reader);

    /// <summary>Resolves %XX in place and returns the new length.</summary>
    private static int Unescape(Span<byte> value)
    {
        var length = 0;
        for (var i = 0; i < value.Length; i++)
        {
            var b = value[i];
            if (b == (byte)'%' && i + 2 < value.Length && char.IsAsciiHexDigit((char)value[i + 1]) && char.IsAsciiHexDigit((char)value[i + 2]))
            {
                b = (byte)((Nibble(value[i + 1]) << 4) | Nibble(value[i + 2]));
                i += 2;
            }
            value[length++] = b;
        }
        return length;
    }

    private static int Nibble(byte hex) => hex <= (byte)'9' ? hex - '0' : (hex | 0x20) - 'a' + 10;
}
