using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using Tollgate.Operations.Scenarios;
using Tollgate.Operations.Scenarios.Facts;
using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary>Tells what happened in scenarios, to people or to programs.</summary>
internal static class ScenarioOutput
{
    private const int WidestColumn = 44;

    /// <summary>All results; findings first.</summary>
    internal static void Print(Output output, List<ScenarioResult> results, List<Finding> findings, bool details)
    {
        if (output.IsJson)
        {
            output.Json(new JsonObject
            {
                ["passed"] = findings.Count == 0 && results.TrueForAll(result => result.Passed),
                ["findings"] = new JsonArray([.. findings.Select(Node)]),
                ["scenarios"] = new JsonArray([.. results.Select(Node)]),
            });
            return;
        }
        Print(output, findings);
        foreach (var result in results)
        {
            Print(output, result, details);
        }
        var failed = results.Count(result => !result.Passed);
        output.Line(string.Create(CultureInfo.InvariantCulture,
            $"{Counted.Of(results.Count, "scenario")}: {results.Count - failed} hold{(failed > 0 ? $", {failed} do not" : "")}; "
            + $"{results.Sum(result => result.Compared)} expected facts"
            + $"{(failed > 0 ? $", {results.Sum(result => result.Differences.Count())} differ" : "")}"
            + $"{(findings.Count > 0 ? $"; {Counted.Of(findings.Count, "error")} in files" : "")}."));
    }

    /// <summary>Findings alone.</summary>
    internal static void Print(Output output, List<Finding> findings)
    {
        if (output.IsJson)
        {
            return;
        }
        foreach (var finding in findings)
        {
            output.Line(finding.ToString());
        }
    }

    private static void Print(Output output, ScenarioResult result, bool details)
    {
        var scenario = result.Scenario;
        output.Line($"{(result.Passed ? "✓" : "✗")} {scenario.Name} ({scenario.File})");
        if (details || !result.Passed)
        {
            foreach (var step in result.Steps)
            {
                Print(output, step, details);
            }
        }
        foreach (var proof in result.BrokenProofs)
        {
            output.Line($"  ✗ the books do not agree: {proof}");
        }
        if (result.Fault.Length > 0)
        {
            output.Line($"  ✗ a fault of the program ended the story: {result.Fault}");
        }
    }

    /// <summary>What happened on one line, and below it what was expected beside what is. Values stand in columns of their own
    /// width, so that nothing is broken up; the longest comes last.</summary>
    private static void Print(Output output, StepResult step, bool details)
    {
        var what = string.Join(": ", new[] { step.What, step.Outcome }.Where(text => text.Length > 0));
        output.Line($"  {Local(step.At),-16}  {(what.Length > 0 ? what : "the time has come")}");
        if (step.Note.Length > 0)
        {
            output.Line($"{"",20}({step.Note})");
        }
        var checks = step.Checks.Where(check => details || !check.Holds).ToList();
        if (checks.Count == 0)
        {
            return;
        }
        var rows = checks.ConvertAll(check => (
            Mark: string.Create(CultureInfo.InvariantCulture, $"{(check.Holds ? "✓" : "✗")} line {check.Line}"),
            Check: check));
        var mark = rows.Max(row => row.Mark.Length);
        var fact = Width(checks.Select(check => check.What));
        var expected = Math.Max("expected".Length, Width(checks.Select(check => check.Expected)));
        output.Line($"{"",6}{"".PadRight(mark)}  {"".PadRight(fact)}  {"expected".PadRight(expected)}  got");
        foreach (var (begin, check) in rows)
        {
            output.Line($"{"",6}{begin.PadRight(mark)}  {check.What.PadRight(fact)}  {check.Expected.PadRight(expected)}  "
                + check.Got + (check.Difference.Length > 0 ? $"  ({check.Difference})" : ""));
        }
    }

    /// <summary>Of a column: the longest text, but one that is much too long does not count.</summary>
    private static int Width(IEnumerable<string> texts) =>
        texts.Select(text => text.Length).Where(length => length <= WidestColumn).DefaultIfEmpty(0).Max();

    private static string Local(LocalDateTime time) => time.ToString(
        time.TimeOfDay == LocalTime.Midnight ? "uuuu-MM-dd" : time.Second == 0 ? "uuuu-MM-dd HH:mm" : "uuuu-MM-dd HH:mm:ss",
        CultureInfo.InvariantCulture);

    private static JsonObject Node(Finding finding) => new()
    {
        ["code"] = finding.Code, ["file"] = finding.File, ["line"] = finding.Line, ["message"] = finding.Message,
        ["cure"] = finding.Cure,
    };

    private static JsonObject Node(ScenarioResult result)
    {
        var node = new JsonObject
        {
            ["name"] = result.Scenario.Name,
            ["file"] = result.Scenario.File,
            ["passed"] = result.Passed,
            ["steps"] = new JsonArray([.. result.Steps.Select(Node)]),
            ["brokenProofs"] = new JsonArray([.. result.BrokenProofs.Select(proof => (JsonNode)proof)]),
            ["fault"] = result.Fault,
        };
        foreach (var (key, value) in result.Final ?? [])
        {
            node[key] = value?.DeepClone();
        }
        return node;
    }

    private static JsonObject Node(StepResult step)
    {
        var node = new JsonObject
        {
            ["at"] = Local(step.At),
            ["what"] = step.What,
            ["outcome"] = step.Outcome,
            ["note"] = step.Note,
            ["line"] = step.Line,
            ["checks"] = new JsonArray([.. step.Checks.Select(Node)]),
        };
        if (step.Preview is { } preview)
        {
            node["preview"] = preview.DeepClone();
        }
        return node;
    }

    private static JsonObject Node(Check check) => new()
    {
        ["fact"] = check.What, ["expected"] = check.Expected, ["got"] = check.Got, ["holds"] = check.Holds, ["line"] = check.Line,
    };
}
