using System.CommandLine;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate ledger check|trial-balance</c>.</summary>
internal static class LedgerCommands
{
    internal static Command Build(Globals globals)
    {
        var command = new Command("ledger", "The books: prove that they agree, and show the balances.");
        command.Add(Check(globals));
        command.Add(TrialBalance(globals));
        return command;
    }

    private static Command Check(Globals globals)
    {
        var command = new Command("check",
            "Proves the books: debits = credits, open items = receivables, charges = totals, pockets = prepaid liability, "
            + "numbers without\n"
            + "gaps, issued documents unchanged. Exit code 1 when something does not hold.\n\n"
            + "Example: tollgate ledger check --db sqlite:my.db");
        command.SetAction(async (parsed, cancel) =>
        {
            var output = globals.Output(parsed);
            await using var session = await globals.OpenAsync(parsed, cancel);
            var proofs = await LedgerCheck.RunAsync(session.Context, cancel);
            output.Table("Proofs", ["Proof", "Law", "Checked", "Findings", "First finding"],
                proofs.Select(proof => new object?[]
                {
                    proof.Proof, proof.Meaning, proof.Checked, proof.Findings.Length, proof.Findings.FirstOrDefault()?.Message,
                }));
            return proofs.All(proof => proof.Holds) ? ExitCodes.Ok : ExitCodes.Refused;
        });
        return command;
    }

    private static Command TrialBalance(Globals globals)
    {
        var command = new Command("trial-balance",
            "Every ledger account with its debits, credits and balance.\n\nExample: tollgate ledger trial-balance --format json");
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var balance = await LedgerCheck.TrialBalanceAsync(session.Context, cancel);
            globals.Output(parsed).Table("Trial balance", ["Account", "Kind", "Debit", "Credit", "Balance"],
                balance.Rows.Select(row => new object?[]
                {
                    row.LedgerAccount, row.Kind.ToString(), Money.FromMinor(row.DebitMinor, row.Unit),
                    Money.FromMinor(row.CreditMinor, row.Unit), Money.FromMinor(row.BalanceMinor, row.Unit),
                }));
            return ExitCodes.Ok;
        });
        return command;
    }
}
