using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tollgate.Operations.Customers;

/// <summary>
/// What a request said, as a hash per field: enough to tell a replay from other content under the same key and to name the field
/// that differs, without keeping personal data. Empty fields are left out, so a field that is added later does not spoil old
/// fingerprints.
/// </summary>
public sealed class Fingerprint
{
    private readonly StringBuilder text = new(200);

    /// <summary>Adds a field; null and empty text are the same and leave no trace.</summary>
    public Fingerprint Add(string field, object? value)
    {
        var content = value is IFormattable formattable
            ? formattable.ToString(null, CultureInfo.InvariantCulture)
            : value?.ToString();
        if (string.IsNullOrEmpty(content))
        {
            return this;
        }
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(content), hash);
        if (text.Length > 0)
        {
            text.Append(' ');
        }
        text.Append(field).Append('=').Append(Convert.ToHexStringLower(hash[..6]));
        return this;
    }

    /// <summary><c>field=hash field=hash …</c></summary>
    public override string ToString() => text.ToString();

    /// <summary>The first field in which two fingerprints differ, or null when they are the same.</summary>
    public static string? Difference(string left, string right)
    {
        if (left == right)
        {
            return null;
        }
        var first = Fields(left);
        var second = Fields(right);
        return first.Keys.Concat(second.Keys).Distinct(StringComparer.Ordinal)
            .FirstOrDefault(field => first.GetValueOrDefault(field) != second.GetValueOrDefault(field));
    }

    private static Dictionary<string, string> Fields(string fingerprint) =>
        fingerprint.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2))
            .GroupBy(pair => pair[0], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => string.Join(' ', group.Select(pair => pair[^1])), StringComparer.Ordinal);
}
