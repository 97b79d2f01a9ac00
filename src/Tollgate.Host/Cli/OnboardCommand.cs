using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Tollgate.Operations;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Customers.Onboarding;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate onboard DIR</c>.</summary>
internal static class OnboardCommand
{
    internal static Command Build(Globals globals)
    {
        var folder = new Argument<string>("dir")
        {
            Description = "Folder with customers.csv, accounts.csv, services.csv and balances.csv.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Check everything, write nothing." };
        var skip = new Option<bool>("--skip-faulty")
        {
            Description = "Write the customers that are right even when others are not.",
        };
        var most = new Option<int>("--max-findings")
        {
            Description = "Findings that are printed; all are counted.", DefaultValueFactory = _ => 100,
        };
        var command = new Command("onboard",
            "Brings customers in from CSV files. Safe to repeat: what is there stays as it is, a run that was interrupted is "
            + "finished.\n\n"
            + "The files are described in docs/reference/onboarding.md.\n\nExample: tollgate onboard ./customers --dry-run")
        {
            folder, dryRun, skip, most,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var path = parsed.GetValue(folder)!;
            if (!Directory.Exists(path))
            {
                throw new CommandRefusedException($"There is no folder '{path}'.", ExitCodes.Failure);
            }
            await using var session = await globals.OpenAsync(parsed, cancel);
            var output = globals.Output(parsed);
            var options = new OnboardingOptions
            {
                DryRun = parsed.GetValue(dryRun), SkipFaulty = parsed.GetValue(skip),
                MaxFindings = Math.Max(0, parsed.GetValue(most)),
            };
            var watch = Stopwatch.StartNew();
            var report = await ProgressBar.ShowAsync(globals.Terminal, "Customers", progress =>
                OnboardCustomers.RunAsync(
                    session.Context, path, PublishedOffers.Of(session.Context), options, progress, cancel));
            Print(output, report, options, watch.Elapsed);
            return report.Refused || report.Faulty > 0 || report.Changed > 0 ? ExitCodes.Refused : ExitCodes.Ok;
        });
        return command;
    }

    private static void Print(Output output, OnboardingReport report, OnboardingOptions options, TimeSpan time)
    {
        if (output.IsJson)
        {
            output.Json(new System.Text.Json.Nodes.JsonObject
            {
                ["customers"] = report.Customers, ["created"] = report.Created, ["unchanged"] = report.Unchanged,
                ["changed"] = report.Changed, ["faulty"] = report.Faulty, ["findings"] = report.FindingCount,
                ["refused"] = report.Refused,
                ["dryRun"] = options.DryRun, ["seconds"] = time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture),
                ["firstFindings"] = new System.Text.Json.Nodes.JsonArray(
                    [.. report.Findings.Select(finding => finding.ToString())]),
            });
            return;
        }
        foreach (var finding in report.Findings)
        {
            output.Line(finding.ToString());
        }
        if (report.FindingCount > report.Findings.Length)
        {
            output.Line(string.Create(
                CultureInfo.InvariantCulture, $"… and {report.FindingCount - report.Findings.Length} more findings."));
        }
        output.Record(options.DryRun ? "Onboarding, dry run: nothing was written" : "Onboarding",
        [
            ("customers", report.Customers), (options.DryRun ? "to be created" : "created", report.Created),
            ("unchanged", report.Unchanged),
            ("changed: not applied", report.Changed), ("faulty", report.Faulty), ("findings", report.FindingCount),
            ("seconds", time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)),
        ]);
        if (report.Refused)
        {
            output.Line("Nothing was written because of these errors. Mend them, or write the others with --skip-faulty.");
        }
    }
}
