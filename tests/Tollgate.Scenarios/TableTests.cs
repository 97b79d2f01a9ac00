using System.Text;
using Tollgate.Host.Cli;
using Tollgate.Primitives;

namespace Tollgate.Scenarios;

public sealed class TableTests
{
    private static readonly string[] Columns = ["account", "at", "detail", "amount"];

    [Fact]
    public void Only_sentences_wrap_so_that_ids_and_times_stay_whole()
    {
        var lines = Print(70);

        Assert.Contains(lines, line => line.Contains("acc_1042") && line.Contains("2026-11-22T20:15:00Z"));
        Assert.Contains(lines, line => line.Contains("1042.50 EUR"));
        Assert.All(lines, line => Assert.True(line.Length <= 70, line));
    }

    [Fact]
    public void A_table_that_is_too_wide_for_the_terminal_is_printed_row_by_row()
    {
        var lines = Print(40);

        Assert.Contains("account  acc_1042", lines);
        Assert.Contains("at       2026-11-22T20:15:00Z", lines);
    }

    private static string[] Print(int width)
    {
        using var stream = new MemoryStream();
        new Output(OutputFormat.Table, Terminal.To(stream, Stream.Null, width)).Table("Alerts", Columns,
        [
            [
                new AccountId(1042), NodaTime.Instant.FromUtc(2026, 11, 22, 20, 15),
                "Usage cost more than the account has and may owe.", new Money(1042.50m, Units.Eur),
            ],
        ]);
        return [.. Encoding.UTF8.GetString(stream.ToArray()).Split('\n').Select(line => line.TrimEnd())];
    }
}
