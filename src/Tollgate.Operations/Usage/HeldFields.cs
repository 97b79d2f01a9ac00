using System.Globalization;
using NodaTime.Text;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Usage;

/// <summary>
/// The fields of a usage record that a correction may set, with their text forms. A correction of <c>text</c> replaces the whole
/// record as it stands in the file; the other fields then apply on top of what is read from it.
/// </summary>
public static class HeldFields
{
    /// <summary>The record as it stands in the file.</summary>
    public const string Text = "text";

    private const long MostSeconds = uint.MaxValue;

    private delegate UsageRecord? Setter(UsageRecord record, string value);

    private static readonly (string Name, string Cure, Func<UsageRecord, string> Get, Setter Set)[] Known =
    [
        ("subscriber", "Write KIND:VALUE, for example msisdn:491701234567 or user-name:anna@example.net.",
            record => $"{IdentityKinds.Name(record.Subject.Kind)}:{record.Subject.Value}",
            (record, value) => Subject(value) is { } subject ? record with { Subject = subject } : null),
        ("service", "Write voice, sms, mms, data or content.", record => record.Service.ToString().ToLowerInvariant(),
            (record, value) => Service(value) is { } service ? record with { Service = service } : null),
        ("origin", "Write E.164 digits without +, or nothing.", record => record.Origin,
            (record, value) => Party(value) ? record with { Origin = value } : null),
        ("destination", "Write E.164 digits without +, a short code or an access point.", record => record.Destination,
            (record, value) => Party(value) ? record with { Destination = value } : null),
        ("start", "Write a time with its offset, for example 2026-10-05T12:00:00+02:00.",
            record => InstantPattern.ExtendedIso.Format(record.Start),
            (record, value) => OffsetDateTimePattern.ExtendedIso.Parse(value) is { Success: true } time
                ? record with { Start = time.Value.ToInstant() } : null),
        ("duration", "Write seconds, for example 61 or 61.5.",
            record => (record.DurationMs / 1000m).ToString("0.###", CultureInfo.InvariantCulture),
            (record, value) => decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out var seconds)
                && seconds <= MostSeconds ? record with { DurationMs = (long)(seconds * 1000m) } : null),
        ("octetsUp", "Write a whole number.", record => record.OctetsUp.ToString(CultureInfo.InvariantCulture),
            (record, value) => Whole(value) is { } octets ? record with { OctetsUp = octets } : null),
        ("octetsDown", "Write a whole number.", record => record.OctetsDown.ToString(CultureInfo.InvariantCulture),
            (record, value) => Whole(value) is { } octets ? record with { OctetsDown = octets } : null),
        ("events", "Write a whole number from 1.", record => record.Events.ToString(CultureInfo.InvariantCulture),
            (record, value) => Whole(value) is { } events and >= 1 and <= int.MaxValue
                ? record with { Events = (int)events } : null),
    ];

    /// <summary>Names of all fields that can be corrected.</summary>
    public static IEnumerable<string> Names => Known.Select(one => one.Name).Prepend(Text);

    /// <summary>The value of a field of a record.</summary>
    internal static string Get(UsageRecord record, string field) => Known.First(one => one.Name == field).Get(record);

    /// <summary>The record with a field set; null and a fault when the value does not fit.</summary>
    internal static UsageRecord? Set(UsageRecord record, string field, string value, out FieldFault? fault)
    {
        var (name, cure, _, set) = Known.FirstOrDefault(one => one.Name == field);
        var changed = set?.Invoke(record, value.Trim());
        fault = changed is not null ? null
            : name is null ? new FieldFault(field, $"A usage record has no field '{FieldRules.Short(field)}'.",
                $"Use one of {string.Join(", ", Names)}.")
            : new FieldFault(field, $"'{FieldRules.Short(value)}' is not possible.", cure);
        return changed;
    }

    /// <summary>The text of a record after its corrections.</summary>
    internal static string TextOf(HeldRecord record, IEnumerable<HeldCorrection> corrections) =>
        corrections.LastOrDefault(correction => correction.Field == Text)?.After ?? record.Raw;

    /// <summary>A decoded record with its corrections, the older ones first.</summary>
    internal static UsageRecord Apply(UsageRecord record, IEnumerable<HeldCorrection> corrections) =>
        corrections.Where(correction => correction.Field != Text).Aggregate(
            record, (changed, correction) => Set(changed, correction.Field, correction.After, out _) ?? changed);

    private static ServiceIdentity? Subject(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || IdentityKinds.Find(text[..colon]) is not { } kind)
        {
            return null;
        }
        var faults = new Faults();
        var value = FieldRules.Identity(faults, "subscriber", kind, text[(colon + 1)..]);
        return faults.Count > 0 ? null : new ServiceIdentity(kind, value);
    }

    private static ServiceKind? Service(string text) => Enum.GetValues<ServiceKind>()
        .Where(kind => string.Equals(kind.ToString(), text, StringComparison.OrdinalIgnoreCase)).Cast<ServiceKind?>()
            .FirstOrDefault();

    private static bool Party(string text) => text.Length <= 128 && !text.Any(char.IsControl);

    private static long? Whole(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
