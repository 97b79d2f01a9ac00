using System.Globalization;
using System.Text.RegularExpressions;
using Tollgate.TestSupport;

namespace Tollgate.Tests.House;

/// <summary>Nothing half done, nothing that points nowhere.</summary>
public sealed partial class TidinessTests
{
    private static IEnumerable<SourceFile> Written => Repository.Files(
        "", ".cs", ".razor", ".sql", ".md", ".yaml", ".yml", ".csproj", ".props", ".slnx", ".json", ".css", ".js");

    [Fact]
    public void No_note_for_later_is_left_in_a_file()
    {
        // Put together here, so that this file does not find itself.
        var notes = new Regex(@"\b(TO" + @"DO|FIX" + @"ME|XX" + @"X|NotImplemented" + @"Exception)\b",
            RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));

        Repository.AssertNone(
            from file in Written
            from Match match in notes.Matches(file.Text)
            select $"{file.Place(match.Index)}: '{match.Value}': do it now or write an issue.");
    }

    [Fact]
    public void No_file_names_a_folder_of_somebodys_machine()
    {
        var places = new Regex(@"(?<![\w.:/])/(wo" + @"rk|ro" + @"ot|Us" + @"ers)/\w",
            RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));

        Repository.AssertNone(
            from file in Written
            from Match match in places.Matches(file.Text)
            select $"{file.Place(match.Index)}: '{match.Value}' is a path of one machine.");
    }

    [Fact]
    public void Every_project_under_src_has_a_readme()
    {
        Repository.AssertNone(
            from file in Repository.Files("src", ".csproj")
            let folder = Path.GetDirectoryName(file.Path)!
            where !File.Exists(Path.Combine(Repository.Root, folder, "README.md"))
            select $"{folder}: README.md is missing: what it owns, does not own, its invariants, its meanings of time.");
    }

    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        Repository.AssertNone(
            from file in Repository.Files("", ".md")
            from Match match in Link().Matches(WithoutCode(file.Text))
            let target = match.Groups["target"].Value.Split('#')[0]
            where target.Length > 0 && !target.Contains(':', StringComparison.Ordinal)
            let path = Path.Combine(Repository.Root, Path.GetDirectoryName(file.Path)!, Uri.UnescapeDataString(target))
            where !File.Exists(path) && !Directory.Exists(path)
            select $"{file.Place(match.Index)}: '{target}' does not exist.");
    }

    [Fact]
    public void The_process_runs_under_the_culture_that_was_asked_for()
    {
        // Not asked for: nobody may have set one for all threads.
        Assert.Equal(TestCulture.Wanted, CultureInfo.DefaultThreadCurrentCulture?.Name);
        Assert.Equal(TestCulture.Wanted ?? CultureInfo.CurrentCulture.Name, CultureInfo.CurrentCulture.Name);
    }

    /// <summary>Blanks fenced blocks and code spans, where a bracket is no link.</summary>
    private static string WithoutCode(string markdown) =>
        CodeText().Replace(markdown, match => string.Concat(match.Value.Select(c => c == '\n' ? '\n' : ' ')));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)(\s+""[^""]*"")?\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Link();

    [GeneratedRegex(@"```[\s\S]*?```|`[^`\n]*`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex CodeText();
}
