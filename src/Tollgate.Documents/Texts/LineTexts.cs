using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NodaTime.Text;
using Tollgate.Billing;
using Tollgate.Primitives;

namespace Tollgate.Documents;

/// <summary>Words lines of a bill, from their parts, in the language of a wording.</summary>
public static class LineTexts
{
    /// <summary>How an amount came about: <c>10 of 31 days × 50.00 = 16.13</c>; empty for nothing to explain.</summary>
    public static string Explain(this Wording words, LineExplanation explanation, Unit currency)
    {
        var text = new StringBuilder();
        var parts = explanation.Parts;
        for (var i = 0; i < parts.Length; i++)
        {
            var (kind, values) = parts[i];
            string Amount(int at) => words.Plain(new Money(Number(values[at]), currency));
            text.Append(kind switch
            {
                ExplanationKind.Days => Wording.Fill(words.DaysOf, values[0], values[1]) + " × ",
                ExplanationKind.Share => $"{values[0]}/{values[1]} × ",
                ExplanationKind.FullPrice => words.FullPrice + ": ",
                ExplanationKind.Price => (values[0] == "1" ? "" : values[0] + " × ")
                    + (values[0] == "1" && values[1] == values[2] && i > 0 && parts[i - 1].Kind == ExplanationKind.FullPrice
                        ? Amount(2) : $"{Amount(1)} = {Amount(2)}"),
                ExplanationKind.BilledBefore => Wording.Fill(words.BilledBefore, Amount(0)),
                ExplanationKind.ShouldBe => ", " + Wording.Fill(words.ShouldBe, Amount(0)) + (i + 1 < parts.Length ? " (" : ""),
                ExplanationKind.OtherTax => ", " + Wording.Fill(words.OtherTax, words.Percent(Number(values[0]))),
                ExplanationKind.NoSubscription => ": " + words.NoSubscription,
                ExplanationKind.Ended => ": " + Wording.Fill(words.SubscriptionEnded, Day(words, values[0])),
                ExplanationKind.Starts => ": " + Wording.Fill(words.SubscriptionStarts, Day(words, values[0])),
                ExplanationKind.NotDue => ": " + words.NotDue,
                ExplanationKind.Free => Wording.Fill(
                    words.FreeByAllowance, words.Plain(Number(values[0])), words.UnitOf(values[1])),
                ExplanationKind.AllFree => words.AllFreeByAllowance,
                ExplanationKind.Seconds => Wording.Fill(words.SecondsOf, values[0], values[1]) + " × ",
                ExplanationKind.Plus => " + ",
                ExplanationKind.Instalment => Wording.Fill(words.InstalmentOf, values[0], values[1]) + Colon(parts, i),
                ExplanationKind.InstalmentsLeft => Wording.Fill(words.InstalmentsLeft, values[0], values[1]) + Colon(parts, i),
                ExplanationKind.TermEnds => Wording.Fill(words.TermEnds, Day(words, values[0])) + Colon(parts, i),
                ExplanationKind.OtherPlan => ": " + Wording.Fill(words.OtherPlan, Day(words, values[0])),
                ExplanationKind.Moved => ": " + Wording.Fill(words.OtherAccount, Day(words, values[0])),
                ExplanationKind.Percentage => $"{words.Percent(Number(values[0]))} × {Amount(1)} = {Amount(2)}",
                ExplanationKind.Spent => Wording.Fill(words.SpentOf, Amount(0), Amount(1)),
                ExplanationKind.Rerated => Wording.Fill(words.RatedAgain, Amount(0), Amount(1)),
                _ => throw new ArgumentOutOfRangeException(nameof(explanation)),
            });
        }
        return parts.Length > 0 && parts.Any(part => part.Kind == ExplanationKind.ShouldBe)
            && parts[^1].Kind != ExplanationKind.ShouldBe
            ? text.Append(')').ToString()
            : text.ToString();
    }

    /// <summary>What was used: <c>Calls to Germany Mobile, peak</c>.</summary>
    /// <param name="words">The language.</param>
    /// <param name="service">What was used.</param>
    /// <param name="zone">Where to; null: anywhere.</param>
    /// <param name="band">Time band; null where the price does not depend on time; <c>other</c> for the rest of the week.</param>
    public static string UsageOf(this Wording words, ServiceKind service, string? zone, string? band)
    {
        var (plain, to) = service switch
        {
            ServiceKind.Voice => (words.Calls, words.CallsTo),
            ServiceKind.Sms => (words.Messages, words.MessagesTo),
            ServiceKind.Mms => (words.MultimediaMessages, words.MultimediaMessagesTo),
            ServiceKind.Data => (words.DataUsage, words.DataUsage + ", {0}"),
            ServiceKind.Content => (words.Content, words.Content + ", {0}"),
            _ => throw new ArgumentOutOfRangeException(nameof(service)),
        };
        return (zone is null ? plain : Wording.Fill(to, zone))
            + (band is null ? "" : ", " + (band == "other" ? words.OtherTimes : band));
    }

    /// <summary>A unit of a line as printed; units of measurement and what the operator defined stay as they are.</summary>
    public static string UnitOf(this Wording words, string unit) => unit switch
    {
        "calls" => words.UnitCalls,
        "sessions" => words.UnitSessions,
        "items" => words.UnitItems,
        _ => unit,
    };

    private static string Colon(ImmutableArray<ExplanationPart> parts, int i) => i + 1 < parts.Length ? ": " : "";

    private static string Day(Wording words, string text) => words.Short(LocalDatePattern.Iso.Parse(text).Value);

    private static decimal Number(string text) => decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
}
