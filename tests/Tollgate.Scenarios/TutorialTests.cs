using System.Text;

namespace Tollgate.Scenarios;

/// <summary>docs/tutorial.md does what it says: its files are written and its commands run, in order, in an empty
/// folder.</summary>
public sealed class TutorialTests
{
    [Fact]
    public async Task The_tutorial_leads_from_an_empty_folder_to_a_paid_invoice()
    {
        using var folder = new WorkFolder();
        var said = new StringBuilder();
        foreach (var step in Steps(await File.ReadAllLinesAsync(Path.Combine(Commands.Root, "docs", "tutorial.md"))))
        {
            if (step.File is not null)
            {
                folder.Write(step.File, step.Text);
                continue;
            }
            foreach (var line in step.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var words = Words(line);
                Assert.Equal("tollgate", words[0]);
                said.Append(await Commands.SucceedAsync(folder.Path, [.. words.Skip(1)]));
            }
        }
        var all = said.ToString();
        Assert.Contains("UnknownSubscriber", all, StringComparison.Ordinal);
        var bill = Assert.Single(Directory.GetFiles(folder["bills"], "*.pdf"));
        Assert.StartsWith("TS", Path.GetFileName(bill), StringComparison.Ordinal);
        Assert.Equal("%PDF-"u8, File.ReadAllBytes(bill).AsSpan(0, 5));

        var status = await Commands.SucceedAsync(folder.Path, "usage", "status", "--format", "json");
        Assert.Contains("\"read\": 3", status, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_line_is_split_as_a_shell_splits_it() =>
        Assert.Equal(["a", "b c", "--d=e f"], Words("a \"b c\"  --d=\"e f\""));

    /// <summary>Blocks of commands, and files: a block below a line <c>&lt;!-- file: NAME --&gt;</c>.</summary>
    private static IEnumerable<(string? File, string Text)> Steps(IEnumerable<string> lines)
    {
        string? file = null;
        StringBuilder? block = null;
        var isCommand = false;
        foreach (var line in lines)
        {
            if (block is null && line.StartsWith("<!-- file: ", StringComparison.Ordinal))
            {
                file = line[11..].Replace(" -->", "", StringComparison.Ordinal).Trim();
            }
            else if (block is null && line.StartsWith("```", StringComparison.Ordinal))
            {
                block = new StringBuilder();
                isCommand = line == "```bash";
            }
            else if (block is not null && line == "```")
            {
                if (file is not null || isCommand)
                {
                    yield return (file, block.ToString());
                }
                (file, block) = (null, null);
            }
            else
            {
                block?.Append(line).Append('\n');
            }
        }
    }

    private static List<string> Words(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quoted, any) = (false, false);
        foreach (var letter in line + " ")
        {
            if (letter == '"')
            {
                (quoted, any) = (!quoted, true);
            }
            else if (letter == ' ' && !quoted)
            {
                if (any || word.Length > 0)
                {
                    words.Add(word.ToString());
                }
                word.Clear();
                any = false;
            }
            else
            {
                word.Append(letter);
            }
        }
        return words;
    }
}
