using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Billing;
using Tollgate.Documents;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>Words why a bill differs from the one before.</summary>
internal static class BillChangeTexts
{
    private const int MostNamed = 3;

    /// <summary>Null for the first bill.</summary>
    internal static BillChanges? Of(DocumentHead head, InvoiceFacts facts, IReadOnlyCollection<DocumentLine> lines, Wording words)
    {
        if (facts.PreviousOf(head) is not { } previous)
        {
            return null;
        }
        var unit = InvoiceFacts.UnitOf(head);
        var earlier = facts.PreviousLines[previous.Document].ToList();
        var differences = BillComparison.Of(
            [.. earlier.Select(Compared)], previous.GrossMinor - earlier.Sum(line => line.NetMinor),
            [.. lines.Select(Compared)], head.GrossMinor - lines.Sum(line => line.NetMinor));
        return new BillChanges(
            Money.FromMinor(previous.GrossMinor, unit),
            [.. differences.Select(one => new BillChange(Text(one, words), Money.FromMinor(one.Minor, unit)))],
            Money.FromMinor(head.GrossMinor, unit));
    }

    private static ComparedLine Compared(DocumentLine line) => new(
        DocumentText.Kind(line.Kind), line.Subscription, line.GroupLabel, line.Code, line.Description, line.UnitPrice,
        line.Explanation.Parts.Any(part =>
            part.Kind is ExplanationKind.Days or ExplanationKind.Share or ExplanationKind.FullPrice),
        line.Usage?.Service, line.NetMinor)
    {
        Corrects = line.Reason != DocumentText.Text(LineReason.Due)
            || line.Explanation.Parts.Any(part => part.Kind == ExplanationKind.Rerated),
    };

    private static string Text(BillDifference one, Wording words) => one.Reason switch
    {
        DifferenceReason.New => Named(words.ChangeNew, one.About, words),
        DifferenceReason.Gone => Named(words.ChangeGone, one.About, words),
        DifferenceReason.PartPeriods => words.ChangePartPeriods,
        DifferenceReason.Price => Wording.Fill(words.ChangePrice, string.Join(", ", one.About)),
        DifferenceReason.Recurring => words.ChangeRecurring,
        DifferenceReason.OneTime => words.ChangeOneTime,
        DifferenceReason.Usage => Wording.Fill(
            words.ChangeUsage, one.Service is { } service ? words.UsageOf(service, null, null) : words.Content),
        DifferenceReason.Commitments => words.ChangeCommitments,
        DifferenceReason.Discounts => words.ChangeDiscounts,
        DifferenceReason.Given => words.ChangeGiven,
        DifferenceReason.SetOff => words.ChangeSetOff,
        DifferenceReason.Corrections => words.ChangeCorrections,
        DifferenceReason.Tax => words.ChangeTax,
        _ => throw new ArgumentOutOfRangeException(nameof(one)),
    };

    private static string Named(string sentence, ImmutableArray<string> labels, Wording words) => Wording.Fill(
        sentence, labels.Length <= MostNamed
            ? string.Join(", ", labels)
            : Wording.Fill(words.ChangeMany, labels.Length.ToString(CultureInfo.InvariantCulture)));
}
