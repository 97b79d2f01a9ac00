namespace Tollgate.Host.Cli;

/// <summary>Where a command writes: results to one stream, words about the work to the other.</summary>
public sealed class Terminal
{
    private readonly Func<Stream> open;

    private Terminal(TextWriter output, TextWriter errors, Func<Stream> open, bool isPiped, bool errorIsPiped)
    {
        (Out, Error, this.open) = (output, errors, open);
        (IsPiped, ErrorIsPiped) = (isPiped, errorIsPiped);
    }

    /// <summary>Results: tables, JSON, files.</summary>
    public TextWriter Out { get; }

    /// <summary>Refusals, and words for people where results are for programs.</summary>
    public TextWriter Error { get; }

    /// <summary>True where no person looks at the results: they have no width, and no colours.</summary>
    public bool IsPiped { get; }

    /// <summary>True where no person sees words about the work: no bars.</summary>
    public bool ErrorIsPiped { get; }

    /// <summary>Columns of a pipe that is read by a person; null: a pipe has no width, and a terminal knows its own.</summary>
    public int? Width { get; init; }

    /// <summary>The process's own.</summary>
    public static Terminal Standard() =>
        new(Console.Out, Console.Error, Console.OpenStandardOutput, Console.IsOutputRedirected, Console.IsErrorRedirected);

    /// <summary>One that keeps what is written, as UTF-8.</summary>
    public static Terminal To(Stream output, Stream errors, int? width = null) =>
        new(Writer(output), Writer(errors), () => output, true, true) { Width = width };

    /// <summary>The results' bytes, for writers that make text on their own.</summary>
    public Stream OpenOutput() => open();

    private static StreamWriter Writer(Stream stream) => new(stream) { AutoFlush = true };
}
