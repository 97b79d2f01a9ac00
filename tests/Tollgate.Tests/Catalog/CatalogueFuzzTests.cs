using Tollgate.Catalog;
using Tollgate.TestSupport;

namespace Tollgate.Tests.Catalog;

/// <summary>Damages the files of the demo catalogue in many ways; the reader must answer with findings or a catalogue.</summary>
public sealed class CatalogueFuzzTests
{
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "[", "]", "{", "}", ": ", "- ", "\n", "\t", "\"", "'", "&a ", "*a ", "!!str ", "%", "@", "|\n", ">-\n", "? ",
            "---\n", "...\n",
            "# ", ",", "-1", "99999999999999999999999999999999", "null", "~", "\0", "\uFEFF", "\u2028", "1/0", "per", "\\",
        }.Select(System.Text.Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0xED, 0xA0, 0x80],
    ];

    [Theory]
    [InlineData("catalogue.yaml", 1)]
    [InlineData("mobile.yaml", 2)]
    [InlineData("fixed.yaml", 3)]
    [InlineData("examples.yaml", 4)]
    [InlineData("decks/messages.csv", 5)]
    public void Damaged_files_give_findings_and_never_an_exception(string name, int seed)
    {
        var files = CatalogueFolder.Demo().Where(file => file.Name != "decks/international.csv")
            .ToDictionary(file => file.Name, StringComparer.Ordinal);
        var random = new Random(seed);
        var original = files[name].Content.ToArray();
        var (refused, rounds) = (0, Effort.Of(50));
        for (var round = 0; round < rounds; round++)
        {
            var bytes = original.ToList();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(3))
                {
                    case 0:
                        bytes.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
                        break;
                    case 1:
                        bytes.RemoveRange(at, Math.Min(random.Next(1, 60), bytes.Count - at));
                        break;
                    default:
                        bytes[at] = (byte)random.Next(256);
                        break;
                }
            }
            files[name] = new CatalogueFile(name, bytes.ToArray());
            var result = CatalogueReader.Read([.. files.Values]);
            refused += result.Findings.Any(finding =>
                finding.File == name && finding.Code != CatalogueFindings.Reference) ? 1 : 0;
            Assert.All(result.Findings, finding => Assert.True(finding.Line >= 0 && finding.Cure.Length > 0));
        }
        Assert.InRange(refused, rounds / 3, rounds);
    }
}
