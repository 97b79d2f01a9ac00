namespace Tollgate.Scenarios;

/// <summary>Billing at the command line: what an operator types, and what is said when it does not fit.</summary>
public sealed class BillingCommandTests
{
    private const string Catalogue = """
        catalog: { code: shop, currency: EUR, timeZone: Europe/Berlin }
        taxes: [ { code: standard, name: VAT, rates: [ { country: DE, percent: 19, from: 2007-01-01 } ] } ]
        offers:
          - code: fibre
            name: Fibre
            recurring: [ { code: fee, name: Fee, amount: 40.00, tax: standard, revenueAccount: 4100-subscriptions } ]
          - { code: mobile, name: Mobile }
          - { code: tv, name: TV, addOnTo: [fibre] }
        """;

    [Fact]
    public async Task Add_ons_need_their_base_accounts_go_to_empty_days_and_subscriptions_to_other_customers()
    {
        using var folder = new WorkFolder();
        Task<string> DoAsync(string line) => Commands.SucceedAsync(folder.Path, line.Split(' '));
        Task<Answer> TryAsync(string line) => Commands.RunAsync(folder.Path, line.Split(' '));
        Directory.CreateDirectory(Path.Combine(folder.Path, "shop"));
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "shop", "catalogue.yaml"), Catalogue, TestContext.Current.CancellationToken);
        await DoAsync("migrate");
        await DoAsync("clock --set 2026-11-01T06:00:00Z");
        await DoAsync("catalog publish shop --effective-from 2026-01-01");
        await DoAsync("seller add main --name Main --country DE --currency EUR --time-zone Europe/Berlin");
        await DoAsync("customer add --name Ada --external-key C-1 --country DE");
        await DoAsync("customer add --name Ben --external-key C-2 --country DE");
        await DoAsync("account add C-1 --external-key A-1 --cycle-day 1 --opened-on 2026-10-01");
        await DoAsync("account add C-2 --external-key A-2 --cycle least-loaded --opened-on 2026-10-01");
        Assert.Contains("\"cycleDay\": 2", await DoAsync("account show A-2 --format json"), StringComparison.OrdinalIgnoreCase);
        await DoAsync("subscription add A-1 fibre --external-key S-1 --at 2026-10-01");
        await DoAsync("subscription add A-1 mobile --external-key S-2 --at 2026-10-01");

        var alone = await TryAsync("subscription add A-1 tv");
        Assert.Contains("'tv' is an add-on to fibre", alone.Errors, StringComparison.Ordinal);
        var other = await TryAsync("subscription add A-1 tv --base S-2");
        Assert.Contains("has 'mobile' then", other.Errors, StringComparison.Ordinal);
        await DoAsync("subscription add A-1 tv --base S-1 --external-key S-3 --at 2026-10-01");

        await Commands.SucceedAsync(folder.Path, "account", "change", "A-1", "--bill-threshold", "50 EUR");
        var threshold = await Commands.RunAsync(folder.Path, "account", "change", "A-1", "--bill-threshold", "50 CHF");
        Assert.Contains("Give an amount in EUR", threshold.Errors, StringComparison.Ordinal);
        var term = await TryAsync("subscription end S-1 --when term-end");
        Assert.Contains("'fibre' has no minimum term", term.Errors, StringComparison.Ordinal);
        var bills = await TryAsync("account add C-2 --external-key A-3 --bills-to A-1");
        Assert.Contains("belongs to another customer", bills.Errors, StringComparison.Ordinal);
        var pays = await TryAsync("payment record A-1 --amount 20 --channel cash --date 2026-12-24 --key p-1");
        Assert.Contains("2026-12-24 has not come yet", pays.Errors, StringComparison.Ordinal);
        Assert.All([alone, other, threshold, term, bills, pays], answer => Assert.Equal(1, answer.ExitCode));

        await DoAsync("subscription transfer S-1 A-2 --at 2026-10-17");
        Assert.Contains("came from another customer", await DoAsync("subscription history S-1"), StringComparison.Ordinal);
        Assert.Contains("Accounts due", await DoAsync("bill close --cycle-day 1 --date 2026-11-01"), StringComparison.Ordinal);
        Assert.Contains("2026-11-01", await DoAsync("bill cycles"), StringComparison.Ordinal);
    }
}
