using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;
using Tollgate.Primitives;

namespace Tollgate.Documents;

/// <summary>
/// The stored form of an <see cref="InvoiceView"/>: UTF-8 JSON without white space, members in declared order, nothing for null,
/// money as <c>{"value":"16.13","unit":"EUR"}</c>, numbers without trailing zeros. Equal views give equal bytes. Reading is
/// strict: an unknown, repeated or missing member is refused, so that nothing is lost silently on a reprint.
/// </summary>
public static class InvoiceJson
{
    /// <summary>Version of the printed template and of this format. A change of either that alters issued documents gets the next
    /// number, and the old one stays readable and printable.</summary>
    public const int TemplateVersion = 1;

    public static byte[] Serialize(InvoiceView view) => JsonSerializer.SerializeToUtf8Bytes(view, Options(view.Currency));

    /// <exception cref="JsonException">Not a view, or of another template version; the message names the member.</exception>
    public static InvoiceView Deserialize(ReadOnlySpan<byte> utf8)
    {
        var header = JsonSerializer.Deserialize<Header>(utf8, HeaderOptions)
            ?? throw new JsonException("An invoice view is expected.");
        if (header.TemplateVersion != TemplateVersion)
        {
            throw new JsonException(
                $"Template version {header.TemplateVersion} is not known here; the newest is {TemplateVersion}.");
        }
        return JsonSerializer.Deserialize<InvoiceView>(utf8, Options(header.Currency))
            ?? throw new JsonException("An invoice view is expected.");
    }

    private static readonly JsonSerializerOptions HeaderOptions = new(JsonSerializerDefaults.Web)
    {
        Converters = { new UnitConverter() },
        RespectRequiredConstructorParameters = true,
    };

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<Unit, JsonSerializerOptions> OptionsOf = new();

    private static JsonSerializerOptions Options(Unit currency) => OptionsOf.GetOrAdd(currency, unit => new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
            new MoneyConverter(unit), new UnitConverter(), new DecimalConverter(), new PeriodConverter(),
            new PatternConverter<LocalDate>(LocalDatePattern.Iso),
            new PatternConverter<LocalDateTime>(LocalDateTimePattern.GeneralIso),
        },
    });

    private sealed record Header(int TemplateVersion, Unit Currency);

    private sealed record MoneyText(string Value, string Unit);

    private sealed record UnitText(string Code, int MinorDigits);

    private sealed record PeriodText(string From, string To);

    private sealed class MoneyConverter(Unit currency) : JsonConverter<Money>
    {
        public override Money Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var text = JsonSerializer.Deserialize<MoneyText>(ref reader, options)!;
            if (text.Unit != currency.Code)
            {
                throw new JsonException($"Money in {text.Unit} on a document in {currency.Code}.");
            }
            return decimal.TryParse(text.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out var value)
                ? new Money(value, currency)
                : throw new JsonException($"'{text.Value}' is not an amount.");
        }

        public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
        {
            if (value.Currency != currency)
            {
                throw new JsonException($"Money in {value.Currency} on a document in {currency.Code}.");
            }
            var format = "0." + new string('0', currency.MinorDigits) + new string('#', 18 - currency.MinorDigits);
            writer.WriteStartObject();
            writer.WriteString("value", value.Amount.ToString(format, CultureInfo.InvariantCulture));
            writer.WriteString("unit", currency.Code);
            writer.WriteEndObject();
        }
    }

    /// <summary>Only currencies occur; the minor digits make the snapshot independent of any later table of currencies.</summary>
    private sealed class UnitConverter : JsonConverter<Unit>
    {
        public override Unit Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var text = JsonSerializer.Deserialize<UnitText>(ref reader, options)!;
            return text.MinorDigits is >= 0 and <= 9
                ? Units.Currency(text.Code, text.MinorDigits)
                : throw new JsonException($"{text.MinorDigits} minor digits.");
        }

        public override void Write(Utf8JsonWriter writer, Unit value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("code", value.Code);
            writer.WriteNumber("minorDigits", value.MinorDigits);
            writer.WriteEndObject();
        }
    }

    private sealed class DecimalConverter : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.GetDecimal();

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.ToString("0.############################", CultureInfo.InvariantCulture));
    }

    private sealed class PeriodConverter : JsonConverter<BillPeriod>
    {
        public override BillPeriod Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var text = JsonSerializer.Deserialize<PeriodText>(ref reader, options)!;
            var from = LocalDatePattern.Iso.Parse(text.From);
            var to = LocalDatePattern.Iso.Parse(text.To);
            return from.Success && to.Success && from.Value < to.Value
                ? new BillPeriod(from.Value, to.Value)
                : throw new JsonException($"'{text.From}' to '{text.To}' is not a period.");
        }

        public override void Write(Utf8JsonWriter writer, BillPeriod value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("from", LocalDatePattern.Iso.Format(value.From));
            writer.WriteString("to", LocalDatePattern.Iso.Format(value.To));
            writer.WriteEndObject();
        }
    }

    private sealed class PatternConverter<T>(IPattern<T> pattern) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var text = reader.GetString() ?? "";
            var result = pattern.Parse(text);
            return result.Success ? result.Value : throw new JsonException($"'{text}' is not a {typeof(T).Name}.");
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(pattern.Format(value));
    }
}
