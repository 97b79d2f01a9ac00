using NodaTime;
using NodaTime.Text;

namespace Tollgate.Storage;

/// <summary>How times and dates are stored in SQLite, and the microsecond grain of both databases.</summary>
public static class TimeCodec
{
    /// <summary>Microseconds since 1970-01-01T00:00Z; finer parts are cut off.</summary>
    public static long ToMicroseconds(Instant time)
    {
        var ticks = time.ToUnixTimeTicks();
        return ticks >= 0 ? ticks / 10 : (ticks - 9) / 10;
    }

    public static Instant FromMicroseconds(long microseconds) => Instant.FromUnixTimeTicks(microseconds * 10);

    /// <summary>The same instant at the grain of the databases.</summary>
    public static Instant Truncate(Instant time) => FromMicroseconds(ToMicroseconds(time));

    /// <summary><c>yyyy-MM-dd</c>.</summary>
    public static string ToText(LocalDate date) => LocalDatePattern.Iso.Format(date);

    /// <exception cref="UnparsableValueException">Not a date in ISO form.</exception>
    public static LocalDate ToDate(string text) => LocalDatePattern.Iso.Parse(text).Value;
}
