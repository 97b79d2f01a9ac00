using System.Collections.Immutable;
using Tollgate.Catalog.Schema;
using Tollgate.Primitives;
using static Tollgate.Catalog.Schema.Keys;

namespace Tollgate.Mediation.Layouts;

/// <summary>
/// The JSON Schema (draft 2020-12) of layout files, for completion in editors; made from one table of keys, which a test holds against
/// the keys that <see cref="LayoutReader"/> asks for.
/// </summary>
public static class LayoutSchema
{
    /// <summary>Where the published schema calls itself at home.</summary>
    public const string Id = "https://tollgate.example/layout.schema.json";

    private static readonly KeyType FieldName = new KeyType.Notation(null, ["msisdn", "call.legs.0.number"]);

    /// <summary>All mappings that layout files have.</summary>
    public static ImmutableArray<CatalogueMapping> Mappings { get; } = [.. Sections, .. Values, .. Deeper];

    /// <summary>The schema as text, with a line end at its end.</summary>
    public static string Text() => SchemaText.Of(Id, "Tollgate layout of usage records", Mappings);

    private static ImmutableArray<CatalogueMapping> Sections =>
    [
        new("", "How the records of some system are written, and what of them is usage.",
        [
            Required("layout", Mapping("layout"), "What the layout is called."),
            Required("file", Mapping("file"), "How the file is cut into records and fields."),
            Required("usage", Mapping("usage"), "Where the parts of a usage record come from."),
            new("ignore", Entries("ignore[]"), "Records that are understood and not charged; the first entry that fits counts."),
        ]),
        new("layout", "What the layout is called.",
        [
            Code("the layout"),
            Required("name", FieldName, "One line for people."),
            new("note", FieldName, "More for people, e.g. which release of the system."),
        ]),
        new("file", "How the file is cut into records and fields.",
        [
            Required("form", Words<FormKind>(), "Lines with a separator, lines of fixed places, lines or blocks of NAME=VALUE, "
                + "or JSON objects."),
            new("timeZone", new KeyType.Notation(null, ["UTC", "Europe/Berlin"]), "Zone of local times. Default: the source's."),
            new("separator", new KeyType.Notation(null, ["comma", "semicolon", "tab", "pipe", "blank"]),
                "Between fields, or between pairs of a line: one of the words or one character. Default comma."),
            new("quote", new KeyType.Notation(null, ["\"", "'", "none"]), "Around values of delimited lines, doubled inside. "
                + "Default \"."),
            new("equals", new KeyType.Notation(null, ["=", ":"]), "Between name and value of a pair. Default =."),
            new("decimalSign", new KeyType.Notation(null, [".", ","]), "In numbers. Default a point."),
            new("header", Flag, "The first line of delimited lines that has all fields names the columns. Default no."),
            new("columns", Texts, "Names of the columns in their order, without a header row."),
            new("fewest", Whole(1, DelimitedDecoder.MaxColumns), "Fewest columns of a line without a header row. Default: all."),
            new("positions", new KeyType.Free(), "Of fixed lines: the field's first and last byte, counted from 1, e.g. "
                + "caller: 3-17."),
            new("trimmed", Flag, "Blanks at the end of fixed lines may be cut off. Default no: a short line is held."),
            new("skip", Texts, "Lines that begin so are no records: comments, titles, trailers."),
            new("skipLines", Whole(0, 1000), "How many lines at the top of a file are no records. Default 0."),
        ]),
        new("ignore[]", "Records that are understood and not charged.",
        [
            Required("reason", CodeText, "Short and lasting, e.g. not-answered."),
            Required("field", FieldName, "The field that is compared, as it stands in the file without blanks around it."),
            new("is", Texts, "Values for which the record is ignored; \"\" is an empty or absent field."),
            new("isNot", Texts, "Or: all values but these."),
        ]),
    ];

