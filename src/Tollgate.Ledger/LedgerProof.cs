using System.Collections.Immutable;
using System.Globalization;

namespace Tollgate.Ledger;

/// <summary>A place where the books contradict themselves or what they are made from.</summary>
/// <param name="Proof">Which proof failed: stable, kebab-case, e.g. <c>entry-balance</c>.</param>
/// <param name="Subject">What it is about: the text form of an id, an account, a series.</param>
/// <param name="Expected">What the proof demands.</param>
/// <param name="Actual">What is there.</param>
/// <param name="Message">In words.</param>
public sealed record ProofFinding(string Proof, string Subject, string Expected, string Actual, string Message);

/// <summary>One proof: how many things were looked at and what was wrong.</summary>
/// <param name="Proof">Stable code.</param>
/// <param name="Meaning">The law that was checked, as an equation in words.</param>
/// <param name="Checked">How many entries, accounts, slots … were compared.</param>
/// <param name="Findings">Empty: the law holds.</param>
public sealed record LedgerProof(string Proof, string Meaning, long Checked, ImmutableArray<ProofFinding> Findings)
{
    public bool Holds => Findings.IsEmpty;

    /// <summary>Compares pairs of figures that must be equal.</summary>
    /// <param name="proof">Stable code.</param>
    /// <param name="meaning">The law.</param>
    /// <param name="pairs">What is compared: subject, demanded figure, actual figure.</param>
    public static LedgerProof Equal(string proof, string meaning, IEnumerable<(string Subject, decimal Expected,
        decimal Actual)> pairs)
    {
        var findings = ImmutableArray.CreateBuilder<ProofFinding>();
        var count = 0L;
        foreach (var (subject, expected, actual) in pairs)
        {
            count++;
            if (expected != actual)
            {
                findings.Add(new ProofFinding(proof, subject, Text(expected), Text(actual),
                    $"{subject}: {meaning} does not hold, {Text(expected)} expected and {Text(actual)} found."));
            }
        }
        return new LedgerProof(proof, meaning, count, findings.ToImmutable());
    }

    /// <summary>The numbers of a series must be 1, 2, 3 … without a gap or a twin.</summary>
    /// <param name="series">Name of the series.</param>
    /// <param name="numbers">The numbers given, ascending.</param>
    /// <param name="next">The number that the series would give next.</param>
    public static LedgerProof GapFree(string series, IEnumerable<long> numbers, long next)
    {
        const string proof = "number-series";
        const string meaning = "document numbers follow each other without a gap";
        var findings = ImmutableArray.CreateBuilder<ProofFinding>();
        var expected = 1L;
        var count = 0L;
        foreach (var number in numbers)
        {
            count++;
            if (number != expected)
            {
                findings.Add(new ProofFinding(proof, series, Text(expected), Text(number),
                    $"{series}: after {Text(expected - 1)} follows {Text(number)}."));
            }
            expected = number + 1;
        }
        if (expected != next)
        {
            findings.Add(new ProofFinding(proof, series, Text(next), Text(expected),
                $"{series}: the series would go on with {Text(next)}, the last document has {Text(expected - 1)}."));
        }
        return new LedgerProof(proof, meaning, count, findings.ToImmutable());
    }

    private static string Text(decimal value) => value.ToString("0.##########", CultureInfo.InvariantCulture);
}
