using Microsoft.AspNetCore.Http;
using NodaTime.Text;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;

namespace Tollgate.Web.Console.Catalogue;

/// <summary>The form of a new charge, as fields of a web form and back.</summary>
internal static class ChargeForm
{
    /// <summary>Before the language in the names of the fields for names.</summary>
    internal const string NamePrefix = "name.";

    /// <summary>An empty form.</summary>
    internal static NewCharge Empty(ChargeChoices choices) => new()
    {
        Names = [.. choices.Languages.Select(language => KeyValuePair.Create(language, ""))],
        From = choices.Earliest,
        Tax = choices.Catalogue.Taxes is [var only] ? only.Code : "",
        RevenueAccount = choices.RevenueAccounts.FirstOrDefault() ?? "",
    };

    /// <summary>What was filled in; a date that is none is a fault.</summary>
    internal static NewCharge Read(IFormCollection form, ChargeChoices choices, List<FieldFault> faults)
    {
        string Text(string field) => form[field].ToString();

        var from = LocalDatePattern.Iso.Parse(Text("from").Trim());
        if (!from.Success && Text("from").Trim().Length > 0)
        {
            faults.Add(new FieldFault("from", $"'{Text("from")}' is not a day.", "Write e.g. 2026-12-01."));
        }
        return new NewCharge
        {
            Names = [.. choices.Languages.Select(language => KeyValuePair.Create(language, Text(NamePrefix + language)))],
            Code = Text("code"),
            Amount = Text("amount"),
            Timing = Enum.TryParse<ChargeTiming>(Text("timing"), out var timing) ? timing : ChargeTiming.Once,
            Every = Text("every"),
            PerQuantity = Text("perQuantity") != "no",
            Tax = Text("tax"),
            TaxIncluded = Text("taxIncluded") == "yes",
            RevenueAccount = Text("revenueAccount").Trim(),
            From = from.Success ? from.Value : null,
            Note = Text("note"),
        };
    }

    /// <summary>The fields and their texts, for a form that only passes them on.</summary>
    internal static IEnumerable<(string Name, string Value)> Fields(NewCharge charge) =>
    [
        .. charge.Names.Select(pair => (NamePrefix + pair.Key, pair.Value)),
        ("code", charge.CodeOrSuggestion),
        ("amount", charge.Amount),
        ("timing", charge.Timing.ToString()),
        ("every", charge.Every),
        ("perQuantity", charge.PerQuantity ? "yes" : "no"),
        ("tax", charge.Tax),
        ("taxIncluded", charge.TaxIncluded ? "yes" : "no"),
        ("revenueAccount", charge.RevenueAccount),
        ("from", Day(charge)),
        ("note", charge.Note),
    ];

    /// <summary>The first day as fields have it; empty: none was given.</summary>
    internal static string Day(NewCharge charge) => charge.From is { } day ? LocalDatePattern.Iso.Format(day) : "";
}
