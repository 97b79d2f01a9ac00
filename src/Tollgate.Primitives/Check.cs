using System.Collections.Immutable;
using System.Globalization;

namespace Tollgate.Primitives;

/// <summary>How much a finding matters.</summary>
public enum Severity
{
    /// <summary>Worth knowing; nothing is refused.</summary>
    Warning,
    /// <summary>The input is refused.</summary>
    Error,
}

/// <summary>
/// Something wrong in a file that a person wrote (catalogue, CSV, configuration): where, what, and how to mend it. Readers list
/// all findings at once.
/// </summary>
/// <param name="Severity">Whether it refuses the input.</param>
/// <param name="Code">Stable code, e.g. <c>CAT-REF</c>; listed in docs/reference/findings.md.</param>
/// <param name="File">File name relative to the folder that was read.</param>
/// <param name="Line">1-based line; 0 when the finding is about the whole file.</param>
/// <param name="Message">What is wrong, in plain words.</param>
/// <param name="Cure">How to mend it.</param>
public sealed record Finding(Severity Severity, string Code, string File, int Line, string Message, string Cure)
{
    /// <summary><c>offers.yaml:12: error CAT-REF: … Cure: …</c></summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{File}{(Line > 0 ? $":{Line}" : "")}: "
        + $"{(Severity == Severity.Error ? "error" : "warning")} {Code}: {Message} Cure: {Cure}");
}

/// <summary>A value that was read, or why not; warnings may come with a value.</summary>
/// <param name="Value">Present when no finding is an error.</param>
/// <param name="Findings">All findings, in file and line order.</param>
public sealed record Checked<T>(T? Value, ImmutableArray<Finding> Findings) where T : class
{
    public bool Ok => Value is not null && !Findings.Any(finding => finding.Severity == Severity.Error);
}
