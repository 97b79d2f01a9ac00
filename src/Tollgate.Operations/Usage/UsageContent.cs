using System.IO.Compression;

namespace Tollgate.Operations.Usage;

/// <summary>
/// The text of a usage file, plain or gzip (by its first two bytes). An archive that breaks off reads as if its text ended there,
/// and <see cref="BrokenOff"/> says so; one whose bytes are wrong throws <see cref="InvalidDataException"/>.
/// </summary>
internal sealed class UsageContent : IAsyncDisposable
{
    private readonly Stream text;
    private readonly ArchiveBytes? archive;
    private readonly string path;

    private UsageContent(string path, Stream text, ArchiveBytes? archive) =>
        (this.path, this.text, this.archive) = (path, text, archive);

    /// <summary>True once the end was read and the archive's end mark was not there.</summary>
    internal bool BrokenOff { get; private set; }

    /// <summary>Opens a file at a position of its text.</summary>
    internal static async Task<UsageContent> OpenAsync(string path, long position, CancellationToken cancel)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 128 * 1024,
            FileOptions.SequentialScan);
        var zipped = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        if (!zipped)
        {
            file.Position = position;
            return new UsageContent(path, file, null);
        }
        file.Position = 0;
        var zip = new ArchiveBytes(file);
        var content = new UsageContent(path, new GZipStream(zip, CompressionMode.Decompress), zip);
        var skipped = new byte[64 * 1024];
        for (var left = position; left > 0;)
        {
            var read = await content.ReadAsync(skipped.AsMemory(0, (int)Math.Min(left, skipped.Length)), cancel);
            left -= read;
            if (read == 0)
            {
                await content.DisposeAsync();
                throw new InvalidDataException($"{path} is shorter than the position {position} where its import stopped.");
            }
        }
        return content;
    }

    /// <summary>The next bytes; 0 at the end.</summary>
    internal async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        if (BrokenOff)
        {
            return 0;
        }
        try
        {
            return await text.ReadAsync(buffer, cancel);
        }
        catch (InvalidDataException) when (archive is { EndSeen: true })
        {
            // More was asked for than the file has: it is cut, not wrong.
            BrokenOff = true;
            return 0;
        }
        catch (InvalidDataException wrong)
        {
            throw new InvalidDataException(
                $"{path} is damaged: it cannot be decompressed, or its check sum differs. Have it sent again.",
                wrong);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await text.DisposeAsync();
        if (archive is not null)
        {
            await archive.DisposeAsync();
        }
    }

    /// <summary>The compressed bytes; remembers that their end was read.</summary>
    private sealed class ArchiveBytes(FileStream file) : Stream
    {
        internal bool EndSeen { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Seen(file.Read(buffer, offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Seen(await file.ReadAsync(buffer, cancellationToken));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await file.DisposeAsync();
            await base.DisposeAsync();
        }

        private int Seen(int read)
        {
            EndSeen |= read == 0;
            return read;
        }
    }
}
