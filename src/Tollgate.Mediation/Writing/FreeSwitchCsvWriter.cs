using System.Buffers;
using NodaTime;

namespace Tollgate.Mediation.Writing;

/// <summary>One row of FreeSWITCH <c>mod_cdr_csv</c>, template <c>example</c>; times are the server's local time, durations whole
/// seconds.</summary>
/// <param name="Answer">Null when the call was not answered.</param>
/// <param name="OtherUuid">Uuid of the second leg, or empty.</param>
public readonly record struct FreeSwitchRow(
    string CallerName, string CallerNumber, string Destination, string Context, LocalDateTime Start, LocalDateTime? Answer,
    LocalDateTime End, long Duration, long BillSeconds, string HangupCause, string Uuid, string OtherUuid, string AccountCode,
    string ReadCodec, string WriteCodec);

/// <summary>Writes rows of 15 columns, all in quotes, LF.</summary>
public static class FreeSwitchCsvWriter
{
    /// <summary>Appends one row with its line end.</summary>
    public static void Write(IBufferWriter<byte> output, in FreeSwitchRow row)
    {
        var size = 256 + (3 * (row.CallerName.Length + row.CallerNumber.Length + row.Destination.Length + row.Context.Length
            + row.HangupCause.Length + row.Uuid.Length + row.OtherUuid.Length + row.AccountCode.Length + row.ReadCodec.Length
            + row.WriteCodec.Length));
        var text = new Utf8Text(output.GetSpan(size));
        foreach (var field in (ReadOnlySpan<string>)[row.CallerName, row.CallerNumber, row.Destination, row.Context])
        {
            text.Quoted(field);
            text.Byte(',');
        }
        text.Byte('"');
        text.Stamp(row.Start);
        text.Raw("\",\""u8);
        if (row.Answer is { } answer)
        {
            text.Stamp(answer);
        }
        text.Raw("\",\""u8);
        text.Stamp(row.End);
        text.Raw("\",\""u8);
        text.Number(row.Duration);
        text.Raw("\",\""u8);
        text.Number(row.BillSeconds);
        text.Byte('"');
        foreach (var field in (ReadOnlySpan<string>)[row.HangupCause, row.Uuid, row.OtherUuid, row.AccountCode, row.ReadCodec, row.WriteCodec])
        {
            text.Byte(',');
            text.Quoted(field);
        }
        text.Byte('\n');
        output.Advance(text.Length);
    }
}
