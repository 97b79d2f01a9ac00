namespace Tollgate.Mediation;

/// <summary>
/// The control account of a file: every record that was read is exactly one of usage, rejected, ignored. <c>default</c> is an empty file.
/// </summary>
/// <param name="Read">Records found; blank lines and header rows are not records.</param>
/// <param name="Usage">Records that became usage, before duplicates are found.</param>
/// <param name="Rejected">Records that could not be decoded and are held.</param>
/// <param name="Ignored">Records that are by their nature not chargeable.</param>
public readonly record struct FileControl(long Read, long Usage, long Rejected, long Ignored)
{
    /// <summary>True when no record was lost or counted twice.</summary>
    public bool Balanced => Read == Usage + Rejected + Ignored;

    /// <summary>The sum of two parts of a file, or of two files.</summary>
    public FileControl Add(FileControl other) =>
        new(Read + other.Read, Usage + other.Usage, Rejected + other.Rejected, Ignored + other.Ignored);
}
