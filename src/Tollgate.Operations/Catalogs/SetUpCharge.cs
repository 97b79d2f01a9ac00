using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Catalog.Changes;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Operations.Catalogs;

/// <summary>What a new charge can be made of.</summary>
/// <param name="Base">The newest version.</param>
/// <param name="Catalogue">Its content.</param>
/// <param name="Languages">Of its names, the catalogue's own first; one empty text where names have no language.</param>
/// <param name="RevenueAccounts">In use, the most used first.</param>
/// <param name="Today">In the catalogue's zone.</param>
public sealed record ChargeChoices(
    PublishedVersion Base, Catalogue Catalogue, ImmutableArray<string> Languages, ImmutableArray<string> RevenueAccounts,
    LocalDate Today)
{
    /// <summary>First day on which a new charge can hold: today, or the day on which the newest version begins.</summary>
    public LocalDate Earliest => LocalDate.Max(Today, Base.EffectiveFrom.InZone(Catalogue.TimeZone).Date);
}

/// <summary>A charge that can be published.</summary>
/// <param name="Base">The version that it is put on.</param>
/// <param name="Code">Of its offer.</param>
/// <param name="From">When it begins.</param>
/// <param name="File">Name of its file in the catalogue.</param>
/// <param name="Text">Content of that file.</param>
/// <param name="Files">The whole catalogue with it.</param>
/// <param name="Changes">What it changes, in plain words and money.</param>
public sealed record PreparedCharge(
    int Base, string Code, Instant From, string File, string Text, ImmutableArray<CatalogueFile> Files,
    ImmutableArray<string> Changes);

