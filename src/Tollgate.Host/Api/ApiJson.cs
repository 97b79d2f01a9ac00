using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>How values are written in JSON: camelCase names, ids as text, times in ISO 8601 UTC, exact decimals as text, money as
/// <c>{"value":"12.50","unit":"EUR"}</c>. Unknown fields are refused.</summary>
internal static class ApiJson
{
    /// <summary>In words, for messages.</summary>
    internal const string Years = "1900 to 9998";

    private const int FirstYear = 1900;
    private const int LastYear = 9998;

    /// <summary>For files that hold what the API takes.</summary>
    internal static JsonSerializerOptions Options { get; } = Configured();

    private static JsonSerializerOptions Configured()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        return options;
    }

    internal static void Configure(JsonSerializerOptions options)
    {
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.MaxDepth = 16;
        options.Converters.Add(new InstantConverter());
        options.Converters.Add(new DateConverter());
        options.Converters.Add(new MoneyConverter());
        options.Converters.Add(new DecimalConverter());
        options.Converters.Add(new IdConverterFactory());
    }

    /// <summary>Reads a time with its offset, <c>2026-11-30T08:00:00Z</c> or <c>2026-11-30T09:00:00+01:00</c>; null on other
    /// text and outside of the years that can be billed.</summary>
    internal static Instant? ReadTime(string text) =>
        OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } parsed && IsPossible(parsed.Value.Year)
            ? parsed.Value.ToInstant() : null;

    /// <summary>Reads a date, <c>2026-11-30</c>; null on other text and outside of the years that can be billed.</summary>
    internal static LocalDate? ReadDate(string text) =>
        LocalDatePattern.Iso.Parse(text) is { Success: true } parsed && IsPossible(parsed.Value.Year) ? parsed.Value : null;

    /// <summary>A period may lie after the date and must be writable, too.</summary>
    private static bool IsPossible(int year) => year is >= FirstYear and <= LastYear;

    private sealed class InstantConverter : JsonConverter<Instant>
    {
        public override Instant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && ReadTime(reader.GetString()!) is { } time
                ? time
                : throw new JsonException($"is not a time of the years {Years}; write it as 2026-11-30T08:00:00Z");

        public override void Write(Utf8JsonWriter writer, Instant value, JsonSerializerOptions options) =>
            writer.WriteStringValue(InstantPattern.ExtendedIso.Format(value));
    }

    private sealed class DateConverter : JsonConverter<LocalDate>
    {
        public override LocalDate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && ReadDate(reader.GetString()!) is { } date
                ? date
                : throw new JsonException($"is not a date of the years {Years}; write it as 2026-11-30");

        public override void Write(Utf8JsonWriter writer, LocalDate value, JsonSerializerOptions options) =>
            writer.WriteStringValue(LocalDatePattern.Iso.Format(value));
    }

    private sealed class DecimalConverter : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && TryDecimal(reader.GetString(), out var value)
                ? value
                : throw new JsonException("is not a decimal; write it as text, \"12.50\"");

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString("0.##################", CultureInfo.InvariantCulture));
    }

    private sealed class MoneyConverter : JsonConverter<Money>
    {
        public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.EnumerateObject().Count() == 2
                && root.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String
                && root.TryGetProperty("unit", out var unit) && unit.ValueKind == JsonValueKind.String
                && TryDecimal(value.GetString(), out var amount)
                && Units.Find(unit.GetString()!) is { Kind: UnitKind.Currency } currency)
            {
                return new Money(amount, currency);
            }
            throw new JsonException("is not money; write it as {\"value\":\"12.50\",\"unit\":\"EUR\"} with a known currency");
        }

        public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("value", value.ToString().Split(' ')[0]);
            writer.WriteString("unit", value.Currency.Code);
            writer.WriteEndObject();
        }
    }

    private static bool TryDecimal(string? text, out decimal value) => decimal.TryParse(
        text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);

    private sealed class IdConverterFactory : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => IsId(typeToConvert);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(IdConverter<>).MakeGenericType(typeToConvert))!;
    }

    internal static bool IsId(Type type) => type.IsValueType
        && type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IId<>));

    private sealed class IdConverter<TId> : JsonConverter<TId> where TId : struct, IId<TId>
    {
        public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && Id.TryParse<TId>(reader.GetString(), out var id)
                ? id
                : throw new JsonException($"is not an id of this kind; write it as {TId.Prefix}_1001");

        public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
