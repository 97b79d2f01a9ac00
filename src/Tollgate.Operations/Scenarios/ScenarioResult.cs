using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NodaTime;
using Tollgate.Operations.Scenarios.Facts;

namespace Tollgate.Operations.Scenarios;

/// <summary>What happened in a scenario.</summary>
/// <param name="Scenario">The story.</param>
/// <param name="Steps">One per step that was reached, in order.</param>
/// <param name="BrokenProofs">Proofs of the books that do not hold at the end, in words; a sound story has none.</param>
/// <param name="Fault">A fault of the program that ended the story, or empty.</param>
/// <param name="Final">How everything stands at the end: charges, balances, documents, states, postings; null unless asked
/// for.</param>
public sealed record ScenarioResult(
    Scenario Scenario, ImmutableArray<StepResult> Steps, ImmutableArray<string> BrokenProofs, string Fault, JsonObject? Final)
{
    /// <summary>Every expectation holds, nothing was refused unexpectedly, and the books agree.</summary>
    public bool Passed => Fault.Length == 0 && BrokenProofs.IsEmpty && Steps.All(step => step.Passed)
        && Steps.Length == Scenario.Length;

    /// <summary>Number of facts that were compared.</summary>
    public int Compared => Steps.Sum(step => step.Checks.Length);

    /// <summary>Facts that differ.</summary>
    public IEnumerable<Check> Differences => Steps.SelectMany(step => step.Checks).Where(check => !check.Holds);
}

/// <summary>What happened in one step.</summary>
/// <param name="At">Local time of the story.</param>
/// <param name="What">What was done, in words.</param>
/// <param name="Outcome">What came of it, in words; may be empty.</param>
/// <param name="Checks">What was expected beside what is.</param>
/// <param name="Line">Line of the step in its file.</param>
/// <param name="Note">The story's own remark; may be empty.</param>
public sealed record StepResult(
    LocalDateTime At, string What, string Outcome, ImmutableArray<Check> Checks, int Line, string Note)
{
    public bool Passed => Checks.All(check => check.Holds);

    /// <summary>The bill that the step computed ahead, or null.</summary>
    public JsonObject? Preview { get; init; }
}
