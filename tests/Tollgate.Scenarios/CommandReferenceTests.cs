namespace Tollgate.Scenarios;

/// <summary>docs/reference/cli.md is what the program says of itself.</summary>
public sealed class CommandReferenceTests
{
    [Fact]
    public async Task The_reference_of_commands_is_current()
    {
        var path = Path.Combine(Commands.Root, "docs", "reference", "cli.md");
        using var folder = new WorkFolder();
        var now = (await Commands.SucceedAsync(folder.Path, "reference")).ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("TOLLGATE_ACCEPT") == "1")
        {
            await File.WriteAllTextAsync(path, now);
        }
        Assert.Equal(await File.ReadAllTextAsync(path), now);
    }

    [Theory]
    [InlineData(2, "Unrecognized command", "migrat")]
    [InlineData(2, "Did you mean|--usage-format|not a|No usage format", "price", "--catalog", "{demo}", "--usage",
        "{demo}/mobile.yaml", "--usage-format", "asterix-csv")]
    [InlineData(2, "neither SQLite nor PostgreSQL", "usage", "status", "--db", "mysql:x")]
    [InlineData(1, "tollgate migrate", "usage", "status", "--db", "sqlite:empty.db")]
    [InlineData(3, "There is no folder", "catalog", "check", "nowhere")]
    [InlineData(3, "Could not find file|nothere.csv", "price", "--catalog", "{demo}", "--usage", "nothere.csv")]
    [InlineData(2, "--customers", "demo", "--customers", "0")]
    [InlineData(2, "is no place to listen", "serve", "--urls", "foo")]
    [InlineData(2, "Use one of: Unreadable", "usage", "held", "--reason", "Colour")]
    [InlineData(2, "is not a whole number", "usage", "held", "--limit", "many")]
    public async Task A_wrong_command_gets_a_message_and_a_code_and_never_a_stack_trace(
        int code, string says, params string[] arguments)
    {
        using var folder = new WorkFolder();
        var demo = Path.Combine(Commands.Root, "catalogs", "demo");

        var answer = await Commands.RunAsync(
            folder.Path, [.. arguments.Select(argument => argument.Replace("{demo}", demo, StringComparison.Ordinal))]);

        Assert.Equal(code, answer.ExitCode);
        Assert.Contains(says.Split('|'), part => answer.Errors.Contains(part, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", answer.Errors, StringComparison.Ordinal);
    }
}
