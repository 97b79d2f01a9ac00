using Microsoft.Playwright;

namespace Tollgate.Web.Tests;

/// <summary>One Chromium and one filled console for all tests of a class; <see cref="Missing"/> says why there is none.</summary>
public sealed class ConsoleBrowser : IAsyncLifetime
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? playwright;
    private IBrowser? browser;
    private ConsoleServer? server;

    /// <summary>Why the tests that need a browser skip; null when there is one.</summary>
    public string? Missing { get; private set; }

    public ConsoleServer Server => server!;

    public async ValueTask InitializeAsync()
    {
        var program = FindChromium();
        if (program is null)
        {
            Missing = "There is no Chromium: install it (Debian: apt-get install chromium) or name it by TOLLGATE_TEST_CHROMIUM.";
            return;
        }
        server = await ConsoleServer.StartAsync(filled: true);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions { ExecutablePath = program, Args = Arguments, Timeout = 120_000 });
    }

    /// <summary>A new page of this size at the console's first page, in a browser profile of its own.</summary>
    public async Task<ConsolePage> OpenAsync(int width, int height, ColorScheme scheme = ColorScheme.Light, string path = "/")
    {
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme, Locale = "de-DE",
        });
        context.SetDefaultTimeout(60_000);
        var page = new ConsolePage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(
            new Uri(Server.Address, path).ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.Load });
        await page.SaveAsync($"{width}-{scheme}");
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await (browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        playwright?.Dispose();
        await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static string? FindChromium()
    {
        var named = Environment.GetEnvironmentVariable("TOLLGATE_TEST_CHROMIUM");
        string[] names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)));
        return string.IsNullOrEmpty(named) ? found.FirstOrDefault(File.Exists) : named;
    }
}

/// <summary>A page with everything that the browser complained about.</summary>
public sealed class ConsolePage : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly List<string> complaints = [];
    private readonly List<string> requests = [];

    public ConsolePage(IBrowserContext context, IPage page)
    {
        (this.context, Page) = (context, page);
        page.Console += (_, message) => complaints.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => complaints.Add(error);
        page.RequestFailed += (_, request) => complaints.Add($"{request.Url}: {request.Failure}");
        page.Request += (_, request) => requests.Add(request.Url);
        page.Response += (_, response) =>
            complaints.AddRange(response.Status >= 400 ? [$"{response.Url}: {response.Status}"] : []);
    }

    public IPage Page { get; }

    public IReadOnlyList<string> Complaints => complaints;

    public IReadOnlyList<string> Requests => requests;

    /// <summary>The text of every cell of a table's body, or of another part of it, row by row.</summary>
    public Task<string[][]> CellsAsync(string table, string part = "tbody") => Page.EvaluateAsync<string[][]>(
        "([table, part]) => [...document.querySelectorAll(`table[data-table=${table}] ${part} tr`)]"
        + ".map(row => [...row.cells].map(cell => cell.textContent.trim()))", new[] { table, part });

    /// <summary>Writes a picture of the whole page to the folder that <c>TOLLGATE_TEST_SCREENSHOTS</c> names, if it
    /// does.</summary>
    public async Task SaveAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("TOLLGATE_TEST_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        }
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
