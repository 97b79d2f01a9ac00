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
        var layouts = Path.Combine(Commands.Root, "layouts");
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
            ($"try --offer mobile-s --catalog {demo} --to 4930 --events -3", 2, "--events '-3' is below 0. Give 0 or more."),
            ($"try --offer mobile-s --catalog {demo} --to 4930 --attribute a=1 --attribute a=2", 2,
                "gives 'a' several values: '1', '2'. Give it once."),
            ($"try --offer mobile-s --catalog {demo} --catalog-version 1 --to 4930", 2, "Give one of the two."),
            ("usage source add a --file-format freeswitch-json --attribute x=apn --attribute y=apn", 2,
                "gives 'apn' two fields: 'x' and 'y'. Give one of them."),
            ("usage source add a --file-format radius-detail --unanswered", 1, "leave the setting out"),
            ("usage source change nosuch --time-zone UTC", 1, "no usage source 'nosuch'"),
            ($"usage layout check {layouts}", 1, "is a folder. Name one layout file in it, e.g. "),
            ("alert list --kind nosuch", 2, "'creditor-id-missing'"),
            ("bill run --cycle-day 32 --date 2026-11-01", 1, "1 to 31"),
            ("account list --cycle-day 32", 2, "Give 1 to 31, or 0"),
        ];
        foreach (var (command, code, words) in cases)
        {
            var answer = await Commands.RunAsync(folder.Path, command.Split(' '));
            Assert.Equal((command, code), (command, answer.ExitCode));
            Assert.Contains(words, answer.Errors, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("goes on", answer.Output + answer.Errors, StringComparison.Ordinal);
        }
        var whereto = await Commands.RunAsync(folder.Path, "try", "--offer", "mobile-s", "--catalog", demo, "--duration", "61s");
        Assert.Equal(1, whereto.ExitCode);
        Assert.Contains("Say where it goes: --to NUMBER.", whereto.Output, StringComparison.Ordinal);
    }
}
