using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime.Text;
using Tollgate.Operations.Catalogs;
using Tollgate.Rating;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate what-if</c>: stored usage against a catalogue that is not in force.</summary>
internal static class WhatIfCommand
{
    internal static Command Build(Globals globals)
    {
        var catalog = new Option<string>("--catalog") { Description = "Folder of the candidate.", HelpName = "DIR",
            Required = true };
        var from = Time("--from", "First event time: 2026-10-01 or a time with its offset.");
        var to = Time("--to", "Event times end before it.");
        var workers = new Option<int>("--workers")
        {
            Description = "Customers computed at the same time. Default: one for each processor.", HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var command = new Command("what-if",
            "Rates the stored usage of a time by a candidate catalogue and compares with what was charged: in total, by plan,\n"
            + "by service, who wins and who loses, and the 20 largest increases. Nothing is changed; it can be interrupted at\n"
            + "any time. Fixed fees are left out. Begin on the first day of bill periods, so that allowances are whole.\n\n"
            + "Example: tollgate what-if --catalog new-prices --from 2026-08-01 --to 2026-11-01")
        {
            catalog, from, to, workers,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var compiled = Compile(parsed.GetValue(catalog)!);
            await using var session = await globals.OpenAsync(parsed, cancel);
            var request = new WhatIfRequest(
                compiled, Arguments.Time(parsed.GetValue(from), "--from", compiled.Source.TimeZone)!.Value,
                    Arguments.Time(parsed.GetValue(to), "--to", compiled.Source.TimeZone)!.Value)
            {
                Workers = Math.Max(1, parsed.GetValue(workers)),
            };
            var report = (await ProgressBar.ShowAsync("what if",
                progress => WhatIf.RunAsync(session.Context, request, progress, cancel))).OrRefuse();
            var output = globals.Output(parsed);
            if (output.IsJson)
            {
                output.Json(Node(report));
            }
            else
            {
                Print(output, report);
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The catalogue of a folder; its findings go to standard error when it has errors.</summary>
    internal static CompiledCatalogue Compile(string folder)
    {
        var check = CatalogueFolder.Check(CatalogueFolder.Read(folder));
        foreach (var finding in check.Findings.Where(_ => !check.Ok))
        {
            Console.Error.WriteLine(finding);
        }
        return check.Ok ? check.Value! : throw new CommandRefusedException("The catalogue has errors; nothing is priced.");
    }

    private static void Print(Output output, WhatIfReport report)
    {
        Rows(output, "In total", "", report.Totals);
        Rows(output, "By plan", "offer", report.Plans);
        Rows(output, "By service", "service", report.Services);
        if (report.Shocks.Length > 0)
        {
            output.Table("Largest increases", ["customer", "number", "old", "new", "difference"],
                report.Shocks.Select(shock => new object?[]
                {
                    shock.Customer, shock.ExternalKey, shock.Old, shock.New, shock.Difference,
                }));
        }
        foreach (var (reason, count) in report.Refusals)
        {
            output.Line(
                string.Create(CultureInfo.InvariantCulture, $"{count} charge(s) have no price in the candidate: {reason}"));
        }
        var seconds = Math.Max(0.001m, (decimal)report.Elapsed.TotalNanoseconds / 1_000_000_000m);
        output.Line(string.Create(CultureInfo.InvariantCulture,
            $"{report.Charges} charges of {report.Customers} customers in {seconds:0.0} s, "
            + $"{report.Charges / seconds:0} charges/s. "
            + $"Nothing was changed."));
    }

    private static void Rows(Output output, string title, string group, IEnumerable<WhatIfRow> rows) => output.Table(
        title, [group, "charges", "no price", "old", "new", "difference", "winners", "losers", "same"],
        rows.Select(row => new object?[]
        {
            row.Group, row.Charges, row.Unpriced, row.Old, row.New, row.Difference, row.Winners, row.Losers, row.Same,
        }));

    private static JsonObject Node(WhatIfReport report) => new()
    {
        ["from"] = InstantPattern.ExtendedIso.Format(report.From),
        ["to"] = InstantPattern.ExtendedIso.Format(report.To),
        ["customers"] = report.Customers,
        ["charges"] = report.Charges,
        ["totals"] = Nodes(report.Totals, ""),
        ["plans"] = Nodes(report.Plans, "offer"),
        ["services"] = Nodes(report.Services, "service"),
        ["shocks"] = new JsonArray([.. report.Shocks.Select(shock => (JsonNode)new JsonObject
        {
            ["customer"] = shock.Customer.ToString(), ["externalKey"] = shock.ExternalKey, ["old"] = Output.Node(shock.Old),
            ["new"] = Output.Node(shock.New), ["difference"] = Output.Node(shock.Difference),
        })]),
        ["unpriced"] = new JsonArray([.. report.Refusals.Select(one => (JsonNode)new JsonObject
        {
            ["reason"] = one.Reason, ["charges"] = one.Charges,
        })]),
    };

    private static JsonArray Nodes(IEnumerable<WhatIfRow> rows, string group) =>
    [
        .. rows.Select(row =>
        {
            var node = new JsonObject();
            if (group.Length > 0)
            {
                node[group] = row.Group;
            }
            node["charges"] = row.Charges;
            node["unpriced"] = row.Unpriced;
            node["old"] = Output.Node(row.Old);
            node["new"] = Output.Node(row.New);
            node["difference"] = Output.Node(row.Difference);
            node["winners"] = row.Winners;
            node["losers"] = row.Losers;
            node["same"] = row.Same;
            return (JsonNode)node;
        }),
    ];

    private static Option<string> Time(string name, string description) =>
        new(name) { Description = description, HelpName = "TIME", Required = true };
}
