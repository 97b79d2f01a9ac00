using System.Collections.Immutable;
using System.Text;
using Tollgate.Catalog;
using Tollgate.Catalog.Reading;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Layouts;

/// <summary>Reads the <c>usage</c> section of a layout.</summary>
internal sealed class LayoutUsageReader(SlotTable slots, FindingList findings)
{
    private static readonly Dictionary<string, long> Counts = new(StringComparer.Ordinal)
    {
        ["epoch"] = 1,
        ["epoch-milliseconds"] = 1000,
        ["epoch-microseconds"] = 1_000_000,
    };

    /// <summary>Octets in each unit.</summary>
    internal static IReadOnlyDictionary<string, long> OctetUnits { get; } = new Dictionary<string, long>(StringComparer.Ordinal)
    {
        ["B"] = 1,
        ["KB"] = 1000,
        ["KiB"] = 1L << 10,
        ["MB"] = 1_000_000,
        ["MiB"] = 1L << 20,
        ["GB"] = 1_000_000_000,
        ["GiB"] = 1L << 30,
    };

    internal LayoutUsage? Read(Fields usage)
    {
        var (oneService, service) = Service(usage);
        var (subject, kind) = Value(usage, "subject", required: true, more => more.Choice("kind", default(IdentityKind)));
        var start = Time(usage, "start");
        var end = Time(usage, "end");
        var (duration, unit) = Value(usage, "duration", required: false, more => more.Choice("unit", DurationUnit.Seconds));
        CheckTimes(usage, start, end, duration);
        var read = new
        {
            Id = Slots(usage.Scalars("id")),
            Origin = Value(usage, "origin"),
            Destination = Value(usage, "destination"),
            Up = Octets(usage, "up"),
            Down = Octets(usage, "down"),
            Octets = Octets(usage, "octets"),
            Events = Value(usage, "events"),
            Price = Price(usage),
            Attributes = Attributes(usage),
        };
        usage.Done();
        return subject is null ? null : new LayoutUsage
        {
            Id = read.Id,
            OneService = oneService,
            Service = service,
            Subject = subject,
            SubjectKind = kind == default ? null : kind,
            Origin = read.Origin,
            Destination = read.Destination,
            Start = start,
            End = end,
            Duration = duration is null ? null : new LayoutDuration(duration, unit),
            Up = read.Up,
            Down = read.Down,
            Octets = read.Octets,
            Events = read.Events is null ? null : new LayoutCount(read.Events, 1, null),
            Price = read.Price,
            Attributes = read.Attributes,
        };
    }

    /// <summary>A constant when it is a plain word.</summary>
    private (ServiceKind? One, LayoutValue? Value) Service(Fields usage) => usage.Value("service") is YamlScalar
        ? (usage.Choice<ServiceKind>("service"), null) : (null, Value(usage, "service"));

    private void CheckTimes(Fields usage, LayoutTime? start, LayoutTime? end, LayoutValue? duration)
    {
        var given = new[] { usage.Has("start"), usage.Has("end"), usage.Has("duration") };
        if (!given[0] && !(given[1] && given[2]))
        {
            findings.Error(CatalogueFindings.Missing, usage.Place, "Nothing says when the usage began.",
                "Add 'start', or 'end' and 'duration'.");
        }
        else if (given.All(one => one) && (start, end, duration) is (not null, not null, not null))
        {
            findings.Error(CatalogueFindings.Conflict, usage.PlaceOf("end"),
                "'start', 'end' and 'duration' are all given; two of them make the third.",
                "Remove 'end', unless the duration is to be the time between start and end.");
        }
    }

    private LayoutTime? Time(Fields usage, string key)
    {
        var (value, read) = Value(usage, key, required: false, more =>
        {
            var zone = LayoutFormReader.Zone(more, "timeZone");
            var format = more.Scalar("format", required: false);
            if (format is null or { Text: "iso" } || Counts.ContainsKey(format.Text))
            {
                return (Count: format is null ? 0 : Counts.GetValueOrDefault(format.Text), Pattern: null, Zone: zone);
            }
            var pattern = TimePattern.TryParse(format.Text, out var problem);
            if (pattern is null)
            {
                findings.Error(CatalogueFindings.Value, format.Place, $"'{format.Text}' is no form of a date and time: {problem}.",
                    "Write iso, epoch, epoch-milliseconds, epoch-microseconds, or a pattern like yyyy-MM-dd HH:mm:ss.");
            }
            return (Count: 0L, Pattern: pattern, Zone: zone);
        });
        return value is null ? null : new LayoutTime(value, read.Count, read.Pattern, read.Zone);
    }

    private LayoutCount? Octets(Fields usage, string key)
    {
        var (value, read) = Value(usage, key, required: false, more =>
        {
            var unit = 1L;
            if (more.Scalar("unit", required: false) is { } written && !OctetUnits.TryGetValue(written.Text, out unit))
            {
                unit = 1;
                findings.Error(CatalogueFindings.Unit, written.Place, $"'{written.Text}' is no unit of octets.",
                    findings.DidYouMean(written.Text, [.. OctetUnits.Keys], "Choose one."));
            }
            return (unit, Gigawords: Value(more, "gigawords"));
        });
        return value is null ? null : new LayoutCount(value, Math.Max(1, read.unit), read.Gigawords);
    }

