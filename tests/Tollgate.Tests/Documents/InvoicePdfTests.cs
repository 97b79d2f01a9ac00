using NodaTime;
using System.Globalization;
using Tollgate.Documents;
using Tollgate.Primitives;

namespace Tollgate.Tests.Documents;

public sealed class InvoicePdfTests
{
    [Fact]
    public void The_same_view_gives_the_same_bytes_in_any_culture_and_thread()
    {
        var expected = InvoicePdf.Render(SampleInvoice.Typical());
        var renders = new byte[8][];
        Parallel.For(0, renders.Length, i =>
        {
            var before = CultureInfo.CurrentCulture;
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(i % 2 == 0 ? "tr-TR" : "de-DE");
            renders[i] = InvoicePdf.Render(SampleInvoice.Typical());
            CultureInfo.CurrentCulture = before;
        });
        Assert.All(renders, render => Assert.Equal(expected, render));
    }

    [Fact]
    public void A_bill_without_itemisation_has_two_pages_and_is_small()
    {
        var pdf = InvoicePdf.Render(SampleInvoice.Typical());
        Assert.InRange(pdf.Length, 5_000, 60_000);
        var text = PdfText.Of(pdf);
        Assert.Equal(2, PdfText.Pages(text));
        Assert.Contains("Page 2 of 2", text, StringComparison.Ordinal);
        Assert.Contains("10 of 31 days × 50.00 = 16.13", text, StringComparison.Ordinal);
        Assert.Contains("Please transfer €69.72 by 16 November 2026", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Małgorzata Żółkiewska-Łęcka ćśźń")]
    [InlineData("Şükrü Çağlayangil İğdır ıI")]
    [InlineData("Владимир Ковальчук, Україна, ґєїі")]
    [InlineData("Ευάγγελος Παπαδόπουλος ΆΈΏ")]
    [InlineData("Jürgen Groß, ÄÖÜß €")]
    [InlineData("Nguyễn Thị Ánh, Đặng")]
    [InlineData("Dvořák Ľubomír, Őrsi Győző, Ștefănescu")]
    public void Names_print_and_copy_as_they_are_written(string name)
    {
        var view = SampleInvoice.Typical();
        var text = PdfText.Of(InvoicePdf.Render(view with { Customer = view.Customer with { Name = name } }));
        Assert.Contains(name, text, StringComparison.Ordinal);
        Assert.All(name.EnumerateRunes(), rune => Assert.NotNull(Tollgate.Documents.Pdf.PdfFonts.Regular.Find(rune.Value)));
    }

    [Fact]
    public void Letters_with_combining_accents_print_as_one_letter()
    {
        var view = SampleInvoice.Typical();
        var decomposed = "Zo\u0301lkiewska";
        var text = PdfText.Of(InvoicePdf.Render(view with { Customer = view.Customer with { Name = decomposed } }));
        Assert.Contains("Zólkiewska", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_character_that_the_font_lacks_prints_a_fallback_and_still_copies_as_itself()
    {
        Assert.Null(Tollgate.Documents.Pdf.PdfFonts.Regular.Find('山'));
        Assert.NotEqual(0, Tollgate.Documents.Pdf.PdfFonts.Regular.Fallback);
        var view = SampleInvoice.Typical();
        var text = PdfText.Of(
            InvoicePdf.Render(view with { Customer = view.Customer with { Name = "Yamada 山田 😀 \uD800 end\t\u0007" } }));
        Assert.Contains("Yamada 山田 😀", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Digits_of_both_weights_have_one_width()
    {
        foreach (var font in new[] { Tollgate.Documents.Pdf.PdfFonts.Regular, Tollgate.Documents.Pdf.PdfFonts.Bold })
        {
            Assert.Single("0123456789".Select(digit => font.Advance(font.Find(digit)!.Value)).Distinct());
        }
    }

    [Fact]
    public void Every_call_of_a_long_itemisation_is_printed_once_under_repeated_headings()
    {
        var text = PdfText.Of(InvoicePdf.Render(SampleInvoice.Itemised(1_000)));
        var pages = PdfText.Pages(text);
        Assert.InRange(pages, 15, 30);
        Assert.Contains($"Page {pages} of {pages}", text, StringComparison.Ordinal);
        for (var i = 0; i < 1_000; i++)
        {
            var number = i % 3 == 0 ? $"+90 212 555 {i:D4}" : $"+49 40 555 {i:D5}";
            Assert.Equal(2, text.Split(number).Length);
        }
        Assert.InRange(text.Split("Date and time").Length - 1, pages - 2, pages);
    }

    [Fact]
    public void Long_words_wrap_and_nothing_is_lost()
    {
        const string word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
        var view = SampleInvoice.Typical("de");
        var line = view.Groups[0].Lines[0] with { Text = $"Grundgebühr {word}" };
        var group = view.Groups[0] with { Lines = [line, .. view.Groups[0].Lines.Skip(1)] };
        var customer = view.Customer with { Name = word, Address = [.. Enumerable.Range(1, 9)
            .Select(i => $"Zeile {i} der Anschrift")] };
        var text = PdfText.Of(InvoicePdf.Render(view with { Groups = [group, view.Groups[1]], Customer = customer }));
        Assert.Contains("Grundgebühr", text, StringComparison.Ordinal);
        Assert.Contains("Donaudampfschifffahrtselektrizitä", text, StringComparison.Ordinal);
        Assert.Contains("gesellschaft", text, StringComparison.Ordinal);
        Assert.Contains("Zeile 9 der Anschrift", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "€123,456,789,012.34", "123,456,789,012.34")]
    [InlineData("de", "123.456.789.012,34 €", "123.456.789.012,34")]
    public void Huge_amounts_are_printed_whole(string language, string large, string plain)
    {
        var view = SampleInvoice.Typical(language);
        var huge = SampleInvoice.Eur(123_456_789_012.34m);
        var text = PdfText.Of(InvoicePdf.Render(view with
        {
            Totals = view.Totals with { AmountDue = huge, Gross = huge, PreviousBalance = huge },
        }));
        Assert.Contains(large, text, StringComparison.Ordinal);
        Assert.Contains(plain, text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_negative_total_is_a_credit_and_asks_for_nothing()
    {
        var view = SampleInvoice.Typical();
        var text = PdfText.Of(InvoicePdf.Render(view with
        {
            DueDate = null,
            Payment = PaymentInstruction.Nothing(),
            Totals = view.Totals with { PaymentsReceived = SampleInvoice.Eur(200m), AmountDue = SampleInvoice.Eur(-76.14m) },
        }));
        Assert.Contains("Your credit", text, StringComparison.Ordinal);
        Assert.Contains("Your credit of €76.14", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Due date", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Scan to pay", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bill_settled_from_prepaid_says_so()
    {
        var view = SampleInvoice.Typical();
        var zero = SampleInvoice.Eur(0);
        var text = PdfText.Of(InvoicePdf.Render(view with
        {
            DueDate = null,
            Payment = PaymentInstruction.Nothing(),
            Totals = view.Totals with { SettledFromPrepaid = view.Totals.Gross, PreviousBalance = zero, PaymentsReceived = zero,
                AmountDue = zero },
        }));
        Assert.Contains("settled from your prepaid balance", text, StringComparison.Ordinal);
        Assert.Contains("−69.72", text, StringComparison.Ordinal);
        Assert.Contains("€0.00", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_direct_debit_names_day_account_and_mandate()
    {
        var payment = PaymentInstruction.DirectDebit(new LocalDate(2026, 11, 16), "M-77", "DE•• •••• 1234");
        var text = PdfText.Of(InvoicePdf.Render(SampleInvoice.Typical("de") with { Payment = payment }));
        Assert.Contains("Wir buchen 69,72 € am 16. November 2026", text, StringComparison.Ordinal);
        Assert.Contains("DE•• •••• 1234", text, StringComparison.Ordinal);
        Assert.Contains("Mandat M-77.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_of_few_lines_is_one_page_without_empty_columns()
    {
        var day = new LocalDate(2026, 11, 1);
        var debit = SampleInvoice.Typical() with
        {
            Kind = DocumentKind.DebitNote, Period = new BillPeriod(day, day.PlusDays(1)), Allowances = [], History = [],
            Changes = null, Discounts = [], Notes = [],
            Seller = SampleInvoice.Seller with { Iban = null, Bic = null, Bank = null },
            Groups =
            [
                new ServiceGroup("Account A-1", [new InvoiceLine("Repair", SampleInvoice.Eur(58.59m), 19, UnitPrice: "58.59")],
                    SampleInvoice.Eur(58.59m)),
            ],
        };
        var text = PdfText.Of(InvoicePdf.Render(debit));
        Assert.Equal(1, PdfText.Pages(text));
        Assert.Contains("Further charges for 1 November 2026", text, StringComparison.Ordinal);
        Assert.DoesNotContain("01/11/2026 – 01/11/2026", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Quantity", text, StringComparison.Ordinal);
        Assert.Contains("Unit price", text, StringComparison.Ordinal);
        Assert.Contains("Please pay €69.72 by 16 November 2026, quoting", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(26)]
    [InlineData(60)]
    public void Charts_stand_before_the_details_so_that_no_page_has_a_chart_alone(int lines)
    {
        var view = SampleInvoice.Typical() with
        {
            Groups =
            [
                new ServiceGroup("+49 1520 5550142",
                    [.. Enumerable.Range(0, lines).Select(i => new InvoiceLine($"Line {i}.", SampleInvoice.Eur(1m), 19))],
                    SampleInvoice.Eur(lines)),
            ],
        };
        var page = Assert.Single(PdfText.Of(InvoicePdf.Render(view)).Split('\f'), page =>
            page.Contains("Your last bills", StringComparison.Ordinal));
        var companion = page.Contains("Summary", StringComparison.Ordinal) ? "Summary" : "Line 0.";
        Assert.Contains(companion, page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_draft_is_marked_on_every_page_and_can_not_be_paid()
    {
        var view = SampleInvoice.Typical() with { Number = null };
        Assert.Null(GiroCode.Text(view));
        var text = PdfText.Of(InvoicePdf.Render(view));
        Assert.Contains("Draft – not an invoice", text, StringComparison.Ordinal);
        Assert.All(text.Split('\f', StringSplitOptions.RemoveEmptyEntries),
            page => Assert.Contains("draft", page, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Forty_services_flow_over_pages()
    {
        var view = SampleInvoice.Typical();
        var groups = Enumerable.Range(0, 40).Select(i => view.Groups[1] with { Label = $"+49 1520 777{i:D4}" });
        var text = PdfText.Of(InvoicePdf.Render(view with { Groups = [.. groups] }));
        Assert.All(Enumerable.Range(0, 40),
            i => Assert.Contains($"Total for +49 1520 777{i:D4}", text, StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_language_prints_in_English_and_a_currency_without_symbol_by_its_code()
    {
        var francs = Units.Get("CHF");
        Assert.Equal("1,234.50 CHF", Wording.For("xx").WithCurrency(new Money(1234.5m, francs)).Replace('\u00A0', ' '));
        Assert.Equal("−1.234,50 CHF", Wording.For("de-AT").WithCurrency(new Money(-1234.5m, francs)).Replace('\u00A0', ' '));
        Assert.Equal("1,234", Wording.For("en").Plain(new Money(1234m, Units.Get("JPY"))));
        Assert.Equal("0.1234", Wording.For("en").Plain(new Money(0.1234m, Units.Eur)));
    }
}
