namespace Tollgate.Mediation.Formats;

/// <summary>The attributes that the RADIUS decoder reads; the subject's is added at <see cref="Subject"/> when it is another one, and
/// what the source wants as attributes of the record follows.</summary>
internal enum RadiusAttribute
{
    UserName,
    StatusType,
    SessionId,
    UniqueSessionId,
    NasIpAddress,
    NasIpv6Address,
    NasIdentifier,
    CallingStationId,
    CalledStationId,
    SessionTime,
    InputOctets,
    OutputOctets,
    InputGigawords,
    OutputGigawords,
    EventTimestamp,
    Timestamp,
    DelayTime,
    Subject,
}

/// <summary>Where a value lies in the text of a record, with its quotes. <c>default</c>: the attribute is absent.</summary>
internal readonly record struct RadiusValue(int Start, int Length)
{
    internal bool Present => Length > 0;
}

/// <summary>Finds the attributes of one accounting record in a FreeRADIUS detail file.</summary>
internal sealed class RadiusAttributes
{
    private static readonly string[] Names =
    [
        "User-Name", "Acct-Status-Type", "Acct-Session-Id", "Acct-Unique-Session-Id", "NAS-IP-Address", "NAS-IPv6-Address",
        "NAS-Identifier", "Calling-Station-Id", "Called-Station-Id", "Acct-Session-Time", "Acct-Input-Octets", "Acct-Output-Octets",
        "Acct-Input-Gigawords", "Acct-Output-Gigawords", "Event-Timestamp", "Timestamp", "Acct-Delay-Time",
    ];

    private readonly (byte[] Name, RadiusAttribute Attribute)[][] _byLength;

    /// <param name="subject">Name of the attribute that names the served party.</param>
    /// <param name="more">Names of further attributes that are read.</param>
    internal RadiusAttributes(string subject, IEnumerable<string> more)
    {
        var names = Names.Append(Names.Contains(subject, StringComparer.Ordinal) ? "" : subject).ToList();
        Subject = (RadiusAttribute)names.IndexOf(subject);
        More = [.. more.Select(name =>
        {
            if (!names.Contains(name, StringComparer.Ordinal))
            {
                names.Add(name);
            }
            return (RadiusAttribute)names.IndexOf(name);
        })];
        Count = names.Count;
        var all = names.Select((name, index) => (Name: System.Text.Encoding.UTF8.GetBytes(name), Attribute: (RadiusAttribute)index))
            .Where(entry => entry.Name.Length > 0).ToList();
        _byLength = [.. Enumerable.Range(0, all.Max(entry => entry.Name.Length) + 1)
            .Select(length => all.Where(entry => entry.Name.Length == length).ToArray())];
    }

    /// <summary>How many places the table of values has.</summary>
    internal int Count { get; }

    /// <summary>Which attribute names the served party.</summary>
    internal RadiusAttribute Subject { get; }

    /// <summary>The further attributes, in the order in which they were named.</summary>
    internal RadiusAttribute[] More { get; }

    internal static string Name(RadiusAttribute attribute) => Names[(int)attribute];

    /// <summary>Fills the table from the lines after the header line; the first of several values of one attribute counts.</summary>
    internal void Read(ReadOnlySpan<byte> text, Span<RadiusValue> values)
    {
        values.Clear();
        var at = text.IndexOf((byte)'\n') + 1;
        while (at > 0 && at < text.Length)
        {
            var end = text[at..].IndexOf((byte)'\n');
            end = end < 0 ? text.Length : at + end;
            Line(text, at, end, values);
            at = end + 1;
        }
    }

    private void Line(ReadOnlySpan<byte> text, int from, int to, Span<RadiusValue> values)
    {
        while (from < to && text[from] is (byte)'\t' or (byte)' ')
        {
            from++;
        }
        var equals = text[from..to].IndexOf((byte)'=');
        if (equals <= 0)
        {
            return;
        }
        var name = text.Slice(from, equals);
        while (name.Length > 0 && name[^1] is (byte)' ' or (byte)':' or (byte)'+')
        {
            name = name[..^1];
        }
        if (name.Length >= _byLength.Length)
        {
            return;
        }
        foreach (var (known, attribute) in _byLength[name.Length])
        {
            if (name.SequenceEqual(known))
            {
                if (!values[(int)attribute].Present)
                {
                    var start = from + equals + 1;
                    while (start < to && text[start] == (byte)' ')
                    {
                        start++;
                    }
                    while (to > start && text[to - 1] is (byte)'\r' or (byte)' ')
                    {
                        to--;
                    }
                    values[(int)attribute] = new RadiusValue(start, to - start);
                }
                return;
            }
        }
    }

    /// <summary>The value without quotes and with escapes resolved; false when its quotes are not closed or an
    /// escape stands for NUL.</summary>
    internal static bool TryValue(ReadOnlySpan<byte> text, RadiusValue place, out ReadOnlySpan<byte> value)
    {
        value = text.Slice(place.Start, place.Length);
        if (value.Length == 0 || value[0] is not ((byte)'"' or (byte)'\''))
        {
            return true;
        }
        if (value.Length < 2 || value[^1] != value[0])
        {
            return false;
        }
        value = value[1..^1];
        if (value.Contains((byte)'\\'))
        {
            value = Unescape(value);
            return !value.Contains((byte)0);
        }
        return true;
    }

    private static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> value)
    {
        var plain = new byte[value.Length];
        var length = 0;
        for (var i = 0; i < value.Length; i++)
        {
            var b = value[i];
            if (b == (byte)'\\' && i + 1 < value.Length)
            {
                i++;
                b = value[i] switch
                {
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    var other => other,
                };
                if (b is >= (byte)'0' and <= (byte)'3' && i + 2 < value.Length && IsOctal(value[i + 1]) && IsOctal(value[i + 2]))
                {
                    b = (byte)(((b - '0') << 6) | ((value[i + 1] - '0') << 3) | (value[i + 2] - '0'));
                    i += 2;
                }
            }
            plain[length++] = b;
        }
        return plain.AsSpan(0, length);
    }

    private static bool IsOctal(byte b) => b is >= (byte)'0' and <= (byte)'7';
}
