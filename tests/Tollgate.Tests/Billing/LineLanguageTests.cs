using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Documents;
using Tollgate.Primitives;
using static Tollgate.Tests.Billing.BillingFixture;

namespace Tollgate.Tests.Billing;

/// <summary>What a bill says, in the language of its reader.</summary>
public sealed class LineLanguageTests
{
    private static readonly Wording German = Wording.For("de");

    [Theory]
    [InlineData("de", "Grundgebühr", "MwSt.")]
    [InlineData("de-AT", "Grundgebühr", "MwSt.")]
    [InlineData("fr", "Base fee", "VAT")]
    public void Lines_and_taxes_have_the_name_of_the_accounts_language(string language, string fee, string tax)
    {
        var catalogue = Catalogue(Monthly(50m) with { Name = Names("Base fee", "Grundgebühr") });
        catalogue = catalogue with { Taxes = [catalogue.Taxes[0] with { Name = Names("VAT", "MwSt.") }] };
        var input = Input(catalogue, "2026-11-01", Subscription("2026-10-22"));
        var draft = Draft(input with { Account = input.Account with { Language = language } });

        Assert.All(draft.Lines, line => Assert.Equal(fee, line.Description));
        Assert.Equal(tax, Assert.Single(draft.Taxes).Name);
    }

    [Fact]
    public void Every_part_of_an_explanation_has_words_in_every_language()
    {
        foreach (var kind in Enum.GetValues<ExplanationKind>())
        {
            object[] values = kind switch
            {
                ExplanationKind.Days or ExplanationKind.Share or ExplanationKind.Seconds or ExplanationKind.Instalment
                    or ExplanationKind.InstalmentsLeft => [10, 31],
                ExplanationKind.Percentage => [10m, 50m, 5m],
                ExplanationKind.Spent or ExplanationKind.Rerated => [80m, 100m],
                ExplanationKind.Price => [2, 50m, 16.13m],
                ExplanationKind.Ended or ExplanationKind.Starts or ExplanationKind.TermEnds or ExplanationKind.OtherPlan
                    or ExplanationKind.Moved => [new LocalDate(2026, 10, 16)],
                ExplanationKind.Free => [0.5m, "calls"],
                _ => [19m],
            };
            var explanation = LineExplanation.Of(kind, values);
            var (english, german) = (Wording.For("en").Explain(explanation, Eur), German.Explain(explanation, Eur));

            Assert.NotEqual("", english);
            Assert.True(kind is ExplanationKind.Share or ExplanationKind.Plus or ExplanationKind.Percentage || english != german,
                $"{kind} is not translated: {german}");
        }
    }

    [Theory]
    [InlineData(ServiceKind.Voice, "Deutschland Mobil", "peak", "Anrufe: Deutschland Mobil, peak")]
    [InlineData(ServiceKind.Sms, "Deutschland Mobil", "other", "Nachrichten: Deutschland Mobil, übrige Zeiten")]
    [InlineData(ServiceKind.Data, null, null, "Daten")]
    public void Usage_is_worded_from_service_zone_and_band(ServiceKind service, string? zone, string? band, string text) =>
        Assert.Equal(text, German.UsageOf(service, zone, band));

    [Fact]
    public void A_change_of_tax_is_explained_with_both_rates()
    {
        var text = LineExplanation.Of(ExplanationKind.BilledBefore, 50m).Then(ExplanationKind.OtherTax, 16m);

        Assert.Equal("bisher berechnet 50,00, mit 16\u00A0% Steuer; neu berechnet", German.Explain(text, Eur));
        Assert.Equal("", German.Explain(LineExplanation.None, Eur));
        Assert.Throws<FormatException>(() => new LineExplanation("since 5").Parts);
    }

    private static CatalogueName Names(string english, string german) => new(english)
    {
        Translations = new CatalogueName("").Translations.Add("en", english).Add("de", german),
    };
}
