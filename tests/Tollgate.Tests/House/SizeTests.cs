using System.Text.RegularExpressions;

namespace Tollgate.Tests.House;

/// <summary>A file is read in one sitting, a method on one screen.</summary>
public sealed partial class SizeTests
{
    private const int LongestFile = 400;
    private const int LongestMethod = 70;
    private const int LongestLine = 130;

    private const int LongestUnwrappedLine = 160;

    /// <summary>Folders not yet wrapped: up to 160 characters. A row goes when its folder is wrapped.</summary>
    private static readonly string[] Unwrapped =
    [
        "src/Tollgate.Mediation/", "src/Tollgate.Rating/", "src/Tollgate.Storage/Charging/", "src/Tollgate.Operations/Billing/",
        "src/Tollgate.Operations/Usage/", "bench/",
    ];

    private static IEnumerable<SourceFile> CSharp =>
        Repository.Files("src", ".cs").Concat(Repository.Files("tests", ".cs")).Concat(Repository.Files("bench", ".cs"));

    [Fact]
    public void A_file_has_at_most_400_lines()
    {
        Repository.AssertNone(
            from file in CSharp.Concat(Repository.Files("src", ".razor", ".sql"))
            let lines = file.Text.Count(c => c == '\n')
            where lines > LongestFile
            select $"{file.Path}: {lines} lines, {LongestFile} are allowed.");
    }

    [Fact]
    public void A_line_has_at_most_130_characters()
    {
        Repository.AssertNone(
            from file in CSharp
            from line in file.Text.Split('\n').Select((text, index) => (Length: text.TrimEnd('\r').Length, Number: index + 1))
            let longest = Unwrapped.Any(file.Path.StartsWith) ? LongestUnwrappedLine : LongestLine
            where line.Length > longest
            select $"{file.Path}:{line.Number}: {line.Length} characters, {longest} are allowed.");
    }

    [Fact]
    public void A_method_has_at_most_70_lines()
    {
        Repository.AssertNone(
            from file in CSharp
            from block in MethodBlocks(file.Code)
            let lines = file.LineOf(block.To) - file.LineOf(block.From) + 1
            where lines > LongestMethod
            select $"{file.Place(block.From)}: a method of {lines} lines, {LongestMethod} are allowed.");
    }

    [Fact]
    public void Lines_of_a_method_are_counted_from_brace_to_brace()
    {
        const string code = "class A(int b)\n{\n  int[] T = new X()\n  {\n  };\n"
            + "  void M(int x)\n  {\n    if (x > 0)\n    {\n    }\n  }\n}\n";

        Assert.Equal([(7, 11)], MethodBlocks(code).Select(block => (Line(block.From), Line(block.To))));

        int Line(int position) => code.AsSpan(0, position).Count('\n') + 1;
    }

    /// <summary>The outermost blocks whose head ends in a parenthesis (methods, constructors, local functions) or in
    /// <c>switch</c> or <c>get</c>; blocks of types and initialisers are looked into.</summary>
    private static IEnumerable<(int From, int To)> MethodBlocks(string code)
    {
        var open = new Stack<(int At, bool Method)>();
        var headFrom = 0;
        for (var at = 0; at < code.Length; at++)
        {
            switch (code[at])
            {
                case '{':
                    open.Push((at, !open.Any(block => block.Method) && IsMethodHead(code[headFrom..at])));
                    headFrom = at + 1;
                    break;
                case '}' when open.TryPop(out var block):
                    if (block.Method)
                    {
                        yield return (block.At, at);
                    }
                    headFrom = at + 1;
                    break;
                case ';':
                    headFrom = at + 1;
                    break;
            }
        }
    }

    private static bool IsMethodHead(string head) => !NoMethod().IsMatch(head) && MethodEnd().IsMatch(head);

    [GeneratedRegex(
        @"\b(class|struct|record|interface|enum|namespace|new)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex NoMethod();

    [GeneratedRegex(
        @"(\)|\bswitch|\bget|\bset|\binit)\s*(where\s[^{]*)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex MethodEnd();
}
