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
            $"{results.Count} scenario(s), {results.Sum(result => result.Compared)} facts compared: "
            + $"{results.Count - failed} hold{(failed > 0 ? $", {failed} do not" : "")}"
            + $"{(findings.Count > 0 ? $"; {findings.Count} error(s) in files" : "")}."));
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
            output.Table("", ["when", "what", "expected", "got", ""], result.Steps.SelectMany(step => Rows(step, details)));
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

    private static IEnumerable<IReadOnlyList<object?>> Rows(StepResult step, bool details)
    {
        var what = string.Join(": ", new[] { step.What, step.Outcome }.Where(text => text.Length > 0));
        yield return [Local(step.At), what.Length > 0 ? what : "the time has come", "", "", ""];
        foreach (var check in step.Checks.Where(check => details || !check.Holds))
        {
            yield return
            [
                "", "  " + check.What, check.Expected, check.Got,
                check.Holds ? "✓" : string.Create(
                    CultureInfo.InvariantCulture,
                    $"✗ {check.Difference}{(check.Difference.Length > 0 ? " " : "")}(line {check.Line})"),
            ];
        }
    }

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

    private static JsonObject Node(StepResult step) => new()
    {
        ["at"] = Local(step.At),
        ["what"] = step.What,
        ["outcome"] = step.Outcome,
        ["line"] = step.Line,
        ["checks"] = new JsonArray([.. step.Checks.Select(Node)]),
    };

    private static JsonObject Node(Check check) => new()
    {
        ["fact"] = check.What, ["expected"] = check.Expected, ["got"] = check.Got, ["holds"] = check.Holds, ["line"] = check.Line,
    };
}
