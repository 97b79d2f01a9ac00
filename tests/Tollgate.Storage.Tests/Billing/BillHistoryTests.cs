using NodaTime;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;
using Tollgate.TestSupport;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>Random histories through the operations and the database, with bill runs in between: what always holds.</summary>
public sealed class BillHistoryTests(ITestOutputHelper output)
{
    private const int Customers = 6;
    private static readonly LocalDate End = October.PlusMonths(6);

    /// <summary>One database with some customers that a seed gives their histories.</summary>
    private sealed class World : IAsyncDisposable
    {
        private readonly List<(RandomHistory History, RandomHistory.Player Player)> customers = [];

        private World(BillingStory story) => Story = story;

        internal BillingStory Story { get; }

        internal int Done => customers.Sum(one => one.Player.Done);

        internal static async Task<World> CreateAsync(DatabaseKind kind, int seed, bool money)
        {
            var world = new World(await BillingStory.CreateAsync(kind));
            world.Story.Sell(RandomHistory.Catalogue);
            for (var i = 1; i <= Customers; i++)
            {
                var id = 100L * i;
                await world.Story.AddCustomerAsync(id);
                world.customers.Add((new RandomHistory(1000 * seed + i, id, money), new RandomHistory.Player(world.Story, id)));
            }
            return world;
        }

        internal async Task PlayAsync(LocalDate from, LocalDate to)
        {
            foreach (var (history, player) in customers)
            {
                await player.PlayAsync(history, from, to);
            }
        }

        internal string Told(int customer) => $"customer {customer} of seed:\n{customers[customer - 1].History.Text}";

        /// <summary>Everything charged and taken back so far, by account.</summary>
        internal Task<List<long>> SumsAsync() => Story.ReadAsync(
            "SELECT coalesce((SELECT sum(l.amount_minor) FROM document_line l JOIN document d ON d.customer_id = l.customer_id "
            + "AND d.document_id = l.document_id WHERE l.account_id = a.account_id AND d.phase = 'issued'), 0) "
            + "FROM billing_account a ORDER BY a.account_id");

        public ValueTask DisposeAsync() => Story.DisposeAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Any_history_is_billed_as_previewed_adds_up_and_repeated_runs_find_nothing(DatabaseKind kind)
    {
        for (var seed = 1; seed <= Effort.Of(2); seed++)
        {
            output.WriteLine($"seed {seed}");
            await using var world = await World.CreateAsync(kind, seed, money: true);
            for (var date = November; date <= End; date = date.PlusMonths(1))
            {
                await world.PlayAsync(date.PlusMonths(-1), date);
                await BillAsync(world, date);
            }
            Assert.True(world.Done > 15 * Customers / 2, $"Only {world.Done} acts of seed {seed} were possible.");
        }
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_bills_of_six_months_sum_to_one_late_bill(DatabaseKind kind)
    {
        for (var seed = 1; seed <= Effort.Of(2); seed++)
        {
            output.WriteLine($"seed {seed}");
            await using var monthly = await World.CreateAsync(kind, seed, money: false);
            await using var once = await World.CreateAsync(kind, seed, money: false);
            for (var date = November; date <= End; date = date.PlusMonths(1))
            {
                foreach (var world in new[] { monthly, once })
                {
                    await world.PlayAsync(date.PlusMonths(-1), date);
                }
                await monthly.Story.IssueAsync((await monthly.Story.BillAsync(date)).Run);
            }
            await once.Story.IssueAsync((await once.Story.BillAsync(End)).Run);

            var (many, single) = (await monthly.SumsAsync(), await once.SumsAsync());
            for (var i = 0; i < Customers; i++)
            {
                Assert.True(many[i] == single[i], $"{many[i]} by month, {single[i]} at once: {monthly.Told(i + 1)} {seed}");
            }
            await once.Story.AssertNothingMoreAsync(End);
            await once.Story.AssertBooksAsync();
        }
    }

    /// <summary>One bill run with everything that must hold of it.</summary>
    private static async Task BillAsync(World world, LocalDate date)
    {
        var story = world.Story;
        var previews = new Dictionary<long, BillPreview>();
        for (var i = 1; i <= Customers; i++)
        {
            var preview = await PreviewBill.RunAsync(
                story.On(date), story.Catalogues, new PreviewRequest(new AccountId(100 * i + 1)) { Date = date });
            Assert.True(preview.Refusal is null, $"{preview.Refusal?.Message} {world.Told(i)}");
            previews.Add(100 * i + 1, preview.Value!);
        }
        var run = await story.BillAsync(date);
        Assert.Equal((Customers, 0), (run.Accounts, run.Parked));

        // Cancelled and made anew it is the same.
        var first = await DraftsAsync(story);
        await CancelDocuments.RunAsync(story.Context, [.. (await story.DocumentsAsync("draft")).Select(one => one.Id)]);
        await story.BillAsync(date);
        Assert.Equal(first, await DraftsAsync(story));
        foreach (var (account, preview) in previews)
        {
            var head = (await story.DocumentsAsync("draft")).SingleOrDefault(one => one.Account.Value == account);
            Assert.Equal((preview.Net.ToMinor(), preview.Tax.ToMinor(), preview.Due.ToMinor()),
                (head?.NetMinor ?? 0, head?.TaxMinor ?? 0, head?.DueMinor ?? 0));
        }
        await story.IssueAsync(run.Run);
        await story.AssertNothingMoreAsync(date);
        Assert.Empty(await story.ReadAsync(
            "SELECT d.document_id FROM document d WHERE d.net_minor <> (SELECT sum(l.net_minor) FROM document_line l WHERE "
            + "l.customer_id = d.customer_id AND l.document_id = d.document_id) OR d.gross_minor <> d.net_minor + d.tax_minor OR "
            + "d.tax_minor <> (SELECT coalesce(sum(t.tax_minor), 0) FROM document_tax t WHERE t.customer_id = d.customer_id AND "
            + "t.document_id = d.document_id)"));
        await story.AssertBooksAsync();
    }

    private static Task<List<long>> DraftsAsync(BillingStory story) => story.ReadAsync(
        "SELECT l.amount_minor FROM document_line l JOIN document d ON d.document_id = l.document_id AND d.customer_id = "
        + "l.customer_id WHERE d.phase = 'draft' ORDER BY l.account_id, l.line_no");
}
