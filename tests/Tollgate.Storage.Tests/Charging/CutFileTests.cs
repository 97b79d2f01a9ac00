using System.IO.Compression;
using System.Text;
using NodaTime;
using Tollgate.Host.Cli;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;
using static Tollgate.Storage.Tests.Charging.ChargingStage;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>Files that arrive in part, and then whole.</summary>
public sealed class CutFileTests
{
    private static readonly LocalDateTime Noon = new(2026, 10, 5, 12, 0);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>How many bytes of the archive are missing: part of its end mark, all of it, and some text.</summary>
    public static TheoryData<DatabaseKind, int> Cuts()
    {
        var cuts = new TheoryData<DatabaseKind, int>();
        foreach (var row in Databases.All)
        {
            foreach (var missing in new[] { 1, 4, 8, 9, 40 })
            {
                cuts.Add(new TheoryDataRow<DatabaseKind, int>(row.Data, missing) { Skip = row.Skip });
            }
        }
        return cuts;
    }

    [Theory, MemberData(nameof(Cuts))]
    public async Task An_archive_without_its_end_is_incomplete_until_the_whole_one_arrives(DatabaseKind kind, int missing)
    {
        await using var stage = await CreateAsync(kind);
        var lines = Enumerable.Range(0, 40).Select(i => Call(2 + i % 5, Noon.PlusMinutes(i), 10 + i)).ToArray();
        var whole = Zip(string.Concat(lines));
        var path = stage.PathOf("calls.csv.gz");
        await File.WriteAllBytesAsync(path, whole[..^missing], Cancel);

        var refusal = await RefusedAsync(stage, path);
        var cut = Assert.Single(await UsageFileStore.ListAsync(stage.Database, stage.Context.Tenant, Cancel));
        await RefusedAsync(stage, path);
        await stage.ProveAsync();
        await File.WriteAllBytesAsync(path, whole, Cancel);
        var done = await stage.ImportAsync(path);

        Assert.Contains("without its end", refusal, StringComparison.Ordinal);
        Assert.Contains($"line {cut.Line + 1}", refusal, StringComparison.Ordinal);
        Assert.Equal((UsageFile.Incomplete, 0L), (cut.Phase, cut.Held));
        Assert.True(cut.Rated is > 0 and <= 40);
        Assert.Equal((cut.Id, UsageFile.Done, 40L, 40L, 0L), (done.Id, done.Phase, done.Read, done.Rated, done.Duplicates));
        Assert.Single(await UsageFileStore.ListAsync(stage.Database, stage.Context.Tenant, Cancel));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Archives_joined_end_to_end_are_one_text(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        byte[] joined = [.. Zip(Call(2, Noon, 61)), .. Zip(Call(3, Noon, 10))];
        await File.WriteAllBytesAsync(stage.PathOf("a.gz"), joined, Cancel);

        var file = await stage.ImportAsync(stage.PathOf("a.gz"));

        Assert.Equal((UsageFile.Done, 2L), (file.Phase, file.Rated));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_archive_with_a_wrong_check_sum_is_refused_and_imports_nothing(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        var wrong = Zip(Call(2, Noon, 61));
        wrong[^6] ^= 1;
        await File.WriteAllBytesAsync(stage.PathOf("a.gz"), wrong, Cancel);

        var damaged = await Assert.ThrowsAsync<InvalidDataException>(() => stage.ImportAsync(stage.PathOf("a.gz")));

        Assert.Contains("check sum", damaged.Message, StringComparison.Ordinal);
        Assert.Equal(0, await stage.NumberAsync("SELECT count(*) FROM usage_file"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_unfinished_last_line_is_settled_when_the_file_has_grown(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        var (first, second) = (Call(2, Noon, 61), Call(3, Noon, 10));
        var cut = await stage.ImportAsync(await stage.FileAsync("a.csv", first, second[..60]));
        var replay = await stage.ReplayAsync();

        var grown = await stage.ImportAsync(await stage.FileAsync("a.csv", first, second));

        Assert.Equal((1L, 0L), (cut.Held, replay.Charged));
        Assert.Equal((2L, 1L, 1L), (grown.Read, grown.Rated, grown.Duplicates));
        Assert.Empty(await stage.HeldAsync());
        Assert.Equal(1, await stage.NumberAsync(
            "SELECT count(*) FROM held_record WHERE phase = 'merged' AND resolution = @file", ("file", grown.Id.ToString())));
        Assert.Equal(0, await stage.NumberAsync("SELECT count(*) FROM alert WHERE closed_at IS NULL"));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Another_file_of_the_same_name_settles_nothing(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, Noon, 61), Call(3, Noon, 10)[..60]));

        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, Noon.PlusHours(1), 61), Call(3, Noon, 10)));

        Assert.Equal(HoldReason.Truncated, Assert.Single(await stage.HeldAsync()).Reason);
        await stage.ProveAsync();
    }

    private static async Task<string> RefusedAsync(ChargingStage stage, string path)
    {
        await using var import = new UsageImport(
            stage.Context, await stage.TimelineAsync(), new ImportSettings { BatchRecords = 7 });
        var outcome = await import.RunAsync(BenchOperator.Source, path, null, Cancel);
        Assert.Equal(UsageImport.IncompleteCode, outcome.Refusal?.Code);
        return outcome.Refusal!.Message;
    }

    private static byte[] Zip(string text)
    {
        using var output = new MemoryStream();
        using (var zip = new GZipStream(output, CompressionLevel.Fastest))
        {
            zip.Write(Encoding.UTF8.GetBytes(text));
        }
        return output.ToArray();
    }
}
