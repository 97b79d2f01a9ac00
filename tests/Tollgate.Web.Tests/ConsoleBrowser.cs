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
    public async Task<ConsolePage> OpenAsync(int width, int height, ColorScheme scheme = ColorScheme.Light, string path = "/",
        ConsoleServer? at = null)
    {
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme, Locale = "de-DE",
        });
        context.SetDefaultTimeout(60_000);
        var page = new ConsolePage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(
            new Uri((at ?? Server).Address, path).ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.Load });
        await page.SaveAsync($"{(path == "/" ? "" : path.Trim('/').Replace('/', '-') + "-")}{width}-{scheme}");
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
    /// <summary>Text that is hard to read: contrast below 4.5 : 1 (WCAG 2.2, 1.4.3).</summary>
    private const string FaintText =
        """
        () => {
          const parse = text => (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
          const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
            .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = element => {
            for (let at = element; at; at = at.parentElement) {
              const color = parse(getComputedStyle(at).backgroundColor);
              if (color.length < 4 || color[3] > 0) return color;
            }
            return [255, 255, 255];
          };
          document.querySelectorAll('details').forEach(part => part.open = true);
          const faint = [];
          for (const element of document.body.querySelectorAll('*')) {
            const own = [...element.childNodes].filter(node => node.nodeType === 3).map(node => node.data.trim()).join('');
            const box = element.getBoundingClientRect();
            if (!own || !box.width || !box.height || element.closest('title')) continue;
            const style = getComputedStyle(element);
            const [a, b] = [light(parse(element.closest('svg') ? style.fill : style.color)), light(ground(element))];
            const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (contrast < 4.5) faint.push(`${own.slice(0, 40)}: ${contrast.toFixed(2)}`);
          }
          return faint;
        }
        """;

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

    /// <summary>Texts whose contrast to their ground is too low.</summary>
    public Task<string[]> FaintTextAsync() => Page.EvaluateAsync<string[]>(FaintText);

    /// <summary>Parts that reach beyond the right edge of the screen, with all details open; and the page, when it scrolls
    /// sideways.</summary>
    public Task<string[]> TooWideAsync() => Page.EvaluateAsync<string[]>(
        """
        () => {
          document.querySelectorAll('details').forEach(part => part.open = true);
          const width = document.documentElement.clientWidth;
          const scrolls = document.documentElement.scrollWidth > width ? ['the page'] : [];
          return scrolls.concat([...document.querySelectorAll('main *, footer, header')]
            .filter(part => part.getBoundingClientRect().right > width + 0.5)
            .map(part => part.tagName + ' ' + part.textContent.slice(0, 40)));
        }
        """);

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