    private static ImmutableArray<CatalogueMapping> Values =>
    [
        new("usage", "Where the parts of a usage record come from: a field's name, or a mapping that says more.",
        [
            new("id", Texts, "Fields that together name a record for ever; the same ones again are a duplicate. Default: all "
                + "of the record."),
            new("service", TextOr("usage.service"), "voice, sms, mms, data or content for all records, or a mapping. Default: "
                + "the source's."),
            Required("subject", TextOr("usage.subject"), "Who is charged."),
            new("origin", TextOr("usage.origin"), "The calling or sending number."),
            new("destination", TextOr("usage.destination"), "The called number, access point, partner or place."),
            new("start", TextOr("usage.start"), "When the chargeable part began. Two of start, end, duration make the third."),
            new("end", TextOr("usage.end"), "When it ended."),
            new("duration", TextOr("usage.duration"), "How long it lasted. Empty: 0, but a voice record is held then."),
            new("up", TextOr("usage.up"), "Octets that the subscriber sent. Empty: 0."),
            new("down", TextOr("usage.down"), "Octets that the subscriber received. Empty: 0."),
            new("octets", TextOr("usage.octets"), "Octets of both directions together, counted as received. Empty: 0."),
            new("events", TextOr("usage.events"), "Number of events. Empty or absent: 1."),
            new("price", TextOr("usage.price"), "A price that somebody else put on the record; the attribute price."),
            new("attributes", Entries("usage.attributes[]"), "What else conditions, formulas and reports may ask for."),
        ]),
        Value("usage.service", "The service by a field; what it comes to is one of the five words."),
        Value("usage.subject", "Who is charged.",
            new CatalogueKey("kind", Words<IdentityKind>(), "What the identity is. Default: as the source says.")),
        Value("usage.origin", "The calling number."),
        Value("usage.destination", "The called number, access point, partner or place."),
        Time("usage.start", "When it began."),
        Time("usage.end", "When it ended."),
        Value("usage.duration", "How long it lasted.", new CatalogueKey("unit", Words<DurationUnit>(), "How it is written: a number with or "
            + "without decimals, a clock (1:02:03, 02:03), or digits (010203). Default seconds.")),
        Octets("usage.up", "Octets that the subscriber sent."),
        Octets("usage.down", "Octets that the subscriber received."),
        Octets("usage.octets", "Octets of both directions together."),
        Value("usage.events", "Number of events."),
        Value("usage.price", "A price that somebody else put on the record.",
            new("decimals", Whole(0, 12), "How many of its digits are decimals: 1250 with 2 is 12.50. Default 0: as written."),
            new("currency", TextOr("usage.price.currency"), "The field that names its currency. Default: the rate plan's.")),
        Value("usage.attributes[]", "An attribute of the record.", Required("name", CodeText, "One of the well-known ones "
            + "(apn, rating-group, device, …) or the operator's own: lower-case letters, digits and '-'.")),
    ];

    private static ImmutableArray<CatalogueMapping> Deeper =>
    [
        Value("usage.price.currency", "The currency of the price."),
        Value("usage.up.gigawords", "How often the counter of 32 bits began anew."),
        Value("usage.down.gigawords", "How often the counter of 32 bits began anew."),
        Value("usage.octets.gigawords", "How often the counter of 32 bits began anew."),
    ];

    private static CatalogueMapping Time(string path, string description) => Value(path, description,
        new("format", new KeyType.Notation(null,
            ["iso", "epoch", "epoch-milliseconds", "epoch-microseconds", "yyyy-MM-dd HH:mm:ss", "dd.MM.yyyy HH:mm:ss"]),
            "ISO 8601, a count since 1970, or a pattern. Default iso."),
        new("timeZone", new KeyType.Notation(null, ["UTC", "Europe/Berlin"]), "Zone of local times. Default: the file's."));

    private static CatalogueMapping Octets(string path, string description) => Value(path, description,
        new("unit", new KeyType.Choice([.. LayoutUsageReader.OctetUnits.Keys], null), "What one of the number is. Default B."),
        new("gigawords", TextOr(path + ".gigawords"), "Field that counts how often a counter of 32 bits began anew (RFC 2869)."));

    /// <summary>The keys of every value, and its own.</summary>
    private static CatalogueMapping Value(string path, string description, params CatalogueKey[] own) => new(path, description,
    [
        new("field", Texts, "The field; of several the first that is not empty."),
        new("join", Texts, "Instead: fields that are put together with a blank between them, e.g. date and time."),
        new("value", FieldName, "Instead: a constant."),
        new("part", new KeyType.Notation(@"^\d+-\d+$", ["1-5"]), "A part of the value: its first and last byte, counted from 1."),
        new("after", FieldName, "What comes after this text; all, where it is not there."),
        new("before", FieldName, "What comes before this text; all, where it is not there."),
        new("removePrefix", Texts, "Taken off the beginning: the longest that fits."),
        new("addPrefix", FieldName, "Put before a value that is not empty."),
        new("map", new KeyType.Free(), "What values become, e.g. MOC: voice."),
        new("otherwise", FieldName, "What values become that the map does not have. Default: they stay."),
        new("default", FieldName, "What an empty or absent value is."),
        .. own,
    ]);
}
