using System.CommandLine;
using System.Data.Common;
using Tollgate.Storage.Charging;

namespace Tollgate.Host.Cli;

/// <summary>The <c>tollgate</c> command: builds the tree of commands, runs one, and turns every failure into a message and an
/// exit code.</summary>
public static class CommandLine
{
    /// <summary>Runs one command line at the process's own terminal.</summary>
    public static Task<int> RunAsync(string[] args) => RunAsync(args, Terminal.Standard());

    /// <summary>Runs one command line.</summary>
    public static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        var root = Build(terminal);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var line in ParseWords.Of(parsed))
            {
                await terminal.Error.WriteLineAsync($"tollgate: {line}");
            }
            await terminal.Error.WriteLineAsync($"Try: tollgate {Path(parsed)}--help");
            return ExitCodes.Usage;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false, Output = terminal.Out, Error = terminal.Error,
            });
        }
        catch (OperationCanceledException)
        {
            await terminal.Error.WriteLineAsync(
                "tollgate: interrupted. Nothing is lost; the same command goes on where it stopped.");
            return ExitCodes.Interrupted;
        }
        catch (FileMovedException overtaken)
        {
            await terminal.Error.WriteLineAsync($"tollgate: {overtaken.Message}");
            return ExitCodes.Refused;
        }
        catch (CommandRefusedException refused)
        {
            await terminal.Error.WriteLineAsync($"tollgate: {refused.Message}");
            return refused.ExitCode;
        }
        catch (Exception problem) when (
            problem is IOException or InvalidDataException or UnauthorizedAccessException or DbException or TimeoutException)
        {
            await terminal.Error.WriteLineAsync($"tollgate: {SystemWords.Of(problem)}");
            Detail(problem, terminal);
            return ExitCodes.Failure;
        }
        catch (Exception problem)
        {
            await terminal.Error.WriteLineAsync(
                $"tollgate: a fault of the program: {problem.Message} (set TOLLGATE_DEBUG=1 for the place)");
            Detail(problem, terminal);
            return ExitCodes.Fault;
        }
    }

    private static RootCommand Build(Terminal terminal)
    {
        var globals = new Globals(terminal);
        var root = new RootCommand(
            "Tollgate, the convergent billing system: usage in, rated, billed, paid, booked.\n\n"
            + "First steps:\n"
            + "  tollgate demo                                a complete small operator on the embedded database\n"
            + "  tollgate migrate --db sqlite:my.db           an empty database\n"
            + "  tollgate catalog check catalogs/demo         check a catalogue and run its examples\n"
            + "  tollgate price --catalog DIR --usage FILE    price records without a database\n"
            + "  tollgate scenario run scenarios              play the stories of the gallery\n\n"
            + "Exit codes: 0 done, 1 refused or findings, 2 wrong command line, 3 file or database failed, 70 a fault of the\n"
            + "program, 130 interrupted.");
        globals.AddTo(root);
        root.Add(DemoCommand.Build(globals));
        root.Add(MigrateCommand.Build(globals));
        root.Add(ClockCommand.Build(globals));
        root.Add(CatalogCommands.Build(globals));
        root.Add(PriceCommand.Build(globals));
        root.Add(UsageCommands.Build(globals));
        root.Add(ExplainCommands.BuildExplain(globals));
        root.Add(TryCommand.Build(globals));
        root.Add(WhatIfCommands.Build(globals));
        root.Add(RerateCommands.Build(globals));
        root.Add(SellerCommands.Build(globals));
        root.Add(CustomerCommands.Build(globals));
        root.Add(AccountCommands.Build(globals));
        root.Add(CustomerServiceCommands.BuildSubscription(globals));
        root.Add(CustomerServiceCommands.BuildIdentity(globals));
        root.Add(DiscountCommands.Build(globals));
        root.Add(DiscountCommands.Coupons(globals));
        root.Add(OnboardCommand.Build(globals));
        root.Add(AlertCommands.Build(globals));
        root.Add(ApiKeyCommands.Build(globals));
        root.Add(BillCommands.Build(globals));
        root.Add(DocumentCommands.Build(globals));
        root.Add(TaxCommands.Build(globals));
        root.Add(PolicyCommands.Build(globals));
        root.Add(PaymentCommands.Build(globals));
        root.Add(AdjustmentCommands.Deposit(globals));
        root.Add(LedgerCommands.Build(globals));
        root.Add(ScenarioCommands.Build(globals));
        root.Add(OnboardBench.Build(globals));
        root.Add(BenchCommands.Build(globals));
        root.Add(ServeCommand.Build(globals));
        root.Add(ReferenceCommand.Build(root, terminal));
        return root;
    }

    private static string Path(ParseResult parsed)
    {
        var names = new List<string>();
        for (var result = parsed.CommandResult; result.Parent is System.CommandLine.Parsing.CommandResult parent; result = parent)
        {
            names.Insert(0, result.Command.Name + " ");
        }
        return string.Concat(names);
    }

    private static void Detail(Exception problem, Terminal terminal)
    {
        if (Environment.GetEnvironmentVariable("TOLLGATE_DEBUG") is "1")
        {
            terminal.Error.WriteLine(problem);
        }
    }
}

/// <summary>Ends a command with a message and an exit code.</summary>
public sealed class CommandRefusedException(string message, int exitCode = ExitCodes.Refused) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
