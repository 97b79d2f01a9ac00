using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Tollgate.Mediation.Formats;
using Tollgate.Mediation.Layouts;
using Tollgate.Mediation.Reading;
using Tollgate.Primitives;

namespace Tollgate.Mediation;

/// <summary>A format of usage files that can be decoded.</summary>
/// <param name="Code">As configured in <see cref="UsageSource.Format"/>.</param>
/// <param name="Description">One line for people.</param>
/// <param name="SubjectFields">What <see cref="UsageSource.SubjectField"/> may be; empty: any attribute, variable or column
/// name of the format.</param>
/// <param name="DefaultSubject">The field that is used when the source names none.</param>
public sealed record UsageFormat(string Code, string Description, ImmutableArray<string> SubjectFields, string DefaultSubject);

/// <summary>The formats and their decoders.</summary>
public static class Decoders
{
    private const string Asterisk = "asterisk-csv";
    private const string FreeSwitchCsv = "freeswitch-csv";
    private const string FreeSwitchJson = "freeswitch-json";
    private const string GenericCsv = "generic-csv";
    private const string RadiusDetail = "radius-detail";

    /// <summary>All formats, in the order in which they are shown.</summary>
    public static ImmutableArray<UsageFormat> Formats { get; } =
    [
        new(Asterisk, "Asterisk cdr_csv (Master.csv), 16 to 18 columns", AsteriskCsvDecoder.Names,
            AsteriskCsvDecoder.Names[AsteriskCsvDecoder.DefaultSubject]),
        new(FreeSwitchCsv, "FreeSWITCH mod_cdr_csv with the template 'example', 15 columns", FreeSwitchCsvDecoder.Names,
            FreeSwitchCsvDecoder.Names[FreeSwitchCsvDecoder.DefaultSubject]),
        new(FreeSwitchJson, "FreeSWITCH mod_json_cdr, one object per call leg", [], FreeSwitchJsonDecoder.DefaultSubject),
        new(RadiusDetail, "FreeRADIUS detail file of accounting packets (RFC 2866)", [], RadiusDetailDecoder.DefaultSubject),
        new(GenericCsv, "CSV with a header row: record_id, service, subject, origin, destination, start, duration_s, octets_up, "
            + "octets_down, events", [], GenericCsvDecoder.DefaultSubject),
    ];

    /// <summary>The format with this code, or null.</summary>
    public static UsageFormat? Find(string code) => Formats.FirstOrDefault(format => format.Code == code);

    /// <summary>The known code that is most like this one, for "did you mean"; null when none is near.</summary>
    public static string? Nearest(string code)
    {
        var wanted = code.Trim().ToLowerInvariant().Replace('_', '-');
        var best = Formats.MinBy(format => Distance(wanted, format.Code))!.Code;
        return Distance(wanted, best) <= Math.Max(3, wanted.Length / 3) ? best
            : Formats.FirstOrDefault(format => wanted.Length >= 3 && format.Code.Contains(wanted, StringComparison.Ordinal))?.Code;
    }

    /// <summary>A decoder for a file of this source.</summary>
    /// <param name="source">Its format and subject field must be known.</param>
    /// <param name="state">Where to go on: <see cref="IDecoder.State"/> as saved; empty for the start of a file.</param>
    /// <exception cref="ArgumentException">The format, the subject field or the state is not known; see <see cref="TryCreate"/>.</exception>
    public static IDecoder Create(UsageSource source, string state = "") =>
        TryCreate(source, state, out var decoder, out var problem) ? decoder : throw new ArgumentException(problem, nameof(source));

