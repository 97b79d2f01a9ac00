using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Tollgate.Catalog;

/// <summary>The files of one catalogue version as one immutable blob, as storage keeps them.</summary>
/// <param name="Hash">SHA-256 over the names and contents, 64 lower-case hex digits. The same files have the same hash in any
/// order.</param>
/// <param name="Blob">Begins with <c>TGC1</c> and the 32 bytes of the hash; the rest is compressed (Brotli).</param>
public sealed record CataloguePackage(string Hash, ImmutableArray<byte> Blob)
{
    /// <summary>Largest sum of all files: 256 MiB.</summary>
    public const int LargestContent = 256 * 1024 * 1024;

    private const int HashLength = 32;
    private const int BrotliQuality = 5;
    private const int BrotliWindow = 22;

    private static readonly byte[] Mark = "TGC1"u8.ToArray();

    /// <summary>Packs files; the bytes depend on names and contents only.</summary>
    /// <exception cref="ArgumentException">A name comes twice, leads out of the folder, or all is larger than
    /// <see cref="LargestContent"/>.</exception>
    public static CataloguePackage Pack(IEnumerable<CatalogueFile> files)
    {
        var content = Content([.. files.OrderBy(file => file.Name, StringComparer.Ordinal)]);
        var hash = SHA256.HashData(content);
        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(content.Length)];
        if (!BrotliEncoder.TryCompress(content, compressed, out var length, BrotliQuality, BrotliWindow))
        {
            throw new InvalidOperationException("Compression needs more room than its own bound.");
        }
        return new CataloguePackage(Convert.ToHexStringLower(hash), [.. Mark, .. hash, .. compressed.AsSpan(0, length)]);
    }

    /// <summary>The files of a blob, by name.</summary>
    /// <exception cref="InvalidDataException">These bytes are no package, or were damaged.</exception>
    public static ImmutableArray<CatalogueFile> Unpack(ReadOnlySpan<byte> blob)
    {
        if (blob.Length < Mark.Length + HashLength || !blob.StartsWith(Mark))
        {
            throw new InvalidDataException("These bytes are not a catalogue package.");
        }
        var content = Decompress(blob[(Mark.Length + HashLength)..]);
        if (!SHA256.HashData(content).AsSpan().SequenceEqual(blob.Slice(Mark.Length, HashLength)))
        {
            throw new InvalidDataException("The catalogue package is damaged: its content does not have the hash that it names.");
        }
        return Files(content);
    }

    /// <summary>True for a relative name with <c>/</c> between parts that stays inside the folder.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 250 && !name.Contains('\\', StringComparison.Ordinal) && !name.Any(char.IsControl)
        && !name.Contains(':', StringComparison.Ordinal) && name.Split('/').All(part => part is not ("" or "." or ".."));

    /// <summary>Per file: length of the name, name, length of the content, content; lengths are 32-bit big-endian.</summary>
    private static byte[] Content(CatalogueFile[] files)
    {
        var size = 0L;
        for (var i = 0; i < files.Length; i++)
        {
            if (!IsName(files[i].Name) || (i > 0 && files[i].Name == files[i - 1].Name))
            {
                throw new ArgumentException($"The name '{files[i].Name}' comes twice or leads out of the folder.", nameof(files));
            }
            size += 8L + Encoding.UTF8.GetByteCount(files[i].Name) + files[i].Content.Length;
        }
        if (size > LargestContent)
        {
            throw new ArgumentException("The catalogue is larger than 256 MiB.", nameof(files));
        }
        var content = new byte[size];
        var rest = content.AsSpan();
        foreach (var file in files)
        {
            rest = Append(Append(rest, Encoding.UTF8.GetBytes(file.Name)), file.Content.Span);
        }
        return content;
    }

    private static Span<byte> Append(Span<byte> target, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(target, bytes.Length);
        bytes.CopyTo(target[4..]);
        return target[(4 + bytes.Length)..];
    }

    private static byte[] Decompress(ReadOnlySpan<byte> compressed)
    {
        using var source = new MemoryStream(compressed.ToArray());
        using var brotli = new BrotliStream(source, CompressionMode.Decompress);
        using var target = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = brotli.Read(buffer)) > 0;)
            {
                if (target.Length + read > LargestContent)
                {
                    throw new InvalidDataException("The catalogue package is larger than 256 MiB.");
                }
                target.Write(buffer, 0, read);
            }
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidDataException("The catalogue package is damaged: it cannot be decompressed.", exception);
        }
        return target.ToArray();
    }

    private static ImmutableArray<CatalogueFile> Files(byte[] content)
    {
        var files = ImmutableArray.CreateBuilder<CatalogueFile>();
        for (var at = 0; at < content.Length;)
        {
            var name = Encoding.UTF8.GetString(Part(content, ref at).Span);
            files.Add(new CatalogueFile(name, Part(content, ref at)));
        }
        return files.ToImmutable();
    }

    private static ReadOnlyMemory<byte> Part(byte[] content, ref int at)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(at, 4));
        var part = content.AsMemory(at + 4, length);
        at += 4 + length;
        return part;
    }
}
