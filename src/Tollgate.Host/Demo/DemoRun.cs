using System.Globalization;
using NodaTime;
using Tollgate.Host.Cli;
using Tollgate.Ledger;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Customers.Onboarding;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;

namespace Tollgate.Host.Demo;

/// <summary>What the demo is to make.</summary>
/// <param name="Customers">How many.</param>
/// <param name="Seed">Same seed, same operator, same bytes of invoice data.</param>
/// <param name="Folder">Where files go.</param>
internal sealed record DemoOptions(int Customers, ulong Seed, string Folder);

/// <summary>
/// The demo's story, on the real operations: customers sign up in September and October 2026; the first bills go out on 1 October
/// and are mostly paid; October's usage comes in; on 1 November the cycle of the day is billed, issued and sent.
/// </summary>
internal sealed class DemoRun(Database database, DemoOptions options, DemoStage stage)
{
    private const int CycleDay = 1;

    private static readonly LocalDate FirstBill = new(2026, 10, 1);
    private static readonly LocalDate SecondBill = new(2026, 11, 1);

    private readonly IdBlock ids = new(database);
    private readonly TenantId tenant = new(1);
    private readonly DemoRandom random = new(options.Seed);
    private DateTimeZone zone = DateTimeZone.Utc;
    private CatalogueTimeline catalogue = new([]);
    private List<DemoSubscriber> subscribers = [];

    /// <summary>Where the PDF files of the sent bills are.</summary>
    internal string BillFolder => Path.Combine(options.Folder, "bills");

    internal async Task RunAsync(CancellationToken cancel)
    {
        await PublishAsync(cancel);
        await OnboardAsync(cancel);
        await BillAsync(FirstBill, cancel);
        await PayAsync(cancel);
        await UsageAsync(cancel);
        await BillAsync(SecondBill, cancel);
        await TenantClock.SetAsync(database, tenant, End, cancel);
    }

    /// <summary>When the story ends; the tenant's clock stands there.</summary>
    internal Instant End => At(SecondBill, 9);

    /// <summary>A context that lives at a time of the story.</summary>
    internal OperationContext Context(Instant time) =>
        new(database, ids, new StoryClock(time), tenant, "demo");

    private async Task PublishAsync(CancellationToken cancel) => await stage.RunAsync("Catalogue", async _ =>
    {
        var files = CatalogueFolder.Read(Path.Combine(AppContext.BaseDirectory, "catalogs", "demo"));
        var context = Context(Instant.FromUtc(2026, 1, 1, 0, 0));
        await PublishCatalogue.RunAsync(context, files, Instant.FromUtc(2025, 12, 31, 23, 0), 0, "demo", cancel).OrRefuseAsync();
        catalogue = await CatalogueVersions.LoadAsync(context, cancel);
        var source = catalogue.Entries[0].Compiled.Source;
        zone = source.TimeZone;
        return string.Create(CultureInfo.InvariantCulture,
            $"{source.Offers.Length} offers, {source.Decks.Sum(deck => deck.Rows.Length)} prefixes, {source.Examples.Length} "
                + $"examples hold");
    });

    private async Task OnboardAsync(CancellationToken cancel) => await stage.RunAsync("Customers", async progress =>
    {
        var context = Context(At(new LocalDate(2026, 9, 1), 6));
        await CreateSeller.RunAsync(context, DemoSeller.Make(), "demo-seller", cancel).OrRefuseAsync();
        subscribers = new DemoPeople(random.Fork(1)).Make(options.Customers);
        var folder = Path.Combine(options.Folder, "onboarding");
        DemoOnboarding.Write(folder, subscribers, random.Fork(2));
        var report = await OnboardCustomers.RunAsync(
            context, folder, PublishedOffers.Of(context), new OnboardingOptions(), progress, cancel);
        if (report.Refused)
        {
            throw new CommandRefusedException($"The demo's customers were refused: {report.Findings.FirstOrDefault()}");
        }
        return string.Create(CultureInfo.InvariantCulture, $"{report.Created} customers on 31 bill cycles");
    });

    private async Task UsageAsync(CancellationToken cancel)
    {
        var folder = Path.Combine(options.Folder, "usage");
        var files = new List<DemoFile>();
        await stage.RunAsync("Usage of October", progress =>
        {
            var deck = catalogue.Entries[0].Compiled.Source.Decks.First(one => one.Code == "international");
            var events = new DemoEvents(subscribers, deck, random.Fork(3));
            var writer = new DemoFiles(folder, zone, random.Fork(4));
            var done = 0;
            for (var from = FirstBill; from < SecondBill; from = from.PlusDays(7))
            {
                files.AddRange(writer.Write(from, LocalDate.Min(from.PlusDays(7), SecondBill), events,
                    days => progress.Report(new Progress(done += days, 31, "days"))));
            }
            return Task.FromResult(
                string.Create(CultureInfo.InvariantCulture, $"{writer.Records} records in {files.Count} files"));
        });
        files.Add(SentAgain(files[0]));
        await stage.RunAsync("Import", progress => ImportAsync(files, progress, cancel));
    }