    private LayoutPrice? Price(Fields usage)
    {
        var (value, read) = Value(usage, "price", required: false,
            more => (Decimals: more.Whole("decimals", 0, 0, 12), Currency: Value(more, "currency")));
        return value is null ? null : new LayoutPrice(value, read.Decimals, read.Currency);
    }

    private ImmutableArray<(string Name, LayoutValue Value)> Attributes(Fields usage)
    {
        var attributes = ImmutableArray.CreateBuilder<(string Name, LayoutValue Value)>();
        foreach (var entry in usage.Entries("attributes"))
        {
            var name = entry.Scalar("name", required: true);
            var value = Parts(entry, $"attribute {name?.Text}");
            if (name is not null && !Decoders.IsAttributeName(name.Text))
            {
                findings.Error(CatalogueFindings.Code, name.Place, $"'{name.Text}' is no name of an attribute.",
                    "Write lower-case letters, digits and '-', e.g. " + string.Join(", ", UsageAttributes.WellKnown) + ".");
            }
            if (name is not null && (attributes.Any(one => one.Name == name.Text)
                || (usage.Has("price") && name.Text is AttributeNames.Price or AttributeNames.PriceCurrency)))
            {
                findings.Error(CatalogueFindings.Duplicate, name.Place, $"The attribute '{name.Text}' is given twice.",
                    "Remove one of the two; of several fields write 'field: [a, b]'.");
            }
            entry.Done();
            if (name is not null && value is not null)
            {
                attributes.Add((name.Text, value));
            }
        }
        return attributes.ToImmutable();
    }

    private LayoutValue? Value(Fields at, string key) => Value(at, key, required: false, _ => 0).Value;

    /// <summary>The value of a key, with what only this kind of value says.</summary>
    private (LayoutValue? Value, T? More) Value<T>(Fields at, string key, bool required, Func<Fields, T> more)
    {
        switch (at.Value(key))
        {
            case null when !required:
                return default;
            case null or YamlScalar:
                return at.Scalar(key, required: true) is { } field
                    ? (new LayoutValue { Name = $"{key} ({field.Text})", Slots = [slots.Of(field)], IsPlain = true }, default) : default;
            default:
                if (at.Nested(key) is not { } nested)
                {
                    return default;
                }
                var read = (Parts(nested, key), more(nested));
                nested.Done();
                return read;
        }
    }

    private LayoutValue? Parts(Fields value, string name)
    {
        var fields = value.Scalars("field");
        var joined = value.Scalars("join");
        var constant = value.Scalar("value", required: false);
        if ((fields.IsEmpty ? 0 : 1) + (joined.IsEmpty ? 0 : 1) + (constant is null ? 0 : 1) != 1)
        {
            findings.Error(CatalogueFindings.Missing, value.Place, $"'{name}' has one of 'field', 'join' and 'value'.",
                "Name the field that it comes from.");
        }
        var part = value.Scalar("part", required: false) is { } range ? LayoutFormReader.Range(range, findings) : null;
        var read = new LayoutValue
        {
            Name = fields.IsEmpty ? name : $"{name} ({string.Join(" or ", fields.Select(field => field.Text))})",
            Slots = Slots(joined.IsEmpty ? fields : joined),
            Join = !joined.IsEmpty,
            From = part?.From ?? 0,
            To = part?.To ?? int.MaxValue,
            After = Bytes(value, "after"),
            Before = Bytes(value, "before"),
            RemovePrefix = [.. value.Scalars("removePrefix").Select(text => Encoding.UTF8.GetBytes(text.Text))
                .OrderByDescending(prefix => prefix.Length)],
            AddPrefix = Bytes(value, "addPrefix"),
            Map = Map(value),
            Otherwise = value.Scalar("otherwise", required: false) is { } other ? Encoding.UTF8.GetBytes(other.Text) : null,
            Default = constant is null ? Bytes(value, "default") : Encoding.UTF8.GetBytes(constant.Text),
        };
        value.Knows(["default"]);
        read = read with
        {
            IsPlain = fields.Length == 1 && read is { From: 0, To: int.MaxValue, After.Length: 0, Before.Length: 0, Map: null }
                && read is { RemovePrefix.IsEmpty: true, AddPrefix.Length: 0, Default.Length: 0 },
        };
        if (read.Otherwise is not null && read.Map is null)
        {
            findings.Error(CatalogueFindings.Conflict, value.PlaceOf("otherwise"), "'otherwise' has no meaning without 'map'.",
                "Use 'default' for empty values.");
        }
        return read;
    }

    private static ValueMap? Map(Fields value)
    {
        if (value.Nested("map") is not { } map)
        {
            return null;
        }
        var pairs = new List<KeyValuePair<byte[], byte[]>>();
        foreach (var (from, _) in map.Map.Entries)
        {
            if (map.Scalar(from.Text, required: true) is { } to)
            {
                pairs.Add(new(Encoding.UTF8.GetBytes(from.Text), Encoding.UTF8.GetBytes(to.Text)));
            }
        }
        return new ValueMap(pairs);
    }

    private ImmutableArray<int> Slots(ImmutableArray<YamlScalar> fields) => [.. fields.Select(slots.Of)];

    private static byte[] Bytes(Fields value, string key) =>
        Encoding.UTF8.GetBytes(value.Scalar(key, required: false)?.Text ?? "");
}