    /// <summary>As <see cref="Create"/>, with the problem in words for the person who configured the source.</summary>
    public static bool TryCreate(UsageSource source, string state, [NotNullWhen(true)] out IDecoder? decoder, out string problem)
    {
        decoder = null;
        problem = "";
        if (source.Layout is not null || source.Format == UsageLayout.Format)
        {
            return TryCreateLayout(source, state, out decoder, out problem);
        }
        var format = Find(source.Format);
        if (format is null)
        {
            var near = Nearest(source.Format);
            problem = $"No usage format '{source.Format}'. "
                + (near is null ? $"Known are: {string.Join(", ", Formats.Select(known => known.Code))}." : $"Did you mean '{near}'?");
            return false;
        }
        if (source.Unanswered && !format.Code.StartsWith("asterisk-", StringComparison.Ordinal)
            && !format.Code.StartsWith("freeswitch-", StringComparison.Ordinal))
        {
            problem = $"Format '{format.Code}' says itself which calls were not answered; leave the setting out.";
            return false;
        }
        var subject = source.SubjectField.Length == 0 ? format.DefaultSubject : source.SubjectField;
        var column = format.SubjectFields.IndexOf(subject);
        if (column < 0 && format.SubjectFields.Length > 0)
        {
            problem = $"Format '{format.Code}' has no subject field '{subject}'. It may be one of: "
                + string.Join(", ", format.SubjectFields) + ".";
            return false;
        }
        foreach (var (attribute, field) in source.AttributeFields.All)
        {
            if (!IsAttributeName(attribute))
            {
                problem = $"'{attribute}' is no name of an attribute. Write lower-case letters, digits and '-', e.g. "
                    + string.Join(", ", UsageAttributes.WellKnown) + ".";
                return false;
            }
            if (format.SubjectFields.Length > 0 && !format.SubjectFields.Contains(field, StringComparer.Ordinal))
            {
                problem = $"Format '{format.Code}' has no field '{field}' for the attribute '{attribute}'. It has: "
                    + string.Join(", ", format.SubjectFields) + ".";
                return false;
            }
        }
        if (!DecoderState.TryParse(state, out var from))
        {
            problem = $"'{state}' is not the saved state of a decoder.";
            return false;
        }
        decoder = format.Code switch
        {
            Asterisk => new AsteriskCsvDecoder(source, column, from),
            FreeSwitchCsv => new FreeSwitchCsvDecoder(source, column, from),
            FreeSwitchJson => new FreeSwitchJsonDecoder(source, from),
            GenericCsv => new GenericCsvDecoder(source, from),
            _ => new RadiusDetailDecoder(source, from),
        };
        return true;
    }

    /// <summary>A decoder for a file of a source that has a layout.</summary>
    private static bool TryCreateLayout(
        UsageSource source, string state, [NotNullWhen(true)] out IDecoder? decoder, out string problem)
    {
        decoder = null;
        problem = source is not { Layout: not null, Format: UsageLayout.Format }
            ? $"A source has the format '{UsageLayout.Format}' and a layout, or neither; it has the format '{source.Format}' and "
                + (source.Layout is null ? "no layout that can be read." : $"the layout '{source.Layout.Code}'.")
            : source.SubjectField.Length > 0 || !source.AttributeFields.IsEmpty
                ? $"The layout '{source.Layout.Code}' says which field is the subject and which ones are attributes; change it there."
            : source.Unanswered
                ? $"The layout '{source.Layout.Code}' says which records are ignored; change it there to charge unanswered calls."
            : "";
        if (problem.Length > 0)
        {
            return false;
        }
        if (!DecoderState.TryParse(state, out var from))
        {
            problem = $"'{state}' is not the saved state of a decoder.";
            return false;
        }
        var layout = source.Layout!;
        decoder = layout.Form.Kind switch
        {
            FormKind.Delimited => new DelimitedDecoder(layout, source, from),
            FormKind.Fixed => new FixedDecoder(layout, source, from),
            FormKind.Pairs => new PairsDecoder(layout, source, from),
            FormKind.Blocks => new BlocksDecoder(layout, source, from),
            _ => new JsonObjectsDecoder(layout, source, from),
        };
        return true;
    }

    /// <summary>As conditions can name it.</summary>
    internal static bool IsAttributeName(string name) => name.Length is > 0 and <= 64 && char.IsAsciiLetterLower(name[0])
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    /// <summary>Edit distance of two short texts.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}
