using System.Text;

namespace Tollgate.Scenarios;

/// <summary>What those are told who mistype at the command line.</summary>
public sealed class CommandMannersTests
{
    [Fact]
    public async Task What_is_not_there_or_cannot_be_is_told_with_its_cure()
    {
        using var folder = new WorkFolder();
        await Commands.SucceedAsync(folder.Path, "migrate");
        await Commands.SucceedAsync(folder.Path, "usage", "source", "add", "gen", "--file-format", "generic-csv");
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, "wide.csv"), Encoding.Unicode.GetBytes("subject,start\n"));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "foreign.csv"), "hello\nworld\n");
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "rates.csv"), "code,rate\n43,1\n");
        var demo = Path.Combine(Commands.Root, "catalogs", "demo");
        (string Command, int Code, string Words)[] cases =
        [
            ("foo", 2, "Unrecognized command or argument 'foo'"),
            ("usage import --source gen", 2, "FILE is missing"),
            ("usage import wide.csv --source gen", 1, "iconv -f UTF-16"),
            ("usage import foreign.csv --source gen", 1, "Nothing was charged: 2 records held"),
            ("usage held --source nosuch", 1, "no usage source 'nosuch'"),
            ("usage list --account acc_99", 1, "There is no account acc_99"),
            ("usage list --account nope", 1, "There is no account 'nope'"),
            ("usage list --from 2026-11-01 --to 2026-10-01", 2, "not after --from"),
            ("rerate select --plan nosuch --reason x", 1, "no published catalogue has the rate plan 'nosuch'"),
            ("bill list --run run_99", 1, "no bill run run_99"),
            ("bill run --cycle-day 1 --date 9999-12-31", 2, "years 1900 to 9998"),
            ("bill list --format xml", 2, "Use one of: table, json"),
            ($"catalog deck import international rates.csv --columns rate=XX --catalog {demo}", 1,
                "no column 'XX'. It has: code, "),
            ("what-if run --catalog newest --from 2026-10-01 --to 2026-11-01 --workers 0", 2, "at least 1"),
            ("what-if resume wif_1", 1, "There is no what-if wif_1"),
            ("catalog check nowhere", 3, "no folder 'nowhere'"),
        ];
        foreach (var (command, code, words) in cases)
        {
            var answer = await Commands.RunAsync(folder.Path, command.Split(' '));
            Assert.Equal((command, code), (command, answer.ExitCode));
            Assert.Contains(words, answer.Errors, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("goes on", answer.Output + answer.Errors, StringComparison.Ordinal);
        }
    }
}
