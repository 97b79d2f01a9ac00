using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Tollgate.Catalog;
using Tollgate.Operations.Reports;
using Tollgate.Primitives;

namespace Tollgate.Web.Console;

/// <summary>Figures as the console writes them: English, thousands by comma, ISO dates, whatever the machine's culture.</summary>
public static class ConsoleText
{
    private static readonly ZonedDateTimePattern Time =
        ZonedDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm 'UTC'", null);

    private static readonly ZonedDateTimePattern LocalTime =
        ZonedDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm '('z')'", null);

    /// <summary>E.g. <c>1,292,000</c>.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number with its noun, which gets an s unless the number is 1: <c>2 files</c>.</summary>
    public static string Count(long number, string noun) => Number(number) + " " + noun + (number == 1 ? "" : "s");

    /// <summary>In minor digits, halves away from zero: <c>1,234.56 EUR</c>.</summary>
    public static string Amount(Money money) => $"{Plain(money)} {money.Currency.Code}";

    /// <summary>As <see cref="Amount"/>, without the currency.</summary>
    public static string Plain(Money money) => money.RoundToMinor(RoundingMode.HalfUp).Amount
        .ToString("N" + money.Currency.MinorDigits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>ISO 8601, or a dash.</summary>
    public static string Date(LocalDate? date) => date is { } day ? LocalDatePattern.Iso.Format(day) : "–";

    /// <summary>E.g. <c>2026-06-15 10:30 UTC</c>.</summary>
    public static string Moment(Instant time) => Time.Format(time.InUtc());

    /// <summary>The same where it matters on which day it is, e.g. <c>2026-06-15 12:30 (Europe/Berlin)</c>.</summary>
    public static string Moment(Instant time, DateTimeZone zone) => LocalTime.Format(time.InZone(zone));

    /// <summary>Base units in words: <c>1,953 h 00 min</c>, <c>46.50 GB</c>, <c>620 events</c>.</summary>
    public static string Quantity(PriceBasis basis, decimal quantity) => basis switch
    {
        PriceBasis.Duration => Hours(decimal.Truncate(quantity / 60_000)),
        PriceBasis.Volume => Octets(quantity),
        PriceBasis.Events => quantity.ToString("N0", CultureInfo.InvariantCulture) + (quantity == 1 ? " event" : " events"),
        _ => throw new ArgumentOutOfRangeException(nameof(basis)),
    };

    /// <summary>Octets in the largest unit of 1000 that keeps the number above 1.</summary>
    public static string Octets(decimal octets)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB", "PB"];
        var unit = 0;
        while (unit < units.Length - 1 && Math.Abs(octets) >= 1000)
        {
            octets /= 1000;
            unit++;
        }
        return Rounding.Round(octets, unit == 0 ? 0 : 1, RoundingMode.HalfUp)
            .ToString(unit == 0 ? "N0" : "N1", CultureInfo.InvariantCulture)
            + " " + units[unit];
    }

    public static string Service(ServiceKind service) => service switch
    {
        ServiceKind.Voice => "Voice",
        ServiceKind.Sms => "SMS",
        ServiceKind.Mms => "MMS",
        ServiceKind.Data => "Data",
        ServiceKind.Content => "Content",
        _ => throw new ArgumentOutOfRangeException(nameof(service)),
    };

    /// <summary>A code as words: <c>credit-note</c> → <c>Credit note</c>, <c>UnknownSubscriber</c> →
    /// <c>Unknown subscriber</c>.</summary>
    public static string Words(string code)
    {
        var text = new System.Text.StringBuilder(code.Length + 4);
        foreach (var letter in code)
        {
            if (letter == '-')
            {
                text.Append(' ');
            }
            else if (char.IsAsciiLetterUpper(letter) && text.Length > 0)
            {
                text.Append(' ').Append(char.ToLowerInvariant(letter));
            }
            else
            {
                text.Append(text.Length == 0 ? char.ToUpperInvariant(letter) : letter);
            }
        }
        return text.ToString();
    }

    /// <summary>A part as a percentage of the greatest, at least 0.5 when there is anything, for the width of a bar.</summary>
    public static string Percent(decimal part, decimal greatest) => part <= 0 || greatest <= 0
        ? "0%"
        : Rounding.Round(Math.Max(part / greatest * 100, 0.5m), 2, RoundingMode.HalfUp)
        .ToString(CultureInfo.InvariantCulture) + "%";

    private static string Hours(decimal minutes) => string.Create(
        CultureInfo.InvariantCulture, $"{decimal.Truncate(minutes / 60):N0} h {minutes % 60:00} min");
}
