using System.Text;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Catalog.Reading;
using Tollgate.Mediation;
using Tollgate.Mediation.Layouts;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Usage;

/// <summary>How the files of a usage source are read; null leaves a setting as it is, empty text empties it.</summary>
public record UsageSourceChange
{
    /// <summary>A format of <see cref="Decoders.Formats"/>; or give <see cref="Layout"/>.</summary>
    public string? FileFormat { get; init; }

    /// <summary>The text of a layout file that describes any other format; it says which field is the subject and which ones are
    /// attributes.</summary>
    public string? Layout { get; init; }

    /// <summary>Zone of local times in the files. Default: UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Calling code of national numbers, e.g. 49. Default: the numbering of the catalogue.</summary>
    public string? CountryCode { get; init; }

    /// <summary>Field that names the served party. Default: the format's.</summary>
    public string? SubjectField { get; init; }

    /// <summary>What the subject is, e.g. <c>msisdn</c> (default) or <c>user-name</c>.</summary>
    public string? SubjectKind { get; init; }

    /// <summary>Service of the records when the format does not say. Default: voice.</summary>
    public string? Service { get; init; }

    /// <summary>Attribute → field of the format that it comes from, for conditions and formulas.</summary>
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    /// <summary>Calls that nobody answered, or of 0 s, are usage too, priced as the plan says. Default: they are ignored. For
    /// Asterisk and FreeSWITCH.</summary>
    public bool? Unanswered { get; init; }
}

/// <summary>A usage source to add.</summary>
public sealed record NewUsageSource : UsageSourceChange
{
    /// <summary>A short name; part of every record's identity, so it never changes.</summary>
    public required string Code { get; init; }
}

/// <summary>
/// Adds, changes and ends usage sources. Refusals: <c>invalid</c>, <c>unusable-source</c>, <c>source-exists</c>,
/// <c>unknown-source</c>, <c>already-ended</c>, <c>record-key-changed</c>, <c>usage-importing</c>.
/// </summary>
public static class UsageSources
{
    /// <summary>The source with a code; refusal <c>unknown-source</c>.</summary>
    public static async Task<Outcome<UsageSource>> OneAsync(
        OperationContext context, string code, CancellationToken cancel = default) =>
        await SourceStore.FindAsync(context.Database, context.Tenant, code, cancel) is { } source
            ? source
            : new Refusal("unknown-source",
                $"There is no usage source '{FieldRules.Short(code)}'. See: tollgate usage source list", Retry.AfterCure);

    /// <summary>All, by code.</summary>
    public static Task<IReadOnlyList<UsageSource>> ListAsync(OperationContext context, CancellationToken cancel = default) =>
        SourceStore.ListAsync(context.Database, context.Tenant, cancel);

