using System.Text.RegularExpressions;

namespace Tollgate.Tests.House;

/// <summary>The kernel is pure: same input, same bytes out. Read from its source text, comments and strings left out.</summary>
public sealed partial class PurityTests
{
    /// <summary>Types of the kernel that may have setters, each with its reason.</summary>
    private static readonly Dictionary<string, string> MutableTypes = new(StringComparer.Ordinal)
    {
        ["PocketState"] = "The rater draws pockets down in place in a pooled span, so that rating a record allocates nothing.",
    };

    [Fact]
    public void The_kernel_touches_no_file_net_clock_chance_thread_or_container()
    {
        Repository.AssertNone(Found(Impure(), Repository.PureProjects, "is not for the kernel: hand the value in"));
    }

    [Fact]
    public void The_kernel_knows_no_binary_floating_point()
    {
        // Documents draws on paper, where a coordinate is a double; its amounts are decimal all the same.
        var projects = Repository.PureProjects.Where(project => project != "Tollgate.Documents");

        Repository.AssertNone(Found(FloatingPoint(), projects, "is binary floating point: use decimal or a count of base units"));
    }

    /// <summary>Readers inside a project may keep a position; what others see does not change.</summary>
    [Fact]
    public void Public_types_of_the_kernel_have_no_setters()
    {
        Repository.AssertNone(
            from file in Repository.Sources(Repository.PureProjects)
            from finding in Setters(file.Code)
            where !MutableTypes.ContainsKey(finding.Type)
            select $"{file.Place(finding.At)}: {finding.Type} has a setter; make it init, or name the reason in this test.");
    }

    [Theory]
    [InlineData("public record struct A { public int B { get; set; } }", 1)]
    [InlineData("public sealed class A { public int B { get => b; set { b = value; } } }", 1)]
    [InlineData("public sealed class A { public int B { get; internal set; } }", 1)]
    [InlineData("public sealed class A { public int B { get; private set; } public int C { get; init; } }", 0)]
    [InlineData("internal sealed class A { public int B { get; set; } }", 0)]
    [InlineData("public sealed class A { int B() { return C(sets, set => set.Code); } }", 0)]
    public void A_setter_is_found_where_others_can_see_it(string code, int found) => Assert.Equal(found, Setters(code).Count());

    [Fact]
    public void Types_that_may_have_setters_exist()
    {
        var code = string.Concat(Repository.Sources(Repository.PureProjects).Select(file => file.Code));

        Repository.AssertNone(MutableTypes.Keys.Where(type => !Regex.IsMatch(
            code, $@"\b(struct|class|record)\s+{type}\b", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))));
    }

    [Theory]
    [InlineData("var x = File.ReadAllText(path);")]
    [InlineData("public async Task Run()")]
    [InlineData("var now = DateTime.UtcNow;")]
    [InlineData("var id = Guid.NewGuid();")]
    [InlineData("using System.Net.Http;")]
    [InlineData("var text = a + Environment.NewLine;")]
    public void What_is_impure_is_found(string code) => Assert.Matches(Impure(), code);

    [Theory]
    [InlineData("Finding(Severity severity, string File, int Line)")]
    [InlineData("file.File == \"offers.yaml\"")]
    [InlineData("public Instant At { get; init; }")]
    public void What_is_pure_is_not_found(string code) => Assert.DoesNotMatch(Impure(), code);

    private static IEnumerable<string> Found(Regex pattern, IEnumerable<string> projects, string message) =>
        from file in Repository.Sources(projects)
        from Match match in pattern.Matches(file.Code)
        select $"{file.Place(match.Index)}: '{match.Value.Trim()}' {message}.";

    private static IEnumerable<(int At, string Type)> Setters(string code) =>
        from Match match in Setter().Matches(code)
        let type = TypeName().Matches(code[..match.Index]).LastOrDefault()
        where type is not null && type.Groups["access"].Value == "public"
        select (match.Index, type.Groups["name"].Value);

    [GeneratedRegex(
        @"\bFile\.(Open|Read|Write|Exists|Delete|Copy|Move|Create|Append|Get|Set)\w*"
        + @"|\bDirectory\.\w+\s*\(|\bnew\s+(FileStream|FileInfo|DirectoryInfo|StreamReader\s*\(\s*path)\b"
        + @"|\bSystem\.Net\b|\b(HttpClient|TcpClient|Socket)\b"
        + @"|\b(async|await)\s|\b(Task|ValueTask)\s*[<.]|\bThread\.|\bParallel\."
        + @"|\bDateTime(Offset)?\.(Now|UtcNow|Today)\b|\bSystemClock\b|\bStopwatch\b|\bTimeProvider\b"
        + @"|\bGuid\.NewGuid\b|\bnew\s+Random\b|\bRandom\.Shared\b|\bRandomNumberGenerator\b"
        + @"|\bEnvironment\.|\bConsole\.(Write|Read|Out|Error|In)\w*|\bProcess\.Start\b"
        + @"|\bIServiceProvider\b|\bIServiceCollection\b|\bILogger\b"
        + @"|\bMicrosoft\.(Extensions|EntityFrameworkCore|Data)\b|\bNpgsql\b",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Impure();

    [GeneratedRegex(@"\b(float|double|Double|Half)\b(?!\s*\()", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex FloatingPoint();

    [GeneratedRegex(@"(?<=[{};]\s*)(internal\s+)?set\s*(;|\{|=>)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Setter();

    [GeneratedRegex(
        @"(?<access>\b(public|internal|private|file))?\s*\b((sealed|abstract|static|readonly|ref|partial|unsafe)\s+)*"
        + @"(record\s+struct|record\s+class|class|struct|interface|record)\s+(?<name>[A-Z]\w*)",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex TypeName();
}
