using System.Text;
using System.Text.Unicode;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Reading;

/// <summary>What became of one record: usage, ignored with a reason, or rejected with a reason and its words.</summary>
internal readonly record struct Decoded(UsageRecord? Usage, string? Ignored, HoldReason Reason, string Detail)
{
    internal const int KeptText = 16 * 1024;

    internal static Decoded Of(UsageRecord usage) => new(usage, null, default, "");

    internal static Decoded Ignore(string reason) => new(null, reason, default, "");

    internal static Decoded Reject(HoldReason reason, string detail) => new(null, null, reason, detail);

    /// <summary>The record as text for people: UTF-8, or Latin-1 when it is not valid UTF-8; at most 16 KiB, cut at a character. NUL,
    /// which databases refuse in text, is shown as U+2400.</summary>
    internal static string Text(ReadOnlySpan<byte> record)
    {
        var kept = record;
        if (kept.Length > KeptText)
        {
            var end = KeptText;
            while (end > KeptText - 4 && (record[end] & 0xC0) == 0x80)
            {
                end--;
            }
            kept = record[..end];
        }
        var text = Utf8.IsValid(kept) ? Encoding.UTF8.GetString(kept) : Encoding.Latin1.GetString(kept);
        return text.Replace('\0', '\u2400');
    }

    /// <summary>A field's value inside a message: at most 60 characters.</summary>
    internal static string Show(ReadOnlySpan<byte> value) => value.Length <= 60 ? Text(value) : Text(value[..60]) + "…";
}
