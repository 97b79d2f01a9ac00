using System.Buffers;
using NodaTime;

namespace Tollgate.Mediation.Writing;

/// <summary>One row of Asterisk <c>cdr_csv</c>; times are the server's local time, durations whole seconds.</summary>
/// <param name="Answer">Null when the call was not answered.</param>
/// <param name="Disposition">E.g. <c>ANSWERED</c>, <c>NO ANSWER</c>, <c>BUSY</c>, <c>FAILED</c>.</param>
public readonly record struct AsteriskCall(
    string AccountCode, string Source, string Destination, string Context, string CallerId, string Channel, string DestinationChannel,
    string LastApplication, string LastData, LocalDateTime Start, LocalDateTime? Answer, LocalDateTime End, long Duration, long BillSeconds,
    string Disposition, string AmaFlags, string UniqueId, string UserField);

/// <summary>Writes rows as Asterisk does with <c>loguniqueid</c> and <c>loguserfield</c>: 18 columns, text in quotes, LF.</summary>
public static class AsteriskCsvWriter
{
    /// <summary>Appends one row with its line end.</summary>
    public static void Write(IBufferWriter<byte> output, in AsteriskCall call)
    {
        var size = 256 + (3 * (call.AccountCode.Length + call.Source.Length + call.Destination.Length + call.Context.Length
            + call.CallerId.Length + call.Channel.Length + call.DestinationChannel.Length + call.LastApplication.Length
            + call.LastData.Length + call.Disposition.Length + call.AmaFlags.Length + call.UniqueId.Length + call.UserField.Length));
        var text = new Utf8Text(output.GetSpan(size));
        foreach (var field in (ReadOnlySpan<string>)[call.AccountCode, call.Source, call.Destination, call.Context, call.CallerId,
            call.Channel, call.DestinationChannel, call.LastApplication, call.LastData])
        {
            text.Quoted(field);
            text.Byte(',');
        }
        text.Byte('"');
        text.Stamp(call.Start);
        text.Raw("\",\""u8);
        if (call.Answer is { } answer)
        {
            text.Stamp(answer);
        }
        text.Raw("\",\""u8);
        text.Stamp(call.End);
        text.Raw("\","u8);
        text.Number(call.Duration);
        text.Byte(',');
        text.Number(call.BillSeconds);
        foreach (var field in (ReadOnlySpan<string>)[call.Disposition, call.AmaFlags, call.UniqueId, call.UserField])
        {
            text.Byte(',');
            text.Quoted(field);
        }
        text.Byte('\n');
        output.Advance(text.Length);
    }
}