    /// <summary>The same content under another name, as it happens after a restart of a collector.</summary>
    private static DemoFile SentAgain(DemoFile file)
    {
        var path = Path.Combine(Path.GetDirectoryName(file.Path)!, "resent-" + Path.GetFileName(file.Path));
        File.Copy(file.Path, path, overwrite: true);
        return file with { Path = path };
    }

    private async Task<string> ImportAsync(List<DemoFile> files, IProgress<Progress> progress, CancellationToken cancel)
    {
        var context = Context(At(SecondBill, 2));
        var sources = DemoSources.All(zone)
            .ToDictionary(one => one.Code, StringComparer.Ordinal);
        foreach (var source in sources.Values)
        {
            await SourceStore.PutAsync(database, tenant, source, cancel);
        }
        await using var import = new UsageImport(context, catalogue);
        var (read, rated) = (0L, 0L);
        for (var i = 0; i < files.Count; i++)
        {
            var done = await import.RunAsync(sources[files[i].Source], files[i].Path, null, cancel).OrRefuseAsync();
            read += done.File.Read;
            rated += done.File.Rated;
            progress.Report(new Progress(i + 1, files.Count, "files"));
        }
        return string.Create(CultureInfo.InvariantCulture, $"{read} records read, {rated} rated");
    }

    private async Task BillAsync(LocalDate date, CancellationToken cancel)
    {
        var title = date.ToString("'Bills of 'd MMMM", CultureInfo.InvariantCulture);
        await stage.RunAsync(title, async progress =>
        {
            var context = Context(At(date, 6));
            var run = await RunBilling.RunAsync(context, catalogue, new RunBillingRequest(CycleDay, date), progress, cancel)
                .OrRefuseAsync();
            await AcceptDocuments.RunAsync(context, catalogue, run.Run, null, cancel).OrRefuseAsync();
            var issued = await IssueDocuments.RunAsync(context, run.Run, date, progress, cancel).OrRefuseAsync();
            var sent = await SendDocuments.RunAsync(context, run.Run, BillFolder, progress, cancel).OrRefuseAsync();
            return issued.Issued == 0
                ? "no account of this cycle had anything to bill"
                : string.Create(CultureInfo.InvariantCulture,
                    $"{issued.Issued} issued ({issued.FirstNumber} to {issued.LastNumber}), {sent.Paths.Count} sent as PDF");
        });
    }

    /// <summary>Most customers pay their first bill: some early, some only a part, some twice.</summary>
    private async Task PayAsync(CancellationToken cancel) => await stage.RunAsync("Payments", async progress =>
    {
        var context = Context(At(FirstBill.PlusDays(14), 18));
        var bills = await ReadDocuments.ListAsync(context, new DocumentFilter(Phase: "issued"), cancel);
        var payer = random.Fork(5);
        var count = 0;
        for (var i = 0; i < bills.Count; i++)
        {
            var part = payer.Weighted([82, 6, 2, 10]) switch { 0 => 1m, 1 => 0.5m, 2 => 2m, _ => 0m };
            var due = Money.FromMinor(bills[i].DueMinor, Units.Get(bills[i].Currency));
            var amount = (due * part).RoundToMinor(RoundingMode.HalfUp);
            var channel = payer.Chance(45) ? PaymentChannel.DirectDebit : PaymentChannel.Transfer;
            var received = FirstBill.PlusDays(3 + payer.Next(11));
            if (amount.Amount > 0)
            {
                await RecordPayment.RunAsync(
                    context, new PaymentRequest(bills[i].Account, amount, channel, received, $"bank-{bills[i].Number}",
                        bills[i].Number!),
                    cancel).OrRefuseAsync();
                count++;
            }
            progress.Report(new Progress(i + 1, bills.Count, "bills"));
        }
        return string.Create(CultureInfo.InvariantCulture, $"{count} recorded for {bills.Count} bills");
    });

    private Instant At(LocalDate date, int hour) => zone.AtLeniently(date.At(new LocalTime(hour, 0))).ToInstant();

    private sealed class StoryClock(Instant time) : IClock
    {
        public Instant GetCurrentInstant() => time;
    }
}
