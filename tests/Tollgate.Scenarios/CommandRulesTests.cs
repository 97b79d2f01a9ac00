namespace Tollgate.Scenarios;

/// <summary>Commands that ask before they change what others rely on.</summary>
public sealed class CommandRulesTests
{
    [Fact]
    public async Task Sources_are_not_overwritten_and_catalogues_not_back_dated_unless_asked()
    {
        using var folder = new WorkFolder();
        var demo = Path.Combine(Commands.Root, "catalogs", "demo");
        await Commands.SucceedAsync(folder.Path, "migrate");
        await Commands.SucceedAsync(folder.Path, "clock", "--set", "2026-11-01T06:00:00Z");
        string[] source = ["usage", "source", "add", "pbx", "--file-format", "asterisk-csv", "--time-zone"];
        await Commands.SucceedAsync(folder.Path, [.. source, "Europe/Vienna"]);
        await Commands.SucceedAsync(folder.Path, [.. source, "Europe/Vienna"]);
        var other = await Commands.RunAsync(folder.Path, [.. source, "Europe/Berlin"]);
        await Commands.SucceedAsync(folder.Path, "usage", "source", "change", "pbx", "--time-zone", "Europe/Berlin");

        string[] publish = ["catalog", "publish", demo, "--effective-from"];
        await Commands.SucceedAsync(folder.Path, [.. publish, "2026-01-01"]);
        var repeated = await Commands.SucceedAsync(folder.Path, [.. publish, "2026-01-01"]);
        var changed = Path.Combine(folder.Path, "shop");
        CopyFolder(demo, changed);
        var offers = Path.Combine(changed, "mobile.yaml");
        await File.WriteAllTextAsync(
            offers, (await File.ReadAllTextAsync(offers)).Replace("6.71", "6.72", StringComparison.Ordinal));
        string[] again = ["catalog", "publish", changed, "--effective-from"];
        var backDated = await Commands.RunAsync(folder.Path, [.. again, "2026-10-01"]);
        var wanted = await Commands.SucceedAsync(folder.Path, [.. again, "2026-10-01", "--back-dated"]);

        var redated = await Commands.RunAsync(folder.Path, [.. again, "2026-09-01"]);
        var moved = await Commands.SucceedAsync(folder.Path, [.. again, "2026-09-01", "--back-dated"]);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "rates.csv"), "prefix,destination,rate\n1,USA,9\n");
        var dry = await Commands.RunAsync(
            folder.Path, "catalog", "deck", "import", "international", "rates.csv", "--dry-run");

        Assert.Equal((1, 1, 1, 1), (other.ExitCode, backDated.ExitCode, redated.ExitCode, dry.ExitCode));
        Assert.Contains("Nothing was published: version 1 has the same content", repeated, StringComparison.Ordinal);
        Assert.Contains("2026-08-31T22:00:00Z", moved, StringComparison.Ordinal);
        Assert.Contains("would not be published", dry.Errors, StringComparison.Ordinal);
        Assert.Contains("usage source change pbx", other.Errors, StringComparison.Ordinal);
        Assert.Contains("--back-dated", backDated.Errors, StringComparison.Ordinal);
        Assert.Contains("2026-09-30T22:00:00Z", wanted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_sold_and_to_whom_is_changed_shown_and_ended_at_the_command_line()
    {
        using var folder = new WorkFolder();
        await Commands.SucceedAsync(folder.Path, "migrate");
        await Commands.SucceedAsync(folder.Path, "clock", "--set", "2026-11-20T06:00:00Z");
        await Commands.SucceedAsync(folder.Path, "catalog", "publish", Path.Combine(Commands.Root, "catalogs", "demo"),
            "--effective-from", "2026-01-01");
        foreach (var command in new[]
        {
            "seller add nord --name Nord --country DE --currency EUR --time-zone Europe/Berlin",
            "seller change nord --creditor-id DE98ZZZ09999999999", "seller change nord --phone 0301",
            "customer add --name Ada --external-key C-1 --country DE --organisation --city Kiel",
            "customer change C-1 --organisation false --street Hof",
            "account add C-1 --external-key A-1 --opened-on 2026-10-01",
            "subscription add A-1 mobile-s --external-key S-1 --identity msisdn=491701234567 --at 2026-10-05",
            "identity change S-1 msisdn=491701234567 msisdn=491709999999 --at 2026-11-10",
            "subscription end S-1 --at 2026-12-01", "usage source add pbx --file-format asterisk-csv",
        })
        {
            await Commands.SucceedAsync(folder.Path, command.Split(' '));
        }
        async Task<string> ShowAsync(string command) =>
            await Commands.SucceedAsync(folder.Path, [.. command.Split(' '), "--format", "json"]);

        var seller = await ShowAsync("seller show nord");
        Assert.Contains("DE98ZZZ09999999999", seller, StringComparison.Ordinal);
        Assert.Contains("0301", seller, StringComparison.Ordinal);
        var customer = await ShowAsync("customer show C-1");
        Assert.Contains("\"organisation\": false", customer, StringComparison.Ordinal);
        Assert.Contains("Kiel", customer, StringComparison.Ordinal);
        Assert.Contains("msisdn=491709999999 from 2026-11-09T23:00:00Z to 2026-11-30T23:00:00Z",
            await ShowAsync("subscription show S-1"), StringComparison.Ordinal);
        Assert.Contains("S-1", await ShowAsync("identity show msisdn=491701234567 --at 2026-11-01"), StringComparison.Ordinal);
        var account = await ShowAsync("account show A-1");
        Assert.Contains("mobile-s 491709999999 (ends 2026-11-30T23:00:00Z)", account, StringComparison.Ordinal);
        var ended = await Commands.RunAsync(folder.Path, "subscription", "end", "S-1");
        Assert.Contains("has an end already: 2026-11-30T23:00:00Z", ended.Errors, StringComparison.Ordinal);

        await Commands.SucceedAsync(folder.Path, "usage", "source", "end", "pbx");
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "a.csv"), "x\n");
        var late = await Commands.RunAsync(folder.Path, "usage", "import", "a.csv", "--source", "pbx");
        Assert.Contains("'pbx' has ended at 2026-11-20T06:00:00Z; nothing of a.csv was imported", late.Errors,
            StringComparison.Ordinal);
        await Commands.SucceedAsync(folder.Path, "customer", "end", "C-1");
        await Commands.SucceedAsync(folder.Path, "seller", "end", "nord");
    }

    [Fact]
    public async Task A_date_is_midnight_in_the_zone_of_the_account_and_open_bills_are_shown()
    {
        using var folder = new WorkFolder();
        var demo = Path.Combine(Commands.Root, "catalogs", "demo");
        await Commands.SucceedAsync(folder.Path, "migrate");
        await Commands.SucceedAsync(folder.Path, "clock", "--set", "2026-11-01T06:00:00Z");
        await Commands.SucceedAsync(folder.Path, "catalog", "publish", demo, "--effective-from", "2026-01-01");
        await Commands.SucceedAsync(folder.Path, "seller", "add", "main", "--name", "Main", "--country", "DE",
            "--currency", "EUR",
            "--time-zone", "Europe/Berlin");
        await Commands.SucceedAsync(folder.Path, "customer", "add", "--name", "Ada", "--external-key", "C-1",
            "--country", "DE");
        await Commands.SucceedAsync(folder.Path, "account", "add", "C-1", "--external-key", "A-1", "--opened-on",
            "2026-10-01", "--time-zone", "America/New_York");
        await Commands.SucceedAsync(folder.Path, "subscription", "add", "A-1", "mobile-s", "--external-key", "S-1", "--at",
            "2026-10-11");
        await Commands.SucceedAsync(folder.Path, "subscription", "end", "S-1", "--at", "2026-10-20");
        await Commands.SucceedAsync(folder.Path, "bill", "run", "--cycle-day", "1", "--date", "2026-11-01");
        await Commands.SucceedAsync(folder.Path, "bill", "accept", "last");
        await Commands.SucceedAsync(folder.Path, "bill", "issue", "last");

        var shown = await Commands.SucceedAsync(folder.Path, "account", "show", "A-1", "--format", "json");
        var text = await Commands.SucceedAsync(folder.Path, "account", "show", "A-1");

        Assert.Contains("ended 2026-10-20T04:00:00Z", shown, StringComparison.Ordinal);
        Assert.Contains("\"openBills\"", shown, StringComparison.Ordinal);
        Assert.Contains("Open bills", text, StringComparison.Ordinal);
        Assert.Contains("2026-11-15", text, StringComparison.Ordinal);
        Assert.Contains("The customer owes", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_demo_of_two_customers_says_that_there_is_nothing_to_bill()
    {
        using var folder = new WorkFolder();

        var answer = await Commands.RunAsync(
            folder.Path, "demo", "--customers", "2", "--no-serve", "--out", Path.Combine(folder.Path, "demo"));

        Assert.Equal(0, answer.ExitCode);
        Assert.DoesNotContain("( to )", answer.Errors + answer.Output, StringComparison.Ordinal);
        Assert.Contains("had anything to bill", answer.Errors, StringComparison.Ordinal);
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }
    }
}