/// <summary>
/// Puts something new on sale: one more file in the catalogue, published as its next version. No other file changes. Refusals:
/// <c>no-catalogue</c>, <c>invalid</c> with a fault for each field, <c>catalogue-invalid</c>, and those of
/// <see cref="PublishCatalogue"/>.
/// </summary>
public static partial class SetUpCharge
{
    /// <summary>What there is to choose from.</summary>
    public static async Task<Outcome<ChargeChoices>> ChoicesAsync(OperationContext context, CancellationToken cancel = default)
    {
        var newest = (await CatalogueVersions.ListAsync(context, cancel)).LastOrDefault(version => version.RetiredAt is null);
        var read = await CatalogueChoice.ReadAsync(context, CatalogueChoice.Newest, cancel);
        if (newest is null || read.Refusal is not null)
        {
            return read.Refusal is { } refusal && newest is not null ? refusal
                : new Refusal("no-catalogue", "There is no catalogue yet. Publish one first: tollgate catalog publish.");
        }
        var catalogue = read.Value!;
        var names = catalogue.Offers.Select(offer => offer.Name).Concat(catalogue.Taxes.Select(tax => tax.Name))
            .Concat(catalogue.RatePlans.Select(plan => plan.Name)).ToList();
        var languages = names.SelectMany(name => name.Translations.Keys)
            .GroupBy(language => language, StringComparer.Ordinal)
            .OrderByDescending(group => group.Key == Own(names)).ThenByDescending(group => group.Count())
            .Select(group => group.Key);
        var accounts = catalogue.Offers.SelectMany(offer => offer.OneTime.Select(price => price.RevenueAccount)
                .Concat(offer.Recurring.Select(price => price.RevenueAccount)))
            .Concat(catalogue.RatePlans.Select(plan => plan.RevenueAccount))
            .GroupBy(account => account, StringComparer.Ordinal).OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Key);
        return new ChargeChoices(newest, catalogue, [.. languages.DefaultIfEmpty(NewCharge.PlainName)], [.. accounts],
            context.Now.InZone(catalogue.TimeZone).Date);
    }

    /// <summary>Checks a charge and says what it would change. Nothing is stored.</summary>
    public static async Task<Outcome<PreparedCharge>> PrepareAsync(
        OperationContext context, NewCharge charge, CancellationToken cancel = default)
    {
        var choices = await ChoicesAsync(context, cancel);
        if (choices.Refusal is { } none)
        {
            return none;
        }
        var (version, catalogue) = (choices.Value!.Base, choices.Value.Catalogue);
        var faults = Faults(charge, choices.Value);
        if (faults.Count > 0)
        {
            return new Refusal("invalid", string.Join(' ', faults.Select(fault => fault.Message))) { Faults = [.. faults] };
        }
        var files = await CatalogueChoice.FilesAsync(
            context, version.Version.ToString(CultureInfo.InvariantCulture), cancel);
        if (files.Refusal is { } refusal)
        {
            return refusal;
        }
        var text = charge.ToYaml();
        ImmutableArray<CatalogueFile> with = [.. files.Value, new CatalogueFile(charge.File, Encoding.UTF8.GetBytes(text))];
        var check = CatalogueFolder.Check(with);
        if (PublishCatalogue.Faults(check) is { } wrong)
        {
            return wrong;
        }
        var from = charge.From ?? choices.Value.Earliest;
        var begins = from == choices.Value.Today ? context.Now : from.AtStartOfDayInZone(catalogue.TimeZone).ToInstant();
        return new PreparedCharge(version.Version, charge.CodeOrSuggestion, Instant.Max(begins, version.EffectiveFrom),
            charge.File, text, with, DifferenceText.Lines(CatalogueDiff.Between(catalogue, check.Value!.Source)));
    }

    /// <summary>Publishes a charge on the version on which it was prepared.</summary>
    /// <param name="context">Where, and who.</param>
    /// <param name="charge">As it was prepared.</param>
    /// <param name="baseVersion">Of its preparation; refused when it is not the newest any more.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<Outcome<PublishedVersion>> PublishAsync(
        OperationContext context, NewCharge charge, int baseVersion, CancellationToken cancel = default)
    {
        var prepared = await PrepareAsync(context, charge, cancel);
        return prepared.Refusal is { } refusal ? refusal
            : await PublishCatalogue.RunAsync(context, prepared.Value!.Files, prepared.Value.From, baseVersion,
                $"{charge.Name} ({context.Actor}){(charge.Note.Trim().Length == 0 ? "" : ": " + charge.Note.Trim())}", cancel);
    }

    private static string? Own(IEnumerable<CatalogueName> names) => names.Where(name => !name.Translations.IsEmpty)
        .Select(name => name.Translations.First(pair => pair.Value == name.Text).Key).FirstOrDefault();

    private static List<FieldFault> Faults(NewCharge charge, ChargeChoices choices)
    {
        var faults = new List<FieldFault>();
        void Fault(string field, string message, string cure) => faults.Add(new FieldFault(field, message, cure));

        var catalogue = choices.Catalogue;
        if (charge.Name.Length == 0)
        {
            Fault("name", "It has no name.", "Write what customers read on the bill, e.g. Film of the week.");
        }
        if (charge.Names.Any(name => name.Value.Length > 200))
        {
            Fault("name", "A name has more than 200 characters.", "Write a shorter one.");
        }
        var code = charge.CodeOrSuggestion;
        if (!CodeText().IsMatch(code))
        {
            Fault("code", code.Length == 0 ? "No code can be made from the name." : $"'{code}' cannot be a code.",
                "Use letters, digits, '-', '_' and '.', beginning with a letter or digit, at most 64.");
        }
        else if (catalogue.Offers.Any(offer => offer.Code == code) || catalogue.RatePlans.Any(plan => plan.Code == code))
        {
            Fault("code", $"'{code}' is in the catalogue already.", "Choose another code.");
        }
        if (!AmountText().IsMatch(charge.Amount.Trim()))
        {
            Fault("amount", charge.Amount.Trim().Length == 0 ? "It has no price." : $"'{charge.Amount.Trim()}' is not a price.",
                "Write a number with a decimal point, e.g. 3.99, at most 999999999.");
        }
        if (catalogue.Taxes.All(tax => tax.Code != charge.Tax))
        {
            Fault("tax", "No tax is chosen.", "Choose how it is taxed.");
        }
        if (!CodeText().IsMatch(charge.RevenueAccount.Trim()))
        {
            var account = charge.RevenueAccount.Trim();
            Fault("revenueAccount", account.Length == 0 ? "It has no revenue account." : $"'{account}' is not a revenue account.",
                "Write where the ledger books it: letters, digits, '-', '_' and '.' without blanks, e.g. "
                + (choices.RevenueAccounts.FirstOrDefault() ?? "4900-other") + ".");
        }
        if (charge.Timing == ChargeTiming.EveryPeriod && !NewCharge.Periods.Contains(charge.Every, StringComparer.Ordinal))
        {
            Fault("every", $"'{charge.Every}' is no period.", $"Choose one of {string.Join(", ", NewCharge.Periods)}.");
        }
        if (charge.From is { } from && from < choices.Earliest)
        {
            Fault("from", from < choices.Today ? $"{from:uuuu-MM-dd} is over."
                : $"Version {choices.Base.Version} of the catalogue begins on {choices.Earliest:uuuu-MM-dd} only.",
                $"Choose {choices.Earliest:uuuu-MM-dd} or a later day.");
        }
        return faults;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeText();

    [GeneratedRegex(@"^[0-9]{1,9}(\.[0-9]{1,6})?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AmountText();
}