    /// <summary>Adds a source. One with this code and the same settings is there already: nothing is done.</summary>
    public static async Task<Outcome<UsageSource>> AddAsync(
        OperationContext context, NewUsageSource wanted, CancellationToken cancel = default)
    {
        var faults = new Faults();
        FieldRules.Required(faults, "code", wanted.Code);
        if (wanted.Code.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.')) || wanted.Code.Length > 64)
        {
            faults.Add("code", $"'{FieldRules.Short(wanted.Code)}' is not a code.",
                "Use letters, digits, '-', '_' and '.', at most 64.");
        }
        if (wanted is { FileFormat: null, Layout: null })
        {
            faults.Add("fileFormat", "There is neither a format nor a layout.",
                $"Give one of {string.Join(", ", Decoders.Formats.Select(known => known.Code))}; or a layout.");
        }
        var source = Apply(new UsageSource { Code = wanted.Code, Format = "" }, wanted, faults);
        if ((faults.Refusal ?? Unusable(source)) is { } refusal)
        {
            return refusal;
        }
        if (await SourceStore.FindAsync(context.Database, context.Tenant, source.Code, cancel) is { } there)
        {
            return there == source ? source : new Refusal("source-exists",
                $"There is a usage source '{source.Code}' with other settings. Choose another code, or change how its next files "
                + $"are read: tollgate usage source change {source.Code}", Retry.AfterCure);
        }
        await SourceStore.PutAsync(context.Database, context.Tenant, source, cancel);
        return source;
    }

    /// <summary>Changes how the next files of a source are read, and what is replayed of it.</summary>
    public static async Task<Outcome<UsageSource>> ChangeAsync(
        OperationContext context, string code, UsageSourceChange change, CancellationToken cancel = default)
    {
        var found = await LivingAsync(context, code, cancel);
        if (found.Refusal is not null)
        {
            return found;
        }
        var before = found.Value!;
        var faults = new Faults();
        var source = Apply(before, change, faults);
        if ((faults.Refusal ?? Unusable(source) ?? await OtherKeyAsync(context, before, source, cancel)) is { } refusal)
        {
            return refusal;
        }
        await SourceStore.PutAsync(context.Database, context.Tenant, source, cancel);
        return source;
    }

    /// <summary>Ends a source: no file of it is imported any more. What is held of it can still be corrected and replayed.</summary>
    public static async Task<Outcome<UsageSource>> EndAsync(
        OperationContext context, string code, CancellationToken cancel = default)
    {
        var found = await LivingAsync(context, code, cancel);
        if (found.Refusal is not null)
        {
            return found;
        }
        if ((await UsageFileStore.ListAsync(context.Database, context.Tenant, cancel)).FirstOrDefault(file => file.Source == code
            && file.Phase is UsageFile.Importing or UsageFile.Incomplete) is { } half)
        {
            return new Refusal("usage-importing",
                $"A file of '{code}' is half imported: {half.Name}. Run its import again to the end, then end the source.",
                Retry.AfterCure);
        }
        var ended = found.Value! with { EndedAt = context.Now };
        await SourceStore.PutAsync(context.Database, context.Tenant, ended, cancel);
        return ended;
    }

    private static async Task<Outcome<UsageSource>> LivingAsync(OperationContext context, string code, CancellationToken cancel)
    {
        var found = await OneAsync(context, code, cancel);
        return found.Value?.EndedAt is { } ended ? Refusals.AlreadyEnded("usage source", code, ended) : found;
    }

    private static UsageSource Apply(UsageSource source, UsageSourceChange change, Faults faults)
    {
        if (change is { FileFormat.Length: > 0, Layout: not null })
        {
            faults.Add("layout", "It is given beside a format.", "Give one of the two.");
        }
        var layout = change.FileFormat is not null ? null : change.Layout is { } text ? Read(text, source.Code, faults) : source.Layout;
        return source with
        {
            Format = layout is not null ? UsageLayout.Format : change.FileFormat ?? source.Format,
            Layout = layout,
            TimeZone = Zone(source.TimeZone, change.TimeZone, faults),
            Numbering = change.CountryCode switch
            {
                null => source.Numbering,
                "" => null,
                var digits => Numbering(digits, faults),
            },
            SubjectField = change.SubjectField ?? source.SubjectField,
            SubjectKind = Kind(source.SubjectKind, change.SubjectKind, faults),
            Service = Service(source.Service, change.Service, faults),
            AttributeFields = change.Attributes is { } fields ? UsageAttributes.Of(fields) : source.AttributeFields,
            Unanswered = change.Unanswered ?? source.Unanswered,
        };
    }

    private static UsageLayout? Read(string text, string code, Faults faults)
    {
        var read = LayoutReader.Read(new CatalogueFile(code + ".yaml", Encoding.UTF8.GetBytes(text)));
        foreach (var finding in read.Findings.Where(_ => read.Value is null))
        {
            faults.Add("layout", $"Line {finding.Line}: {finding.Message}", finding.Cure);
        }
        return read.Value;
    }

    private static DateTimeZone Zone(DateTimeZone before, string? name, Faults faults)
    {
        var zone = name is null ? before : DateTimeZoneProviders.Tzdb.GetZoneOrNull(name.Length == 0 ? "UTC" : name);
        if (zone is null)
        {
            faults.Add("timeZone", $"There is no time zone '{FieldRules.Short(name)}'.", "Write e.g. Europe/Berlin.");
        }
        return zone ?? before;
    }

    private static NumberingPlan? Numbering(string digits, Faults faults)
    {
        if (digits.Length > 3 || digits[0] == '0' || digits.Any(letter => !char.IsAsciiDigit(letter)))
        {
            faults.Add("countryCode", $"'{FieldRules.Short(digits)}' is not a calling code.", "Write 1 to 3 digits, e.g. 49.");
            return null;
        }
        return new NumberingPlan(digits);
    }

    private static IdentityKind Kind(IdentityKind before, string? word, Faults faults)
    {
        if (word is not null && IdentityKinds.Find(word) is null)
        {
            faults.Add("subjectKind", $"'{FieldRules.Short(word)}' is not a kind of identity.",
                $"Use one of {string.Join(", ", IdentityKinds.All)}.");
        }
        return IdentityKinds.Find(word) ?? before;
    }

    private static ServiceKind Service(ServiceKind before, string? word, Faults faults)
    {
        if (word is not null && Words<ServiceKind>.Find(word) is null)
        {
            faults.Add("service", $"'{FieldRules.Short(word)}' is not a service.",
                $"Use one of {string.Join(", ", Words<ServiceKind>.All)}.");
        }
        return word is null ? before : Words<ServiceKind>.Find(word) ?? before;
    }

    private static Refusal? Unusable(UsageSource source) => Decoders.TryCreate(source, "", out _, out var problem)
        ? null : new Refusal("unusable-source", problem, Retry.AfterCure);

    private static async Task<Refusal?> OtherKeyAsync(
        OperationContext context, UsageSource before, UsageSource after, CancellationToken cancel) =>
        before.Layout is { } old && after.Layout is { } layout && !old.KeyFields.SequenceEqual(layout.KeyFields)
            && (await UsageFileStore.ListAsync(context.Database, context.Tenant, cancel)).Any(file => file.Source == before.Code)
            ? new Refusal("record-key-changed",
                $"The new layout knows records by {Key(layout)}, but records of '{before.Code}' were imported that are known by "
                + $"{Key(old)}: a file that comes again would be charged again. Keep 'id', or add a source with another code.",
                Retry.AfterCure)
            : null;

    private static string Key(UsageLayout layout) =>
        layout.KeyFields.IsEmpty ? "all of their text" : string.Join(", ", layout.KeyFields);
}
